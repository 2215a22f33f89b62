"""What people enter in cases, at the terminal and in the console alike: by right, within a scope, judged by the
machine, chained, told to the candidate, and all in the transaction that is open."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.certifying import awarding, codes, eligibility, examining, judging, witnessing
from bot.certifying.cases import OPEN, Act, Case
from bot.certifying.credentials import Credential
from bot.certifying.deciding import decide
from bot.certifying.guarding import is_pilot
from bot.certifying.standards import Standard
from bot.cooperating.roles import Right, may, need
from bot.people import Learner, Scope, new_id
from bot.record import CERTIFICATION
from bot.talking.certifying import CASE
from bot.talking.informing import ENDS
from bot.turn import Due
from store import cases, consenting, credentials, dues, exams, people, persons_behind
from store import witnessing as witnesses
from store.tables import learners

MODERATED = 5  # one in so many cases found competent is looked at by a moderator
_BY_OTHERS = frozenset({"moderate", "decide", "resolve"})  # by somebody who has not judged the case
_BY_TWO = frozenset({"suspend", "reinstate", "revoke"})
_SAID = frozenset({"assign", "plan"})  # entries that she hears of though the case stays where it is
_COORDINATING = (
    *("interest", "apply", "tell", "check", "admit", "refuse", "self_assess", "advise", "plan", "assign", "release"),
    *("renew", "retry", "appeal", "withdraw", "resume", "transfer", "certify", "suspend", "reinstate", "revoke"),
)
_ASSESSING = ("identify", "knowledge", "evidence", "attach", "not_seen", "judge", "conclude", "supervise")
RIGHTS: Mapping[str, Right] = {
    **dict.fromkeys(_COORDINATING, Right.CERTIFY),
    **dict.fromkeys(_ASSESSING, Right.ASSESS),
    "moderate": Right.ASSESS,  # or of whoever decides
    "decide": Right.DECIDE,
    "resolve": Right.DECIDE,
}
"""The right that each act needs. `confirm` is a witness's, by her code; `correct` that of whoever made the entry."""


class NotEntered(ValueError):
    """An act was refused; its text is the reason in plain words, `code` names it for programs."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What somebody is entered with who agreed on paper to be assessed."""

    by: str
    experience: int = 0  # years
    presented_by: str = "self"
    paper: str = ""  # where her signature is


# --- finding ---


def seen(conn: Connection, scope: Scope, named: str) -> Case | None:
    """The case of this number or id; None where there is none within the scope. Raises Forbidden."""
    need(scope, Right.SEE_CASES)
    case = cases.find(conn, named)
    return case if case and _is_within(conn, scope, case.candidate) else None


def _is_within(conn: Connection, scope: Scope, candidate: str) -> bool:
    if scope.cooperatives is None:
        return True
    query = select(learners.c.id).where(learners.c.id == candidate, people.within(scope))
    return bool(candidate) and conn.execute(query).first() is not None


# --- entering ---


def enter(conn: Connection, scope: Scope, case: Case, standard: Standard, act: Act, now: datetime) -> Case:
    """Enter an act and let the candidate know; the case after it. Raises NotEntered with the reason of a refusal, and
    Forbidden where the role lacks the right."""
    need(scope, right_for(scope, act))
    if act.kind == "confirm":
        raise NotEntered("A witness confirms by her own code.", "confirm")
    if not _is_within(conn, scope, case.candidate):
        raise NotEntered(f"There is no case {case.number}.", "missing")
    return entered(conn, case, standard, act, now)


def right_for(scope: Scope, act: Act) -> Right:
    """The right that an act needs, of this role."""
    if act.kind == "moderate" and may(scope, Right.DECIDE):
        return Right.DECIDE
    if act.kind == "correct":
        return Right.ASSESS if act.role == "assessor" else Right.CERTIFY
    if act.kind in ("evidence", "attach", "plan", "retry"):
        return Right.ASSESS if act.role == "assessor" else Right.CERTIFY
    return RIGHTS.get(act.kind, Right.CERTIFY)


