"""Add one person by a form: she comes in as a list of one row does, by its rules and with its refusals."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from aiohttp import web

from bot.cooperating import arriving
from bot.cooperating.accounts import Pace
from bot.cooperating.arriving import INVITED, PAPER, Arrival, Arriving, Terms
from bot.cooperating.members import Columns, Fault
from bot.cooperating.organisations import Cohort
from bot.cooperating.roles import Right
from console import group_choosing, persons
from console.asked import Asked
from console.entering import page
from console.list_reading import insisted, terms_at
from store import importing, people, throttling
from store.database import Connection
from store.importing import Fate, Outcome

PATH = "/console/learners/new"
_CELLS = ("phone", "name", "language", "sex", "birth_year", "community", "district", "operator", "hour")
_PAPER = ("reference", "given_on", "guardian")
_COLUMNS = Columns(places={ours: place for place, ours in enumerate((*_CELLS, *_PAPER))})
_AS_WRITTEN = {"f": "mujer", "m": "hombre", "x": "x"}  # M alone may be either on a list
_ONCE = Pace(burst=1, per=timedelta(hours=1))
# Refusals that speak of rows and columns on a list, and otherwise of a form.
_OF_A_FORM = frozenset(
    {"missing", "formula", "garbled", "shortened", "landline", "unreachable", "language", "guardian"}
    | {"reference_needed", "given_on_needed", "erased", "elsewhere", "shared"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was sent: what it holds, who that is, where she goes, and what is to be mended, by its field."""

    values: Mapping[str, str]
    arrival: Arrival | None
    cohort: Cohort | None
    course: str
    homes: Mapping[str, str]  # the cooperatives by their word
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What became of her: written, or why not. `holders`: who has her number already (id, name)."""

    outcome: Outcome
    written: bool
    holders: tuple[tuple[str, str], ...] = ()


async def form(asked: Asked) -> web.Response:
    """The empty form; for a group where one is named."""
    group = asked.query.text("cohort", 60)
    found = await asked.look(lambda conn: persons.places(conn, asked, {group})) if group else None
    cohort = next(iter(found.cohorts), None) if found else None
    values = {"basis": INVITED, "cohort": group, "cooperative": cohort.cooperative if cohort else ""}
    return await _shown(asked, values, {})


async def add(asked: Asked) -> web.Response:
    """Take her in, where nothing speaks against it; who is known already is shown, and filled in where that is said."""
    filled = await _filled(asked)
    arrival = filled.arrival
    if filled.wrong or arrival is None:
        return await _shown(asked, filled.values, filled.wrong)
    came = await insisted(asked, lambda conn: _taken_in(conn, asked, filled, arrival))
    who = came.outcome.learner
    if came.outcome.fault:
        fault = replace(came.outcome.fault, known=filled.homes.get(came.outcome.fault.known, came.outcome.fault.known))
        return await _shown(asked, filled.values, {fault.field: _sentence(asked, fault)}, came)
    if not came.written or who is None:
        return await _shown(asked, filled.values, {}, came)
    asked.office.look()
    told = "filled" if came.outcome.fate is not Fate.NEW else "paper" if came.outcome.agrees else "invited"
    return asked.go(persons.base(who.id), told=f"learners.new_told_{told}", name=persons.name(asked, who))


def _taken_in(conn: Connection, asked: Asked, filled: Filled, arrival: Arrival) -> Came:
    """Judge her, and write her where she is new, or known and to be filled in. A double click finds her there."""
    key, chance, once = asked.office.secret, Random(secrets.randbits(64)), asked.form.text("once", 64)
    (found,) = importing.judge(conn, asked.scope, [arrival], key, asked.now, chance)
    if found.fate is Fate.NEW or (not found.fault and asked.form.text("act", 10) == "fill"):
        course = persons.catalogue(asked).courses.get(filled.cohort.course if filled.cohort else filled.course)
        (found,) = importing.take_in(
            conn,
            asked.scope,
            [arrival],
            key,
            asked.now,
            chance,
            cohort=filled.cohort,
            course=filled.course,
            version=course.version if course else "",
        )
        if found.learner and not found.fault:
            basis = PAPER if arrival.reference else INVITED
            asked.audit(conn, "learners.added", f"learner:{found.learner.id}", basis=basis, fate=found.fate.value)
            throttling.try_all(conn, {f"once:{asked.person.id}:{once}": _ONCE}, asked.office.wall())
            return Came(outcome=found, written=True)
    again = once and throttling.try_all(conn, {f"once:{asked.person.id}:{once}": _ONCE}, asked.office.wall())
    if found.learner and again:
        return Came(outcome=found, written=True)
    at = people.at(conn, asked.scope, str(arrival.address))
    return Came(
        outcome=found,
        written=False,
        holders=tuple((each.learner.id, persons.name(asked, each.learner)) for each in at),
    )


# --- what the form holds ---


async def _filled(asked: Asked) -> Filled:
    form, wrong = asked.form, dict[str, str]()
    values = {name: form.text(name, 200) for name in (*_CELLS, *_PAPER, "cooperative", "course")}
    values["basis"] = form.text("basis", 10)
    cohort = await asked.look(
        lambda conn: group_choosing.meant(conn, asked, form.text("cohort", 60), form.text("cohort_other", 80))
    )
    values["cohort"] = cohort
    known = await asked.look(lambda conn: persons.places(conn, asked, {cohort}))
    into = next(iter(known.cohorts), None) if cohort else None
    cooperative = values["cooperative"] or (into.cooperative if into else "")
    if cohort and into is None:
        wrong["cohort_other" if form.text("cohort_other", 80) else "cohort"] = asked.t("learners.choose_from_list")
    if cooperative and cooperative not in dict(known.cooperative_options):
        wrong["cooperative"] = asked.t("learners.choose_from_list")
    if not cooperative and asked.scope.cooperatives is not None:
        wrong["cooperative"] = asked.t("learners.import_cooperative_needed")
    if values["basis"] not in (INVITED, PAPER):
        wrong["basis"] = asked.t("learners.choose_from_list")
    terms = terms_at(asked, known, cooperative, values["basis"])
    arrival = _read(asked, values, terms, wrong)
    _check_course(asked, values["course"], into, arrival, wrong)
    homes = dict(known.names)
    return Filled(values=values, arrival=arrival, cohort=into, course=values["course"], homes=homes, wrong=wrong)


def _read(asked: Asked, values: Mapping[str, str], terms: Terms, wrong: dict[str, str]) -> Arrival | None:
    """Her, as the only row of a list; what is amiss is noted in `wrong`."""
    row = [values[name] for name in _CELLS]
    row[_CELLS.index("sex")] = _AS_WRITTEN.get(values["sex"], values["sex"])
    row += [values[name] if values["basis"] == PAPER else "" for name in _PAPER]
    found = Arriving()
    arrived = list(arriving.arrivals([(1, row)], _COLUMNS, terms, found))
    for _, faults in found.bad:
        for fault in faults:
            wrong.setdefault(fault.field, _sentence(asked, fault))
    return arrived[0] if arrived else None


def _check_course(asked: Asked, id: str, into: Cohort | None, arrival: Arrival | None, wrong: dict[str, str]) -> None:
    """A course of one's own is for whoever goes into no group, and one that is offered in her country."""
    if not id:
        return
    course = persons.catalogue(asked).courses.get(id)
    if course is None:
        wrong["course"] = asked.t("learners.choose_from_list")
    elif into and into.course != id:
        title = persons.course_title(asked, into.course)
        wrong["course"] = asked.t("learners.new_course_of_group", course=title)
    elif arrival and arrival.member.country not in course.countries:
        wrong["course"] = asked.t("learners.new_course_elsewhere")


