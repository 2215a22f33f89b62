"""What happens to cases by the passing of time alone: pauses, decisions outside the sample, and files that go."""

from __future__ import annotations

from datetime import datetime

from authoring import evidence_files
from bot.catalogue import Catalogue
from bot.certifying import judging
from bot.certifying.cases import SYSTEM, Act, Case, State
from bot.certifying.deciding import decide
from bot.certifying.guarding import RESTS, SILENCE, WINDOW
from bot.certifying.standards import Standard, bare
from bot.talking.certifying import CASE
from bot.turn import Due
from cli.settings import VAR
from store import cases, dues
from store.database import Connection, Database

_PAGE = 500  # of one state at a time; the rest comes an hour later


def look_at_cases(database: Database, catalogue: Catalogue, now: datetime) -> int:
    """Enter what time alone brings; how many cases moved. Looking again at once finds nothing more to do.

    The end of a certificate needs nothing of this: it is read from its date, and she is told of it by a due.
    """
    moved = 0
    for state in sorted(RESTS):
        wait = WINDOW if state is State.PENDING_MODERATION else SILENCE
        with database.writing() as conn:
            for case in cases.listed(conn, state=state.value, limit=_PAGE, before=now - wait):
                moved += _entered(conn, case, catalogue, now)
    take_away(database)
    return moved


def take_away(database: Database) -> int:
    """Files of people who were erased go; the hash stays in the case, and its chain holds."""
    with database.reading() as conn:
        wanted = cases.gone_files(conn)
    return sum(evidence_files.remove(VAR / "evidence", each) for each in wanted)


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
    cases.append(conn, case.id, outcome.act)
    if case.candidate:
        dues.owe(conn, [Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{outcome.act.seq}", at=now)])
    return True
