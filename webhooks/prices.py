"""What segments cost: an amount and its currency as the operator wrote them, multiplied without rounding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_AMOUNT = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One segment's price; `before` and `after` are what stands around the amount."""

    amount: Decimal
    before: str = ""
    after: str = ""
    comma: bool = False

    def of(self, segments: int) -> str:
        """The price of so many segments, written as the operator writes it: `S/ 0.30`, `0,10 €`."""
        total = str(self.amount * segments)
        return f"{self.before}{total.replace('.', ',') if self.comma else total}{self.after}"


def read_price(text: str) -> Price:
    """Read "0.05 USD", "S/ 0.15" or "0,05 €"; raises ValueError where there is no amount."""
    found = _AMOUNT.search(text)
    if not found:
        raise ValueError(f"no amount in the price {text!r}; write it such as '0.05 USD'")
    before, after = text[: found.start()].lstrip(), text[found.end() :].rstrip()
    return Price(amount=Decimal(found[0].replace(",", ".")), before=before, after=after, comma="," in found[0])