def _sentence(asked: Asked, fault: Fault) -> str:
    """What is wrong with a field, and what to do."""
    named = ", ".join(name for _, name in persons.languages(asked))
    known = {"language": named, "hour": "7–20"}.get(fault.why, fault.known)
    if fault.why == "name":
        return asked.t("learners.name_bad")
    said = asked.t(f"learners.{'new' if fault.why in _OF_A_FORM else 'row'}_{fault.why}", known=known)
    return said[:1].upper() + said[1:]


# --- how it is shown ---


async def _shown(
    asked: Asked, values: Mapping[str, str], wrong: dict[str, str], came: Came | None = None
) -> web.Response:
    chosen = values.get("cohort", "")

    def work(conn: Connection) -> tuple[persons.Places, group_choosing.Groups]:
        return persons.places(conn, asked), group_choosing.groups(conn, asked, {chosen})

    places, groups = await asked.look(work)
    taught = persons.catalogue(asked).wording.languages
    countries = {asked.office.policy().country} | {each.country for each in places.cooperatives}
    return asked.show(
        "learners/new.html.j2",
        status=422 if wrong or came else 200,
        values={**dict.fromkeys((*_CELLS, *_PAPER, "cooperative", "course", "cohort"), ""), **values},
        errors=wrong,
        places=places,
        groups=groups,
        cohort_other=groups.typed(chosen),
        courses=persons.courses(asked),
        languages=[each for each in persons.languages(asked) if each[0] in taught],
        sexes=[(each, asked.t(f"learners.sex_{each}")) for each in persons.SEXES],
        hours=persons.HOURS,
        guardian="RW" in countries,
        bound=asked.scope.cooperatives is not None,
        **_met(asked, came),
    )


def _met(asked: Asked, came: Came | None) -> dict[str, Any]:
    """Who has the number already, and what of hers could be filled in by this form."""
    if came is None:
        return {"holders": (), "known": None, "fills": [], "fillable": False}
    found = came.outcome
    fills = [asked.t(f"learners.field_{name}") for name in found.changes if name != "guardian"]
    fills += [asked.t("learners.new_paper")] if found.agrees else []
    known = found.learner if not found.fault else None
    goes = asked.form.text("cohort", 60) or asked.form.text("cohort_other", 80) or asked.form.text("course", 60)
    return {
        "holders": came.holders,
        "known": persons.name(asked, known) if known else None,
        "fills": fills,
        "fillable": known is not None and bool(fills or goes),
    }


PAGES = [
    page("GET", "/learners/new", Right.EDIT_PEOPLE, form),
    page("POST", "/learners/new", Right.EDIT_PEOPLE, add),
]
