"""SMS over any gateway that takes an HTTP request: what it is asked and how it answers are settings."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.delivering.septets import octets
from bot.delivering.sms import encoding, fold_text, segments, sms_text
from bot.messages import Allowance, Capabilities, Outbound, Refusal, SendFailed, Sent
from messaging.http_profiles import PROFILES, Gateway, gateway
from messaging.http_reading import inbound, receipt
from messaging.http_templates import TemplateError, check, check_url, content_type, fill, kind_of
from messaging.numbers import E164, own_id
from messaging.speaking import Answer, Line

__all__ = ["PROFILES", "Gateway", "HttpChannel", "TemplateError", "gateway", "inbound", "receipt", "render", "try_out"]

MAX_BODY = 1600  # characters
_USUAL_VALIDITY = 360  # minutes
_BUSY = 60.0  # seconds
_NUMBER = re.compile(r"\+?[0-9]{6,}([0-9]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes out: `text` is what she will read."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None
    text: str


def try_out(given: Gateway, what: str = "CHASQUI_HTTP_") -> None:
    """Raise TemplateError where the gateway's settings cannot be used. `what` goes before their names."""
    check_url(given.url, f"{what}URL")
    check(given.body, f"{what}BODY")
    if given.method.upper() not in ("GET", "POST", "PUT"):
        raise TemplateError(f"{what}METHOD is {given.method!r}. Write GET, POST or PUT.")
    for name, value in given.headers:
        check(value, f"{what}HEADERS")
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or re.search(r"[\x00-\x1f]", value):
            raise TemplateError(f"{what}HEADERS has {name!r}, which is no header's name. Write Name: value")
    for pattern in ("reply_ok", "reply_id", "reply_bad_number", "reply_busy"):
        try:
            groups = re.compile(getattr(given, pattern)).groups
        except re.error as error:
            raise TemplateError(f"{what}{pattern.upper()} is no regular expression: {error}.") from None
        if pattern == "reply_id" and given.reply_id and not groups:
            raise TemplateError(f'{what}REPLY_ID needs brackets around the id, such as "id": "([^"]+)"')
    try:
        "ñ".encode(given.charset)
    except (LookupError, UnicodeError):
        raise TemplateError(f"{what}CHARSET is {given.charset!r}. Write utf-8 or iso-8859-1.") from None
    if not 1 <= len(given.codings) <= 2:
        raise TemplateError(f"{what}CODING takes one or two values: that of GSM-7, and that of UCS-2: 0,8")


