"""Round as donors' tables are rounded: half up, never the banker's way, and no percentage of fewer than five."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

LEAST = 5
"""A count of people below this is hidden, and of fewer people than this there is no percentage
(programme-and-facts §5)."""


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """The value with so many decimal places; a half goes away from zero, so that 84.5 is 85 and 0.125 is 0.13."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def percent(part: int, whole: int) -> int | None:
    """Whole per cent of `part` in `whole`, rounded half up; None where `whole` is fewer than five."""
    if whole < LEAST:
        return None
    return int(half_up(Decimal(part) * 100 / Decimal(whole)))


def each(total: Decimal, n: int) -> Decimal | None:
    """What one of `n` comes to, in money with two places, rounded half up; None for fewer than five."""
    return None if n < LEAST else half_up(total / n, 2)
