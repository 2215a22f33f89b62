"""Make a campaign, and change one: what was sent is refused with all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, Schedule
from bot.delivering.forming import Entry, formed, id_for, lacks
from bot.delivering.hours import ZONES, zone_of
from console.api import campaigns, problems, table
from console.api.campaign_entries import edits_of, emptied, entries_of, shown
from console.api.campaign_shapes import CampaignPatch, CampaignShown, NewCampaign
from console.api.problems import Fault, Problem, Refusal
from console.api.table import Call, Route
from store import campaign_names, launching, teaching
from store import campaigns as rows
from store.database import Connection
from store.launching import NotDone

T = TypeVar("T")


def add_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Make a campaign, as a draft."""
    base = Campaign(
        id="",
        name="",
        kind=Kind.ONCE,
        schedule=Schedule(zone=ZONES[call.policy.country]),
        created_by=call.token.actor,
        created_at=call.now,
    )
    made = _formed(call, conn, base, entries_of(call, call.sent(NewCampaign)))
    made = replace(made, id=id_for(made, _today(call)))
    teaching.ensure(conn, call.catalogue)
    if not _reaching(lambda: rows.create(conn, call.scope, made, call.token.actor, call.now)):
        raise problems.conflict("taken", f"The same campaign was made today: {made.id}.")
    call.audit(conn, "campaign.made", f"campaign:{made.id}", name=made.name)
    call.location = f"/campaigns/{made.id}"
    return shown(made)


def edit_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Change a campaign: what the version before still owed does not leave."""
    held, sent = campaigns.one(call, conn), call.sent(CampaignPatch)
    call.must_match(shown(held))
    if held.kind is Kind.NOTICE or (held.survey and "texts" in sent.model_fields_set):
        raise problems.conflict("kind", _EDITING["kind"])
    changed = _formed(call, conn, emptied(sent, held), edits_of(call, sent, held))
    if changed == held:
        return shown(held)
    teaching.ensure(conn, call.catalogue)
    before = campaigns.foreseen(call, conn, held)
    actor, now = call.token.actor, call.now
    try:
        kept = _reaching(lambda: launching.edit(conn, call.scope, changed, actor=actor, now=now))
        launching.ask_anew(conn, call.scope, before, campaigns.foreseen(call, conn, kept), actor=actor, now=now)
    except NotDone as refused:
        raise campaigns.conflict(refused) from None
    call.audit(conn, "campaigns.edited", f"campaign:{held.id}", version=kept.version)
    return shown(campaigns.one(call, conn))


def _formed(call: Call, conn: Connection, base: Campaign, entries: Iterable[Entry]) -> Campaign:
    """`base` with what was sent. Raises Refusal with all that does not fit together."""
    made, faults = formed(base, list(entries), _today(call))
    faults = faults or lacks(made)
    found = [Fault(where=each.where or "/", detail=each.name) for each in faults]
    if not found:
        unknown = campaign_names.unknown(conn, call.scope, call.catalogue, made)
        found = [Fault(where="/to", detail=f"There is no {each.kind} {each.word!r}.") for each in unknown]
    if found:
        raise Refusal(Problem.CONFLICT, reason="campaign", errors=found)
    return made


def _today(call: Call) -> date:
    return call.now.astimezone(zone_of("", call.policy.country)).date()


def _reaching(work: Callable[[], T]) -> T:
    """What keeps a campaign, with the refusal of one that reaches too far."""
    try:
        return work()
    except PermissionError as error:
        if hasattr(error, "right"):
            raise
        raise problems.conflict("reach", _FORMING["reach"]) from None


_FORMING = {
    "campaign": "Something does not fit together; `errors` say what.",
    "reach": "It reaches beyond this token's cooperatives.",
}
_EDITING = {
    "kind": "A notice is said once, and a survey's questions are its text: neither is another afterwards.",
    "move": "It has ended.",
    "overtaken": "Somebody else changed it just now.",
}

ROUTES: list[Route] = [
    table.post(
        "/campaigns",
        Right.PLAN,
        add_campaign,
        CampaignShown,
        body=NewCampaign,
        status=201,
        conflicts={**_FORMING, "taken": "The same campaign was made today."},
    ),
    table.patch(
        "/campaigns/{campaign}",
        Right.PLAN,
        edit_campaign,
        CampaignShown,
        body=CampaignPatch,
        conflicts={**_FORMING, **_EDITING},
        description="It is a new version: what the one before still owed is void, and who has it already does not get "
        "it twice the same day. One that runs, and becomes larger than one person may start, waits for a second one: "
        "its `state` is `waiting` then.",
    ),
]
