"""Learners: the list that is searched while one types, and one page for each with what is known and what passed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.certifying.codes import shown as shown_code
from bot.cooperating.roles import Right, may
from bot.delivering import sms
from bot.delivering.spending import by_sms
from bot.learning import pacing
from bot.learning.calling import Outcome
from bot.learning.progress import lessons_done, lessons_in
from bot.learning.standing import STANDINGS
from bot.messages import Address
from console import persons
from console.asked import Asked
from console.entering import page
from console.persons import someone
from store import accounts, call_list, calls, cases, credentials, learner_search, moving, records, timelines
from store.calls import Call
from store.columns import moment as moment_of
from store.database import Connection
from store.learner_search import Sought
from store.timelines import Heard, Said, Word

BASE = "/console/learners"
STATES = (*STANDINGS, "silent")
_SENT = {"delivered": "good", "read": "good", "sent": "info", "queued": "", "held": "", "sending": ""}
_LEFT = ("sent", "delivered", "read", "undelivered", "unknown")


async def listed(asked: Asked) -> web.Response:
    """The list, narrowed by what was typed and chosen."""
    query = asked.query
    sought = Sought(
        text=query.text("q", 100),
        cooperative=query.text("cooperative", 60),
        course=query.text("course", 60),
        state=query.text("state", 20),
    )
    if sought.state not in STATES:
        sought = replace(sought, state="")
    after, country = query.text("after", 200), asked.office.policy().country

    def work(conn: Connection) -> tuple[learner_search.Page, persons.Places]:
        found = learner_search.search(conn, asked.scope, sought, asked.now, after=after, country=country)
        return found, persons.places(conn, asked)

    found, places = await asked.look(work)
    narrowed = {name: value for name, value in _given(sought).items() if value}
    values: dict[str, Any] = {
        "rows": found.people,
        "sought": sought,
        "narrowed": bool(narrowed),
        "hidden": {name: value for name, value in narrowed.items() if name != "q"},
        "next": f"{BASE}?{urlencode({**narrowed, 'after': found.after})}" if found.after else "",
        "first": f"{BASE}?{urlencode(narrowed)}" if after else "",
        "places": places,
        "courses": persons.courses(asked),
        "states": [(each, asked.t(f"learners.state_{each}")) for each in STATES],
        "kinds": persons.KINDS,
        "reached": lambda each: persons.reached(asked, each.addresses),
        "name": lambda each: persons.name(asked, each),
        "progress": lambda each: [_course(asked, id, done) for id, done in each.courses],
        "now": asked.now,
    }
    if asked.by_htmx:
        return asked.part("learners/list.html.j2", "rows", **values)
    return asked.show("learners/list.html.j2", **values)


def _given(sought: Sought) -> dict[str, str]:
    return {"q": sought.text, "cooperative": sought.cooperative, "course": sought.course, "state": sought.state}


def _course(asked: Asked, id: str, done: int) -> tuple[str, int, int]:
    course = persons.catalogue(asked).courses.get(id)
    total = lessons_in(course) if course else 0
    return persons.course_title(asked, id), min(done, total) if total else done, total


async def one(asked: Asked) -> web.Response:
    """Who she is, how she stands, her consent and its proof, her courses, cases, calls and notes."""

    def work(conn: Connection) -> dict[str, Any]:
        who = someone(conn, asked)
        shown = learner_search.listed(conn, asked.scope, [who.id], asked.now)[who.id]
        made = calls.made(conn, asked.scope, who.id)
        hers = moving.cohorts_of(conn, asked.scope, who.id)
        seen = may(asked.scope, Right.SEE_CASES)
        return {
            "who": who,
            "shown": shown,
            "words": timelines.words(conn, asked.scope, who.id),
            "enrolments": records.enrolled(conn, [who.id]).get(who.id, ()),
            "calls": made,
            "to_call": call_list.of(conn, asked.scope, who.id),
            "cases": cases.load(conn, [who.id]).get(who.id, ()) if seen else (),
            "credentials": credentials.of(conn, [who.id]).get(who.id, ()) if seen else (),
            "cohorts": hers,
            "places": persons.places(conn, asked, hers),
            "names": accounts.names(conn, {each.by for each in made}),
        }

    held = await asked.look(work)
    who = held["who"]
    held["courses"] = [
        (persons.course_title(asked, each.course), *_progress(asked, each)) for each in held.pop("enrolments")
    ]
    held["credentials"] = [
        (shown_code(each.code), each.award.kind, each.award.awarded_on, _title(asked, each))
        for each in held["credentials"]
    ]
    age = asked.now.year - who.birth_year if who.birth_year else None
    return asked.show(
        "learners/one.html.j2",
        **held,
        name=persons.name(asked, who),
        age=age,
        numbers=persons.reached(asked, held["shown"].addresses),
        kinds=persons.KINDS,
        theirs=persons.zone(who),
        base=f"{BASE}/{who.id}",
        here="one",
        silent=held["shown"].is_silent(asked.now),
        note_outcome=Outcome.NOTE,
    )


def _progress(asked: Asked, enrolment: Any) -> tuple[int, int]:
    course = persons.catalogue(asked).courses.get(enrolment.course)
    return (lessons_done(course, enrolment), lessons_in(course)) if course else (len(enrolment.done), 0)


def _title(asked: Asked, credential: Any) -> str:
    titles = dict(credential.award.title)
    return str(titles.get(asked.language) or next(iter(titles.values()), ""))


async def timeline(asked: Asked) -> web.Response:
    """What passed with her, the latest first."""
    before = asked.query.whole("before", None, high=10**17)

    def work(conn: Connection) -> tuple[Any, timelines.Timeline, dict[str, str]]:
        who = someone(conn, asked)
        until = moment_of(before) if before else None
        found = timelines.timeline(conn, asked.scope, who.id, before=until)
        if found is None:
            raise asked.missing()
        callers = {each.by for each in found.entries if isinstance(each, Call)}
        return who, found, accounts.names(conn, callers)

    who, found, names = await asked.look(work)
    base = f"{BASE}/{who.id}"
    more = int(found.before.timestamp() * 1_000_000) if found.before else 0
    return asked.show(
        "learners/timeline.html.j2",
        who=who,
        name=persons.name(asked, who),
        entries=[_entry(asked, each, names) for each in found.entries],
        shared=found.shared,
        next=f"{base}/timeline?before={more}" if more else "",
        first=f"{base}/timeline" if before else "",
        theirs=persons.zone(who),
        base=base,
        here="timeline",
        sent=_SENT,
    )


def _entry(asked: Asked, entry: timelines.Entry, names: dict[str, str]) -> dict[str, Any]:
    if isinstance(entry, Said):
        return {"kind": "said", "at": entry.at, **_said(asked, entry)}
    if isinstance(entry, Heard):
        return {"kind": "heard", "at": entry.at, "text": entry.text, "what": entry.kind}
    if isinstance(entry, Word):
        return {"kind": "word", "at": entry.at, "word": entry}
    return {"kind": "call", "at": entry.at, "call": entry, "by": _by(entry, names)}


def _by(entry: Call, names: dict[str, str]) -> str:
    return names.get(entry.by, "")


def _said(asked: Asked, entry: Said) -> dict[str, Any]:
    """A message as her phone showed it: an SMS folded and with its options under it, a chat with its buttons."""
    content = entry.content
    if not by_sms(Address.parse(entry.address)):
        return {
            "text": content.text,
            "keys": [each.text for each in content.choices],
            "state": entry.state,
            "basic": False,
            "segments": 0,
            "money": None,
            "error": entry.error,
        }
    text = sms.sms_text(content)
    segments = entry.segments or sms.segments(text)
    price = asked.office.policy().prices.get(entry.sender)
    cost: Decimal | None = price * segments if price is not None and entry.state in _LEFT else None
    return {
        "text": text,
        "keys": [],
        "state": entry.state,
        "basic": True,
        "segments": segments,
        "money": cost,
        "error": entry.error,
    }


async def progress(asked: Asked) -> web.Response:
    """Each course unit by unit and lesson by lesson, with its quizzes."""

    def work(conn: Connection) -> tuple[Any, Any]:
        who = someone(conn, asked)
        return who, records.enrolled(conn, [who.id]).get(who.id, ())

    who, enrolments = await asked.look(work)
    language = asked.language
    shown = []
    for each in enrolments:
        course = persons.catalogue(asked).courses.get(each.course)
        if course is None:
            continue
        marks = iter(pacing.marks(course, each))
        units = []
        for unit in course.units:
            titles = [course.lesson(lesson, language) for lesson in unit.lessons]
            units.append(
                {
                    "title": unit.titles.get(language) or next(iter(unit.titles.values()), unit.id),
                    "lessons": [
                        (held.title if held else lesson, next(marks), each.done.get(lesson))
                        for lesson, held in zip(unit.lessons, titles, strict=True)
                    ],
                    "quiz": each.quizzes.get(unit.id),
                    "passed": each.passed.get(unit.id),
                }
            )
        done, total = lessons_done(course, each), lessons_in(course)
        shown.append({"title": course.title(language), "units": units, "done": done, "of": total, "enrolment": each})
    return asked.show(
        "learners/progress.html.j2",
        who=who,
        name=persons.name(asked, who),
        courses=shown,
        theirs=persons.zone(who),
        base=f"{BASE}/{who.id}",
        here="progress",
    )


PAGES = [
    page("GET", "/learners", Right.SEE_PEOPLE, listed),
    page("GET", "/learners/{id}", Right.SEE_PEOPLE, one),
    page("GET", "/learners/{id}/timeline", Right.SEE_PEOPLE, timeline),
    page("GET", "/learners/{id}/progress", Right.SEE_PEOPLE, progress),
]
