"""What is wrong with what somebody else writes of a learner's profile, whether on a page or from another program."""

from __future__ import annotations

from collections.abc import Mapping

from bot.people import LONGEST_NAME

LONGEST = {"name": LONGEST_NAME, "community": 60, "district": 60}
"""Signs of each text of a profile."""

_OLDEST, _YOUNGEST = 100, 10  # years of age


def profile_faults(texts: Mapping[str, str], birth_year: int | None, year: int) -> dict[str, str]:
    """What cannot be kept, as field → too_long, name (no two letters in it) or birth_year (younger than 10 or older
    than 100 in `year`). Texts are as `members.cell` leaves them; what is empty or None was not told, and is no fault.
    """
    faults = {name: "too_long" for name, most in LONGEST.items() if len(texts.get(name, "")) > most}
    called = texts.get("name", "")
    if called and sum(sign.isalpha() for sign in called) < 2:
        faults["name"] = "name"
    if birth_year is not None and not is_of_age(birth_year, year):
        faults["birth_year"] = "birth_year"
    return faults


def is_of_age(birth_year: int, year: int) -> bool:
    """Whether somebody born then can be a learner whom others take in: a later or earlier year is mistyped."""
    return year - _OLDEST <= birth_year <= year - _YOUNGEST
