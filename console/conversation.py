"""What learners write to a person: a tray to share out, the dialogue as their phones showed it, and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web
from markupsafe import Markup, escape

from bot.cooperating.accounts import Account
from bot.cooperating.roles import Right
from bot.delivering.hours import zone_of
from bot.delivering.looking import Look, look
from bot.delivering.sms import sms_text
from bot.delivering.spending import by_sms
from bot.messages import Content, Heard
from bot.talking.personal import LONGEST, answered
from console.asked import Asked
from console.entering import page
from store import accounts, help_requests
from store import snippets as kept
from store.database import Connection
from store.dialogues import Said
from store.help_requests import ALL, MINE, WAITING, HelpRequest
from store.snippets import Snippet

BASE = "/console/conversation"
TRAYS = (WAITING, MINE, ALL)
KINDS = ("person", "urgent", "death", "wrong_number", "wrong_pin", "same_person", "silent")
_MOST = 50
_LATEST, _DIALOGUE = 12, 100  # messages of a dialogue that are shown at first, and at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message of a dialogue as it is shown."""

    at: datetime
    text: str
    out: bool  # the learner's
    keys: tuple[str, ...] = ()


async def tray(asked: Asked) -> web.Response:
    """What waits, what is mine, or everything."""
    which = asked.query.text("tray", 20)
    which = which if which in TRAYS else WAITING
    after, me = asked.query.whole("after", high=2**53), asked.person.id

    def work(conn: Connection) -> tuple[list[HelpRequest], dict[str, str], dict[str, int]]:
        found = help_requests.page(conn, asked.scope, which, person=me, after=after, limit=_MOST + 1)
        people = {each.assigned for each in found} | {each.answered_by for each in found}
        counts = {each: help_requests.count(conn, asked.scope, each, me) for each in (WAITING, MINE)}
        return found, accounts.names(conn, people - {""}), counts

    found, names, counts = await asked.look(work)
    here = f"{BASE}?tray={which}"
    return asked.show(
        "conversation/tray.html.j2",
        which=which,
        requests=found[:_MOST],
        names=names,
        counts=counts,
        kind_of=lambda each: kind_of(asked, each),
        where=_where,
        next=f"{here}&after={found[_MOST - 1].id}" if len(found) > _MOST else "",
        first=here if after is not None else "",
    )


async def one(asked: Asked) -> web.Response:
    """One question, the dialogue around it, and a place to answer."""
    return await _shown(asked, "")


async def preview(asked: Asked) -> web.Response:
    """The answer as her phone will show it; with a snippet added where one was picked."""
    request = await _found(asked)
    text = await _with_snippet(asked)
    if asked.by_htmx:
        return asked.part("conversation/one.html.j2", "look", **_look(asked, request, text))
    return await _shown(asked, text)


async def answer(asked: Asked) -> web.Response:
    """Send it by the way of everything else, and close the question. Who comes second is told, and loses no word."""
    text = asked.form.text("text", LONGEST * 2)
    if asked.form.text("snippet", 12) or asked.form.text("act", 20) == "look":
        return await preview(asked)
    if asked.form.text("act", 20) == "close":
        return await _close(asked, text)
    request = await _found(asked)
    wrong = asked.t("conversation.empty") if not text else ""
    wrong = asked.t("conversation.long", most=LONGEST) if len(text) > LONGEST else wrong
    if wrong:
        return await _shown(asked, text, wrong=wrong, status=422)
    content, now, me = _content(asked, request, text), asked.now, asked.person

    def work(conn: Connection) -> bool:
        done = help_requests.answer(conn, asked.scope, request.id, content, now, by=me.id)
        if done:
            asked.audit(conn, "conversation.answered", f"help:{request.id}", learner=request.learner)
        return done is not None

    if await asked.do(work):
        asked.office.ring()
        return asked.go(BASE, told="conversation.sent", name=request.name or _where(request))
    return await _too_late(asked, text)


async def _close(asked: Asked, note: str) -> web.Response:
    if not note:  # what happened is all that will be known of it, and an empty note may be a slip of the finger
        return await _shown(asked, "", wrong=asked.t("conversation.note_needed"), status=422)
    request, now, me = await _found(asked), asked.now, asked.person

    def work(conn: Connection) -> bool:
        done = help_requests.close(conn, asked.scope, request.id, note[:LONGEST], now, by=me.id)
        if done:
            asked.audit(conn, "conversation.closed", f"help:{request.id}", learner=request.learner)
        return done

    if await asked.do(work):
        return asked.go(BASE, told="conversation.closed_told")
    return await _too_late(asked, note)


async def assign(asked: Asked) -> web.Response:
    """Give it to oneself, to another, or back to everybody."""
    request, to = await _found(asked), asked.form.text("to", 60)

    def work(conn: Connection) -> bool:
        known = {each.id for each in help_requests.answerers(conn, request)}
        if to and to not in known:
            return False
        done = help_requests.assign(conn, asked.scope, request.id, to)
        if done:
            asked.audit(conn, "conversation.assigned", f"help:{request.id}", to=to)
        return done

    told = "conversation.assigned_told" if await asked.do(work) else "conversation.not_assigned"
    return asked.go(f"{BASE}/{request.id}", told=told)


# --- what the pages show ---


