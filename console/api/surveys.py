"""Surveys: which there are, and how each was answered so far."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from bot.cooperating.roles import Right
from bot.reporting.surveys import Survey
from console.api import problems, table
from console.api.paging import PageQuery
from console.api.shapes import Moment, Page, Shown
from console.api.table import Call, Route
from store import surveys
from store.database import Connection


class QuestionShown(Shown):
    """One question. `steps`: how many answers there are to choose from; 0 for a number or free words."""

    kind: str
    texts: dict[str, str]
    measures: str
    steps: int


class SurveyShown(Shown):
    """A survey."""

    id: str
    title: str
    purpose: str
    state: str
    cooperative: str
    campaign: str
    created_at: Moment
    closed_at: Moment | None
    questions: list[QuestionShown]


class SurveyPage(Page):
    """Surveys, the latest first."""

    items: list[SurveyShown]


class TallyShown(Shown):
    """How a question was answered: by step, from the first. Null where fewer than five people answered it."""

    kind: str
    counts: list[int] | None
    answered: int | None = Field(description="Of a number or free words: how many.")
    skipped: int | None


class TalliesShown(Shown):
    """How a survey was answered so far."""

    survey: str
    asked: int
    began: int
    ended: int
    questions: list[TallyShown]


_LEAST = 5  # as in every table of results


def list_surveys(call: Call, conn: Connection) -> SurveyPage:
    """List surveys."""
    limit, after = call.asked(PageQuery).limit, call.after(str, str)
    beyond = (datetime.fromisoformat(after[0]), after[1]) if after else None
    found = [each.survey for each in surveys.listed(conn, call.scope, after=beyond, limit=limit + 1)]
    more = call.next(found, lambda each: [each.created_at.isoformat(), each.id])
    return SurveyPage(items=[_shown(each) for each in found[:limit]], next=more)


def get_survey(call: Call, conn: Connection) -> SurveyShown:
    """Read a survey."""
    return _shown(_one(call, conn))


def get_survey_tallies(call: Call, conn: Connection) -> TalliesShown:
    """Read how a survey was answered."""
    survey = _one(call, conn)
    found = surveys.tallies(conn, call.scope, survey)
    return TalliesShown(
        survey=survey.id,
        asked=found.asked,
        began=found.began,
        ended=found.ended,
        questions=[
            TallyShown(
                kind=each.kind,
                counts=list(each.counts) if each.n >= _LEAST else None,
                answered=each.answered if each.n >= _LEAST else None,
                skipped=each.skipped if each.n >= _LEAST else None,
            )
            for each in found.questions
        ],
    )


def close_survey(call: Call, conn: Connection) -> SurveyShown:
    """Close a survey: nobody is asked any more."""
    survey = _one(call, conn)
    if surveys.close(conn, call.scope, survey.id, call.now):
        call.audit(conn, "survey.closed", f"survey:{survey.id}")
    return _shown(_one(call, conn))


def _one(call: Call, conn: Connection) -> Survey:
    found = surveys.get(conn, call.scope, call.path["survey"])
    if found is None:
        raise problems.missing()
    return found


def _shown(each: Survey) -> SurveyShown:
    return SurveyShown(
        id=each.id,
        title=each.title,
        purpose=each.purpose,
        state=each.state.value,
        cooperative=each.cooperative,
        campaign=each.campaign,
        created_at=each.created_at,
        closed_at=each.closed_at,
        questions=[
            QuestionShown(kind=one.kind, texts=dict(one.texts), measures=one.measures, steps=one.steps)
            for one in each.questions
        ],
    )


_SEE = Right.SEE_RESULTS

ROUTES: list[Route] = [
    table.get("/surveys", _SEE, list_surveys, SurveyPage, query=PageQuery),
    table.get("/surveys/{survey}", _SEE, get_survey, SurveyShown),
    table.get("/surveys/{survey}/tallies", _SEE, get_survey_tallies, TalliesShown),
    table.post("/surveys/{survey}/close", Right.SURVEY, close_survey, SurveyShown),
]
