"""Write a campaign: when, to whom, in which words; beside it how the phones show it, whom it reaches, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aiohttp import web

from bot.cooperating.organisations import DAYS
from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.forming import id_for
from bot.delivering.hours import ZONES
from bot.delivering.previewing import dear
from bot.delivering.writing import EVENTS, KINDS, LISTS, PLAIN, Written, field_of, made, of_campaign
from console import campaign_telling as telling
from console import campaigns as pages
from console import group_choosing
from console.asked import Asked
from console.entering import page
from console.forms import Form
from store import campaign_names, campaigns, foreseeing, launching, organisations
from store.database import Connection
from store.foreseeing import Foreseen
from store.launching import NotDone

BASE = pages.BASE
_VARIANTS = 6
_LONGEST = 1000  # characters of one text
Wrong = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What a form describes, and what is wrong with it by field; `foreseen` where it could be worked out."""

    written: Written
    campaign: Campaign
    wrong: Wrong
    foreseen: Foreseen | None = None


async def new(asked: Asked) -> web.Response:
    """An empty form."""
    tomorrow = date.fromordinal(_today(asked).toordinal() + 1)
    fields = {"kind": "once", "on": tomorrow.isoformat(), "hour_kind": "own", "side": "after", "offset": "3"}
    mine = sorted(asked.scope.cooperatives or ())
    written = Written(fields={**fields, "cooperative": mine[0] if mine else ""})
    return await _form(asked, Composed(written=written, campaign=_blank(asked), wrong={}))


async def add(asked: Asked) -> web.Response:
    """Keep a draft, or show the form again: with how it looks, another variant, or a text mended."""
    base = _blank(asked)
    if _only_looks(asked.form):
        return await _again(asked, base)
    composed = await _composed(asked, await _read(asked), base)
    if composed.wrong:
        return await _form(asked, composed, 422)
    ready = replace(composed.campaign, id=id_for(composed.campaign, _today(asked)))
    once = asked.form.text("once", 64)

    def work(conn: Connection) -> tuple[str, bool]:
        held = campaigns.made_by(conn, asked.scope, once)
        if held:
            return held.id, False
        if campaigns.get(conn, asked.scope, ready.id):
            return ready.id, False  # the same thing asked for twice on one day is one campaign
        for free in (ready, replace(ready, id=f"{ready.id}-{once[:6]}")):
            if campaigns.create(conn, asked.scope, free, asked.person.login, asked.now, once):
                asked.audit(conn, "campaigns.made", f"campaign:{free.id}", name=free.name)
                return free.id, True
        raise asked.missing()

    id, fresh = await asked.do(work)
    return asked.go(f"{BASE}/{id}", told="campaigns.told.made" if fresh else "campaigns.told.made_already")


async def edit(asked: Asked) -> web.Response:
    """The form of one that is there."""
    held = await _held(asked)
    return await _form(asked, Composed(written=of_campaign(held), campaign=held, wrong={}))


async def change(asked: Asked) -> web.Response:
    """Keep a new version. One that runs and became larger than one person may start waits for a second one."""
    held = await _held(asked)
    if _only_looks(asked.form):
        return await _again(asked, held)
    composed = await _composed(asked, await _read(asked), held)
    if composed.wrong:
        return await _form(asked, composed, 422)
    seen = asked.form.whole("version", held.version)
    changed = replace(composed.campaign, version=seen or held.version)
    if changed == held:
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.same")
    try:
        kept = await asked.do(lambda conn: _kept(asked, conn, held, changed))
    except NotDone as refused:
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.said", text=telling.refusal(asked, refused))
    if held.state in (State.RUNNING, State.PAUSED) and await _asked_anew(asked, held, kept):
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.asked")
    return asked.go(f"{BASE}/{held.id}", told="campaigns.told.edited", version=kept.version)


def _kept(asked: Asked, conn: Connection, held: Campaign, changed: Campaign) -> Campaign:
    kept = launching.edit(conn, asked.scope, changed, actor=asked.person.login, now=asked.now)
    asked.audit(conn, "campaigns.edited", f"campaign:{held.id}", version=kept.version)
    return kept


