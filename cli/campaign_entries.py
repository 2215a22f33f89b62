"""What was written on the command line or in a form, as entries; and whether what it names exists."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from authoring.campaign_forms import read_form
from bot.catalogue import Catalogue
from bot.delivering.campaigns import Campaign
from bot.delivering.forming import KEYS, Entry, Fault
from bot.people import OPERATOR
from cli.campaign_words import say
from store import campaign_names
from store.campaign_names import Unknown
from store.database import Database


def entries(given: argparse.Namespace) -> tuple[list[Entry], list[Fault], list[str]]:
    """The entries of the form and of the flags (which win), faults of their shape, and lines of what cannot be read."""
    found: list[Entry] = []
    unread: list[str] = []
    faults: list[Fault] = []
    if given.file:
        try:
            found, refusals = read_form(Path(given.file))
            unread = [str(each) for each in refusals]
        except OSError:
            faults.append(Fault(where=given.file, name="file", values={"value": given.file}))
    for key in KEYS:
        value = getattr(given, f"form_{key}", None)
        if value is not None:
            found.append(Entry(key=key, value=value, where=f"--{key}"))
    for flag, pairs in (("to", given.to), ("text", given.text)):
        found += _pairs(flag, pairs, faults)
    return found, faults, unread


def _pairs(flag: str, pairs: Sequence[str], faults: list[Fault]) -> Iterator[Entry]:
    seen: Counter[str] = Counter()
    for pair in pairs:
        key, equals, value = pair.partition("=")
        where = f"--{flag} {key}" if equals else f"--{flag}"
        if not equals or not key.strip():
            faults.append(Fault(where=where, name="pair", values={"value": pair}))
            continue
        key = key.strip().casefold()
        variant = seen[key] if flag == "text" else 0
        seen[key] += 1
        yield Entry(key=f"{flag}.{key}", value=value, where=where, variant=variant)


def missing(database: Database, catalogue: Catalogue, campaign: Campaign, language: str) -> list[Fault]:
    """What the campaign names and nobody knows, each with how to find what there is."""
    with database.reading() as conn:
        found = campaign_names.unknown(conn, OPERATOR, catalogue, campaign)
    return [_missing(each, language) for each in found]


def _missing(each: Unknown, language: str) -> Fault:
    near = say(language, "fault.near", near=each.near) if each.near else _where(each.kind, each.known, language)
    noun = say(language, f"noun.{each.kind}")
    return Fault(where="", name="missing", values={"kind": noun, "value": each.word, "near": near})


def _where(kind: str, known: Collection[str], language: str) -> str:
    """How to find out what there is of this kind."""
    if kind in ("course", "unit"):
        return say(language, "fault.courses", known=", ".join(sorted(known)))
    return say(language, "fault.list", kind=kind)


def shown(faults: Sequence[Fault], language: str) -> Iterator[str]:
    """Each fault as a line: where it stands, what is wrong, what would do."""
    for fault in faults:
        told = say(language, f"fault.{fault.name}", **fault.values)
        yield f"{fault.where}: {told}" if fault.where else told
