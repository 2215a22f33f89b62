"""The check: each thing that it refuses, with the file, the line and the cure."""

from __future__ import annotations

import pytest
from authoring_tree import EN, ES, OCC, Tree

from authoring.options import command_words, judge_option
from authoring.refusals import Refusal, refusing
from bot.talking.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "what"),
    [
        (ES, "B) Plana abajo *", "B) Plana abajo", 16, "no option is the key"),
        (ES, "A) De pie  ", "A) De pie *", 16, "2 options are marked as the key"),
        (ES, "C) A 10 cm", "D) A 10 cm", 20, "the option is lettered D"),
        (ES, "C) A 10 cm de hondo ", "C) Plana abajo ", 16, "two options say the same"),
        (ES, "C) A 10 cm de hondo    <- No: 10 cm es mucho.", "Otra cosa", 20, "“Otra cosa” is not understood"),
        (ES, "? q2 number 50", "? q1 number 50", 24, "q1 stands already on line 16"),
        (ES, "? q2 number 50", "? q2 numero 50", 24, "numero is no kind of question"),
        (ES, "? q2 number 50", "? q2 number mitad", 24, "“mitad” is no plain number"),
        (ES, "? q2 number 50", "? q2 number 1,200", 24, "“1,200” is no plain number"),
        (ES, "? q2 number 50", "? q2 order AB", 24, "the order “AB” does not name each option once"),
        (ES, "? q2 number 50", "? q2 text", 24, "no accepted words are given"),
        (ES, "? q2 number 50", "?", 24, "the question has no name"),
        (ES, "tolerance: 5", "tolerance: mucho", 26, "“mucho” is no plain number"),
        (ES, "¿Cuánta sombra, en %, pide el vivero?", "", 24, "the question has no text"),
        (ES, "Siembre a 1,5 cm", "Siembre a 3 cm", 7, "the number 3 stands in no listed fact"),
        (ES, "plano abajo.\n\n? q2", "plano abajo, a 7 cm.\n\n? q2", 22, "the number 7 stands in no listed fact"),
        (ES, "hint: Piense", "hint: Son 9. Piense", 21, "the number 9 stands in no listed fact"),
        (ES, "Sí: así", "Sí, 8 veces: así", 19, "the number 8 stands in no listed fact"),
        (ES, "No: 10 cm es", "No: 11 cm es", 20, "the number 11 stands in no listed fact"),
        (ES, "? q2 number 50", "? q2 number 60", 24, "the number 60 stands in no listed fact"),
        (ES, 'facts = ["N7", "N12"]', 'facts = ["N7", "N99"]', 4, "the fact N99 is not in facts.toml"),
        (ES, 'facts = ["N7", "N12"]', 'facts = ["N7", "N12", "N13"]', 4, "N13 is marked ▲ and nobody has confirmed it"),
        (ES, "media/seed.jpg", "media/none.jpg", 12, "coffee-nursery/media/none.jpg is missing"),
        (ES, "media/seed.jpg", "../../etc/passwd.jpg", 12, "coffee-nursery/../../etc/passwd.jpg is missing"),
        (ES, "media/sow.es.ogg", "media/seed.jpg", 14, "is no audio that phones show"),
        (ES, "[telegram]", "[facebook]", 10, "[facebook] is not known"),
        (ES, "con el lado plano abajo.\n", "![x](media/seed.jpg)\n", 8, "a picture stands in the text for SMS"),
        (ES, "Siembre a 1,5 cm de hondo,\ncon el lado plano abajo.\n", "", 8, "the card has no text"),
        (ES, "Siembre a", "# Siembre a", 7, "a heading stands in the text"),
        (ES, "Siembre a", "<b>Siembre</b> a", 7, "HTML stands in the text"),
        (ES, "Siembre a", "Uno.\n\n---\nDos.\n\n---\nSiembre a", 13, "the lesson has 3 cards"),
        (ES, "Siembre a", "Uno.\n---\nSiembre a", 8, "--- stands close under the text"),
        (ES, 'id = "coffee-nursery.seed.sow"', 'id = "Sow"', 2, "“Sow” is no id"),
        (ES, "title =", "titel =", 3, "titel is not known here. Write title"),
        (ES, "sms_budget = 2", "sms_budget = 3", 5, "sms_budget = 3 is out of reach"),
        (EN, "coffee-nursery.seed.sow", "coffee-nursery.seed.other", 2, "the id is “coffee-nursery.seed.other”"),
        (EN, "? q2 number 50", "? q2 number 1.5", 14, "the answer is 1.5, and 50 in 01-sow.es.md"),
        (EN, "? q2 number 50", "? q3 number 50", 2, "the questions are q1, q3, and q1, q2 in 01-sow.es.md"),
        (EN, "? q2 number 50", "? q2 text half", 14, "the question is of the kind text, and number"),
        (EN, "tolerance: 5", "tolerance: 6", 14, "the tolerance is 6, and 5"),
        (EN, "C) 10 cm deep          <- No: 10 cm is a lot.\n", "", 8, "the question has 2 options, and 3"),
        (OCC, "isco08 ", "isco ", 2, "isco is not known here. Write isco08"),
        (OCC, '"es", "en"]', '"es", "en", "de"]', 4, "“de” is not known in languages"),
        (OCC, '"gsm"', '"latin"', 6, 'sms_policy = "latin" is not known. Write one of exact, gsm, plain, ascii'),
        (OCC, "pass_mark = 80", "pass_mark = 800", 7, "pass_mark = 800 is out of reach"),
        (OCC, 'id = "coffee-nursery"', 'id = "coffee"', 1, "the id is “coffee” in the folder coffee-nursery"),
        (OCC, 'folder = "seed-and-bed"', 'folder = "nowhere"', 23, "the unit coffee-nursery.seed has no lesson"),
        (OCC, 'folder = "seed-and-bed"', 'folder = "../secret"', 24, "“../secret” is no folder here"),
        (OCC, 'en = "Seed"', "", 26, 'en is missing. Write en = "…"'),
        (OCC, '"VIVERO"', '"MI VIVERO"', 1, "the join word “MI VIVERO” is not one word"),
        ("facts.toml", 'id = "N12"', 'id = "N7"', 14, "the fact N7 stands twice"),
        ("facts.toml", 'source = "FAO2"', 'source = "FAO3"', 7, "the source FAO3 is not known"),
        ("facts.toml", '"●"', '"*"', 8, 'mark = "*" is not known. Write one of ✔, ●, ▲'),
        ("facts.toml", '"2026-11-21"', '"yesterday"', 9, "“yesterday” is no date"),
    ],
)
def test_it_refuses(tree: Tree, file: str, old: str, new: str, line: int, what: str) -> None:
    tree.edit(file, old, new)
    said = tree.said().split("\n")
    assert any(each.startswith(f"{file}:{line}: ") and what in each for each in said), "\n".join(said)
    assert tree.load().catalogue is None


