"""Mount the console and the API without loading them: that is done behind the first answers, or at the first visit.

Learners' messages come first after a start, and the pages take as long to load as all the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from aiohttp import web
from yarl import URL

Make = Callable[[], Sequence[web.AbstractRouteDef]]


class Loaded:
    """Routes that are made when they are first asked for, in a thread, once. What making raises, each asker hears."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._making: asyncio.Task[web.UrlDispatcher] | None = None

    async def router(self) -> web.UrlDispatcher:
        """The routes, made by now."""
        if self._making is None or (self._making.done() and self._making.exception()):
            self._making = asyncio.create_task(asyncio.to_thread(self._made))
        return await asyncio.shield(self._making)

    def _made(self) -> web.UrlDispatcher:
        router = web.UrlDispatcher()
        router.add_routes(self._make())
        return router


class Later(web.AbstractResource):
    """Everything below a prefix, resolved by routes that are loaded later."""

    def __init__(self, prefix: str, loaded: Loaded) -> None:
        super().__init__()
        self._prefix, self._loaded = prefix, loaded

    @property
    def canonical(self) -> str:
        """Where the router looks for it."""
        return self._prefix

    async def resolve(self, request: web.Request) -> tuple[web.UrlMappingMatchInfo, set[str]]:
        """The handler of a request; the routes are loaded by now, or their loading raises."""
        return await (await self._loaded.router()).resolve(request), set()

    def add_prefix(self, prefix: str) -> None:
        """Not mounted below anything."""
        raise RuntimeError("what is loaded later has its place")

    def url_for(self, **_: str) -> URL:
        """The first page below it."""
        return URL.build(path=self._prefix)

    def get_info(self) -> dict[str, str]:  # type: ignore[override]
        """What it is, for those who list routes."""
        return {"prefix": self._prefix}

    def raw_match(self, path: str) -> bool:
        """Whether a path is this very resource's, so that another route could be added to it: never."""
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[web.AbstractRoute]:
        return iter(())
