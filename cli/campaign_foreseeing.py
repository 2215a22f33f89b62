"""Ask the tables what a preview needs: whom a campaign reaches by which network, who is left out, and five of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from bot.catalogue import Catalogue
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.previewing import Preview, Reach, Someone, needs_second, preview
from bot.delivering.spending import price_of
from bot.messages import Address
from bot.people import OPERATOR, SELF
from bot.record import Record
from bot.talking.campaigning import purpose_of, scope_of
from cli import wiring
from cli.settings import Settings
from store import audience, organisations, records, teaching
from store.database import Database

_SAMPLE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A preview, and what it rests on."""

    preview: Preview
    rate: float
    priced: bool
    second: bool  # somebody else has to approve it


def foresee(settings: Settings, database: Database, catalogue: Catalogue, campaign: Campaign) -> Foreseen:
    """Work out what a campaign would do if it started now."""
    policy, now, purpose = wiring.policy_of(settings), database.now(), purpose_of(campaign)
    wanted, scope = campaign.audience, scope_of(campaign)
    _teach(database, catalogue)
    if campaign.kind is Kind.DRIP:
        wanted = replace(wanted, cohorts=(*wanted.cohorts, campaign.schedule.cohort))
    with database.reading() as conn:
        groups = audience.groups(conn, scope, wanted, purpose, now, urgent=campaign.urgent)
        left_out = audience.left_out(conn, scope, wanted, purpose, now, urgent=campaign.urgent)
        chosen = audience.sample(conn, scope, wanted, purpose, now, _SAMPLE, urgent=campaign.urgent)
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
    rate, one_way = _carrying(settings)
    priced = bool(policy.prices)
    found = preview(
        campaign,
        reached,
        left_out,
        people,
        policy,
        now,
        price=price_of(policy.prices, "") if priced else None,
        rate=rate,
        one_way=one_way,
        stops=[word for words in catalogue.vocabulary.commands.values() for word in words.get("STOP", ())],
    )
    most = found.money_in_all if campaign.budget is None else min(found.money_in_all, campaign.budget)
    second = needs_second(found.people, most, Decimal(settings.approval_money))
    return Foreseen(preview=found, rate=rate, priced=priced, second=second)


def _teach(database: Database, catalogue: Catalogue) -> None:
    """Tell the tables what is taught: `finished` and `occupation` mean nothing to them before that."""
    with database.reading() as conn:
        known = teaching.is_kept(conn, catalogue)
    if not known:
        with database.writing() as conn:
            teaching.keep(conn, catalogue)


def sms_sender(settings: Settings, address: Address) -> str:
    """By whom a test SMS leaves: the first sender that is set, else the simulator's phone."""
    if address.scheme == "simulator":
        return f"simulator:{address.identity.partition(':')[0]}"
    return next(name for name in settings.senders.names() if name.startswith("telegram:") == (address.scheme != "tel"))


def has_sms(settings: Settings) -> bool:
    """Whether any sender of SMS is set."""
    return any(not name.startswith("telegram:") for name in settings.senders.names())


def _carrying(settings: Settings) -> tuple[float, bool]:
    """SMS segments a second of all senders together, and whether none of them hears answers."""
    senders = settings.senders
    rates = [each.per_second for each in senders.twilio]
    rates += [phone.allowance.per_second or 1.0 for phone in senders.android for _ in phone.sims]
    rates += [each.allowance.per_second or 1.0 for each in senders.http]
    two_way = bool(senders.twilio or senders.android) or any(each.two_way for each in senders.http)
    return sum(rates) or 1.0, bool(rates) and not two_way


def _course(catalogue: Catalogue, campaign: Campaign, record: Record, learner: str, language: str) -> str:
    hers = [each.course for each in record.of(learner)]
    meant = [each for each in hers if each in campaign.audience.courses] or hers[-1:]
    course = catalogue.courses.get(meant[0]) if meant else None
    return course.title(language) if course else ""
