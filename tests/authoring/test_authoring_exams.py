"""Exams: assessment items are kept apart from practice, tell nothing, and name what they assess."""

from __future__ import annotations

import re

import pytest
from authoring_tree import ES, Tree
from standard_tree import EXAM_EN, EXAM_ES, STD, with_standard

from authoring.loading import load
from bot.certifying.items import assessment_items

PRACTICE = """\
? p1
¿Dónde pone la luna?
A) Lejos *
B) Cerca
"""


@pytest.fixture
def certified(tree: Tree) -> Tree:
    return with_standard(tree)


def test_exam_items_are_kept_where_no_lesson_and_no_quiz_looks(certified: Tree) -> None:
    course = certified.course()
    unit = course.units[0]
    assert unit.exam == tuple(f"coffee-nursery.seed.exam.e{number}" for number in range(1, 13))
    assert not set(unit.exam) & (set(unit.practice) | {id for id, _ in course.items})
    assert all(course.item(id, "es") is None for id in unit.exam)
    assert not any(set(lesson.items) & set(unit.exam) for lesson in course.lessons.values())
    item = course.exam_item(unit.exam[1], "en")
    assert item is not None
    assert (item.text, item.criteria, item.key) == ("dog", ("1.1.2",), 1)
    assert course.exam_item("coffee-nursery.seed.sow.q1", "es") is None


def test_a_unit_draws_on_the_items_that_name_its_criteria(certified: Tree) -> None:
    loaded = certified.load()
    assert loaded.catalogue is not None
    unit = loaded.catalogue.standards["CHQ-TEST"].units[0]
    assert len(assessment_items(unit, certified.course(), "es")) == 12
    certified.edit(EXAM_ES, "criterion: 1.1.1", "criterion: 1.1.1, 1.1.2")
    certified.edit(EXAM_EN, "criterion: 1.1.1", "criterion: 1.1.1 1.1.2")
    assert assessment_items(unit, certified.course(), "es")[0].criteria == ("1.1.1", "1.1.2")


def test_an_exam_that_is_not_published_waits(certified: Tree) -> None:
    for file in (EXAM_ES, EXAM_EN):
        certified.edit(file, 'facts = ["N7"]', 'facts = ["N7"]\npublished = false')
    assert "unit 1 has 0 assessment items in es" in certified.said()


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "what"),
    [
        (EXAM_ES, "A) luna w *", "A) luna w * <- Bien", 7, "an exam item gives no feedback"),
        (EXAM_ES, "D) luna z", "D) luna z\nhint: Arriba", 11, "an exam item has no hint"),
        (EXAM_ES, "D) luna z", "D) luna z\nwhy: Arriba", 11, "an exam item has no why"),
        (EXAM_ES, "criterion: 1.1.1\n", "", 5, "the item names no criterion"),
        (EXAM_ES, "criterion: 1.1.1", "criterion: 1.1.7", 11, "1.1.7 is no criterion of standard.toml"),
        (EXAM_ES, "? e1\n", "? e1 rating\n", 5, "an exam asks no rating"),
        (EXAM_ES, "C) luna y\nD) luna z\n", "", 5, "two options are guessed too easily"),
        (EXAM_ES, "luna\n", "luna 9\n", 5, "the number 9 stands in no listed fact"),
        (EXAM_ES, 'facts = ["N7"]', 'facts = ["N13"]', 2, "the fact N13 is marked ▲"),
        (
            EXAM_ES,
            "? e2\nperro\n",
            "? e2\nluna w\n",
            13,
            "e2 asks what e1 of coffee-nursery/seed-and-bed/exam.es.md asks",
        ),
        (EXAM_EN, "criterion: 1.1.1", "criterion: 1.1.2", 5, "the criterion is 1.1.2, and 1.1.1 in exam.es.md"),
        (EXAM_EN, "A) moon w *", "A) moon w", 5, "no option is the key"),
        (ES, "tolerance: 5", "tolerance: 5\ncriterion: 1.1.1", 27, "only assessment items name a criterion"),
    ],
)
def test_it_refuses_an_exam_by_line(certified: Tree, file: str, old: str, new: str, line: int, what: str) -> None:
    if "asks what e1" in what:
        new = new.replace("luna w", "luna") + "A) luna w *\n"
        old += "A) perro w\n"
        certified.edit(file, "B) perro x *", "B) perro x")
    certified.edit(file, old, new)
    found = [(each.line, each.level) for each in certified.load().refusals if each.file == file and what in each.what]
    assert (line, "error") in found, certified.said()


