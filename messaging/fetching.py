"""Fetch the photos and recordings that assessors send, look at them, keep them by their hash, and enter them.

Nothing is fetched inside a turn: the message is kept and answered first. What cannot be fetched is tried again for some
hours; what is no evidence (another kind of file, too large) is refused, and its sender is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from authoring import evidence_files
from authoring.evidence_files import MOST, BadEvidence
from bot.catalogue import Catalogue
from bot.certifying.cases import Act
from bot.certifying.deciding import decide
from bot.certifying.standards import bare
from bot.messages import Refusal, SendFailed
from store import case_files, cases
from store.case_files import Wanted
from store.database import Connection, Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cupboard:
    """Where evidence lies, who can fetch it, and against what it is entered."""

    database: Database
    channels: Mapping[str, Any]  # by sender name; those that can fetch have `fetch(file, most)`
    folder: Path
    catalogue: Callable[[], Catalogue]
    clock: Callable[[], datetime]


async def fetch_round(cupboard: Cupboard) -> int:
    """Fetch what waits, and enter what lies here and belongs to a sheet that has been entered; how many moved."""
    database, now = cupboard.database, cupboard.clock()
    able = [name for name, channel in cupboard.channels.items() if hasattr(channel, "fetch")]

    def waiting() -> list[Wanted]:
        with database.reading() as conn:
            return case_files.ready(conn, now, able)

    moved = 0
    for each in await database.look(waiting) if able else ():
        moved += await _fetched(cupboard, each, now)
    return moved + await database.run(lambda: _enter_all(cupboard, now))


async def _fetched(cupboard: Cupboard, each: Wanted, now: datetime) -> int:
    outcome: Callable[[Connection], object]
    try:
        data = await cupboard.channels[each.sender].fetch(each.file, MOST)
        kept = await cupboard.database.look(lambda: evidence_files.keep(data, cupboard.folder))
    except BadEvidence as error:
        why = str(error)
        log.warning("A file of evidence is refused: %s", why)
        outcome = lambda conn: case_files.refuse(conn, each.id, why)  # noqa: E731
    except SendFailed as failure:
        why = str(failure.reason)
        if failure.reason is Refusal.REJECTED:
            outcome = lambda conn: case_files.refuse(conn, each.id, why)  # noqa: E731
        else:
            outcome = lambda conn: case_files.again(conn, each, now, why)  # noqa: E731
    except OSError as error:
        why = type(error).__name__
        log.error("A file of evidence cannot be kept: %s", why)
        outcome = lambda conn: case_files.again(conn, each, now, why)  # noqa: E731
    else:
        outcome = lambda conn: case_files.keep(conn, each.id, kept.sha256, kept.media_type, kept.size)  # noqa: E731

    def write() -> None:
        with cupboard.database.writing() as conn:
            outcome(conn)

    await cupboard.database.run(write)
    return 1


def _enter_all(cupboard: Cupboard, now: datetime) -> int:
    """What was fetched goes into its case once the sheet is entered that it came with."""
    with cupboard.database.reading() as conn:
        lying = case_files.fetched(conn)
    if not lying:
        return 0
    with cupboard.database.writing() as conn:
        return sum(_entered(conn, cupboard, each, now) for each in lying)


def _entered(conn: Connection, cupboard: Cupboard, each: Wanted, now: datetime) -> int:
    case = cases.find(conn, each.case)
    piece = next((held for held in case.evidence if held.id == each.evidence), None) if case else None
    if case is None or piece is None:
        return 0  # the sheet is still open
    standard = cupboard.catalogue().standard(case.standard, case.version) or bare(case.standard, case.version)
    data = {"sha256": each.sha256, "media_type": each.media_type, "size": str(each.size)}
    act = Act(kind="attach", actor=each.actor, role="assessor", unit=piece.unit, value=piece.id, data=data)
    outcome = decide(case, act, standard, now)
    if outcome.act is None:
        case_files.refuse(conn, each.id, outcome.refused)
        return 1
    if not case_files.take(conn, each.id):
        return 0  # another process was quicker
    cases.append(conn, case.id, outcome.act)
    return 1


def sweep(cupboard: Cupboard) -> int:
    """Take away files of sheets that were never entered, where no case holds the same; how many went."""
    with cupboard.database.writing() as conn:
        hashes = case_files.forgotten(conn, cupboard.clock())
        held = cases.held_files(conn, hashes)
    return sum(evidence_files.remove(cupboard.folder, each) for each in hashes - held)
