"""An answer behind a name, on a shared phone, is marked as any other."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from tests.bot.phones import Phone


@pytest.fixture
def two(real: Catalogue) -> Phone:
    """Jeanne and Paul of the savings course on one phone; Paul's first question, how many people, was put last."""
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "YES", "Jeanne", "1985", "SAVINGS", "2", "YES", "Paul", "1990")
    return phone


def test_a_number_behind_her_name_is_hers(two: Phone) -> None:
    (feedback, *_) = two.write("Jeanne: 25")
    assert feedback.startswith("Correct")
    assert two.conversation.learner == two.record.learners[0].id


@pytest.mark.parametrize("said", ["Jeanne: 25 francs", "Jeanne: between 15 and 25"])
def test_what_is_no_clear_number_behind_her_name_is_graded_for_nobody(two: Phone, said: str) -> None:
    before = {each.learner: each.tries for each in (two.conversation.question, *two.conversation.earlier) if each}
    two.write(said)
    after = {each.learner: each.tries for each in (two.conversation.question, *two.conversation.earlier) if each}
    assert after == before