def entered(conn: Connection, case: Case, standard: Standard, act: Act, now: datetime) -> Case:
    """Enter an act that whoever calls has the right to. Raises NotEntered."""
    if act.kind in _BY_OTHERS and persons_behind.is_one(conn, act.actor, _involved(case)):
        raise NotEntered(f"{act.actor} has assessed this case under another name.", "disinterested")
    if act.kind in _BY_TWO and persons_behind.is_one(conn, act.actor, [act.data.get("second", "")]):
        raise NotEntered("The second person is the first one under another name.", "two")
    if act.reason and not act.salt:
        act = replace(act, salt=secrets.token_hex(8))  # so that her ground can be taken out with her
    outcome = decide(case, act, standard, now)
    if outcome.act is None:
        raise NotEntered(outcome.refused, outcome.code)
    cases.append(conn, case.id, outcome.act)
    if case.candidate and (outcome.act.data.get("to") or act.kind in _SAID):
        due = Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{outcome.act.seq}", at=now)
        dues.owe(conn, [due])
    return outcome.case


def _involved(case: Case) -> set[str]:
    return {*case.assigned, *(each.assessor for each in case.judgements)}


def enter_all(
    conn: Connection, scope: Scope, case: Case, standard: Standard, acts: Sequence[Act], now: datetime
) -> Case:
    """Enter several acts, all of them or, where one is refused, none: the transaction is left by what is raised."""
    for act in acts:
        case = enter(conn, scope, case, standard, act, now)
    return case


def opened(
    conn: Connection, scope: Scope, learner: Learner, standard: Standard, country: str, given: Opening, now: datetime
) -> Case:
    """A case for somebody who agreed on paper; she hears of it from now on, also without lessons. `country` is that of
    the programme, where she has none. Raises NotEntered."""
    need(scope, Right.NOMINATE)
    if not _is_within(conn, scope, learner.id):
        raise NotEntered("There is no such person.", "missing")
    held = cases.load(conn, [learner.id]).get(learner.id, ())
    country = learner.country or country
    case = Case(
        id=new_id(now, secrets.SystemRandom()),
        number=100_000 + secrets.randbelow(900_000),
        candidate=learner.id,
        standard=standard.code,
        version=standard.version,
        country=country,
        opened_at=now,
    )
    data = {
        "consent": "yes",
        "presented_by": given.presented_by,
        "experience": str(given.experience),
        "age": str(eligibility.age(learner.birth_year, now)),
        "country": country,
        "pilot": "yes" if is_pilot(standard, now) else "no",
        "open": str(sum(each.state in OPEN and each.standard == standard.code for each in held)),
    }
    if failed := eligibility.failed_before(held, standard.code, now):
        data["failed"] = failed
    applied = decide(case, Act(kind="apply", actor=given.by, role="coordinator", data=data), standard, now)
    if applied.act is None:
        raise NotEntered(applied.refused, applied.code)
    cases.begin(conn, case, now)
    cases.append(conn, case.id, applied.act)
    consenting.on_paper(conn, learner, CERTIFICATION, given.paper or f"case {case.number}, entered by {given.by}", now)
    return entered(conn, applied.case, standard, Act(kind="check", actor="system", role="system"), now)


# --- outcomes ---


def conclusion(case: Case, standard: Standard, by: str, why: str = "") -> Act:
    """What the judgements come to, as an act; it draws whether the case falls into the sample of moderation."""
    found = judging.verdict(case, standard)
    sampled = "yes" if secrets.randbelow(MODERATED) == 0 else "no"
    data = {"units": ",".join(found.units), "sampled": sampled}
    reason = why or ", ".join(found.critical or found.unmet)
    return Act(kind="conclude", actor=by, role="assessor", value=found.result, data=data, reason=reason)


def decision(case: Case, standard: Standard, by: str, why: str = "") -> Act:
    """The decision to which the judgements come, as an act."""
    found = judging.verdict(case, standard)
    data = {"units": ",".join(found.units)}
    return Act(kind="decide", actor=by, role="moderator", value=found.result, data=data, reason=why)


