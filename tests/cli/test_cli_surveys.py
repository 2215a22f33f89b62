"""`chasqui surveys` as a coordinator types it: made from a table or a list, put to a group, read, closed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.cooperating.organisations import Cooperative
from bot.messages import Address
from bot.people import OPERATOR
from bot.reporting.surveys import State
from bot.turn import SurveyAnswered, SurveyAsked
from cli.survey_words import WORDS
from store import auditing, organisations, survey_replies, surveys
from tests.cli.terminals import Terminal
from tests.store.planned import people
from tests.store.rows import NOW

TABLE = """\
title;la feria
purpose;Para saber si ayuda
kind;es;en;measures
yes no;¿Vendió algo?;Did you sell anything?
work;¿Trabaja ahora en el oficio?;Do you work in the trade now?;I12
free;¿Qué faltó?;What was missing?
"""


@pytest.fixture
def chasqui(terminal: Terminal) -> Terminal:
    with terminal.database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte"), NOW)
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="sur", name="Sur"), NOW)
    people(terminal.database, 6, cooperative="norte")
    people(terminal.database, 2, start=10, cooperative="sur")
    return terminal.with_words("surveys")


@pytest.fixture
def fair(chasqui: Terminal) -> str:
    """A survey made from a table; its id."""
    Path("fair.csv").write_text(TABLE, encoding="utf-8")
    return chasqui("add", "fair.csv", "--by", "olga").split()[0]


def state(chasqui: Terminal, id: str) -> State:
    with chasqui.database.reading() as conn:
        found = surveys.get(conn, OPERATOR, id)
    assert found
    return found.state


def answered(chasqui: Terminal, id: str, answers: list[int]) -> None:
    """So many members answered the first question so."""
    at = Address(scheme="tel", identity="+51900000001")
    with chasqui.database.writing() as conn:
        for number, choice in enumerate(answers):
            of = {"survey": id, "reply": f"r{number}", "learner": f"l{number:07d}"}
            said = [SurveyAsked(**of, language="es"), SurveyAnswered(**of, place=0, choice=choice)]
            survey_replies.write(conn, [(at, each) for each in said], NOW)


def test_a_survey_goes_from_its_table_to_its_answers_and_its_end(chasqui: Terminal, fair: str) -> None:
    assert re.fullmatch(r"la-feria-[0-9a-f]{4}", fair)
    assert "was made today already" in chasqui("add", "fair.csv")
    assert "la feria" in chasqui("list")
    told = chasqui("start", fair[:8], "--cooperative", "norte", refused=True)
    assert "People:    6" in told
    assert "¿Vendió algo?" in told
    assert "Nobody was asked" in told
    assert state(chasqui, fair) is State.DRAFT
    assert "is on its way: 6 people" in chasqui("start", fair, "--cooperative", "norte", "--yes", "--by", "olga")
    assert "already: nothing was sent twice" in chasqui("start", fair, "--yes")
    answered(chasqui, fair, [0, 0, 0, 0, 0, 1])
    rows = json.loads(chasqui("results", fair[:8], "--format", "json", "--lang", "en"))
    assert [(row["Answer"], row["n"]) for row in rows][:2] == [("yes", 6), ("no", 6)]
    assert rows[0]["%"] == 83
    assert chasqui("results", fair, "--replies", "--format", "csv").count("P-") == 6
    assert "is closed" in chasqui("close", fair)
    assert "was closed already" in chasqui("close", fair)
    assert "is closed: it is put to nobody" in chasqui("start", fair, "--yes", refused=True)
    with chasqui.database.reading() as conn:
        acts = [each.act for each in auditing.found(conn, OPERATOR, subject=f"survey:{fair}")]
    assert acts == ["survey.closed", "survey.put", "survey.made"]


def test_it_is_made_from_a_list_that_is_ready(chasqui: Terminal) -> None:
    words = ("--title", "Después", "--purpose", "Saber si sirvió.", "--like", "follow_up")
    id = chasqui("add", *words, "--language", "es", "--language", "en").split()[0]
    with chasqui.database.reading() as conn:
        found = surveys.get(conn, OPERATOR, id)
    assert found
    assert (found.languages, found.questions[0].measures) == (("es", "en"), "I12")


def test_each_fault_is_told_as_on_its_page(chasqui: Terminal) -> None:
    Path("bad.csv").write_text("title;la feria\nfree;¿Qué faltó?\nstars;¿Cuántas?\n", encoding="utf-8")
    told = chasqui("add", "bad.csv", refused=True, typed="")
    assert "Question 1 is answered in words: put it last." in told
    assert "Choose how question 2 is answered." in told
    assert "Write what it is asked for" in told
    assert "Nothing was made." in told
    assert "Escriba al menos una pregunta" in chasqui("add", "--lang", "es", refused=True)
    assert "cannot be read" in chasqui("add", "nowhere.csv", refused=True)
    assert "Either FILE or --like" in chasqui("add", "bad.csv", "--like", "meeting", refused=True)
    assert "'xx' is no language" in chasqui("add", "--like", "meeting", "--language", "xx", refused=True)
    plain = ("add", "--title", "A", "--purpose", "B", "--like", "meeting")
    assert "There is no cooperative 'oeste'" in chasqui(*plain, "--cooperative", "oeste", refused=True)


def test_what_is_not_there_is_refused_with_its_cure(chasqui: Terminal, fair: str) -> None:
    assert "There is no survey 'nothing'" in chasqui("start", "nothing", refused=True)
    assert "There is no survey 'nothing'" in chasqui("results", "nothing", refused=True)
    assert "chasqui cohort list" in chasqui("start", fair, "--cohort", "nadie", "--yes", refused=True)
    assert "reach nobody" in chasqui("start", fair, "--course", "vivero", "--yes", refused=True)
    assert state(chasqui, fair) is State.DRAFT


def test_a_large_one_waits_for_a_second_person(chasqui: Terminal, fair: str) -> None:
    people(chasqui.database, 1100, start=100, cooperative="sur")
    told = chasqui("start", fair, "--yes", "--by", "olga")
    assert "waits for a second person: 1108 people" in told
    assert f"chasqui campaign approve {fair}" in told


def test_it_speaks_spanish_to_who_reads_it(chasqui: Terminal, fair: str) -> None:
    assert "va en camino: 2 personas" in chasqui("start", fair, "--cooperative", "sur", "--yes", "--lang", "es")
    assert "está cerrada" in chasqui("close", fair, "--lang", "es")


def test_both_languages_have_the_same_sentences() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
