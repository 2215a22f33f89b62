"""The log: who did what and when, whether anybody has changed it since, and a copy to take along."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from authoring.members import written_csv
from bot.cooperating.roles import ROLES, Right
from console import audit_telling
from console.asked import Asked
from console.audit_telling import word
from console.entering import page
from store import accounts, auditing, learner_search, organisations
from store.auditing import Entry
from store.database import Connection

BASE = "/console/audit"
_MOST = 50
_IN_A_COPY = 50_000
# Where the pages of what an entry is about are, by the word before the colon.
_PAGES = {
    "account": "/console/accounts/",
    "learner": "/console/learners/",
    "case": "/console/cases/",
    "cohort": "/console/cohorts/",
    "campaign": "/console/campaigns/",
    "cooperative": "/console/cooperatives/",
    "survey": "/console/surveys/",
    "notice": "/console/notices/",
}

_WORDED = frozenset({"campaign", "cohort", "content", "cooperative", "federation", "notice", "setting"})
"""What has a word for an id, which says what it is: the long ids of everything else are shown by their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What is called how, by id."""

    accounts: Mapping[str, str]
    cooperatives: Mapping[str, str]
    learners: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as a page shows it."""

    entry: Entry
    act: str
    about: str
    path: str
    facts: Sequence[tuple[str, str]]


async def show(asked: Asked) -> web.Response:
    """Entries, the latest first."""
    chosen, wrong = _filters(asked)
    before = asked.query.whole("before", 0, high=10**15) or 0

    def work(conn: Connection) -> tuple[list[Entry], list[tuple[str, str]], list[str], Names]:
        entries = auditing.found(conn, asked.scope, asked.person.id, before=before, limit=_MOST + 1, **chosen)
        about = {each.subject.removeprefix("account:") for each in entries if each.subject.startswith("account:")}
        names = Names(
            accounts=accounts.names(conn, about),
            cooperatives=_cooperatives(conn, asked, entries),
            learners=_learners(conn, asked, entries),
        )
        return entries, auditing.actors(conn, asked.scope), auditing.acts(conn, asked.scope), names

    entries, actors, acts, names = await asked.look(work)
    shown, more = entries[:_MOST], len(entries) > _MOST
    given = _given(asked)
    return asked.show(
        "audit/list.html.j2",
        lines=[_line(asked, each, names) for each in shown],
        holds=all(each.holds for each in shown),
        actors=[("", asked.t("audit.everybody")), *((id, _actor(asked, id, name)) for id, name in actors)],
        acts=[("", asked.t("audit.everything")), *sorted(((each, act(asked, each)) for each in acts), key=_second)],
        role_names={role: asked.t(f"accounts.role_{role}") for role in ROLES},
        given=given,
        filtered=any(given.values()),
        wrong=wrong,
        next=f"{BASE}?{urlencode({**_only(given), 'before': shown[-1].id})}" if more else "",
        first=f"{BASE}?{urlencode(_only(given))}" if before else "",
    )


async def check(asked: Asked) -> web.Response:
    """Go through the whole chain."""
    broken = await asked.look(auditing.broken_at)
    return asked.show("audit/check.html.j2", broken=broken)


async def copy(asked: Asked) -> web.Response:
    """The entries that were chosen, as a table for a spreadsheet; that somebody took them stands in the log too."""
    chosen, _ = _filters(asked)

    def work(conn: Connection) -> list[Entry]:
        asked.audit(conn, "audit.copied", "", chosen=_only(_given(asked)))
        return auditing.found(conn, asked.scope, asked.person.id, limit=_IN_A_COPY, **chosen)

    entries = await asked.do(work)
    heads = [asked.t(f"audit.{name}") for name in ("number", "when", "who", "role", "what", "about", "details")]
    rows = [
        (
            str(each.id),
            each.at.astimezone(asked.zone).isoformat(sep=" ", timespec="seconds"),
            each.name,
            each.role,
            act(asked, each.act),
            each.subject,
            json.dumps(each.details, ensure_ascii=False) if each.details else "",
        )
        for each in entries
    ]
    day = asked.now.astimezone(asked.zone).date().isoformat()
    return asked.download(written_csv(heads, rows), f"chasqui-{day}.csv", "text/csv")


