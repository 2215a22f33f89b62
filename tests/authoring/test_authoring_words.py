"""The word files load, and a mistake in one is named with its file, its line and its cure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from authoring.words import WordsError, load_words

CONTENT = Path(__file__).parents[2] / "content" / "words"

SPANISH = """names = ["Español"]

[commands]
STOP = ["BAJA", "NO MÁS"]

[phrases]
STOP = ["ya no me? manden"]

[words]
fillers = ["Es", "¡Creo!"]

[letters]
b = ["be"]
"""
CARRIER = 'stops = ["STOP", "OPT OUT"]\ndoubtful = ["PARA"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "es.toml").write_text(SPANISH, encoding="utf-8")
    (tmp_path / "carrier.toml").write_text(CARRIER, encoding="utf-8")
    return tmp_path


def test_it_loads_the_words_of_six_languages():
    vocabulary = load_words(CONTENT)
    assert set(vocabulary.commands) == {"es", "en", "fr", "rw", "qu", "ay"}
    assert "stop" in vocabulary.carrier_stops
    assert "baja" in vocabulary.commands["es"]["STOP"]
    for language, commands in vocabulary.commands.items():
        assert {"STOP", "START", "HELP", "MENU", "NEXT", "REPEAT", "STATUS"} <= set(commands), language


def test_it_says_of_every_draft_that_it_is_one():
    for language in ("rw", "qu", "ay"):
        assert "DRAFT" in (CONTENT / f"{language}.toml").read_text(encoding="utf-8").split("names")[0]


def test_it_folds_every_word(folder: Path):
    vocabulary = load_words(folder)
    assert vocabulary.commands["es"]["STOP"] == ("baja", "no mas")
    assert vocabulary.lists["es"]["fillers"] == ("es", "¡creo!")
    assert vocabulary.lists["es"]["letters.b"] == ("be",)
    assert vocabulary.names["es"] == ("espanol",)
    assert vocabulary.carrier_stops == {"stop", "opt out"}
    assert vocabulary.doubtful_stops == {"para"}


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        ("[comands]\nSTOP = []\n", 14, "there is no section [comands]"),
        ('[numbers]\ntwo = ["dos"]\n', 15, "takes numbers, not 'two'"),
        ('[numbers_apart]\ntwo = ["dos"]\n', 15, "takes numbers, not 'two'"),
        ('[slips]\nz = ["zeta"]\n', 15, "has no letter 'z'"),
        ('[patterns]\nNEXT = "sigue"\n', 15, "NEXT is not a list of words"),
        ('[patterns]\nNEXT = ["la? otra?"]\n', 15, "every word of this pattern may be missing"),
        ('[patterns]\nNEXT = ["* otra"]\n', 15, "begins with a star"),
        ('[patterns]\nNEXT = ["... otra"]\n', 15, "begins with a gap"),
        ('[ordinals]\n2 = ["¡!"]\n', 15, "which has no letter"),
        ('[slips]\nb = ["v"\n', 15, "this is not TOML"),
    ],
)
def test_it_names_the_line_and_the_cure_of_a_mistake(folder: Path, written: str, line: int, what: str):
    file = folder / "es.toml"
    file.write_text(SPANISH + written, encoding="utf-8")
    with pytest.raises(WordsError) as refused:
        load_words(folder)
    said = str(refused.value)
    assert said.startswith(f"{file}:{line}: ")
    assert what in said
    assert said.endswith(".")


def test_it_refuses_a_folder_without_the_carriers_words(folder: Path):
    (folder / "carrier.toml").unlink()
    with pytest.raises(WordsError, match="stop words are missing"):
        load_words(folder)


def test_it_refuses_a_carrier_file_without_stop_words(folder: Path):
    (folder / "carrier.toml").write_text("stops = []\n", encoding="utf-8")
    with pytest.raises(WordsError, match="the list stops is missing or empty"):
        load_words(folder)


def test_it_refuses_a_file_that_is_not_utf_8(folder: Path):
    (folder / "es.toml").write_bytes(b'names = ["espa\xf1ol"]')
    with pytest.raises(WordsError, match="not in UTF-8"):
        load_words(folder)


def test_it_refuses_a_folder_without_any_language(folder: Path):
    (folder / "es.toml").unlink()
    with pytest.raises(WordsError, match="no language has words here"):
        load_words(folder)


def test_it_is_the_same_after_a_copy(tmp_path: Path):
    copy = shutil.copytree(CONTENT, tmp_path / "words")
    assert load_words(copy).commands == load_words(CONTENT).commands
