"""By what people are told apart in results, and the bands of age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GROUPS = ("sex", "age", "place", "country", "cooperative", "occupation", "channel", "month")
"""The closed list. Employment, disability and member or family are not asked of learners: docs/results.md says so."""

MOST_AT_ONCE = 2
"""Groups of one table: three would leave cells of one person nearly everywhere."""

UNKNOWN = ""
"""The key of those of whom it is not known."""

YOUNG = "0-14"
BANDS: tuple[tuple[str, int, int], ...] = (
    (YOUNG, 0, 14),
    ("15-17", 15, 17),
    ("18-24", 18, 24),
    ("25-29", 25, 29),
    ("30-59", 30, 59),
    ("60+", 60, 120),
)
"""Name, youngest, oldest, in whole years by year of birth (programme-and-facts §5)."""

_ORDER = {name: place for place, (name, _, _) in enumerate(BANDS)}
_SEXES = {"f": 0, "m": 1, "x": 2}


def band(birth_year: int | None, year: int) -> str:
    """The band of somebody born in that year, as it is in `year`; UNKNOWN where none fits."""
    age = -1 if birth_year is None else year - birth_year
    return next((name for name, youngest, oldest in BANDS if youngest <= age <= oldest), UNKNOWN)


def parted(written: str) -> tuple[str, ...]:
    """The groups of "sex,age", in that order, once each. Raises ValueError with the word that is none, or with
    "many" for more than two."""
    named = tuple(dict.fromkeys(each.strip().lower() for each in written.split(",") if each.strip()))
    for each in named:
        if each not in GROUPS:
            raise ValueError(each)
    if len(named) > MOST_AT_ONCE:
        raise ValueError("many")
    return named


def in_order(keys: Iterable[tuple[str, ...]], by: Sequence[str]) -> list[tuple[str, ...]]:
    """The keys of a table as people expect them: women, men, others; the young before the old; the rest by name; and
    last those of whom it is not known."""
    return sorted(keys, key=lambda key: tuple(_rank(group, each) for group, each in zip(by, key, strict=True)))


def _rank(group: str, key: str) -> tuple[int, int, str]:
    known = {"sex": _SEXES, "age": _ORDER}.get(group, {})
    return (1 if key == UNKNOWN else 0, known.get(key, len(known)), key.casefold())
