"""Surveys as they are written, rounded and counted."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot.reporting.grouping import band, in_order, parted
from bot.reporting.indicators import INDICATORS, Kind
from bot.reporting.rounding import each, half_up, percent
from bot.reporting.survey_files import written
from bot.reporting.survey_plans import id_for
from bot.reporting.surveys import Fault, Question, Tally, Written, faults

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("counts", "said"), [((15, 5, 0), (75, 25, 0)), ((17, 3, 0), (85, 15, 0)), ((1, 1, 6), (13, 13, 75))]
)
def test_percentages_are_rounded_half_up(counts: tuple[int, ...], said: tuple[int, ...]):
    tally = Tally(place=0, kind="impression", counts=counts)
    assert tuple(tally.percent(step) for step in range(3)) == said


def test_there_is_no_percentage_of_fewer_than_five():
    assert Tally(place=0, kind="impression", counts=(4, 0, 0)).percent(0) is None
    assert percent(2, 4) is None
    assert each(Decimal(100), 4) is None
    assert each(Decimal("100.05"), 10) == Decimal("10.01")
    assert half_up(Decimal("84.5")) == 85


def test_a_table_becomes_a_survey():
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    [table] = [block for block in re.findall(r"```\n(.*?)```", page, re.S) if block.startswith("title;")]
    found = written([line.split(";") for line in table.splitlines()])
    assert (found.title, found.purpose) == ("the fair", "To know whether it helps")
    assert [(one.kind, one.measures) for one in found.questions] == [("yes_no", ""), ("work", "I12"), ("free", "")]
    assert found.questions[0].texts == {"es": "¿Vendió algo?", "en": "Did you sell anything?"}
    assert faults(found) == []


def test_the_spanish_page_shows_a_table_that_works_too():
    page = (DOCS / "es" / "results.md").read_text(encoding="utf-8")
    [table] = [block for block in re.findall(r"```\n(.*?)```", page, re.S) if block.startswith("titulo;")]
    found = written([line.split(";") for line in table.splitlines()])
    assert faults(found) == []
    assert found.questions[1].measures == "I12"


def test_what_is_wrong_is_said_with_its_question():
    long = Question(kind="free", texts={"es": "x" * 141})
    odd = Question(kind="yes_no", texts={"en": "Well?"}, measures="I12")
    assert faults(Written(title="", purpose="x", questions=(long, odd))) == [
        Fault(what="title"),
        Fault(what="last", question=1),
        Fault(what="long", question=1, value="140"),
        Fault(what="measures", question=2, value="I12"),
        Fault(what="languages"),
    ]


def test_ids_are_words_that_people_can_type():
    assert id_for("La reunión de Jaén (¡2026!)", "AB12cd") == "la-reunion-de-jaen-2026-ab12"
    assert id_for("¿?", "") == "survey-1"


def test_ages_fall_into_bands_and_groups_into_order():
    ages = [band(2026 - age, 2026) for age in (14, 15, 18, 29, 59, 60)]
    assert ages == ["0-14", "15-17", "18-24", "25-29", "30-59", "60+"]
    assert band(None, 2026) == ""
    assert in_order([("",), ("m",), ("x",), ("f",)], ["sex"]) == [("f",), ("m",), ("x",), ("",)]
    assert parted(" Sex, age,sex ") == ("sex", "age")


@pytest.mark.parametrize("page", ["results.md", "es/results.md"])
def test_every_indicator_is_on_the_page_and_what_is_missing_says_so(page: str):
    text = (DOCS / page).read_text(encoding="utf-8")
    assert [indicator.code for indicator in INDICATORS] == [f"I{number}" for number in range(1, 29)]
    for indicator in INDICATORS:
        assert indicator.code in text or indicator.code in ("I13", "I14"), indicator.code
        if indicator.kind is Kind.MISSING:
            assert f"{indicator.code} (" in text, indicator.code
