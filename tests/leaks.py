"""Walk every page and every route as every role of one cooperative, with the ids of another in every place.

`python -m tests.leaks` walks all of it, more than ten thousand requests; the suite walks a part.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus, urlencode, urljoin, urlsplit

import aiohttp
from sqlalchemy import update

from authoring.shelf import Shelf
from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import ROLES
from bot.people import OPERATOR
from console.api.routing import ROUTES
from console.api.table import BASE
from console.sections import PAGES
from store import account_sessions, accounts
from store.account_tables import account_sessions as sessions
from store.database import Database
from store.schema import metadata
from tests.console.partners import make_token
from tests.console.standing import Standing as There
from tests.console.standing import standing
from tests.console.villages import Village, village

CONTENT = Path(__file__).parent.parent / "content"
_AT_ONCE = 8
_LEFT_ALONE = ("sign-out", "/console/me", "/console/static", "/console/sign-in", "/console/confirm")
_PER_TOKEN = 400  # requests of one token: fewer than are let through in a minute

# What a request may change wherever it comes from: who asked, how often, and what is noted of it.
_NOT_THEIRS = {"account_sessions", "login_tries", "api_tokens", "idempotency_keys", "audit_entries", "audit_heads"}


@dataclass(frozen=True)
class Form:
    """A form of a page: where it goes, and its fields as they stood there."""

    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Report:
    """What came of a walk."""

    requests: int = 0
    leaks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.leaks or self.failures or self.changed)

    def __str__(self) -> str:
        told = [f"{self.requests} requests, answers {dict(sorted(self.statuses.items()))}"]
        told += [f"LEAK {each}" for each in self.leaks[:30]]
        told += [f"FAILURE {each}" for each in self.failures[:30]]
        told += [f"CHANGED {each}" for each in self.changed[:30]]
        return "\n".join(
            [*told, f"{len(self.leaks)} leaks, {len(self.failures)} failures, {len(self.changed)} changes"]
        )


class _Reader(HTMLParser):
    """Links and forms of a page."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.queries: list[Form] = []
        self._form: tuple[str, str] | None = None
        self._fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "data-href"):
            if held.get(name):
                self.links.append(urljoin(self.at, held[name]))
        if tag == "form":
            self._form = (urljoin(self.at, held.get("action") or self.at), held.get("method", "get").lower())
            self._fields = []
        elif (
            self._form
            and held.get("name")
            and held.get("type") != "file"
            and tag in ("input", "select", "textarea", "button")
        ):
            self._fields.append((held["name"], held.get("value", "")))
        elif self._form and tag == "option" and self._fields and held.get("value"):
            name, value = self._fields[-1]
            if not value:
                self._fields[-1] = (name, held["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form:
            action, method = self._form
            fields = tuple(each for each in self._fields if each[0] not in ("token",))
            (self.forms if method == "post" else self.queries).append(Form(action, fields))
            self._form = None


class Walker:
    """Somebody signed in who walks, and what she must never see."""

    def __init__(
        self, there: There, report: Report, role: str, bounds: Sequence[str] | None, forbidden: set[str]
    ) -> None:
        self.there, self.report, self.role, self.bounds, self.forbidden = there, report, role, bounds, forbidden
        self.links: dict[str, None] = {}
        self.forms: dict[Form, None] = {}
        self.client = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self.csrf = self.cookie = ""
        self._numbers = itertools.count(1)

    async def sign_in(self) -> None:
        """A new person of this role, and her session."""
        number = next(self._numbers)
        account = Account(
            id=f"{self.role}-{'some' if self.bounds else 'all'}-{number}",
            login=f"{self.role}.{'some' if self.bounds else 'all'}.{number}",
            name=f"{self.role.title()} {number}",
            role=self.role,
            cooperatives=None if self.bounds is None else frozenset(self.bounds),
            language="es",
            state=Standing.ACTIVE,
            second_factor=self.role == "administrator",
            created_at=self.there.clock(),
        )
        with self.there.database.writing() as conn:
            accounts.add(conn, OPERATOR, account)
            if account.second_factor:
                accounts.set_second_factor(conn, account.id, "JBSWY3DPEHPK3PXP", 0, [])
            self.cookie = account_sessions.open_session(conn, account, self.there.house.clock())
            # She has just shown that it is she: nothing delicate is spared because it would ask again.
            conn.execute(update(sessions).values(stepped_up_at=self.there.house.clock()))
        text = await self.ask("GET", "/console/me")
        self.csrf = text.partition('name="token" value="')[2].partition('"')[0]
        assert self.csrf, text[:2000]

    async def ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> str:
        """One request; its answer is looked through."""
        headers = {"Cookie": f"chasqui={self.cookie}", "Accept-Language": "es"}
        data = urlencode([("token", self.csrf), *fields]) if method == "POST" else None
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = self.there.url + path
        async with self.client.request(method, url, headers=headers, data=data, allow_redirects=False) as response:
            body = await response.read()
            told = body.decode("utf-8", "replace") + str(response.headers.get("Location", ""))
            await self.judge(method, path, response.status, told, unquote_plus(path + " " + (data or "")))
            if response.status in (401, 303) and "/console/sign-in" in response.headers.get("Location", ""):
                await self.sign_in()
            return told

    async def judge(self, method: str, path: str, status: int, told: str, sent: str) -> None:
        """Note what must not be."""
        report = self.report
        report.requests += 1
        report.statuses[status] += 1
        if status >= 500:
            report.failures.append(f"{self.role} {method} {path[:200]} → {status}")
        found = [each for each in self.forbidden if each in told and each not in sent]
        if found:
            report.leaks.append(f"{self.role} {method} {path[:200]} → {status}: {found[:3]}")

    async def spider(self, start: Iterable[str], most: int) -> None:
        """Follow links and filters from here, breadth first; forms are noted, not sent."""
        waiting, seen = list(dict.fromkeys(start)), set[str]()
        while waiting and len(seen) < most:
            batch = [each for each in waiting[:_AT_ONCE] if each not in seen]
            waiting = waiting[_AT_ONCE:]
            seen.update(batch)
            for path, told in zip(batch, await asyncio.gather(*(self.ask("GET", each) for each in batch)), strict=True):
                self.links[path] = None
                reader = _Reader(path)
                reader.feed(told)
                self.forms |= dict.fromkeys(each for each in reader.forms if _ours(each.action))
                further = [
                    *reader.links,
                    *(f"{urlsplit(each.action).path}?{urlencode(each.fields)}" for each in reader.queries),
                ]
                waiting += [each for each in map(_plain, further) if _ours(each) and each not in seen]

    async def all(self, asks: Iterable[tuple[str, str, Sequence[tuple[str, str]]]], most: int) -> None:
        """Many requests, some at once."""
        limited = itertools.islice(asks, max(0, most))
        while batch := list(itertools.islice(limited, _AT_ONCE)):
            await asyncio.gather(*(self.ask(*each) for each in batch))

    async def close(self) -> None:
        await self.client.close()


def _plain(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _ours(path: str) -> bool:
    return path.startswith("/console/") and not any(each in path for each in _LEFT_ALONE)


def swapped(text: str, norte: Village, sur: Village) -> str:
    """The same with every id of the one as that of the other."""
    for kind, held in norte.ids.items():
        for mine, theirs in zip(held, sur.ids[kind], strict=False):
            if len(mine) > 3 and mine in text:
                text = text.replace(mine, theirs)
    return text.replace(norte.word, sur.word)


def _replays(walkers: Sequence[Walker], norte: Village, sur: Village) -> Iterator[str]:
    """Every address that somebody was shown, with the other's ids."""
    known = dict.fromkeys(link for each in walkers for link in each.links)
    yield from dict.fromkeys(swapped(link, norte, sur) for link in known)


def _filled(sur: Village) -> Iterator[tuple[str, str]]:
    """Every page of the table with every kind of id of the other in each of its places."""
    kinds = [held[0] for held in sur.ids.values() if held]
    for page in PAGES:
        if any(each in f"/console{page.path}" for each in _LEFT_ALONE):
            continue
        path = f"/console{page.path}"
        for id in kinds if "{" in path else kinds[:1]:
            yield page.method, _place(path, id)


def _place(path: str, id: str) -> str:
    while "{" in path:
        head, _, rest = path.partition("{")
        depth, end = 1, 0
        for end, sign in enumerate(rest):  # noqa: B007 - where it ends is wanted
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if not depth:
                break
        path = head + quote(id, safe="") + rest[end + 1 :]
    return path


def _queries(walkers: Sequence[Walker], sur: Village) -> Iterator[str]:
    """Every address with every name that a query was ever seen to have, each with the other's ids."""
    seen = [urlsplit(link) for each in walkers for link in each.links]
    names = list(dict.fromkeys(name for each in seen for name, _ in parse_qsl(each.query, keep_blank_values=True)))
    kinds = [held[0] for held in sur.ids.values() if held]
    for path in dict.fromkeys(each.path for each in seen):
        for name in names:
            for id in kinds:
                yield f"{path}?{urlencode({name: id})}"


def _posts(walkers: Sequence[Walker], norte: Village, sur: Village) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Every form that somebody was shown: with the other's ids for one's own, and with one of them in each field."""
    forms = list(dict.fromkeys(form for each in walkers for form in each.forms))
    kinds = [held[0] for held in sur.ids.values() if held]
    for form in forms:
        action = swapped(_plain(form.action), norte, sur)
        yield action, [(name, swapped(value, norte, sur) or "x") for name, value in form.fields]
    for form in forms:
        for place, (name, _) in enumerate(form.fields):
            for id in kinds:
                fields = list(form.fields)
                fields[place] = (name, id)
                yield _plain(form.action), fields
    for method, path in _filled(sur):
        if method == "POST":
            yield path, [("reason", "prueba"), ("learner", sur.ids["learner"][0]), ("cooperative", sur.word)]


class Program:
    """A program with tokens of one cooperative, and what it must never see."""

    def __init__(self, there: There, report: Report, bounds: Sequence[str], forbidden: set[str]) -> None:
        self.there, self.report, self.bounds, self.forbidden = there, report, bounds, forbidden
        self.client = aiohttp.ClientSession()
        self._asked = itertools.count()
        self._token = ""

    async def ask(self, method: str, path: str, body: object = None) -> None:
        number = next(self._asked)
        if number % _PER_TOKEN == 0:
            self._token = make_token(self.there, cooperatives=self.bounds)
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": f"leaks-{number:07d}"}
        more = {"json": body} if body is not None else {}
        async with self.client.request(method, self.there.url + path, headers=headers, **more) as response:
            told = (await response.read()).decode("utf-8", "replace")
            self.report.requests += 1
            self.report.statuses[response.status] += 1
            sent = unquote_plus(path) + json.dumps(body)
            if response.status >= 500:
                self.report.failures.append(f"token {method} {path[:200]} → {response.status}")
            found = [each for each in self.forbidden if each in told and each not in sent]
            if found:
                self.report.leaks.append(f"token {method} {path[:200]} → {response.status}: {found[:3]}")

    async def all(self, asks: Iterable[tuple[str, str, object]], most: int) -> None:
        limited = itertools.islice(asks, max(0, most))
        while batch := list(itertools.islice(limited, _AT_ONCE)):
            await asyncio.gather(*(self.ask(*each) for each in batch))


def _api(norte: Village, sur: Village, bodies: dict[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Every route with the other's ids in its path, in its query and in its body; reads first."""
    for route in sorted(ROUTES, key=lambda each: each.writes):
        body = json.loads(_braced(json.dumps(bodies.get(route.operation)), sur).replace("norte", sur.word))
        pairs = [sur.ids[name] or ["0"] for name in route.names]
        for ids in list(itertools.product(*pairs))[:40]:
            path = route.path
            for name, id in zip(route.names, ids, strict=True):
                path = path.replace(f"{{{name}}}", quote(id, safe=""))
            yield route.method, BASE + path, body
        mine = _braced(route.path, norte)
        if route.query:
            for name in route.query.model_fields:
                for held in [each for each in sur.ids.values() if each]:
                    yield route.method, f"{BASE}{mine}?{urlencode({name: held[0]})}", None
        if route.body and "DELETE" not in route.method:
            yield route.method, BASE + mine, body


def _braced(text: str, of: Village) -> str:
    for name, held in of.ids.items():
        text = text.replace(f"{{{name}}}", held[0] if held else "0")
    return text.replace("{indicator}", "i3")


def snapshot(database: Database, marks: Iterable[str]) -> dict[str, set[str]]:
    """Every row in which one of these words stands, by table."""
    wanted = list(marks)
    found: dict[str, set[str]] = {}
    with database.reading() as conn:
        for name, table in metadata.tables.items():
            if name in _NOT_THEIRS:
                continue
            rows = (str(tuple(row)) for row in conn.execute(table.select()))
            found[name] = {row for row in rows if any(mark in row for mark in wanted)}
    return found


def _compare(report: Report, who: str, before: dict[str, set[str]], after: dict[str, set[str]]) -> None:
    for name, rows in before.items():
        if rows != after[name]:
            gone, new = rows - after[name], after[name] - rows
            report.changed.append(f"{who}: {name} lost {sorted(gone)[:2]} got {sorted(new)[:2]}"[:600])


def _quiet(_: str) -> None:
    return


async def walk(there: There, bodies: dict[str, Any], *, most: int, tell: Callable[[str], None] = _quiet) -> Report:
    """Walk it, with about `most` requests in all; `tell` hears how far it has come."""
    report = Report()
    norte, sur = village(there, "norte", 11), village(there, "sur", 12)
    marks = sur.marks
    start = ["/console/", *(f"/console{page.path}" for page in PAGES if page.method == "GET" and "{" not in page.path)]
    start = [each for each in start if _ours(each)]
    everything = Walker(there, report, "administrator", None, set())
    await everything.sign_in()
    await everything.spider(start, most // 10)
    walkers = [Walker(there, report, role, [norte.word], marks) for role in ROLES if role != "administrator"]
    share = most // (len(walkers) + 1)
    known = [everything, *walkers]
    for walker in walkers:
        await walker.sign_in()
        await walker.spider(start, share // 6)
    theirs = snapshot(there.database, marks)
    program = Program(there, report, [norte.word], marks)
    await program.all(_api(norte, sur, bodies), share)
    after = snapshot(there.database, marks)
    _compare(report, "token", theirs, after)
    theirs = after
    await program.client.close()
    for walker in walkers:
        tell(f"{walker.role} sets out: {report}")
        await _attack(walker, known, norte, sur, share - share // 6)
        after = snapshot(there.database, marks)
        _compare(report, walker.role, theirs, after)
        theirs = after
    for walker in known:
        await walker.close()
    return report


async def _attack(walker: Walker, known: Sequence[Walker], norte: Village, sur: Village, most: int) -> None:
    """Ask for the other's things: what was shown to anybody, every page by its table, every query, every form."""
    parts: list[Iterator[tuple[str, str, Sequence[tuple[str, str]]]]] = [
        (("GET", path, ()) for path in _replays(known, norte, sur)),
        ((method, path, ()) for method, path in _filled(sur) if method == "GET"),
        (("POST", path, fields) for path, fields in _posts(known, norte, sur)),
        (("GET", path, ()) for path in _queries(known, sur)),
    ]
    # In turns, so that a short walk sees something of each.
    mixed = (each for row in itertools.zip_longest(*parts) for each in row if each is not None)
    await walker.all(mixed, most)


def main() -> int:
    """The whole walk, on a database of its own."""
    from tests.console.test_console_api_drift import BODIES

    began, most = time.monotonic(), int(sys.argv[1]) if len(sys.argv) > 1 else 14_000
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/chasqui.db")
        database.migrate()
        with standing(database, Shelf(CONTENT), whole=True) as there:
            report = asyncio.run(walk(there, BODIES, most=most, tell=lambda text: print(text, file=sys.stderr)))
        database.close()
    print(f"{report}\n{time.monotonic() - began:.0f} s")
    return 0 if report.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
