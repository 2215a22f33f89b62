"""What can be entered in a case from here: each act with its small form, judged by the same guards as everywhere."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot.certifying import examining, judging
from bot.certifying.cases import PASSED, Act
from bot.certifying.guarding import APPEAL_TERM, unfit
from bot.cooperating.roles import Right
from console.asked import Asked
from console.case_finding import Found, acting, found, found_in, may_enter, refused
from console.entering import page
from store import casework
from store.casework import NotEntered
from store.database import Connection

_NUMBERS, _OLDEST = {"experience", "age"}, 110  # fields in years


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of one kind of act: as whom it is entered, and which fields it has."""

    role: str
    fields: tuple[str, ...] = ()
    kind: str = ""  # of the button: main, bad


FORMS: Mapping[str, Form] = {
    "admit": Form(role="coordinator", kind="main"),
    "refuse": Form(role="coordinator", fields=("reason",), kind="bad"),
    "tell": Form(role="coordinator", fields=("experience", "age")),
    "assign": Form(role="coordinator", fields=("assessor",)),
    "release": Form(role="coordinator", fields=("assigned", "reason")),
    "plan": Form(role="coordinator", fields=("date", "place")),
    "identify": Form(role="assessor", fields=("sure",)),
    "knowledge": Form(role="assessor", fields=("unit", "result")),
    "not_seen": Form(role="assessor", fields=("missing", "reason")),
    "correct": Form(role="coordinator", fields=("corrects", "reason")),
    "retry": Form(role="coordinator"),
    "resume": Form(role="coordinator"),
    "appeal": Form(role="coordinator", fields=("note",)),
    "resolve": Form(role="panel", fields=("outcome", "panel", "reason"), kind="main"),
    "withdraw": Form(role="coordinator", fields=("sure",), kind="bad"),
    "transfer": Form(role="coordinator", fields=("reason",), kind="bad"),
}
_PAGES: tuple[tuple[str, str, str], ...] = (  # acts with a page of their own: act, role, path
    ("judge", "assessor", "judge"),
    ("conclude", "assessor", "judge"),
    ("moderate", "moderator", "moderate"),
    ("decide", "moderator", "decide"),
    ("certify", "issuer", "issue"),
    ("supervise", "assessor", "exam"),
    ("evidence", "assessor", "witness"),
)
_FIRST = ("admit", "assign", "identify", "judge", "conclude", "moderate", "decide", "certify", "resolve", "appeal")


def possible(asked: Asked, found: Found) -> list[tuple[str, str, str]]:
    """(act, path, kind of button) of everything that this person may try in this state, what leads on first."""
    able = []
    over = _over(asked, found)
    for kind, role, tail in _PAGES:
        if tail not in over and found.known and may_enter(asked, found.case, kind, role):
            name = "witness" if tail == "witness" else kind
            able.append((name, f"{found.path}/{tail}", "main" if kind in ("judge", "decide", "certify") else ""))
    for kind, form in FORMS.items():
        if kind != "correct" and kind not in over and may_enter(asked, found.case, kind, role_of(asked, kind)):
            able.append((kind, f"{found.path}/act/{kind}", form.kind))
    order = {name: place for place, name in enumerate(_FIRST)}
    return sorted(able, key=lambda each: order.get(each[0], 99))


def _over(asked: Asked, found: Found) -> set[str]:
    """What the state would let through and what has nothing left to do."""
    case, standard = found.case, found.standard
    over = set()
    if case.identified:
        over.add("identify")
    if not _markable(found):
        over.add("not_seen")
    if not judging.missing(case, standard, "knowledge"):
        over.add("knowledge")
    if not found.known or not examining.open_now(case, standard, asked.now):
        over.add("exam")
    if not case.assigned:
        over.add("release")
    if case.decisions or judging.judged_by_enough(case, standard):
        over.add("witness")
    return over if found.known else over | {"not_seen", "knowledge", "witness"}


def role_of(asked: Asked, kind: str) -> str:
    """As whom a person enters an act: a correction as the assessor that she is, where she is nothing else."""
    if kind == "correct" and not asked.may(Right.CERTIFY):
        return "assessor"
    return FORMS[kind].role


# --- small forms ---


async def form(asked: Asked) -> web.Response:
    """The form of one act."""
    return await _form(asked, {})


async def _form(asked: Asked, wrong: dict[str, str], status: int = 200, trouble: str = "") -> web.Response:
    kind = asked.request.match_info["kind"]
    shown = await found(asked)
    if kind not in FORMS or not may_enter(asked, shown.case, kind, role_of(asked, kind)):
        return asked.go(shown.path, told="cases.not_now")
    return asked.show(
        "cases/act.html.j2",
        status=status,
        found=shown,
        kind=kind,
        fields=FORMS[kind].fields,
        style=FORMS[kind].kind or "main",
        given=asked.form if asked.request.method == "POST" else asked.query,
        wrong=wrong,
        trouble=trouble,
        **choices(asked, shown),
    )