# --- what was asked for ---


def _given(asked: Asked) -> dict[str, str]:
    form = asked.form if asked.request.method == "POST" else asked.query
    return {name: form.text(name, 100) for name in ("actor", "act", "subject", "since", "until")}


def _only(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _filters(asked: Asked) -> tuple[dict[str, Any], dict[str, str]]:
    """The filters as the query takes them; a date that is none is passed over and named."""
    given, wrong = _given(asked), {}
    chosen: dict[str, Any] = {name: given[name] for name in ("actor", "act", "subject")}
    for name, later in (("since", timedelta()), ("until", timedelta(days=1))):
        if not given[name]:
            continue
        try:
            on = date.fromisoformat(given[name])
            if not 1970 <= on.year < 9000:
                raise ValueError(on)
            chosen[name] = datetime.combine(on, time(), asked.zone) + later
        except (ValueError, OverflowError):
            wrong[name] = asked.t("audit.no_date")
    return chosen, wrong


# --- as it is shown ---


def act(asked: Asked, name: str) -> str:
    """What was done, in words; its own name where it has none."""
    return word(asked, f"audit.act_{name.replace('.', '_')}", name)


def _actor(asked: Asked, id: str, name: str) -> str:
    return asked.t("audit.operator") if id == "operator" else name


def _line(asked: Asked, entry: Entry, names: Names) -> Line:
    kind, _, id = entry.subject.partition(":")
    if kind == "campaign" and entry.act.startswith("notice"):
        kind = "notice"  # one kind of campaign, with pages of its own
    path = f"{_PAGES[kind]}{id}" if id and kind in _PAGES and not (kind == "account" and not _may(asked)) else ""
    return Line(
        entry=entry,
        act=act(asked, entry.act),
        about=_about(asked, kind, id, names),
        path=path,
        facts=audit_telling.facts(asked, entry.details, {**names.cooperatives, **names.learners}),
    )


def _cooperatives(conn: Connection, asked: Asked, entries: Sequence[Entry]) -> Mapping[str, str]:
    """What cooperatives are called, where an entry names one."""
    if not any(each.subject.startswith("cooperative:") or "cooperative" in str(each.details) for each in entries):
        return {}
    return {each.id: each.name for each in organisations.all_cooperatives(conn, asked.scope)}


def _learners(conn: Connection, asked: Asked, entries: Sequence[Entry]) -> Mapping[str, str]:
    """What the people are called who are named, as far as they are hers and were not erased."""
    if not asked.may(Right.SEE_PEOPLE):
        return {}
    named = {each.subject.removeprefix("learner:") for each in entries if each.subject.startswith("learner:")}
    named |= {str(each.details[key]) for each in entries for key in ("learner", "gone") if each.details.get(key)}
    found = learner_search.listed(conn, asked.scope, sorted(named), asked.now)
    return {id: each.learner.name for id, each in found.items() if each.learner.name}


def _may(asked: Asked) -> bool:
    return asked.may(Right.ACCOUNTS)


def _about(asked: Asked, kind: str, id: str, names: Names) -> str:
    if not id:
        return word(asked, f"audit.noun_{kind}", kind)
    known = {"account": names.accounts, "cooperative": names.cooperatives, "learner": names.learners}.get(kind, {})
    if id in known:
        return known[id]
    if kind == "setting":
        return word(asked, f"settings.name_{id}", id)
    if kind == "content":
        return audit_telling.title(asked, "course", id)
    shown = id if len(id) <= 16 or kind in _WORDED else f"…{id[-6:]}"
    return f"{word(asked, f'audit.noun_{kind}', kind)} {shown}"


def _second(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


PAGES = [
    page("GET", "/audit", Right.AUDIT, show),
    page("GET", "/audit/check", Right.AUDIT, check),
    page("POST", "/audit/copy", Right.AUDIT, copy),
]
