"""Import a list: upload it, see what would happen, and only then take it in."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

from aiohttp import web

from authoring import members as lists
from authoring.workbooks import UnreadableList
from bot.cooperating import arriving
from bot.cooperating.arriving import PAPER
from bot.cooperating.members import Fault
from bot.cooperating.roles import Right
from console import persons
from console.asked import Asked
from console.entering import page
from console.list_reading import (
    BASE,
    MOST_BYTES,
    Tried,
    bad_of,
    insisted,
    kept_of,
    report_of,
    sheet_of,
    terms_of,
    tried_out,
    worked,
)
from store import importing, kept_lists
from store.database import Connection
from store.importing import Arrival, Outcome
from store.kept_lists import KeptList

_SHOWN = 50  # bad rows on the page; the file has all of them
_EXAMPLE = (
    ("celular", "nombre", "idioma", "sexo", "año de nacimiento", "comunidad", "cooperativa"),
    ("+51900000001", "Rosa Quispe Mamani", "español", "mujer", "1988", "San Ignacio", ""),
)


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
        sheet = await asyncio.to_thread(sheet_of, given.name, given.data)
    except UnreadableList as error:
        return _refused(asked, _file_words(asked, error))
    if not sheet.rows:
        return _refused(asked, asked.t("learners.file_no_rows"))
    id = await asked.do(
        lambda conn: kept_lists.keep(
            conn, asked.scope, asked.person.id, given.name, given.data, len(sheet.rows), asked.now
        )
    )
    return asked.go(f"{BASE}/{id}")


def _refused(asked: Asked, error: str) -> web.Response:
    return asked.show("learners/import.html.j2", status=422, error=error)


def _file_words(asked: Asked, error: UnreadableList) -> str:
    return asked.t(f"learners.file_{error.why}", **error.values)


async def example(asked: Asked) -> web.Response:
    """A list with the headings that are understood, to fill in."""
    return asked.download(lists.written_csv(_EXAMPLE[0], _EXAMPLE[1:]), "chasqui-lista.csv", "text/csv")


# --- trial ---


async def check(asked: Asked) -> web.Response:
    """What would happen, with every bad row explained. Nothing is written."""
    kept = await kept_of(asked)
    if kept.report:
        return asked.go(f"{BASE}/{kept.id}/report")
    if not kept.terms:
        return asked.go(f"{BASE}/{kept.id}")
    tried = await tried_out(asked, kept)
    known = await asked.look(lambda conn: persons.places(conn, asked, {kept.terms["cohort"]}))
    return asked.show("learners/check.html.j2", **_shown(asked, kept, tried, known))


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
    kept = await kept_of(asked)
    if not kept.terms:
        raise asked.missing()
    bad = bad_of(kept.report) if kept.report else (await tried_out(asked, kept)).bad
    sheet = await asyncio.to_thread(sheet_of, kept.name, kept.content)
    languages = ", ".join(name for _, name in persons.languages(asked))
    marked = arriving.marked(sheet.header, sheet.rows, bad, lambda fault: reason(asked, fault, languages))
    data = lists.written_csv([*sheet.header, asked.t("learners.what_to_mend")], marked)
    return asked.download(data, "chasqui-por-corregir.csv", "text/csv")


# --- for good ---


async def confirm(asked: Asked) -> web.Response:
    """Take the list in. Twice harmless: what was taken in is known the second time."""
    kept = await kept_of(asked)
    if kept.report or not kept.terms:
        return asked.go(f"{BASE}/{kept.id}/check")
    terms, columns, cohort = await terms_of(asked, kept)
    sheet = await asyncio.to_thread(sheet_of, kept.name, kept.content)
    key, chance = asked.office.secret, Random(secrets.randbits(64))
    course = persons.catalogue(asked).courses.get(cohort.course) if cohort else None

    def write(conn: Connection, chunk: Sequence[Arrival]) -> list[Outcome]:
        version = course.version if course else ""
        return importing.take_in(conn, asked.scope, chunk, key, asked.now, chance, cohort=cohort, version=version)

    async def take(chunk: Sequence[Arrival]) -> list[Outcome]:
        return await insisted(asked, lambda conn: write(conn, chunk))

    tried = await worked(sheet, columns, terms, take)

    def settle_it(conn: Connection) -> None:
        kept_lists.done(conn, asked.scope, asked.person.id, kept.id, report_of(tried))
        asked.audit(conn, "learners.imported", f"list:{kept.id}", basis=terms.basis, **tried.fates, bad=len(tried.bad))

    await asked.do(settle_it)
    asked.office.look()
    return asked.go(f"{BASE}/{kept.id}/report")


async def report(asked: Asked) -> web.Response:
    """What came of it."""
    kept = await kept_of(asked)
    if not kept.report:
        return asked.go(f"{BASE}/{kept.id}/check")
    tried = Tried(fates=Counter(kept.report["fates"]), bad=bad_of(kept.report))
    known = await asked.look(lambda conn: persons.places(conn, asked, {kept.terms["cohort"]}))
    return asked.show("learners/report.html.j2", **_shown(asked, kept, tried, known))


async def forget(asked: Asked) -> web.Response:
    """Throw the list away."""
    kept = await kept_of(asked)
    await asked.do(lambda conn: kept_lists.forget(conn, asked.scope, asked.person.id, kept.id))
    return asked.go("/console/learners", told="learners.list_forgotten")


PAGES = [
    page("GET", "/learners/import", Right.EDIT_PEOPLE, begin),
    page("POST", "/learners/import", Right.EDIT_PEOPLE, upload, most=MOST_BYTES + 2**16),
    page("GET", "/learners/import/example", Right.EDIT_PEOPLE, example),
    page("GET", "/learners/import/{id}/check", Right.EDIT_PEOPLE, check),
    page("GET", "/learners/import/{id}/bad", Right.EDIT_PEOPLE, bad_rows),
    page("POST", "/learners/import/{id}/confirm", Right.EDIT_PEOPLE, confirm),
    page("GET", "/learners/import/{id}/report", Right.EDIT_PEOPLE, report),
    page("POST", "/learners/import/{id}/forget", Right.EDIT_PEOPLE, forget),
]
