"""A Twilio that listens on loopback: creates, fetches and lists messages, fails when told to, and notes violations.

It is kept honest by Twilio's own OpenAPI description, where that is found; else it checks nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from base64 import b64decode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

DATA = Path(os.environ.get("CHASQUI_TEST_DATA") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
SPEC = DATA / "specs" / "twilio_api_v2010.json"
_LIST = "/2010-04-01/Accounts/{AccountSid}/Messages.json"

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-of-the-tests-5f3a"
NUMBER = "+15005550006"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request. `accept`: the message is created all the same."""

    status: int = 0
    code: int = 0
    message: str = ""
    retry_after: str = ""
    body: str | None = None  # instead of Twilio's JSON
    accept: bool = False
    drop: bool = False  # the connection is cut instead of an answer
    cut: bool = False  # the answer breaks off in its body
    hang: bool = False  # no answer until the fake closes


@dataclass
class FakeTwilio:
    """`async with FakeTwilio() as twilio:`; `twilio.url` is its API address."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    messages: list[dict[str, Any]] = field(default_factory=list)  # in the order of creation
    posts: list[dict[str, str]] = field(default_factory=list)
    gets: list[dict[str, str]] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)  # one for each request, None for a good one
    violations: list[str] = field(default_factory=list)
    url: str = ""

    async def __aenter__(self) -> FakeTwilio:
        app = web.Application()
        base = "/2010-04-01/Accounts/{account}"
        app.router.add_post(base + "/Messages.json", self._create)
        app.router.add_get(base + "/Messages.json", self._list)
        app.router.add_get(base + "/Messages/{sid}.json", self._fetch)
        self._released = asyncio.Event()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._released.set()
        await self._runner.cleanup()

    def add(self, **changed: Any) -> dict[str, Any]:
        """Put a message on record, as if it had been created at `date_created` (a datetime)."""
        created = changed.pop("date_created", None) or self.now()
        sid = f"SM{len(self.messages) + 1:032x}"
        message = {
            "sid": sid,
            "account_sid": ACCOUNT,
            "api_version": "2010-04-01",
            "body": "",
            "date_created": format_datetime(created),
            "date_sent": None,
            "date_updated": format_datetime(created),
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": NUMBER,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "price_unit": "USD",
            "status": "queued",
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
            "to": "",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
        } | changed
        self.messages.append(message)
        return message

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = dict(parse_qsl(await request.text(), keep_blank_values=True))
        self.posts.append(form)
        self.violations += violations_of_form(request, form)
        service = form.get("MessagingServiceSid")

        def accepted() -> dict[str, Any]:
            made = {"to": form["To"], "body": form["Body"], "from": form.get("From"), "messaging_service_sid": service}
            return self.add(**made, **({"status": "accepted", "num_segments": "0"} if service else {}))

        return await self._answer(request, 201, accepted)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        asked = dict(request.query)
        self.gets.append(asked)
        self.violations += violations_of_query(asked)
        size, start = int(asked.get("PageSize", 50)), int(asked.get("Page", 0)) * int(asked.get("PageSize", 50))
        found = [
            message
            for message in sorted(self.messages, key=_created, reverse=True)
            if asked.get("To") in (None, message["to"]) and asked.get("From") in (None, message["from"])
        ]
        more = urlencode(asked | {"Page": str(start // size + 1), "PageToken": "PA" + "0" * 32})
        page = {
            "messages": found[start : start + size],
            "page": start // size,
            "page_size": size,
            "start": start,
            "end": start + size - 1,
            "uri": request.path_qs,
            "first_page_uri": request.path_qs,
            "previous_page_uri": None,
            "next_page_uri": f"{request.path}?{more}" if len(found) > start + size else None,
        }
        return await self._answer(request, 200, lambda: page)

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        kept = {message["sid"]: message for message in self.messages}.get(request.match_info["sid"])
        if kept is None:
            return _error(404, 20404, "not found")
        return await self._answer(request, 200, lambda: kept)

    async def _answer(self, request: web.Request, status: int, act: Callable[[], Any]) -> web.StreamResponse:
        if not _authorised(request):
            return _error(401, 20003, "Authenticate")
        fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return web.json_response(act(), status=status)
        if fault.accept:
            act()
        if fault.hang:
            await self._released.wait()
        if fault.drop or fault.hang:
            if request.transport is not None:  # else whoever asked has gone
                request.transport.abort()
            return web.Response()
        if fault.cut:
            broken = web.StreamResponse(status=fault.status or status, headers={"Content-Length": "1000"})
            await broken.prepare(request)
            await broken.write(b'{"sid": "SM')
            if request.transport is not None:  # else whoever asked has gone
                request.transport.close()
            return broken
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if fault.body is not None:
            return web.Response(status=fault.status or status, text=fault.body, content_type="text/html")
        return _error(fault.status, fault.code, fault.message, headers)


def _created(message: dict[str, Any]) -> tuple[datetime, str]:
    # By the one date that no test spoils.
    return parsedate_to_datetime(message["date_updated"]), message["sid"]


def _error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return web.json_response(body | {"status": status}, status=status, headers=headers)


def _authorised(request: web.Request) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    right = f"{request.match_info['account']}:{TOKEN}"
    return kind == "Basic" and b64decode(given).decode() == right and request.match_info["account"] == ACCOUNT


def _described() -> dict[str, Any] | None:
    return json.loads(SPEC.read_text())["paths"][_LIST] if SPEC.exists() else None


DESCRIBED = _described()


def violations_of_form(request: web.Request, form: dict[str, str]) -> list[str]:
    """What in a create request is not as Twilio describes it: required and unknown fields, types, patterns."""
    if DESCRIBED is None:
        return []
    schema = DESCRIBED["post"]["requestBody"]["content"].get(request.content_type, {}).get("schema")
    if schema is None:
        return [f"content type {request.content_type}"]
    wrong = [f"{name} is missing" for name in schema["required"] if name not in form]
    for name, value in form.items():
        wrong += _wrong(name, value, schema["properties"].get(name))
    if not form.get("From") and not form.get("MessagingServiceSid"):  # 21603, told in prose only
        wrong.append("neither From nor MessagingServiceSid")
    if "ValidityPeriod" in form and not 1 <= int(form["ValidityPeriod"]) <= 36000:
        wrong.append(f"ValidityPeriod {form['ValidityPeriod']}")
    if len(form.get("Body", "")) > 1600:
        wrong.append("Body over 1,600")
    return wrong


def violations_of_query(asked: dict[str, str]) -> list[str]:
    """What in a list request is not as Twilio describes it."""
    if DESCRIBED is None:
        return []
    known = {one["name"]: one["schema"] for one in DESCRIBED["get"]["parameters"] if one["in"] == "query"}
    return [wrong for name, value in asked.items() for wrong in _wrong(name, value, known.get(name))]


def _wrong(name: str, value: str, schema: dict[str, Any] | None) -> list[str]:
    if schema is None:
        return [f"{name} is unknown"]
    if schema.get("type") == "integer" and not re.fullmatch(r"-?\d+", value):
        return [f"{name} is not an integer"]
    if schema.get("format") == "phone-number" and not re.fullmatch(r"\+\d{7,15}|\d{3,8}|[A-Za-z0-9 ]{1,11}", value):
        return [f"{name} is not a number"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{name} does not match {schema['pattern']}"]
    over = "maximum" in schema and not schema.get("minimum", 0) <= int(value) <= schema["maximum"]
    return [f"{name} is out of range"] if over else []
