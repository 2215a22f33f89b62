"""Logs that name nobody: secrets and phone numbers are struck out of every line, whoever wrote it."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from store.errors import StoreError
from webhooks.naming import request_id

# Nine digits in a row are a number, a chat or an update: ids of our own rows are shorter for long.
_NUMBER = re.compile(r"(?:(?<![\w.])|(?<=%[0-9a-f]{2}))(\+|%(?:25)*2B)?\d{7,13}(\d{2})(?!\w)", re.IGNORECASE)
_BOT = re.compile(r"bot\d{3,}:[A-Za-z0-9_-]{10,}")
ROOMS = ("authoring", "bot", "cli", "messaging", "scheduler", "store", "webhooks")
# What a line may say besides its words, by `extra=`: ids of rows (numbers), the sender, the channel's error.
EXTRAS = ("inbox", "outbox", "sender", "job", "node")


class Redacting(logging.Formatter):
    """Formats a record, its traceback included, and strikes out what must not be read."""

    def __init__(self, secrets: Sequence[str], *, as_json: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line of text (a traceback follows it), or one JSON object."""
        extras = {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        asked = request_id.get()
        if asked:
            extras["request"] = asked
        # What is struck out is struck out before it is written as JSON, which would write some of it otherwise.
        told = {name: self._told(value) for name, value in extras.items()}
        text = self.redacted(super().format(record))
        if not self._as_json:
            return text + "".join(f" {name}={value}" for name, value in told.items())
        message = text.split(": ", 1)[1] if ": " in text else text
        line = {"at": self.formatTime(record), "level": record.levelname, "from": record.name, "message": message}
        return json.dumps({**line, **told}, ensure_ascii=False)

    def formatException(self, ei: Any) -> str:
        """Where it broke and of what kind: an error's words may be what a learner wrote, so only those speak that
        never hold them."""
        error: BaseException | None = ei[1]
        told: list[str] = []
        while error is not None and len(told) < 5:
            words = f": {error}" if isinstance(error, OSError | StoreError) else ""
            frames = "".join(traceback.format_tb(error.__traceback__))
            told.append(f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}{words}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhile handling:\n".join(told)

    def _told(self, value: object) -> object:
        return value if isinstance(value, int | float) else self.redacted(str(value))

    def redacted(self, text: str) -> str:
        """The text without secrets, and with numbers cut to their last two digits."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _NUMBER.sub(lambda found: f"{'+' if found[1] else ''}…{found[2]}", _BOT.sub("bot***", text))


def set_up(secrets: Sequence[str], *, log_format: str = "text", level: int | str = logging.INFO) -> None:
    """Send every log to standard error, redacted. Below `level` INFO only our own rooms speak: the libraries' debug
    logs hold what people write, and the addresses with the tokens in them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(secrets, as_json=log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    wanted = logging.getLevelName(level.upper()) if isinstance(level, str) else level
    root.setLevel(max(wanted, logging.INFO))
    for room in ROOMS:
        logging.getLogger(room).setLevel(wanted)
    for noisy in ("httpx", "httpcore", "apscheduler", "aiohttp.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
