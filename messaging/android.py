"""SMS over a telephone with local SIMs (SMS Gateway for Android): send, ask what it has, and register its webhooks."""

from __future__ import annotations

import base64
import json
import logging
import random
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.delivering.sms import segments, sms_text
from bot.messages import Allowance, Capabilities, Json, Outbound, Refusal, SendFailed, Sent, Status
from messaging.android_reading import EVENTS, Malformed, Phone, heard, is_genuine, read
from messaging.numbers import E164, own_id
from messaging.speaking import Answer, Line

__all__ = ["EVENTS", "AndroidChannel", "Malformed", "Phone", "heard", "is_genuine", "read", "register", "render"]

log = logging.getLogger(__name__)

MAX_BODY = 1600  # characters: ten segments, which a cheap telephone still sends as one message
USUAL_PACE = (5.0, 15.0)  # seconds between two messages of one SIM: operators block SIMs that speak like machines
USUAL_DAY = 500  # messages of one SIM in one day
_USUAL_TTL = 21_600  # seconds
_QUEUE_FULL = 600.0  # seconds: the phone has too much to say already, or is off
_NUMBER = re.compile(r"\+?[0-9]{6,}([0-9]{2})")

# Of a telephone that has taken the message, all is "sent" until the network says more: it must not be said again.
_STATES = {
    "Pending": Status.SENT,
    "Processed": Status.SENT,
    "Sent": Status.SENT,
    "Delivered": Status.DELIVERED,
    "Failed": Status.FAILED,
    "Cancelling": Status.CANCELLED,
    "Cancelled": Status.CANCELLED,
}

_GIVEN_UP = frozenset((Status.FAILED, Status.CANCELLED))  # it will not send this any more, whatever we say


def pace(seconds: tuple[float, float] = USUAL_PACE, per_day: int | None = USUAL_DAY) -> Allowance:
    """The allowance of a SIM that says one message every `seconds` (least, most), and so many a day."""
    least, most = seconds
    middle = (least + most) / 2
    return Allowance(per_second=1 / middle, jitter=(most - least) / 2 / middle, per_day=per_day)


def render(outbound: Outbound, *, id: str, sim: int | None, device: str, now: datetime) -> Json:
    """The body of the gateway's POST /messages.

    Raises SendFailed, before anything is spoken, for an address that is no telephone's, a text that is blank or over
    1,600 characters, and a message that has expired. Priority stays 0: from 100 on the phone forgets its own pace.
    """
    number, text = outbound.address.phone, sms_text(outbound.content)
    if outbound.address.scheme != "tel" or not E164.fullmatch(number):
        raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail="not an E.164 number")
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot travel as JSON in UTF-8
    if not text.strip() or len(text) > MAX_BODY:
        raise SendFailed(Refusal.REJECTED, permanent=True, detail=f"{len(text)} characters")
    asked: Json = {
        "id": id,
        "textMessage": {"text": text},
        "phoneNumbers": [number],
        "withDeliveryReport": True,
        "priority": 0,
    }
    if sim is not None:
        asked["simNumber"] = sim
    if device:
        asked["deviceId"] = device
    if outbound.expires_at is None:
        asked["ttl"] = _USUAL_TTL
    elif outbound.expires_at <= now:
        raise SendFailed(Refusal.REJECTED, permanent=True, detail="expired")
    else:  # the end of her waking hours: what still waits in the phone then is dropped there
        asked["validUntil"] = outbound.expires_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return asked


def failed(answer: Answer) -> SendFailed:
    """What a refusal of the gateway means. Numbers in its words are masked."""
    said = _object(answer)
    words = _NUMBER.sub(r"…\1", str(said.get("message") or said.get("error") or ""))[:200]
    status, code = answer.status, f"HTTP {answer.status}"

    def no(reason: Refusal, **more: Any) -> SendFailed:
        return SendFailed(reason, code=code, detail=words, **more)

    if 300 <= status < 400:  # a captive portal: the gateway has not seen the message
        return no(Refusal.UNAVAILABLE)
    if status == 503 and "queuelimitexceeded" in f"{said.get('error')} {words}".lower().replace(" ", ""):
        return no(Refusal.RATE_LIMITED, retry_after=answer.retry_after or _QUEUE_FULL)
    if status == 429:
        return no(Refusal.RATE_LIMITED, retry_after=answer.retry_after)
    if status in (401, 403):
        return no(Refusal.CREDENTIALS)
    if status == 404 or (status == 400 and "device" in words.lower()):
        return no(Refusal.SETTINGS, permanent=True)
    if status < 300 or status >= 500 or status in (408, 409):
        return no(Refusal.UNCERTAIN, ambiguous=True)
    return no(Refusal.BAD_ADDRESS if "phone" in words.lower() else Refusal.REJECTED, permanent=True)


