"""Read what a telephone with SMS Gateway for Android tells: prove it genuine, and make it an Inbound or a Receipt."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import Address, Heard, Inbound, Json, Receipt, Refusal, Status
from messaging.cleaning import clean
from messaging.numbers import e164, row_of, sender_of

# What is registered at the gateway. It tells each event to its own registration.
EVENTS = ("sms:received", "sms:sent", "sms:delivered", "sms:failed", "sms:cancelled", "mms:received", "system:ping")
_SKEW = 300.0  # seconds either way between its clock and ours

_MEDIA = frozenset(("mms:received", "sms:data-received"))
_STATUSES = {
    "sms:sent": Status.SENT,
    "sms:delivered": Status.DELIVERED,
    "sms:failed": Status.FAILED,
    "sms:cancelled": Status.CANCELLED,
}
# What Android's SmsManager says of the SIM, its network or the telephone, and of no number. A "generic failure" may be
# either (no credit, or a number that does not exist), so it speaks against neither.
_OF_THE_SIM = (
    "no_service", "radio_off", "radio_not_available", "sim_absent", "network_not_ready", "network_reject",
    "limit_exceeded", "no_resources", "no_memory", "modem_err", "invalid_smsc", "blocked_during_emergency",
)  # fmt: skip
_COUNTED = {"system:ping": "pings", "app:started": "pings", "mms:downloaded": "media fetched"}


class Malformed(ValueError):
    """Signed, and yet not what the gateway sends: no id, no event, no payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One telephone: whose SIMs are which senders. `sims`: slot (from 1; 0 is the phone's own choice) → sender."""

    sims: Mapping[int, str]
    numbers: Mapping[str, str] = field(default_factory=dict)  # E.164 of a SIM → sender
    country: str = "PE"  # how national numbers are read
    device: str = ""  # where one account has several telephones: only this one's events are ours

    def heard_by(self, payload: Json) -> str:
        """Which SIM has received an SMS: by its slot, else by its number, else the first; both may be null."""
        slot = payload.get("simNumber")
        if isinstance(slot, int) and slot in self.sims:
            return self.sims[slot]
        number = e164(str(payload.get("recipient") or "")[:64], self.country)
        return self.numbers.get(number) or next(iter(self.sims.values()))


def is_genuine(*, keys: Sequence[str], body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
    """Whether one of `keys` has signed this body at this time: hex HMAC-SHA256 over body + timestamp, at most five
    minutes off. Compared in constant time. Source: the gateway's documentation, Webhooks, Payload Signing."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 15):
        return False
    given = signature.lower().encode("utf-8", "replace")
    right = False
    for key in keys:
        due = hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest().encode()
        right |= bool(key) and hmac.compare_digest(due, given)
    return right and abs(now.timestamp() - int(timestamp)) <= _SKEW


def read(event: Json, phone: Phone, now: datetime) -> Inbound | Receipt | str:
    """What a genuine event says; a text is what it is counted as, where there is nothing to keep (answer it 200).

    Raises Malformed where it has no `id`, `event` or `payload`.
    """
    id, kind, payload = event.get("id"), event.get("event"), event.get("payload")
    if not (isinstance(id, str) and 0 < len(id) <= 128 and isinstance(kind, str) and isinstance(payload, dict)):
        raise Malformed("id, event and payload must be there")
    id = clean(id)
    if phone.device and event.get("deviceId") not in (None, phone.device):
        return "another phone"
    if kind in _STATUSES:
        return _receipt(id, kind, payload, phone, now)
    if kind == "sms:received" or kind in _MEDIA:
        return heard(id, kind, payload, phone, now)
    return _COUNTED.get(kind, "unknown")


def heard(id: str, kind: str, payload: Json, phone: Phone, now: datetime) -> Inbound | str:
    """What somebody wrote. It is known by the event's `id`: `messageId` is a hash of the text, and so not its own.

    Operators write from names and short codes ("Su saldo es…"): nobody is there to teach, so they are only counted.
    """
    written = payload.get("sender") or payload.get("phoneNumber") or ""  # older versions say phoneNumber
    number = e164(str(written)[:64], phone.country)
    if not number:
        return "no number"
    text = payload.get("message")
    media = kind in _MEDIA or not isinstance(text, str)
    if media:
        text = payload.get("subject") if isinstance(payload.get("subject"), str) else ""
    return Inbound(
        sender=phone.heard_by(payload),
        provider_id=id,
        address=Address(scheme="tel", identity=number),
        kind=Heard.MEDIA if media else Heard.TEXT,
        text=clean(str(text)),
        received_at=now,
    )


def _receipt(id: str, kind: str, payload: Json, phone: Phone, now: datetime) -> Receipt | str:
    ours = payload.get("messageId")
    row = row_of(ours) if isinstance(ours, str) else None
    sender = sender_of(str(ours), phone.sims.values())  # its simNumber may be null
    if row is None or not sender:  # somebody has written with this phone by hand, or another program has
        return "not ours"
    status, reason = _STATUSES[kind], str(payload.get("reason") or "")[:200]
    if status is Status.FAILED and ("ttl" in reason.lower() or "expired" in reason.lower()):
        status = Status.EXPIRED
    return Receipt(
        sender=sender,
        provider_id=str(ours),
        status=status,
        outbound=row,
        # It is told once for each part, and nothing but the event's own id tells them apart.
        part=id if status is Status.DELIVERED else "",
        error=reason,
        refusal=_refusal(reason) if status is Status.FAILED else None,
        at=now,
    )


def _refusal(reason: str) -> Refusal | None:
    """What a failure says: the SIM is out, or nobody knows why; None: it is the number's or the message's own."""
    said = "_".join(reason.lower().replace("_", " ").split())
    if any(each in said for each in _OF_THE_SIM):
        return Refusal.UNAVAILABLE
    return Refusal.UNCERTAIN if "generic" in said else None
