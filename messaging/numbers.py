"""Read the telephone numbers that gateways report: national, with 00, without +; and tell people from machines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bot.messages import Outbound

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BARE = re.compile(r"[+0-9 ().\-/]{6,32}")


@lru_cache(maxsize=4096)
def e164(written: str, country: str) -> str:
    """The number as E.164, read as one of `country` (PE, BO, RW) where it is not international; "" for what is no
    person's number: a brand's name, a short code, a toll-free line. Operators' own advertising comes from these."""
    written = written.strip()
    if not _BARE.fullmatch(written):
        return ""
    import phonenumbers  # 50 ms of metadata that only a gateway with national numbers needs

    for form in (written, f"+{written.lstrip('0')}"):
        try:
            number = phonenumbers.parse(form, country)
        except phonenumbers.NumberParseException:
            continue
        possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
        # 51900000001 is nine digits with the country's code in front, and too long for a national number.
        if possible and (form is not written or written.startswith(("+", "00")) or _fits(written, number)):
            if phonenumbers.number_type(number) in _MACHINES:
                return ""
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


# phonenumbers.PhoneNumberType: TOLL_FREE, PREMIUM_RATE, SHARED_COST, and UAN for companies.
_MACHINES = frozenset((3, 4, 5, 9))


def _fits(written: str, number: Any) -> bool:
    import phonenumbers

    return not re.sub(r"\D", "", written).startswith("00") and phonenumbers.is_valid_number(number)


_OWN = re.compile(r"([0-9]{1,14})-([0-9a-f]{4})-[0-9a-f]{12}(-[0-9]{1,2})?")


def own_id(outbound: Outbound, sender: str, again: int = 0) -> str:
    """The id by which a gateway knows this message: the same at every attempt, so saying it again is harmless.

    It begins with our row and then tells the sender, so that a receipt finds both even where we died before noting
    that it left; the rest keeps the ids of two installations, or of one that began anew, apart. `again` counts the
    times that the gateway has given it up for certain. At most 36 characters of [0-9a-f-].
    """
    told = f"{sender} {outbound.address} {outbound.created_at.timestamp():.6f}"
    return f"{outbound.id}-{_digest(sender, 4)}-{_digest(told, 12)}{f'-{again}' if again else ''}"


def row_of(own: str) -> int | None:
    """The row of the outbox in one of our ids; None where it is not ours."""
    found = _OWN.fullmatch(own)
    return int(found[1]) if found else None


def sender_of(own: str, senders: Iterable[str]) -> str:
    """Which of `senders` gave a message this id; "" where none of them did."""
    found = _OWN.fullmatch(own)
    return next((each for each in senders if found and _digest(each, 4) == found[2]), "")


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
