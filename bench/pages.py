"""Every page of the console at 1,000 and at 100,000 learners, in turn, and against a bare aiohttp-jinja2 page."""

from __future__ import annotations

import http.client
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import text

from authoring.shelf import Shelf
from bench.serving import HOST, ROOT, Server, free_port, serving
from bench.showing import table, verdict
from bot.cooperating.accounts import Account, Standing
from bot.people import OPERATOR
from console.sections import PAGES
from store import account_sessions, accounts
from store.database import Database
from tests.console.people_seed import fill

FEW, MANY = 1_000, 100_000
COURSE = "coffee-nursery"
_BASE = "/console"
_TIMES = 15
_SEEDED = 5  # lessons of the course that some have finished
# What stands in a path, by the section that it belongs to; pages of what the seed does not make are left out.
_IDS = {"learners": "l0000005", "cohorts": "cohort-1", "campaigns": "to-all", "cooperatives": "coop-3"}
# Not pages to look at: what leads elsewhere, or waits for a file that was uploaded.
_NOT = ("/learners/import/{id}", "/me/confirm", "/sign-in", "/welcome", "/start")
_FURTHER = (
    "/learners?q=rosa",
    "/learners?q=nusta+mam",
    "/learners?q=900000123",
    f"/learners?course={COURSE}",
    "/learners?cooperative=coop-3",
    "/learners?state=silent",
    "/conversation?tray=all",
)
_DAY = 86_400_000_000  # microseconds
# A campaign that reached everybody, and a question of every twentieth that nobody has answered.
_FURTHER_ROWS = (
    "INSERT INTO campaigns (id, name, kind, state, body, created_by, created_at, started_at) "
    "VALUES ('to-all', 'A todos', 'once', 'running', :body, 'bench', :at, :at)",
    "INSERT INTO occurrences (campaign, local_date, slot, at, state, dues) "
    "VALUES ('to-all', '2026-01-05', '18:00', :at, 'spread', :size)",
    "INSERT INTO outbox (sender, address, learner, kind, content, state, not_before, created_at, sent_at, segments, "
    "campaign, occurrence, estimated, micros, unasked) SELECT sender, address, learner, 'campaign', content, "
    "'delivered', :at, :at, :at, 1, 'to-all', '2026-01-05 18:00', 1, 40000, 1 FROM outbox WHERE kind = 'lesson'",
    "INSERT INTO help_requests (learner, address, kind, text, asked_at) SELECT learner, address, 'person', "
    "'Mis hojas tienen manchas amarillas', :at FROM thread_learners WHERE CAST(substr(learner, 2) AS INTEGER) % 20 = 5",
    "ANALYZE",
)
_BODY = '{"texts": [{"es": "Hola {name}"}], "schedule": {"on": "2026-01-05", "zone": "America/Lima"}}'
_TOO_SLOW, _TOO_MUCH = 2, 20


