"""Stand in for Telegram's and Twilio's HTTP APIs on the loopback: take every message at once, and count.

Written on bare sockets, so that it costs less than whatever is measured against it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
from http.client import HTTPConnection

from bench.serving import HOST

_NUMBER = itertools.count(1)
_TAKEN = {"telegram": 0, "twilio": 0}
_ME = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot"}


class Exchange(asyncio.Protocol):
    """One connection: requests in, answers out, in order."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        while True:
            head, blank, body = self.held.partition(b"\r\n\r\n")
            length = _length(head)
            if not blank or len(body) < length:
                return
            self.held = body[length:]
            self.transport.write(answer(head.split(b" ", 2)[1]))


def _length(head: bytes) -> int:
    _, named, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if named else 0


def answer(path: bytes) -> bytes:
    """The provider's answer to a request for `path`."""
    if path == b"/taken":
        return _response(200, _TAKEN)
    if path.endswith(b"/Messages.json"):
        _TAKEN["twilio"] += 1
        sid = f"SM{next(_NUMBER):032x}"
        return _response(201, {"sid": sid, "status": "queued", "num_segments": "1", "error_code": None})
    method = path.split(b"?")[0].rpartition(b"/")[2].lower()
    if method == b"getme":
        return _response(200, {"ok": True, "result": _ME})
    if not method.startswith(b"send") or method == b"sendchataction":
        return _response(200, {"ok": True, "result": [] if method == b"getupdates" else True})
    _TAKEN["telegram"] += 1
    chat = {"id": 1, "type": "private"}
    return _response(200, {"ok": True, "result": {"message_id": next(_NUMBER), "date": 0, "chat": chat, "text": "."}})


def _response(status: int, said: object) -> bytes:
    body = json.dumps(said).encode()
    kind = b"Content-Type: application/json\r\n"
    return b"HTTP/1.1 %d OK\r\n%bContent-Length: %d\r\n\r\n%b" % (status, kind, len(body), body)


def taken(port: int, provider: str) -> int:
    """How many messages the sink at this port has taken for `telegram` or `twilio`."""
    asking = HTTPConnection(HOST, port, timeout=10)
    try:
        asking.request("GET", "/taken")
        return int(json.loads(asking.getresponse().read())[provider])
    finally:
        asking.close()


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Exchange, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
