"""What a programme cost and what one learner, one who finished and one who is certified come to (indicator I27)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.reporting.rounding import LEAST, each


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What left in a month over one mobile network: SMS segments × the price of the sender that carried them."""

    month: str  # 2026-03
    operator: str  # empty: not known, or no SMS
    messages: int
    segments: int
    money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """All of it, with what the staff cost besides, and over how many people it is spread."""

    lines: tuple[Spent, ...] = ()
    staff: Decimal = Decimal(0)
    learners: int = 0
    completers: int = 0
    certified: int = 0

    @property
    def messages(self) -> Decimal:
        """Money for messages."""
        return sum((line.money for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Money for messages and staff."""
        return self.messages + self.staff

    def shares(self) -> tuple[tuple[str, int | None, Decimal | None], ...]:
        """(learner, completer or certified; how many; what one comes to). Both None for one to four, nothing for none:
        a cost of three would tell how many they are."""
        counted = (("learner", self.learners), ("completer", self.completers), ("certified", self.certified))
        return tuple((name, n if n >= LEAST or not n else None, each(self.total, n)) for name, n in counted)
