"""Draw what a message names as made when it leaves: the PDF of a credential, with its holder's whole name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import REVOKED, SUSPENDED
from bot.delivering.hours import day_of
from store import credentials, people
from store.database import Database

if TYPE_CHECKING:
    from authoring.credentials.keys import Ring

_CREDENTIAL = "credential/"


def drawing(
    database: Database, ring: Callable[[], Ring], place: Place, clock: Callable[[], datetime], country: str
) -> Callable[[str], Awaitable[bytes]]:
    """What draws: `credential/<code>` → PDF. It raises LookupError where there is no such credential any more, or where
    it was taken back: then the text goes out alone. It is printed on a day of `country`."""

    def made(what: str) -> bytes:
        if not what.startswith(_CREDENTIAL):
            raise LookupError(what)
        now = clock()
        with database.reading() as conn:
            found = credentials.by_code(conn, codes.read(what.removeprefix(_CREDENTIAL)).code)
            if found is None or found.erased or found.state(now) in (REVOKED, SUSPENDED):
                raise LookupError("no credential that holds")
            names = people.names(conn, [found.award.learner])
        from authoring.credentials import papers  # what draws is loaded for the first paper, not at the start

        sheet = papers.Sheet(
            credential=found,
            place=place,
            key=ring().offline,
            printed_on=day_of(now, "", country),
            full_name=names.get(found.award.learner, ""),
        )
        return papers.page(sheet)

    async def draw(what: str) -> bytes:
        return await database.look(lambda: made(what))

    return draw
