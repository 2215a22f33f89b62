"""The parts of a standard, the policy of a unit, and how easily an item is guessed."""

from __future__ import annotations

import ast
import dataclasses
from datetime import date
from pathlib import Path

import pytest

from bot.catalogue import Item, Option
from bot.certifying import items, policies, standards
from bot.certifying.items import guess
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.standards import KINDS, METHODS, Issuer, Standard, Standing

PURE = Path(standards.__file__).parent


def _item(kind: str, options: int = 0) -> Item:
    return Item(id="x", kind=kind, text="?", options=tuple(Option(text=str(each)) for each in range(options)))


def _standard(standing: Standing) -> Standard:
    return Standard(
        code="X", version="1", titles={"es": "Uno"}, isco08="6113", purpose={}, course="c", languages=("es",),
        drafts=(), standing=standing, schemes=(), units=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "chance"),
    [
        (_item("choice", 4), 1 / 4),
        (_item("choice", 3), 1 / 3),
        (_item("order", 3), 1 / 6),
        (_item("order", 4), 1 / 24),
        (_item("number"), 0.05),
        (_item("text"), 0.05),
    ],
)
def test_an_item_is_guessed_as_easily_as_its_kind_says(item: Item, chance: float) -> None:
    assert guess(item) == pytest.approx(chance)


@pytest.mark.parametrize("kind", ["task", "rating"])
def test_what_cannot_be_marked_has_no_chance(kind: str) -> None:
    with pytest.raises(ValueError, match=f"kind {kind} cannot be marked"):
        guess(_item(kind))


def test_the_default_policy_is_that_of_the_field() -> None:
    policy = KnowledgePolicy()
    assert (policy.competent, policy.not_yet, policy.alpha, policy.beta) == (0.90, 0.45, 0.05, 0.05)
    assert (policy.minimum, policy.cap, policy.at_cap) == (5, 12, "sign")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"competent": 1.0}, "between 0 and 1"),
        ({"not_yet": 0.0}, "between 0 and 1"),
        ({"not_yet": 0.9}, "must be lower than competent"),
        ({"alpha": 0.5}, "under 0.5"),
        ({"beta": 0.0}, "above 0"),
        ({"minimum": 0}, "at least 1"),
        ({"cap": 4}, "must not be lower than minimum"),
        ({"at_cap": "chance"}, '"sign" or "assessor"'),
    ],
)
def test_a_policy_whose_numbers_cannot_stand_together_says_why(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dataclasses.replace(KnowledgePolicy(), **wrong)  # type: ignore[arg-type]


def test_an_approval_holds_from_its_first_to_its_last_day() -> None:
    held = _standard(Standing(state="approved", since=date(2026, 1, 1), until=date(2026, 12, 31)))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [held.approved(day) for day in days] == [False, True, True, False]
    assert not _standard(Standing(state="validated", since=date(2026, 1, 1))).approved(date(2026, 6, 1))


def test_an_issuer_without_an_end_may_issue_until_it_is_taken_away() -> None:
    issuer = Issuer(name="A", valid_from=date(2026, 1, 1))
    assert [issuer.covers(day) for day in (date(2025, 12, 31), date(2099, 1, 1))] == [False, True]


def test_a_text_comes_in_the_first_language_where_hers_is_missing() -> None:
    assert _standard(Standing()).title("rw") == "Uno"
    assert standards.told({}, "es") == ""


def test_a_quiz_can_show_knowledge_and_nothing_else() -> None:
    assert set(METHODS) == set(KINDS)
    assert [kind for kind in KINDS if "sms_quiz" in METHODS[kind]] == ["knowledge"]


@pytest.mark.parametrize("module", [standards, policies, items])
def test_its_nouns_are_frozen_slotted_and_named(module: object) -> None:
    classes = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each) and each.__module__ == module.__name__  # type: ignore[attr-defined]
    ]
    for each in classes:
        params = each.__dataclass_params__  # type: ignore[attr-defined]
        assert params.frozen, each
        assert "__slots__" in vars(each), each
        assert all(field.kw_only for field in dataclasses.fields(each)), each


@pytest.mark.parametrize("file", ["standards.py", "policies.py", "items.py"])
def test_it_needs_only_its_arguments(file: str) -> None:
    tree = ast.parse((PURE / file).read_text())
    needed = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    needed |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(each).partition(".")[0] for each in needed} <= {
        "__future__", "bot", "collections", "dataclasses", "datetime", "math",
    }  # fmt: skip
