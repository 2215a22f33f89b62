"""The aiohttp webhook before the two peers that are Telegram frameworks: prove it genuine, then let them answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

from aiohttp import web
from twilio.request_validator import RequestValidator

from bench.inbound.webhook import EMPTY, PATH, TOKEN, URL, XML

Answer = Callable[[Mapping[str, str]], Awaitable[None]]


def serve(port: int, begin: Callable[[], AsyncIterator[Answer]]) -> None:
    """Serve until SIGTERM; `begin` yields the function that answers one genuine form."""
    validator = RequestValidator(TOKEN)
    held: dict[str, Answer] = {}

    async def ready(_: web.Application) -> AsyncIterator[None]:
        async for answer in begin():
            held["answer"] = answer
            yield

    async def sms(request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        if not validator.validate(URL, fields, request.headers.get("X-Twilio-Signature", "")):
            return web.Response(status=403)
        await held["answer"](fields)
        return web.Response(text=EMPTY, content_type=XML)

    app = web.Application()
    app.cleanup_ctx.append(ready)
    app.router.add_post(PATH, sms)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)
