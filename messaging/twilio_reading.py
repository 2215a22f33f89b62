"""Read what Twilio brings: an incoming message, and a later word on one of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.messages import Address, Heard, Inbound, Receipt, Status
from messaging.cleaning import clean
from messaging.twilio_codes import of_receipt
from messaging.twilio_signature import Fields, Malformed

_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_OTHER = re.compile(r"[^\x00-\x1f\x7f]{1,64}")  # a short code, a brand's name, whatsapp:+51…
# What Twilio writes for a number that it was not told: "ANONYMOUS" and its like on a keypad. An answer would cost money
# and reach nobody. Source: Twilio's support page on calls from +266696687.
_NOBODY = frozenset(("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"))
_RELIED_ON = frozenset(
    ("MessageSid", "AccountSid", "MessagingServiceSid", "From", "To", "Body", "OptOutType", "MessageStatus")
)

# Every status in which Twilio has the message is "sent": had a receipt said "queued", our queue would say it again.
STATUSES = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "partially_delivered": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.CANCELLED,
}
_OPT_OUTS = {"STOP": Heard.CARRIER_STOP, "START": Heard.CARRIER_START, "HELP": Heard.CARRIER_HELP}


class Foreign(ValueError):
    """Signed, but for another account, number or service than ours: nothing of it is kept."""


def inbound(fields: Fields, *, sender: str, account_sid: str, now: datetime) -> Inbound:
    """What somebody wrote, from the fields of a genuine webhook; media are counted and never fetched.

    The signature has no delimiters (a value moved into a field's name keeps it), so the fields that we rely on must be
    there, once, in Twilio's own shapes: else Malformed. Foreign where it is not for `sender`.
    """
    form = _form(fields, account_sid)
    to, who = form.get("To", ""), form.get("From", "")
    if not to or not _OTHER.fullmatch(who):
        raise Malformed("From and To must be there")
    _must_be_ours(sender.removeprefix("twilio:"), to, form.get("MessagingServiceSid", ""))
    text = clean(form.get("Body", ""))
    kind = _OPT_OUTS.get(form.get("OptOutType", ""), Heard.TEXT)
    if kind is Heard.TEXT and not text and form.get("NumMedia", "0") not in ("", "0"):
        kind = Heard.MEDIA
    if who == to or who in _NOBODY:  # our own number by a loop of the network, or a caller who hides
        address, kind = Address(scheme="tel", identity=who), Heard.IGNORED
    elif E164.fullmatch(who):
        address = Address(scheme="tel", identity=who)
    else:  # a bank's short code, a brand, another medium: there is nobody there to teach by SMS
        scheme, _, identity = who.rpartition(":")
        address, kind = Address(scheme=scheme or "tel", identity=identity or "-"), Heard.IGNORED
    return Inbound(
        sender=sender, provider_id=form["MessageSid"], address=address, kind=kind, text=text, received_at=now
    )


def is_a_message(fields: Fields) -> bool:
    """Whether this is what somebody wrote and no status, whatever the address it came to is for."""
    names = {name for name, _ in fields}
    return "Body" in names and "MessageStatus" not in names


def receipt(fields: Fields, *, sender: str, account_sid: str, outbound: int | None, now: datetime) -> Receipt | None:
    """What a status callback says of our message; None for a status that we do not know (answer it 200, count it).

    `outbound` is our row, as the callback's URL repeats it. Raises Malformed and Foreign as `inbound` does.
    """
    form = _form(fields, account_sid)
    status = STATUSES.get(form.get("MessageStatus", ""))
    if status is None:
        return None
    error = form.get("ErrorCode", "")[:16]
    what = of_receipt(error)
    return Receipt(
        sender=sender,
        provider_id=form["MessageSid"],
        status=status,
        outbound=outbound,
        error=error,
        refusal=what.refusal if what else None,
        at=now,
    )


def _form(fields: Fields, account_sid: str) -> Mapping[str, str]:
    form = dict(fields)
    if len(form) != len(fields):
        names = [name for name, _ in fields if name in _RELIED_ON]
        if len(names) != len(set(names)):
            raise Malformed("a field is there twice")
    if not _SID.fullmatch(form.get("MessageSid", "")):
        raise Malformed("MessageSid must be there: SM or MM, and 32 hexadecimal digits")
    account = form.get("AccountSid", "")
    if account != account_sid:
        raise (Foreign if _ACCOUNT.fullmatch(account) else Malformed)("AccountSid is not ours")
    return form


def _must_be_ours(ours: str, to: str, service: str) -> None:
    if ours.startswith("MG"):
        # A number's own webhook names no service; one that names another service is another programme's.
        if service and service != ours:
            raise Foreign("MessagingServiceSid is not ours")
    elif ours.lstrip("+").isdigit() and to != ours:
        raise Foreign("To is not our number")
