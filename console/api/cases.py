"""Certification cases: how each stands; open one, and hand on what its candidate wants. What is judged and decided is
entered by people, in the console."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.certifying.cases import Act, Case
from bot.certifying.guarding import APPEAL_TERM
from bot.certifying.standards import bare
from bot.cooperating.roles import Right
from bot.people import Learner
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.problems import Refusal
from console.api.shapes import Body, Integral, Line, Moment, Page, Shown, Text
from console.api.table import Call, Route
from store import calls, case_pages, casework
from store.case_pages import Listed
from store.casework import NotEntered, Opening
from store.database import Connection


class CaseQuery(PageQuery):
    """How a list of cases is narrowed."""

    state: str = Field(default="", max_length=40, pattern="^[a-z_]*$")
    standard: str = Field(default="", max_length=60, pattern="^[A-Z0-9-]*$")
    learner: str = Field(default="", pattern="^([0-9a-f]{32})?$")


class CaseShown(Shown):
    """A case. `number` is the short one by which people speak of it."""

    id: str
    number: int
    learner: str = Field(description="Empty once she was erased.")
    standard: str
    version: str
    state: str
    opened_at: Moment
    updated_at: Moment


class CasePage(Page):
    """Cases, the latest moved first."""

    items: list[CaseShown]


class DecisionShown(Shown):
    """What was decided."""

    result: str = Field(description="competent, not_yet.")
    units: list[str]
    at: Moment | None


class ActShown(Shown):
    """One entry of a case."""

    number: int
    kind: str
    role: str
    unit: str
    value: str
    at: Moment | None


class CaseRead(Shown):
    """A case with its entries, oldest first, without anybody's own words."""

    id: str
    number: int
    learner: str
    standard: str
    version: str
    state: str
    presented_by: str
    units_achieved: list[str]
    decisions: list[DecisionShown]
    credential: str = Field(description="The serial of what was issued; or empty.")
    acts: list[ActShown]


class NewCase(Body):
    """Somebody who is nominated for certification, and agreed to be assessed on paper."""

    learner: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    standard: Annotated[str, Field(min_length=1, max_length=60, pattern="^[A-Z0-9-]+$")] = Field(
        description="Its code."
    )
    experience_years: Annotated[int, Field(ge=0, le=80), Integral] = 0
    presented_by: Annotated[Line, Field(min_length=1, max_length=60)] = Field(
        default="self", description="The cooperative or union that presents her; `self`: she does."
    )
    paper: Annotated[Line, Field(min_length=1, max_length=120)] = Field(
        description="Where the paper is that she signed: its number or file."
    )


class Wish(Body):
    """What a candidate wants, handed on: `withdraw` (she stops), `resume` (a case that lapsed goes on), `retry` (after
    not yet competent), `appeal` (`words` say against what, within 30 days)."""

    wish: Literal["withdraw", "resume", "retry", "appeal"]
    words: Annotated[Text, Field(max_length=640)] = Field(
        default="", description="Her own words, or where they are on paper."
    )


def list_cases(call: Call, conn: Connection) -> CasePage:
    """List certification cases."""
    query, after = call.asked(CaseQuery), call.after(str, str)
    found = case_pages.page(
        conn,
        call.scope,
        now=call.now,
        state=query.state,
        standard=query.standard,
        learner=query.learner,
        after=(datetime.fromisoformat(after[0]), after[1]) if after else None,
        limit=query.limit + 1,
    )
    more = call.next(found, lambda each: [each.updated_at.isoformat(), each.id])
    return CasePage(items=[_listed(each) for each in found[: query.limit]], next=more)


def get_case(call: Call, conn: Connection) -> CaseRead:
    """Read a certification case."""
    return _read(_one(call, conn))