def render(outbound: Outbound, given: Gateway, *, id: str, status_url: str, now: datetime) -> Request:
    """The request for this message.

    Raises SendFailed, before anything is spoken, for an address that is no telephone's, a text that is blank, over
    1,600 characters or of more parts than the gateway carries, and a message that has expired.
    """
    number, text = outbound.address.phone, _carried(sms_text(outbound.content), given)
    if outbound.address.scheme != "tel" or not E164.fullmatch(number):
        raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail="not an E.164 number")
    parts = segments(text)
    if not text.strip() or len(text) > MAX_BODY or parts > given.max_parts:
        raise SendFailed(Refusal.REJECTED, permanent=True, detail=f"{len(text)} characters, {parts} parts")
    validity = _USUAL_VALIDITY
    if outbound.expires_at is not None:
        if outbound.expires_at <= now:
            raise SendFailed(Refusal.REJECTED, permanent=True, detail="expired")
        validity = max(1, int((outbound.expires_at - now).total_seconds() // 60))
    wide = encoding(text) == "UCS-2"
    values = {
        "to": number,
        "to_plain": number[1:],
        "from": given.number,
        "text": text,
        "hex": (text.encode("utf-16-be") if wide else octets(text)).hex().upper(),
        "coding": given.codings[-1 if wide else 0],
        "id": id,
        "status_url": f"{status_url}?mid={id}{given.status_query}" if status_url else "",
        "validity_minutes": str(validity),
        "username": given.username,
        "password": given.password,
        "basic": base64.b64encode(f"{given.username}:{given.password}".encode()).decode(),
    }
    headers = {name: fill(value, values, "header") for name, value in given.headers}
    said = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    body = None
    if given.method.upper() != "GET":
        kind = kind_of(given.body, said)
        body = fill(given.body, values, kind, given.charset).encode(given.charset, "replace")
        headers |= {} if said else {"Content-Type": content_type(kind, given.charset)}
    url = fill(given.url, values, "url", given.charset)
    return Request(method=given.method.upper(), url=url, headers=headers, body=body, text=text)


def _carried(text: str, given: Gateway) -> str:
    text = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot travel
    if len(given.codings) > 1 or encoding(text) == "GSM-7":
        return text
    return fold_text(text, "ascii")  # without UCS-2 nothing else arrives


def sent(answer: Answer, given: Gateway, *, id: str, text: str) -> Sent:
    """What an answer means: the message was taken, or SendFailed. Numbers in its words are masked."""
    words, status = answer.text, answer.status
    told, code = _NUMBER.sub(r"…\1", words.strip())[:120], f"HTTP {status}"
    if status < 300:
        if given.reply_ok and not re.search(given.reply_ok, words):
            raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, code=code, detail="an answer that is not a yes")
        found = re.search(given.reply_id, words) if given.reply_id else None
        if given.reply_id and not found:
            raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, code=code, detail="an answer without an id")
        return Sent(provider_id=found[1][:128] if found else id, segments=segments(text))
    if status < 400:  # a captive portal: the gateway has not seen the message
        raise SendFailed(Refusal.UNAVAILABLE, code=code)
    if status == 429 or (given.reply_busy and re.search(given.reply_busy, words)):
        raise SendFailed(Refusal.RATE_LIMITED, retry_after=answer.retry_after or _BUSY, code=code, detail=told)
    if status >= 500 or status == 408:
        raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, code=code, detail=told)
    if given.reply_bad_number and re.search(given.reply_bad_number, words):
        raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, code=code, detail=told)
    if status in (401, 403):
        raise SendFailed(Refusal.CREDENTIALS, code=code, detail=told)
    if status in (404, 405, 412):  # 412: Jasmin has no route, or no money
        raise SendFailed(Refusal.SETTINGS, permanent=True, code=code, detail=told)
    raise SendFailed(Refusal.REJECTED, permanent=True, code=code, detail=told)


class HttpChannel:
    """One sender of one gateway. `status_url` is where it tells what became of a message; empty: it is not asked to.

    `hears`: learners can answer this number. `operator` is the network on which its messages cost least.
    `timeout` is in seconds, of a whole request. Raises TemplateError where the settings cannot be used.
    """

    def __init__(
        self,
        *,
        name: str,
        gateway: Gateway,
        status_url: str = "",
        hears: bool = True,
        operator: str = "",
        allowance: Allowance | None = None,
        timeout: float = 15.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        try_out(gateway)
        self.name, self.operator = name, operator
        self.allowance = allowance or Allowance(per_second=1.0)
        self.capabilities = Capabilities(
            two_way=hears,
            receipts=bool(status_url),
            charset="ucs2" if len(gateway.codings) > 1 else "gsm",
            max_length=min(MAX_BODY, gateway.max_parts * 153),
        )
        self._gateway, self._status_url, self._clock = gateway, status_url, clock
        self._line = Line(timeout=timeout)

    async def send(self, outbound: Outbound) -> Sent:
        """Say it; returns once the gateway has taken it. Raises SendFailed and nothing else.

        A gateway cannot be asked what it has, so nothing here says it twice; our id travels in the status address.
        """
        id = own_id(outbound, self.name)
        asked = render(outbound, self._gateway, id=id, status_url=self._status_url, now=self._clock())
        answer = await self._line.ask(asked.method, asked.url, body=asked.body, headers=asked.headers)
        return sent(answer, self._gateway, id=id, text=asked.text)

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """Nobody can be asked here."""
        return None

    async def close(self) -> None:
        """Let go of connections."""
        await self._line.close()
