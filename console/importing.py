"""Import a list: upload it, say which column is which, see what would happen, and only then take it in."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from aiohttp import web

from authoring import members as lists
from authoring.members import Sheet
from authoring.workbooks import UnreadableList
from bot.cooperating import arriving, members
from bot.cooperating.arriving import INVITED, PAPER, Arriving, Terms
from bot.cooperating.headings import OURS
from bot.cooperating.members import Columns, Fault
from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from console import persons
from console.asked import Asked
from console.entering import page
from store import importing, kept_lists
from store.database import Connection
from store.importing import CHUNK, Arrival, Fate, Outcome, Overtaken
from store.kept_lists import KeptList

BASE = "/console/learners/import"
MOST_BYTES = 5 * 2**20
MOST_ROWS = 20_000
_SHOWN = 50  # bad rows on the page; the file has all of them
_SAMPLE = 5
_TRIES = 5
_EXAMPLE = (
    ("celular", "nombre", "idioma", "sexo", "año de nacimiento", "comunidad", "cooperativa"),
    ("+51900000001", "Rosa Quispe Mamani", "español", "mujer", "1988", "San Ignacio", ""),
)


@dataclass(slots=True, kw_only=True)
class Tried:
    """What a list has come to: by fate, the first few as they were understood, and the bad rows."""

    fates: Counter[str] = field(default_factory=Counter)
    sample: list[Arrival] = field(default_factory=list)
    bad: list[tuple[int, tuple[Fault, ...]]] = field(default_factory=list)


# --- upload ---


async def begin(asked: Asked) -> web.Response:
    """The form for a file."""
    return asked.show("learners/import.html.j2", error="")


async def upload(asked: Asked) -> web.Response:
    """Keep the file, where it can be read."""
    given = asked.form.file("list")
    if given is None:
        return _refused(asked, asked.t("learners.file_needed"))
    try:
        sheet = await asyncio.to_thread(_sheet, given.name, given.data)
    except UnreadableList as error:
        return _refused(asked, _file_words(asked, error))
    if not sheet.rows:
        return _refused(asked, asked.t("learners.file_empty"))
    id = await asked.do(
        lambda conn: kept_lists.keep(
            conn, asked.scope, asked.person.id, given.name, given.data, len(sheet.rows), asked.now
        )
    )
    return asked.go(f"{BASE}/{id}")


def _sheet(name: str, data: bytes) -> Sheet:
    return lists.read_kept(name, data, most_bytes=MOST_BYTES, most_rows=MOST_ROWS)


def _refused(asked: Asked, error: str) -> web.Response:
    return asked.show("learners/import.html.j2", status=422, error=error)


def _file_words(asked: Asked, error: UnreadableList) -> str:
    return asked.t(f"learners.file_{error.why}", **error.values)


async def example(asked: Asked) -> web.Response:
    """A list with the headings that are understood, to fill in."""
    return asked.download(lists.written_csv(_EXAMPLE[0], _EXAMPLE[1:]), "chasqui-lista.csv", "text/csv")


# --- which column is which ---


async def columns(asked: Asked) -> web.Response:
    """Which column is which, on what consent, and where to."""
    return await _columns_form(asked, {})


async def _columns_form(asked: Asked, errors: dict[str, str]) -> web.Response:
    kept = await _kept(asked)
    sheet = await asyncio.to_thread(_sheet, kept.name, kept.content)
    guessed = members.columns(sheet.header).places
    told = asked.request.method == "POST"
    terms = kept.terms
    held = terms.get("columns") or guessed
    chosen = {ours: asked.form.text(f"column_{ours}", 5) if told else str(held.get(ours, "")) for ours in OURS}
    places = await asked.look(lambda conn: persons.choices(conn, asked))

    def value(name: str, default: str = "") -> str:
        return asked.form.text(name, 100) if told else str(terms.get(name, default))

    return asked.show(
        "learners/columns.html.j2",
        status=422 if errors else 200,
        kept=kept,
        written_in=sheet.written_in,
        ours=[(ours, asked.t(f"learners.field_{ours}")) for ours in OURS],
        chosen=chosen,
        theirs=[(str(place), head.strip()[:60] or f"({place + 1})") for place, head in enumerate(sheet.header)],
        sample=[[cell[:40] for cell in cells] + [""] * (len(sheet.header) - len(cells)) for _, cells in sheet.rows[:3]],
        header=[head.strip()[:60] for head in sheet.header],
        errors=errors,
        basis=value("basis", INVITED),
        reference=value("reference"),
        given_on=value("given_on"),
        cooperative=value("cooperative"),
        cohort=value("cohort"),
        places=places,
        bound=asked.scope.cooperatives is not None,
        path=f"{BASE}/{kept.id}",
    )


async def settle(asked: Asked) -> web.Response:
    """Keep how the list is to be read, and go on to the trial."""
    kept = await _kept(asked)
    sheet = await asyncio.to_thread(_sheet, kept.name, kept.content)
    form, errors = asked.form, {}
    places: dict[str, int] = {}
    for ours in OURS:
        place = form.whole(f"column_{ours}", None, high=len(sheet.header) - 1)
        if place is not None and place in places.values():
            errors[f"column_{ours}"] = asked.t("learners.column_twice")
        elif place is not None:
            places[ours] = place
    if "phone" not in places:
        errors["column_phone"] = asked.t("learners.column_phone_needed")
    known = await asked.look(lambda conn: persons.places(conn, asked, {form.text("cohort", 60)}))
    basis, cooperative, cohort = form.text("basis", 10), form.text("cooperative", 60), form.text("cohort", 60)
    into = next((each for each in known.cohorts if each.id == cohort), None)
    if cohort and into is None:
        errors["cohort"] = asked.t("learners.choose_from_list")
    if cooperative and cooperative not in dict(known.cooperative_options):
        errors["cooperative"] = asked.t("learners.choose_from_list")
    if not cooperative and into:
        cooperative = into.cooperative
    if not cooperative and asked.scope.cooperatives is not None:
        errors["cooperative"] = asked.t("learners.import_cooperative_needed")
    given_on = members.day_of(form.text("given_on", 20)) if form.text("given_on", 20) else None
    if basis == PAPER and form.text("given_on", 20) and (given_on is None or given_on > _today(asked)):
        errors["given_on"] = asked.t("learners.given_on_bad")
    if basis not in (INVITED, PAPER):
        errors["basis"] = asked.t("learners.choose_from_list")
    if errors:
        return await _columns_form(asked, errors)
    terms = {
        "columns": places,
        "basis": basis,
        "reference": form.text("reference", 60) if basis == PAPER else "",
        "given_on": given_on.isoformat() if basis == PAPER and given_on else "",
        "cooperative": cooperative,
        "cohort": cohort,
    }
    await asked.do(lambda conn: kept_lists.settle(conn, asked.scope, asked.person.id, kept.id, terms))
    return asked.go(f"{BASE}/{kept.id}/check")


# --- trial ---


async def check(asked: Asked) -> web.Response:
    """What would happen, with every bad row explained. Nothing is written."""
    kept = await _kept(asked)
    if kept.report:
        return asked.go(f"{BASE}/{kept.id}/report")
    if not kept.terms:
        return asked.go(f"{BASE}/{kept.id}")
    tried = await _tried(asked, kept)
    known = await asked.look(lambda conn: persons.places(conn, asked, {kept.terms["cohort"]}))
    return asked.show("learners/check.html.j2", **_shown(asked, kept, tried, known))


async def _tried(asked: Asked, kept: KeptList) -> Tried:
    terms, columns, _ = await _terms(asked, kept)
    sheet = await asyncio.to_thread(_sheet, kept.name, kept.content)
    key, chance = asked.office.secret, Random(secrets.randbits(64))

    async def judge(chunk: Sequence[Arrival]) -> list[Outcome]:
        return await asked.look(lambda conn: importing.judge(conn, asked.scope, chunk, key, asked.now, chance))

    return await _worked(sheet, columns, terms, judge)


async def _worked(sheet: Sheet, columns: Columns, terms: Terms, work: Callable[[Sequence[Arrival]], Any]) -> Tried:
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


async def _terms(asked: Asked, kept: KeptList) -> tuple[Terms, Columns, Cohort | None]:
    held = kept.terms
    known = await asked.look(lambda conn: persons.places(conn, asked, {held["cohort"]}))
    country = next((each.country for each in known.cooperatives if each.id == held["cooperative"]), "")
    terms = Terms(
        country=country or asked.office.policy().country,
        today=_today(asked),
        now=asked.now,
        languages=tuple(persons.catalogue(asked).wording.languages),
        cooperatives=[each for each in known.cooperatives if not each.closed],
        cooperative=held["cooperative"],
        basis=held["basis"],
        reference=held["reference"],
        given_on=held["given_on"],
    )
    cohort = next((each for each in known.cohorts if each.id == held["cohort"]), None)
    return terms, Columns(places={ours: int(place) for ours, place in held["columns"].items()}), cohort


def _today(asked: Asked) -> Any:
    return asked.now.astimezone(zone_of("", asked.office.policy().country)).date()


def _shown(asked: Asked, kept: KeptList, tried: Tried, known: persons.Places) -> dict[str, Any]:
    languages = ", ".join(name for _, name in persons.languages(asked))
    return {
        "kept": kept,
        "path": f"{BASE}/{kept.id}",
        "fates": tried.fates,
        "paper": kept.terms.get("basis") == PAPER,
        "sample": tried.sample,
        "bad": [(line, [reason(asked, each, languages) for each in faults]) for line, faults in tried.bad[:_SHOWN]],
        "bad_count": len(tried.bad),
        "good": sum(tried.fates[each] for each in ("new", "filled", "known")),
        "cohort": known.cohort(kept.terms.get("cohort", "")),
        "cooperative": known.cooperative(kept.terms.get("cooperative", "")),
        "places": known,
    }


def reason(asked: Asked, fault: Fault, languages: str) -> str:
    """What is wrong with a cell, and what to do."""
    known = {"language": languages, "hour": "7–20"}.get(fault.why, fault.known)
    if fault.why == "cooperative":
        known = asked.t("learners.row_near", known=fault.known) if fault.known else ""
    said = f" «{fault.value[:40]}»" if fault.value else ""
    return f"{asked.t(f'learners.field_{fault.field}')}{said}: {asked.t(f'learners.row_{fault.why}', known=known)}"


async def bad_rows(asked: Asked) -> web.Response:
    """The bad rows as they stood, with one more column: what to mend."""
    kept = await _kept(asked)
    if not kept.terms:
        raise asked.missing()
    bad = _read_bad(kept.report) if kept.report else (await _tried(asked, kept)).bad
    sheet = await asyncio.to_thread(_sheet, kept.name, kept.content)
    languages = ", ".join(name for _, name in persons.languages(asked))
    marked = arriving.marked(sheet.header, sheet.rows, bad, lambda fault: reason(asked, fault, languages))
    data = lists.written_csv([*sheet.header, asked.t("learners.what_to_mend")], marked)
    return asked.download(data, "chasqui-por-corregir.csv", "text/csv")


# --- for good ---


async def confirm(asked: Asked) -> web.Response:
    """Take the list in. Twice harmless: what was taken in is known the second time."""
    kept = await _kept(asked)
    if kept.report or not kept.terms:
        return asked.go(f"{BASE}/{kept.id}/check")
    terms, columns, cohort = await _terms(asked, kept)
    sheet = await asyncio.to_thread(_sheet, kept.name, kept.content)
    key, chance = asked.office.secret, Random(secrets.randbits(64))
    course = persons.catalogue(asked).courses.get(cohort.course) if cohort else None

    def write(conn: Connection, chunk: Sequence[Arrival]) -> list[Outcome]:
        version = course.version if course else ""
        return importing.take_in(conn, asked.scope, chunk, key, asked.now, chance, cohort=cohort, version=version)

    async def take(chunk: Sequence[Arrival]) -> list[Outcome]:
        for _ in range(_TRIES):
            try:
                return await asked.do(lambda conn: write(conn, chunk))
            except Overtaken:
                continue
        raise web.HTTPServiceUnavailable

    tried = await _worked(sheet, columns, terms, take)

    def settle_it(conn: Connection) -> None:
        kept_lists.done(conn, asked.scope, asked.person.id, kept.id, _report(tried))
        asked.audit(conn, "learners.imported", f"list:{kept.id}", basis=terms.basis, **tried.fates, bad=len(tried.bad))

    await asked.do(settle_it)
    asked.office.look()
    return asked.go(f"{BASE}/{kept.id}/report")


def _report(tried: Tried) -> Mapping[str, Any]:
    bad = [[line, [[each.field, each.why, each.value, each.known] for each in faults]] for line, faults in tried.bad]
    return {"fates": dict(tried.fates), "bad": bad}


def _read_bad(report: Mapping[str, Any]) -> list[tuple[int, tuple[Fault, ...]]]:
    def faults(held: Iterable[Sequence[str]]) -> tuple[Fault, ...]:
        return tuple(Fault(field=name, why=why, value=value, known=known) for name, why, value, known in held)

    return [(line, faults(held)) for line, held in report["bad"]]


async def report(asked: Asked) -> web.Response:
    """What came of it."""
    kept = await _kept(asked)
    if not kept.report:
        return asked.go(f"{BASE}/{kept.id}/check")
    tried = Tried(fates=Counter(kept.report["fates"]), bad=_read_bad(kept.report))
    known = await asked.look(lambda conn: persons.places(conn, asked, {kept.terms["cohort"]}))
    return asked.show("learners/report.html.j2", **_shown(asked, kept, tried, known))


async def forget(asked: Asked) -> web.Response:
    """Throw the list away."""
    kept = await _kept(asked)
    await asked.do(lambda conn: kept_lists.forget(conn, asked.scope, asked.person.id, kept.id))
    return asked.go("/console/learners", told="learners.list_forgotten")


async def _kept(asked: Asked) -> KeptList:
    id = asked.request.match_info["id"]
    found = await asked.look(lambda conn: kept_lists.get(conn, asked.scope, asked.person.id, id, asked.now))
    if found is None:
        raise asked.missing()
    return found


PAGES = [
    page("GET", "/learners/import", Right.EDIT_PEOPLE, begin),
    page("POST", "/learners/import", Right.EDIT_PEOPLE, upload, most=MOST_BYTES + 2**16),
    page("GET", "/learners/import/example", Right.EDIT_PEOPLE, example),
    page("GET", "/learners/import/{id}", Right.EDIT_PEOPLE, columns),
    page("POST", "/learners/import/{id}", Right.EDIT_PEOPLE, settle),
    page("GET", "/learners/import/{id}/check", Right.EDIT_PEOPLE, check),
    page("GET", "/learners/import/{id}/bad", Right.EDIT_PEOPLE, bad_rows),
    page("POST", "/learners/import/{id}/confirm", Right.EDIT_PEOPLE, confirm),
    page("GET", "/learners/import/{id}/report", Right.EDIT_PEOPLE, report),
    page("POST", "/learners/import/{id}/forget", Right.EDIT_PEOPLE, forget),
]
