"""Carry Bot API requests on one aiohttp session of our own.

python-telegram-bot brings the methods, types and error classes; its own HTTP client costs a send 1.6–2.6 ms of CPU and
writes each address, with the token in it, to the log. The token is known to this module only: not to the Bot (see
`connect`), and to no exception that leaves here.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Final, cast
from urllib.parse import urlencode

import aiohttp
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.messages import Json
from messaging.telegram_errors import NothingWritten, Unclear, network_error, parsed, refused

_CONNECTIONS = 100
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class AiohttpRequest(BaseRequest):
    """The transport under `telegram.Bot`, and the direct way (`call`) for what is sent or fetched most.

    `timeout` is in seconds, for the whole exchange; half of it may go into getting a connection.
    """

    def __init__(self, *, token: str, api_url: str, timeout: float) -> None:
        self._token = token
        self._root = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}/"
        self._timeout, self._limits = timeout, _limits(timeout, timeout)
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"AiohttpRequest(bot {self._token.partition(':')[0]})"

    @property
    def read_timeout(self) -> float | None:
        """Seconds for an exchange; the library adds the length of a long poll to it."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the session. Needs a running loop, so it is done by the first request and not by the constructor."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS), cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close the session for good: what is sent afterwards fails as unavailable."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(self, method: str, params: Json, *, seconds: float | None = None) -> Any:
        """The `result` of a Bot API method as plain JSON; raises TelegramError.

        Skips the library's objects, which cost more than the exchange itself, and which refuse a whole batch of updates
        for the sake of one that they cannot read; and the library's forms, in which an ñ takes six bytes.
        """
        data = _dumps(params).encode(errors="replace")
        payload = aiohttp.BytesPayload(data, content_type="application/json")
        body = await self._exchange(method, payload, None, seconds or self._timeout)
        return self.parse_json_payload(body)["result"]

    async def download(self, path: str, most: int) -> bytes | None:
        """The file at a path that getFile named; None where it has more than `most` bytes, and then the rest is not
        read. Raises TelegramError."""
        if self._closed:
            raise NothingWritten("the channel is closed")
        if ".." in path or path.startswith("/"):
            raise Unclear("a path that is none of Telegram's", 200)
        await self.initialize()
        session = cast(aiohttp.ClientSession, self._session)
        timeout = aiohttp.ClientTimeout(total=self._timeout * 4, connect=self._timeout / 2)
        failure: TelegramError
        try:
            async with session.get(self._files + path, timeout=timeout, allow_redirects=False) as response:
                if response.status == 200:
                    return await _at_most(response, most)
                failure = refused(response.status, await response.read(), hide=self._token)
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            failure = network_error(error)
        raise failure

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """What the library asks for. Only the last part of `url` is read: the rest of it is not the real address."""
        seconds = self._timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        name = url.rpartition("/")[2]
        if request_data is None or not request_data.contains_files:
            fields = request_data.json_parameters if request_data else {}
            return 200, await self._exchange(name, urlencode(fields, errors="replace").encode(), _FORM, seconds)
        form = aiohttp.FormData({key: _sendable(value) for key, value in request_data.json_parameters.items()})
        for part, (filename, content, mime) in request_data.multipart_data.items():
            form.add_field(part, content, filename=filename, content_type=mime)
        # A voice note of 1 MB over a thin line takes longer than a sentence.
        return 200, await self._exchange(name, form, {}, seconds * 4)

    async def _exchange(
        self,
        method: str,
        data: bytes | aiohttp.BytesPayload | aiohttp.FormData,
        headers: dict[str, str] | None,
        seconds: float,
    ) -> bytes:
        """One POST. The errors of aiohttp hold the address, and so the token: they end here, without a trace."""
        if self._closed:
            raise NothingWritten("the channel is closed")
        if self._session is None:
            await self.initialize()
        session = cast(aiohttp.ClientSession, self._session)
        timeout = self._limits if seconds == self._timeout else _limits(seconds, self._timeout)
        failure: TelegramError
        try:
            async with session.post(
                self._root + method, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                status, retry_after = response.status, response.headers.get("Retry-After", "")
                body = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            failure = network_error(error)
        else:
            if 200 <= status <= 299:
                return body
            failure = refused(status, body, retry_after, hide=self._token)
        raise failure

    @staticmethod
    def parse_json_payload(payload: bytes) -> Json:
        """The answer of a 2xx. The library would log the whole body of one that it cannot read; a body may hold a name,
        or the address that a proxy could not reach. Raises Unclear."""
        answer = parsed(payload)
        if answer.get("ok") is not True or "result" not in answer:
            raise Unclear("a 2xx without a clear answer of the Bot API", 200)
        return answer


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """A body, in pieces: what a stranger sends is not taken into memory before its size is known."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.content.iter_chunked(64 * 1024):
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def connect(*, token: str, api_url: str, timeout: float) -> tuple[Bot, AiohttpRequest]:
    """A Bot and the transport under it. Nothing is asked of the server: it may be down when we start.

    The Bot gets a stand-in for the token, since it prints its own in `repr` and in its debug log; the transport knows
    the real one. The library's debug log also holds what learners write and the secret of the webhook.
    """
    for name in ("telegram", "telegram.Bot"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
    transport = AiohttpRequest(token=token, api_url=api_url, timeout=timeout)
    stand_in = f"{token.partition(':')[0]}:hidden"
    return Bot(stand_in, base_url="telegram:/bot", request=transport, get_updates_request=transport), transport


def _limits(seconds: float, usual: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=min(seconds, usual) / 2)


def _sendable(text: str) -> str:
    """Half a surrogate pair cannot be written as UTF-8."""
    return text.encode(errors="replace").decode()
