"""Speak HTTP to a gateway over one session of our own: a time-out that holds, no redirects, nothing logged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.messages import Refusal, SendFailed

_CONNECT_SECONDS = 5.0  # name lookup, TCP, TLS and the wait for a free connection
MAX_ANSWER = 256 * 1024  # octets; a gateway's answer is a few hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gateway answered. `retry_after` is in seconds, None where it named none."""

    status: int
    body: bytes
    retry_after: float | None = None

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 in it is replaced."""
        return self.body.decode("utf-8", "replace")


class Line:
    """The connections of one channel, opened by its first request. `timeout` is in seconds, of a whole request."""

    def __init__(self, *, headers: Mapping[str, str] | None = None, timeout: float = 15.0) -> None:
        self._headers = dict(headers or {})
        self._limits = aiohttp.ClientTimeout(total=timeout, connect=min(_CONNECT_SECONDS, timeout / 2))
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def ask(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Speak once, without a retry and without following a redirect; any status is an answer.

        Raises SendFailed: UNAVAILABLE where not one byte went out, UNCERTAIN (ambiguous) where no whole answer came.
        The text of an error may hold the address, and so a password: only its kind is told.
        """
        try:
            async with self._open().request(
                method,
                URL(url, encoded=True),
                data=body,
                headers={**self._headers, **(headers or {})},
                allow_redirects=False,
            ) as answer:
                return Answer(
                    status=answer.status,
                    body=await _limited(answer),
                    retry_after=_seconds(answer.headers.get("Retry-After", "")),
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise SendFailed(Refusal.UNAVAILABLE, detail=type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendFailed(Refusal.UNCERTAIN, ambiguous=True, detail=type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise SendFailed(Refusal.UNAVAILABLE, detail="the channel is closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limits, cookie_jar=aiohttp.DummyCookieJar())
            # aiohttp repeats a GET by itself when the connection is cut, and Kannel sends an SMS for each GET. There is
            # no public way to say no; the table of cases that every channel passes holds us to it.
            self._session._retry_connection = False
        return self._session

    async def close(self) -> None:
        """Let go of the connections; what is asked afterwards is refused as UNAVAILABLE."""
        self._closed = True
        if self._session is not None:
            await self._session.close()


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    pieces = bytearray()
    async for piece in answer.content.iter_any():
        pieces += piece
        if len(pieces) > MAX_ANSWER:
            break
    return bytes(pieces)


def _seconds(header: str) -> float | None:
    """Retry-After in seconds, at most a day; its date form counts as absent."""
    return min(float(header), 86400.0) if header.isascii() and header.isdigit() else None
