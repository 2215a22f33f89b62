"""A Bot API server on loopback: it answers as Telegram does, fails as it is told, and holds us to the specification."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.bot_api_spec import check, check_call, check_result, spec

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
_FILES = {"sendPhoto": "photo", "sendVoice": "voice", "sendDocument": "document"}


@dataclass(frozen=True)
class Fault:
    """What is answered instead: a status with a JSON or raw body, or how the connection goes wrong."""

    status: int = 200
    answer: Any = None  # JSON
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""  # "hang": no answer; "drop": the connection ends; "truncate": half an answer


def error(status: int, description: str, **parameters: Any) -> Fault:
    """A refusal in Telegram's own words."""
    answer = {"ok": False, "error_code": status, "description": description}
    return Fault(status, answer | ({"parameters": parameters} if parameters else {}))


@dataclass(frozen=True)
class Call:
    """One request. A form carries every value as text, and so does this, whatever the request was."""

    method: str
    params: dict[str, str]
    files: dict[str, bytes]
    secret: bool  # whether the token in the path was right

    def json(self, name: str) -> Any:
        """A parameter that is not a text."""
        return json.loads(self.params[name])


class TelegramApi:
    """`async with TelegramApi() as api`: `api.url` is what goes into CHASQUI_TELEGRAM_API_URL."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.webhook = ""
        self.files: dict[str, bytes] = {}  # by file id: what people have sent to the bot
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._updates: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        self._ids = itertools.count(1)
        self._closing = asyncio.Event()
        application = web.Application(client_max_size=50 * 2**20)
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._server = TestServer(application)

    async def __aenter__(self) -> TelegramApi:
        await self._server.start_server(access_log=None)
        self.url = str(self._server.make_url("")).rstrip("/")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._server.close()

    def fail(self, method: str, *faults: Fault) -> None:
        """The next answers of a method, in order; then it works again."""
        self._faults[method].extend(faults)

    async def deliver(self, *updates: dict[str, Any]) -> None:
        """Updates that wait to be fetched."""
        for update in updates:
            self.violations += check(update, "Update") if spec() else []
        async with self._news:
            self._updates += updates
            self._news.notify_all()

    def called(self, method: str) -> list[Call]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def until_called(self, method: str, times: int = 1) -> list[Call]:
        """Wait until a method has been called so often."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.called(method)) >= times)
        return self.called(method)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/file/"):
            return self._file_content(request)
        bot, _, method = request.path.lstrip("/").partition("/")
        params, files = await _fields(request)
        as_text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        call = Call(method, as_text, files, bot == f"bot{self.token}")
        if request.method != "POST":
            self.violations.append(f"{request.method} {method}")
        if not call.secret:
            return _refusal(401, "Unauthorized")
        self.violations += check_call(method, params, files)
        async with self._news:
            self.calls.append(call)
            self._news.notify_all()
        if self._faults[method]:
            return await self._misbehave(request, self._faults[method].popleft())
        answer = await self._answer(call)
        if isinstance(answer, web.Response):
            return answer
        self.violations += check_result(method, answer)
        return web.json_response({"ok": True, "result": answer})

    def _file_content(self, request: web.Request) -> web.Response:
        """What getFile's path leads to: a plain GET, with the token in the address."""
        _, _, bot, name = request.path.split("/", 3)
        data = self.files.get(name.removeprefix("files/"))
        if request.method != "GET" or bot != f"bot{self.token}" or data is None:
            return _refusal(404, "Not Found")
        return web.Response(body=data)

    async def _misbehave(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.how == "hang":
            await self._closing.wait()
        if fault.how in ("hang", "drop"):
            if request.transport is not None:  # else whoever asked has gone
                request.transport.abort()
            return web.Response()
        if fault.how == "truncate":
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"ok": true, "result": {"message')
            if request.transport is not None:  # else whoever asked has gone
                request.transport.close()
            return response
        body = json.dumps(fault.answer).encode() if fault.answer is not None else fault.body
        return web.Response(status=fault.status, body=body, headers=fault.headers)

    async def _answer(self, call: Call) -> Any:
        if call.method == "getUpdates":
            return await self._get_updates(call)
        if call.method == "getFile":
            id = call.params["file_id"]
            if id not in self.files:
                return _refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
            about = {"file_id": id, "file_unique_id": f"u{id}", "file_size": len(self.files[id])}
            return about | {"file_path": f"files/{id}"}
        if call.method in ("setWebhook", "deleteWebhook"):
            self.webhook = call.params.get("url", "")
            return True
        if call.method == "getMe":
            return {"id": 110201543, "is_bot": True, "first_name": "Chasqui", "username": "ChasquiBot"}
        if call.method == "getWebhookInfo":
            return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if call.method in ("answerCallbackQuery", "setMyCommands"):
            return True
        return self._message(call)

    def _message(self, call: Call) -> Any:
        chat = {"id": int(call.params["chat_id"]), "type": "private", "first_name": "Rosa"}
        message: dict[str, Any] = {"message_id": next(self._ids), "date": 1_790_000_000, "chat": chat}
        if call.method in _FILES:
            return message | _file(_FILES[call.method], next(self._ids))
        text = call.params.get("text", "")
        if call.params.get("parse_mode") == "HTML":
            parser = _Html()
            parser.feed(text)
            parser.close()
            if parser.wrong or parser.open:
                self.violations.append(f"HTML: {parser.wrong or parser.open} in {text!r}")
                return _refusal(400, "Bad Request: can't parse entities: unsupported start tag")
            text = parser.said
        if call.method == "sendMessage" and not 1 <= len(text.encode("utf-16-le")) // 2 <= 4096:
            self.violations.append(f"a text of {len(text)} characters")
            return _refusal(400, "Bad Request: message is too long" if text else "Bad Request: message text is empty")
        self._check_buttons(call)
        return message | ({"text": text} if text else {})

    def _check_buttons(self, call: Call) -> None:
        for row in json.loads(call.params.get("reply_markup", "{}")).get("inline_keyboard", []):
            if not 1 <= len(row) <= 8:
                self.violations.append(f"{len(row)} buttons in a row")
            for button in row:
                if not 1 <= len(button["callback_data"].encode()) <= 64 or not button["text"]:
                    self.violations.append(f"button {button}")

    async def _get_updates(self, call: Call) -> Any:
        if self.webhook:
            return _refusal(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        if "offset" in call.params:
            self._updates = [one for one in self._updates if one["update_id"] >= int(call.params["offset"])]
        try:
            async with asyncio.timeout(float(call.params.get("timeout", 0))), self._news:
                await self._news.wait_for(lambda: bool(self._updates))
        except TimeoutError:
            return []
        return self._updates[:100]


class _Html(HTMLParser):
    """What Telegram's HTML says; every tag but <b> and <i>, and every tag that crosses another, is wrong."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said, self.open, self.wrong = "", [], []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("b", "i") or attrs:
            self.wrong.append(f"<{tag}>")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}")

    def handle_data(self, data: str) -> None:
        self.said += data


def _refusal(status: int, description: str) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description}, status=status)


def _file(kind: str, number: int) -> dict[str, Any]:
    one: dict[str, Any] = {"file_id": f"file-{number}", "file_unique_id": f"unique-{number}"}
    if kind == "photo":
        return {"photo": [one | {"width": 90, "height": 60}, one | {"width": 900, "height": 600}]}
    return {kind: one | ({"duration": 3} if kind == "voice" else {})}


async def _fields(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    if request.content_type == "application/json":
        return await request.json(), {}
    params, files = {}, {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            params[name] = value
    return params, files
