"""The page /try: two drawn phones side by side, whose messages walk the same way as everybody's."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup

from bot.cooperating.numbers import BadNumber, dialled
from bot.messages import Address, Inbound
from messaging import simulator
from messaging.simulator import Delivered, Line, Style
from webhooks import pages, prices
from webhooks.try_texts import GREETINGS, LANGUAGES, TEXTS

STYLES: tuple[Style, ...] = ("sms", "chat")
FIRST_PHONES = ("+51900000001", "+51900000002")  # one each: a learner may have two threads, but need not
LONGEST = {"sms": 1600, "chat": 4096}  # characters a phone lets her write
PATIENCE = 1.0  # seconds that a page without JavaScript waits for the answer before it is shown

_FOLDER = Path(__file__).parent / "try_page"
_TEMPLATES = pages.templates(_FOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """What the address of the page says: who holds which phone, and the language of the page."""

    phones: Mapping[str, str]  # style → number
    language: str
    refused: Mapping[str, str]  # style → what was given as a number and is none

    @property
    def query(self) -> str:
        return self.query_with()

    def query_with(self, **changes: str) -> str:
        fields: dict[str, str] = {**self.phones, "lang": self.language, **changes}
        return urlencode(fields)

    def address(self, style: Style) -> Address:
        return simulator.address_of(style, self.phones[style])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """What the page is given by whoever starts it."""

    receive: Callable[[Inbound], Awaitable[object]]
    history: Callable[[Address], Awaitable[Sequence[Line]]]
    courses: Callable[[str], Sequence[tuple[str, str]]]
    settled: Callable[[Address], Awaitable[object]] | None
    price: prices.Price | None
    phones: Sequence[str]
    country: str
    zone: tzinfo
    clock: Callable[[], datetime]
    files: Mapping[str, str]


def routes(
    *,
    receive: Callable[[Inbound], Awaitable[object]],
    history: Callable[[Address], Awaitable[Sequence[Line]]],
    courses: Callable[[str], Sequence[tuple[str, str]]],
    settled: Callable[[Address], Awaitable[object]] | None = None,
    price_per_segment: str = "",
    phones: Sequence[str] = FIRST_PHONES,
    country: str = "PE",
    zone: tzinfo = UTC,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[web.RouteDef]:
    """The routes of the page, to be added to an application.

    - `receive` keeps a message of a phone; `history` is the dialogue of an address, oldest first, from the tables.
    - `courses` gives (title, join word) of each course in a language of the page.
    - `settled` returns once an address has its answer; only a browser without JavaScript waits for it, for a second.
    - `price_per_segment` is an amount and a currency, "0.05 USD"; empty: only segments are shown.
    - `phones` are the first numbers of the basic phone and of the chat, `country` is that of a number without a prefix,
      `zone` is where their clocks stand.

    Raises ValueError on a price without a number, OSError where a file of the page is missing.
    """
    files, places = pages.static_routes("/try/static", _FOLDER, ("style.css", "phone.js", "icon.svg"))
    site = _Site(
        receive=receive,
        history=history,
        courses=courses,
        settled=settled,
        price=prices.read_price(price_per_segment) if price_per_segment else None,
        phones=phones,
        country=country,
        zone=zone,
        clock=clock,
        files=places,
    )
    return [
        web.get("/try", _with(_show, site)),
        web.get("/try/", _home),
        web.post("/try/{style:sms|chat}", _with(_say, site)),
        web.get("/try/messages", _with(_messages, site)),
        web.get("/try/file", _with(_file, site)),
        *files,
    ]


_Handler = Callable[[web.Request], Awaitable[web.Response]]


async def _home(request: web.Request) -> web.Response:
    raise web.HTTPFound("/try" + (f"?{request.query_string}" if request.query_string else ""), headers=pages.HEADERS)


def _with(handler: Callable[[web.Request, _Site], Awaitable[web.Response]], site: _Site) -> _Handler:
    async def answer(request: web.Request) -> web.Response:
        return await handler(request, site)

    return answer


async def _show(request: web.Request, site: _Site) -> web.Response:
    visit = _visit(request, site)
    dialogues = {style: await _dialogue(site, visit, style) for style in STYLES}
    template = _TEMPLATES.get_template("index.html.j2")
    return pages.page(
        template.render(
            say=TEXTS[visit.language],
            visit=visit,
            languages=LANGUAGES,
            styles=STYLES,
            logs={style: _log(site, visit, style, dialogues[style]) for style in STYLES},
            words=GREETINGS[visit.language],
            courses=site.courses(visit.language),
            longest=LONGEST,
            files=site.files,
        )
    )


async def _say(request: web.Request, site: _Site) -> web.Response:
    visit = _visit(request, site)
    say = TEXTS[visit.language]
    if not pages.is_from_here(request):
        return pages.page(say["foreign"], status=403)
    style: Style = "sms" if request.match_info["style"] == "sms" else "chat"
    try:
        form = await request.post()
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        inbound = _inbound(style, visit, fields, site.clock())
    except (ValueError, LookupError):  # bytes that are no text, a charset that nobody knows, a choice that is no number
        return pages.page(say["odd"], status=400)
    if inbound:
        await site.receive(inbound)
    if "application/json" in request.headers.get("Accept", ""):
        return web.Response(status=204, headers=pages.HEADERS)
    if inbound and site.settled:
        with suppress(TimeoutError):
            await asyncio.wait_for(site.settled(inbound.address), PATIENCE)
    return web.Response(status=303, headers={**pages.HEADERS, "Location": f"/try?{visit.query}#{style}"})


async def _messages(request: web.Request, site: _Site) -> web.Response:
    """The dialogue as it stands, or 204 where it is still the one that the page shows (`after`)."""
    visit = _visit(request, site)
    style: Style = "sms" if request.query.get("phone") == "sms" else "chat"
    log = _log(site, visit, style, await _dialogue(site, visit, style))
    if request.query.get("after") == log["version"]:
        return web.Response(status=204, headers=pages.HEADERS)
    return web.json_response(log, headers=pages.HEADERS)


async def _file(request: web.Request, site: _Site) -> web.Response:
    """A small document that the bot sent to the chat."""
    visit = _visit(request, site)
    wanted = request.query.get("id", "")
    for message in await _dialogue(site, visit, "chat"):
        for place, media in enumerate(message.media):
            if f"{message.id}.{place}" == wanted and media.data:
                name = re.sub(r"[^A-Za-z0-9._-]+", "_", media.name) or "file"
                headers = {**pages.HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
                return web.Response(body=media.data.encode(), content_type="application/octet-stream", headers=headers)
    raise web.HTTPNotFound(headers=pages.HEADERS)


def _visit(request: web.Request, site: _Site) -> _Visit:
    chosen: dict[str, str] = {}
    refused: dict[str, str] = {}
    for style, first in zip(STYLES, site.phones, strict=False):
        given = request.query.get(style, "")
        number = _number(given, site.country)
        chosen[style] = number or first
        if given and not number:
            refused[style] = given.strip()
    return _Visit(phones=chosen, refused=refused, language=pages.language_of(request, tuple(LANGUAGES)))


def _number(given: str, country: str) -> str:
    """The number as E.164; empty where it is none. A + in an address line arrives as a space."""
    try:
        return dialled(f"+{given[1:]}" if given[:1] == " " else given, country)
    except BadNumber:
        return ""


def _inbound(style: Style, visit: _Visit, fields: Mapping[str, str], now: datetime) -> Inbound | None:
    """What she did, from the fields of a form; None where she sent nothing. Raises ValueError on an odd choice."""
    phone = visit.phones[style]
    if style == "chat" and fields.get("token"):
        choice = int(fields.get("choice", ""))
        if not 0 <= choice < 100:
            raise ValueError(choice)
        return simulator.pressed(
            style, phone, fields["token"][:64], choice, now, message=fields.get("message", "")[:64]
        )
    if style == "chat" and "start" in fields:
        return simulator.started(style, phone, fields["start"][:64], now, language=visit.language)
    if style == "chat" and "contact" in fields:
        return simulator.shared(style, phone, now)
    text = fields.get("text", "").strip()[: LONGEST[style]]
    if not text:
        return None
    return simulator.typed(style, phone, text, now, language=visit.language if style == "chat" else "")


async def _dialogue(site: _Site, visit: _Visit, style: Style) -> tuple[Delivered, ...]:
    address = visit.address(style)
    return simulator.dialogue(style, address, await site.history(address))


def _log(site: _Site, visit: _Visit, style: Style, messages: Sequence[Delivered]) -> dict[str, str]:
    """The messages as HTML, their sum, and a version that changes when either does."""
    shared = {"say": TEXTS[visit.language], "visit": visit, "style": style}
    html = _TEMPLATES.get_template("messages.html.j2").render(
        **shared,
        messages=messages,
        markup=Markup,  # the chat's HTML is escaped where it is made
        clock=_clock(site),
        cost=site.price.of if site.price else None,
    )
    segments = sum(message.segments for message in messages if not message.mine)
    parts = [TEXTS[visit.language]["total"].format(segments=segments)] if style == "sms" else []
    if parts and site.price:
        parts.append(TEXTS[visit.language]["cost"].format(cost=site.price.of(segments)))
    total = " · ".join(parts)
    return {"version": hashlib.sha256(f"{html}{total}".encode()).hexdigest()[:16], "html": html, "total": total}


def _clock(site: _Site) -> Callable[[datetime], str]:
    today = site.clock().astimezone(site.zone).date()

    def read(at: datetime) -> str:
        local = at.astimezone(site.zone)
        return local.strftime("%H:%M" if local.date() == today else "%d/%m %H:%M")

    return read
