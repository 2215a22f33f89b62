"""Write what a turn leads to in certification besides acts: witnesses who are asked, files that are to be fetched, and
courses that were finished."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import SystemRandom

from bot.certifying.credentials import Award
from bot.talking.certifying import CASE
from bot.talking.informing import COMPLETION
from bot.turn import CodeTried, Completed, Due, FileHeard, WitnessAsked
from store import case_files, credentials, dues, witnessing
from store.database import Connection
from store.gathered import Answering

_SOON = timedelta(minutes=15)  # after the last answer of a course, so that it does not fall into her quiz


def write(
    conn: Connection,
    effects: Iterable[tuple[Answering, WitnessAsked | CodeTried | FileHeard | Completed]],
    secret: bytes,
    now: datetime,
) -> None:
    """Write these facts, in their order."""
    for each, effect in effects:
        match effect:
            case WitnessAsked(asked=asked):
                witnessing.ask(conn, asked, secret, now)
            case CodeTried(keys=keys, used=used):
                witnessing.tried(conn, keys, now, used=used)
            case FileHeard():
                case_files.wanted(conn, effect, each.sender, now)
            case Completed(award=award):
                complete(conn, award, now)


def complete(conn: Connection, award: Award, now: datetime, *, by: str = "system") -> str:
    """Issue the credential of a finished course and have its holder told; its code, or empty where she has it already:
    a course is finished once, whoever says so."""
    if not credentials.unissued(conn, [award]):
        return ""
    held = credentials.issue(conn, award, by=by, now=now, chance=SystemRandom())
    subject = f"{COMPLETION}/{held.code}/{award.standard}"
    dues.owe(conn, [Due(learner=award.learner, kind=CASE, subject=subject, at=now + _SOON)])
    return held.code
