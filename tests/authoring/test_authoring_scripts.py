"""Scripts as authors write them, and the catalogue that they become."""

from __future__ import annotations

import pytest
from authoring_tree import EN, ES, OCC, Tree

from bot.catalogue import Card, Option


def lesson(tree: Tree, body: str) -> Tree:
    """The Spanish lesson with another body, as the only language of the course."""
    tree.edit(OCC, 'languages = ["es", "en"]', 'languages = ["es"]').edit(OCC, 'drafts = ["en"]', "drafts = []")
    (tree.root / EN).unlink()
    head = '+++\nid = "coffee-nursery.seed.sow"\ntitle = "Sembrar"\nfacts = ["N7", "N12"]\n+++\n'
    return tree.write(ES, head + body)


ASKED = "\n? q1 number 50\n¿Cuánta sombra?\n\n? q2 task\nMuestre su cama.\n"


def test_a_right_script_is_loaded_without_a_word(tree: Tree) -> None:
    assert tree.said() == ""
    course = tree.course()
    found = course.lesson("coffee-nursery.seed.sow", "es")
    assert found is not None
    assert found.title == "Sembrar"
    assert found.facts == ("N7", "N12")
    assert found.items == ("coffee-nursery.seed.sow.q1", "coffee-nursery.seed.sow.q2")
    assert found.cards == (
        Card(
            text="Siembre a 1,5 cm de hondo, con el lado plano abajo.",
            rich="**Siembre** a 1,5 cm, con el lado *plano* abajo.",
            photo="coffee-nursery/media/seed.jpg",
            audio="coffee-nursery/media/sow.es.ogg",
        ),
    )


def test_questions_keep_their_options_key_feedback_hint_and_why(tree: Tree) -> None:
    item = tree.course().item("coffee-nursery.seed.sow.q1", "es")
    assert item is not None
    assert (item.kind, item.text, item.key) == ("choice", "¿Cómo pone la semilla?", 1)
    assert item.options[1] == Option(text="Plana abajo", key=True, feedback="Sí: así brota derecha.")
    assert (item.hint, item.why) == ("Piense en el lado plano.", "La semilla se pone con el lado plano abajo.")
    number = tree.course().item("coffee-nursery.seed.sow.q2", "en")
    assert number is not None
    assert (number.kind, number.answer, number.tolerance) == ("number", "50", "5")


def test_the_course_knows_its_languages_units_and_rules(tree: Tree) -> None:
    course = tree.course()
    assert (course.languages, course.drafts, course.countries) == (("es", "en"), ("en",), ("PE", "BO"))
    assert course.join_words == {"es": ("VIVERO",), "en": ("NURSERY",)}
    assert (course.sms_policy, course.pass_mark, course.quiz_items, course.reviewers) == ("gsm", 80, 2, ())
    (unit,) = course.units
    assert (unit.id, unit.titles["en"], unit.lessons) == ("coffee-nursery.seed", "Seed", ("coffee-nursery.seed.sow",))


def test_practice_adds_to_what_a_unit_quiz_may_ask(tree: Tree) -> None:
    for language in ("es", "en"):
        tree.write(
            f"coffee-nursery/seed-and-bed/practice.{language}.md",
            "? q1 number 50\n¿50?\n\n? q2 order BA\n¿Orden?\nA) Dos\nB) Uno\n\n? q3 rating\n¿Le gusta?\n",
        )
    (unit,) = tree.course().units
    assert unit.practice == (
        "coffee-nursery.seed.sow.q1",
        "coffee-nursery.seed.sow.q2",
        "coffee-nursery.seed.practice.q1",
        "coffee-nursery.seed.practice.q2",
    )  # a rating has no key, so a quiz cannot ask it


def test_practice_may_use_the_facts_of_its_unit_without_listing_them(tree: Tree) -> None:
    for language in ("es", "en"):
        tree.write(f"coffee-nursery/seed-and-bed/practice.{language}.md", "? q1 number 1,5\n¿Cuántos cm?\n")
    assert tree.said() == ""
    item = tree.course().item("coffee-nursery.seed.practice.q1", "es")
    assert item is not None
    assert item.answer == "1.5"


def test_every_kind_of_question_is_read(tree: Tree) -> None:
    lesson(
        tree,
        "Texto.\n\n? q1 order CAB\nOrdene.\nA) Regar\nB) Vender\nC) Sembrar\n\n"
        "? q2 text vivero | almácigo\n¿Dónde?\n\n? q3 task\nMuestre su cama.\n",
    )
    items = [item for (_, language), item in tree.course().items.items() if language == "es"]
    assert [(item.kind, item.answer) for item in items] == [
        ("order", "CAB"),
        ("text", "vivero|almácigo"),
        ("task", ""),
    ]


