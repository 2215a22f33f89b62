"""What a person saw before she said start, sealed so that it comes back unchanged; and whether it has grown since."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

GROWN = 10  # times as many people as were seen: nobody meant that


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many people a preview promised, and how much money in all."""

    people: int
    money: Decimal = Decimal(0)


def sealed(seen: Seen, campaign: str, version: int, key: bytes) -> str:
    """What was seen of this version, as text for a form."""
    said = f"{seen.people}.{_plain(seen.money)}"
    return f"{said}.{_signed(said, campaign, version, key)}"


def opened(text: str, campaign: str, version: int, key: bytes) -> Seen | None:
    """What was seen of this version; None where it is of another one, or was not sealed here."""
    said, _, signature = text.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signed(said, campaign, version, key).encode()):
        return None
    people, _, money = said.partition(".")
    try:
        return Seen(people=int(people), money=Decimal(money.replace("-", ".")))
    except (ValueError, InvalidOperation):
        return None


def grown(seen: Seen, people: int) -> bool:
    """Whether an audience is ten times what was seen, or more."""
    return people > seen.people and people >= GROWN * seen.people


def _plain(money: Decimal) -> str:
    return f"{money:f}".replace(".", "-")


def _signed(said: str, campaign: str, version: int, key: bytes) -> str:
    return hmac.new(key, f"seen:{campaign}:{version}:{said}".encode(), hashlib.sha256).hexdigest()[:32]
