"""Ask the tables what a preview needs: whom a campaign reaches by which network, who is left out, and five of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.cooperating.roles import Right, need
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.previewing import Preview, Reach, Someone, preview, why_second
from bot.delivering.spending import price_of
from bot.delivering.trying import Carrying
from bot.people import OPERATOR, SELF, Scope
from bot.record import Policy, Record
from bot.talking.campaigning import purpose_of, scope_of
from store import audience, organisations, records, teaching
from store.database import Database

_SAMPLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A preview, and what it rests on. `why` somebody else has to approve it: people, money; empty where nobody has."""

    campaign: Campaign
    preview: Preview
    rate: float
    priced: bool
    why: tuple[str, ...] = ()

    @property
    def second(self) -> bool:
        """Somebody else has to approve it."""
        return bool(self.why)


def foresee(
    conn: Connection,
    scope: Scope,
    catalogue: Catalogue,
    campaign: Campaign,
    policy: Policy,
    carrying: Carrying,
    now: datetime,
) -> Foreseen:
    """Work out what a campaign would do if it started now, among the people of the scope. Raises Forbidden.

    The tables have to know what is taught: see `teach`. Costs as much as its audience has people.
    """
    need(scope, Right.SEE_PLANS)
    purpose, wanted, within = purpose_of(campaign), meant(campaign), narrower(scope, scope_of(campaign))
    groups = audience.groups(conn, within, wanted, purpose, now, urgent=campaign.urgent)
    left_out = audience.left_out(conn, within, wanted, purpose, now, urgent=campaign.urgent)
    chosen = audience.sample(conn, within, wanted, purpose, now, _SAMPLE, urgent=campaign.urgent)
    names = {each.id: each.name for each in organisations.all_cooperatives(conn, OPERATOR)}
    known = records.load(conn, SELF, {each.address: each.sender for each in chosen}, policy)
    people = [
        Someone(
            learner=each.learner,
            address=each.address,
            shared=len(known[each.address][2].learners) > 1,
            cooperative=names.get(each.learner.cooperative, ""),
            course=_course(catalogue, campaign, known[each.address][2], each.learner.id, each.learner.language),
        )
        for each in chosen
    ]
    reached = [
        Reach(people=each.learners, language=each.language, operator=each.operator, chat=each.channel == "telegram")
        for each in groups
    ]
    priced = bool(policy.prices)
    found = preview(
        campaign,
        reached,
        left_out,
        people,
        policy,
        now,
        price=price_of(policy.prices, "") if priced else None,
        rate=carrying.rate,
        one_way=carrying.one_way,
        stops=[word for words in catalogue.vocabulary.commands.values() for word in words.get("STOP", ())],
    )
    # What counts is its budget, or what it costs until its end where that is less.
    most = found.money_in_all if campaign.budget is None else min(found.money_in_all, campaign.budget)
    why = why_second(found.people, most, policy.notice_money)
    return Foreseen(campaign=campaign, preview=found, rate=carrying.rate, priced=priced, why=why)


def meant(campaign: Campaign) -> Audience:
    """Its audience; a drip's is its cohort's besides."""
    if campaign.kind is not Kind.DRIP:
        return campaign.audience
    return replace(campaign.audience, cohorts=(*campaign.audience.cohorts, campaign.schedule.cohort))


def narrower(scope: Scope, other: Scope) -> Scope:
    """The scope with the bounds of both."""
    if other.cooperatives is None:
        return scope
    both = other.cooperatives if scope.cooperatives is None else other.cooperatives & scope.cooperatives
    return replace(scope, cooperatives=both)


def teach(database: Database, catalogue: Catalogue) -> None:
    """Tell the tables what is taught: `finished` and `occupation` mean nothing to them before that."""
    with database.reading() as conn:
        known = teaching.is_kept(conn, catalogue)
    if not known:
        with database.writing() as conn:
            teaching.keep(conn, catalogue)


def _course(catalogue: Catalogue, campaign: Campaign, record: Record, learner: str, language: str) -> str:
    hers = [each.course for each in record.of(learner)]
    meant = [each for each in hers if each in campaign.audience.courses] or hers[-1:]
    course = catalogue.courses.get(meant[0]) if meant else None
    return course.title(language) if course else ""
