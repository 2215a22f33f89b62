"""Our dispatch: claim from a durable outbox, send over our transport, settle."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.outbound.bare import TEXT
from bench.outbound.pacing import Send, Until
from bench.serving import HOST, ROOT

if TYPE_CHECKING:
    from messaging.posting import Post
    from store.database import Database

_MOST = 12_000  # messages that are made to wait for each second: more than can be sent
_ROOMS = ("messaging.sending", "messaging.telegram", "store.outbox")
_NAME = "telegram:1"
_SENT = "metric:sends outcome=sent "


def missing() -> str:
    """Why ours cannot run; empty where it can."""
    absent = [room for room in _ROOMS if importlib.util.find_spec(room) is None]
    return f"{', '.join(absent)} not there" if absent else ""


@asynccontextmanager
async def opened(port: int, in_flight: int, seconds: float) -> AsyncIterator[Send]:
    """What sends with so many in flight. The outbox is on the disk of the project, as it is in service."""
    from cli.wiring import settle
    from messaging.dispatching import dispatch
    from messaging.posting import Post
    from messaging.telegram import TelegramChannel
    from messaging.working import Bell
    from store.database import Database

    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        database = Database.open(f"sqlite:///{Path(folder)}/chasqui.db")
        database.migrate()
        _fill(database, round(seconds * _MOST))
        channel = TelegramChannel(name=_NAME, token="1:bench", api_url=f"http://{HOST}:{port}")
        post = Post(
            database=database,
            channels={_NAME: channel},
            clock=database.now,
            width=in_flight,
        )

        settle()  # as `chasqui run` does
        post.paces.clear()  # as fast as we can, not as Telegram would allow

        async def send(seconds: float) -> int:
            numbers, bell = Until(seconds), Bell()
            before = _said(post)
            await dispatch(
                post, lambda: next(numbers, None) is None, bell.wait, bell.ring, look_again=0.5, beat=lambda: None
            )
            return _said(post) - before

        try:
            yield send
            if not _rows(database, "queued"):
                raise RuntimeError("nothing was left to send")
            if _rows(database, "sent") != _said(post):
                raise RuntimeError("not all that was sent is settled")
        finally:
            await channel.close()
            database.close()


def _said(post: Post) -> int:
    """How many messages have gone out, as it counts them itself; that they arrived is asked at the other end."""
    return sum(count for name, count in post.tally.counts.items() if name.startswith(_SENT))


def _rows(database: Database, state: str) -> int:
    from sqlalchemy import func, select

    from store.tables import outbox

    with database.reading() as connection:
        return connection.execute(select(func.count()).where(outbox.c.state == state)).scalar_one()


def _fill(database: Database, count: int) -> None:
    """Let so many replies wait, each to a chat of its own."""
    from bot.messages import Content
    from store.shapes import content_json
    from store.tables import outbox

    now = datetime.now(UTC) - timedelta(seconds=1)
    said = content_json(Content(text=TEXT))
    rows = [
        {
            "sender": _NAME, "address": f"telegram:{number}", "kind": "reply", "content": said,
            "not_before": now, "created_at": now,
        }
        for number in range(1, count + 1)
    ]  # fmt: skip
    with database.writing() as connection:
        connection.execute(outbox.insert(), rows)
