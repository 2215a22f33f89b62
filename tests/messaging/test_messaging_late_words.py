"""A message that is found late: a stop wins over whatever was sent before it, and over nothing that was sent after."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from authoring.shelf import Shelf
from bot.messages import Heard
from store import closing
from store.database import Database
from tests import houses
from tests.houses import ROSA, Clock, Phone

_numbers = count(1)


class Village:
    """A house, and Rosa who writes to it at a time of her own."""

    def __init__(self, database: Database, shelf: Shelf) -> None:
        self.clock, self.phone = Clock(), Phone()
        self.house = houses.build(database, shelf, [self.phone], self.clock)

    async def wrote(self, *texts: str, ago: float = 0, kind: Heard = Heard.TEXT) -> list[str]:
        """What is said to what she wrote so many seconds ago, found only now."""
        self.clock.wait(seconds=10)
        before = len(self.phone.texts())
        for text in texts:
            heard = houses.written(text, next(_numbers))
            at = self.clock() - timedelta(seconds=ago)
            await self.house.receiver.receive(replace(heard, kind=kind, received_at=at))
            await houses.settle(self.house)
        return self.phone.texts()[before:]


@pytest.fixture
def village(database: Database, shelf: Shelf) -> Village:
    return Village(database, shelf)


@pytest.mark.parametrize("stop", ["BAJA", "STOP", "NUMERO EQUIVOCADO"])
async def test_a_stop_wins_over_what_was_sent_before_it(village: Village, stop: str) -> None:
    await village.wrote("VIVERO", "SI", "SIGUE")
    assert await village.wrote(stop)
    for old in ("ALTA", "VIVERO", "SIGUE", "AYUDA"):
        assert await village.wrote(old, ago=60) == []
    assert await village.wrote("", ago=60, kind=Heard.CARRIER_START) == []
    assert await village.wrote("ALTA" if stop != "NUMERO EQUIVOCADO" else "VIVERO")


async def test_of_two_that_were_both_found_late_the_last_one_holds(village: Village) -> None:
    await village.wrote("VIVERO", "SI", "SIGUE")
    village.clock.wait(hours=1)
    assert await village.wrote("BAJA", ago=300)
    assert await village.wrote("ALTA", ago=120)


async def test_a_stop_that_only_the_carrier_told_us_wins_too(village: Village) -> None:
    await village.wrote("VIVERO", "SI", "SIGUE")
    village.clock.wait(hours=1)
    with village.house.database.writing() as conn:
        closing.close(conn, {str(ROSA): "stopped"}, village.clock())
    assert await village.wrote("ALTA", ago=60) == []
    assert await village.wrote("ALTA")


async def test_who_had_herself_erased_is_not_begun_with_again_by_an_older_word(village: Village) -> None:
    await village.wrote("VIVERO", "SI", "SIGUE")
    village.clock.wait(hours=1)
    assert await village.wrote("BORRAR MIS DATOS", "SI", "SI")
    assert await village.wrote("VIVERO", ago=120) == []
    assert await village.wrote("VIVERO")