def test_lessons_are_taught_in_the_order_of_their_file_names(tree: Tree) -> None:
    for file, language in ((ES, "es"), (EN, "en")):
        text = (tree.root / file).read_text().replace("seed.sow", "seed.choose")
        tree.write(f"coffee-nursery/seed-and-bed/00-choose.{language}.md", text)
    assert list(tree.course().ordered_lessons()) == ["coffee-nursery.seed.choose", "coffee-nursery.seed.sow"]


def test_two_cards_are_parted_by_a_line(tree: Tree) -> None:
    lesson(tree, "Uno.\n\n---\nDos.\n\n[sms]\nDos por SMS.\n" + ASKED)
    found = tree.course().lesson("coffee-nursery.seed.sow", "es")
    assert found is not None
    assert found.cards == (Card(text="Uno."), Card(text="Dos por SMS.", rich="Dos."))


def test_lines_of_a_paragraph_are_joined_and_list_items_are_not(tree: Tree) -> None:
    lesson(tree, "Haga\nesto:\n- sembrar\n- regar\n  bien\n\nY **espere** *ya*.\n" + ASKED)
    found = tree.course().lesson("coffee-nursery.seed.sow", "es")
    assert found is not None
    assert found.cards[0].text == "Haga esto:\n- sembrar\n- regar bien\nY espere ya."
    assert found.cards[0].rich == "Haga esto:\n- sembrar\n- regar bien\n\nY **espere** *ya*."


def test_indented_lines_go_on_with_what_stands_above(tree: Tree) -> None:
    asked = "? q1\n¿Qué hace?\nA) Regar * <- Sí:\n  cada día.\nB) Vender\nwhy: Porque\n  sí."
    lesson(tree, f"Texto.\n\n{asked}\n\n? q2 task\nRiegue.\n")
    item = tree.course().item("coffee-nursery.seed.sow.q1", "es")
    assert item is not None
    assert (item.options[0].feedback, item.why) == ("Sí: cada día.", "Porque sí.")


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tree: Tree) -> None:
    before = tree.course().version
    text = (tree.root / ES).read_text().replace("\n", "\r\n")
    tree.write(ES, b"\xef\xbb\xbf" + text.encode())
    assert tree.course().version == before


def test_an_edit_of_the_text_changes_the_digest_and_a_hint_does_not(tree: Tree) -> None:
    def digests() -> tuple[str, str, str]:
        course = tree.course()
        item = course.items["coffee-nursery.seed.sow.q1", "es"]
        return item.digest, course.lessons["coffee-nursery.seed.sow", "es"].digest, course.version

    first = digests()
    tree.edit(ES, "hint: Piense", "hint: Mire")
    second = digests()
    assert (second[0], second[1]) == (first[0], first[1])
    assert second[2] != first[2]
    tree.edit(ES, "A) De pie ", "A) Parada ")
    third = digests()
    assert third[0] != second[0]
    assert third[1] != second[1]


def test_moving_the_key_changes_the_digest(tree: Tree) -> None:
    before = tree.course().items["coffee-nursery.seed.sow.q1", "es"].digest
    for file, key, other in ((ES, "Plana abajo *", "De pie "), (EN, "Flat down *", "Upright ")):
        tree.edit(file, key, key[:-2]).edit(file, other, other + "*")
    assert tree.course().items["coffee-nursery.seed.sow.q1", "es"].digest != before


@pytest.mark.parametrize("file", ["README.md", "notes.txt"])
def test_files_that_are_for_people_are_passed_over(tree: Tree, file: str) -> None:
    tree.write(f"coffee-nursery/seed-and-bed/{file}", "anything {{ }}")
    tree.write("README.md", "# guide").write("LICENSE", "CC BY").write("coffee-nursery/seed-and-bed/.01.es.md.swp", "x")
    assert tree.said() == ""


def test_a_lesson_that_is_not_published_may_wait_for_its_translation(tree: Tree) -> None:
    text = (tree.root / ES).read_text().replace("seed.sow", "seed.draft").replace("sms_budget = 2", "published = false")
    tree.write("coffee-nursery/seed-and-bed/02-draft.es.md", text.replace("1,5 cm de", "99 cm de"))
    assert "warning: the number 99 stands in no listed fact" in tree.said()
    assert list(tree.course().ordered_lessons()) == ["coffee-nursery.seed.sow"]
    assert ("coffee-nursery.seed.draft.q1", "es") not in tree.course().items


def test_a_course_that_is_not_published_is_checked_and_not_offered(tree: Tree) -> None:
    tree.edit(OCC, "published = true", "published = false").edit(ES, "q2 number 50", "q2 number 77")
    loaded = tree.load()
    assert loaded.catalogue is not None
    assert loaded.catalogue.courses == {}
    assert any("77" in each.what for each in loaded.refusals)
    assert loaded.errors == ()
