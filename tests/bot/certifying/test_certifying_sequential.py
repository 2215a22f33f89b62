"""Wald's test: its weights, its limits, and that a decision follows from the answers and from nothing else."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import (
    ASSESSOR,
    COMPETENT,
    NOT_YET,
    OPEN,
    Answer,
    Chances,
    Row,
    calibrated,
    default_chances,
    explain,
    limits,
    score,
    sheet,
    state,
)

POLICY = KnowledgePolicy()
THREE = default_chances(POLICY, 1 / 3)

policies = st.builds(
    KnowledgePolicy,
    minimum=st.integers(1, 6),
    cap=st.integers(6, 14),
    at_cap=st.sampled_from(["sign", "assessor"]),
    alpha=st.sampled_from([0.01, 0.02, 0.05, 0.1]),
    beta=st.sampled_from([0.01, 0.05, 0.1]),
)
chances = st.tuples(st.floats(0.02, 0.97), st.floats(0.02, 0.97)).map(
    lambda pair: Chances(competent=max(pair), not_yet=min(pair))
)


@st.composite
def sittings(draw: st.DrawFn, most: int = 14) -> list[Answer]:
    """Answers to unlike items, some of them two to a message."""
    found = draw(st.lists(st.tuples(st.booleans(), chances), max_size=most))
    together = draw(st.sampled_from([1, 2]))
    return [
        Answer(item=f"q{n}", right=right, chances=each, message=1 + n // together)
        for n, (right, each) in enumerate(found)
    ]


def marks(written: str, each: Chances = THREE) -> list[Answer]:
    """Answers from a line such as "++-+": right and wrong, each in a message of its own."""
    return [Answer(item=f"q{n}", right=mark == "+", chances=each) for n, mark in enumerate(written)]


def test_it_weighs_three_options_as_the_rule_says() -> None:
    right, wrong = THREE.weights
    assert (round(right, 3), round(wrong, 3)) == (0.693, -1.705)
    low, high = limits(POLICY)
    assert (round(low, 3), round(high, 3)) == (-2.944, 2.944)


@pytest.mark.parametrize(("guess", "high", "low"), [(1 / 3, 0.9, 0.45), (0.25, 0.8875, 0.38125), (0.0, 0.85, 0.175)])
def test_it_holds_the_knowledge_fixed_where_guessing_differs(guess: float, high: float, low: float) -> None:
    found = default_chances(POLICY, guess)
    assert found.competent == pytest.approx(high)
    assert found.not_yet == pytest.approx(low)


def test_an_item_that_is_harder_to_guess_tells_more() -> None:
    told = [default_chances(POLICY, guess).information for guess in (0.5, 1 / 3, 0.25, 1 / 6, 0.05)]
    assert told == sorted(told)


def test_it_refuses_levels_that_guessing_reaches() -> None:
    with pytest.raises(ValueError, match="Guessing alone"):
        default_chances(KnowledgePolicy(competent=0.45, not_yet=0.40), 0.25, reference=0.5)


def test_a_level_under_guessing_is_knowing_nothing() -> None:
    assert default_chances(KnowledgePolicy(not_yet=0.30), 1 / 3).not_yet == pytest.approx(1 / 3)


def test_it_shrinks_what_an_item_shows_of_itself() -> None:
    same = calibrated(THREE, (0, 0), (0, 0))
    assert (same.competent, same.not_yet) == pytest.approx((0.9, 0.45))
    moved = calibrated(THREE, (60, 100), (30, 100))
    assert moved.competent == pytest.approx((30 * 0.9 + 60) / 130)
    assert moved.not_yet == pytest.approx((30 * 0.45 + 30) / 130)
    wrong_way = calibrated(THREE, (10, 500), (490, 500))
    assert wrong_way.weights == (0.0, 0.0)


def test_five_right_pass_and_four_of_five_go_on() -> None:
    assert state(POLICY, marks("++++")).decision == OPEN
    assert state(POLICY, marks("+++++")).decision == COMPETENT
    assert state(POLICY, marks("++++-")).decision == OPEN
    assert state(POLICY, marks("+--+-")).decision == NOT_YET


def test_the_sign_decides_at_the_cap_or_an_assessor_does() -> None:
    nine, eight = marks("+++-++-+-+++"), marks("+++-++-+-+-+")
    assert (state(POLICY, nine).decision, state(POLICY, nine).at_cap) == (COMPETENT, True)
    assert (state(POLICY, eight).decision, state(POLICY, eight).at_cap) == (NOT_YET, True)
    assert state(KnowledgePolicy(at_cap="assessor"), nine).decision == ASSESSOR


def test_answers_after_the_decision_change_nothing() -> None:
    late = state(POLICY, marks("+--+-" + "+" * 7))
    assert (late.decision, late.right, late.wrong, late.surplus) == (NOT_YET, 2, 3, 7)


def test_two_of_one_message_are_weighed_together() -> None:
    five, six = (
        [Answer(item=f"q{n}", right=n < 5, chances=THREE, message=1 + n // 2) for n in range(count)] for count in (5, 6)
    )
    assert state(POLICY, five).decision == COMPETENT
    assert state(POLICY, six).decision == OPEN


def test_an_item_cannot_be_answered_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        state(POLICY, [*marks("+"), *marks("+")])


def test_the_sheet_for_paper_is_the_one_that_is_printed() -> None:
    rows = sheet(KnowledgePolicy(at_cap="assessor"))
    assert [(row.asked, row.passes, row.stops) for row in rows] == [
        (5, 5, 2), (6, 6, 3), (7, 7, 3), (8, 7, 4), (9, 8, 5), (10, 9, 5), (11, 10, 6), (12, 10, 7),
    ]  # fmt: skip
    assert sheet(POLICY)[-1] == Row(asked=12, passes=9, stops=8)  # where the sign decides nobody is left over


@given(policies, st.text("+-", max_size=14))
def test_the_sheet_decides_as_the_test_does(policy: KnowledgePolicy, written: str) -> None:
    found = state(policy, marks(written))
    asked = found.right + found.wrong
    rows = {row.asked: row for row in sheet(policy)}
    if asked not in rows:
        assert found.decision == OPEN
        return
    row = rows[asked]
    assert (found.decision == COMPETENT) == (row.passes is not None and found.right >= row.passes)
    assert (found.decision == NOT_YET) == (row.stops is not None and found.right <= row.stops)


@given(policies, sittings())
def test_it_never_decides_before_the_minimum_nor_stays_open_past_the_cap(
    policy: KnowledgePolicy, answers: list[Answer]
) -> None:
    found = state(policy, answers)
    asked = found.right + found.wrong
    if found.decision != OPEN:
        assert asked >= policy.minimum
    assert asked <= policy.cap + 1  # a message of two may reach over an odd cap, if one is served in spite of it
    if asked >= policy.cap:
        assert found.decision != OPEN


@given(policies, sittings())
def test_a_decision_is_the_same_whenever_it_is_worked_out(policy: KnowledgePolicy, answers: list[Answer]) -> None:
    final = state(policy, answers)
    counted = answers[: final.right + final.wrong]
    again = state(policy, counted)
    assert (again.decision, again.score, again.surplus) == (final.decision, final.score, 0)
    for count in range(len(counted)):
        if count == 0 or counted[count].message != counted[count - 1].message:
            assert state(policy, counted[:count]).decision == OPEN


@given(policies, sittings(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter_to_the_score(
    policy: KnowledgePolicy, answers: list[Answer], chance: random.Random
) -> None:
    mixed = list(answers)
    chance.shuffle(mixed)
    assert score(mixed) == score(answers)


@given(policies, sittings())
def test_a_right_answer_never_harms(policy: KnowledgePolicy, answers: list[Answer]) -> None:
    before = score(answers)
    for each in answers:
        bettered = [Answer(item=one.item, right=one.right or one is each, chances=one.chances) for one in answers]
        assert score(bettered) >= before - 1e-12


@pytest.mark.parametrize(("language", "last"), [("es", "Decisión: todavía no"), ("en", "Decision: not yet")])
def test_it_explains_itself_step_by_step(language: str, last: str) -> None:
    lines = explain(POLICY, marks("+--+-+"), language)
    assert len(lines) == 2 + 6 + 2
    assert "90%" in lines[0]
    assert "+2.94" in lines[1]
    assert "+0.69" in lines[2]
    assert "-1.01" in lines[3]
    assert ("no cuenta" if language == "es" else "does not count") in lines[7]
    assert "-3.73" in lines[8]
    assert lines[-1].startswith(last)


def test_it_says_that_the_sign_decided() -> None:
    assert "sign of the sum" in explain(POLICY, marks("+++-++-+-+++"), "en")[-2]
    assert "assessor" in explain(KnowledgePolicy(at_cap="assessor"), marks("+++-++-+-+++"), "en")[-1]
    assert "to come" in explain(POLICY, (), "en")[-1]


def all_orders(length: int) -> Sequence[str]:
    return ["".join(marks) for marks in itertools.product("+-", repeat=length)]


def test_it_decides_all_4096_ways_of_answering_twelve() -> None:
    low, high = limits(POLICY)
    right, wrong = THREE.weights
    for written in all_orders(12):
        total, decision = 0.0, OPEN
        for count, mark in enumerate(written, 1):
            total += right if mark == "+" else wrong
            if count >= 5 and (total >= high or total <= low or count == 12):
                decision = COMPETENT if total > 0 else NOT_YET
                break
        found = state(POLICY, marks(written))
        assert (found.decision, found.right + found.wrong) == (decision, count)
        assert math.isclose(found.score, total, abs_tol=1e-9)
