"""`chasqui verify`: what a code, an offline QR, a signed credential or a register is worth."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from authoring.credentials import offline, registers, signing
from authoring.credentials.keys import KeyTrouble
from authoring.credentials.signing import Tampered
from authoring.plain_text import read_text
from authoring.shelf import Shelf
from bot.certifying import codes, verifying
from cli import issuing, wiring
from cli.credential_words import say
from cli.settings import Settings
from cli.usage import WrongUsage
from store import credentials

_LANGUAGE = {"PE": "es", "BO": "es", "RW": "rw"}


def verify(given: argparse.Namespace, settings: Settings) -> int:
    """0 where it holds, 1 where it does not, or cannot be found or trusted; either is explained."""
    if sum(map(bool, (given.code, given.offline, given.file))) != 1:
        raise WrongUsage(say("one"))
    try:
        if given.code:
            return _code(given, settings)
        published = _published(given, settings)
        return _printed(given, published) if given.offline else _file(Path(given.file), published)
    except (Tampered, KeyTrouble) as error:
        print(say("not_genuine", why=error) if isinstance(error, Tampered) else str(error), file=sys.stderr)
        return 1


def _code(given: argparse.Namespace, settings: Settings) -> int:
    database = wiring.open_database(settings)
    try:
        with database.reading() as conn:
            found = credentials.by_code(conn, codes.read(given.code).code)
        language = _LANGUAGE[settings.country]
        answer = verifying.verified(given.code, found, database.now(), language=language)
    finally:
        database.close()
    if given.json:
        print(json.dumps(verifying.as_json(answer), ensure_ascii=False))
    elif answer.found:
        print(verifying.sms(answer, Shelf(settings.content_dir)().wording, language))
    elif answer.state == verifying.MIXED_UP:
        print(say("letters"))
    else:
        print(say("unknown", code=given.code))
    return 0 if answer.holds else 1


def _published(given: argparse.Namespace, settings: Settings) -> Mapping[str, Any]:
    """The keys that are named, so that no database is needed; else this house's own."""
    if not given.keys:
        return issuing.ring_of(settings, datetime.now(UTC)).published()
    try:
        found = json.loads(read_text(Path(given.keys)))
    except json.JSONDecodeError:
        raise KeyTrouble(say("no_json", file=given.keys)) from None
    return found if isinstance(found, dict) else {}


def _printed(given: argparse.Namespace, published: Mapping[str, Any]) -> int:
    found = offline.read(given.offline, published)
    state = found.state(datetime.now(UTC).date())
    print(say("printed", state=say(f"state.{state}").upper(), day=found.printed_on.isoformat()))
    until = found.until.isoformat() if found.until else say("no_end")
    kind, initials = say(f"kind.{found.kind}"), found.initials
    print(say("printed.of", kind=kind, standard=found.standard, initials=initials, until=until, serial=found.serial))
    return 0 if state == "valid" else 1


def _file(path: Path, published: Mapping[str, Any]) -> int:
    if path.with_name(path.name + registers.SUFFIX).exists():
        said = registers.check(path, published)
        at = datetime.fromtimestamp(said["iat"], UTC).isoformat(timespec="minutes")
        print(say("file.register", at=at, about=said["about"], n=said["rows"]))
        return 0
    payload = signing.opened(read_text(path).strip(), published)
    until = str(payload.get("validUntil", ""))
    expired = bool(until) and datetime.fromisoformat(until) < datetime.now(UTC)
    subject = payload.get("credentialSubject", {})
    achievement = subject.get("achievement", {})
    state = say("state.expired").upper() if expired else say("genuine")
    print(say("file.badge", state=state, kind=achievement.get("achievementType"), name=achievement.get("name")))
    print(say("file.issuer", issuer=payload.get("iss"), until=until or say("no_end")))
    return 1 if expired else 0