def open_case(call: Call, conn: Connection) -> CaseRead:
    """Open a certification case for somebody who agreed to it on paper."""
    sent = call.sent(NewCase)
    standard = call.catalogue.standards.get(sent.standard)
    if standard is None:
        raise problems.conflict("standard", _OPENING["standard"])
    learner = _learner(call, conn, sent.learner)
    given = Opening(
        by=call.token.actor, experience=sent.experience_years, presented_by=sent.presented_by, paper=sent.paper
    )
    try:
        case = casework.opened(conn, call.scope, learner, standard, call.policy.country, given, call.now)
    except NotEntered as refused:
        raise _refused(refused) from None
    call.audit(conn, "cases.opened", f"case:{case.number}", standard=standard.name, learner=learner.id)
    call.location, call.learner = f"/cases/{case.id}", learner.id
    return _read(case)


def enter_wish(call: Call, conn: Connection) -> CaseRead:
    """Hand on what a candidate wants of her case."""
    sent, case = call.sent(Wish), _one(call, conn)
    if sent.wish == "appeal" and not sent.words.strip():
        raise problems.conflict("words", _WISHING["words"])
    standard = call.catalogue.standard(case.standard, case.version) or bare(case.standard, case.version)
    note = sent.words.strip()
    act = Act(
        kind=sent.wish,
        actor=call.token.actor,
        role="coordinator",
        data={"due": (call.now + APPEAL_TERM).isoformat()} if sent.wish == "appeal" else {},
        note=note,
        salt=secrets.token_hex(8) if note else "",
    )
    try:
        case = casework.enter(conn, call.scope, case, standard, act, call.now)
    except NotEntered as refused:
        raise _refused(refused) from None
    call.audit(conn, f"cases.{sent.wish}", f"case:{case.number}")
    call.learner = case.candidate
    return _read(case)


def _one(call: Call, conn: Connection) -> Case:
    found = casework.seen(conn, call.scope, call.path["case"])
    if found is None:
        raise problems.missing()
    return found


def _learner(call: Call, conn: Connection, id: str) -> Learner:
    """A learner of the scope. One outside of it and one that never was are refused in the same words."""
    found = calls.found(conn, call.scope, id, Right.NOMINATE)
    if found is None:
        raise problems.conflict("learner", _OPENING["learner"])
    return found


def _refused(refused: NotEntered) -> Refusal:
    if refused.code == "missing":
        return problems.conflict("learner", _OPENING["learner"])
    return problems.conflict(refused.code, str(refused))


def _listed(each: Listed) -> CaseShown:
    return CaseShown(
        id=each.id,
        number=each.number,
        learner=each.learner,
        standard=each.standard,
        version=each.version,
        state=each.state,
        opened_at=each.created_at,
        updated_at=each.updated_at,
    )


def _read(case: Case) -> CaseRead:
    return CaseRead(
        id=case.id,
        number=case.number,
        learner=case.candidate,
        standard=case.standard,
        version=case.version,
        state=case.state.value,
        presented_by=case.presented_by,
        units_achieved=sorted(case.achieved),
        decisions=[DecisionShown(result=each.result, units=list(each.units), at=each.at) for each in case.decisions],
        credential=case.credential.serial if case.credential else "",
        acts=[
            ActShown(number=act.seq, kind=act.kind, role=act.role, unit=act.unit, value=act.value, at=act.at)
            for act in case.acts
        ],
    )


_OPENING = {
    "learner": "There is no such learner.",
    "standard": "There is no such standard.",
    "no_other": "She has an open case against it already.",
    "scheme_active": "Her country has no scheme for this standard.",
    "standard_open": "Nobody is taken in against this version any more.",
}
_WISHING = {
    "state": "A case that stands where this one does takes no such wish.",
    "words": "An appeal says against what.",
    "in_term": "Its thirty days are over.",
}
_SEE = Right.SEE_CASES

ROUTES: list[Route] = [
    table.get("/cases", _SEE, list_cases, CasePage, query=CaseQuery),
    table.post("/cases", Right.NOMINATE, open_case, CaseRead, body=NewCase, status=201, conflicts=_OPENING),
    table.get("/cases/{case}", _SEE, get_case, CaseRead),
    table.post(
        "/cases/{case}/wishes",
        Right.CERTIFY,
        enter_wish,
        CaseRead,
        body=Wish,
        conflicts=_WISHING,
        description="Needs `see_cases` too. Whoever assesses, decides or settles is a person, and does it in the "
        "console; a candidate who has withdrawn can be nominated again.",
    ),
]