async def _shown(asked: Asked, text: str, *, wrong: str = "", late: str = "", status: int = 200) -> web.Response:
    request, whole = await _found(asked), asked.query.ticked("all")

    def work(conn: Connection) -> tuple[list[Said], list[Account], list[Snippet], dict[str, str]]:
        said = help_requests.dialogue(conn, asked.scope, request, _DIALOGUE if whole else _LATEST + 1)
        people = accounts.names(conn, {request.assigned, request.answered_by} - {""})
        return said, help_requests.answerers(conn, request), kept.listed(conn, asked.scope), people

    said, others, snippets, names = await asked.look(work)
    zone = hers(asked, request)
    asked_this = request.text.partition("\n")[0]  # behind it stands the question that was open
    lines = [
        line
        for line in (_line(each, sms=by_sms(request.address)) for each in (said if whole else said[-_LATEST:]))
        if line
    ]
    return asked.show(
        "conversation/one.html.j2",
        status=status,
        kind=kind_of(asked, request),
        where=_where(request),
        zone=zone,
        chat=not by_sms(request.address),
        lines=lines,
        out_of_sight=bool(lines) and not any(line.out and asked_this in line.text for line in lines),
        more=not whole and len(said) > _LATEST,
        answerers=[(each.id, each.name) for each in others],
        names=names,
        snippets=snippets,
        wrong=wrong,
        late=late,
        **_look(asked, request, text),
    )


async def _too_late(asked: Asked, text: str) -> web.Response:
    """Somebody else was quicker: her answer, and what would have been sent."""
    request = await _found(asked)
    if request.answered_at is None:
        return await _shown(asked, text, wrong=asked.t("conversation.no_thread"), status=409)
    if request.answered_by == asked.person.id and not text:
        return asked.go(f"{BASE}/{request.id}")
    names = await asked.look(lambda conn: accounts.names(conn, {request.answered_by} - {""}))
    who = names.get(request.answered_by, asked.t("conversation.somebody"))
    if request.answered_by == asked.person.id:
        return asked.go(f"{BASE}/{request.id}", told="conversation.already")
    return await _shown(asked, text, late=asked.t("conversation.late", who=who), status=409)


async def _found(asked: Asked) -> HelpRequest:
    number = asked.request.match_info["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise asked.missing()
    found = await asked.look(lambda conn: help_requests.one(conn, asked.scope, int(number)))
    if found is None:
        raise asked.missing()
    return found


async def _with_snippet(asked: Asked) -> str:
    text, number = asked.form.text("text", LONGEST * 2), asked.form.whole("snippet", high=2**53)
    if number is None:
        return text
    listed = await asked.look(lambda conn: kept.listed(conn, asked.scope))
    picked = next((each.text for each in listed if each.id == number), "")
    return f"{text}\n{picked}".strip() if picked not in text else text


def _look(asked: Asked, request: HelpRequest, text: str) -> dict[str, Any]:
    content = _content(asked, request, text)
    shown = look(sms_text(content) if by_sms(request.address) else content.text)
    return {
        "text": text,
        "shown": shown if text else None,
        "marked": [marked(part, shown) for part in shown.parts],
        "is_sms": by_sms(request.address),
        "one": request,
    }


def _content(asked: Asked, request: HelpRequest, text: str) -> Content:
    wording = asked.office.catalogue().wording
    return answered(wording, request.language, text, asked.office.policy(), name=request.name)


def marked(part: str, shown: Look) -> Markup:
    """A part of an SMS in which the signs that make it dear stand out."""
    signs = set(shown.offenders)
    return Markup().join(Markup("<mark>{}</mark>").format(each) if each in signs else escape(each) for each in part)


def kind_of(asked: Asked, request: HelpRequest) -> str:
    """What a question is about, in words."""
    return asked.t(f"conversation.kind.{request.kind if request.kind in KINDS else 'person'}")


def hers(asked: Asked, request: HelpRequest) -> tzinfo:
    """The learner's time zone."""
    return zone_of(request.timezone, request.country or asked.office.policy().country)


def _where(request: HelpRequest) -> str:
    return request.address.phone or request.address.identity.rpartition(":")[2]


def _line(said: Said, *, sms: bool) -> Line | None:
    if said.content is not None:
        if sms:  # the options stand in the text
            return Line(at=said.at, text=sms_text(said.content), out=False)
        keys = tuple(f"{each.label}) {each.text}" for each in said.content.choices)
        return Line(at=said.at, text=said.content.text, out=False, keys=keys)
    heard = said.inbound
    if heard is None or heard.kind in (Heard.IGNORED, Heard.GROUP, Heard.EDITED):
        return None
    text = heard.text or heard.phone or (f"[{heard.kind.value}]" if heard.kind is not Heard.PRESS else "▸")
    return Line(at=said.at, text=text, out=True)


PAGES = [
    page("GET", "/conversation", Right.ANSWER, tray),
    page("GET", r"/conversation/{id:\d+}", Right.ANSWER, one),
    page("POST", r"/conversation/{id:\d+}", Right.ANSWER, answer),
    page("POST", r"/conversation/{id:\d+}/look", Right.ANSWER, preview),
    page("POST", r"/conversation/{id:\d+}/assign", Right.ANSWER, assign),
]
