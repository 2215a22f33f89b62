"""Words of the pages of certification that are put together from states, acts and reasons: each one is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.console_words import read_console_words
from bot.certifying import guarding
from bot.certifying.cases import MARKS, SELF_MARKS, State
from bot.certifying.credentials import KINDS, OBJECTIONS
from bot.certifying.deciding import RULES
from bot.certifying.standards import KINDS as EVIDENCE
from bot.certifying.standards import METHODS
from console.assessors import TIES
from console.case_acts import FORMS
from console.case_finding import GROUPS, REASONS

WORDS = read_console_words(Path(__file__).parents[2] / "content")


def _ids() -> Iterator[str]:
    for state in State:
        if state.value:
            yield from (f"state.{state.value}", f"hint.{state.value}")
    yield from (f"group.{each}" for each in GROUPS)
    for kind, form in FORMS.items():
        yield from (f"{what}.{kind}" for what in ("act", "do", "explain", "done"))
        for field in form.fields:
            yield f"sure.{kind}" if field == "sure" else f"field.{field}"
    yield from (f"entry.{each}" for each in RULES)
    yield from (f"actor.{role}" for rule in RULES.values() for role in rule.roles)
    yield from (f"method.{each}" for found in METHODS.values() for each in found)
    yield from (f"kind.{each}" for each in EVIDENCE)
    yield from (f"mark.{each}" for each in MARKS)
    yield from (f"value.{each}" for each in SELF_MARKS | {"passed", "failed", "referred", "competent", "not_yet"})
    yield from (f"credential.{each}" for each in KINDS)
    yield from (f"is.{each}" for each in KINDS)
    yield from (f"tie.{each}" for each in TIES)
    yield from (f"unfit.{each}" for each in (*TIES, "self", "none", "ended", "assigned"))
    yield from (f"refused.{each}" for each in REASONS)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_word_that_is_put_together_is_there(language: str) -> None:
    known = WORDS.sentences[language]
    assert sorted({f"cases.{each}" for each in _ids()} - set(known)) == []


def test_every_rule_of_the_machine_is_explained_where_it_refuses() -> None:
    guards = {each.__name__ for rule in RULES.values() for each in rule.guards}
    own = {"ending", "ended"}  # of the program, which asks nobody
    assert guards - own <= REASONS
    assert all(hasattr(guarding, each) for each in guards)
    assert set(OBJECTIONS) - {"act"} <= REASONS