def test_every_refusal_names_file_line_what_and_cure(tree: Tree) -> None:
    tree.edit(ES, "B) Plana abajo *", "B) Plana abajo")
    assert tree.said().split("\n")[0] == (
        f"{ES}:16: no option is the key. Put one * behind the right option, before <-."
    )


def test_a_missing_translation_of_a_published_lesson_is_refused(tree: Tree) -> None:
    (tree.root / EN).unlink()
    assert tree.said() == (
        f"{ES}:1: the en translation is missing. Write {EN}, or set published = false in this lesson."
    )


def test_a_repeated_lesson_id_is_refused(tree: Tree) -> None:
    for file, language in ((ES, "es"), (EN, "en")):
        tree.write(f"coffee-nursery/seed-and-bed/02-again.{language}.md", (tree.root / file).read_text())
    assert (
        "02-again.es.md:2: the id “coffee-nursery.seed.sow” is that of coffee-nursery/seed-and-bed/01-sow too"
        in tree.said()
    )


def test_a_join_word_opens_one_course_only(tree: Tree) -> None:
    other = (tree.root / OCC).read_text().replace("coffee-nursery", "tree-nursery")
    tree.write("tree-nursery/occupation.toml", other)
    for file in (ES, EN):
        text = (tree.root / file).read_text().replace("coffee-nursery", "tree-nursery")
        tree.write(file.replace("coffee-nursery", "tree-nursery"), text)
    tree.write("tree-nursery/media/seed.jpg", b"").write("tree-nursery/media/sow.es.ogg", b"")
    assert "the join word “VIVERO” is that of coffee-nursery too" in tree.said()


