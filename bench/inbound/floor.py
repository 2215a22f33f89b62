"""The floor: an aiohttp handler that checks the signature by hand and answers the empty TwiML; keeps nothing."""

from __future__ import annotations

import hmac
import sys

from aiohttp import web

from bench.inbound.webhook import EMPTY, PATH, XML, signature


async def sms(request: web.Request) -> web.Response:
    """Genuine or not: nothing else."""
    fields = {name: str(value) for name, value in (await request.post()).items()}
    if not hmac.compare_digest(signature(fields), request.headers.get("X-Twilio-Signature", "")):
        return web.Response(status=403)
    return web.Response(text=EMPTY, content_type=XML)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post(PATH, sms)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