async def _asked_anew(asked: Asked, held: Campaign, kept: Campaign) -> bool:
    before, after = await foresee(asked, held), await foresee(asked, kept)
    actor, now = asked.person.login, asked.now
    done = await asked.do(lambda conn: launching.ask_anew(conn, asked.scope, before, after, actor=actor, now=now))
    return done is not None


async def look(asked: Asked) -> web.Response:
    """How what is in the form would look, whom it would reach, and what it would cost."""
    id = asked.form.text("id", 200)
    held = await asked.look(lambda conn: campaigns.get(conn, asked.scope, id)) if id else None
    composed = await _composed(asked, await _read(asked), held or _blank(asked), count=True)
    return asked.part("campaigns/form.html.j2", "look", **await _looks(asked, composed))


async def foresee(asked: Asked, campaign: Campaign) -> Foreseen:
    """What a campaign would do if it started now, among the people of this person's scope."""
    catalogue, office, now = asked.office.catalogue(), asked.office, asked.now
    await office.database.run(lambda: foreseeing.teach(office.database, catalogue))
    policy, carrying = office.policy(), office.carrying
    return await asked.look(
        lambda conn: foreseeing.foresee(conn, asked.scope, catalogue, campaign, policy, carrying, now)
    )


# --- reading the form ---


def _only_looks(form: Form) -> bool:
    return form.text("act", 20) in ("look", "variant") or "mend" in form or "drop" in form


async def _again(asked: Asked, base: Campaign) -> web.Response:
    """The form as it was sent, with a variant more or less, or a text mended; and how it looks."""
    written = await _read(asked)
    texts = [dict(each) for each in written.texts]
    if asked.form.text("act", 20) == "variant" and len(texts) < _VARIANTS:
        texts.append({})
    drop = asked.form.whole("drop", high=_VARIANTS)
    if drop is not None and drop < len(texts) and len(texts) > 1:
        del texts[drop]
    variant, _, language = asked.form.text("mend", 10).partition("-")
    written = replace(written, texts=tuple(texts))
    if language:
        campaign, _ = made(written, base, _today(asked))
        for each in dear(campaign):
            if (str(each.variant), each.language) == (variant, language):
                texts[each.variant][language] = each.cheaper
        written = replace(written, texts=tuple(texts))
    composed = await _composed(asked, written, base, count=True)
    # Somebody who only looks is not scolded for what she has not written yet.
    return await _form(asked, replace(composed, wrong={}))


async def _read(asked: Asked) -> Written:
    form = asked.form
    lists = {name: tuple(form.texts(name)) for name in (*LISTS, "days")}
    lists["days"] = tuple(each for each in DAYS if each in lists["days"])
    texts = [
        {language: form.text(f"text-{variant}-{language}", _LONGEST * 2) for language in telling.LANGUAGES}
        for variant in range(_VARIANTS)
        if any(f"text-{variant}-{language}" in form for language in telling.LANGUAGES)
    ]
    plain = {name: form.text(name, 300) for name in PLAIN}
    written = Written(fields=plain, lists=lists, texts=tuple(texts) or ({},))
    return await group_choosing.with_typed(asked, written)


async def _composed(asked: Asked, written: Written, base: Campaign, *, count: bool = False) -> Composed:
    campaign, faults = made(written, base, _today(asked))
    campaign, outside = _bounded(asked, campaign)
    wrong = {each.where or "name": telling.fault(asked, each) for each in reversed(faults)}
    for name, text in (
        (f"text-{variant}-{language}", text)
        for variant, texts in enumerate(written.texts)
        for language, text in texts.items()
    ):
        if len(text) > _LONGEST:
            wrong[name] = asked.t("campaigns.fault.too_long", most=_LONGEST)
    if outside:
        wrong["cooperative"] = asked.t("campaigns.fault.outside")
    catalogue = asked.office.catalogue()
    for each in await asked.look(lambda conn: campaign_names.unknown(conn, asked.scope, catalogue, campaign)):
        wrong.setdefault(field_of(each.kind), telling.unknown(asked, each))
    foreseen = await foresee(asked, campaign) if count and not outside else None
    return Composed(written=written, campaign=campaign, wrong=wrong, foreseen=foreseen)


