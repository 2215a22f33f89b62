"""The standards and exams that we ship: enough items in each language, all facts sound, and nothing that pretends."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from authoring.checking import question_text
from authoring.loading import load
from bot.catalogue import Catalogue, Item
from bot.certifying.items import ASKED, assessment_items, guess
from bot.certifying.standards import Standard, Unit
from bot.delivering.sms import segments

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    loaded = load(CONTENT, date(2026, 11, 22))
    assert loaded.catalogue is not None, "\n".join(map(str, loaded.errors))
    return loaded.catalogue


def _banks(catalogue: Catalogue) -> list[tuple[Standard, Unit, str, tuple[Item, ...]]]:
    return [
        (standard, unit, language, assessment_items(unit, catalogue.courses[standard.course], language))
        for standard in catalogue.standards.values()
        for unit in standard.units
        for language in standard.languages
    ]


def test_both_courses_have_a_standard(catalogue: Catalogue) -> None:
    assert {code: standard.course for code, standard in catalogue.standards.items()} == {
        "CHQ-NURSERY": "coffee-nursery",
        "CHQ-SAVINGS": "coop-leader",
    }
    nursery, savings = catalogue.standards["CHQ-NURSERY"], catalogue.standards["CHQ-SAVINGS"]
    assert [scheme.country for scheme in nursery.schemes] == ["PE", "BO"]
    assert [scheme.country for scheme in savings.schemes] == ["RW"]
    assert (len(nursery.units), len(savings.units)) == (4, 1)


def test_every_unit_has_twelve_items_in_each_language(catalogue: Catalogue) -> None:
    counts = {(standard.code, unit.code, language): len(found) for standard, unit, language, found in _banks(catalogue)}
    assert len(counts) == 10
    assert {key: count for key, count in counts.items() if count < 12} == {}


def test_every_criterion_has_an_item(catalogue: Catalogue) -> None:
    for standard, unit, language, found in _banks(catalogue):
        asked = {code for item in found for code in item.criteria}
        assert [each.code for each in unit.criteria if each.code not in asked] == [], (standard.code, language)


def test_an_item_fits_into_one_sms_and_is_seldom_guessed(catalogue: Catalogue) -> None:
    for standard, unit, language, found in _banks(catalogue):
        long = [item.id for item in found if segments(question_text(item, "gsm")) > 1]
        assert long == [], language
        assert {item.kind for item in found} <= set(ASKED)
        assert all(len(item.options) == 4 or guess(item) < 0.34 for item in found)
        assert sum(map(guess, found)) / len(found) <= 0.25, (standard.code, unit.code)


def test_no_letter_is_the_key_of_more_than_two_fifths(catalogue: Catalogue) -> None:
    for standard, unit, _, found in _banks(catalogue):
        keys = Counter(item.key for item in found if item.kind == "choice")
        assert max(keys.values()) <= 0.4 * sum(keys.values()), (standard.code, unit.code, keys)


def test_no_item_is_found_by_a_lesson_or_a_quiz(catalogue: Catalogue) -> None:
    for course in catalogue.courses.values():
        exams = {id for unit in course.units for id in unit.exam}
        practised = {id for unit in course.units for id in unit.practice} | {id for id, _ in course.items}
        practised |= {id for lesson in course.lessons.values() for id in lesson.items}
        assert exams
        assert exams & practised == set()


def test_nothing_pretends_to_be_the_states(catalogue: Catalogue) -> None:
    for standard in catalogue.standards.values():
        assert standard.standing.state == "draft"
        assert not standard.standing.by
        for scheme in standard.schemes:
            assert scheme.issuers == ()
            assert scheme.validity_months
            assert scheme.facts
            for fact in scheme.facts:
                assert catalogue.facts[fact]["mark"] in ("✔", "●")
                assert catalogue.facts[fact]["sources"]


def test_where_safety_is_at_stake_an_assessor_decides_at_the_cap(catalogue: Catalogue) -> None:
    at_cap = {unit.code: unit.policy.at_cap for unit in catalogue.standards["CHQ-NURSERY"].units}
    assert at_cap == {"1": "sign", "2": "sign", "3": "assessor", "4": "sign"}
