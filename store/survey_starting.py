"""Send a survey on its way: its campaign is made and started by the rules that hold for every campaign."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.cooperating.roles import Right, need
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import State as Going
from bot.delivering.hours import ZONES
from bot.delivering.trying import Carrying
from bot.people import Scope
from bot.record import Policy
from bot.reporting.survey_plans import planned
from bot.reporting.surveys import State, Survey
from store import campaigns, launching, surveys
from store.foreseeing import Foreseen, foresee
from store.launching import Launched


def foreseen(
    conn: Connection,
    scope: Scope,
    catalogue: Catalogue,
    survey: Survey,
    audience: Audience,
    policy: Policy,
    carrying: Carrying,
    *,
    actor: str,
    now: datetime,
) -> Foreseen:
    """Whom it would reach and what its first message would cost. The tables have to know what is taught."""
    need(scope, Right.SURVEY)
    zone = ZONES[policy.country]
    campaign = planned(
        survey, audience, catalogue.wording, organisation=policy.organisation, zone=zone, by=actor, now=now
    )
    return foresee(conn, scope, catalogue, campaign, policy, carrying, now)


def start(conn: Connection, scope: Scope, survey: Survey, found: Foreseen, *, actor: str, now: datetime) -> Launched:
    """Put it to the audience that was foreseen, or before a second person where that is large. Twice is once.

    Raises NotDone where it would reach nobody, Forbidden, PermissionError beyond the scope.
    """
    need(scope, Right.SURVEY)
    if survey.state is State.RUNNING:
        return Launched(state=Going.RUNNING, already=True)
    campaigns.create(conn, scope, found.campaign, actor, now)
    launched = launching.start(conn, scope, found, actor=actor, now=now)
    if not surveys.begin(conn, scope, survey.id, found.campaign.id) and not launched.already:
        raise launching.NotDone("overtaken")
    return launched


def close(conn: Connection, scope: Scope, survey: Survey, *, actor: str, now: datetime) -> bool:
    """Put it to nobody any more: what waits does not leave, what was answered stays. False where it was closed."""
    if not surveys.close(conn, scope, survey.id, now):
        return False
    going = campaigns.get(conn, scope, survey.campaign) if survey.campaign else None
    if going and going.state in (Going.DRAFT, Going.WAITING, Going.RUNNING, Going.PAUSED):
        campaigns.move(conn, scope, going.id, Going.CANCELLED, actor=actor, now=now)
    return True
