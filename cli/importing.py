"""Take in a cooperative's list: find the columns, read each row, and keep those that are somebody."""

from __future__ import annotations

import argparse
import difflib
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from authoring import members as lists
from authoring.members import Sheet
from authoring.shelf import Shelf
from authoring.workbooks import UnreadableList
from bot.cooperating import members
from bot.cooperating.headings import HEADINGS, OURS
from bot.cooperating.members import Columns, Fault, Member, Reading, folded, same_person
from bot.delivering.hours import zone_of
from bot.people import OPERATOR, Learner
from bot.talking.profile import needs_guardian
from cli import greeting, naming, wiring
from cli.import_report import Import, report
from cli.import_words import FILES, TEXTS
from cli.people_words import say, speak
from cli.settings import Settings, secret_key
from store import cohorts, importing, organisations
from store.database import Database
from store.importing import CHUNK, Arrival, Fate, Outcome, Overtaken

_SAMPLE = 5
_TRIES = 5


def take_in(settings: Settings, given: argparse.Namespace) -> int:
    """`learners import`: 0, or 1 where the file or any of its rows was refused."""
    speak(given.lang)
    language = given.lang or greeting.language()
    if given.bad and Path(given.bad).exists():
        raise ValueError(say("import.bad", file=given.bad))
    try:
        sheet = lists.read(Path(given.file))
        columns = _columns(sheet, given.map, language)
    except UnreadableList as error:
        return _refuse(f"{given.file}: {FILES[language][error.why].format(**error.values)}")
    except OSError as error:
        return _refuse(FILES[language]["unread"].format(file=given.file, why=error.strerror))
    database = wiring.open_database(settings)
    try:
        work = _prepared(settings, given, database, sheet, columns, language)
        _check_paper(work)
        try:
            _all(work)
        except KeyboardInterrupt:
            kept = 0 if given.dry_run else sum(work.fates[each] for each in ("new", "filled", "known"))
            return _refuse(TEXTS[language]["stopped"].format(n=kept))
        report(work)
        return 1 if work.bad else 0
    finally:
        database.close()


def _prepared(
    settings: Settings, given: argparse.Namespace, database: Database, sheet: Sheet, columns: Columns, language: str
) -> Import:
    catalogue = Shelf(settings.content_dir)()
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR, closed=False)
        groups = cohorts.all_cohorts(conn, OPERATOR)
    cohort = naming.cohort(groups, given.cohort) if given.cohort else None
    named = given.cooperative or (cohort.cooperative if cohort else "")
    cooperative = naming.cooperative(known, named) if named else None
    return Import(
        given=given,
        settings=settings,
        database=database,
        catalogue=catalogue,
        cooperatives=known,
        cooperative=cooperative,
        cohort=cohort,
        sheet=sheet,
        columns=columns,
        language=language,
    )


def _columns(sheet: Sheet, told: Sequence[str], language: str) -> Columns:
    given: dict[str, str] = {}
    names = {folded(word): ours for ours, words in HEADINGS.items() for word in (ours, *words, *OURS[ours])}
    for each in told:
        ours, equals, theirs = each.partition("=")
        if not equals or folded(ours) not in names:
            raise ValueError(say("import.map", given=each, known=", ".join(OURS)))
        given[names[folded(ours)]] = theirs.strip()
    try:
        columns = members.columns(sheet.header, given)
    except KeyError as error:
        near = difflib.get_close_matches(str(error.args[0]), sheet.header, 3, 0.4) or list(sheet.header)
        raise UnreadableList("map", theirs=str(error.args[0]), near=", ".join(near)) from error
    if "phone" not in columns.places:
        named = [each.strip() for each in sheet.header if each.strip()]
        raise UnreadableList("no_phone", columns=", ".join(named), first=named[0])
    place = columns.places.get("sex")
    written = [row[place] for _, row in sheet.rows if place < len(row)] if place is not None else []
    return replace(columns, women_are_m=members.sexes(written))


def _check_paper(work: Import) -> None:
    given = work.given
    if not work.paper:
        if given.reference or given.given_on:
            raise ValueError(say("import.paper"))
        return
    if given.given_on:
        day = members.day_of(given.given_on)
        if day is None or day > _today(work):
            raise ValueError(say("import.given", date=given.given_on))
        given.given_on = day.isoformat()


