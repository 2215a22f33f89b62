"""Read a list that was uploaded, on the terms that were chosen, and judge its rows: nothing here is a page."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any, TypeVar

from aiohttp import web

from authoring import members as lists
from authoring.members import Sheet
from bot.cooperating import arriving, members
from bot.cooperating.arriving import Arriving, Terms
from bot.cooperating.members import Columns, Fault
from bot.cooperating.organisations import Cohort
from bot.delivering.hours import zone_of
from console import persons
from console.asked import Asked
from store import importing, kept_lists
from store.database import Connection
from store.importing import CHUNK, Arrival, Fate, Outcome, Overtaken
from store.kept_lists import KeptList

BASE = "/console/learners/import"
MOST_BYTES = 5 * 2**20
MOST_ROWS = 20_000
_SAMPLE = 5
_TRIES = 5

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Tried:
    """What a list has come to: by fate, the first few as they were understood, and the bad rows."""

    fates: Counter[str] = field(default_factory=Counter)
    sample: list[Arrival] = field(default_factory=list)
    bad: list[tuple[int, tuple[Fault, ...]]] = field(default_factory=list)


async def kept_of(asked: Asked) -> KeptList:
    """The list that the path names. Raises NotThere."""
    id = asked.request.match_info["id"]
    found = await asked.look(lambda conn: kept_lists.get(conn, asked.scope, asked.person.id, id, asked.now))
    if found is None:
        raise asked.missing()
    return found


def sheet_of(name: str, data: bytes) -> Sheet:
    """The rows of a list as it was uploaded. Raises UnreadableList."""
    return lists.lettered(lists.headed(lists.read_kept(name, data, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)))


async def tried_out(asked: Asked, kept: KeptList) -> Tried:
    """What would come of it. Nothing is written."""
    terms, columns, _ = await terms_of(asked, kept)
    sheet = await asyncio.to_thread(sheet_of, kept.name, kept.content)
    key, chance = asked.office.secret, Random(secrets.randbits(64))

    async def judge(chunk: Sequence[Arrival]) -> list[Outcome]:
        return await asked.look(lambda conn: importing.judge(conn, asked.scope, chunk, key, asked.now, chance))

    return await worked(sheet, columns, terms, judge)


async def insisted(asked: Asked, work: Callable[[Connection], T]) -> T:
    """Write in one transaction, again where somebody on the list wrote to us at that very moment."""
    for _ in range(_TRIES):
        try:
            return await asked.do(work)
        except Overtaken:
            continue
    raise web.HTTPServiceUnavailable


async def worked(sheet: Sheet, columns: Columns, terms: Terms, work: Callable[[Sequence[Arrival]], Any]) -> Tried:
    """Read the rows, and do the work a chunk at a time: nobody who writes meanwhile waits for more than one."""
    tried, found = Tried(), Arriving()
    columns = replace(columns, ages=members.gives_ages(sheet.header, columns.places))
    columns = arriving.with_sexes(columns, sheet.rows)
    arrived = await asyncio.to_thread(lambda: list(arriving.arrivals(sheet.rows, columns, terms, found)))
    for at in range(0, len(arrived), CHUNK):
        for outcome in await work(arrived[at : at + CHUNK]):
            if outcome.fault:
                tried.bad.append((outcome.arrival.member.line, (outcome.fault,)))
                continue
            tried.fates[outcome.fate.value] += 1
            if outcome.fate is Fate.NEW and len(tried.sample) < _SAMPLE:
                tried.sample.append(outcome.arrival)
    tried.bad = sorted([*tried.bad, *found.bad], key=lambda each: each[0])
    if found.repeated:
        tried.fates["repeated"] = found.repeated
    return tried


def terms_at(asked: Asked, known: persons.Places, cooperative: str, basis: str) -> Terms:
    """On what terms somebody comes into a cooperative (empty: none) on this basis of consent."""
    country = next((each.country for each in known.cooperatives if each.id == cooperative), "")
    return Terms(
        country=country or asked.office.policy().country,
        today=today(asked),
        now=asked.now,
        languages=tuple(persons.catalogue(asked).wording.languages),
        cooperatives=[each for each in known.cooperatives if not each.closed],
        cooperative=cooperative,
        basis=basis,
    )


async def terms_of(asked: Asked, kept: KeptList) -> tuple[Terms, Columns, Cohort | None]:
    """On what terms it comes in, which column is which, and the cohort that it goes into."""
    held = kept.terms
    known = await asked.look(lambda conn: persons.places(conn, asked, {held["cohort"]}))
    terms = replace(
        terms_at(asked, known, held["cooperative"], held["basis"]),
        reference=held["reference"],
        given_on=held["given_on"],
    )
    cohort = next((each for each in known.cohorts if each.id == held["cohort"]), None)
    return terms, Columns(places={ours: int(place) for ours, place in held["columns"].items()}), cohort


def today(asked: Asked) -> date:
    """The day in the programme's country."""
    return asked.now.astimezone(zone_of("", asked.office.policy().country)).date()


def report_of(tried: Tried) -> Mapping[str, Any]:
    """What came of a list, as it is kept."""
    bad = [[line, [[each.field, each.why, each.value, each.known] for each in faults]] for line, faults in tried.bad]
    return {"fates": dict(tried.fates), "bad": bad}


def bad_of(report: Mapping[str, Any]) -> list[tuple[int, tuple[Fault, ...]]]:
    """The bad rows of a kept report."""

    def faults(held: Iterable[Sequence[str]]) -> tuple[Fault, ...]:
        return tuple(Fault(field=name, why=why, value=value, known=known) for name, why, value, known in held)

    return [(line, faults(held)) for line, held in report["bad"]]
