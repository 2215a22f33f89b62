"""Before and after a campaign starts: the last look, a second person's word, a try on one's own phone, its end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aiohttp import web

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, State
from bot.delivering.previewing import Shown
from bot.delivering.seen import Seen, opened, sealed
from bot.delivering.trying import own_chat, own_phone, trials
from console import campaign_telling as telling
from console import campaigns as pages
from console.asked import Asked
from console.composing import foresee, left
from console.entering import page
from console.gateways import wrong_phone
from store import campaigns, launching
from store import trials as queueing
from store.database import Connection
from store.foreseeing import Foreseen
from store.launching import Launched, NotDone

BASE = pages.BASE
_WISHES = {"pause": "campaigns.told.paused", "resume": "campaigns.told.resumed", "cancel": "campaigns.told.cancelled"}


async def ready(asked: Asked) -> web.Response:
    """The page before starting: all that will happen, and what speaks against it."""
    held = await pages.found(asked)
    if held.state not in (State.DRAFT, State.WAITING):
        return asked.go(f"{BASE}/{held.id}")
    return await _before(asked, held)


async def start(asked: Asked) -> web.Response:
    """Start it, once; what is large, or has grown tenfold since it was looked at, waits for a second person."""
    held = await pages.found(asked)
    seen = opened(asked.form.text("seen", 200), held.id, held.version, asked.office.secret)
    if held.state is State.DRAFT and seen is None:
        return await _before(asked, held, asked.t("campaigns.changed_since"), 409)
    found = await foresee(asked, held)
    actor, now = asked.person.login, asked.now

    def work(conn: Connection) -> Launched:
        done = launching.start(conn, asked.scope, found, actor=actor, now=now, seen=seen)
        if not done.already:
            act = "campaigns.asked" if done.state is State.WAITING else "campaigns.started"
            asked.audit(conn, act, f"campaign:{held.id}", people=done.people, money=str(done.money))
        return done

    try:
        done = await asked.do(work)
    except NotDone as refused:
        return await _before(asked, held, telling.refusal(asked, refused), 409)
    asked.office.look()
    if done.state is State.WAITING:
        told = "campaigns.told.grown" if "grown" in done.why else "campaigns.told.asked"
        return asked.go(f"{BASE}/{held.id}", told=told)
    return asked.go(f"{BASE}/{held.id}", told="campaigns.told.already" if done.already else "campaigns.told.started")


async def _before(asked: Asked, held: Campaign, refused: str = "", status: int = 200) -> web.Response:
    found = await foresee(asked, held)
    seen = Seen(people=found.preview.people, money=found.preview.money_in_all)
    authors = await asked.look(lambda conn: campaigns.authors(conn, asked.scope, held.id))
    cannot = refused
    if not cannot:
        try:
            launching.refuse_in_vain(found, asked.now)
        except NotDone as impossible:
            cannot = telling.refusal(asked, impossible)
    return asked.show(
        "campaigns/start.html.j2",
        status=status,
        refused=refused,
        cannot=cannot,
        seen=sealed(seen, held.id, held.version, asked.office.secret),
        mine=asked.person.login in authors,
        authors=", ".join(authors),
        **await shown(asked, held, found),
    )


async def shown(asked: Asked, held: Campaign, found: Foreseen) -> dict[str, Any]:
    """What a preview shows."""
    called = await asked.look(lambda conn: telling.names(conn, asked.scope, [held]))
    preview = found.preview
    return {
        "one": held,
        "found": preview,
        "priced": found.priced,
        "rate": f"{found.rate:g}",
        "takes": _length(asked, int(preview.takes.total_seconds())),
        "second": telling.why(asked, found.why),
        "left": left(asked, found),
        "doubts": telling.doubts(asked, preview.doubts),
        "samples": [_sample(asked, held, each) for each in preview.sample],
        "operators": [(pages.operator(asked, name), each) for name, each in preview.costs.items()],
        "when": telling.when(asked, held, called),
        "whom": telling.whom(asked, held.audience, called),
    }


def _sample(asked: Asked, held: Campaign, each: Shown) -> dict[str, Any]:
    at = telling.local(asked, each.at) or asked.t("campaigns.when_it_happens")
    return {
        "name": each.name or each.where,
        "at": at,
        "text": each.text,
        "segments": each.segments,
        "where": each.where,
    }


def _length(asked: Asked, seconds: int) -> str:
    if seconds < 120:
        return asked.t("campaigns.seconds", n=seconds)
    hours, minutes = divmod(-(-seconds // 60), 60)
    if hours:
        return asked.t("campaigns.hours", hours=hours, minutes=minutes)
    return asked.t("campaigns.minutes", n=minutes)


# --- a second person ---


async def approve(asked: Asked) -> web.Response:
    """Say yes, or no, to what somebody else wrote."""
    held, reason = await pages.found(asked), asked.form.text("reason", 300)
    says_no = asked.form.text("act", 20) == "decline"
    actor, now = asked.person.login, asked.now

    def work(conn: Connection) -> None:
        do = launching.decline if says_no else launching.approve
        do(conn, asked.scope, held.id, actor=actor, reason=reason, now=now)
        act = "campaigns.declined" if says_no else "campaigns.approved"
        asked.audit(conn, act, f"campaign:{held.id}", version=held.version, reason=reason)

    try:
        await asked.do(work)
    except NotDone as refused:
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.said", text=telling.refusal(asked, refused))
    asked.office.look()
    return asked.go(f"{BASE}/{held.id}", told="campaigns.told.declined" if says_no else "campaigns.told.approved")


# --- pause, go on, end ---


async def pause(asked: Asked) -> web.Response:
    """Hold what has not left."""
    return await _changed(asked, "pause")


async def resume(asked: Asked) -> web.Response:
    """Go on after a pause."""
    return await _changed(asked, "resume")


async def ending(asked: Asked) -> web.Response:
    """Is she sure?"""
    held = await pages.found(asked)
    if held.state not in launching.OPEN:
        return asked.go(f"{BASE}/{held.id}")
    return asked.show("campaigns/cancel.html.j2", **await pages.progress_of(asked, held))


async def cancel(asked: Asked) -> web.Response:
    """End it: what has not left does not leave."""
    return await _changed(asked, "cancel")


async def _changed(asked: Asked, action: str) -> web.Response:
    held, reason = await pages.found(asked), asked.form.text("reason", 300)

    def work(conn: Connection) -> None:
        actor, now = asked.person.login, asked.now
        if launching.change(conn, asked.scope, held.id, action, actor=actor, reason=reason, now=now):
            asked.audit(conn, f"campaigns.{action}", f"campaign:{held.id}", reason=reason)

    try:
        await asked.do(work)
    except NotDone as refused:
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.said", text=telling.refusal(asked, refused))
    return asked.go(f"{BASE}/{held.id}", told=_WISHES[action])


# --- on one's own phone ---


async def trying(asked: Asked) -> web.Response:
    """Where should the test go?"""
    return await _try_form(asked, await pages.found(asked))


async def send_trial(asked: Asked) -> web.Response:
    """Every text of it to oneself; it counts nowhere."""
    held, office = await pages.found(asked), asked.office
    phone, chat = asked.form.text("phone", 30), asked.form.text("chat", 30)
    policy = office.policy()
    try:
        if phone:
            address = own_phone(phone, policy.country, office.carrying)
        else:
            address = own_chat(chat, office.carrying)
    except ValueError as error:
        key = "campaigns.try.bad_phone" if phone or not chat else "campaigns.try.bad_chat"
        return await _try_form(asked, held, wrong_phone(asked, error, key), 422)
    contents = list(trials(held, address, asked.person.name, asked.t("campaigns.try.mark"), policy, asked.now))

    def work(conn: Connection) -> int:
        sender = office.carrying.sender(address)
        n = queueing.queue(conn, asked.scope, sender, address, contents, asked.now)
        asked.audit(conn, "campaigns.tried", f"campaign:{held.id}", messages=n)
        return n

    try:
        n = await asked.do(work)
    except queueing.NotWanted:
        return await _try_form(asked, held, asked.t("parts.phone_closed"), 422)
    office.ring()
    return asked.go(f"{BASE}/{held.id}", told="campaigns.told.tried", n=n, where=address.identity.rpartition(":")[2])


async def _try_form(asked: Asked, held: Campaign, wrong: str = "", status: int = 200) -> web.Response:
    carrying = asked.office.carrying
    return asked.show(
        "campaigns/try.html.j2",
        status=status,
        one=held,
        wrong=wrong,
        phone=asked.form.text("phone", 30),
        chat=asked.form.text("chat", 30),
        simulated=not (carrying.has_sms or carrying.has_chat),
        messages=sum(len(each) for each in held.texts),
        price=max(asked.office.policy().prices.values(), default=Decimal(0)),
    )


PAGES = [
    page("GET", "/campaigns/{id}/start", Right.SEE_PLANS, ready),
    page("POST", "/campaigns/{id}/start", Right.PLAN, start),
    page("POST", "/campaigns/{id}/approve", Right.APPROVE, approve),
    page("POST", "/campaigns/{id}/pause", Right.PLAN, pause),
    page("POST", "/campaigns/{id}/resume", Right.PLAN, resume),
    page("GET", "/campaigns/{id}/cancel", Right.PLAN, ending),
    page("POST", "/campaigns/{id}/cancel", Right.PLAN, cancel),
    page("GET", "/campaigns/{id}/try", Right.PLAN, trying),
    page("POST", "/campaigns/{id}/try", Right.PLAN, send_trial),
]