def test_the_translation_of_an_exam_may_not_be_missing(certified: Tree) -> None:
    (certified.root / EXAM_EN).unlink()
    assert f"{EXAM_ES}:1: the en translation is missing" in certified.said()


def test_an_exam_without_a_standard_is_refused(certified: Tree) -> None:
    (certified.root / STD).unlink()
    assert f"{EXAM_ES}:1: there is no standard.toml that these questions assess" in certified.said()


def test_an_id_that_is_practised_is_refused_in_an_exam_and_the_other_way_round(certified: Tree) -> None:
    for language, lesson in (("es", ES), ("en", ES.replace(".es.", ".en."))):
        text = (certified.root / lesson).read_text().replace("seed.sow", "seed.exam").replace("? q1", "? e1")
        certified.write(f"coffee-nursery/seed-and-bed/02-other.{language}.md", text)
    said, other = certified.said(), "coffee-nursery/seed-and-bed/02-other.es.md"
    assert f"{EXAM_ES}:5: the id coffee-nursery.seed.exam.e1 stands in {other} too" in said
    assert f"{other}:16: the id coffee-nursery.seed.exam.e1 stands in {EXAM_ES} too" in said


def test_a_name_that_practice_uses_is_refused_in_the_exam_of_the_unit(certified: Tree) -> None:
    certified.write("coffee-nursery/seed-and-bed/practice.es.md", PRACTICE.replace("p1", "e1"))
    certified.write("coffee-nursery/seed-and-bed/practice.en.md", PRACTICE.replace("p1", "e1"))
    assert f"{EXAM_ES}:5: e1 is a question of coffee-nursery/seed-and-bed/practice.es.md" in certified.said()


def test_a_question_of_practice_in_hardly_other_words_is_refused(certified: Tree) -> None:
    certified.edit(EXAM_ES, "luna\nA)", "¿Cómo se pone la semilla?\nA)").edit(
        EXAM_ES, "A) luna w *", "A) Plana abajo *"
    )
    assert f"{EXAM_ES}:5: e1 asks what q1 of {ES} asks" in certified.said()
    certified.edit(EXAM_ES, "¿Cómo se pone la semilla?", "¿Qué hace un buen viverista al sembrar su grano?")
    assert certified.said() == ""


def test_a_key_that_is_mostly_at_one_letter_is_a_warning(certified: Tree) -> None:
    for file in (EXAM_ES, EXAM_EN):
        text = (certified.root / file).read_text().replace(" *", "")
        kept, last = text[: text.index("? e12")], text[text.index("? e12") :]
        text = re.sub(r"(?m)^(A\) .*)$", r"\1 *", kept) + re.sub(r"(?m)^(B\) .*)$", r"\1 *", last)
        certified.write(file, text)
    found = [(each.file, each.what, each.level) for each in certified.load().refusals]
    assert found == [(file, "the key is A in 11 of 12 questions", "warning") for file in (EXAM_EN, EXAM_ES)]


def test_an_item_belongs_to_a_unit_that_is_taught_where_it_lies(certified: Tree) -> None:
    occupation = 'id = "coffee-nursery.other"\nfolder = "other"\n\n[units.title]\nes = "Otra"\nen = "Other"\n'
    file = certified.root / "coffee-nursery/occupation.toml"
    file.write_text(f"{file.read_text()}\n[[units]]\n{occupation}")
    for language in ("es", "en"):
        lesson = (certified.root / ES.replace(".es.", f".{language}.")).read_text().replace("seed.sow", "other.sow")
        certified.write(f"coffee-nursery/other/01-sow.{language}.md", lesson)
        exam = (certified.root / EXAM_ES.replace(".es.", f".{language}.")).read_text()
        certified.write(f"coffee-nursery/other/exam.{language}.md", exam)
    what = "criterion 1.1.1 belongs to unit 1, which coffee-nursery.other does not teach"
    assert what in certified.said()


def test_the_items_of_an_exam_are_those_of_the_loaded_catalogue(certified: Tree) -> None:
    loaded = load(certified.root)
    assert loaded.catalogue is not None
    before = loaded.catalogue.version
    certified.edit(EXAM_ES, "luna\n", "sol\n")
    after = load(certified.root).catalogue
    assert after is not None
    assert after.version != before
