"""What answers say of memory: which item is asked again, when, and in which order."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run

from bot.learning.reviewing import APART, Answer, noted, ranked, retrievability, worked_out
from bot.occasion import Review

NOW = datetime(2026, 3, 2, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def review(item: str = "q1") -> Review:
    found = noted("rosa", "vivero", item, "choice", 0, NOW)
    assert found
    return found


def answered(*marks: bool, every: float = 5, guessable: bool = True, tries: int = 1) -> list[Answer]:
    return [
        Answer(item="q1", right=right, guessable=guessable, tries=tries, at=NOW + place * every * DAY)
        for place, right in enumerate(marks)
    ]


def interval(*marks: bool, guessable: bool = True, every: float = 5, finished: bool = False) -> float:
    log = answered(*marks, guessable=guessable, every=every)
    found = worked_out(review(), log, finished=finished)
    assert found.last_at == log[-1].at
    return (found.due_at - found.last_at) / DAY


def test_a_first_right_answer_that_may_be_a_guess_comes_back_sooner_than_a_typed_one() -> None:
    assert interval(True) < interval(True, guessable=False) == 2


def test_a_wrong_answer_comes_back_first_of_all() -> None:
    assert interval(False) <= interval(True)
    assert interval(True, True, False) < interval(True, True, True)


def test_intervals_grow_to_thirty_days_in_a_course_and_to_ninety_after_it() -> None:
    right = (True,) * 8
    assert interval(*right, every=20) == 30
    assert interval(*right, every=60, finished=True) == 90


def test_a_second_try_says_nothing() -> None:
    hinted = [*answered(False), *answered(True, tries=2)]
    assert worked_out(review(), hinted, finished=False) == worked_out(review(), answered(False), finished=False)
    assert noted("rosa", "vivero", "q1", "choice", 1, NOW) is None


def test_a_task_and_a_rating_are_not_asked_again() -> None:
    assert noted("rosa", "vivero", "q1", "task", 0, NOW) is None
    assert noted("rosa", "vivero", "q1", "rating", 0, NOW) is None


def test_what_is_nearest_to_being_forgotten_comes_first_and_nothing_within_twenty_hours() -> None:
    weak = worked_out(review("weak"), answered(True, False), finished=False)
    strong = worked_out(review("strong"), answered(True, True, True), finished=False)
    fresh = worked_out(review("fresh"), [], finished=False)
    later = NOW + 60 * DAY

    assert [each.item for each in ranked([strong, fresh, weak], later)] == ["fresh", "weak", "strong"]
    assert retrievability(weak, later) < retrievability(strong, later) < 1
    assert ranked([weak], weak.last_at + APART - timedelta(minutes=1), early=True) == ()
    assert ranked([strong], strong.last_at + DAY) == ()
    assert len(ranked([strong], strong.last_at + DAY, early=True)) == 1


def test_answering_never_loads_the_library() -> None:
    """It costs 15 ms and is of use only when a review slot comes."""
    code = "import sys, bot.talking.step; sys.exit('fsrs' in sys.modules or 'holidays' in sys.modules)"
    assert run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