def test_a_confirmed_fact_may_be_taught(tree: Tree) -> None:
    tree.edit(ES, '"N12"]', '"N12", "N13"]')
    tree.write("facts.toml", (tree.root / "facts.toml").read_text().replace('by = ""\n', 'by = "INIA"\n'))
    assert tree.said() == ""


def test_numbers_of_a_made_up_example_are_named_as_such(tree: Tree) -> None:
    tree.edit(ES, "? q2 number 50", "? q2 number 480").edit(EN, "? q2 number 50", "? q2 number 480")
    for file in (ES, EN):
        tree.edit(file, "+++\nid", '+++\nexamples = ["480"]\nid')
    assert tree.said() == ""


def test_a_wrong_answer_may_hold_any_number(tree: Tree) -> None:
    tree.edit(ES, "C) A 10 cm de hondo    <- No: 10 cm es mucho.", "C) A 77 cm <- No: 77 cm es mucho.")
    assert tree.said() == ""


def test_a_media_file_that_is_too_large_is_refused(tree: Tree) -> None:
    with (tree.root / "coffee-nursery/media/sow.es.ogg").open("wb") as file:
        file.truncate(1_500_000)
    assert f"{ES}:14: coffee-nursery/media/sow.es.ogg has 1.5 MB. Make it smaller than 1 MB." in tree.said()


def test_a_key_that_is_always_the_same_letter_is_refused(tree: Tree) -> None:
    extra = "\n? q3\n¿Y luego?\nA) Vender\nB) Regar *\nC) Nada hacer\n"
    tree.write(ES, (tree.root / ES).read_text() + extra).write(EN, (tree.root / EN).read_text() + extra)
    assert "the key is always B in this file" in tree.said()


def test_a_key_that_is_always_the_longest_option_is_refused(tree: Tree) -> None:
    tree.edit(ES, "C) A 10 cm de hondo ", "C) Honda")
    tree.write(ES, (tree.root / ES).read_text() + "\n? q3\n¿Y luego?\nA) Regar cada mes *\nB) Vender\n")
    tree.write(EN, (tree.root / EN).read_text() + "\n? q3\nAnd then?\nA) Water *\nB) Sell all\n")
    said = tree.said()
    assert f"{ES}:2: the longest option is always the key in this file" in said
    assert f"{EN}:2: the longest" not in said


def test_habits_show_over_a_whole_unit_too(tree: Tree) -> None:
    for number in ("2", "3"):
        for file, language in ((ES, "es"), (EN, "en")):
            text = (tree.root / file).read_text().replace("seed.sow", f"seed.sow-{number}")
            tree.write(f"coffee-nursery/seed-and-bed/0{number}-x.{language}.md", text)
    assert f"{OCC}:23: the key is always B in the unit of seed-and-bed in es" in tree.said()


@pytest.mark.parametrize(
    "option", ["Todas las anteriores", "Ninguna de las anteriores.", "All of the above", "Toutes ces réponses"]
)
def test_all_of_the_above_is_refused(tree: Tree, option: str) -> None:
    tree.edit(ES, "A) De pie  ", f"A) {option} ")
    assert f"{ES}:18: “{option}” can be guessed without knowing" in tree.said()


@pytest.mark.parametrize(("option", "named"), [("Más", "NEXT"), ("stop", "stopping all"), ("Arrêt!", "STOP")])
def test_an_option_that_is_a_command_or_a_stop_word_is_refused(option: str, named: str) -> None:
    vocabulary = Vocabulary(
        commands={"es": {"NEXT": ("sigue", "mas")}, "fr": {"STOP": ("arret",), "NEXT": ("suite",)}},
        carrier_stops=frozenset({"STOP", "END"}),
    )
    refusals: list[Refusal] = []
    judge_option(option, 7, command_words("es", vocabulary), refusing("x.md", refusals))
    assert [(each.line, named in each.what) for each in refusals] == [(7, True)]
    judge_option("suite", 8, command_words("es", vocabulary), refusing("x.md", refusals))
    assert len(refusals) == 1  # another language's word for going on harms nobody


