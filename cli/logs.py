"""Logs that name nobody: secrets and phone numbers are struck out of every line, whoever wrote it."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Sequence

_NUMBER = re.compile(r"\+\d{6,13}(\d{2})\b")
_BOT = re.compile(r"bot\d{3,}:[A-Za-z0-9_-]{10,}")


class Redacting(logging.Formatter):
    """Formats a record, its traceback included, and strikes out what must not be read."""

    def __init__(self, secrets: Sequence[str], *, as_json: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """One line of text (a traceback follows it), or one JSON object."""
        text = super().format(record)
        if self._as_json:
            line = {"at": self.formatTime(record), "level": record.levelname, "from": record.name, "message": text}
            text = json.dumps(line, ensure_ascii=False)
        return self.redacted(text)

    def redacted(self, text: str) -> str:
        """The text without secrets, and with numbers cut to their last two digits."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _NUMBER.sub(r"+…\1", _BOT.sub("bot***", text))


def set_up(secrets: Sequence[str], *, log_format: str = "text", level: int | str = logging.INFO) -> None:
    """Send every log to standard error, redacted. httpx names each URL, and the Telegram URL holds the token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(secrets, as_json=log_format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "apscheduler", "aiohttp.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
