"""What cooperatives tell their members: what is left of the month, writing one, sending it once, its tally."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.cooperating import notices as rules
from bot.cooperating.organisations import Cooperative, Office
from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, State
from bot.delivering.looking import look
from bot.delivering.planning import ENDED, Act
from console import campaign_progress
from console import campaign_telling as telling
from console import campaigns as plans
from console.asked import Asked
from console.conversation import marked
from console.entering import page
from store import campaigns, launching, notice_drafts, organisations
from store.database import Connection
from store.launching import NotDone
from store.notice_drafts import Draft

BASE = "/console/notices"
_MOST = 50
_LONGEST = 640  # characters; two SMS hold 306 at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the form holds."""

    cooperative: str = ""
    texts: Mapping[str, str]
    urgent: bool = False

    @property
    def said(self) -> dict[str, str]:
        """The texts that are not empty."""
        return {language: text for language, text in self.texts.items() if text}


async def listed(asked: Asked) -> web.Response:
    """Notices, the latest first."""
    after = plans.key_of(asked.query.text("after", 120))

    def work(conn: Connection) -> tuple[list[Campaign], list[Cooperative]]:
        found = campaigns.listed(conn, asked.scope, limit=_MOST + 1, kinds=(Kind.NOTICE,), after=after)
        return found, organisations.all_cooperatives(conn, asked.scope)

    found, known = await asked.look(work)
    names = {each.id: each.name for each in known}
    last = found[_MOST - 1] if len(found) > _MOST else None
    more = urlencode({"after": f"{last.created_at.isoformat()}~{last.id}"}) if last else ""
    return asked.show(
        "notices/list.html.j2",
        notices=[(each, names.get(each.cooperative, ""), plans.SIGNS[each.state]) for each in found[:_MOST]],
        several=len(known) > 1,
        next=f"{BASE}?{more}" if more else "",
        first=BASE if after else "",
    )


# --- writing ---


async def new(asked: Asked) -> web.Response:
    """An empty form, with what is left of the month."""
    known = await _cooperatives(asked)
    wished = asked.query.text("cooperative", 60)
    chosen = next((each.id for each in known if each.id == wished), known[0].id if len(known) == 1 else "")
    return await _form(asked, Written(cooperative=chosen, texts={}), known)


async def add(asked: Asked) -> web.Response:
    """Show what it would do; sent from there, it goes out, or waits for a second person."""
    written, known = _read(asked), await _cooperatives(asked)
    made = await _made_before(asked)
    if made:
        return asked.go(f"{BASE}/{made.id}", told="notices.told.twice")
    if asked.form.text("act", 20) == "edit":
        return await _form(asked, written, known)
    wrong: dict[str, str] = {}
    if written.cooperative not in {each.id for each in known}:
        wrong["cooperative"] = asked.t("notices.which")
    if not written.said:
        wrong["text-es"] = asked.t("notices.empty")
    if wrong:
        return await _form(asked, written, known, wrong, 422)
    draft = await _draft(asked, written)
    if draft is None:
        raise asked.missing()
    if draft.refused:
        said = asked.office.catalogue().wording.say(asked.language, draft.refused.sentence, **draft.refused.values)
        return await _form(asked, written, known, {"text-es": said}, 422)
    if asked.form.text("act", 20) != "send":
        return _shown(asked, written, draft)
    if asked.form.text("digest", 20) != draft.proposal.digest:
        return _shown(asked, written, draft, asked.t("notices.changed"), 409)
    return await _send(asked, written, known, draft)


