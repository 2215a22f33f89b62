"""What a reader of results asks for: indicators, groups and a time, read from the address; the answer, kept or new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from bot.cooperating.members import day_of
from bot.reporting.days import ahead as ahead_in
from bot.reporting.days import begins
from bot.reporting.indicators import COUNTED, Indicator
from bot.reporting.showing import Names
from console.asked import Asked
from store import organisations, reports
from store.database import Connection
from store.foreseeing import teach
from store.reporting_kept import Kept
from store.reports import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The groups and the time of an address, as they were written, with what could not be read."""

    by: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)

    def query(self, **more: object) -> str:
        """The same as the end of an address."""
        pairs = [("by", each) for each in self.by]
        pairs += [(name, value) for name, value in (("since", self.since), ("until", self.until)) if value]
        pairs += [(name, str(value)) for name, value in more.items()]
        return f"?{urlencode(pairs)}" if pairs else ""


def filters(asked: Asked, groups: Sequence[str] = ()) -> Filters:
    """What the address asks for; groups that do not fit are left out, dates that are none are told."""
    named = [each for written in asked.query.texts("by", 4) for each in written.split(",") if each in groups]
    given = {name: asked.query.text(name, 20) for name in ("since", "until")}
    wrong = {
        name: asked.t("results.refused.date", date=value)
        for name, value in given.items()
        if value and day_of(value) is None
    }
    good = {name: "" if name in wrong else value for name, value in given.items()}
    return Filters(by=tuple(dict.fromkeys(named))[:2], since=good["since"], until=good["until"], wrong=wrong)


def moment(asked: Asked, written: str) -> datetime | None:
    """The first moment of a day where the programme is."""
    found = day_of(written) if written else None
    return begins(found, asked.office.policy().country) if found else None


def ahead(asked: Asked) -> int:
    """Seconds by which the programme's clock is ahead of UTC."""
    return ahead_in(asked.now, asked.office.policy().country)


def wanted(asked: Asked, given: Filters, indicators: tuple[Indicator, ...] = COUNTED) -> Wanted:
    """The report that the filters ask for."""
    office = asked.office
    return reports.wanted(
        office.catalogue(),
        office.policy().country,
        asked.now,
        indicators=indicators,
        by=given.by,
        since=day_of(given.since) if given.since else None,
        until=day_of(given.until) if given.until else None,
    )


async def answer(asked: Asked, report: Wanted, *, fresh: bool = False) -> Kept:
    """The report, kept where it is fresh and counted where it is not. Counting takes time that grows with people."""
    if not fresh:
        kept = await asked.look(lambda conn: reports.kept(conn, asked.scope, report, asked.now))
        if kept is not None:
            return kept
    database, catalogue = asked.office.database, asked.office.catalogue()
    await database.run(lambda: teach(database, catalogue))
    tables = await asked.look(lambda conn: reports.counted(conn, asked.scope, report, asked.now))
    await asked.do(lambda conn: reports.keep(conn, asked.scope, report, tables, asked.now))
    return Kept(tables=tuple(tables), made_at=asked.now)


async def names(asked: Asked, language: str = "") -> Names:
    """How the reader calls cooperatives and courses; in another language where she asks for it."""
    known = await asked.look(lambda conn: _cooperatives(conn, asked))
    spoken = language or asked.language
    return Names(
        words=asked.office.words,
        language=spoken,
        cooperatives=known,
        courses={each.id: each.title(spoken) for each in asked.office.catalogue().courses.values()},
    )


def _cooperatives(conn: Connection, asked: Asked) -> dict[str, str]:
    return {each.id: each.name for each in organisations.all_cooperatives(conn, asked.scope)}


def whole(report: Wanted) -> Wanted:
    """The same without groups."""
    return replace(report, by=())
