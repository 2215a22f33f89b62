"""Everything on people and organisations is said in Spanish and in English, whole."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivering.campaigns import State
from cli import campaign_singulars, campaign_words, people_words
from cli.main import main
from cli.people_words import WORDS
from store.database import Database
from tests.transcripts.playing import content

Run = Callable[..., str]

_CLI = Path(people_words.__file__).parent
_FILES = (
    "naming", "organising", "officers", "cohorting", "rearranging", "exporting", "operating", "noticing", "importing",
)  # fmt: skip
_ENGLISH = re.compile(r"\b(the|is|are|and|of|there|write|list of|nobody|yet|already|with|new)\b", re.IGNORECASE)


@pytest.fixture
def spanish(
    tmp_path: Path, migrated_sqlite: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    (tmp_path / "c.db").write_bytes(migrated_sqlite)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHASQUI_DATABASE_URL", Database.open(f"sqlite:///{tmp_path}/c.db").url)
    monkeypatch.setenv("CHASQUI_CONTENT_DIR", str(content(tmp_path / "content")))
    monkeypatch.setenv("CHASQUI_SECRET_KEY", "a key for tests")
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")

    def run(*arguments: str) -> str:
        main(arguments)
        told = capsys.readouterr()
        return told.out + told.err

    return run


def places(text: str) -> set[str]:
    return {name.partition("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_sentence_and_no_value_is_missing_in_either_language() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
    for key, english in WORDS["en"].items():
        assert WORDS["es"][key].strip()
        assert places(english) == places(WORDS["es"][key]), key


def test_no_two_nouns_share_a_key() -> None:
    from cli import cohort_words, notice_words, organisation_words, token_words, user_words

    tables = (organisation_words.ES, cohort_words.ES, notice_words.ES, user_words.ES, token_words.ES)
    assert sum(map(len, tables)) == len(WORDS["es"])


def test_every_sentence_that_the_commands_ask_for_is_there() -> None:
    source = "".join((_CLI / f"{name}.py").read_text(encoding="utf-8") for name in _FILES)
    asked = set(re.findall(r'(?<!wording\.)\bsay\(\s*"([a-z_.]+)"', source))
    assert len(asked) > 50
    assert asked <= WORDS["en"].keys()
    assert {f"state.{state.value}" for state in State} <= WORDS["en"].keys()


def test_a_spanish_terminal_shows_no_english_sentence(spanish: Run) -> None:
    said = [
        spanish(*words)
        for words in (
            ("federation", "list"),
            ("federation", "add", "cafe", "Federación del café"),
            ("federation", "add", "cafe", "Federación del café"),
            ("federation", "list"),
            ("cooperative", "list"),
            ("cooperative", "add", "norandino", "Cooperativa Norandino", "--federation", "cafe"),
            ("cooperative", "add", "norandino", "Otra"),
            ("cooperative", "add", "Sol y Sombra", "Sol"),
            ("cooperative", "edit", "norandino"),
            ("cooperative", "edit", "norandino", "--name", "Norandino"),
            ("cooperative", "list"),
            ("officer", "list"),
            ("officer", "add", "Elena", "--cooperative", "nada"),
            ("officer", "add", "Elena", "--cooperative", "norandino"),
            ("officer", "add", "Elena", "--cooperative", "norandino", "--phone", "123"),
            ("officer", "add", "Elena", "--cooperative", "norandino", "--phone", "900000009"),
            ("officer", "list"),
            ("officer", "pin", "elena"),
            ("officer", "close", "elena"),
            ("cohort", "list"),
            ("cohort", "add", "jaen-1", "--course", "vivero", "--days", "lun,mie"),
            ("cohort", "add", "jaen-2", "--course", "vivero", "--days", "xyz"),
            ("cohort", "add", "jaen-2", "--course", "nada"),
            ("cohort", "list"),
            ("cohort", "members", "jaen-1"),
            ("cohort", "enrol", "jaen-1"),
            ("cohort", "enrol", "jaen-1", "900000001"),
            ("cohort", "edit", "jaen-1", "--hour", "3"),
            ("cohort", "edit", "jaen-1", "--hour", "17"),
            ("cohort", "close", "jaen-1"),
            ("cohort", "close", "jaen-1"),
            ("cohort", "open", "jaen-1"),
            ("session", "list"),
            ("session", "add", "jaen-1", "2020-01-01", "16:00"),
            ("session", "add", "jaen-1", "mañana", "16:00"),
            ("session", "cancel", "7"),
            ("learners", "data", "900000001"),
            ("learners", "move", "900000001", "--cooperative", "norandino"),
            ("learners", "export", "todas.csv"),
            ("learners", "export", "todas.csv"),
            ("learners", "import", "nada.csv", "--given-on", "x"),
            ("notice", "list"),
            ("notice", "show", "x"),
            ("notice", "send", "--cooperative", "norandino", "--text", "hola", "--by", "Ana"),
            ("notice", "send", "--cooperative", "norandino", "--text", "es=Hola", "--by", "Ana"),
        )
    ]
    for text in said:
        assert text.strip()
        assert not _ENGLISH.search(re.sub(r"chasqui [a-z ]+|--[a-z-]+", "", text)), text


def test_lang_asks_for_the_other_language_for_one_command(spanish: Run) -> None:
    run = spanish
    assert "No federation yet" in run("federation", "list", "--lang", "en")
    assert "Todavía no hay federaciones" in run("federation", "list")


def test_one_is_said_in_the_singular() -> None:
    people_words.speak("es")
    try:
        assert people_words.say("cohort.left", n=1, id="a").startswith("Salió 1 de a")
        assert people_words.say("cohort.left", n=2, id="a").startswith("Salieron 2 de a")
    finally:
        people_words.speak("")


def test_a_campaign_says_one_day_and_one_person() -> None:
    assert campaign_words.say("es", "event.silence", n=1) == "tras 1 día de silencio"
    assert campaign_words.say("es", "event.silence", n=2) == "tras 2 días de silencio"
    for language, singulars in campaign_singulars.SINGULARS.items():
        for key, one in singulars.items():
            assert places(one) | {"n", "people", "days"} >= places(campaign_words.WORDS[language][key])
            assert places(one) <= places(campaign_words.WORDS[language][key])