def test_the_words_of_the_bot_are_taken_from_the_content_itself(tree: Tree) -> None:
    tree.write("words/carrier.toml", 'stops = ["STOP", "END"]').write(
        "words/es.toml", '[commands]\nNEXT = ["SIGUE", "MAS"]'
    )
    tree.edit(ES, "A) De pie", "A) ¡Más!").edit(EN, "A) Upright", "A) End").edit(OCC, '"NURSERY"', '"STOP"')
    said = tree.said()
    assert f"{ES}:18: “¡Más!” is the command word for NEXT" in said
    assert f"{EN}:10: “End” is the command word for stopping all messages" in said
    assert f"{OCC}:1: the join word “STOP” is the command word for stopping all messages" in said


@pytest.mark.parametrize(("words", "line"), [("a = [", 1), ("[comands]\n", 1), ("x = " + "[" * 5000, 1)])
def test_a_broken_file_of_words_is_refused(tree: Tree, words: str, line: int) -> None:
    tree.write("words/carrier.toml", 'stops = ["STOP"]').write("words/es.toml", words)
    assert any(each.file.startswith("words") and each.line == line for each in tree.load().refusals)
    assert tree.load().catalogue is None


def test_warnings_do_not_keep_the_content_from_being_used(tree: Tree) -> None:
    tree.edit(ES, "A) De pie  ", "A) De pie, como un arbolito ").edit(OCC, "quiz_items = 2", "quiz_items = 8")
    tree.edit(ES, "hint: Piense en", "hint: " + "Piense bien. " * 13 + "Mire")
    tree.edit(ES, "¿Cómo pone", "Piense bien antes de responder. " * 9 + "¿Cómo pone")
    loaded = tree.load()
    assert loaded.catalogue is not None
    said = tree.said()
    for line, what in (
        (16, "the question with its options takes 3 segments by SMS where 2 is the budget"),
        (18, "“De pie, como un arbolito” has 24 characters, and a button shows 20. Shorten it by 4"),
        (21, "the hint takes 2 segments by SMS where 1 is the budget"),
    ):
        assert f"{ES}:{line}: warning: {what}" in said
    assert f"{OCC}:23: warning: the unit coffee-nursery.seed has 2 questions to practise, and a quiz asks 8" in said


def test_scripts_in_a_folder_that_no_unit_lists_are_not_lost_in_silence(tree: Tree) -> None:
    tree.write("coffee-nursery/forgotten/01-x.es.md", "text").write("coffee-nursery/seed-and-bed/lesson.md", "text")
    said = tree.said()
    assert "coffee-nursery/forgotten/01-x.es.md:1: the folder forgotten belongs to no unit" in said
    assert "lesson.md is not the name of a script" in said


def test_scripts_without_a_course_or_a_unit_are_not_lost_in_silence(tree: Tree) -> None:
    tree.write("01-y.es.md", "text").write("coffee-nursery/01-x.es.md", "text").write("cacao/one/01-x.es.md", "text")
    tree.write("cacao/one/README.md", "notes").write("notes/README.es.md", "notes")
    assert tree.said().splitlines() == [
        "01-y.es.md:1: the script lies in no course. Put it into the folder of a unit of a course.",
        "cacao/occupation.toml:1: the file is missing: the scripts of this folder belong to no course. "
        "Write it, or move the scripts out of cacao/.",
        "coffee-nursery/01-x.es.md:1: the script lies in no unit. Put it into the folder of a unit of coffee-nursery/.",
    ]


def test_a_course_that_lost_its_head_is_refused_and_does_not_vanish(tree: Tree) -> None:
    (tree.root / OCC).unlink()
    assert tree.load().catalogue is None
    assert f"{OCC}:1: the file is missing" in tree.said()


