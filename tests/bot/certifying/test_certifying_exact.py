"""Error rates and lengths: against the published table, against counting every way of answering, and by chance."""

from __future__ import annotations

import itertools
from collections import Counter
from random import Random

import pytest

from bot.certifying.exact import Fixed, Outcome, certificate, equal_fixed, identical, in_order
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import COMPETENT, NOT_YET, OPEN, Answer, Chances, default_chances, state
from bot.certifying.simulating import BankItem, levels, right_chance, simulate

POLICY = KnowledgePolicy()
THREE = Chances(competent=0.9, not_yet=0.45)


def both(policy: KnowledgePolicy, chances: Chances, *, together: int = 1) -> tuple[Outcome, Outcome]:
    """What becomes of the competent and of the not yet competent."""
    return (
        identical(policy, chances, chances.competent, together=together),
        identical(policy, chances, chances.not_yet, together=together),
    )


# Table of the recommended design: questions, false fails and passes, share decided at the cap.
RECOMMENDED = [
    ((10, 1), (0.90, 0.45), (6.4, 5.0), (0.067, 0.041), (0.15, 0.11)),
    ((12, 5), (0.90, 0.45), (6.8, 6.3), (0.031, 0.048), (0.06, 0.06)),
    ((15, 5), (0.90, 0.45), (7.0, 6.5), (0.024, 0.042), (0.02, 0.02)),
    ((12, 5), (0.92, 0.40), (6.1, 5.9), (0.015, 0.030), (0.03, 0.02)),
    ((12, 1), (0.90, 1 / 3), (4.1, 3.9), (0.019, 0.053), None),
]


@pytest.mark.parametrize(("bounds", "levels", "length", "errors", "capped"), RECOMMENDED)
def test_it_gives_the_published_table(
    bounds: tuple[int, int],
    levels: tuple[float, float],
    length: tuple[float, float],
    errors: tuple[float, float],
    capped: tuple[float, float] | None,
) -> None:
    policy = KnowledgePolicy(competent=levels[0], not_yet=levels[1], cap=bounds[0], minimum=bounds[1])
    able, unable = both(policy, Chances(competent=levels[0], not_yet=levels[1]))
    # The table is rounded to a tenth of a question, which is more than 1 % of it.
    assert (able.length, unable.length) == pytest.approx(length, rel=0.01, abs=0.05)
    assert (able.failed, unable.passed) == pytest.approx(errors, abs=0.002)
    if capped:
        assert (able.at_cap, unable.at_cap) == pytest.approx(capped, abs=0.0051)


def test_two_a_message_cost_a_question_and_save_three_messages() -> None:
    able, unable = both(KnowledgePolicy(cap=16, minimum=1), THREE, together=2)
    assert (able.length, unable.length) == pytest.approx((7.7, 5.8), abs=0.05)
    assert (able.failed, unable.passed) == pytest.approx((0.032, 0.029), abs=0.002)


@pytest.mark.parametrize(
    ("guess", "length", "quantile", "fixed"),
    [
        (0.0, (21.2, 19.1), (40, 36), (40, 28)),
        (1 / 6, (27.4, 24.1), None, (48, 36)),
        (0.25, (31.5, 27.6), None, (58, 45)),
        (1 / 3, (36.4, 31.9), (67, 62), (65, 52)),
        (0.5, (52.0, 44.5), None, (94, 80)),
    ],
)
def test_it_gives_the_published_table_of_item_types(
    guess: float, length: tuple[float, float], quantile: tuple[int, int] | None, fixed: tuple[int, int]
) -> None:
    chances = Chances(competent=0.8 + 0.2 * guess, not_yet=0.55 + 0.45 * guess)
    able, unable = both(KnowledgePolicy(minimum=1, cap=500), chances)
    assert (able.length, unable.length) == pytest.approx(length, rel=0.01)
    if quantile:
        assert (able.quantile(0.9), unable.quantile(0.9)) == quantile
    found = equal_fixed(chances, false_pass=0.05, false_fail=0.05)
    assert found is not None
    assert (found.questions, found.mark) == fixed


