"""The console's words: each that a page uses is there in Spanish and in English, with the same places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authoring.console_words import WordsError, read_console_words
from bot.talking.wording import PLURALS
from console.case_acts import FORMS

ROOT = Path(__file__).parents[2]
WORDS = read_console_words(ROOT / "content")
_USED = re.compile(r"""\b(?:t|_t|say)\(\s*["']([a-z_]+\.[a-z0-9_.]*[a-z0-9])["']|told=["']([a-z_]+\.[a-z0-9_.]+)["']""")
_PLACE = re.compile(r"\{([a-z_]+)\}")


def _used() -> Iterator[tuple[str, str]]:
    for file in [*ROOT.glob("console/**/*.py"), *ROOT.glob("console/templates/**/*.j2")]:
        for found in _USED.finditer(file.read_text(encoding="utf-8")):
            yield found[1] or found[2], file.relative_to(ROOT).as_posix()


def test_every_word_that_a_page_uses_is_there_in_spanish_and_english() -> None:
    missing = {
        f"{language}: {id} ({file})"
        for id, file in _used()
        for language in ("es", "en")
        if id not in WORDS.sentences[language]
    }

    assert not missing, "\n".join(sorted(missing))


def test_the_languages_have_the_same_words_and_places() -> None:
    spanish, english = WORDS.sentences["es"], WORDS.sentences["en"]

    assert sorted(set(spanish) ^ set(english)) == []
    odd = [
        id
        for id, forms in spanish.items()
        if {place for form in forms for place in _PLACE.findall(form)}
        != {place for form in english[id] for place in _PLACE.findall(form)}
    ]
    assert odd == []


def _noted() -> Iterator[tuple[ast.Call, str]]:
    for file in sorted(ROOT.glob("console/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "audit":
                yield node, file.relative_to(ROOT).as_posix()


def test_every_act_and_every_fact_that_the_log_keeps_has_words() -> None:
    known, missing = WORDS.sentences["es"], set()
    for call, file in _noted():
        act = call.args[1]
        if isinstance(act, ast.Constant) and f"audit.act_{act.value.replace('.', '_')}" not in known:
            missing.add(f"{act.value} ({file})")
        for each in call.keywords:
            if each.arg not in (None, "before", "after", "by") and f"audit.field_{each.arg}" not in known:
                missing.add(f"{each.arg} ({file})")

    assert not missing, "\n".join(sorted(missing))


def test_every_act_in_a_case_has_words_in_the_log() -> None:
    assert [each for each in FORMS if f"audit.act_cases_{each}" not in WORDS.sentences["es"]] == []


FURTHER = sorted(set(WORDS.sentences) - {"es", "en"})
"""Languages that may lag behind: what one of them lacks is said in English or in Spanish."""


@pytest.mark.parametrize("language", FURTHER)
def test_a_further_language_has_only_words_that_spanish_has(language: str) -> None:
    assert sorted(set(WORDS.sentences[language]) - set(WORDS.sentences["es"])) == []


@pytest.mark.parametrize("language", FURTHER)
def test_a_further_language_has_the_places_and_the_plurals_of_spanish(language: str) -> None:
    spanish, most = WORDS.sentences["es"], 1 + max(PLURALS[language](n) for n in range(10))
    shared = {id: forms for id, forms in WORDS.sentences[language].items() if id in spanish}

    assert [
        id
        for id, forms in shared.items()
        if {place for form in forms for place in _PLACE.findall(form)}
        != {place for form in spanish[id] for place in _PLACE.findall(form)}
    ] == []
    assert [id for id, forms in shared.items() if len(forms) != (1 if len(spanish[id]) == 1 else most)] == []


def test_every_language_has_as_many_forms_as_its_plural_needs() -> None:
    for language, sentences in WORDS.sentences.items():
        most = 1 + max(PLURALS[language](n) for n in range(10))
        assert [id for id, forms in sentences.items() if len(forms) not in (1, most)] == [], language


def test_a_word_of_another_section_is_refused_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "console" / "es"
    folder.mkdir(parents=True)
    (folder / "frame.po").write_text('msgid "cases.title"\nmsgstr "Casos"\n', encoding="utf-8")

    with pytest.raises(WordsError, match=r"frame\.po: “cases\.title” is no word of this section"):
        read_console_words(tmp_path)
