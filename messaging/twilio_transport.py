"""Carry the twilio library's requests over our own aiohttp session: a timeout that holds, headers that are kept.

Its own asynchronous client ignores the timeout that it is given, loses Retry-After, and uses what aiohttp deprecates.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from messaging.twilio_codes import NotWritten, Refused

# Before the first byte is written: name lookup, TCP, TLS and the wait for a free connection.
_CONNECT_SECONDS = 5.0


class Transport(AsyncHttpClient):  # type: ignore[misc]
    """The one method that the library asks for, over one session that is opened by the first request.

    Nothing is logged here: the library's own client writes numbers and texts to the log.
    """

    def __init__(self, *, account_sid: str, auth_token: str, timeout: float) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=timeout)
        self._authorization = aiohttp.encode_basic_auth(account_sid, auth_token)
        self._limits = aiohttp.ClientTimeout(total=timeout, connect=min(_CONNECT_SECONDS, timeout / 2))
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature; our session's limit holds
        allow_redirects: bool = False,
    ) -> Response:
        """Speak once, without a retry. Raises Refused, NotWritten, TimeoutError or an aiohttp.ClientError."""
        try:
            async with self._open().request(
                method,
                url,
                params=params,
                data=data,
                headers={**(headers or {}), "Authorization": self._authorization},
                allow_redirects=False,
            ) as answer:
                if answer.status >= 300:
                    raise await _refused(answer)
                text = (await answer.read()).decode("utf-8", "replace")
                return Response(answer.status, text, answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotWritten(type(error).__name__) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise NotWritten("the channel is closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limits, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        """Let go of the connections; what is asked afterwards is NotWritten."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


def client(*, account_sid: str, auth_token: str, api_url: str, transport: Transport) -> Client:
    """twilio's Client over `transport`, speaking to `api_url` and to nothing else.

    TWILIO_EDGE and TWILIO_REGION in the environment would rewrite the host without a word, so both are cleared.
    """
    made = Client(account_sid, auth_token, http_client=transport)
    made.edge = made.region = None
    made.api.base_url = api_url.rstrip("/")
    return made


async def _refused(answer: aiohttp.ClientResponse) -> Refused:
    """Read a refusal; a body that breaks off or is not JSON leaves the status, which is what decides."""
    try:
        said = json.loads(await answer.read())
    except (aiohttp.ClientError, TimeoutError, ValueError):
        said = None
    said = said if isinstance(said, dict) else {}
    code = said.get("code")
    return Refused(
        status=answer.status,
        code=code if isinstance(code, int) else None,
        message=str(said.get("message") or said.get("detail") or said.get("title") or ""),
        retry_after=_seconds(answer.headers.get("Retry-After", "")),
    )


def _seconds(header: str) -> float | None:
    """Retry-After in seconds, at most a day; its date form is not used by Twilio and counts as absent."""
    return min(float(header), 86400.0) if header.isascii() and header.isdigit() else None
