"""Certification cases: how each stands. What people judge and decide is entered by people, in the console."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from bot.certifying.cases import Case
from bot.cooperating.roles import Right
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.shapes import Moment, Page, Shown
from console.api.table import Call, Route
from store import case_pages, casework
from store.case_pages import Listed
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
    case = casework.seen(conn, call.scope, call.path["case"])
    if case is None:
        raise problems.missing()
    return _read(case)


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


ROUTES: list[Route] = [
    table.get("/cases", Right.SEE_CASES, list_cases, CasePage, query=CaseQuery),
    table.get("/cases/{case}", Right.SEE_CASES, get_case, CaseRead),
]
