"""`chasqui credentials record`: one person's own record, as JSON with her signed credentials and as a PDF."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from authoring.credentials import records, signing
from authoring.shelf import Shelf
from bot.certifying.recording import recorded
from cli import issuing
from cli.credential_words import say
from cli.files import put
from cli.settings import Settings
from cli.usage import WrongUsage
from store import cases, credentials, people
from store import records as held
from store.database import Database


def record(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    """Write the files that are asked for; 1 where there is no such person. Raises WrongUsage where none is."""
    if not (given.json or given.pdf):
        raise WrongUsage(say("what.record"))
    with database.reading() as conn:
        learner = people.one(conn, given.learner)
        if learner is None:
            print(say("nobody", id=given.learner), file=sys.stderr)
            return 1
        dump = people.dump(conn, learner.id)
        found = credentials.of(conn, [learner.id]).get(learner.id, ())
        enrolments = held.enrolled(conn, [learner.id]).get(learner.id, ())
        hers = cases.load(conn, [learner.id]).get(learner.id, ())
    if given.json:
        ring, place = issuing.ring_of(settings, database.now()), issuing.place_of(settings)
        signed = {each.serial: signing.signed(each, place, ring.badge) for each in found}
        for each in dump["credentials"]:
            each["signed"] = signed[each["serial"]]
        put(Path(given.json), (json.dumps(dump, ensure_ascii=False, indent=1) + "\n").encode())
        print(say("record", file=given.json))
    if given.pdf:
        catalogue = Shelf(settings.content_dir)()
        made = recorded(
            learner,
            enrolments,
            hers,
            found,
            catalogue=catalogue,
            organisation=settings.organisation,
            country=settings.country,
            now=database.now(),
            language=given.lang,
        )
        put(Path(given.pdf), records.page(made, catalogue.wording))
        print(say("record", file=given.pdf))
    return 0
