"""What went wrong at Telegram, in the library's words and in the house's: no message of ours holds the token."""

from __future__ import annotations

import json
from typing import Final

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.messages import Json, Refusal, SendFailed

# Nothing of the request has left this machine, so saying it again cannot say it twice.
_BEFORE_WRITING: Final = (
    aiohttp.ClientConnectorError,  # refused, DNS, TLS, certificate
    aiohttp.ConnectionTimeoutError,  # also: no free connection in the pool
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_DAY = 86_400.0
# Words of the server's 400 answers. Source: td/telegram/misc of the Bot API server.
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "user_id_invalid", "chat_id is empty")
_NO_RIGHTS = ("not enough rights", "have no rights", "chat_write_forbidden", "group chat was deactivated")


class NothingWritten(NetworkError):
    """The request did not reach anybody."""


class Unclear(NetworkError):
    """Something was written, and what came back is not a clear answer of the Bot API."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Flooded(TelegramError):
    """429. `seconds` is None where the server named no pause; the library's RetryAfter cannot hold 0 or nothing."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__(f"Flood control exceeded, retry after {seconds} s")
        self.seconds = seconds


def network_error(error: Exception) -> TelegramError:
    """What an error of the HTTP client means; its text is left behind, since it may hold the address."""
    name = type(error).__name__
    if isinstance(error, _BEFORE_WRITING):
        return NothingWritten(name)
    return TimedOut(name) if isinstance(error, TimeoutError) else Unclear(name)


def refused(status: int, body: bytes, retry_after: str = "", *, hide: str = "") -> TelegramError:
    """What an answer other than 2xx means. `hide` is a secret that must not be repeated from the body.

    A 4xx counts only where the body is Telegram's own (`ok` false): a proxy's 403 must not mark a learner as gone.
    A redirect is not Telegram's either (a captive portal), so Telegram has not seen the message.
    """
    if 300 <= status <= 399:
        return NothingWritten(f"HTTP {status}")
    answer = parsed(body)
    parameters = answer.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if status == 429:
        named = parameters.get("retry_after", retry_after)
        return Flooded(_seconds(named))
    if not 400 <= status <= 499 or answer.get("ok") is not False:
        return Unclear(f"HTTP {status}", status)
    words = _without(str(answer.get("description", "")), hide)
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int):
        return ChatMigrated(moved)
    kinds: dict[int, type[BadRequest | Conflict | Forbidden | InvalidToken]] = {
        401: InvalidToken,
        403: Forbidden,
        404: InvalidToken,
        409: Conflict,
    }
    return kinds.get(status, BadRequest)(words or f"HTTP {status}")


def send_failed(error: TelegramError) -> SendFailed:
    """A library error in the house's closed list. Source: the Bot API server's own texts."""
    detail = str(error)
    if isinstance(error, Flooded):
        return SendFailed(Refusal.RATE_LIMITED, retry_after=error.seconds, code="429")
    if isinstance(error, Forbidden):
        return SendFailed(Refusal.BLOCKED, permanent=True, detail=detail, code="403")
    if isinstance(error, InvalidToken):
        return SendFailed(Refusal.CREDENTIALS, detail=detail, code="401")
    if isinstance(error, Conflict):
        return SendFailed(Refusal.SETTINGS, detail=detail, code="409")
    if isinstance(error, ChatMigrated):
        return SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail=detail, code="400")
    if isinstance(error, BadRequest):  # a NetworkError to the library, so it is asked for first
        return SendFailed(_why_bad(detail.lower()), permanent=True, detail=detail, code="400")
    if isinstance(error, NothingWritten):
        return SendFailed(Refusal.UNAVAILABLE, detail=detail)
    code = str(error.code or "") if isinstance(error, Unclear) else ""
    return SendFailed(Refusal.UNCERTAIN, ambiguous=True, detail=detail, code=code)


def _why_bad(words: str) -> Refusal:
    if any(known in words for known in _NO_SUCH_CHAT):
        return Refusal.BAD_ADDRESS
    return Refusal.BLOCKED if any(known in words for known in _NO_RIGHTS) else Refusal.REJECTED


def parsed(body: bytes) -> Json:
    """A body as a JSON object; empty where it is none."""
    try:
        answer = json.loads(body.decode())
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(value: object) -> float | None:
    try:
        return min(max(0.0, float(value)), _DAY) if isinstance(value, int | float | str) else None
    except ValueError:
        return None


def _without(text: str, secret: str) -> str:
    for part in (secret, secret.partition(":")[2]):
        if part:
            text = text.replace(part, "…")
    return text[:200]
