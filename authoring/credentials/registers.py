"""Registers for cooperatives and dossiers for an authority: tables without formulas, and a signed hash beside each,
so that a changed list is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from authoring import members
from authoring.credentials import signing
from authoring.credentials.keys import Key, Ring
from authoring.credentials.signing import Tampered
from authoring.plain_text import read_text
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import Credential

HEADER = (
    "serial", "code", "kind", "state", "name", "standard", "version", "title", "ISCO-08", "cooperative", "issuer",
    "authorisation", "awarded on", "valid until", "reason",
)  # fmt: skip
SUFFIX = ".sig"


def rows(credentials: Iterable[Credential], now: datetime, names: Mapping[str, str]) -> list[list[str]]:
    """One line for each credential, as it stands now. `names`: learner → her whole name, for those who may know it."""
    return [_row(each, now, names) for each in credentials]


def _row(each: Credential, now: datetime, names: Mapping[str, str]) -> list[str]:
    award = each.award
    until = award.valid_until.astimezone(UTC).date().isoformat() if award.valid_until else ""
    given = award.authorisation
    return [
        each.serial,
        codes.shown(each.code),
        award.kind,
        each.state(now),
        names.get(award.learner, each.name),
        award.standard,
        award.version,
        each.title(award.language),
        award.isco,
        award.cooperative,
        award.issuer,
        f"{given.body}, {given.act}" if given else "",
        award.awarded_on.isoformat(),
        until,
        each.reason,
    ]


def write(path: Path, lines: Sequence[Sequence[str]], about: str, place: Place, key: Key, now: datetime) -> Path:
    """Write a register (.csv or .xlsx) and, beside it, its signed hash; returns where that is. Raises FileExistsError
    rather than write over something."""
    beside = path.with_name(path.name + SUFFIX)
    if beside.exists():
        raise FileExistsError(beside)
    members.write(path, HEADER, lines)
    statement = {
        "iss": place.issuer,
        "iat": int(now.timestamp()),
        "file": path.name,
        "about": about,
        "rows": len(lines),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    _put(beside, signing.stated(statement, key))
    return beside


def check(path: Path, published: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was signed of a register: when, about what, how many lines. Raises Tampered where the file is another one,
    OSError where it or its signature cannot be read."""
    said = signing.opened(read_text(path.with_name(path.name + SUFFIX)).strip(), published)
    if said.get("sha256") != hashlib.sha256(path.read_bytes()).hexdigest():
        raise Tampered(f"{path.name} is not the file that was signed: it was changed afterwards.")
    return said


def dossier(
    folder: Path,
    credentials: Sequence[Credential],
    acts: Mapping[str, Sequence[Mapping[str, Any]]],
    revoked: Mapping[int, Sequence[int]],
    names: Mapping[str, str],
    place: Place,
    ring: Ring,
    now: datetime,
) -> None:
    """A new folder for an authority: the register, each signed credential, everything that was ever done to each, the
    status lists and the keys. `acts` and `revoked` are by serial and by list. Raises FileExistsError."""
    folder.mkdir(mode=0o700)
    write(folder / "register.csv", rows(credentials, now, names), "dossier", place, ring.badge, now)
    signed = folder / "credentials"
    signed.mkdir()
    for each in credentials:
        _put(signed / f"{each.serial}.jwt", signing.signed(each, place, ring.badge))
    for number, places in revoked.items():
        _put(folder / f"status-{number}.jwt", signing.status_list(places, number, place, ring.badge, now))
    history = {serial: [_plain(act) for act in held] for serial, held in acts.items()}
    _put(folder / "acts.json", json.dumps(history, ensure_ascii=False, indent=1))
    _put(folder / "keys.json", json.dumps(ring.published(), indent=1))


def _plain(act: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: held.isoformat() if isinstance(held, datetime) else held
        for name, held in act.items()
        if name not in ("id", "credential") and held
    }


def _put(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text + "\n")