@pytest.mark.parametrize(
    ("guess", "length", "errors"),
    [
        (0.0, (20.0, 18.1), (0.054, 0.055)),
        (1 / 6, (24.3, 21.5), (0.065, 0.077)),
        (0.25, (26.7, 23.6), (0.072, 0.093)),
        (1 / 3, (29.1, 25.7), (0.080, 0.114)),
        (0.5, (34.5, 30.2), (0.101, 0.173)),
    ],
)
def test_it_gives_the_published_table_of_tests_cut_at_forty(
    guess: float, length: tuple[float, float], errors: tuple[float, float]
) -> None:
    chances = Chances(competent=0.8 + 0.2 * guess, not_yet=0.55 + 0.45 * guess)
    able, unable = both(KnowledgePolicy(minimum=1, cap=40), chances)
    assert (able.length, unable.length) == pytest.approx(length, rel=0.01)
    assert (able.failed, unable.passed) == pytest.approx(errors, abs=0.002)


FOUR = Chances(competent=0.925, not_yet=0.625)  # .90 against .50 of the domain, on four options


@pytest.mark.parametrize(
    ("alpha", "beta", "length", "false_passes"), [(0.02, 0.10, (14.3, 7.7), 0.022), (0.01, 0.10, (16.9, 7.8), 0.014)]
)
def test_where_safety_is_at_stake_fewer_false_passes_cost_questions(
    alpha: float, beta: float, length: tuple[float, float], false_passes: float
) -> None:
    able, unable = both(KnowledgePolicy(minimum=1, cap=30, alpha=alpha, beta=beta), FOUR)
    assert (able.length, unable.length) == pytest.approx(length, rel=0.01)
    assert unable.passed == pytest.approx(false_passes, abs=0.002)


@pytest.mark.parametrize(("together", "messages"), [(1, 11.7), (2, 6.1), (3, 4.5)])
def test_questions_in_one_message_save_messages(together: int, messages: float) -> None:
    able, _ = both(KnowledgePolicy(minimum=1, cap=24), FOUR, together=together)
    assert able.length / together == pytest.approx(messages, rel=0.01)


def test_it_asks_at_most_55_in_100_of_what_a_fixed_test_of_equal_error_asks() -> None:
    able, unable = both(POLICY, THREE)
    fixed = equal_fixed(THREE, false_pass=unable.passed, false_fail=able.failed)
    assert fixed == Fixed(questions=12, mark=9)
    assert (able.length / 12, unable.length / 12) == pytest.approx((0.57, 0.53), abs=0.005)
    assert (able.length + unable.length) / 2 / fixed.questions <= 0.55


def test_six_units_pass_four_in_five_at_once_and_nearly_all_with_a_retake() -> None:
    able, unable = both(POLICY, THREE)
    assert certificate([able.passed] * 6) >= 0.79
    assert certificate([able.passed] * 6, retake=True) >= 0.99
    one_bad = [able.passed] * 5 + [unable.passed]
    assert certificate(one_bad) < 0.048
    assert certificate(one_bad, retake=True) < 0.095


@pytest.mark.parametrize(
    ("fixed", "share"), [((5, 4), 0.53), ((10, 7), 0.65), ((10, 8), 0.38), ((20, 14), 0.61), ((20, 16), 0.24)]
)
def test_common_rules_pass_many_who_know_only_half(fixed: tuple[int, int], share: float) -> None:
    assert Fixed(questions=fixed[0], mark=fixed[1]).passing(0.70) == pytest.approx(share, abs=0.005)


