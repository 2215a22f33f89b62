"""The commands on assessment: what a test does, how a decision came about, how good the items are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from authoring.shelf import Shelf
from bot.turn import Answered
from cli.main import main
from cli.simulation_words import WORDS
from store.database import Database
from tests.cli.terminals import Terminal
from tests.store.rows import join, turn
from tests.transcripts.playing import content


@pytest.fixture
def chasqui(terminal: Terminal) -> Terminal:
    """With the lessons and standards as they are."""
    terminal.monkeypatch.delenv("CHASQUI_CONTENT_DIR")
    return terminal


# --- simulate ---


def simulated(chasqui: Terminal, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(chasqui("simulate", "--people", "100", "--json", *more))
    return found


def test_it_sets_the_test_beside_a_fixed_one_and_the_common_rules(chasqui: Terminal) -> None:
    said = chasqui("simulate", "--people", "100")
    for words in ("9 of 12", "8 of 10", "4 of 5", "14 of 20", "100 made up", "0.57 / 0.53 of it, 0.55 on average"):
        assert words in said
    exactly = next(line for line in said.splitlines() if line.startswith("sequential, exact"))
    assert " ".join(exactly.split()[2:]) == "3.1 % 4.8 % 50.2 % 6.8 / 6.3 6.3 % / 5.6 % 0.0 % / 0.0 %"


def test_it_speaks_spanish_to_who_reads_it(chasqui: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    said = chasqui("simulate", "--people", "100", "--lang", "es", "--plot", "c.svg")
    for words in ("9 de 12", "8 de 10", "100 inventadas", "todavía no competentes", "quién aprueba"):
        assert words in said
    assert not any(word in said for word in ("sequential", "questions", " of ", "Competent:"))
    assert "Preguntas en promedio" in Path("c.svg").read_text()
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    assert "2 por lo menos" in chasqui("simulate", "--options", "1", refused=True)
    assert "no es JSON" in chasqui("simulate", "--bank", bank_of("{"), refused=True)


def bank_of(written: str) -> str:
    Path("bank.json").write_text(written)
    return "bank.json"


def test_both_languages_say_the_same(chasqui: Terminal) -> None:
    english, spanish = WORDS["en"], WORDS["es"]
    assert english.keys() == spanish.keys()
    places = re.compile(r"{(\w+)")
    assert {id for id in english if set(places.findall(english[id])) != set(places.findall(spanish[id]))} == set()


def test_it_tells_a_program_the_same(chasqui: Terminal) -> None:
    found = simulated(chasqui)
    [exactly, in_order, made_up, _, *common] = found["lines"]
    assert exactly["false_fails"] == pytest.approx(0.0309, abs=0.0001)
    assert in_order["false_fails"] == pytest.approx(exactly["false_fails"], abs=0.001)
    assert made_up["questions"][0] == pytest.approx(6.8, abs=0.8)
    assert found["fixed"] == {"questions": 12, "mark": 9}
    assert [each["rule"] for each in common] == ["fixed, 8 of 10", "fixed, 4 of 5", "fixed, 14 of 20"]
    assert found["six_units"] == pytest.approx([0.828, 0.994], abs=0.001)


def test_the_same_seed_makes_up_the_same_people(chasqui: Terminal) -> None:
    one, again, other = (simulated(chasqui, "--seed", seed)["lines"][2] for seed in ("7", "7", "8"))
    assert one == again
    assert one != other


def test_flags_change_the_policy(chasqui: Terminal) -> None:
    found = simulated(
        chasqui, "--competent", "92%", "--not-yet", "0,40", "--options", "4", "--cap", "12", "--at-cap", "assessor"
    )
    assert (found["policy"]["competent"], found["policy"]["not_yet"]) == (0.92, 0.40)
    exactly = found["lines"][0]
    assert exactly["questions"] == pytest.approx([6.05, 5.86], abs=0.01)
    assert exactly["assessor"] == pytest.approx([0.0265, 0.0198], abs=0.0001)


def test_a_bank_of_harder_items_fails_more_of_the_competent(chasqui: Terminal, tmp_path: Path) -> None:
    bank = [{"id": f"q{n}", "options": 3, "difficulty": 1.5, "criterion": str(n % 3)} for n in range(20)]
    Path("bank.json").write_text(json.dumps(bank))
    found = simulated(chasqui, "--bank", "bank.json")
    exactly, in_order, _made_up, *_ = found["lines"]
    assert in_order["false_fails"] > exactly["false_fails"] + 0.2
    assert found["items"] == 20


def test_a_calibrated_bank_is_weighed_by_its_own_figures(chasqui: Terminal) -> None:
    rows = [{"id": f"q{n}", "guess": 0.3333, "competent": 0.97, "not_yet": 0.40} for n in range(20)]
    Path("bank.json").write_text(json.dumps(rows))
    found = simulated(chasqui, "--bank", "bank.json")
    assert found["lines"][1]["questions"] != pytest.approx(found["lines"][0]["questions"], abs=0.1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{", "not JSON"),
        ("[]", "list of 1 to"),
        ('{"id": 1}', "list of 1 to"),
        ('[{"id": "a"}, {"id": "a"}]', "two items of one id"),
        ('[{"id": "a", "guess": 2}]', "item 1: guess"),
        ('[{"id": "a", "options": 0}]', "item 1"),
        ('[{"id": "a", "competent": 0.9}]', "item 1: 'not_yet'"),
        ('[{"id": "a", "competent": 0.3, "not_yet": 0.5}]', "item 1: The chances"),
        ('[{"id": "a", "dificulty": 1}]', "unknown: dificulty"),
        ("[7]", "item 1"),
        ('[{"id": "a"}]', "fewer than the 5 questions"),
    ],
)
def test_a_bank_that_cannot_be_used_is_refused_by_its_line(chasqui: Terminal, written: str, why: str) -> None:
    Path("bank.json").write_text(written)
    assert why in chasqui("simulate", "--people", "10", "--bank", "bank.json", refused=True)


def test_what_cannot_stand_together_is_refused(chasqui: Terminal) -> None:
    assert "must be lower" in chasqui("simulate", "--competent", ".5", "--not-yet", ".6", refused=True)
    assert "cap (3)" in chasqui("simulate", "--cap", "3", refused=True)
    assert "at least 2" in chasqui("simulate", "--options", "1", refused=True)
    assert "Guessing alone" in chasqui(
        "simulate", "--options", "2", "--competent", ".5", "--not-yet", ".4", refused=True
    )
    assert "--standard" in chasqui("simulate", "--unit", "1", refused=True)
    assert "bank.json" in chasqui("simulate", "--bank", "bank.json", refused=True)
    with pytest.raises(SystemExit):
        main(["simulate", "--competent", "1.2"])


def test_it_tries_a_unit_of_a_standard_on_its_own_items(chasqui: Terminal) -> None:
    found = simulated(chasqui, "--standard", "CHQ-NURSERY", "--unit", "1")
    assert found["items"] >= 12
    assert "no unit '99'" in chasqui("simulate", "--standard", "CHQ-NURSERY", "--unit", "99", refused=True)
    assert "no standard 'X'" in chasqui("simulate", "--standard", "X", "--unit", "1", refused=True)


def test_it_draws_the_curves(chasqui: Terminal) -> None:
    assert "curves.svg" in chasqui("simulate", "--people", "10", "--plot", "curves.svg")
    drawn = ElementTree.parse("curves.svg").getroot()
    lines = [each.get("points", "").split() for each in drawn.iter("{http://www.w3.org/2000/svg}polyline")]
    assert len(lines) == 6  # who passes and how soon: ours, the fixed one of equal error, and 8 of 10
    passing = [float(point.split(",")[1]) for point in lines[0]]
    assert passing == sorted(passing, reverse=True)  # more known, more pass: up is less in SVG
    assert len(passing) == 41


# --- decide ---

ANSWERS = {
    "policy": {"at_cap": "assessor"},
    "answers": [{"item": f"q{n}", "right": n not in (2, 3, 5), "guess": 1 / 3} for n in range(1, 6)],
}


def test_it_explains_a_decision_in_the_readers_language(chasqui: Terminal) -> None:
    Path("a.json").write_text(json.dumps(ANSWERS))
    assert chasqui("decide", "--answers", "a.json").splitlines()[-1] == "Decision: not yet competent in knowledge."
    said = chasqui("decide", "--answers", "a.json", "--lang", "es").splitlines()
    assert said[2] == "1. q1: bien, +0.69; suma +0.69"
    assert said[-1] == "Decisión: todavía no competente en conocimientos."
    assert json.loads(chasqui("decide", "--answers", "-", "--json", typed=json.dumps(ANSWERS)))["decision"] == "not_yet"


def test_it_weighs_by_the_chances_of_that_day(chasqui: Terminal) -> None:
    answers = [{"item": f"q{n}", "right": True, "competent": 0.6, "not_yet": 0.55} for n in range(5)]
    Path("a.json").write_text(json.dumps({"answers": answers}))
    found = json.loads(chasqui("decide", "--answers", "a.json", "--json"))
    assert (found["decision"], found["right"]) == ("open", 5)
    assert found["sheet"][0] == {"asked": 5, "passes": 5, "stops": 2}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("no", "not JSON"),
        ("[]", "no list of answers"),
        ('{"answers": [{"item": "a", "right": "yes", "guess": 0.3}]}', "Answer 1: right is true or false"),
        ('{"answers": [{"item": "a", "right": true}]}', "Answer 1"),
        ('{"answers": ["a"]}', "Answer 1"),
        ('{"policy": {"cap": 1}, "answers": []}', "cap (1)"),
        ('{"policy": {"caps": 1}, "answers": []}', "The policy may hold"),
        ('{"policy": {"cap": "x"}, "answers": []}', "policy cannot be read"),
        (
            '{"answers": [{"item": "a", "right": true, "guess": 0.3}, {"item": "a", "right": true, "guess": 0.3}]}',
            "twice",
        ),
    ],
)
def test_answers_that_cannot_be_read_are_refused(chasqui: Terminal, written: str, why: str) -> None:
    Path("a.json").write_text(written)
    assert why in chasqui("decide", "--answers", "a.json", refused=True)


# --- items ---


@pytest.fixture
def database(tmp_path: Path, migrated_sqlite: bytes) -> Database:
    (tmp_path / "c.db").write_bytes(migrated_sqlite)
    return Database.open(f"sqlite:///{tmp_path}/c.db")


def test_it_lists_what_was_answered_and_what_to_look_at(
    chasqui: Terminal, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHASQUI_CONTENT_DIR", str(content(tmp_path / "content")))
    assert "Nobody has answered" in chasqui("items")
    course = Shelf(tmp_path / "content")().courses["vivero"]
    first, second = [id for id in course.units[0].practice if course.items[id, "es"].kind == "choice"][:2]
    for number in range(120):
        join_and_answer(database, number, first, second)
    said = chasqui("items")
    assert f"{first} " in said
    assert "Too easy: 100%" in said
    assert "2 of 2 items have 30 answers" in said
    spanish = chasqui("items", "--lang", "es", "--course", "vivero")
    assert "Demasiado fácil" in spanish
    told = {each["item"]: each for each in json.loads(chasqui("items", "--json"))}
    assert told[first]["facility"] == 1
    assert told[second]["answers"] == 120
    assert told[second]["facility"] == pytest.approx(0.5)
    assert "no course 'x'" in chasqui("items", "--course", "x", refused=True)


def join_and_answer(database: Database, number: int, first: str, second: str) -> None:
    who = f"learner{number}"
    address = join(database, number + 1, who)
    given = {"course": "vivero", "unit": "", "lesson": "", "digest": "", "purpose": "quiz", "attempt": f"a{number}"}
    turn(
        database,
        address,
        Answered(learner=who, item=first, right=True, choice=0, **given),
        Answered(learner=who, item=second, right=number % 2 == 0, choice=number % 2, **given),
    )


# --- assessors ---


@pytest.mark.parametrize(("language", "heads"), [("en", "credential"), ("es", "credencial")])
def test_the_assessors_are_listed_with_headings(chasqui: Terminal, language: str, heads: str) -> None:
    chasqui.monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    told = ("--credential", "C-1", "--until", "2030-01-01", "--standard", "CHQ-NURSERY")
    chasqui("assessor", "add", "ana", "Ana Torres", *told)

    shown = chasqui("assessor", "list")
    assert heads in shown.splitlines()[0]
    assert "Ana Torres" in shown