def measure(folder: Path, *, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Milliseconds of each page in each round: a bare page, then ours with few and with many, one request at a time."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokens = {size: _filled(folder, size, say) for size in (FEW, MANY)}
    found: dict[str, Any] = {"rounds": [], "left_out": []}
    bare, few, many = free_port(), free_port(), free_port()
    with (
        serving(["-m", "bench.pages_floor", str(bare)], bare, folder / "bare.log"),
        serving(_ours(few), few, folder / "few.log", more=_settings(folder, FEW)) as one,
        serving(_ours(many), many, folder / "many.log", more=_settings(folder, MANY)) as other,
    ):
        paths = [path for path in _paths() if _is_shown(one, path, tokens[FEW], found["left_out"])]
        for path in paths:  # a first look, which may have lists worked out
            _milliseconds(other.port, path, tokens[MANY], 1)
        for number in range(1, rounds + 1):
            floor = _milliseconds(bare, "/", "", 40)
            pages = {
                path: [
                    _milliseconds(server.port, path, tokens[size], 7) for server, size in ((one, FEW), (other, MANY))
                ]
                for path in paths
            }
            found["rounds"].append({"floor": floor, "pages": pages})
            worst = max(pages, key=lambda path: pages[path][1])
            say(f"  round {number}  bare {floor:.2f} ms   slowest {worst} {pages[worst][1]:.1f} ms")
    for each in folder.glob("*.db*"):
        each.unlink()
    return found


def _ours(port: int) -> list[str]:
    return ["-m", "cli.main", "run", "--role", "web", "--port", str(port)]


def _settings(folder: Path, size: int) -> dict[str, str]:
    return {
        "CHASQUI_DATABASE_URL": f"sqlite:///{folder / f'pages-{size}.db'}",
        "CHASQUI_CONTENT_DIR": str(ROOT / "content"),
        "CHASQUI_SECRET_KEY": "bench-" + "0" * 40,
        "CHASQUI_LOG_LEVEL": "error",
    }


def _filled(folder: Path, size: int, say: Callable[[str], None]) -> str:
    """Fill a database of so many learners; the token of an administrator's session."""
    began, now = time.perf_counter(), datetime.now(UTC)
    database = Database.open(f"sqlite:///{folder / f'pages-{size}.db'}")
    database.migrate()
    lessons = tuple(Shelf(ROOT / "content")().courses[COURSE].ordered_lessons())[:_SEEDED]
    fill(database, size, lessons, course=COURSE, now=now)
    made = Account(
        id="bench",
        login="bench",
        name="Elena Ruiz",
        role="administrator",
        cooperatives=None,
        language="es",
        state=Standing.ACTIVE,
        second_factor=True,
        assessor="",
        created_at=now - timedelta(days=1),
    )
    with database.writing() as conn:
        for statement in _FURTHER_ROWS:
            given = {"at": int(now.timestamp()) * 1_000_000 - _DAY, "size": size, "body": _BODY}
            conn.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
        accounts.add(conn, OPERATOR, made)
        accounts.set_second_factor(conn, made.id, "JBSWY3DPEHPK3PXP", 0, [])
        token = account_sessions.open_session(conn, made, now)
    database.close()
    say(f"  {size:,} learners written in {time.perf_counter() - began:.0f} s")
    return token


def _paths() -> Iterator[str]:
    """Every page to look at, with an id of the seed where one is wanted."""
    for each in PAGES:
        if each.method != "GET" or each.open or each.path.startswith(_NOT):
            continue
        section = each.path.strip("/").partition("/")[0]
        if "{" not in each.path:
            yield _BASE + each.path
        elif section in _IDS and each.path.count("{") == 1:
            before, _, rest = each.path.partition("{")
            yield _BASE + before + _IDS[section] + rest.partition("}")[2]
    yield from (_BASE + path for path in _FURTHER)


def _is_shown(server: Server, path: str, token: str, left_out: list[str]) -> bool:
    """Whether it is a page: downloads and what leads elsewhere are left out, and named."""
    status, kind, _ = _get(server.port, path, token)
    if status == 200 and kind.startswith("text/html"):
        return True
    left_out.append(f"{path}: {status} {kind}")
    return False


def _milliseconds(port: int, path: str, token: str, times: int) -> float:
    """The quickest of so many requests, from the first octet sent to the last received: whatever else the machine does
    only adds to it."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        _get(port, path, token)
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


def _get(port: int, path: str, token: str) -> tuple[int, str, int]:
    connection = http.client.HTTPConnection(HOST, port, timeout=300)
    try:
        connection.request("GET", path, headers={"Cookie": f"chasqui={token}", "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), len(answer.read())
    finally:
        connection.close()


def report(found: dict[str, Any]) -> str:
    """Each page, and the worst of them against what is to be reached."""
    rounds = found["rounds"]
    floor = median(each["floor"] for each in rounds)
    rows, growth, dearness = [], {}, {}
    for path in rounds[0]["pages"]:
        few, many = (median(each["pages"][path][which] for each in rounds) for which in (0, 1))
        # Within a round, for the machine is another one in the next.
        growth[path] = median(each["pages"][path][1] / each["pages"][path][0] for each in rounds)
        dearness[path] = median(each["pages"][path][1] / each["floor"] for each in rounds)
        rows.append((path, f"{few:.1f}", f"{many:.1f}", f"{growth[path]:.2f}", f"{dearness[path]:.1f}"))
    slow, dear = max(growth, key=growth.__getitem__), max(dearness, key=dearness.__getitem__)
    return "\n".join(
        [
            table(("page", f"ms at {FEW:,}", f"ms at {MANY:,}", "times", "× a bare page"), rows),
            "",
            f"a bare aiohttp-jinja2 page: {floor:.2f} ms",
            f"the one that grows most ({slow}), times: {verdict(growth[slow], _TOO_SLOW, at_most=True)}",
            f"the dearest ({dear}), times a bare page: {verdict(dearness[dear], _TOO_MUCH, at_most=True)}",
            *(f"left out: {each}" for each in found["left_out"]),
        ]
    )