async def _send(asked: Asked, written: Written, known: list[Cooperative], draft: Draft) -> web.Response:
    once, actor, now, policy = asked.form.text("once", 64), asked.person.login, asked.now, asked.office.policy()

    def work(conn: Connection) -> tuple[Campaign, bool]:
        made, fresh = notice_drafts.send(conn, asked.scope, draft, actor=actor, policy=policy, now=now, once=once)
        if fresh:
            asked.audit(conn, "notices.sent", f"campaign:{made.id}", people=draft.proposal.reached, state=made.state)
        return made, fresh

    try:
        made, fresh = await asked.do(work)
    except ValueError:
        return await _form(asked, written, known, {"text-es": asked.t("notices.overtaken")}, 409)
    asked.office.look()
    if not fresh:
        return asked.go(f"{BASE}/{made.id}", told="notices.told.twice")
    told = "notices.told.waits" if made.state is State.WAITING else "notices.told.sent"
    return asked.go(f"{BASE}/{made.id}", told=told)


async def counted(asked: Asked) -> web.Response:
    """What is written, as the phones show it; for htmx, while somebody writes."""
    written = _read(asked)
    known = await _cooperatives(asked)
    return asked.part("notices/new.html.j2", "look", **_looks(written, known))


async def _draft(asked: Asked, written: Written) -> Draft | None:
    policy, now = asked.office.policy(), asked.now
    office = await asked.look(lambda conn: notice_drafts.office(conn, asked.scope, written.cooperative, policy, now))
    if office is None:
        return None
    return notice_drafts.drafted(office, written.said, policy, now, urgent=written.urgent, beyond_quota=True)


def _read(asked: Asked) -> Written:
    texts = {language: asked.form.text(f"text-{language}", _LONGEST) for language in telling.LANGUAGES}
    return Written(cooperative=asked.form.text("cooperative", 60), texts=texts, urgent=asked.form.ticked("urgent"))


async def _made_before(asked: Asked) -> Campaign | None:
    once = asked.form.text("once", 64)
    return await asked.look(lambda conn: campaigns.made_by(conn, asked.scope, once)) if once else None


async def _cooperatives(asked: Asked) -> list[Cooperative]:
    return await asked.look(lambda conn: organisations.all_cooperatives(conn, asked.scope, closed=False))


async def _form(
    asked: Asked, written: Written, known: list[Cooperative], wrong: Mapping[str, str] | None = None, status: int = 200
) -> web.Response:
    policy, now = asked.office.policy(), asked.now
    office = None
    if written.cooperative in {each.id for each in known}:
        office = await asked.look(
            lambda conn: notice_drafts.office(conn, asked.scope, written.cooperative, policy, now)
        )
    first = {"RW": ("rw", "en"), "BO": ("es", "qu")}.get(policy.country, ("es",))
    return asked.show(
        "notices/new.html.j2",
        status=status,
        written=written,
        wrong=wrong or {},
        cooperatives=[(each.id, each.name) for each in known],
        quota=_quota(asked, office) if office else None,
        languages=[each for each in telling.LANGUAGES if each in first or written.texts.get(each)],
        others=[each for each in telling.LANGUAGES if each not in first and not written.texts.get(each)],
        longest=_LONGEST,
        urgent_a_month=rules.URGENT_A_MONTH,
        **_looks(written, known),
    )


def _quota(asked: Asked, office: Office) -> dict[str, Any]:
    renews = rules.month(asked.now, rules.zone_for(office, asked.office.policy()))[1]
    return {
        "left": max(office.cooperative.monthly_notices - office.sent_this_month, 0),
        "of": office.cooperative.monthly_notices,
        "renews": asked.pen.day(renews.date()),
        "reached": office.members,
    }


def _looks(written: Written, known: list[Cooperative]) -> dict[str, Any]:
    name = next((each.name for each in known if each.id == written.cooperative), "…")
    shown = [(language, look(f"{name}: {text}")) for language, text in written.said.items()]
    return {"looks": [{"language": each, "look": one, "marked": _marked(one)} for each, one in shown]}


def _marked(one: Any) -> list[Any]:
    return [marked(part, one) for part in one.parts]


def _shown(asked: Asked, written: Written, draft: Draft, refused: str = "", status: int = 200) -> web.Response:
    return asked.show(
        "notices/before.html.j2",
        status=status,
        written=written,
        draft=draft,
        proposal=draft.proposal,
        why=telling.why(asked, draft.why),
        refused=refused,
        once_id=asked.form.text("once", 64),
        **_looks(written, [draft.office.cooperative]),
    )


