"""Cases of certification: which wait for whom, one case with all that it lacks and was entered, and new ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.certifying import examining, judging
from bot.certifying.cases import Act, State
from bot.certifying.standards import Requirement, Standard, Unit
from bot.cooperating.roles import Forbidden, Right
from console import case_acts
from console.asked import Asked
from console.case_finding import BASE, GROUPS, Found, badge_of, found_in, lacks, refused, why_unfit
from console.entering import page
from store import (
    appointing,
    case_pages,
    cases,
    casework,
    exams,
    learner_search,
    organisations,
    people,
    sheet_drafts,
    witnessing,
)
from store import credentials as kept
from store.casework import NotEntered, Opening
from store.columns import micros, moment
from store.database import Connection
from store.learner_search import Sought

_MOST = 50


# --- the list ---


async def listed(asked: Asked) -> web.Response:
    """Cases, the latest moved first; an officer sees the way to nominate her members."""
    if not asked.may(Right.SEE_CASES):
        if asked.may(Right.NOMINATE):
            return asked.go(f"{BASE}/new")
        raise Forbidden(Right.SEE_CASES)
    query = asked.query
    group = query.text("group", 20)
    group = group if group in GROUPS or group == "all" else "ours" if not query.text("q") else "all"
    standard, words, mine = query.text("standard", 40), query.text("q", 60), query.ticked("mine")
    state = query.text("state", 40)
    after = _key(query.text("after", 80))
    me = asked.person.assessor if mine else ""

    def work(conn: Connection) -> list[case_pages.Listed]:
        return case_pages.page(
            conn,
            asked.scope,
            now=asked.now,
            state=state if state in {each.value for each in State} else "",
            states=[each.value for each in GROUPS.get(group, ())] if not state else (),
            standard=standard,
            assessor=me,
            words=words,
            after=after,
            limit=_MOST + 1,
        )

    found = await asked.look(work)
    rows = [(each, State(each.state)) for each in found[:_MOST]]
    held = {"group": group, "standard": standard, "q": words, "mine": "yes" if mine else ""}
    here = {name: value for name, value in held.items() if value}
    last = found[_MOST - 1] if len(found) > _MOST else None
    more = {**here, "after": f"{micros(last.updated_at)}.{last.id}"} if last else {}
    values: dict[str, Any] = {
        "rows": rows,
        "groups": [("all", asked.t("cases.group.all")), *((each, asked.t(f"cases.group.{each}")) for each in GROUPS)],
        "standards": _standards(asked),
        "chosen": held,
        "badge_of": badge_of,
        "next": f"{BASE}?{urlencode(more)}" if more else "",
        "first": f"{BASE}?{urlencode(here)}" if after else "",
    }
    if asked.by_htmx:
        return asked.part("cases/list.html.j2", "rows", **values)
    return asked.show("cases/list.html.j2", **values)


def _key(written: str) -> tuple[datetime, str] | None:
    at, _, id = written.partition(".")
    good = at.isascii() and at.isdigit() and len(at) < 18 and id.isalnum()
    return (moment(int(at)), id) if good else None


def _standards(asked: Asked) -> list[tuple[str, str]]:
    known = asked.office.catalogue().standards.values()
    return [(each.code, each.title(asked.language)) for each in known]


# --- one case ---


async def one(asked: Asked) -> web.Response:
    """Units and requirements with what is missing, evidence, what can be done next, and every entry."""

    def work(conn: Connection) -> dict[str, Any]:
        found = found_in(asked, conn)
        account = asked.person.id
        return {
            "found": found,
            "names": appointing.called(conn, asked.scope, {each.actor for each in found.case.acts}),
            "broken": cases.broken_at(conn, found.case.id),
            "tests": exams.all_of(conn, found.case.id),
            "codes": witnessing.of_case(conn, found.case.id),
            "drafts": dict(sheet_drafts.of_account(conn, asked.scope, account, found.case.id))
            if asked.may(Right.ASSESS)
            else {},
            "credential": kept.of_case(conn, found.case.id) if found.case.credential else None,
        }

    given = await asked.look(work)
    found: Found = given["found"]
    return asked.show("cases/one.html.j2", **given, **_shown(asked, found))


def _shown(asked: Asked, found: Found) -> dict[str, Any]:
    case, standard = found.case, found.standard
    able = case_acts.possible(asked, found)
    return {
        "path_of": found.path,
        "badge_of": badge_of,
        "units": [_unit(asked, found, unit) for unit in standard.units],
        "lacks": lacks(found),
        "verdict": judging.verdict(case, standard) if found.known and case.judgements else None,
        "judges": judging.judges(case, standard) if found.known else (),
        "acts": able,
        "why_not": why_unfit(asked, found) if asked.may(Right.ASSESS) else "",
        "assigned": [case.people.assessors[each] for each in case.assigned if each in case.people.assessors],
        "entries": [(act, _said(asked, found, act)) for act in reversed(case.acts)],
        "corrected": {act.corrects for act in case.acts if act.corrects},
        "may_sheet": bool(asked.may(Right.ASSESS) and asked.person.assessor),
    }


def _unit(asked: Asked, found: Found, unit: Unit) -> dict[str, Any]:
    case, language = found.case, asked.language
    missing = {each.key: each.n for each in judging.missing(case, found.standard)}
    stake = {each.code for each in judging.at_stake(case, found.standard)}
    rows = []
    for each in unit.requirements:
        key = f"{unit.code}/{each.kind}/{each.method}"
        lack = min(missing.get(key, 0), each.minimum)
        rows.append((each, each.minimum - lack if unit.code in stake else each.minimum, key in case.unseen))
    return {
        "unit": unit,
        "title": unit.titles.get(language) or next(iter(unit.titles.values()), ""),
        "rows": rows,
        "achieved": unit.code in case.achieved,
        "knowledge": case.knowledge.get(unit.code, ""),
        "evidence": [each for each in case.evidence if each.unit == unit.code],
        "pending": unit.code in {each.code for each in examining.pending(case, found.standard)},
    }


def _said(asked: Asked, found: Found, act: Act) -> str:
    """What an entry is about, in a few words."""
    parts = []
    if act.criterion:
        parts.append(act.criterion)
    elif act.element:
        parts.append(act.element)
    elif act.unit:
        parts.append(asked.t("cases.unit_short", unit=act.unit))
    if act.data.get("method"):
        parts.append(asked.t(f"cases.method.{act.data['method']}"))
    known = found.case.people.assessors
    if act.kind in ("assign", "release"):
        parts.append(known[act.value].name if act.value in known else act.value)
    elif act.value in _VALUES:
        parts.append(asked.t(f"cases.value.{act.value}"))
    if act.data.get("task"):
        parts.append(act.data["task"])
    if act.corrects:
        parts.append(asked.t("cases.corrects", number=act.corrects))
    return " · ".join(parts)


_VALUES = frozenset(
    {
        *("yes", "partly", "no", "not_seen", "passed", "failed", "referred", "competent", "not_yet", "agreed"),
        *("returned", "upheld", "overturned"),
    }
)


def methods(standard: Standard, unit: str) -> list[Requirement]:
    """The requirements of a unit that somebody sees."""
    found = standard.unit(unit)
    return [each for each in found.requirements if each.method != "sms_quiz"] if found else []


# --- a new one ---


async def new(asked: Asked) -> web.Response:
    """Who shall be certified, against what: found by name or number, one or several."""
    return await _form(asked, {})


async def _form(asked: Asked, wrong: dict[str, str], status: int = 200) -> web.Response:
    words = asked.query.text("q", 60) or asked.form.text("q", 60)
    chosen = asked.form.texts("learner")
    country = asked.office.policy().country

    def work(conn: Connection) -> tuple[list[Any], list[Any]]:
        if not words and not chosen:
            return [], organisations.all_cooperatives(conn, asked.scope)
        sought = Sought(text=words)
        held = learner_search.search(conn, asked.scope, sought, asked.now, country=country, limit=20).people
        return list(held), organisations.all_cooperatives(conn, asked.scope)

    found, cooperatives = await asked.look(work)
    return asked.show(
        "cases/new.html.j2",
        status=status,
        people=found,
        words=words,
        chosen=chosen,
        given=asked.form,
        wrong=wrong,
        standards=_standards(asked),
        cooperatives=[(each.id, each.name) for each in cooperatives],
        officer=not asked.may(Right.SEE_CASES),
    )


async def open_(asked: Asked) -> web.Response:
    """Open a case for each person who was chosen and has signed; the others are told by name."""
    form = asked.form
    chosen, code = form.texts("learner", 50), form.text("standard", 40)
    standard = asked.office.catalogue().standards.get(code)
    wrong = {}
    if not chosen:
        wrong["learner"] = asked.t("cases.new.no_person")
    if standard is None:
        wrong["standard"] = asked.t("cases.new.no_standard")
    if not form.ticked("agreed"):
        wrong["agreed"] = asked.t("cases.new.no_agreement")
    years = form.whole("experience", 0, high=80)
    if years is None:
        wrong["experience"] = asked.t("cases.new.no_years")
    if wrong or standard is None:
        return await _form(asked, wrong, 422)
    policy = asked.office.policy()
    given = Opening(
        by=asked.person.assessor or asked.person.login,
        experience=years or 0,
        presented_by=form.text("presented_by", 60) or "self",
        paper=form.text("paper", 120),
    )
    done: list[int] = []
    failed: list[str] = []
    for id in chosen:

        def work(conn: Connection, id: str = id) -> tuple[int, str]:
            learner = people.one(conn, id)
            if learner is None:
                raise NotEntered("nobody", "missing")
            case = casework.opened(conn, asked.scope, learner, standard, policy.country, given, asked.now)
            asked.audit(conn, "cases.opened", f"case:{case.number}", standard=standard.name, learner=id)
            return case.number, learner.name

        try:
            number, _ = await asked.do(work)
            done.append(number)
        except NotEntered as error:
            failed.append(refused(asked, error))
    asked.office.look()
    if not done:
        return await _form(asked, {"learner": " ".join(dict.fromkeys(failed))}, 422)
    told = "cases.new.done" if not failed else "cases.new.some"
    to = f"{BASE}/{done[0]}" if len(done) == 1 and asked.may(Right.SEE_CASES) else f"{BASE}/new"
    return asked.go(to, told=told, n=len(done), failed=len(failed), number=", ".join(map(str, done[:5])))


PAGES = [
    page("GET", "/cases", None, listed),
    page("GET", "/cases/new", Right.NOMINATE, new),
    page("POST", "/cases/new", Right.NOMINATE, open_),
    page("GET", r"/cases/{number:\d{6}}", Right.SEE_CASES, one),
]
