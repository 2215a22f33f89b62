"""SMS Gateway for Android on loopback: takes messages as it does, tells signed events, and fails as it is told.

Shapes: the project's documentation (Sending Messages, Status Tracking, Webhooks), versions of 2026.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from base64 import b64decode
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

USERNAME, PASSWORD = "SMS7EX", "a-password-of-the-tests"
KEY = "a-signing-key-of-the-tests"
DEVICE = "ffffffffceb0b1db0000018e937c815b"
_FIELDS = {
    "id": str, "textMessage": dict, "phoneNumbers": list, "simNumber": int, "ttl": int, "validUntil": str,
    "withDeliveryReport": bool, "priority": int, "deviceId": str,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one request. `accept`: the message is taken all the same."""

    status: int = 500
    error: str = ""
    message: str = ""
    body: str | None = None  # instead of JSON
    headers: dict[str, str] = field(default_factory=dict)
    accept: bool = False
    how: str = ""  # "drop", "cut" (half an answer), "hang"


@dataclass
class AndroidGateway:
    """`async with AndroidGateway() as phone:`; `phone.url` is what goes into CHASQUI_ANDROID_URL."""

    messages: list[dict[str, Any]] = field(default_factory=list)  # as they were asked for, with their `state`
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[Fault | None] = field(default_factory=deque)  # one for each POST /messages
    violations: list[str] = field(default_factory=list)
    url: str = ""
    told: int = 0

    async def __aenter__(self) -> AndroidGateway:
        app = web.Application()
        app.router.add_post("/messages", self._take)
        app.router.add_get("/messages/{id}", self._show)
        app.router.add_get("/webhooks", self._list)
        app.router.add_post("/webhooks", self._register)
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

    def texts(self, number: str = "") -> list[str]:
        """What was taken, in order; to one number, if it is named."""
        return [each["textMessage"]["text"] for each in self.messages if number in ("", each["phoneNumbers"][0])]

    def event(self, kind: str, *, id: str = "", **payload: Any) -> dict[str, Any]:
        """An event as the phone tells it."""
        self.told += 1
        known = {"simNumber": 1} | payload
        return {
            "deviceId": DEVICE, "event": kind, "id": id or f"Ey6ECgOkVVFjz3CL{self.told:05}", "payload": known,
            "webhookId": "LreFUt-Z3sSq0JufY9uWB",
        }  # fmt: skip

    def received(self, text: str, sender: str = "+51900000001", **more: Any) -> dict[str, Any]:
        """Somebody's SMS. Its messageId is a hash of the text, as there."""
        fields = {"messageId": hashlib.sha256(text.encode()).hexdigest()[:8], "message": text, "sender": sender}
        id = more.pop("id", "")
        return self.event("sms:received", id=id, receivedAt="2026-03-02T10:00:00.000-05:00", **fields | more)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.text())
        self.violations += violations_of(asked)

        def taken() -> dict[str, Any]:
            self.messages.append(asked | {"state": "Pending"})
            return shown(self.messages[-1])

        if self._known(asked["id"]):
            return _error(409, "Conflict", "message with this id already exists")
        return await self._answer(request, 202, taken)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        if not _authorised(request):
            return _error(401, "Unauthorized", "Unauthorized")
        found = self._known(request.match_info["id"])
        return web.json_response(shown(found)) if found else _error(404, "NotFound", "message not found")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self.webhooks) if _authorised(request) else _error(401, "Unauthorized", "")

    async def _register(self, request: web.Request) -> web.StreamResponse:
        if not _authorised(request):
            return _error(401, "Unauthorized", "")
        asked = json.loads(await request.text())
        if set(asked) - {"id", "url", "event", "deviceId"} or not asked["url"].startswith("https://"):
            return _error(400, "BadRequest", "url must be https")
        self.webhooks.append({"id": f"hook{len(self.webhooks)}"} | asked)
        return web.json_response(self.webhooks[-1], status=201)

    def _known(self, id: str) -> dict[str, Any] | None:
        return next((each for each in self.messages if each["id"] == id), None)

    async def _answer(self, request: web.Request, status: int, act: Any) -> web.StreamResponse:
        if not _authorised(request):
            return _error(401, "Unauthorized", "Unauthorized")
        fault = self.faults.popleft() if self.faults else None
        if fault is None:
            return web.json_response(act(), status=status)
        if fault.accept:
            act()
        if fault.how == "hang":
            await self._released.wait()
        if fault.how in ("drop", "hang"):
            if request.transport is not None:  # else whoever asked has gone
                request.transport.abort()
            return web.Response()
        if fault.how == "cut":
            broken = web.StreamResponse(status=status, headers={"Content-Length": "1000"})
            await broken.prepare(request)
            await broken.write(b'{"id": "')
            if request.transport is not None:  # else whoever asked has gone
                request.transport.close()
            return broken
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html", headers=fault.headers)
        return _error(fault.status, fault.error, fault.message, fault.headers)


def signed(body: bytes, now: datetime, key: str = KEY) -> dict[str, str]:
    """The headers of an event that the phone has signed."""
    timestamp = str(int(now.timestamp()))
    signature = hmac.new(key.encode(), body + timestamp.encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": timestamp, "Content-Type": "application/json"}


def shown(message: dict[str, Any]) -> dict[str, Any]:
    """The gateway's record of a message."""
    state = message["state"]
    numbers: Sequence[str] = message["phoneNumbers"]
    return {
        "id": message["id"], "deviceId": DEVICE, "state": state, "isHashed": False, "isEncrypted": False,
        "recipients": [{"phoneNumber": number, "state": state} for number in numbers], "states": {},
    }  # fmt: skip


def violations_of(asked: dict[str, Any]) -> list[str]:
    """What in this request is not as the documentation has it, or not as we must use it."""
    wrong = [f"{key} is unknown" for key in asked if key not in _FIELDS]
    wrong += [
        f"{key} is no {kind.__name__}" for key, kind in _FIELDS.items() if type(asked.get(key, kind())) is not kind
    ]
    if not re.fullmatch(r"[A-Za-z0-9-]{1,36}", asked.get("id", "")):
        wrong.append("id must be there, at most 36 characters")
    if not asked.get("textMessage", {}).get("text") or set(asked.get("textMessage", {})) != {"text"}:
        wrong.append("textMessage.text must be there")
    if not all(re.fullmatch(r"\+[1-9]\d{6,14}", each) for each in asked.get("phoneNumbers", [""])):
        wrong.append("phoneNumbers must be E.164")
    if ("ttl" in asked) == ("validUntil" in asked):
        wrong.append("one of ttl and validUntil")
    if asked.get("ttl", 5) < 5 or (asked.get("validUntil") and not datetime.fromisoformat(asked["validUntil"]).tzinfo):
        wrong.append("a ttl of at least 5 s, or a validUntil with its zone")
    if asked.get("priority", 0) >= 100 or not asked.get("withDeliveryReport"):
        wrong.append("lessons keep the phone's pace, and want a delivery report")
    return wrong


def _error(status: int, error: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": error, "message": message}, status=status, headers=headers)


def _authorised(request: web.Request) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind == "Basic" and b64decode(given).decode() == f"{USERNAME}:{PASSWORD}"