def issue(
    conn: Connection, scope: Scope, case: Case, standard: Standard, body: str, by: str, now: datetime
) -> tuple[Case, Credential]:
    """The credential of a case that is decided, and the entry of it: neither is ever without the other. Raises
    NotEntered, and ValueError where nothing can be awarded."""
    need(scope, Right.CERTIFY)
    learner = people.one(conn, case.candidate)
    if learner is None or not _is_within(conn, scope, case.candidate):
        raise NotEntered("The person was erased: nothing is issued.", "erased")
    award = awarding.of_case(case, standard, learner, issuer=body, now=now)
    until = award.valid_until.isoformat() if award.valid_until else ""
    data = {"body": body, "serial": "pending", "valid_from": now.isoformat(), "valid_until": until}
    act = Act(kind="certify", actor=by, role="issuer", data=data)
    outcome = decide(case, act, standard, now)
    if outcome.act is None:
        raise NotEntered(outcome.refused, outcome.code)
    held = credentials.issue(conn, award, by=by, now=now, chance=secrets.SystemRandom())
    act = replace(act, data={**data, "serial": held.serial, "code": codes.shown(held.code)})
    case = entered(conn, case, standard, act, now)
    if award.valid_until:
        ends = ((what, award.valid_until - timedelta(days=days)) for what, days in ENDS.items())
        dues.owe(
            conn, [Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{what}", at=at) for what, at in ends]
        )
    return case, held


# --- tests before a person, and witnesses ---


def supervise(
    conn: Connection, scope: Scope, case: Case, standard: Standard, unit: str, assessor: str, now: datetime
) -> Case:
    """An assessor opens the test of a unit before the candidate, who then writes EXAMEN on her phone. Raises
    NotEntered."""
    found = standard.unit(unit)
    if found is None:
        raise NotEntered(f"{standard.name} has no unit {unit!r}.", "unit")
    id = new_id(now, secrets.SystemRandom())
    act = Act(kind="supervise", actor=assessor, role="assessor", unit=unit, data={"exam": id})
    after = enter(conn, scope, case, standard, act, now)
    exams.write(conn, examining.opened(case, found, assessor, id, exams.under_way(conn, [case.id]), now))
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A witness who is to be asked: at which number (E.164), for what, and in which words."""

    number: str
    unit: str
    by: str
    role: str = "coordinator"  # or assessor
    task: str = ""
    criteria: tuple[str, ...] = ()
    text: str = ""  # the sentence of the SMS with the places {name}, {ground} and {code}
    language: str = "es"


def ask_witness(
    conn: Connection,
    scope: Scope,
    case: Case,
    standard: Standard,
    wanted: Wanted,
    *,
    secret: bytes,
    now: datetime,
    not_before: datetime | None = None,
) -> tuple[Case, bool]:
    """Record a testimony, and ask the witness for it by a code on her own phone; the case after it, and whether a
    sender of SMS could be found. Raises NotEntered where she is the candidate herself or a declared relative."""
    unit = standard.unit(wanted.unit)
    if unit is None:
        raise NotEntered(f"{standard.name} has no unit {wanted.unit!r}.", "unit")
    tie = witnesses.tie(conn, wanted.number, case)
    id = new_id(now, secrets.SystemRandom())
    act = witnessing.told(unit, id, by=wanted.by, role=wanted.role, criteria=wanted.criteria, task=wanted.task, tie=tie)
    after = enter(conn, scope, case, standard, act, now)
    code = witnessing.draw(secrets.SystemRandom())
    name = people.names(conn, [case.candidate]).get(case.candidate, "") if case.candidate else ""
    asked = witnessing.Asked(
        case=case.id,
        evidence=id,
        digest=after.acts[-1].digest,
        number=wanted.number,
        code=code,
        by=wanted.by,
        text=wanted.text.format(
            name=name.split()[0] if name else str(case.number),
            ground=witnessing.task_of(after.acts[-1], standard, wanted.language),
            code=code,
        ),
    )
    return after, witnesses.ask(conn, asked, secret, now, not_before)