def choices(asked: Asked, found: Found) -> dict[str, Any]:
    case, standard = found.case, found.standard
    known = case.people.assessors
    fit = [each for each in known.values() if not unfit(case, each.id, standard, asked.now)]
    others = [
        (each.name, asked.t("cases.act.not_fit", reason=_why(asked, found, each.id)))
        for each in known.values()
        if standard.code in each.standards and each not in fit and each.closed_at is None
    ]
    units = [(each.code, f"{each.code}. {title(asked, each.titles)}") for each in judging.at_stake(case, standard)]
    return {
        "fit": [(each.id, each.name) for each in fit if each.id not in case.assigned],
        "others": others,
        "assigned": [(each, known[each].name if each in known else each) for each in case.assigned],
        "units": units,
        "missing": [(each.key, _requirement(asked, each)) for each in _markable(found)],
    }


def _markable(found: Found) -> list[judging.Missing]:
    held = judging.missing(found.case, found.standard) if found.known else ()
    return [each for each in held if each.kind != "knowledge"]


def _requirement(asked: Asked, each: judging.Missing) -> str:
    return f"{asked.t('cases.unit_short', unit=each.unit)}: {asked.t(f'cases.method.{each.method}')}"


def title(asked: Asked, titles: Mapping[str, str]) -> str:
    return titles.get(asked.language) or next(iter(titles.values()), "")


def _why(asked: Asked, found: Found, assessor: str) -> str:
    kinds = sorted(kind for who, kind in found.case.people.conflicts if who == assessor)
    if kinds:
        return asked.t(f"cases.tie.{kinds[0]}")
    held = found.case.people.assessors[assessor]
    return asked.t("cases.tie.self" if held.learner == found.case.candidate else "cases.tie.ended")


async def enter(asked: Asked) -> web.Response:
    """Enter an act, or say in plain words why it may not be."""
    kind = asked.request.match_info["kind"]
    if kind not in FORMS:
        raise asked.missing()
    wrong = _wrong(asked, FORMS[kind].fields)
    if wrong:
        return await _form(asked, wrong, 422)

    def work(conn: Connection) -> Found:
        held = found_in(asked, conn)
        act = _read(asked, held, kind)
        if _is_so_already(held, act):
            return held
        casework.enter(conn, asked.scope, held.case, held.standard, act, asked.now)
        asked.audit(conn, f"cases.{kind}", f"case:{held.case.number}", value=act.value, reason=act.reason)
        return held

    try:
        held = await asked.do(work)
    except NotEntered as error:
        return await _form(asked, {}, 422, refused(asked, error))
    asked.office.look()
    return asked.go(held.path, told=f"cases.done.{kind}")


def _wrong(asked: Asked, fields: tuple[str, ...]) -> dict[str, str]:
    needed = {"reason", "assessor", "assigned", "unit", "result", "missing", "outcome", "note", "sure", "corrects"}
    wrong = {
        each: asked.t(f"cases.field.{each}_missing")
        for each in fields
        if each in needed and not asked.form.text(each, 1000)
    }
    for name in _NUMBERS & set(fields):
        written = asked.form.text(name, 80)
        if written and not (written.isascii() and written.isdigit() and int(written) <= _OLDEST):
            wrong[name] = asked.t("cases.field.years_wrong", most=_OLDEST)
    if "date" in fields and asked.form.text("date", 80) and _day(asked) is None:
        wrong["date"] = asked.t("cases.field.date_wrong")
    return wrong


def _day(asked: Asked) -> date | None:
    """The day that was written, where it is one that is not over."""
    try:
        found = date.fromisoformat(asked.form.text("date", 80))
    except ValueError:
        return None
    return found if found >= asked.now.date() - timedelta(days=1) else None


def _read(asked: Asked, found: Found, kind: str) -> Act:
    form, role = asked.form, role_of(asked, kind)
    data: dict[str, str] = {}
    for name in ("date", "place", "experience", "age", "panel"):
        if name in FORMS[kind].fields and form.text(name, 80):
            data[name] = form.text(name, 80)
    if kind == "appeal":
        data["due"] = (asked.now + APPEAL_TERM).isoformat()
    chosen = ("assessor", "assigned", "result", "missing", "outcome")
    value = next((form.text(name, 80) for name in chosen if form.text(name)), "")
    note = form.text("note", 640) if "note" in FORMS[kind].fields else ""
    return acting(
        asked,
        kind,
        role,
        value=value,
        unit=form.text("unit", 8),
        reason=form.text("reason", 500),
        data=data,
        note=note,
        salt=secrets.token_hex(8) if note else "",
        corrects=(form.whole("corrects", 0, high=100_000) or 0) if kind == "correct" else 0,
    )


def _is_so_already(found: Found, act: Act) -> bool:
    """Whether a form was sent twice: then once is enough."""
    case = found.case
    if act.kind == "assign":
        return act.value in case.assigned
    if act.kind == "release":
        return act.value not in case.assigned
    if act.kind == "correct":
        return any(each.corrects == act.corrects for each in case.acts)
    if act.kind == "not_seen":
        return act.value in case.unseen
    if act.kind == "knowledge":
        return case.knowledge.get(act.unit) == act.value and act.value == PASSED
    return act.kind == "identify" and case.identified


PAGES = [
    page("GET", r"/cases/{number:\d{6}}/act/{kind:[a-z_]{3,20}}", Right.SEE_CASES, form),
    page("POST", r"/cases/{number:\d{6}}/act/{kind:[a-z_]{3,20}}", Right.SEE_CASES, enter),
]
