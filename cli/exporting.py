"""Write everybody out as a list that a spreadsheet opens and that can be imported again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path

from authoring import members as lists
from bot.delivering.hours import ZONES, zone_of
from bot.people import OPERATOR
from cli import wiring
from cli.people_words import say, speak
from cli.settings import Settings
from store import exporting
from store.database import Database

_PAGE = 500

_HEADER = (
    "id", "name", "phone", "language", "sex", "birth year", "community", "district", "cooperative", "operator",
    "hour", "cohorts", "agreed", "joined", "more phones",
)  # fmt: skip


def write_out(settings: Settings, given: argparse.Namespace) -> int:
    """`learners export`: everybody as a table, to a new file or to standard output."""
    speak(given.lang)
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
            print(say("learners.file", file=given.file), file=sys.stderr)
            return 1
        print(say("learners.written", file=given.file, n=len(rows)))
        return 0
    finally:
        database.close()


def _everybody(database: Database) -> Iterator[exporting.Exported]:
    after = ""
    while True:
        with database.reading() as conn:
            page = exporting.exported(conn, OPERATOR, after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].learner.id


def _row(each: exporting.Exported, zone: tzinfo) -> list[str]:
    who = each.learner
    first, *others = each.phones or ("",)  # a list that is imported has one phone for each
    agreed = {True: "yes", False: "no", None: ""}[each.agreed]
    held = (
        who.id, who.name, first, who.language, who.sex, who.birth_year, who.community, who.district,
        who.cooperative, who.operator, who.hour, ", ".join(each.cohorts), agreed,
        who.created_at.astimezone(zone).strftime("%Y-%m-%d"), " ".join(others),
    )  # fmt: skip
    return ["" if value is None else str(value) for value in held]
