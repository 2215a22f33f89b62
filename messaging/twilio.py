"""SMS over Twilio: read its webhooks, send, and ask what it has; the library is loaded only by the channel."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivering.sms import segments, sms_text
from bot.messages import (
    Allowance,
    Capabilities,
    Inbound,
    Outbound,
    Receipt,
    Refusal,
    SendFailed,
    Sent,
    Status,
)
from messaging.twilio_codes import UNAVAILABLE, UNCERTAIN, NotWritten, Refused, meaning, of_receipt
from messaging.twilio_reading import E164, STATUSES, Foreign, inbound, is_a_message, receipt
from messaging.twilio_signature import MAX_FIELDS, Malformed, is_genuine, read_form

__all__ = [
    "MAX_FIELDS",
    "Foreign",
    "Malformed",
    "TwilioChannel",
    "inbound",
    "is_a_message",
    "is_genuine",
    "read_form",
    "receipt",
    "render",
]

log = logging.getLogger(__name__)

MAX_BODY = 1600  # characters; Twilio answers 21617 above
_LONGEST_VALIDITY = 36_000  # seconds, Twilio's own limit
_USUAL_VALIDITY = 21_600  # six hours: a queue must not deliver a morning's lesson at night
_TRIAL = "Sent from your Twilio trial account - "
_PAGE = 100  # messages; a learner gets far fewer in the window that is asked about
_PAGES = 20
_PAGES_HEARD = 200  # of what everybody wrote while we were away

_ANSWERED_SID = re.compile(r"(SM|MM)\w{1,62}")
_NUMBER = re.compile(r"\+?[0-9]{6,}([0-9]{2})")


def render(outbound: Outbound, *, sender: str, status_url: str, now: datetime) -> dict[str, Any]:
    """The parameters of Twilio's create for this message, by the library's names.

    Raises SendFailed, before anything is spoken, for an address that is no telephone's, a text that is blank or over
    1,600 characters, and a message that has expired. SmartEncoded is not sent: `sms_text` has folded what can be, and
    the preview is the bill.
    """
    number, body = outbound.address.phone, sms_text(outbound.content)
    # A drawn phone (simulator:sms:+51…) has a number too, and somebody real may hold it.
    if outbound.address.scheme != "tel" or not E164.fullmatch(number):
        raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail="not an E.164 number")
    if not body.strip() or len(body) > MAX_BODY:
        raise SendFailed(Refusal.REJECTED, permanent=True, code="21617", detail=f"{len(body)} characters")
    validity = _USUAL_VALIDITY
    left = outbound.valid_for  # by the clock of the claim, which a rehearsal sets
    if left is None and outbound.expires_at is not None:
        left = (outbound.expires_at - now).total_seconds()
    if left is not None:
        validity = min(int(left), _LONGEST_VALIDITY)
        if validity < 1:
            raise SendFailed(Refusal.REJECTED, permanent=True, detail="expired")
    asked: dict[str, Any] = {"to": number, "body": body, "validity_period": validity}
    asked["messaging_service_sid" if sender.startswith("MG") else "from_"] = sender
    if status_url:
        asked["status_callback"] = f"{status_url}?mid={outbound.id}"
    return asked


def failed(error: Exception) -> SendFailed:
    """The one error of a channel, for whatever the library and the session under it raise. Numbers are masked."""
    if isinstance(error, Refused):
        what = meaning(error.status, error.code)
        after = what.retry_after if error.retry_after is None else error.retry_after
        message = _NUMBER.sub(r"…\1", error.message)[:200]
        return SendFailed(
            what.refusal,
            permanent=what.permanent,
            retry_after=after if what.refusal is not Refusal.UNCERTAIN else None,
            ambiguous=what.ambiguous,
            detail=f"HTTP {error.status} {message}".strip(),
            code=str(error.code or ""),
        )
    what = UNAVAILABLE if isinstance(error, NotWritten) else UNCERTAIN
    detail = str(error) if isinstance(error, NotWritten) else type(error).__name__
    return SendFailed(what.refusal, ambiguous=what.ambiguous, detail=detail)


class TwilioChannel:
    """One number or Messaging Service of one account. `sender` is E.164, a short code, a name, or `MG…`.

    `status_url` is where Twilio reports what became of a message; empty: it is not asked to. `timeout` is in seconds,
    of a whole request; `per_second` is what the sender carries, in segments (a long code: 1). Loading the
    library costs 0.35 s and 28 MiB, which is why only this constructor does.
    """

    def __init__(
        self,
        *,
        name: str = "",
        account_sid: str,
        auth_token: str,
        sender: str,
        api_url: str = "https://api.twilio.com",
        status_url: str = "",
        timeout: float = 15.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        per_second: float = 1.0,
    ) -> None:
        from messaging.twilio_transport import Transport, client

        self.name = name or f"twilio:{sender}"
        answers = sender.startswith("MG") or sender.lstrip("+").isdigit()  # nobody can write to a name
        self.capabilities = Capabilities(
            two_way=answers, receipts=bool(status_url), charset="ucs2", max_length=MAX_BODY, asks=True
        )
        self.allowance = Allowance(per_second=per_second, queues=True)
        self._sender, self._status_url, self._clock, self._account_sid = sender, status_url, clock, account_sid
        self._transport = Transport(account_sid=account_sid, auth_token=auth_token, timeout=timeout)
        self._messages = client(
            account_sid=account_sid, auth_token=auth_token, api_url=api_url, transport=self._transport
        ).messages

    async def send(self, outbound: Outbound) -> Sent:
        """Say it; returns once Twilio has taken it. Raises SendFailed and nothing else.

        Create has no idempotency key, so nothing here says it twice; `mid` in the callback brings the sid home even if
        we die before noting it.
        """
        asked = render(outbound, sender=self._sender, status_url=self._status_url, now=self._clock())
        try:
            return _sent(await self._messages.create_async(**asked), asked["body"])
        except SendFailed:
            raise
        except Exception as error:
            raise failed(error) from error

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """The oldest message of this text to this number that Twilio has created since then, or None for certain.

        `known` says which sids belong to other rows: two equal texts to one number are told apart by count. Raises
        SendFailed where Twilio gives no complete answer, or does not say when it created one of them, for then nobody
        knows.
        """
        asked = render_question(outbound, self._sender)
        body = sms_text(outbound.content)
        found: Sent | None = None
        try:
            async for message in self._listed(asked, since - timedelta(seconds=5)):
                if message is None or (_made_at(message) is None and not known(message.sid)):
                    raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, detail="an entry without a date")
                said = (message.body or "").removeprefix(_TRIAL).strip()
                if message.direction.startswith("outbound") and said == body.strip() and not known(message.sid):
                    found = _sent(message, body)  # newest first, so the last one stands
        except SendFailed:
            raise
        except Exception as error:
            raise failed(error) from error
        return found

    async def heard(self, since: datetime) -> AsyncIterator[Inbound]:
        """What was written to us since then, newest first, from Twilio's own list: for what could not be delivered.

        What has no date is passed over and said in the log. Raises SendFailed where Twilio gives no complete answer.
        """
        undated: list[str] = []
        asked = {} if self._sender.startswith("MG") else {"to": self._sender}
        try:
            async for message in self._listed(asked, since, _PAGES_HEARD):
                if message is None:
                    undated.append("?")
                elif message.direction == "inbound" and _made_at(message) is None:
                    undated.append(str(message.sid)[:34])
                elif message.direction == "inbound":
                    with suppress(ValueError):  # written to another number of the account
                        yield self._read(message)
        except SendFailed:
            raise
        except Exception as error:
            raise failed(error) from error
        if undated:
            log.warning("%s: %d messages without a date are left: %s", self.name, len(undated), ", ".join(undated[:5]))

    def _read(self, message: Any) -> Inbound:
        names = {
            "MessageSid": message.sid,
            "AccountSid": message.account_sid,
            "MessagingServiceSid": message.messaging_service_sid,
            "From": message.from_,
            "To": message.to,
            "Body": message.body,
            "NumMedia": message.num_media,
        }
        if self._sender.startswith("MG") and message.messaging_service_sid != self._sender:
            raise Foreign("MessagingServiceSid is not ours")
        fields = [(name, str(value)) for name, value in names.items() if value]
        return inbound(fields, sender=self.name, account_sid=self._account_sid, now=_made_at(message) or self._clock())

    async def became(self, provider_id: str, now: datetime) -> Receipt | None:
        """What Twilio says of a message of ours by now; None where it knows no such message, or no end of it yet.
        Raises SendFailed where it gives no clear answer."""
        try:
            message = await self._messages(provider_id).fetch_async()
        except Exception as error:
            if isinstance(error, Refused) and error.status == 404:
                return None
            raise failed(error) from error
        error_code = str(message.error_code or "")
        status = STATUSES.get(str(message.status), Status.SENT)
        if status is Status.SENT:
            return None
        what = of_receipt(error_code)
        return Receipt(
            sender=self.name,
            provider_id=provider_id,
            status=status,
            outbound=None,
            error=error_code,
            refusal=what.refusal if what else None,
            at=now,
        )

    async def _listed(self, asked: Mapping[str, str], since: datetime, pages: int = _PAGES) -> AsyncIterator[Any]:
        """Messages created since then, and those of which Twilio does not say when (None for what cannot be read).
        A page may be out of order by a little, so only a whole page of older ones ends it; there is no filter by date,
        for what still waits at Twilio has no DateSent."""
        page = await self._messages.page_async(**asked, page_size=_PAGE)
        for _ in range(pages):
            entries = [(message, _made_at(message)) for message in _entries(page)]
            for message, at in entries:
                if at is None or at >= since:
                    yield message
            recent = any(at is not None and at >= since for _, at in entries)
            page = await page.next_page_async() if recent else None
            if page is None:
                return
        raise SendFailed(Refusal.UNAVAILABLE, detail="too many messages to look through")

    async def reach(self) -> None:
        """Try address, account and token without sending anything (for `doctor`). Raises SendFailed."""
        try:
            await self._messages.page_async(page_size=1)
        except Exception as error:
            raise failed(error) from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()


def render_question(outbound: Outbound, sender: str) -> dict[str, str]:
    """How to ask for messages to this number; from a service any of its numbers may have spoken, so by To alone."""
    asked = {"to": outbound.address.phone}
    return asked if sender.startswith("MG") else {**asked, "from_": sender}


def _entries(page: Any) -> Iterator[Any]:
    """The messages of a page; None for one that the library cannot read (the 31st of February), which costs none of the
    others."""
    while True:
        try:
            message = next(page)
        except StopIteration:
            return
        except Exception:
            message = None
        yield message


def _made_at(message: Any) -> datetime | None:
    """When Twilio created a message, or at least sent it; its own description says that either may be missing."""
    made: datetime | None = (message.date_created or message.date_sent) if message else None
    return made


def _sent(message: Any, body: str) -> Sent:
    """Twilio's record of a message as ours. A Messaging Service counts 0 segments at first, so then we count."""
    if not _ANSWERED_SID.fullmatch(message.sid or ""):
        raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, detail="an answer without a message sid")
    count = str(message.num_segments or "")
    return Sent(
        provider_id=message.sid,
        segments=int(count) if count.isdigit() and count != "0" else segments(body),
        status=STATUSES.get(message.status, Status.SENT),
    )
