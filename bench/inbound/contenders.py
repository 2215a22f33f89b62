"""Who answers the webhook in this run: how each is started, what it needs, and how its kept replies are counted."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.inbound import ours, quiz
from bench.serving import HOST

FLOOR, OURS = "floor", "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One program behind the webhook."""

    name: str
    says: str  # one line for the table
    command: Callable[[int, Path, int], list[str]]  # port, folder, learners → arguments of Python
    needs: tuple[str, ...] = ()  # modules
    settings: Callable[[Path, int], Mapping[str, str]] = field(default=lambda folder, learners: {})
    prepare: Callable[[Path, int], None] = field(default=lambda folder, learners: None)
    kept: Callable[[Path], int] | None = quiz.replies_kept  # replies in the outbox; None: it keeps nothing
    waiting: Callable[[Path], int] | None = None  # messages kept and not yet answered; None: 200 means answered
    missing: Callable[[], str] = field(default=lambda: "")  # why it cannot run, besides `needs`

    def why_not(self) -> str:
        """Why this one is skipped, and the cure; empty where it can run."""
        absent = [name for name in self.needs if importlib.util.find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} not installed: .venv/bin/pip install -r requirements-dev.lock"
        return self.missing()


def _python(module: str) -> Callable[[int, Path, int], list[str]]:
    return lambda port, folder, learners: ["-m", f"bench.inbound.{module}", str(port), str(folder), str(learners)]


def _gunicorn(module: str) -> Callable[[int, Path, int], list[str]]:
    return lambda port, folder, learners: [
        "-m", "gunicorn", f"bench.inbound.{module}:app", "--bind", f"{HOST}:{port}", "--workers", "1",
        "--worker-class", "gthread", "--threads", "8", "--keep-alive", "60", "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def _folder(folder: Path, learners: int) -> dict[str, str]:
    return {"BENCH_FOLDER": str(folder), "BENCH_LEARNERS": str(learners)}


CONTENDERS = (
    Contender(name=FLOOR, says="aiohttp, signature by hand, keeps nothing", command=_python("floor"), kept=None),
    Contender(
        name="python-telegram-bot",
        says="ConversationHandler, SQLite persistence, aiohttp in front",
        command=_python("peer_telegram"),
        needs=("telegram", "twilio"),
    ),
    Contender(
        name="aiogram",
        says="FSM, SQLite storage, aiohttp in front",
        command=_python("peer_aiogram"),
        needs=("aiogram", "twilio"),
    ),
    Contender(
        name="flask",
        says="Flask, sqlite3, gunicorn with 8 threads",
        command=_gunicorn("peer_flask"),
        needs=("flask", "gunicorn", "twilio"),
        settings=_folder,
    ),
    Contender(
        name="django",
        says="Django, its ORM, gunicorn with 8 threads",
        command=_gunicorn("peer_django"),
        needs=("django", "gunicorn", "twilio"),
        settings=_folder,
    ),
    Contender(
        name=OURS,
        says="chasqui: kept, answered, its reply in the outbox",
        command=_python("ours"),
        settings=ours.settings,
        prepare=ours.prepare,
        kept=ours.kept,
        waiting=ours.waiting,
        missing=ours.missing,
    ),
)