# --- one ---


async def one(asked: Asked) -> web.Response:
    """Its text, the tally, who did what."""
    held = await plans.found(asked, (Kind.NOTICE,))

    def work(conn: Connection) -> tuple[list[Act], tuple[str, ...], dict[str, str]]:
        return (
            campaigns.acts(conn, asked.scope, held.id),
            campaigns.authors(conn, asked.scope, held.id),
            {each.id: each.name for each in organisations.all_cooperatives(conn, asked.scope)},
        )

    acts, authors, names = await asked.look(work)
    texts = held.texts[0] if held.texts else {}
    shown = [(language, look(text)) for language, text in texts.items()]
    return asked.show(
        "notices/one.html.j2",
        one=held,
        sign=plans.SIGNS[held.state],
        how=await campaign_progress.progress(asked, held),
        ended=held.state in ENDED,
        cooperative=names.get(held.cooperative, held.cooperative),
        acts=[(each, telling.act(asked, each, {})) for each in acts],
        mine=asked.person.login in authors,
        looks=[{"language": each, "look": one, "marked": _marked(one)} for each, one in shown],
    )


async def approve(asked: Asked) -> web.Response:
    """Let it go, or not, as the second person."""
    held, reason = await plans.found(asked, (Kind.NOTICE,)), asked.form.text("reason", 300)
    says_no, actor, now = asked.form.text("act", 20) == "decline", asked.person.login, asked.now

    def work(conn: Connection) -> None:
        if says_no:
            launching.change(conn, asked.scope, held.id, "cancel", actor=actor, reason=reason, now=now)
        else:
            launching.approve(conn, asked.scope, held.id, actor=actor, reason=reason, now=now)
        act = "notices.declined" if says_no else "notices.approved"
        asked.audit(conn, act, f"campaign:{held.id}", reason=reason)

    return await _done(asked, held, work, "notices.told.declined" if says_no else "notices.told.approved")


async def stopping(asked: Asked) -> web.Response:
    """Is she sure?"""
    held = await plans.found(asked, (Kind.NOTICE,))
    if held.state in ENDED:
        return asked.go(f"{BASE}/{held.id}")
    how = await campaign_progress.progress(asked, held)
    return asked.show("notices/stop.html.j2", one=held, how=how)


async def stop(asked: Asked) -> web.Response:
    """What has not left does not leave."""
    held, reason = await plans.found(asked, (Kind.NOTICE,)), asked.form.text("reason", 300)
    actor, now = asked.person.login, asked.now

    def work(conn: Connection) -> None:
        if launching.change(conn, asked.scope, held.id, "cancel", actor=actor, reason=reason, now=now):
            asked.audit(conn, "notices.stopped", f"campaign:{held.id}", reason=reason)

    return await _done(asked, held, work, "notices.told.stopped")


async def _done(asked: Asked, held: Campaign, work: Any, told: str) -> web.Response:
    try:
        await asked.do(work)
    except NotDone as refused:
        return asked.go(f"{BASE}/{held.id}", told="campaigns.told.said", text=telling.refusal(asked, refused))
    asked.office.look()
    return asked.go(f"{BASE}/{held.id}", told=told)


PAGES = [
    page("GET", "/notices", Right.SEE_PLANS, listed),
    page("GET", "/notices/new", Right.NOTICE, new),
    page("POST", "/notices/new", Right.NOTICE, add),
    page("POST", "/notices/look", Right.NOTICE, counted),
    page("GET", "/notices/{id}", Right.SEE_PLANS, one),
    page("POST", "/notices/{id}/approve", Right.APPROVE, approve),
    page("GET", "/notices/{id}/stop", Right.NOTICE, stopping),
    page("POST", "/notices/{id}/stop", Right.NOTICE, stop),
]
