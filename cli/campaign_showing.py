"""Print a campaign for a person: one line in a list, how it stands, and what it will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta, tzinfo
from decimal import Decimal

from bot.cooperating.organisations import DAYS
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Spent
from bot.delivering.planning import NOW, Act, Progress, hour_of
from bot.delivering.previewing import MOST_PEOPLE, Preview
from bot.reporting.rounding import half_up
from cli.campaign_words import WORDS, day, day_name, moment, say
from store.holding import HELD

_DOWN = "nobody kept the clock when it was due"  # as the planner notes it
_KEYS = {
    "learners": "learner", "occupations": "occupation", "courses": "course", "cohorts": "cohort",
    "cooperatives": "cooperative", "federations": "federation", "places": "place", "countries": "country",
    "languages": "language", "sexes": "sex", "channels": "channel", "certified": "certified", "progress": "progress",
    "silent_days": "silent",
}  # fmt: skip


def line(language: str, campaign: Campaign) -> str:
    """One campaign in a list."""
    state = say(language, f"state.{campaign.state}")
    return f"{campaign.id:<34} {state:<16} v{campaign.version:<3} {when(language, campaign)}  {campaign.name}"


def when(language: str, campaign: Campaign) -> str:
    """When it goes out, in words."""
    schedule = campaign.schedule
    days = ", ".join(day_name(language, DAYS.index(each)) for each in schedule.days)
    match campaign.kind:
        case Kind.ONCE if schedule.on is None:
            told = say(language, "kind.once.today")
        case Kind.ONCE:
            told = say(language, "kind.once", day=day(language, schedule.on)) if schedule.on else ""
        case Kind.RECURRING:
            told = say(language, "kind.recurring", days=days)
        case Kind.EVENT:
            told = _event(language, campaign)
        case _:
            told = say(language, f"kind.{campaign.kind}", cohort=schedule.cohort, cooperative=campaign.cooperative)
    if schedule.starts_on:
        told += say(language, "from", day=day(language, schedule.starts_on))
    if schedule.ends_on:
        told += say(language, "until", day=day(language, schedule.ends_on))
    if campaign.kind is Kind.DRIP and not schedule.hour:
        return told
    hour = hour_of(campaign)
    key = "at_now" if hour == NOW else "at_hour" if hour else "at_own"
    return f"{told}, {say(language, key, hour=hour)}"


def _event(language: str, campaign: Campaign) -> str:
    schedule = campaign.schedule
    name = f"event.{schedule.event}"
    if schedule.event == "session" and schedule.offset < 0:
        name += ".before"
    return say(language, name, n=abs(schedule.offset), unit=schedule.unit or say(language, "event.unit.any"))


def whom(language: str, audience: Audience) -> str:
    """The audience, written as its flags are."""
    told: list[str] = []
    for each in fields(Audience):
        value = getattr(audience, each.name)
        if each.name == "ages" and value:
            told.append(f"age={value[0]}-{value[1]}")
        elif each.name == "never_heard" and value:
            told.append("never-heard=yes")
        elif each.name in _KEYS and value not in ((), "", None):
            several = value if isinstance(value, tuple) else (value,)
            told += [f"{_KEYS[each.name]}={one}" for one in several]
    return " ".join(told) or say(language, "everybody")


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency."""
    return f"{half_up(amount, 2)} {currency}"


def _budgets(language: str, campaign: Campaign, currency: str) -> str:
    told = say(language, "of", budget=money(campaign.budget, currency)) if campaign.budget is not None else ""
    if campaign.budget_a_day is not None:
        told += say(language, "a_day", budget=money(campaign.budget_a_day, currency))
    return told


def head(language: str, campaign: Campaign) -> Iterator[str]:
    """What it is: name, state, when, to whom, and its texts."""
    version = say(language, "versions", version=campaign.version)
    yield f"{campaign.id}"
    yield say(language, "name") + campaign.name
    yield say(language, "state") + f"{say(language, f'state.{campaign.state}')}, {version}"
    yield say(language, "kind") + when(language, campaign)
    audience = campaign.audience
    if campaign.kind is Kind.DRIP:
        audience = replace(audience, cohorts=(campaign.schedule.cohort, *audience.cohorts))
    yield say(language, "to") + whom(language, audience)
    if campaign.urgent:
        yield say(language, "urgent")
    for number, texts in enumerate(campaign.texts, 1):
        for spoken, text in texts.items():
            which = f"{say(language, 'text')} {number if len(campaign.texts) > 1 else ''}".strip()
            yield f"{which + ' ' + spoken + ':':<12}{text}"


