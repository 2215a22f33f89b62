"""Surveys: make one, foresee and start it, read how it was answered so far, close it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.cooperating.roles import Right
from bot.delivering.audiences import Audience
from bot.delivering.hours import zone_of
from bot.reporting import survey_lists, survey_plans
from bot.reporting import surveys as rules
from bot.reporting.rounding import LEAST
from bot.reporting.suppressing import small
from bot.reporting.surveys import Question, State, Survey, Tally, Written
from console.api import campaigns, problems, table
from console.api.campaign_shapes import Started
from console.api.paging import PageQuery
from console.api.problems import Fault, Problem, Refusal
from console.api.survey_shapes import (
    NewSurvey,
    QuestionShown,
    SurveyPage,
    SurveyPreview,
    SurveyShown,
    SurveyTo,
    TalliesShown,
    TallyShown,
)
from console.api.table import Call, Route
from store import campaign_names, organisations, survey_starting, surveys, teaching
from store.database import Connection
from store.foreseeing import Foreseen
from store.launching import NotDone

# --- reading ---


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
        began=None if small(found.began) else found.began,
        ended=None if small(found.ended) else found.ended,
        questions=[_tally(each) for each in found.questions],
        words=surveys.words(conn, call.scope, survey),
    )


def _tally(each: Tally) -> TallyShown:
    shown = each.n >= LEAST  # as in every table of results
    return TallyShown(
        kind=each.kind,
        counts=list(each.counts) if shown else None,
        answered=each.answered if shown else None,
        skipped=each.skipped if shown else None,
        mean=None if each.mean is None else str(each.mean),
    )


# --- doing ---


def add_survey(call: Call, conn: Connection) -> SurveyShown:
    """Make a survey, as a draft."""
    sent, written = call.sent(NewSurvey), _written(call)
    faults = [_fault(call, each) for each in rules.faults(written)]
    if sent.like and sent.questions:
        faults.append(Fault(where="/like", detail="Either questions of its own, or those of a list."))
    own = call.scope.cooperatives
    cooperative = sent.cooperative or (next(iter(own)) if own and len(own) == 1 else "")
    known = {each.id for each in organisations.all_cooperatives(conn, call.scope, closed=False)}
    if (cooperative or own is not None) and cooperative not in known:
        faults.append(
            Fault(where="/cooperative", detail="There is no such cooperative, it is closed, or none is named.")
        )
    if faults:
        raise Refusal(Problem.CONFLICT, reason="survey", errors=faults)
    today = call.now.astimezone(zone_of("", call.policy.country)).date()
    id = survey_plans.id_for(written.title, survey_plans.mark_for(written, cooperative, today))
    made = rules.made(written, id=id, cooperative=cooperative, by=call.token.actor, now=call.now)
    if not surveys.create(conn, call.scope, made):
        raise problems.conflict("taken", f"The same survey was made today: {id}.")
    call.audit(conn, "survey.made", f"survey:{id}", title=made.title, questions=len(made.questions))
    call.location = f"/surveys/{id}"
    return _shown(made)


def preview_survey(call: Call, conn: Connection) -> SurveyPreview:
    """Foresee whom a survey would reach."""
    found = _foreseen(call, conn, _one(call, conn))
    ahead = found.preview
    return SurveyPreview(
        people=ahead.people,
        by_chat=ahead.by_chat,
        segments=ahead.segments,
        money=str(ahead.money),
        currency=call.policy.currency,
        left_out=dict(ahead.left_out),
        second=list(found.why),
    )


def start_survey(call: Call, conn: Connection) -> Started:
    """Put a survey to an audience, or before a second person."""
    survey = _one(call, conn)
    if survey.state is State.CLOSED:
        raise problems.conflict("closed", _STARTING["closed"])
    found = _foreseen(call, conn, survey)
    try:
        came = survey_starting.start(conn, call.scope, survey, found, actor=call.token.actor, now=call.now)
    except NotDone as refused:
        raise campaigns.conflict(refused) from None
    if not came.already:
        call.audit(conn, "survey.put", f"survey:{survey.id}", people=found.preview.people)
    return Started(id=survey.id, state=came.state.value, people=came.people, money=str(came.money), why=list(came.why))


def close_survey(call: Call, conn: Connection) -> SurveyShown:
    """Close a survey: nobody is asked any more, and what waits does not leave."""
    survey = _one(call, conn)
    if survey_starting.close(conn, call.scope, survey, actor=call.token.actor, now=call.now):
        call.audit(conn, "survey.closed", f"survey:{survey.id}", title=survey.title)
    return _shown(_one(call, conn))


# --- what was sent ---


def _written(call: Call) -> Written:
    sent = call.sent(NewSurvey)
    questions = tuple(
        Question(kind=each.kind, texts={str(name): text for name, text in each.texts.items()}, measures=each.measures)
        for each in sent.questions
    )
    listed = survey_lists.questions(sent.like, call.catalogue.wording, sent.languages)
    return Written(title=sent.title, purpose=sent.purpose, questions=questions or listed)


def _fault(call: Call, fault: rules.Fault) -> Fault:
    where = f"/{fault.what}" if fault.what in ("title", "purpose") else "/questions"
    if fault.question:
        field = fault.what if fault.what in ("kind", "measures") else "kind" if fault.what == "last" else "texts"
        where = f"/questions/{fault.question - 1}/{field}"
    values: dict[str, Any] = {"place": fault.question, "value": fault.value}
    return Fault(where=where, detail=call.office.words.say("en", f"surveys.fault.{fault.what}", **values))


def _audience(call: Call, survey: Survey) -> Audience:
    sent = call.sent(SurveyTo)
    bounded = call.scope.cooperatives is not None
    to = survey_plans.audience(
        cohorts=sent.cohort,
        cooperatives=sent.cooperative or ([survey.cooperative] if bounded else []),
        courses=sent.course,
        finished=sent.finished,
    )
    if survey_plans.beyond(call.scope, to):
        raise problems.conflict("reach", _STARTING["reach"])
    return to


def _foreseen(call: Call, conn: Connection, survey: Survey) -> Foreseen:
    to = _audience(call, survey)
    teaching.ensure(conn, call.catalogue)
    found = survey_starting.foreseen(
        conn,
        call.scope,
        call.catalogue,
        survey,
        to,
        call.policy,
        call.office.carrying,
        actor=call.token.actor,
        now=call.now,
    )
    unknown = campaign_names.unknown(conn, call.scope, call.catalogue, found.campaign)
    if unknown:
        errors = [Fault(where=f"/{each.kind}", detail=f"There is no {each.kind} {each.word!r}.") for each in unknown]
        raise Refusal(Problem.CONFLICT, reason="audience", errors=errors)
    return found


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


_MAKING = {
    "survey": "Something is not as it has to be; `errors` say what.",
    "taken": "The same survey was made today.",
}
_FORESEEING = {
    "audience": "Something that is named does not exist; `errors` say what.",
    "reach": "It reaches beyond this token's cooperatives.",
}
_STARTING = {
    **_FORESEEING,
    "closed": "It was closed.",
    "nobody": "It would reach nobody.",
    "overtaken": "Somebody else changed it just now.",
}
_SEE, _MAY = Right.SEE_RESULTS, Right.SURVEY
_SURVEY = "/surveys/{survey}"
_AS_CAMPAIGN = "It goes out as a campaign: `see_results`, `see_plans`{plan} are needed too."

ROUTES: list[Route] = [
    table.get("/surveys", _SEE, list_surveys, SurveyPage, query=PageQuery),
    table.post("/surveys", _MAY, add_survey, SurveyShown, body=NewSurvey, status=201, conflicts=_MAKING),
    table.get(_SURVEY, _SEE, get_survey, SurveyShown),
    table.get(_SURVEY + "/tallies", _SEE, get_survey_tallies, TalliesShown),
    table.post(
        _SURVEY + "/preview",
        _MAY,
        preview_survey,
        SurveyPreview,
        body=SurveyTo,
        makes=False,
        conflicts=_FORESEEING,
        description=_AS_CAMPAIGN.format(plan=""),
    ),
    table.post(
        _SURVEY + "/start",
        _MAY,
        start_survey,
        Started,
        body=SurveyTo,
        conflicts=_STARTING,
        description=_AS_CAMPAIGN.format(plan=" and `plan`"),
    ),
    table.post(_SURVEY + "/close", _MAY, close_survey, SurveyShown, description="Needs `see_results` too."),
]
