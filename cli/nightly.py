"""What happens by the passing of time alone: cases that rest or are decided, files that go, and how good items are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from authoring import evidence_files
from bot.catalogue import Catalogue
from bot.certifying import eligibility, judging
from bot.certifying.cases import SYSTEM, Act, Case, State
from bot.certifying.deciding import decide
from bot.certifying.guarding import RESTS, SILENCE, WINDOW
from bot.certifying.item_figures import MOST_ANSWERS, figures, flagged, is_due
from bot.certifying.quality import Response
from bot.certifying.standards import Standard, bare
from bot.people import OPERATOR
from bot.talking.certifying import CASE
from bot.turn import Due
from cli.settings import VAR
from store import cases, dues, people, publishing
from store.database import Connection, Database
from store.item_answers import responses

log = logging.getLogger(__name__)
T = TypeVar("T")

_ADMIT = Act(kind="admit", actor=SYSTEM, role=SYSTEM)
_PAGE = 500  # cases that are looked at in one transaction


def look_at_cases(database: Database, catalogue: Catalogue, now: datetime) -> int:
    """Enter what time alone brings; how many cases moved. Looking again at once finds nothing more to do.

    The end of a certificate needs nothing of this: it is read from its date, and she is told of it by a due.
    """
    with database.writing() as conn:
        moved = ages_told(conn, catalogue, now)
    moved += sum(_moved_on(database, catalogue, state, now) for state in sorted(RESTS))
    take_away(database)
    return moved


def _moved_on(database: Database, catalogue: Catalogue, state: State, now: datetime) -> int:
    """Enter it in all cases of a state that have waited long enough; how many moved. Those that stay, as those of the
    sample do until their moderator comes, are passed over, so that none behind them waits for ever."""
    wait = WINDOW if state is State.PENDING_MODERATION else SILENCE
    moved = stayed = 0
    while True:
        with database.writing() as conn:
            page = cases.listed(conn, state=state.value, limit=_PAGE, before=now - wait, skip=stayed)
            entered = sum(_entered(conn, case, catalogue, now) for case in page)
        moved, stayed = moved + entered, stayed + len(page) - entered
        if len(page) < _PAGE:
            return moved


def take_away(database: Database) -> int:
    """Files of people who were erased go; the hash stays in the case, and its chain holds."""
    with database.reading() as conn:
        wanted = cases.gone_files(conn)
    return sum(evidence_files.remove(VAR / "evidence", each) for each in wanted)


def ages_told(conn: Connection, catalogue: Catalogue, now: datetime) -> int:
    """Cases that waited because a year of birth was not known go on once it is, wherever it was entered; how many."""
    told = 0
    for case in _of_known_age(conn):
        learner = people.one(conn, case.candidate) if case.candidate and not case.age else None
        act = eligibility.age_told(case, learner.birth_year, now) if learner else None
        for each in (act, _ADMIT) if act else ():
            outcome = decide(case, each, _standard(case, catalogue), now) if each else None
            if outcome and outcome.act:
                _append(conn, case, outcome.act, now)
                case, told = outcome.case, told + 1
    return told


def _of_known_age(conn: Connection) -> list[Case]:
    """All cases that await a look at their requirements, but for those whose year of birth is still not known: these
    are many, and stay."""
    found: list[Case] = []
    while True:
        state = State.ELIGIBILITY_CHECK.value
        page = cases.listed(conn, state=state, limit=_PAGE, of_known_age=True, skip=len(found))
        found += page
        if len(page) < _PAGE:
            return found


async def look_at_items(database: Database, catalogue: Catalogue, now: datetime, zone: ZoneInfo) -> int:
    """Work out, once a night, how good the questions of each course are, and keep that with its time; how many
    courses were worked out. Nothing is taken out of a course by a figure."""
    done = 0
    for course in catalogue.courses.values():
        _, last = await database.look(partial(_reading, database, partial(_kept, course.id)))
        if not is_due(last, now, zone):
            continue
        answered = await database.look(partial(_reading, database, partial(_answered, course.id)))
        if not answered:
            continue
        found = await asyncio.to_thread(figures, course, answered)
        await database.run(partial(_keep, database, course.id, found, now))
        log.info("The questions of %s: %d answered, %d to look at", course.id, len(found), flagged(found))
        done += 1
    return done


def _reading(database: Database, work: Callable[[Connection], T]) -> T:
    with database.reading() as conn:
        return work(conn)


def _kept(course: str, conn: Connection) -> tuple[object, datetime | None]:
    return publishing.figures(conn, OPERATOR, course)


def _answered(course: str, conn: Connection) -> list[Response]:
    return responses(conn, OPERATOR, course=course, most=MOST_ANSWERS)


def _keep(database: Database, course: str, found: list[dict[str, Any]], now: datetime) -> None:
    with database.writing() as conn:
        publishing.keep_figures(conn, OPERATOR, course, found, now)


def _standard(case: Case, catalogue: Catalogue) -> Standard:
    return catalogue.standard(case.standard, case.version) or bare(case.standard, case.version)


def _due(case: Case, standard: Standard) -> Act:
    if case.state is State.PENDING_MODERATION:
        found = judging.verdict(case, standard)
        data = {"units": ",".join(found.units)}
        return Act(kind="decide", actor=SYSTEM, role="moderator", value=found.result, data=data)
    return Act(kind="lapse", actor=SYSTEM, role=SYSTEM, reason=f"no entry for {SILENCE.days} days")


def _entered(conn: Connection, case: Case, catalogue: Catalogue, now: datetime) -> bool:
    """Enter it where the machine lets it through, and let her know."""
    standard = _standard(case, catalogue)
    outcome = decide(case, _due(case, standard), standard, now)
    if outcome.act is None:
        return False
    _append(conn, case, outcome.act, now)
    return True


def _append(conn: Connection, case: Case, act: Act, now: datetime) -> None:
    cases.append(conn, case.id, act)
    if case.candidate and act.data.get("to"):
        dues.owe(conn, [Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{act.seq}", at=now)])
