"""Slow, silent and swollen requests, by hand over sockets: the server lets go of them, and of nobody else."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from webhooks import pages
from webhooks.crowding import Crowd
from webhooks.limits import MAX_BODY, GuardedRunner, Limits, guard, read_body

PATIENT = Limits(head=30, body=30, idle=30)
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
GET = b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass
class Site:
    port: int
    runner: GuardedRunner
    seen: list[bytes]
    gate: asyncio.Event
    entered: asyncio.Event

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()


Start = Callable[..., Awaitable[Site]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    runners: list[GuardedRunner] = []

    async def go(limits: Limits, https: bool = False) -> Site:
        seen: list[bytes] = []
        gate, entered = asyncio.Event(), asyncio.Event()

        async def echo(request: web.Request) -> web.Response:
            seen.append(await request.read())
            return web.Response(body=seen[-1])

        async def small(request: web.Request) -> web.Response:
            return web.Response(body=await read_body(request, 10))

        async def large(request: web.Request) -> web.Response:
            return web.json_response(len(await read_body(request, 1024 * 1024)))

        async def page(request: web.Request) -> web.Response:
            return web.Response(text="<p>hola</p>", content_type="text/html")

        async def busy(request: web.Request) -> web.Response:
            entered.set()
            await gate.wait()
            return web.Response(text="done")

        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_post("/echo", echo)
        app.router.add_post("/small", small)
        app.router.add_post("/large", large)
        app.router.add_get("/page", page)
        app.router.add_get("/busy", busy)
        guard(app, https=https)
        runner = GuardedRunner(app, limits=limits, access_log=None)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return Site(site.port, runner, seen, gate, entered)

    yield go
    for runner in runners:
        await runner.cleanup()


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One response with a Content-Length: its status and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    sizes = [int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:")]
    return int(lines[0].split()[1]), await reader.readexactly(sizes[0])


async def closed(reader: asyncio.StreamReader) -> bytes:
    """What still comes until the server closes; a failure where it does not."""
    return await asyncio.wait_for(reader.read(), 60)


async def wait_until(holds: Callable[[], bool]) -> None:
    """Let the server go on until something holds."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0)


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
    """Send an octet now and then until the server closes; how many seconds it has let us."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    ended = asyncio.ensure_future(reader.read())
    while not (await asyncio.wait([ended], timeout=0.02))[0]:
        writer.write(b"x")
        assert loop.time() - begun < 30
    # An octet that meets a closed socket is answered by a reset, which may overtake what the server said.
    assert ended.exception() is None or isinstance(ended.exception(), ConnectionError)
    return loop.time() - begun


@pytest.mark.parametrize(
    ("sent", "goes"),
    [
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", False),
        (POST.replace(b"4", b"-4"), False),
        (POST.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked") + b"zz\r\n", False),
        (POST, True),
    ],
    ids=["version", "length", "chunk", "gone"],
)
async def test_whoever_speaks_no_http_fills_no_log(
    start: Start, sent: bytes, goes: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """One short line in a minute, without a traceback, with how many there were."""
    site = await start(PATIENT)
    server = site.runner.server
    for _ in range(3):
        async with site.socket() as (reader, writer):
            writer.write(sent)
            await asyncio.sleep(0.02)
            if not goes:
                assert (await asyncio.wait_for(reader.read(300), 60)).split()[1] == b"400"
        await asyncio.sleep(0.02)
    assert len(caplog.records) == 1
    server._complaints._next = 0.0
    async with site.socket() as (reader, writer):
        writer.write(b"GET / HTTP/9.9\r\n\r\n")
        await asyncio.wait_for(reader.read(300), 60)
    assert "2 more" in caplog.messages[1]
    assert [each.exc_info for each in caplog.records] == [None, None]
    assert {each.levelname for each in caplog.records} == {"WARNING"}


# -- heads --


async def test_a_silent_connection_is_closed(start):
    site = await start(Limits(head=0.1))
    async with site.socket() as (reader, _):
        assert await closed(reader) == b""


async def test_no_more_connections_are_open_than_the_process_can_hold(start, caplog):
    site = await start(Limits(head=30, body=30, idle=30, most=3))
    async with contextlib.AsyncExitStack() as held:
        ends = [await held.enter_async_context(site.socket()) for _ in range(3)]
        for reader, writer in ends:
            writer.write(GET)
            assert (await answer(reader))[0] == 200
        for _ in range(20):
            async with site.socket() as (reader, _):
                with contextlib.suppress(ConnectionError):
                    assert await closed(reader) == b""
        assert [line.message for line in caplog.records] == [
            "Closed a connection of 127.0.0.1: 3 may be open, and 32 of one address (0 more since the last such line)"
        ]
        ends[0][1].close()
        await ends[0][1].wait_closed()
        await wait_until(lambda: site.runner.server.crowd.enter("127.0.0.1"))
        site.runner.server.crowd.leave("127.0.0.1")
        async with site.socket() as (reader, writer):
            writer.write(GET)
            assert (await answer(reader))[0] == 200


def test_one_stranger_does_not_take_the_place_of_all():
    crowd = Crowd(most=100, each=10)
    assert [crowd.enter("190.81.100.7") for _ in range(12)] == [True] * 10 + [False] * 2
    assert crowd.enter("190.81.100.8")
    assert all(crowd.enter("10.0.0.2") for _ in range(89)), "our own proxy speaks for everybody"
    assert not crowd.enter("10.0.0.2")
    crowd.leave("190.81.100.7")
    assert crowd.enter("190.81.100.7")


@pytest.mark.parametrize(
    ("addresses", "one"),
    [
        ([f"2803:a3e0:1:2::{n}" for n in range(40)], True),
        ([f"2803:a3e0:1:{n}::1" for n in range(40)], False),
        ([f"::ffff:190.81.100.{7}"] * 40, True),
        (["100.101.2.3"] * 40, False),
        (["fd00::2"] * 40, False),
        ([""] * 40, False),
    ],
)
def test_a_stranger_is_an_address_or_a_network_of_ipv6_and_our_own_machines_are_none(addresses, one):
    crowd = Crowd(most=1000, each=10)
    assert [crowd.enter(each) for each in addresses].count(True) == (10 if one else 40)
    for each in addresses[:10] if one else addresses:
        crowd.leave(each)
    assert [crowd.enter(each) for each in addresses].count(True) == (10 if one else 40)


async def test_a_head_that_trickles_is_closed(start):
    """Octets that keep coming buy no time: the limit is for the whole head."""
    site = await start(Limits(head=0.3))
    async with site.socket() as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\n")
        assert await trickle(reader, writer) >= 0.29


async def test_a_second_head_that_trickles_is_closed_too(start):
    site = await start(Limits(head=0.2, idle=30))
    async with site.socket() as (reader, writer):
        writer.write(GET)
        assert (await answer(reader))[0] == 200
        writer.write(b"GET /page HT")
        assert await closed(reader) == b""


async def test_a_kept_connection_is_not_taken_for_a_slow_head(start):
    site = await start(Limits(head=0.1, body=0.1, idle=0.5))
    loop = asyncio.get_running_loop()
    async with site.socket() as (reader, writer):
        writer.write(GET)
        assert (await answer(reader))[0] == 200
        begun = loop.time()
        assert await closed(reader) == b""
        assert loop.time() - begun >= 0.4  # `idle` closed it, not `head`


async def test_many_requests_on_one_connection_are_served(start):
    site = await start(Limits(head=0.2, body=0.2))
    async with site.socket() as (reader, writer):
        for _ in range(50):
            writer.write(POST + b"hola")
            assert await answer(reader) == (200, b"hola")
        writer.write((POST + b"hola") * 20)  # pipelined
        assert [await answer(reader) for _ in range(20)] == [(200, b"hola")] * 20


async def test_a_request_being_answered_is_answered_before_a_slow_head_behind_it_is_closed(start):
    site = await start(Limits(head=0.1, idle=30))
    async with site.socket() as (reader, writer):
        writer.write(b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
        await site.entered.wait()
        writer.write(b"GET /page HT")
        asyncio.get_running_loop().call_later(0.3, site.gate.set)  # the answer is ready only after the limit
        assert await answer(reader) == (200, b"done")
        assert await closed(reader) == b""


# -- bodies --


async def test_a_body_that_does_not_come_is_408_and_closed(start, caplog):
    site = await start(Limits(body=0.1))
    async with site.socket() as (reader, writer):
        writer.write(POST + b"ho")
        assert (await answer(reader))[0] == 408
        assert await closed(reader) == b""
    assert site.seen == []
    assert caplog.records == []  # anybody can do this, so it is not worth a line each time


async def test_a_body_that_trickles_is_closed(start):
    site = await start(Limits(body=0.3))
    async with site.socket() as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        assert await trickle(reader, writer) >= 0.29
    assert site.seen == []


async def test_chunks_that_trickle_are_closed(start):
    site = await start(Limits(body=0.1))
    async with site.socket() as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nho\r\n")
        assert (await answer(reader))[0] == 408
        assert await closed(reader) == b""


async def test_a_body_in_pieces_within_its_time_is_taken(start):
    site = await start(PATIENT)
    async with site.socket() as (reader, writer):
        for piece in (POST[:20], POST[20:], b"ho", b"la"):
            writer.write(piece)
            await writer.drain()
        assert await answer(reader) == (200, b"hola")
        writer.write(GET)
        assert (await answer(reader))[0] == 200


async def test_a_body_that_came_in_its_time_does_not_end_the_connection_later(start):
    site = await start(Limits(head=0.1, body=0.1, idle=0.5))
    loop = asyncio.get_running_loop()
    async with site.socket() as (reader, writer):
        writer.write(POST[:-2] + b"Expect: 100-continue\r\n\r\n")
        assert b" 100 " in await reader.readuntil(b"\r\n\r\n")  # so the body comes by itself, after its head
        writer.write(b"hola")
        assert await answer(reader) == (200, b"hola")
        begun = loop.time()
        assert await closed(reader) == b""
        assert loop.time() - begun >= 0.4


async def test_a_large_body_over_a_thin_line_gets_time_for_what_came(start):
    """1,000 octets at a pace of 1,000 a second are worth a second more than the limit."""
    site = await start(Limits(body=0.1, pace=1000))
    loop = asyncio.get_running_loop()
    async with site.socket() as (reader, writer):
        begun = loop.time()
        writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1004\r\n\r\n" + b"x" * 1000)
        assert (await answer(reader))[0] == 408
        assert loop.time() - begun >= 1.0


async def test_a_body_that_nobody_reads_holds_nothing(start):
    site = await start(Limits(body=0.1, linger=30))
    async with site.socket() as (reader, writer):
        writer.write(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nho")
        assert (await answer(reader))[0] == 404
        assert await closed(reader) == b""


async def test_it_reads_on_after_a_refusal_only_for_a_little(start):
    site = await start(Limits(body=30, linger=0.1))
    async with site.socket() as (reader, writer):
        writer.write(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nho")
        assert (await answer(reader))[0] == 413
        assert await closed(reader) == b""


async def test_a_client_that_hangs_up_leaves_nothing_behind(start):
    site = await start(PATIENT)
    async with site.socket() as (_, writer):
        writer.write(b"POST /ech")
        await writer.drain()
    async with site.socket() as (reader, writer):
        writer.write(GET)
        assert (await answer(reader))[0] == 200


async def test_the_server_stops_while_clients_dawdle(start):
    site = await start(PATIENT)
    async with site.socket() as (reader, writer), site.socket() as (silent, _):
        writer.write(GET + b"GET /pa")
        assert (await answer(reader))[0] == 200
        await asyncio.wait_for(site.runner.cleanup(), 60)
        assert await closed(reader) == b""
        assert await closed(silent) == b""


# -- sizes and encodings --


async def post(site: Site, path: str, body: object, **headers: str) -> tuple[int, bytes, str]:
    data = io.BytesIO(body) if isinstance(body, bytes) else body
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"http://127.0.0.1:{site.port}{path}", data=data, headers=headers) as told,
    ):
        return told.status, await told.read(), told.headers.get("Connection", "")


async def chunked(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_a_route_reads_up_to_its_own_limit(start):
    site = await start(PATIENT)
    assert await post(site, "/small", b"x" * 10) == (200, b"x" * 10, "")
    assert await post(site, "/small", b"") == (200, b"", "")
    assert await post(site, "/small", chunked(b"x" * 5, b"y" * 5)) == (200, b"xxxxxyyyyy", "")
    assert await post(site, "/large", b"x" * 1024 * 1024) == (200, b"1048576", "")


async def test_over_its_limit_it_is_413_and_closed(start):
    site = await start(PATIENT)
    for path, body in (
        ("/small", b"x" * 11),
        ("/small", chunked(b"x" * 5, b"y" * 6)),
        ("/small", chunked(b"x" * 100_000, b"y" * 100_000)),
        ("/large", b"x" * (1024 * 1024 + 1)),
    ):
        status, _, connection = await post(site, path, body)
        assert (status, connection) == (413, "close")


async def test_elsewhere_256_kib_are_the_limit(start):
    site = await start(PATIENT)
    assert (await post(site, "/echo", b"x" * MAX_BODY))[0] == 200
    assert (await post(site, "/echo", b"x" * (MAX_BODY + 1)))[0] == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity"])
async def test_a_compressed_body_is_415_and_never_inflated(start, encoding):
    site = await start(PATIENT)
    bomb = gzip.compress(b"\0" * 1_000_000)
    status, _, connection = await post(site, "/echo", bomb, **{"Content-Encoding": encoding})
    assert (status, connection) == (415, "close")
    assert site.seen == []


async def test_identity_is_no_encoding(start):
    site = await start(PATIENT)
    assert (await post(site, "/echo", b"hola", **{"Content-Encoding": "identity"}))[:2] == (200, b"hola")


# -- pages --


async def test_pages_have_the_security_headers_and_other_answers_only_nosniff(start):
    site = await start(PATIENT, https=True)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{site.port}") as client:
        async with client.get("/page") as page:
            assert {name: page.headers[name] for name in pages.HEADERS} == pages.HEADERS
            assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        async with client.post("/echo", data=b"x") as other:
            assert other.headers["X-Content-Type-Options"] == "nosniff"
            assert "Content-Security-Policy" not in other.headers


async def test_without_https_browsers_are_not_bound_to_it(start):
    site = await start(PATIENT)
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{site.port}/page") as page:
        assert "Strict-Transport-Security" not in page.headers
