"""A notice as somebody at a desk writes it: what it would reach and cost, what speaks against it, and its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from bot.cooperating import notices
from bot.cooperating.notices import Proposed, Refused
from bot.cooperating.organisations import Office
from bot.cooperating.roles import Right, need
from bot.delivering.campaigns import Campaign, State
from bot.delivering.sms import fold_text, segments
from bot.people import Scope
from bot.record import Policy
from store import campaigns, offices
from store.organisation_tables import cooperatives
from store.organisations import within

QUOTA = ("notice.quota", "notice.quota.urgent")  # refusals that a second person may pass over


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice as it would go out now. `refused`: why it may not; `why` a second person has to agree: people, money,
    quota."""

    office: Office
    texts: Mapping[str, str]  # language → text, without the name of the cooperative
    proposal: Proposed
    refused: Refused | None = None
    why: tuple[str, ...] = ()


def office(conn: Connection, scope: Scope, cooperative: str, policy: Policy, now: datetime) -> Office | None:
    """What a notice of this cooperative would reach, and what is left of its month; None where it is closed, or not in
    the scope. Costs as much as it has members. Raises Forbidden."""
    need(scope, Right.NOTICE)
    known = select(cooperatives.c.id).where(cooperatives.c.id == cooperative, within(scope, cooperatives.c.id))
    return offices.of(conn, cooperative, now, policy) if conn.execute(known).first() else None


def drafted(
    held: Office,
    texts: Mapping[str, str],
    policy: Policy,
    now: datetime,
    *,
    urgent: bool = False,
    beyond_quota: bool = False,
) -> Draft:
    """These texts (one at least) as a notice. `beyond_quota`: what is more than the month holds may still be put before
    a second person."""
    named = held.cooperative.name
    longest = max(texts.values(), key=lambda text: segments(fold_text(f"{named}: {text}", "gsm")))
    proposal = notices.proposed(held, longest, policy, urgent=urgent)
    found = [notices.refused(held, text, now, policy, urgent=urgent) for text in texts.values()]
    refused = next((each for each in found if each and each.sentence not in QUOTA), None)
    over = next((each for each in found if each and each.sentence in QUOTA), None)
    why = notices.why_second(proposal, policy)
    if over and beyond_quota:
        return Draft(office=held, texts=texts, proposal=proposal, refused=refused, why=(*why, "quota"))
    return Draft(office=held, texts=texts, proposal=proposal, refused=refused or over, why=why)


def send(
    conn: Connection, scope: Scope, draft: Draft, *, actor: str, policy: Policy, now: datetime, once: str = ""
) -> tuple[Campaign, bool]:
    """Let it go out, or wait for a second person; the notice, and False where this form or this very text had made it
    already. Two officers at once: the second one is judged after the first. Raises Forbidden, ValueError where it is
    refused by now."""
    made = campaigns.made_by(conn, scope, once)
    if made:
        return made, False
    conn.execute(select(cooperatives.c.id).where(cooperatives.c.id == draft.office.cooperative.id).with_for_update())
    held = offices.lately(conn, draft.office, now, policy)
    beyond = "quota" in draft.why
    anew = drafted(held, draft.texts, policy, now, urgent=draft.proposal.urgent, beyond_quota=beyond)
    if anew.refused:
        raise ValueError(anew.refused.sentence)
    campaign = _campaign(anew, actor, policy, now)
    fresh = campaigns.create(conn, scope, campaign, actor, now, once)
    return (campaign if fresh else campaigns.get(conn, scope, campaign.id) or campaign), fresh


def _campaign(draft: Draft, actor: str, policy: Policy, now: datetime) -> Campaign:
    cooperative = draft.office.cooperative
    made = notices.campaign(
        draft.proposal,
        id=f"notice-{cooperative.id}-{now:%y%m%d%H%M}-{draft.proposal.digest[:6]}",
        language=next(iter(draft.texts)),
        actor=actor,
        now=now,
        policy=policy,
    )
    worded = {language: f"{cooperative.name}: {text}" for language, text in draft.texts.items()}
    made = replace(made, texts=(worded,), fallback=tuple(draft.texts))
    return replace(made, state=State.WAITING, started_at=None) if draft.why else made