def _bounded(asked: Asked, campaign: Campaign) -> tuple[Campaign, bool]:
    """Who is bounded to cooperatives writes on behalf of one of them, and to members of hers: of all, where she names
    none. The second: whether that is not so."""
    hers = asked.scope.cooperatives
    if hers is None:
        return campaign, False
    to = campaign.audience.cooperatives or tuple(sorted(hers))
    bounded = replace(campaign, audience=replace(campaign.audience, cooperatives=to))
    return bounded, campaign.cooperative not in hers or not hers.issuperset(to)


def _blank(asked: Asked) -> Campaign:
    zone = ZONES.get(asked.office.policy().country, "America/Lima")
    schedule, by = Schedule(zone=zone), asked.person.login
    return Campaign(id="", name="", kind=Kind.ONCE, schedule=schedule, created_by=by, created_at=asked.now)


def _today(asked: Asked) -> date:
    return asked.now.astimezone(asked.zone).date()


async def _held(asked: Asked) -> Campaign:
    held = await pages.found(asked)
    if held.state not in launching.OPEN:
        raise asked.missing()
    return held


# --- showing it ---


async def _form(asked: Asked, composed: Composed, status: int = 200) -> web.Response:
    def work(conn: Connection) -> dict[str, Any]:
        open_ = organisations.all_cooperatives(conn, asked.scope, closed=False)
        return {
            "cooperatives": [(each.id, each.name) for each in open_],
            "federations": [(each.id, each.name) for each in organisations.all_federations(conn)],
            **group_choosing.offered(conn, asked, composed.written),
        }

    known = await asked.look(work)
    courses = list(asked.office.catalogue().courses.values())
    units = [(unit.id, unit.titles.get(asked.language) or unit.id) for course in courses for unit in course.units]
    return asked.show(
        "campaigns/form.html.j2",
        status=status,
        written=composed.written,
        wrong=composed.wrong,
        known=known | {"courses": [(each.id, each.title(asked.language)) for each in courses]},
        units=list(dict.fromkeys(units)),
        kinds=KINDS,
        events=EVENTS,
        days=DAYS,
        languages=_languages(asked, composed.written),
        most_variants=_VARIANTS,
        longest=_LONGEST,
        bounded=asked.scope.cooperatives is not None,
        **await _looks(asked, composed),
    )


async def _looks(asked: Asked, composed: Composed) -> dict[str, Any]:
    campaign, foreseen = composed.campaign, composed.foreseen
    called = await asked.look(lambda conn: telling.names(conn, asked.scope, [campaign]))
    return {
        "one": campaign,
        "looks": pages.phones(asked, campaign, called) if campaign.kind is not Kind.DRIP else [],
        "found": foreseen.preview if foreseen else None,
        "priced": bool(foreseen and foreseen.priced),
        "why": telling.why(asked, foreseen.why) if foreseen else [],
        "left": left(asked, foreseen) if foreseen else [],
        "doubts": telling.doubts(asked, foreseen.preview.doubts) if foreseen else [],
    }


def left(asked: Asked, foreseen: Foreseen) -> list[tuple[str, int]]:
    """Who matches and is not reached, by reason."""
    reasons: Mapping[str, int] = foreseen.preview.left_out
    return [(asked.t(f"campaigns.left.{name}") if name in telling.LEFT else name, n) for name, n in reasons.items()]


def _languages(asked: Asked, written: Written) -> tuple[list[str], list[str]]:
    """The languages that stand open, and those that are folded away."""
    usual = {"RW": ("rw", "en"), "BO": ("es", "qu", "ay")}.get(asked.office.policy().country, ("es", "qu"))
    used = {language for texts in written.texts for language, text in texts.items() if text}
    first = [each for each in telling.LANGUAGES if each in usual or each in used]
    return first, [each for each in telling.LANGUAGES if each not in first]


PAGES = [
    page("GET", "/campaigns/new", Right.PLAN, new),
    page("POST", "/campaigns/new", Right.PLAN, add),
    page("POST", "/campaigns/look", Right.PLAN, look),
    page("GET", "/campaigns/{id}/edit", Right.PLAN, edit),
    page("POST", "/campaigns/{id}/edit", Right.PLAN, change),
]