def stands(
    language: str,
    campaign: Campaign,
    progress: Progress,
    spent: Spent,
    missed: Mapping[str, int],
    acts: Sequence[Act],
    currency: str,
    zone: tzinfo,
) -> Iterator[str]:
    """How it stands: what it is, its money, its progress, and what was done to it."""
    yield from head(language, campaign)
    told = say(language, "spent", money=money(spent.money, currency), today=money(spent.today, currency))
    yield say(language, "money") + told + _budgets(language, campaign, currency)
    if acts and (acts[-1].act, acts[-1].version) == (HELD, campaign.version) and campaign.budget:
        yield say(language, "held", id=campaign.id, waiting=progress.waiting, more=campaign.budget * 2)
    numbers = ("planned", "waiting", "queued", "sent", "delivered", "failed", "unknown", "cancelled", "expired")
    yield say(language, "progress", **{each: getattr(progress, each) for each in numbers})
    if progress.opted_out:
        yield say(language, "opted_out", n=progress.opted_out)
    if missed:
        yield say(language, "missed", reasons=", ".join(say(language, f"miss.{why}", n=n) for why, n in missed.items()))
    if progress.next_at:
        yield say(language, "next", at=moment(language, progress.next_at.astimezone(zone)))
    for note in progress.notes:
        yield f"  {note.replace(_DOWN, say(language, 'note.down'))}"
    yield say(language, "acts")
    for act in acts:
        reason = f": {act.reason}" if act.reason else ""
        by = say(language, "by", actor=act.actor)
        version = say(language, "versions", version=act.version)
        key = f"act.{act.act}"
        told = say(language, key) if key in WORDS[language] else act.act
        yield f"  {moment(language, act.at.astimezone(zone))}  {told} {by}, {version}{reason}"


def foreseen(
    language: str,
    campaign: Campaign,
    found: Preview,
    currency: str,
    *,
    priced: bool,
    rate: float,
    second: Decimal | None,
) -> Iterator[str]:
    """What it will do. `second`: the amount above which a second person approves, where that is so."""
    yield from head(language, campaign)
    yield ""
    yield say(language, "p.people", people=found.people, by_chat=found.by_chat)
    drip = campaign.kind is Kind.DRIP
    unplanned = "p.when_slot" if drip else "p.when_event"
    if found.sample:
        yield say(language, "p.sample", n=len(found.sample))
    for each in found.sample:
        at = moment(language, each.at) + f" ({each.at.tzname()})" if each.at else say(language, unplanned)
        size = say(language, "p.segments", segments=each.segments) if each.segments else say(language, "p.free")
        yield f"  {at}  {each.where}{'' if drip else size}"
        yield f"    {say(language, 'p.lesson') if drip else each.text}"
    yield from _priced(language, campaign, found, currency, priced=priced)
    yield say(language, "p.takes", length=length(found.takes), rate=f"{rate:g}")
    yield from _left(language, found.left_out)
    yield from _odd(language, found, currency)
    if second is not None:
        yield say(language, "p.second", people=MOST_PEOPLE, money=money(second, currency))
    if not found.doubts and second is None:
        yield say(language, "p.fine")


def _priced(language: str, campaign: Campaign, found: Preview, currency: str, *, priced: bool) -> Iterator[str]:
    if found.costs:
        yield say(language, "p.costs") + ("" if priced else " " + say(language, "p.no_price"))
    for operator, cost in found.costs.items():
        values = {"people": cost.people, "segments": cost.segments, "money": money(cost.money, currency)}
        yield say(language, "p.operator", operator=operator or say(language, "p.operator.unknown"), **values)
    if len(found.costs) > 1:
        people = sum(each.people for each in found.costs.values())
        values = {"people": people, "segments": found.segments, "money": money(found.money, currency)}
        yield say(language, "p.operator", operator=say(language, "p.all"), **values)
    if campaign.kind is Kind.RECURRING:
        key = "p.in_all" if found.occurrences is not None else "p.in_all.endless"
        yield say(language, key, n=found.occurrences, money=money(found.money_in_all, currency))


def _odd(language: str, found: Preview, currency: str) -> Iterator[str]:
    if found.dear:
        yield say(language, "p.dear")
    for dear in found.dear:
        values = {each.name: getattr(dear, each.name) for each in fields(dear)}
        shown = values | {"variant": dear.variant + 1, "characters": " ".join(dear.characters)}
        yield say(language, "p.dear.one", **shown)
    if found.doubts:
        yield say(language, "p.mind")
    for doubt in found.doubts:
        shown = {
            name: money(each, currency) if isinstance(each, Decimal) else each for name, each in doubt.values.items()
        }
        yield f"  - {say(language, f'doubt.{doubt.name}', **shown)}"


def _left(language: str, left_out: Mapping[str, int]) -> Iterator[str]:
    if not left_out:
        yield say(language, "p.left.none")
        return
    yield say(language, "p.left")
    for why, n in left_out.items():
        key = f"left.{why}"
        yield f"  {n:>6} {say(language, key, n=n) if key in WORDS[language] else why}"


def length(time: timedelta) -> str:
    """A span as people say it: 45 s, 12 min, 3 h 20 min."""
    seconds = int(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(-(-seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
