"""Take in a cooperative's list and say, row by row, what became of it; write everybody out again."""

from __future__ import annotations

import argparse
import difflib
import secrets
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from pathlib import Path
from random import Random

from authoring import members as lists
from authoring.members import Sheet
from authoring.shelf import Shelf
from authoring.workbooks import UnreadableList
from bot.catalogue import Catalogue
from bot.cooperating import members
from bot.cooperating.headings import HEADINGS, OURS
from bot.cooperating.members import Columns, Fault, Member, Reading, folded, same_person
from bot.cooperating.organisations import Cohort, Cooperative
from bot.delivering.hours import ZONES, zone_of
from bot.people import OPERATOR, Learner
from bot.talking.profile import needs_guardian
from cli import greeting, naming, wiring
from cli.import_words import FILES, ROWS, TEXTS
from cli.settings import Settings, secret_key
from store import cohorts, exporting, importing, organisations
from store.database import Database
from store.importing import CHUNK, Arrival, Fate, Outcome, Overtaken

_SHOWN = 20  # bad rows on the screen
_SAMPLE = 5
_TRIES = 5


@dataclass(slots=True, kw_only=True)
class Import:
    """One import under way: what it was asked, what it has found so far."""

    given: argparse.Namespace
    settings: Settings
    database: Database
    catalogue: Catalogue
    cooperatives: Sequence[Cooperative]
    cooperative: Cooperative | None
    cohort: Cohort | None
    sheet: Sheet
    columns: Columns
    language: str
    fates: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, tuple[Fault, ...]]] = field(default_factory=list)
    sample: list[Arrival] = field(default_factory=list)
    agreed: int = 0

    @property
    def paper(self) -> bool:
        """Whether each of them has signed."""
        return bool(self.given.basis == "paper")


def take_in(settings: Settings, given: argparse.Namespace) -> int:
    """`learners import`: 0, or 1 where the file or any of its rows was refused."""
    language = given.lang or greeting.language()
    if given.bad and Path(given.bad).exists():
        raise ValueError(f"{given.bad} exists already. Name another file with --bad.")
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
        _report(work)
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
            raise ValueError(f"--map {each}: write one of {', '.join(OURS)}, then = and the heading in the file.")
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
            raise ValueError("--reference and --given-on belong to consent on paper: add --basis paper.")
        return
    if given.given_on:
        day = members.day_of(given.given_on)
        if day is None or day > _today(work):
            raise ValueError(f"--given-on {given.given_on}: write a day that is past, like 2026-03-02.")
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
    raise ValueError("People on this list are writing at this very moment. Import it again.")


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


# --- what is said ---


def _report(work: Import) -> None:
    said = TEXTS[work.language]
    place = 1 if work.language == "es" else 0
    named = [f"{OURS[ours][place]} ← {work.sheet.header[at].strip()}" for ours, at in work.columns.places.items()]
    print(said["file"].format(file=work.given.file, rows=len(work.sheet.rows), written_in=work.sheet.written_in))
    print(said["columns"].format(columns=", ".join(named)))
    if work.columns.unused:
        print(said["unused"].format(columns=", ".join(work.columns.unused)))
    print()
    for fate, words in _fates(work):
        print(f"{fate:>7}  {words}")
    if work.given.dry_run and work.sample:
        print(f"\n{said['sample']}")
        for arrival in work.sample:
            print(f"  {_sampled(arrival, said['line'])}")
    _report_bad(work)
    print()
    if work.cohort and not work.given.dry_run:
        course = work.catalogue.courses.get(work.cohort.course)
        title = course.title(work.language) if course else work.cohort.course
        print(said["cohort"].format(cohort=work.cohort.name or work.cohort.id, course=title))
    kept = any(work.fates[each] for each in ("new", "filled", "known"))
    print(said["dry" if work.given.dry_run else "done" if kept else "nothing"])


