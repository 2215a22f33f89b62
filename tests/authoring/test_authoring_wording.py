"""The bot's own sentences in gettext files: all of them, in all languages, with the same places."""

from __future__ import annotations

import pytest
from authoring_tree import Tree

HEAD = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
EN = HEAD + (
    'msgid "consent.ask"\nmsgstr "Hello {name}, shall I teach you?"\n\n'
    'msgid "lessons.left"\nmsgid_plural "lessons.left"\nmsgstr[0] "One lesson left"\nmsgstr[1] "{n} lessons left"\n'
)
ES = EN.replace("Hello {name}, shall I teach you?", "Hola {name}, ¿le enseño?")
RW = (
    HEAD.replace("nplurals=2; plural=(n != 1)", "nplurals=1; plural=0")
    + '#, fuzzy\nmsgid "consent.ask"\nmsgstr "Muraho {name}"\n\n'
    'msgid "lessons.left"\nmsgid_plural "lessons.left"\nmsgstr[0] "{n} hasigaye"\n'
)


def words(tree: Tree, **languages: str) -> Tree:
    for language, text in languages.items():
        tree.write(f"wording/{language}.po", text)
    return tree.understand(*languages)


def test_sentences_are_said_in_each_language_with_its_plurals(tree: Tree) -> None:
    catalogue = words(tree, en=EN, es=ES, rw=RW).load().catalogue
    assert catalogue is not None, tree.said()
    say = catalogue.wording.say
    assert say("es", "consent.ask", name="Rosa") == "Hola Rosa, ¿le enseño?"
    assert say("rw", "consent.ask", name="Rosa") == "Muraho Rosa"  # fuzzy is a draft, and is said
    assert [say("en", "lessons.left", n=n) for n in (1, 2)] == ["One lesson left", "2 lessons left"]
    assert say("rw", "lessons.left", n=1) == "1 hasigaye"
    assert catalogue.wording.languages == ("es", "en", "rw")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [  # BI077, BI078
        ("Hola {name}, ", "Hola, ", 6, "consent.ask lacks the place {name}"),
        ("{name}", "{nombre}", 6, "consent.ask has the place {nombre}, which is not filled in"),
        ("{name}", "{name.__class__}", 6, "consent.ask has brackets that are no place"),
        ("{name}", "{{name}}", 6, "consent.ask has brackets that are no place"),
        ("{name}", "{% if name %}", 6, "consent.ask has brackets that are no place"),
        ("{name}", "{0}", 6, "consent.ask has brackets that are no place"),
        ("Hola {name}, ¿le enseño?", "", 6, "consent.ask has no translation"),
        ("{n} lessons left", "", 9, "lessons.left has no translation"),
        (
            'msgid_plural "lessons.left"\nmsgstr[0] "One lesson left"\nmsgstr[1]',
            "msgstr",
            9,
            "lessons.left counts things",
        ),
        ('"consent.ask"', '"consent.aks"', 6, "consent.aks is not in en.po"),
        ('"consent.ask"', '"consent.aks"', 1, "consent.ask has no translation"),
        ('"consent.ask"', '"lessons.left"', 9, "lessons.left stands already on line 6"),
        ('msgstr "Hola', "msgstr Hola", 7, "is not understood"),
        ("enseño?", 'en"seño?', 7, "is not understood"),
        ("nplurals=2", "nplurals=x", 1, "the file cannot be read"),
    ],
)
def test_it_refuses_a_translation(tree: Tree, old: str, new: str, line: int, what: str) -> None:
    assert old in ES
    said = words(tree, en=EN, es=ES.replace(old, new, 1)).said()
    assert any(each.startswith(f"wording/es.po:{line}: ") and what in each for each in said.split("\n")), said
    assert tree.load().catalogue is None


def test_a_language_without_a_rule_for_plurals_is_refused(tree: Tree) -> None:
    assert "wording/de.po:1: this is not a language that the bot speaks" in words(tree, en=EN, de=EN).said()


def test_english_must_be_there_for_it_says_which_sentences_there_are(tree: Tree) -> None:
    assert "wording/en.po:1: the file is missing" in words(tree, es=ES).said()