def _today(work: Import) -> date:
    return work.database.now().astimezone(zone_of("", work.settings.country)).date()


# --- row by row ---


def _all(work: Import) -> None:
    key = secret_key(work.settings)
    version = _version(work)
    chunk: list[Arrival] = []
    chance = Random(secrets.randbits(64))

    def done() -> None:
        outcomes = _chunk(work, chunk, key, chance, version)
        chunk.clear()
        for outcome in outcomes:
            _count(work, outcome)

    for arrival in _arrivals(work):
        chunk.append(arrival)
        if len(chunk) >= CHUNK:
            done()
    if chunk:
        done()
    work.bad.sort(key=lambda each: each[0])


def _chunk(work: Import, chunk: Sequence[Arrival], key: bytes, chance: Random, version: str) -> list[Outcome]:
    database = work.database
    if work.given.dry_run:
        with database.reading() as conn:
            return importing.judge(conn, OPERATOR, chunk, key, database.now(), chance)

    def write() -> list[Outcome]:
        with database.writing() as conn:
            return importing.take_in(
                conn, OPERATOR, chunk, key, database.now(), chance, cohort=work.cohort, version=version
            )

    for _ in range(_TRIES):
        try:
            return database.do(write)
        except Overtaken:
            continue
    raise ValueError(say("import.busy"))


def _version(work: Import) -> str:
    course = work.catalogue.courses.get(work.cohort.course) if work.cohort else None
    return course.version if course else ""


def _arrivals(work: Import) -> Iterator[Arrival]:
    """Each row that can be somebody, each number once; the others are noted as bad."""
    country = (work.cooperative and work.cooperative.country) or work.settings.country
    reading = Reading(country=country, today=_today(work), languages=tuple(work.catalogue.wording.languages))
    seen: dict[str, Member] = {}
    for line, cells in work.sheet.rows:
        read = members.member(cells, line, work.columns, reading)
        if isinstance(read, tuple):
            work.bad.append((line, read))
            continue
        before = seen.get(read.phone)
        if before and same_person(before.name, read.name):
            work.fates["repeated"] += 1
            continue
        if before:
            fault = Fault(field="phone", why="twice", value=read.phone, known=f"{before.line} ({before.name})")
            work.bad.append((line, (fault,)))
            continue
        arrival, faults = _arrival(work, read)
        if faults:
            work.bad.append((line, faults))
            continue
        seen[read.phone] = read
        yield arrival


def _arrival(work: Import, member: Member) -> tuple[Arrival, tuple[Fault, ...]]:
    faults: list[Fault] = []
    cooperative = work.cooperative.id if work.cooperative else ""
    if member.cooperative:
        try:
            cooperative = naming.cooperative(work.cooperatives, member.cooperative).id
        except ValueError:
            near = naming.near(
                member.cooperative, [name for each in work.cooperatives for name in (each.id, each.name)]
            )
            faults.append(Fault(field="cooperative", why="cooperative", value=member.cooperative, known=near))
    if not work.paper:
        return Arrival(member=member, cooperative=cooperative), tuple(faults)
    reference = member.reference or work.given.reference
    given_on = member.given_on.isoformat() if member.given_on else work.given.given_on
    faults += [
        Fault(field=name, why=f"{name}_needed")
        for name, held in (("reference", reference), ("given_on", given_on))
        if not held
    ]
    faults += _guardian_faults(work, member)
    arrival = Arrival(member=member, cooperative=cooperative, reference=reference, given_on=given_on)
    return arrival, tuple(faults)


def _guardian_faults(work: Import, member: Member) -> list[Fault]:
    if member.country != "RW":
        return []
    if member.birth_year is None:
        return [Fault(field="birth_year", why="year_needed")]
    born = Learner(id="", country="RW", birth_year=member.birth_year, created_at=work.database.now())
    if needs_guardian(born, _today(work).year) and not member.guardian:
        return [Fault(field="guardian", why="guardian")]
    return []


def _count(work: Import, outcome: Outcome) -> None:
    if outcome.fault:
        work.bad.append((outcome.arrival.member.line, (outcome.fault,)))
        return
    work.fates[outcome.fate.value] += 1
    if outcome.fate is Fate.NEW and len(work.sample) < _SAMPLE:
        work.sample.append(outcome.arrival)


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
