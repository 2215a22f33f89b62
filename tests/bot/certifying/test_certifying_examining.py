"""A unit's test by message: what it draws on, which reply is for which question, and when it may be taken again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from bot.certifying import examining
from bot.certifying.cases import FAILED
from bot.certifying.examining import Exam, History, Served
from bot.certifying.sequential import Chances
from cli.settings import ROOT
from tests.bot.certifying.norms import BEGAN, case, scheme
from tests.changing import replace


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return Shelf(ROOT / "content")()


def served(place: int, key: int = 0) -> Served:
    return Served(
        place=place,
        message=1,
        item=f"i{place}",
        digest="",
        kind="choice",
        text="?",
        options=("a", "b", "c"),
        order=(0, 1, 2),
        key=key,
        chances=Chances(competent=0.9, not_yet=0.45),
        served_at=BEGAN,
    )


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("AB", {3: "A", 4: "B"}),
        ("a b", {3: "A", 4: "B"}),
        ("A, B.", {3: "A", 4: "B"}),
        ("3B 4A", {3: "B", 4: "A"}),
        ("4a", {4: "A"}),
        ("3) c", {3: "C"}),
        ("A", None),
        ("ABC", None),
        ("9A 4B", None),
        ("la primera", None),
        ("BAJA", None),
        ("", None),
    ],
)
def test_it_tells_apart_what_answers_which_of_two_questions(reply: str, found: dict[int, str] | None) -> None:
    assert examining.parted((served(3), served(4)), reply) == found


def test_an_item_that_she_saw_within_sixty_days_is_not_asked_though_nothing_else_is_left(real: Catalogue) -> None:
    standard, course = real.standards["CHQ-NURSERY"], real.courses["coffee-nursery"]
    unit = standard.units[0]
    whole = examining.bank(course, unit, unit.policy, "es", History())
    seen = {each.item: BEGAN for each in whole}
    exam = Exam(id="x", case="c", unit=unit.code, policy=unit.policy, started_at=BEGAN)
    bank = examining.bank(course, unit, unit.policy, "es", History(seen=seen))
    later = BEGAN + timedelta(days=59)
    assert not examining.asked(exam, bank, 1, course, "es", later, Random(1)).served
    assert examining.asked(exam, bank, 1, course, "es", later + timedelta(days=2), Random(1)).served


def test_an_exhausted_bank_leaves_the_decision_to_an_assessor() -> None:
    policy = examining.KnowledgePolicy()
    exam = Exam(id="x", case="c", unit="1", policy=policy, started_at=BEGAN, served=(served(1), served(2)))
    half = examining.answered(exam, {1: (0, "A")}, BEGAN)
    assert examining.finished(half, BEGAN, exhausted=True).decision == "", "a question is still open"
    full = examining.answered(half, {2: (0, "A")}, BEGAN)
    assert examining.finished(full, BEGAN).decision == ""
    assert examining.finished(full, BEGAN, exhausted=True).decision == "referred"


def test_an_answer_is_marked_as_served_and_stays() -> None:
    exam = Exam(
        id="x", case="c", unit="1", policy=examining.KnowledgePolicy(), started_at=BEGAN, served=(served(1, key=2),)
    )
    once = examining.answered(exam, {1: (2, "C")}, BEGAN)
    assert once.served[0].right is True
    again = examining.answered(once, {1: (0, "A")}, BEGAN + timedelta(days=1))
    assert again == once


def test_after_failing_a_unit_waits_two_days_and_then_a_week() -> None:
    held = replace(case(), failures={"1": (BEGAN,)}, knowledge={"1": FAILED})
    assert examining.free_from(held, "1", scheme()) == BEGAN + timedelta(hours=48)
    twice = replace(held, failures={"1": (BEGAN, BEGAN + timedelta(days=3))})
    assert examining.free_from(twice, "1", scheme()) == BEGAN + timedelta(days=10)
