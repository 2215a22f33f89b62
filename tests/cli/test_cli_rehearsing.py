"""A rehearsal tells who would have got what, by its own clock, in the operator's language, and nothing besides."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from authoring.shelf import Shelf
from bot.messages import Address, Content, Outbound
from cli import rehearsing
from cli.settings import Settings
from cli.wiring import House
from messaging.rehearsing import NAME, RehearsalChannel
from store.database import Database
from tests.houses import Clock, Phone, build

EVENING = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # Tuesday, six in the evening in Lima


@pytest.fixture
def clock() -> Clock:
    return Clock(EVENING)


@pytest.fixture
def house(sqlite: Database, shelf: Shelf, clock: Clock) -> House:
    built = build(sqlite, shelf, [Phone()], clock)
    settings = Settings(country="PE", rehearsal=True, clock_speed=1440, organisation="Norandino")
    return replace(built, settings=settings)


@pytest.fixture
def watched(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A rehearsal that somebody in Jaén watches."""
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")
    end = rehearsing.begin(house)
    yield house
    end()


async def sends(text: str, *, to: str = "+51900000001", kind: str = "campaign") -> None:
    address = Address(scheme="tel", identity=to)
    outbound = Outbound(
        id=1,
        sender=NAME,
        address=address,
        content=Content(text=text),
        created_at=EVENING,
        not_before=EVENING,
        kind=kind,
    )
    await RehearsalChannel().send(outbound)


async def test_a_message_is_told_as_a_person_reads_it(watched: House, capsys: pytest.CaptureFixture[str]) -> None:
    await sends("Hola Ana, pode hoy.\nBAJA para salir.")
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "mar 2026-11-24 18:00  …0001  Hola Ana, pode hoy.",
        "                            BAJA para salir.",
    ]
    assert told.err == ""


async def test_of_many_alike_a_few_are_told_and_how_many_more(
    watched: House, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(20):
        await sends("Hola, pode hoy.", to=f"+519000000{number:02d}")
    await sends("Recuerde su lección.", kind="reminder")
    clock.wait(days=1)
    await sends("Hola, riegue hoy.")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 + 1 + 1 + 1
    assert lines[6].endswith("Recuerde su leccion.")  # as SMS folds it
    assert lines[7] == "… y 14 más como estos el 2026-11-24"
    assert lines[8].startswith("mié 2026-11-25 18:00")


async def test_what_happens_besides_is_told_only_where_it_is_wrong(
    watched: House, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("authoring.shelf").info("content/ has changed and is used from now on")
    logging.getLogger("messaging.sending").warning("A sender rests")
    assert [record.message for record in caplog.records] == ["A sender rests"]


@pytest.mark.parametrize("chosen", [{"log_level": "debug"}, {"log_format": "json"}, {"rehearsal": False}])
async def test_whoever_wants_the_log_has_it(
    house: House, chosen: dict[str, object], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    end = rehearsing.begin(replace(house, settings=replace(house.settings, **chosen)))  # type: ignore[arg-type]
    await sends("Hola Ana")
    end()
    assert [record.message for record in caplog.records] == ["Rehearsed to …0001: Hola Ana"]
    assert capsys.readouterr().out == ""