def _fates(work: Import) -> Iterator[tuple[int, str]]:
    said = TEXTS[work.language]
    yield work.fates["new"], said["new_paper" if work.paper else "new_invitation"]
    for fate in ("filled", "known", "repeated"):
        if work.fates[fate]:
            yield work.fates[fate], said[fate]
    yield len(work.bad), said["bad"]


def _sampled(arrival: Arrival, line: str) -> str:
    member = arrival.member
    told = (member.name, member.phone, member.language, member.sex, str(member.birth_year or ""))
    place = (member.community, member.district, arrival.cooperative)
    return f"{line.format(line=member.line)}: {', '.join(each for each in (*told, *place) if each)}"


def _report_bad(work: Import) -> None:
    if not work.bad:
        return
    said = TEXTS[work.language]
    print(f"\n{said['bad_rows']}")
    for line, faults in work.bad[:_SHOWN]:
        print(f"  {said['line'].format(line=line)}: {' '.join(_reason(each, work) for each in faults)}")
    if work.given.bad:
        rows = dict(work.sheet.rows)
        width = len(work.sheet.header)
        table = (
            [*_padded(rows[line], width), " ".join(_reason(each, work) for each in faults)] for line, faults in work.bad
        )
        lists.write(Path(work.given.bad), [*work.sheet.header, said["why"]], table)
        print(f"  {said['bad_file'].format(file=work.given.bad)}")
    elif len(work.bad) > _SHOWN:
        print(f"  {said['more'].format(n=len(work.bad) - _SHOWN)}")


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _reason(fault: Fault, work: Import) -> str:
    known = fault.known
    if fault.why == "language":
        known = ", ".join(work.catalogue.wording.languages)
    elif fault.why == "hour":
        known = "7-20"
    elif fault.why == "cooperative":
        near = {"es": "¿Quiso decir {known}?", "en": "Did you mean {known}?"}[work.language]
        known = near.format(known=known) if known else "chasqui cooperative list"
    ours = OURS[fault.field][1 if work.language == "es" else 0]
    shown = f" «{fault.value[:40]}»" if work.language == "es" else f" “{fault.value[:40]}”"
    return f"{ours}{shown if fault.value else ''}: {ROWS[work.language][fault.why].format(known=known)}"


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


# --- out again ---

_HEADER = (
    "id", "name", "phone", "language", "sex", "birth year", "community", "district", "cooperative", "operator",
    "hour", "cohorts", "agreed", "joined",
)  # fmt: skip


def write_out(settings: Settings, given: argparse.Namespace) -> int:
    """`learners export`: everybody as a table, to a new file or to standard output."""
    database = wiring.open_database(settings)
    try:
        zone = zone_of(ZONES.get(settings.country, ""), settings.country)
        rows = [_row(each, zone) for each in _everybody(database)]
        if not given.file:
            sys.stdout.write(lists.written_csv(_HEADER, rows).decode("utf-8-sig"))
            return 0
        try:
            lists.write(Path(given.file), _HEADER, rows)
        except FileExistsError:
            return _refuse(f"{given.file} exists already and is not written over. Name another file.")
        print(f"{given.file}: {len(rows)} learners. It holds personal data: keep it safe, and delete it when done.")
        return 0
    finally:
        database.close()


def _everybody(database: Database) -> Iterator[exporting.Exported]:
    after = ""
    while True:
        with database.reading() as conn:
            page = exporting.exported(conn, OPERATOR, after=after, limit=CHUNK)
        yield from page
        if len(page) < CHUNK:
            return
        after = page[-1].learner.id


def _row(each: exporting.Exported, zone: tzinfo) -> list[str]:
    who = each.learner
    agreed = {True: "yes", False: "no", None: ""}[each.agreed]
    held = (
        who.id, who.name, " ".join(each.phones), who.language, who.sex, who.birth_year, who.community, who.district,
        who.cooperative, who.operator, who.hour, ", ".join(each.cohorts), agreed,
        who.created_at.astimezone(zone).strftime("%Y-%m-%d"),
    )  # fmt: skip
    return ["" if value is None else str(value) for value in held]