class AndroidChannel:
    """One SIM of one telephone. `sim` is its slot, from 1; None: the phone chooses. `operator` is the SIM's network.

    `api_url` is the gateway's address, to which /messages is added. `hears`: its webhooks reach us, so that learners
    can answer. `timeout` is in seconds, of a whole request.
    """

    def __init__(
        self,
        *,
        name: str,
        api_url: str,
        username: str,
        password: str,
        sim: int | None = None,
        device: str = "",
        operator: str = "",
        hears: bool = True,
        allowance: Allowance | None = None,
        timeout: float = 15.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name, self.operator = name, operator
        self.allowance = allowance or pace()
        self.capabilities = Capabilities(
            two_way=hears, receipts=hears, charset="ucs2", max_length=MAX_BODY, client_ids=True, asks=True
        )
        self._url, self._sim, self._device, self._clock = api_url.rstrip("/"), sim, device, clock
        secret = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._line = Line(headers={"Authorization": f"Basic {secret}", "Accept": "application/json"}, timeout=timeout)

    async def send(self, outbound: Outbound) -> Sent:
        """Say it; returns once the gateway has taken it. Raises SendFailed and nothing else.

        The id is ours and the same at every attempt: what the gateway knows already is not said twice.
        """
        for again in range(outbound.attempt + 1):
            id = own_id(outbound, self.name, again)
            asked = render(outbound, id=id, sim=self._sim, device=self._device, now=self._clock())
            answer = await self._ask("POST", "/messages", asked)
            if answer.status in (200, 201, 202):
                return _sent(answer, id, asked["textMessage"]["text"])
            known = await self._known(id, outbound) if answer.status == 409 else None
            if known is None:
                break
            if known.status not in _GIVEN_UP:  # an earlier attempt did arrive
                return known
        raise failed(answer)

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """What the gateway has under our id, or None for certain. Raises SendFailed where it gives no answer."""
        found = None
        for again in range(outbound.attempt + 1):
            later = await self._known(own_id(outbound, self.name, again), outbound)
            found = later or found
            if later is None or later.status not in _GIVEN_UP:
                break
        return found

    async def reach(self) -> None:
        """Try address and password without sending anything (for `doctor`). Raises SendFailed."""
        answer = await self._ask("GET", "/webhooks")
        if answer.status >= 300:
            raise failed(answer)

    async def webhooks(self) -> list[Json]:
        """What is registered at the gateway: objects with `id`, `url` and `event`. Raises SendFailed."""
        answer = await self._ask("GET", "/webhooks")
        found = _parsed(answer)
        if answer.status != 200 or not isinstance(found, list):
            raise failed(answer)
        return [each for each in found if isinstance(each, dict)]

    async def call_back(self, event: str, url: str) -> None:
        """Ask the gateway to tell `url` of every `event`. Raises SendFailed."""
        asked: Json = {"url": url, "event": event} | ({"deviceId": self._device} if self._device else {})
        answer = await self._ask("POST", "/webhooks", asked)
        if answer.status not in (200, 201):
            raise failed(answer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._line.close()

    async def _known(self, id: str, outbound: Outbound) -> Sent | None:
        answer = await self._ask("GET", f"/messages/{quote(id, safe='')}")
        if answer.status == 404 and _object(answer):  # a page of somebody else's 404 is no answer
            return None
        if answer.status != 200:
            raise failed(answer)
        return _sent(answer, id, sms_text(outbound.content))

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Answer:
        if body is None:
            return await self._line.ask(method, self._url + path)
        written = json.dumps(body, ensure_ascii=False).encode()
        return await self._line.ask(
            method, self._url + path, body=written, headers={"Content-Type": "application/json"}
        )


async def register(channel: AndroidChannel, url: str, *, signing_key: bool = True) -> bool:
    """Have the gateway tell `url` of every event that is not registered yet; False where it would not, and then the
    log says what to mend. Registering twice is harmless: what is there is left alone."""
    if not signing_key:
        log.error("%s: nothing is registered at the gateway: set its signing key first", channel.name)
        return False
    try:
        there = {(each.get("event"), each.get("url")) for each in await channel.webhooks()}
        for event in EVENTS:
            if (event, url) not in there:
                await channel.call_back(event, url)
    except SendFailed as failure:
        log.error(
            "%s: the gateway did not take our webhooks, so it hears nothing: %s. Is its address right, are name and "
            "password those of the app's Home tab, and is the phone on?",
            channel.name,
            failure,
        )
        return False
    log.info("%s: the gateway tells us at %s", channel.name, re.sub(r"^(https?://[^/]+/).*", r"\1…", url))
    return True


def pause_after(failures: int) -> float:
    """Seconds until `register` is tried again, spread so that several phones do not knock at once."""
    return float(min(600.0, 5.0 * 2 ** min(failures, 10)) * random.uniform(0.5, 1.0))


def _sent(answer: Answer, id: str, text: str) -> Sent:
    said = _object(answer)
    if said.get("id") != id:
        raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, detail="an answer that does not name our message")
    count = segments(text)
    status = _STATES.get(str(said.get("state")), Status.SENT)
    if status is Status.DELIVERED and count > 1:
        status = Status.SENT  # one part has arrived; the events say when all have
    return Sent(provider_id=id, segments=count, status=status)


def _parsed(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _object(answer: Answer) -> Mapping[str, Any]:
    found = _parsed(answer)
    return found if isinstance(found, dict) else {}
