"""`chasqui campaign` as a coordinator types it: every step from a form to its end, and every refusal with its cure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert

from authoring.shelf import Shelf
from bot.delivering.campaigns import MISSES
from bot.record import LEARNING
from cli.campaign_words import WORDS
from cli.main import main
from cli.settings import ROOT
from store.campaign_tables import misses
from store.database import Database
from store.organisation_tables import cohort_members, cohorts
from store.tables import consents
from tests.store.planned import people
from tests.store.rows import NOW, rows

FORM = """\
name = "Poda de marzo"

[when]
every = ["mon", "thu"]
hour = "18:00"

[to]
country = ["PE"]
sex = ["f"]

[money]
budget = 50

[[text]]
es = "Hola {name}, mañana hay poda."
en = "Hello {name}, pruning is tomorrow."

[[text]]
es = "{name}, traiga su tijera."
"""


@dataclass
class Desk:
    """A coordinator's terminal in a folder of her own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    database: Database

    def types(self, *words: str) -> str:
        """A command that is carried out; what it answers."""
        code = main(["campaign", *words])
        told = self.capsys.readouterr()
        assert code == 0, told.err
        return told.out

    def is_refused(self, *words: str) -> str:
        assert main(["campaign", *words]) == 1
        told = self.capsys.readouterr()
        assert told.out == ""
        return told.err

    def makes(self, *words: str) -> str:
        """A new campaign; its id."""
        return self.types("new", *words).split()[0]

    def state(self, id: str) -> tuple[str, int]:
        return rows(self.database, f"SELECT state, version FROM campaigns WHERE id = '{id}'")[0]  # type: ignore[return-value]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], migrated_sqlite: bytes
) -> Desk:
    for name in [name for name in os.environ if name.startswith(("CHASQUI_", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    (tmp_path / "var/chasqui.db").write_bytes(migrated_sqlite)
    database = Database.open(f"sqlite:///{tmp_path}/var/chasqui.db")
    people(database, 3, sex="f", name="Rosa Quispe", operator="claro")
    people(database, 2, start=10, sex="m", name="Juan", operator="entel")
    people(database, 1, start=20, sex="f", thread="stopped")
    return Desk(folder=tmp_path, capsys=capsys, database=database)


SIMPLE = ("--once", "tomorrow", "--hour", "18:00", "--text", "es=Hola {name}, mañana hay poda.", "--by", "ana")


def test_a_campaign_goes_from_its_form_to_its_end(desk: Desk) -> None:
    form = desk.folder / "poda.toml"
    form.write_text(FORM)
    id = desk.makes(str(form), "--by", "ana")
    assert id.startswith("poda-de-marzo-")
    shown = desk.types("preview", id)
    assert "People:    3, of them 0 by Telegram" in shown
    assert "Hola Rosa, manana" not in shown  # ñ is in GSM-7 and stays
    assert "Hola Rosa, mañana hay poda." in shown
    assert "has stopped" in shown
    assert desk.state(id) == ("draft", 1)
    assert "is running: 3 people" in desk.types("start", id, "--yes")
    assert "is paused" in desk.types("pause", id, "--reason", "rain")
    assert "goes on" in desk.types("resume", id)
    assert "is version 2 now" in desk.types("edit", id, "--hour", "19:00", "--by", "eva")
    assert "is cancelled" in desk.types("cancel", id)
    told = desk.types("show", id)
    for act in ("made by ana", "started", "paused", "rain", "resumed", "edited by eva", "cancelled"):
        assert act in told
    assert id not in desk.types("list")
    assert id in desk.types("list", "--all")


def test_a_double_click_is_one_campaign(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)  # BI057
    assert "exists already" in desk.types("new", *SIMPLE)
    assert "is running" in desk.types("start", id, "--yes")
    assert "runs already: nothing was started twice" in desk.types("start", id, "--yes")
    assert rows(desk.database, "SELECT count(*) FROM campaigns") == [(1,)]
    assert rows(desk.database, "SELECT count(*) FROM campaign_acts WHERE act = 'started'") == [(1,)]


def test_a_large_audience_stops_at_a_second_person(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)
    people(desk.database, 1200, start=100, sex="f")  # BI058: it grew since it was made
    assert "waits for a second person: 1205 people" in desk.types("start", id, "--yes", "--by", "ana")
    assert desk.state(id) == ("waiting", 1)
    assert rows(desk.database, "SELECT count(*) FROM occurrences") == [(0,)]
    assert "somebody else has to approve it" in desk.is_refused("approve", id, "--by", "ana")
    assert "was approved by eva" in desk.types("approve", id, "--by", "eva")
    assert desk.state(id) == ("running", 1)


def test_money_above_the_threshold_needs_a_second_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHASQUI_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    monkeypatch.setenv("CHASQUI_TWILIO_AUTH_TOKEN", "a token")
    monkeypatch.setenv("CHASQUI_TWILIO_FROM", "+15005550006")
    monkeypatch.setenv("CHASQUI_SMS_PRICE", "0.05 USD")
    monkeypatch.setenv("CHASQUI_APPROVAL_MONEY", "0.20")
    id = desk.makes(*SIMPLE)
    shown = desk.types("preview", id)
    assert "0.25 USD" in shown
    assert "A second person has to approve it" in shown
    assert "waits for a second person" in desk.types("start", id, "--yes")


def test_an_edit_that_makes_a_running_one_large_is_asked_about_anew(desk: Desk) -> None:
    id = desk.makes(*SIMPLE, "--to", "sex=m")
    desk.types("start", id, "--yes")
    people(desk.database, 1200, start=100, sex="f")
    told = desk.types("edit", id, "--to", "country=PE")
    assert "waits for a second person" in told
    assert desk.state(id) == ("waiting", 2)


def test_a_start_without_yes_and_without_a_person_starts_nothing(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)
    assert main(["campaign", "start", id]) == 1
    assert "Nothing was started" in desk.capsys.readouterr().err
    assert desk.state(id) == ("draft", 1)


def test_a_date_that_is_over_is_refused_with_what_to_do(desk: Desk) -> None:
    id = desk.makes("--once", "2020-01-01", "--text", "es=Hola")
    assert "is over" in desk.types("preview", id)
    assert f"chasqui campaign edit {id} --once" in desk.is_refused("start", id, "--yes")
    desk.types("edit", id, "--once", "tomorrow")
    assert "is running" in desk.types("start", id, "--yes")


def test_a_form_is_refused_line_by_line(desk: Desk) -> None:
    form = desk.folder / "mal.toml"
    form.write_text(FORM.replace('"18:00"', '"25:00"').replace('"mon", "thu"', '"mon", "someday"') + 'xx = "Hola"\n')
    told = desk.is_refused("new", str(form))
    assert "mal.toml:4: " in told
    assert "mal.toml:5: '25:00' is not an hour" in told
    assert "mal.toml:20: xx is not a language" in told
    assert "Nothing was made." in told
    form.write_text("name = Poda\n")
    assert "mal.toml:1: " in desk.is_refused("new", str(form))
    assert "there is no such file" in desk.is_refused("new", "nirgends.toml")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--once", "tomorrow"), "it has no text"),
        (("--text", "es=Hola", "--once", "32/13"), "is not a date"),
        (("--text", "es=Hola", "--once", "31/2/2031"), "is not a date"),
        (("--text", "es=Hola", "--once", "tomorrow", "--to", "cooperative=x"), "The list: chasqui cooperative list"),
        (("--text", "es=Hola", "--to", "cooperative=norandio"), "there is no cooperative 'norandio'"),
        (("--text", "es=Hola", "--to", "course=coffee-nurser"), "Did you mean coffee-nursery?"),
        (("--text", "es=Hola", "--to", "sex"), "write it as KEY=VALUE"),
        (("--text", "es=Hola", "--once", "today", "--every", "mon"), "only one of them can say when"),
        (("--text", "es=Hola", "--every", "mon", "--from", "2030-02-01", "--until", "2030-01-01"), "it ends"),
        (("--drip", "g1"), "there is no cohort 'g1'"),
        (("--drip", "g1", "--urgent"), "lessons are never urgent"),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, words: tuple[str, ...], told: str) -> None:
    assert told in desk.is_refused("new", *words)
    assert rows(desk.database, "SELECT count(*) FROM campaigns") == [(0,)]


def test_what_cannot_be_done_any_more_is_refused(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)
    assert "there is nothing to approve" in desk.is_refused("approve", id)
    assert "cannot be paused" in desk.is_refused("pause", id)
    desk.types("cancel", id)
    assert "cannot be started" in desk.is_refused("start", id, "--yes")
    assert "cannot be edited" in desk.is_refused("edit", id, "--hour", "9")
    assert "is cancelled already" in desk.types("cancel", id)
    assert "There is no campaign 'nada'" in desk.is_refused("show", "nada")


def test_nobody_to_reach_starts_nothing(desk: Desk) -> None:
    id = desk.makes(*SIMPLE, "--to", "country=RW")
    assert "would reach nobody" in desk.is_refused("start", id, "--yes")


def test_a_test_goes_to_ones_own_phone_in_every_text_and_counts_nowhere(desk: Desk) -> None:
    form = desk.folder / "poda.toml"
    form.write_text(FORM)
    id = desk.makes(str(form))
    assert "3 test messages wait for +51900000099" in desk.types("test", id, "--phone", "900 000 099", "--by", "Ana")
    found = rows(desk.database, "SELECT address, sender, campaign, learner, content FROM outbox ORDER BY id")
    assert {row[:4] for row in found} == {("simulator:sms:+51900000099", "simulator:sms", "", "")}
    assert ["Test: Hola Ana, ma" in row[4] or "Test: " in row[4] for row in found] == [True, True, True]
    assert rows(desk.database, "SELECT count(*) FROM spendings") == [(0,)]
    assert "is not a phone number" in desk.is_refused("test", id, "--phone", "Rosa")
    assert "Say where" in desk.is_refused("test", id)


def test_a_test_goes_by_the_rules_of_every_other_message(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)
    assert "Peru, Bolivia and Rwanda only" in desk.is_refused("test", id, "--phone", "+1 415 555 2671")
    assert "is a landline" in desk.is_refused("test", id, "--phone", "+51 1 6155555")

    said = {"address": "simulator:sms:+51900000098", "purpose": LEARNING, "at": NOW}
    for granted in (True, False, True):
        with desk.database.writing() as conn:
            conn.execute(insert(consents), {**said, "granted": granted})
        if granted:
            desk.types("test", id, "--phone", "+51900000098")
        else:
            assert "said no or STOP" in desk.is_refused("test", id, "--phone", "+51900000098")
    assert rows(desk.database, "SELECT count(*) FROM outbox WHERE kind = 'test'") == [(2,)]


def test_a_form_for_the_telegram_chat_of_a_rehearsal(desk: Desk) -> None:
    id = desk.makes(*SIMPLE)
    desk.types("test", id, "--telegram", "+51900000099")
    assert rows(desk.database, "SELECT address, sender FROM outbox") == [
        ("simulator:chat:+51900000099", "simulator:chat")
    ]


def test_it_speaks_spanish_to_who_reads_spanish(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    id = desk.makes(*SIMPLE)
    assert "Personas:  5" in desk.types("preview", id, "--lang", "es")
    monkeypatch.setenv("LANG", "es_PE.UTF-8")
    assert "está en marcha: 5 personas" in desk.types("start", id, "--yes")
    assert "ya está en marcha" in desk.types("start", id)


def test_both_languages_say_the_same_things() -> None:
    assert set(WORDS["en"]) == set(WORDS["es"])


@pytest.mark.parametrize("page", ["docs/campaigns.md", "docs/es/campaigns.md"])
def test_the_form_on_the_page_is_one_that_is_taken(desk: Desk, page: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    (desk.folder / "poda.toml").write_text(text.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    assert main(["cooperative", "add", "norandino", "Norandino Ltda."]) == 0
    desk.capsys.readouterr()
    id = desk.makes("poda.toml")
    shown = desk.types("show", id)
    assert "every Mon, Wed, Fri" in shown
    assert "of 10.00 USD, at most 1.00 USD a day" in shown
    assert "cooperative=norandino sex=f" in shown


@pytest.mark.parametrize("language", ["es", "en"])
def test_it_says_of_every_reason_how_many_were_not_told(desk: Desk, language: str) -> None:
    desk.types("new", "--once", "tomorrow", "--text", "es=Hola", "--name", "Hola")
    [(id,)] = rows(desk.database, "SELECT id FROM campaigns")
    with desk.database.writing() as conn:
        conn.execute(insert(misses), [{"campaign": id, "reason": each, "n": 3} for each in MISSES])

    shown = desk.types("show", id, "--lang", language)

    assert shown.count("3 ") >= len(MISSES)


def test_a_date_may_begin_with_its_day(desk: Desk) -> None:
    id = desk.makes("--once", "5/3/2031", "--text", "es=Hola", "--name", "Hola")

    assert "2031-03-05" in desk.types("preview", id)


def test_a_drip_shows_whom_it_teaches_and_what_they_get(desk: Desk) -> None:
    with desk.database.writing() as conn:
        given = {"id": "k1", "course": "coffee-nursery", "days": "mon", "starts_on": "2026-03-02", "created_at": NOW}
        conn.execute(insert(cohorts), given)
        conn.execute(insert(cohort_members), {"cohort": "k1", "learner": "l0000000", "joined_at": NOW})
    id = desk.makes("--drip", "k1", "--name", "Vivero")

    shown = desk.types("preview", id, "--lang", "es")

    assert "cohort=k1" in shown
    assert "en los días del grupo  tel:…00\n    (la lección que le toca" in shown
    assert "2 SMS" in shown


def test_an_occupation_is_known_before_anything_was_ever_planned(desk: Desk) -> None:
    people(desk.database, 1, start=500, course="coffee-nursery")
    code = Shelf(ROOT / "content")().courses["coffee-nursery"].isco08
    desk.types("new", "--once", "tomorrow", "--text", "es=Hola", "--to", f"occupation={code}", "--name", "Siga")

    assert "People:    1," in desk.types("preview", "siga")