def counted(policy: KnowledgePolicy, items: list[Chances], truths: list[float], together: int) -> Counter[str]:
    """The shares of each decision, by going through every way in which the items can be answered."""
    found: Counter[str] = Counter()
    for way in itertools.product((True, False), repeat=len(items)):
        answers = [
            Answer(item=str(n), right=right, chances=items[n], message=1 + n // together) for n, right in enumerate(way)
        ]
        share = 1.0
        for right, truth in zip(way, truths, strict=True):
            share *= truth if right else 1 - truth
        last = state(policy, answers)
        found[last.decision] += share
        found["length"] += (last.right + last.wrong) * share
    return found


@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize("at_cap", ["sign", "assessor"])
def test_it_agrees_with_counting_every_way_of_answering(together: int, at_cap: str) -> None:
    chance = Random(4)
    policy = KnowledgePolicy(minimum=3, cap=8, at_cap=at_cap)
    guesses = [chance.choice((1 / 3, 0.25, 1 / 6, 0.05)) for _ in range(8)]
    items = [default_chances(policy, guess) for guess in guesses]
    truths = [guess + (1 - guess) * 0.6 for guess in guesses]
    found, wanted = in_order(policy, items, truths, together=together), counted(policy, items, truths, together)
    assert found.passed == pytest.approx(wanted[COMPETENT])
    assert found.failed == pytest.approx(wanted[NOT_YET])
    assert found.assessor == pytest.approx(wanted["assessor"])
    assert found.length == pytest.approx(wanted["length"])
    assert wanted[OPEN] == 0
    assert sum(found.ends) == pytest.approx(1)


def test_rounding_the_scores_of_many_unlike_items_changes_hardly_anything() -> None:
    chance = Random(5)
    items = [default_chances(POLICY, chance.uniform(0.1, 0.4)) for _ in range(12)]
    truths = [each.competent for each in items]
    fine, coarse = in_order(POLICY, items, truths), in_order(POLICY, items, truths, digits=4)
    assert coarse.failed == pytest.approx(fine.failed, abs=0.0005)
    assert coarse.length == pytest.approx(fine.length, abs=0.005)


def test_it_refuses_fewer_items_than_the_policy_asks() -> None:
    with pytest.raises(ValueError, match="fewer"):
        in_order(POLICY, [THREE] * 4, [0.9] * 4)


def test_no_fixed_test_is_found_where_none_will_do() -> None:
    hard = Chances(competent=0.61, not_yet=0.60)
    assert equal_fixed(hard, false_pass=0.05, false_fail=0.05, most=50) is None


def test_people_made_up_by_chance_fare_as_was_worked_out() -> None:
    bank = [BankItem(id=f"q{n}", criterion=f"c{n % 4}") for n in range(24)]
    for known, wanted in zip(levels(POLICY), reversed(both(POLICY, THREE)), strict=True):
        found, shown = simulate(POLICY, bank, known, 2000, Random(11))
        # Four standard errors of 2,000 people: two points.
        assert found.passed == pytest.approx(wanted.passed, abs=0.02)
        assert found.length == pytest.approx(wanted.length, abs=0.2)
        assert found.at_cap == pytest.approx(wanted.at_cap, abs=0.022)
        assert max(shown.values()) <= 0.305  # the limit, and the odd person it is rounded up by


def test_a_bank_that_runs_out_leaves_the_rest_to_an_assessor() -> None:
    bank = [BankItem(id=f"q{n}") for n in range(6)]
    found, _ = simulate(POLICY, bank, 0.6, 2000, Random(3))
    wanted = in_order(POLICY, [THREE] * 6, [right_chance(bank[0], 0.6)] * 6)
    assert found.passed + found.failed + found.assessor == pytest.approx(1)
    assert wanted.assessor == pytest.approx(wanted.at_cap)
    assert (found.passed, found.assessor) == pytest.approx((wanted.passed, wanted.assessor), abs=0.045)
    assert sum(found.ends[6:]) == 0


def test_a_harder_item_is_answered_right_less_and_guessing_is_its_floor() -> None:
    easy, plain, hard = (right_chance(BankItem(id="q", difficulty=each), 0.85) for each in (-1.0, 0.0, 1.0))
    assert easy > plain > hard > 1 / 3
    assert plain == pytest.approx(0.9)
    assert right_chance(BankItem(id="q", difficulty=3.0), 0.0) == pytest.approx(1 / 3)


@pytest.mark.parametrize(("known", "passes"), [(0.7, 0.39), (0.8, 0.73)])
def test_between_the_levels_it_is_a_toss(known: float, passes: float) -> None:
    found = identical(KnowledgePolicy(minimum=1, cap=24), FOUR, known + (1 - known) * 0.25)
    assert found.passed == pytest.approx(passes, abs=0.006)
    assert found.length == pytest.approx(14.3, abs=0.3)
