"""What others may write of a learner's profile, with plain asserts."""

from __future__ import annotations

from bot.cooperating.profiles import profile_faults


def test_a_name_has_two_letters_and_nothing_is_too_long() -> None:
    assert profile_faults({"name": "Jo", "community": "x" * 60}, None, 2026) == {}
    assert profile_faults({"name": "", "district": ""}, None, 2026) == {}
    assert profile_faults({"name": "J. 7"}, None, 2026) == {"name": "name"}
    assert profile_faults({"name": "x" * 61, "district": "x" * 61}, None, 2026) == {
        "name": "too_long",
        "district": "too_long",
    }


def test_a_year_of_birth_makes_somebody_from_ten_to_a_hundred() -> None:
    assert [year for year in range(1900, 2101) if not profile_faults({}, year, 2026)] == list(range(1926, 2017))
