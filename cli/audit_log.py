"""`chasqui audit`: who did what in the console, and whether anybody has changed the log since."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, datetime, time

from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from cli.organising import listed
from cli.people_words import say, speak
from cli.settings import Settings
from cli.wiring import open_database
from store import auditing
from store.auditing import Entry
from store.database import Database

_CHUNK = 500


def audit(settings: Settings, given: argparse.Namespace) -> int:
    """`chasqui audit`"""
    speak(given.lang)
    database = open_database(settings)
    try:
        return _check(database) if given.check else _list(settings, given, database)
    finally:
        database.close()


def _check(database: Database) -> int:
    with database.reading() as conn:
        broken = auditing.broken_at(conn)
    if broken:
        print(say("audit.broken", number=broken), file=sys.stderr)
        return 1
    print(say("audit.whole"))
    return 0


def _list(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    zone = zone_of("", settings.country)
    try:
        since = datetime.combine(date.fromisoformat(given.since), time(), zone) if given.since else None
        since = max(since, datetime(1970, 1, 2, tzinfo=zone)) if since else None
    except ValueError:
        raise ValueError(say("audit.since", date=given.since)) from None
    rows: list[Entry] = []
    before = 0
    with database.reading() as conn:
        while len(rows) < given.most:
            most = min(_CHUNK, given.most - len(rows))
            asked = {"actor": given.by, "act": given.act, "since": since, "before": before, "limit": most}
            found = auditing.found(conn, OPERATOR, **asked)
            rows += found
            if len(found) < most:
                break
            before = found[-1].id
    lines = [
        {
            "number": each.id,
            "at": each.at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
            "actor": each.name,
            "role": each.role,
            "act": each.act,
            "subject": each.subject,
            "details": json.dumps(each.details, ensure_ascii=False)
            if each.details and not given.json
            else each.details,
        }
        for each in rows
    ]
    if given.json:
        print("\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
        return 0
    return listed(lines, as_json=False, nothing=say("audit.none"))


def _plain(entry: Entry) -> str:
    return json.dumps(entry.details, ensure_ascii=False) if entry.details else ""
