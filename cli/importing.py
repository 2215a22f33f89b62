"""Take in a cooperative's list: find the columns, read each row, and keep those that are somebody."""

from __future__ import annotations

import argparse
import difflib
import re
import secrets
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random

from authoring import members as lists
from authoring.heading_rows import is_known
from authoring.members import Sheet
from authoring.shelf import Shelf
from authoring.workbooks import UnreadableList
from bot.cooperating import members
from bot.cooperating.arriving import Arriving, Terms, arrivals, with_sexes
from bot.cooperating.headings import HEADINGS, OURS
from bot.cooperating.members import Columns, folded
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli import greeting, import_words, naming, wiring
from cli.import_report import Import, report
from cli.import_words import TEXTS
from cli.people_words import say, speak
from cli.settings import Settings, secret_key
from cli.usage import WrongUsage
from store import cohorts, importing, organisations
from store.database import Database
from store.importing import CHUNK, Arrival, Fate, Outcome, Overtaken

_SAMPLE = 5
_NUMBER = re.compile(r"\+?[\d ().-]{7,20}")
_TRIES = 5


def take_in(settings: Settings, given: argparse.Namespace) -> int:
    """`learners import`: 0, or 1 where the file or any of its rows was refused."""
    speak(given.lang)
    language = given.lang or greeting.language()
    if given.bad and Path(given.bad).exists():
        raise ValueError(say("import.bad", file=given.bad))
    try:
        sheet = lists.headed(lists.read(Path(given.file)), [each.partition("=")[2] for each in given.map])
        columns = _columns(sheet, given.map, language)
    except UnreadableList as error:
        words = wiring.console_words(settings)
        return _refuse(f"{given.file}: {import_words.file(words, language, error.why, **error.values)}")
    except OSError as error:
        words = wiring.console_words(settings)
        return _refuse(import_words.file(words, language, "unread", file=given.file, why=error.strerror))
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
            raise WrongUsage(say("import.map", given=each, known=", ".join(OURS)))
        given[names[folded(ours)]] = theirs.strip()
    try:
        columns = members.columns(sheet.header, given)
    except KeyError as error:
        near = difflib.get_close_matches(str(error.args[0]), sheet.header, 3, 0.4) or _headings(sheet)
        raise UnreadableList("map", theirs=str(error.args[0]), near=", ".join(near)) from error
    if "phone" not in columns.places:
        named = _headings(sheet)
        raise UnreadableList("no_phone", columns=", ".join(named), first=named[0])
    return with_sexes(columns, sheet.rows)


def _headings(sheet: Sheet) -> list[str]:
    """The headings of a list, to be shown. Raises UnreadableList where not one is known, and no number stands below
    several: another file was named, it may be, and a secret may stand in its first line."""
    named = [each.strip() for each in sheet.header if each.strip()]
    below = (cell for _, cells in sheet.rows[:_SAMPLE] for cell in cells)
    if not is_known(sheet.header) and not (len(named) > 1 and any(_NUMBER.fullmatch(each.strip()) for each in below)):
        raise UnreadableList("headings")
    return named


def _check_paper(work: Import) -> None:
    given = work.given
    if not work.paper:
        if given.reference or given.given_on:
            raise WrongUsage(say("import.paper"))
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
    terms = Terms(
        country=(work.cooperative and work.cooperative.country) or work.settings.country,
        today=_today(work),
        now=work.database.now(),
        languages=tuple(work.catalogue.wording.languages),
        cooperatives=work.cooperatives,
        cooperative=work.cooperative.id if work.cooperative else "",
        basis=work.given.basis,
        reference=work.given.reference,
        given_on=work.given.given_on,
    )
    found = Arriving(bad=work.bad)
    yield from arrivals(work.sheet.rows, work.columns, terms, found)
    if found.repeated:
        work.fates["repeated"] = found.repeated


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
