"""Judge each criterion, conclude, moderate, decide and issue: every refusal explained, by the guards of the machine."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.certifying import judging
from bot.certifying.awarding import NoAward
from bot.certifying.cases import NO, NOT_SEEN, YES, State
from bot.certifying.guarding import WINDOW
from bot.cooperating.roles import Right
from bot.delivering.hours import day_of
from console.asked import Asked
from console.case_finding import Found, acting, actor, found, found_in, refused, why_unfit
from console.entering import page
from store import casework
from store.casework import NotEntered
from store.database import Connection

# --- an assessor ---


async def judge(asked: Asked) -> web.Response:
    """Every criterion at stake, with the evidence that speaks for it, and what was judged so far."""
    return _judge(asked, await found(asked), {})


def _judge(asked: Asked, found: Found, wrong: dict[str, str], trouble: str = "") -> web.Response:
    case, standard, me = found.case, found.standard, asked.person.assessor
    mine = {each.criterion: each.mark for each in case.judgements if each.assessor == me}
    told = set(judging.told_only(case, standard)) if found.known else set()
    units = []
    for unit in judging.at_stake(case, standard) if found.known else ():
        pieces = [each for each in case.evidence if each.unit == unit.code]
        criteria = [
            (
                each,
                _told(asked, each.text),
                asked.form.text(f"c-{each.code}", 10) or mine.get(each.code, ""),
                [piece for piece in pieces if not piece.criteria or each.code in piece.criteria],
                each.code in told,
            )
            for each in unit.criteria
        ]
        units.append((unit, _told(asked, unit.titles), criteria))
    judged = judging.judged_by_enough(case, standard) if found.known else False
    scheme = standard.scheme(case.country)
    return asked.show(
        "cases/judge.html.j2",
        status=422 if wrong or trouble else 200,
        found=found,
        units=units,
        options=[(each, asked.t(f"cases.mark.{each}")) for each in (YES, NO, NOT_SEEN)],
        why_not=why_unfit(asked, found),
        ready=case.state in (State.EVIDENCE_COMPLETE, State.JUDGED),
        judged=judged,
        judges=judging.judges(case, standard) if found.known else (),
        need=scheme.assessors if scheme else 1,
        verdict=judging.verdict(case, standard) if judged else None,
        wrong=wrong,
        trouble=trouble,
        name=f"judge-{case.number}",
    )


def _told(asked: Asked, texts: Any) -> str:
    return texts.get(asked.language) or next(iter(texts.values()), "")


async def enter_judgement(asked: Asked) -> web.Response:
    """Enter what this assessor judged, all of it or nothing; what she had judged so already is not entered again."""
    form = asked.form
    if form.text("act", 20) == "conclude":
        return await _conclude(asked)

    def work(conn: Connection) -> tuple[Found, int]:
        held = found_in(asked, conn)
        me = asked.person.assessor
        mine = {each.criterion: each.mark for each in held.case.judgements if each.assessor == me}
        acts = []
        for unit in judging.at_stake(held.case, held.standard):
            for each in unit.criteria:
                mark = form.text(f"c-{each.code}", 10)
                if mark and mine.get(each.code) != mark:
                    acts.append(acting(asked, "judge", "assessor", criterion=each.code, value=mark))
        casework.enter_all(conn, asked.scope, held.case, held.standard, acts, asked.now)
        if acts:
            asked.audit(conn, "cases.judged", f"case:{held.case.number}", criteria=len(acts))
        return held, len(acts)

    try:
        held, entered = await asked.do(work)
    except NotEntered as error:
        return _judge(asked, await found(asked), {}, refused(asked, error))
    asked.office.look()
    return asked.go(f"{held.path}/judge?judged=yes", told="cases.judge.done" if entered else "cases.judge.same")


async def _conclude(asked: Asked) -> web.Response:
    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        if held.case.state in (State.PENDING_MODERATION, State.NOT_YET_COMPETENT):
            return held  # the same form, sent twice
        act = casework.conclusion(held.case, held.standard, asked.person.assessor, asked.form.text("reason", 500))
        casework.enter(conn, asked.scope, held.case, held.standard, act, asked.now)
        asked.audit(conn, "cases.concluded", f"case:{held.case.number}", result=act.value)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return _judge(asked, await found(asked), {}, refused(asked, error))
    asked.office.look()
    return asked.go(held.path, told="cases.done.conclude")


# --- others than who has judged ---


async def moderate(asked: Asked) -> web.Response:
    """A second look at how a case was judged."""
    return await _second(asked, "moderate")


async def decide(asked: Asked) -> web.Response:
    """The decision, by somebody who has not judged."""
    return await _second(asked, "decide")


async def _second(asked: Asked, kind: str, wrong: dict[str, str] | None = None, trouble: str = "") -> web.Response:
    held = await found(asked)
    case, me = held.case, actor(asked)
    took_part = me in case.assigned or any(each.assessor == me for each in case.judgements)
    tied = any(who == me for who, _ in case.people.conflicts)
    sampled = case.moderation.sampled if case.moderation else False
    agreed = bool(case.moderation and case.moderation.outcome == "agreed")
    return asked.show(
        "cases/second.html.j2",
        status=422 if wrong or trouble else 200,
        found=held,
        kind=kind,
        verdict=judging.verdict(case, held.standard),
        judgements=_table(asked, held),
        names={
            name: case.people.assessors[name].name
            for name in {each.assessor for each in case.judgements}
            if name in case.people.assessors
        },
        took_part=took_part,
        tied=tied,
        sampled=sampled,
        agreed=agreed,
        free_at=case.moved_at + WINDOW if case.moved_at else None,
        given=asked.form,
        wrong=wrong or {},
        trouble=trouble,
    )


def _table(asked: Asked, found: Found) -> list[tuple[str, str, bool, dict[str, str]]]:
    rows = []
    for unit in found.standard.units:
        for each in unit.criteria:
            marks = {one.assessor: one.mark for one in found.case.judgements if one.criterion == each.code}
            if marks:
                rows.append((each.code, _told(asked, each.text), each.critical, marks))
    return rows


async def enter_moderation(asked: Asked) -> web.Response:
    """Agree, or return the case with a reason."""
    value, reason = asked.form.text("outcome", 20), asked.form.text("reason", 500)
    if value not in ("agreed", "returned"):
        return await _second(asked, "moderate", {"outcome": asked.t("cases.field.outcome_missing")})
    if value == "returned" and not reason:
        return await _second(asked, "moderate", {"reason": asked.t("cases.field.reason_missing")})

    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        done = held.case.moderation
        if done and (done.by, done.outcome) == (actor(asked), value):
            return held
        act = acting(asked, "moderate", "moderator", value=value, reason=reason)
        casework.enter(conn, asked.scope, held.case, held.standard, act, asked.now)
        asked.audit(conn, "cases.moderated", f"case:{held.case.number}", outcome=value)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return await _second(asked, "moderate", trouble=refused(asked, error))
    asked.office.look()
    return asked.go(held.path, told="cases.done.moderate")


async def enter_decision(asked: Asked) -> web.Response:
    """Decide as the judgements come to."""
    reason = asked.form.text("reason", 500)

    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        if held.case.state is State.DECIDED:
            return held
        act = casework.decision(held.case, held.standard, actor(asked), reason)
        casework.enter(conn, asked.scope, held.case, held.standard, act, asked.now)
        asked.audit(conn, "cases.decided", f"case:{held.case.number}", result=act.value)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return await _second(asked, "decide", trouble=refused(asked, error))
    asked.office.look()
    return asked.go(held.path, told="cases.done.decide")


# --- the credential ---


async def issue(asked: Asked) -> web.Response:
    """Who issues, and what it will say."""
    return await _issue(asked, "")


async def _issue(asked: Asked, trouble: str, status: int = 200) -> web.Response:
    held = await found(asked)
    scheme = held.standard.scheme(held.case.country)
    today = day_of(asked.now, "", held.case.country)
    bodies = [(each.name, each.name) for each in scheme.issuers if each.covers(today)] if scheme else []
    return asked.show("cases/issue.html.j2", status=status, found=held, scheme=scheme, bodies=bodies, trouble=trouble)


async def enter_issue(asked: Asked) -> web.Response:
    """Issue it; sent twice, it is issued once."""
    body = asked.form.text("body", 120)

    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        if held.case.credential:
            return held
        case, made = casework.issue(conn, asked.scope, held.case, held.standard, body, actor(asked), asked.now)
        asked.audit(conn, "cases.issued", f"case:{case.number}", serial=made.serial, body=body)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return await _issue(asked, refused(asked, error), 422)
    except NoAward:
        return await _issue(asked, asked.t("cases.refused.authorised"), 422)
    asked.office.look()
    return asked.go(held.path, told="cases.done.certify")


_CASE = r"/cases/{number:\d{6}}"

PAGES = [
    page("GET", f"{_CASE}/judge", Right.ASSESS, judge),
    page("POST", f"{_CASE}/judge", Right.ASSESS, enter_judgement),
    page("GET", f"{_CASE}/moderate", Right.SEE_CASES, moderate),
    page("POST", f"{_CASE}/moderate", Right.SEE_CASES, enter_moderation),
    page("GET", f"{_CASE}/decide", Right.DECIDE, decide),
    page("POST", f"{_CASE}/decide", Right.DECIDE, enter_decision),
    page("GET", f"{_CASE}/issue", Right.CERTIFY, issue),
    page("POST", f"{_CASE}/issue", Right.CERTIFY, enter_issue),
]