@pytest.mark.parametrize(
    ("file", "broken"),
    [
        ("facts.toml", "x = = 1\n"),
        ("facts.toml", b'x = "caf\xe9"\n'),
        ("wording/es.po", 'msgid "a.greeting"\nmsgstr Hola"\n'),
        ("wording/en.po", 'msgid "a.greeting"\nmsgstr Hello"\n'),
        ("words/es.toml", "[commands]\nx = = 1\n"),
    ],
)
def test_a_shared_file_that_cannot_be_read_is_told_once_and_nothing_that_only_follows_from_it(
    spoken: Tree, file: str, broken: str | bytes
) -> None:
    before = (spoken.root / file).read_bytes()
    spoken.write(file, before + (broken if isinstance(broken, bytes) else broken.encode()))
    (refusal,) = spoken.load().refusals
    assert (refusal.file, refusal.level) == (file, "error")
    assert refusal.line > before.count(b"\n")


@pytest.mark.parametrize("file", ["facts.toml", "wording/en.po", "wording/es.po", "words/es.toml"])
def test_a_shared_file_that_is_missing_is_told_once(spoken: Tree, file: str) -> None:
    (spoken.root / file).unlink()
    (refusal,) = spoken.load().refusals
    assert (refusal.file, refusal.level, "missing" in refusal.what) == (file, "error", True)


def test_a_shared_file_is_told_before_the_lessons(spoken: Tree) -> None:
    spoken.edit(ES, "B) Plana abajo *", "B) Plana abajo").edit("facts.toml", "[sources]", "[sources")
    assert [each.file for each in spoken.load().refusals] == ["facts.toml", ES]


@pytest.mark.parametrize(("wording", "language"), [(("es", "en"), "es"), (("es", "en", "rw"), "rw"), ((), "en")])
def test_a_language_that_is_spoken_and_not_understood_is_refused(
    tree: Tree, wording: tuple[str, ...], language: str
) -> None:
    for each in wording:
        tree.write(f"wording/{each}.po", 'msgid ""\nmsgstr ""\n\nmsgid "a.greeting"\nmsgstr "Hola"\n')
    assert tree.understand(*{"es", "en", *wording} - {language}).load().catalogue is None
    assert tree.said() == (
        f"words/{language}.toml:1: the file is missing: what learners write in {language} is not understood, "
        "nor how they stop. Put it back, or copy that of another language and translate it."
    )


def test_wording_without_any_words_is_refused(spoken: Tree) -> None:
    for file in (spoken.root / "words").iterdir():
        file.unlink()
    assert [each.file for each in spoken.load().errors] == ["words/en.toml", "words/es.toml"]


@pytest.mark.parametrize("file", [ES, EN])
@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("number 50", "number cincuenta", "“cincuenta” is no plain number"),
        ("number 50", "numero 50", "numero is no kind of question"),
        ("tolerance: 5", "tolerance: cinco", "“cinco” is no plain number"),
        ("tolerance: 5", "tolerence: 5", "tolerence: is not known here. Write tolerance:"),
        ("? q2 number", "? Q2 number", "the question has no name (“Q2”)"),
        ("\nA) ", "\nA. ", "the option is lettered B"),
        ("\nB) ", "\nb) ", "is not understood after the options"),
        ("+++\nid", "++\nid", "the file does not begin with +++"),
        ("facts = [", "fact = [", "fact is not known here. Write facts"),
        ('facts = ["N7", "N12"]', 'facts = "N7, N12"', "and a list of texts is due"),
        ('"N7", "N12"', '"N07", "N12"', "the fact N07 is not in facts.toml"),
    ],
)
def test_one_mistake_in_a_lesson_is_told_once(tree: Tree, file: str, old: str, new: str, what: str) -> None:
    (refusal,) = tree.edit(file, old, new).load().refusals
    assert refusal.file == file
    assert what in str(refusal)


def test_a_misspelt_key_behind_the_options_is_named(tree: Tree) -> None:
    (refusal,) = tree.edit(ES, "hint: Piense", "hnt: Piense").load().refusals
    assert str(refusal) == f"{ES}:21: hnt: is not known here. Write hint:."


def test_prose_with_a_colon_is_no_misspelt_key(tree: Tree) -> None:
    tree.edit(ES, "¿Cuánta sombra", "Piense en esto:\nsombra: mitad. Mire: ¿cuánta sombra")
    assert tree.said() == ""
