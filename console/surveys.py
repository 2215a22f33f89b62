"""Surveys: made from a form or a file, put to an audience, followed while they are answered, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from authoring import reports as files
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import Right, need
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign
from bot.delivering.campaigns import State as Going
from bot.reporting import survey_plans
from bot.reporting import surveys as shapes
from bot.reporting.indicators import MEASURED_BY_SURVEY
from bot.reporting.rounding import LEAST
from bot.reporting.surveys import COUNTS, MOST_QUESTIONS, Survey, Tallies, Written
from console import group_choosing, survey_forms
from console.asked import Asked
from console.entering import page
from console.survey_forms import LANGUAGES, UnreadableList
from store import campaigns, cohort_progress, launching, organisations, survey_starting, surveys
from store.database import Connection
from store.foreseeing import Foreseen, teach

BASE = "/console/surveys"
_MOST = 50


async def listing(asked: Asked) -> web.Response:
    """Every survey, the latest first."""
    after = _after(asked)
    found = await asked.look(lambda conn: surveys.listed(conn, asked.scope, after=after, limit=_MOST + 1))
    last = found[_MOST - 1].survey if len(found) > _MOST else None
    at = urlencode({"after": f"{last.created_at.isoformat()} {last.id}"}) if last else ""
    return asked.show(
        "surveys/list.html.j2",
        found=found[:_MOST],
        few=_few,
        next=f"{BASE}?{at}" if at else "",
        first=BASE if after else "",
    )


def _after(asked: Asked) -> tuple[datetime, str] | None:
    when, _, id = asked.query.text("after", 120).partition(" ")
    try:
        found = datetime.fromisoformat(when)
    except ValueError:
        return None
    return (found, id) if found.tzinfo else None


def _few(count: int) -> int | None:
    """A count of people as it may be shown: none of one to four."""
    return count if count >= LEAST or not count else None


# --- made ---


async def new(asked: Asked) -> web.Response:
    """The form, empty or begun from a list."""
    second = asked.query.text("also", 5)
    wording = asked.office.catalogue().wording
    second = second if second in LANGUAGES else ""
    return await _form(asked, survey_forms.begun(asked.query.text("like", 20), wording, second), second)


async def _form(asked: Asked, found: Written, second: str, wrong: dict[str, str] | None = None) -> web.Response:
    spoken = [each for each in LANGUAGES if each in ("es", second) or any(each in one.texts for one in found.questions)]
    room = min(MOST_QUESTIONS, max(4, len(found.questions) + 2)) - len(found.questions)
    rows = [*found.questions, *[None] * max(0, room)]
    known = await asked.look(lambda conn: organisations.all_cooperatives(conn, asked.scope, closed=False))
    return asked.show(
        "surveys/new.html.j2",
        status=422 if wrong else 200,
        found=found,
        rows=rows[:MOST_QUESTIONS],
        spoken=spoken,
        others=[(each, asked.t(f"surveys.language.{each}")) for each in LANGUAGES if each not in spoken],
        kinds=survey_forms.kinds(asked),
        measured=[(each, each) for each in MEASURED_BY_SURVEY if each in COUNTS],
        wrong=wrong or {},
        cooperative_options=[(each.id, each.name) for each in known],
        bounded=asked.scope.cooperatives is not None,
    )


async def make(asked: Asked) -> web.Response:
    """Keep a draft, or show the form of a file that was uploaded."""
    second = asked.form.text("also", 5)
    file = asked.form.file("file")
    if file is not None:
        try:
            return await _form(asked, survey_forms.uploaded(file), second)
        except UnreadableList:
            return await _form(asked, survey_forms.posted(asked), second, {"file": asked.t("surveys.file.bad")})
    found = survey_forms.posted(asked)
    wrong = survey_forms.told(asked, found)
    cooperative = asked.form.text("cooperative", 60)
    if asked.scope.cooperatives is not None and cooperative not in asked.scope.cooperatives:
        wrong["cooperative"] = asked.t("surveys.put.beyond")
    if wrong:
        return await _form(asked, found, second, wrong)
    id = survey_plans.id_for(found.title, asked.form.text("once", 40))
    made = shapes.made(found, id=id, cooperative=cooperative, by=asked.person.login, now=asked.now)

    def work(conn: Connection) -> None:
        if surveys.create(conn, asked.scope, made):
            asked.audit(conn, "survey.made", f"survey:{id}", title=made.title, questions=len(made.questions))

    await asked.do(work)
    return asked.go(f"{BASE}/{id}", told="surveys.saved")


# --- one ---


async def one(asked: Asked) -> web.Response:
    """A survey with its live tallies; htmx asks for those alone."""
    survey = await _found(asked)

    def work(conn: Connection) -> tuple[Tallies, list[str], Campaign | None]:
        going = campaigns.get(conn, asked.scope, survey.campaign) if survey.campaign else None
        return surveys.tallies(conn, asked.scope, survey), surveys.words(conn, asked.scope, survey), going

    tallies, words, going = await asked.look(work)
    values: dict[str, Any] = {
        "survey": survey,
        "tallies": tallies,
        "words": words,
        "few": _few,
        "wording": asked.office.catalogue().wording,
        "waits": going is not None and going.state is Going.WAITING,
    }
    if asked.by_htmx:
        return asked.part("surveys/one.html.j2", "tallies", **values)
    return asked.show("surveys/one.html.j2", **values)


async def _found(asked: Asked) -> Survey:
    id = asked.request.match_info["id"]
    survey = await asked.look(lambda conn: surveys.get(conn, asked.scope, id))
    if survey is None:
        raise asked.missing()
    return survey


async def replies(asked: Asked) -> web.Response:
    """Each reply under a pseudonym, as CSV."""
    survey = await _found(asked)

    def work(conn: Connection) -> list[dict[str, str]]:
        return list(surveys.exported(conn, asked.scope, survey))

    heads = ["who", *(str(place) for place in range(1, len(survey.questions) + 1))]
    rows = [[each.get(head, "") for head in heads] for each in await asked.look(work)]
    return asked.download(files.csv_of(heads, rows), f"chasqui-{survey.id}.csv", "text/csv")


# --- put ---


async def choose(asked: Asked) -> web.Response:
    """To whom: chosen, then seen with how many it reaches and what it costs, then sent."""
    survey = await _found(asked)
    need(asked.scope, Right.PLAN)
    given = {name: asked.query.text(name, 80) for name in ("cohort", "cooperative", "course")}
    given["finished"] = "yes" if asked.query.ticked("finished") else ""
    if typed := asked.query.text("cohort_other", 80):
        given["cohort"] = await asked.look(lambda conn: group_choosing.meant(conn, asked, given["cohort"], typed))
    audience = audience_of(given)
    seen, wrong = None, ""
    if asked.query.text("see", 3):
        if typed and not await _is_group(asked, given["cohort"]):
            wrong = asked.t("surveys.put.no_cohort")
        elif survey_plans.beyond(asked.scope, audience):
            wrong = asked.t("surveys.put.beyond")
        else:
            seen = await _foreseen(asked, survey, audience)
            wrong = "" if seen.preview.people else asked.t("surveys.put.nobody")
    return await _choosing(asked, survey, given, seen, wrong)


async def _choosing(
    asked: Asked, survey: Survey, given: dict[str, str], seen: Foreseen | None, wrong: str = ""
) -> web.Response:
    def work(conn: Connection) -> tuple[group_choosing.Groups, list[Cooperative]]:
        known = organisations.all_cooperatives(conn, asked.scope, closed=False)
        return group_choosing.groups(conn, asked, {given["cohort"]}), known

    groups, known = await asked.look(work)
    courses = asked.office.catalogue().courses
    return asked.show(
        "surveys/put.html.j2",
        status=422 if wrong else 200,
        survey=survey,
        given=given,
        seen=seen if seen and seen.preview.people else None,
        wrong=wrong,
        cohorts=groups.options,
        more=groups.more,
        cohort_other=groups.typed(given["cohort"]),
        cooperatives=[(each.id, each.name) for each in known],
        courses=[(each.id, each.title(asked.language)) for each in courses.values()],
    )


async def _is_group(asked: Asked, word: str) -> bool:
    return bool(await asked.look(lambda conn: cohort_progress.named(conn, asked.scope, {word})))


def audience_of(given: dict[str, str]) -> Audience:
    """The audience that the form names."""
    return survey_plans.audience(
        cohorts=[given.get("cohort", "")],
        cooperatives=[given.get("cooperative", "")],
        courses=[given.get("course", "")],
        finished=bool(given.get("finished")),
    )


async def _foreseen(asked: Asked, survey: Survey, audience: Audience) -> Foreseen:
    office = asked.office
    catalogue, policy = office.catalogue(), office.policy()
    await office.database.run(lambda: teach(office.database, catalogue))

    def work(conn: Connection) -> Foreseen:
        return survey_starting.foreseen(
            conn,
            asked.scope,
            catalogue,
            survey,
            audience,
            policy,
            office.carrying,
            actor=asked.person.login,
            now=asked.now,
        )

    return await asked.look(work)


async def put(asked: Asked) -> web.Response:
    """Send it on its way."""
    survey = await _found(asked)
    given = {name: asked.form.text(name, 80) for name in ("cohort", "cooperative", "course", "finished")}
    audience = audience_of(given)
    if survey_plans.beyond(asked.scope, audience):
        return await _choosing(asked, survey, given, None, asked.t("surveys.put.beyond"))
    found = await _foreseen(asked, survey, audience)

    def work(conn: Connection) -> launching.Launched:
        held = surveys.get(conn, asked.scope, survey.id) or survey
        done = survey_starting.start(conn, asked.scope, held, found, actor=asked.person.login, now=asked.now)
        if not done.already:
            asked.audit(conn, "survey.put", f"survey:{survey.id}", people=found.preview.people)
        return done

    try:
        launched = await asked.do(work)
    except launching.NotDone as refused:
        said = "surveys.put.nobody" if refused.name == "nobody" else "surveys.put.already"
        return await _choosing(asked, survey, given, None, asked.t(said))
    asked.office.look()
    if launched.already:
        return asked.go(f"{BASE}/{survey.id}", told="surveys.put.already")
    waits = launched.state is Going.WAITING
    return asked.go(f"{BASE}/{survey.id}", told="surveys.put.waits" if waits else "surveys.put.done")


# --- closed ---


async def ask_close(asked: Asked) -> web.Response:
    """Whether she is sure."""
    return asked.show("surveys/close.html.j2", survey=await _found(asked))


async def close(asked: Asked) -> web.Response:
    """Put it to nobody any more."""
    survey = await _found(asked)

    def work(conn: Connection) -> None:
        if survey_starting.close(conn, asked.scope, survey, actor=asked.person.login, now=asked.now):
            asked.audit(conn, "survey.closed", f"survey:{survey.id}", title=survey.title)

    await asked.do(work)
    return asked.go(f"{BASE}/{survey.id}", told="surveys.closed")


PAGES = [
    page("GET", "/surveys", Right.SEE_RESULTS, listing),
    page("GET", "/surveys/new", Right.SURVEY, new),
    page("POST", "/surveys/new", Right.SURVEY, make),
    page("GET", "/surveys/{id}", Right.SEE_RESULTS, one),
    page("GET", "/surveys/{id}/replies", Right.SURVEY, replies),
    page("GET", "/surveys/{id}/put", Right.SURVEY, choose),
    page("POST", "/surveys/{id}/put", Right.SURVEY, put),
    page("GET", "/surveys/{id}/close", Right.SURVEY, ask_close),
    page("POST", "/surveys/{id}/close", Right.SURVEY, close),
]
