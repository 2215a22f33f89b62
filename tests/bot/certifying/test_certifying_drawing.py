"""Which item comes next: never one that may not be seen, seldom the same, and from all over the unit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Item, Option
from bot.certifying.drawing import Candidate, SoFar, drawn, exposure_limit, fit, message, shuffled
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances, default_chances

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
THREE = default_chances(KnowledgePolicy(), 1 / 3)

candidates = st.builds(
    Candidate,
    item=st.sampled_from([f"q{n}" for n in range(30)]),
    chances=st.sampled_from([default_chances(KnowledgePolicy(), guess) for guess in (0.05, 0.25, 1 / 3, 0.5)]),
    criterion=st.sampled_from(["", "1.1.1", "1.1.2", "1.2.1"]),
    shown=st.integers(0, 40),
    seen_at=st.none() | st.integers(0, 120).map(lambda days: NOW - timedelta(days=days)),
    practice=st.booleans(),
    text=st.text("abcñ?", min_size=20, max_size=110),
)
banks = st.lists(candidates, max_size=25, unique_by=lambda each: each.item)


def bank(count: int, *, criteria: int = 1, text: str = "") -> list[Candidate]:
    return [Candidate(item=f"q{n}", chances=THREE, criterion=f"c{n % criteria}", text=text) for n in range(count)]


@given(banks, st.lists(st.sampled_from([f"q{n}" for n in range(30)]), unique=True, max_size=8), st.integers(0, 2**32))
def test_it_never_draws_what_she_may_not_see(bank: list[Candidate], asked: list[str], seed: int) -> None:
    tested = SoFar(asked=tuple(asked), people=30)
    may = {
        each.item
        for each in bank
        if not each.practice
        and each.item not in asked
        and (each.seen_at is None or NOW - each.seen_at >= timedelta(days=60))
    }
    found = drawn(bank, tested, NOW, Random(seed))
    assert (found is None) == (not may)
    several = message(bank, tested, NOW, Random(seed))
    assert {each.item for each in several} <= may
    assert len({each.item for each in several}) == len(several)
    assert bool(several) == bool(may)
    free = {each.item for each in bank if each.item in may and each.shown < exposure_limit(30)}
    if found and free:
        assert found.item in free


def test_an_item_comes_again_after_sixty_days() -> None:
    for days, wanted in ((59, None), (60, "q0")):
        [only] = bank(1)
        seen = Candidate(item=only.item, chances=only.chances, seen_at=NOW - timedelta(days=days))
        found = drawn([seen], SoFar(), NOW, Random(1))
        assert (found.item if found else None) == wanted


def test_it_takes_one_of_the_five_that_tell_most() -> None:
    good = [Candidate(item=f"good{n}", chances=Chances(competent=0.95, not_yet=0.3)) for n in range(5)]
    found = Counter(drawn([*bank(20), *good], SoFar(), NOW, Random(seed)).item for seed in range(500))  # type: ignore[union-attr]
    assert set(found) == {f"good{n}" for n in range(5)}
    assert min(found.values()) > 60  # 100 each, and chance


def test_equals_do_not_come_in_the_order_of_the_bank() -> None:
    found = {drawn(bank(20), SoFar(), NOW, Random(seed)).item for seed in range(500)}  # type: ignore[union-attr]
    assert len(found) == 20


def test_a_test_goes_round_the_criteria() -> None:
    items = bank(16, criteria=4)
    asked: list[str] = []
    for seed in range(8):
        found = drawn(items, SoFar(asked=tuple(asked)), NOW, Random(seed))
        assert found
        asked.append(found.item)
    by = {each.item: each.criterion for each in items}
    assert set(Counter(by[item] for item in asked).values()) == {2}


def test_no_item_is_shown_to_more_than_three_in_ten_while_others_are_left() -> None:
    shown: Counter[str] = Counter()
    chance = Random(5)
    for person in range(200):
        asked: list[str] = []
        for _ in range(7):
            items = [Candidate(item=f"q{n}", chances=THREE, shown=shown[f"q{n}"]) for n in range(28)]
            found = drawn(items, SoFar(asked=tuple(asked), people=person), NOW, chance)
            assert found
            asked.append(found.item)
        shown.update(asked)
    assert max(shown.values()) <= 0.30 * 200 + 1


def test_a_small_bank_gives_way_to_the_least_shown() -> None:
    items = [Candidate(item=f"q{n}", chances=THREE, shown=50 + n) for n in range(12)]
    found = {drawn(items, SoFar(people=100), NOW, Random(seed)).item for seed in range(200)}  # type: ignore[union-attr]
    assert found == {"q0", "q1", "q2", "q3", "q4"}


def test_two_short_questions_share_a_message_and_long_ones_do_not() -> None:
    short, long = bank(6, text="¿Sombra al vivero?\nA) Sí\nB) No\nC) A veces"), bank(6, text="x" * 80)
    assert len(message(short, SoFar(), NOW, Random(1))) == 2
    assert len(message(short, SoFar(), NOW, Random(1), most=1)) == 1  # the last one before the cap
    assert len(message(long, SoFar(), NOW, Random(1))) == 1  # 80 + 1 + 80 septets are one too many
    assert len(message(bank(6), SoFar(), NOW, Random(1))) == 1  # what has no text cannot be measured
    assert len(message(short[:1], SoFar(), NOW, Random(1))) == 1


def test_the_second_question_is_of_another_criterion() -> None:
    items = bank(12, criteria=3, text="¿Sí o no?")
    for seed in range(50):
        first, second = message(items, SoFar(), NOW, Random(seed))
        assert first.criterion != second.criterion


@pytest.mark.parametrize(
    ("texts", "fits"),
    [(["a" * 79, "b" * 80], True), (["a" * 80, "b" * 80], False), (["á" * 79, "b" * 80], True), (["日", "b"], False)],
)
def test_it_measures_septets_after_folding(texts: list[str], fits: bool) -> None:
    assert fit(texts) is fits


def test_it_measures_what_joins_them_too() -> None:
    assert fit(["a" * 70, "b" * 70])
    assert not fit(["a" * 70, "b" * 70], joined=lambda texts: " ... ".join(("Responda asi: 1A 2B", *texts)))


def test_options_are_shuffled_and_orderings_are_not() -> None:
    options = (Option(text="a", key=True), Option(text="b"), Option(text="c"))
    choice, order = (Item(id="q", kind=kind, text="?", options=options) for kind in ("choice", "order"))
    found = Counter(shuffled(choice, Random(seed)) for seed in range(600))
    assert len(found) == 6
    assert min(found.values()) > 60
    assert shuffled(order, Random(1)) == (0, 1, 2)
