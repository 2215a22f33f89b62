"""What Twilio's answers mean to us: which refusal, for how long, and whether for one message or for everybody.

Codes are hints: Twilio splits and adds them over time, so the class of the HTTP status decides first.
Sources: Twilio's error pages as of 2026-04, and the error tables of other gateways.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.messages import Refusal


class Level(StrEnum):
    """Whom a refusal concerns, so that one wrong number does not stop a sender, and one wrong token does not look
    like ten thousand wrong numbers."""

    MESSAGE = "message"  # this text or this number; the next message may go through
    COUNTRY = "country"  # every number of that country, until the operator mends it
    SENDER = "sender"  # everything this sender says, until the operator mends it or the limit lifts


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One row of the table. `retry_after` is in seconds; None leaves it to the sending loop's own ladder."""

    refusal: Refusal
    permanent: bool
    level: Level = Level.MESSAGE
    retry_after: float | None = None
    ambiguous: bool = False


class Refused(Exception):
    """Twilio answered, and not with a 2xx. `code` is Twilio's own, where the body held one; no header is kept but
    Retry-After (seconds)."""

    def __init__(self, *, status: int, code: int | None = None, message: str = "", retry_after: float | None = None):
        super().__init__(f"HTTP {status}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


class NotWritten(Exception):
    """Not one byte of the request went out: no address, nobody listening, no TLS, no free connection."""


_HOUR = 3600.0

_GROUPS: tuple[tuple[Meaning, tuple[int, ...]], ...] = (
    # -- one message --
    # She wrote STOP to this sender and Twilio holds it: our own consent must follow.
    (Meaning(refusal=Refusal.OPTED_OUT, permanent=True), (21610,)),
    # No such number; not a mobile or a landline (30006, and 21635 since 2026); an unknown or inactive subscriber.
    (Meaning(refusal=Refusal.BAD_ADDRESS, permanent=True), (21211, 21217, 21421)),
    (Meaning(refusal=Refusal.LANDLINE, permanent=True), (21614, 21635, 30006)),
    (Meaning(refusal=Refusal.NO_SUBSCRIBER, permanent=True), (30005,)),
    # Off, out of coverage, or "unknown error": a phone on a farm is off for hours, not for minutes.
    (Meaning(refusal=Refusal.UNREACHABLE, permanent=False), (30003, 30008)),
    (Meaning(refusal=Refusal.UNREACHABLE, permanent=False, retry_after=600.0), (30017, 30410)),
    (Meaning(refusal=Refusal.BLOCKED, permanent=False, retry_after=24 * _HOUR), (30004,)),
    # Too long, empty, filtered by a carrier, past its validity: the same text will not pass a second time.
    (
        Meaning(refusal=Refusal.REJECTED, permanent=True),
        (21602, 21617, 21619, 30007, 30010, 30012, 30013, 30014, 30019, 30036),
    ),
    # -- a country --
    # The geographic permission is off; the sender may not speak there, or must be registered first.
    (
        Meaning(refusal=Refusal.SETTINGS, permanent=True, level=Level.COUNTRY),
        (21408, 21612, 21659, 30018, 30024),
    ),
    # -- the sender --
    (
        Meaning(refusal=Refusal.SETTINGS, permanent=True, level=Level.SENDER),
        # Not our number, a trial account, an empty or wrong Messaging Service, no such resource.
        (20404, 21606, 21608, 21701, 21702, 21703, 21704, 21705, 21706, 21707, 21708, 21709),
    ),
    (Meaning(refusal=Refusal.CREDENTIALS, permanent=False, level=Level.SENDER), (20003, 20005, 30002)),
    (Meaning(refusal=Refusal.RATE_LIMITED, permanent=False, level=Level.SENDER, retry_after=1.0), (20429,)),
    (Meaning(refusal=Refusal.RATE_LIMITED, permanent=False, level=Level.MESSAGE, retry_after=60.0), (14107,)),
    # More than ten hours of segments wait at Twilio: seconds would not help.
    (Meaning(refusal=Refusal.RATE_LIMITED, permanent=False, level=Level.SENDER, retry_after=600.0), (21611, 30001)),
)

CODES: dict[int, Meaning] = {code: meaning for meaning, codes in _GROUPS for code in codes}

UNCERTAIN = Meaning(refusal=Refusal.UNCERTAIN, permanent=False, ambiguous=True)
UNAVAILABLE = Meaning(refusal=Refusal.UNAVAILABLE, permanent=False, level=Level.SENDER)
_REJECTED = Meaning(refusal=Refusal.REJECTED, permanent=True)

_STATUSES = {
    401: CODES[20003],
    403: CODES[20003],
    404: CODES[20404],  # the account sid or the address of the API is wrong, not the message
    408: UNCERTAIN,  # a box on the way gave up: what it had passed on is not known
    429: CODES[20429],
}


def meaning(status: int, code: int | None = None) -> Meaning:
    """What an answer to a request means, from its HTTP status and Twilio's code. Only 2xx are not asked about.

    A redirect is not Twilio's (a captive portal): Twilio has not seen the message. 5xx says nothing about whether
    the message was taken, whatever code it carries; 429 is documented as not processed.
    """
    if status >= 500:
        return UNCERTAIN
    if status < 400:
        return UNAVAILABLE if status >= 300 else UNCERTAIN
    if status == 429:
        hint = CODES.get(code or 20429)
        return hint if hint and hint.refusal is Refusal.RATE_LIMITED else CODES[20429]
    return CODES.get(code or 0) or _STATUSES.get(status, _REJECTED)


def of_receipt(error: str) -> Meaning | None:
    """What the ErrorCode of a status callback means; None for an empty or unknown code."""
    return CODES.get(int(error)) if error.isascii() and error.isdigit() else None
