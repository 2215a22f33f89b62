"""Campaigns: read, foresee, start, hold, let go, end; how far they have come and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, State
from console.api import problems, table
from console.api.campaign_entries import shown
from console.api.campaign_shapes import (
    CampaignPage,
    CampaignQuery,
    CampaignShown,
    DearShown,
    Preview,
    ProgressShown,
    Reason,
    ResultsShown,
    SampleShown,
    ShareShown,
    Started,
)
from console.api.paging import PageQuery
from console.api.problems import Refusal
from console.api.table import Call, Route
from store import campaign_results, campaigns, launching, progressing
from store.database import Connection
from store.foreseeing import Foreseen, foresee
from store.launching import NotDone

# --- reading ---


def list_campaigns(call: Call, conn: Connection) -> CampaignPage:
    """List campaigns and notices."""
    query = call.asked(CampaignQuery)
    kinds = [Kind(query.kind)] if query.kind else []
    return page(call, conn, [State(query.state)] if query.state else None, kinds)


def page(call: Call, conn: Connection, states: Sequence[State] | None, kinds: Sequence[Kind]) -> CampaignPage:
    """One page of campaigns of these states and kinds."""
    limit = call.asked(PageQuery).limit
    after = call.after(str, str)
    beyond = (datetime.fromisoformat(after[0]), after[1]) if after else None
    found = campaigns.listed(conn, call.scope, states, limit + 1, kinds=kinds, after=beyond)
    more = call.next(found, lambda each: [each.created_at.isoformat(), each.id])
    return CampaignPage(items=[shown(each) for each in found[:limit]], next=more)


def get_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Read a campaign."""
    return shown(one(call, conn))


def preview_campaign(call: Call, conn: Connection) -> Preview:
    """Foresee what a campaign would do."""
    found = foreseen(call, conn, one(call, conn))
    ahead = found.preview
    return Preview(
        people=ahead.people,
        by_chat=ahead.by_chat,
        segments=ahead.segments,
        money=str(ahead.money),
        money_in_all=str(ahead.money_in_all),
        currency=call.policy.currency,
        occurrences=ahead.occurrences,
        seconds=int(ahead.takes.total_seconds()),
        left_out=dict(ahead.left_out),
        sample=[
            SampleShown(
                name=each.name,
                where=each.where,
                at=each.at,
                language=each.language,
                text=each.text,
                segments=each.segments,
            )
            for each in ahead.sample
        ],
        dear=[
            DearShown(
                language=each.language,
                variant=each.variant,
                characters=list(each.characters),
                segments=each.segments,
                cheaper=each.cheaper,
                cheaper_segments=each.cheaper_segments,
            )
            for each in ahead.dear
        ],
        second=list(found.why),
    )


def get_campaign_progress(call: Call, conn: Connection) -> ProgressShown:
    """Read how far a campaign has come."""
    found = progressing.progress(conn, call.scope, one(call, conn).id)
    names = [name for name in ProgressShown.model_fields if name != "money"]
    return ProgressShown(**{name: getattr(found, name) for name in names}, money=str(found.money))


def get_campaign_results(call: Call, conn: Connection) -> ResultsShown:
    """Read what came of a campaign."""
    found = campaign_results.results(conn, call.scope, one(call, conn).id)
    return ResultsShown(
        total=_share(found.total),
        by_variant={str(name): _share(each) for name, each in found.by_variant.items()},
        by_operator={name or "unknown": _share(each) for name, each in found.by_operator.items()},
        reasons=dict(found.reasons),
    )


# --- doing ---


def start_campaign(call: Call, conn: Connection) -> Started:
    """Start a campaign, or put it before a second person."""
    held = one(call, conn)
    try:
        came = launching.start(conn, call.scope, foreseen(call, conn, held), actor=call.token.actor, now=call.now)
    except NotDone as refused:
        raise conflict(refused) from None
    if not came.already:
        call.audit(conn, "campaign.started", f"campaign:{held.id}", state=came.state.value, people=came.people)
    return Started(id=held.id, state=came.state.value, people=came.people, money=str(came.money), why=list(came.why))


def pause_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Hold a campaign back."""
    return _changed(call, conn, "pause")


def resume_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Let a paused campaign go on."""
    return _changed(call, conn, "resume")


def cancel_campaign(call: Call, conn: Connection) -> CampaignShown:
    """End a campaign: what has not left does not leave."""
    return _changed(call, conn, "cancel")


def _changed(call: Call, conn: Connection, action: str) -> CampaignShown:
    held, reason = one(call, conn), call.sent(Reason).reason
    try:
        moved = launching.change(conn, call.scope, held.id, action, actor=call.token.actor, reason=reason, now=call.now)
    except NotDone as refused:
        raise conflict(refused) from None
    if moved:
        call.audit(conn, f"campaign.{action}", f"campaign:{held.id}", reason=reason)
    return shown(one(call, conn))


def conflict(refused: NotDone) -> Refusal:
    """Why a campaign was not moved."""
    if refused.name == "unknown":
        return problems.missing()
    return problems.conflict(refused.name.replace(".", "_"), _WHY.get(refused.name.partition(".")[0], ""))


def foreseen(call: Call, conn: Connection, held: Campaign) -> Foreseen:
    """What it would do if it started now."""
    return foresee(conn, call.scope, call.catalogue, held, call.policy, call.office.carrying, call.now)


# --- shapes ---


def one(call: Call, conn: Connection) -> Campaign:
    """The campaign of the path, or Refusal."""
    found = campaigns.get(conn, call.scope, call.path["campaign"])
    if found is None:
        raise problems.missing()
    return found


def _share(each: campaign_results.Share) -> ShareShown:
    names = [name for name in ShareShown.model_fields if name != "money"]
    return ShareShown(**{name: getattr(each, name) for name in names}, money=str(each.money))


_WHY = {
    "move": "Its state does not allow that.",
    "past": "Its day is over.",
    "nobody": "It would reach nobody.",
    "second": "A second person has to do that.",
    "overtaken": "Somebody else changed it just now.",
}
_CAMPAIGN = "/campaigns/{campaign}"
_SEE, _PLAN = Right.SEE_PLANS, Right.PLAN

ROUTES: list[Route] = [
    table.get("/campaigns", _SEE, list_campaigns, CampaignPage, query=CampaignQuery),
    table.get(_CAMPAIGN, _SEE, get_campaign, CampaignShown),
    table.get(_CAMPAIGN + "/preview", _SEE, preview_campaign, Preview),
    table.get(_CAMPAIGN + "/progress", _SEE, get_campaign_progress, ProgressShown),
    table.get(_CAMPAIGN + "/results", _SEE, get_campaign_results, ResultsShown),
    table.post(_CAMPAIGN + "/start", _PLAN, start_campaign, Started, conflicts=_WHY),
    table.post(_CAMPAIGN + "/pause", _PLAN, pause_campaign, CampaignShown, body=Reason, conflicts=_WHY),
    table.post(_CAMPAIGN + "/resume", _PLAN, resume_campaign, CampaignShown, body=Reason, conflicts=_WHY),
    table.post(_CAMPAIGN + "/cancel", _PLAN, cancel_campaign, CampaignShown, body=Reason, conflicts=_WHY),
]
