"""What looks wrong with a campaign before it starts: each doubt is a word and its values, and the doors word it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.delivering import sms
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.filling import chosen, unknown_places
from bot.delivering.hours import zone_of
from bot.delivering.planning import NOW, STALE, clock_time, hour_of, instant
from bot.delivering.timing import next_day
from bot.record import Policy

_ASKS = re.compile(
    r"\?|\b(responda|conteste|env[ií]e|escriba|reply|answer|text back|subiza|r[eé]pondez)\b", re.IGNORECASE
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing to look at: its name, and what a sentence about it needs. None of them forbids to start."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


def doubts(
    campaign: Campaign,
    by_language: Mapping[str, int],
    policy: Policy,
    now: datetime,
    *,
    money: Decimal,
    money_in_all: Decimal,
    priced: bool,
    takes: timedelta,
    one_way: bool,
    stops: Collection[str],
) -> tuple[Doubt, ...]:
    """Everything that looks wrong, what matters most first."""
    return (
        *_of_time(campaign, policy, now, takes),
        *_of_people(campaign, by_language),
        *_of_texts(campaign, one_way, stops),
        *_of_money(campaign, money, money_in_all, priced),
    )


def past(campaign: Campaign, now: datetime) -> date | None:
    """The day on which it should have gone out, where that is over for good; None where it still can."""
    schedule = campaign.schedule
    zone = zone_of(schedule.zone, "")
    today = now.astimezone(zone).date()
    if campaign.kind is Kind.ONCE and schedule.on:
        hour = hour_of(campaign)
        if not hour or hour == NOW:
            return schedule.on if schedule.on < today else None
        at = instant(schedule.on, hour, zone)
        return schedule.on if at is None or at < now - STALE else None
    over = campaign.kind is Kind.RECURRING and next_day(campaign, today) is None
    return schedule.ends_on or today if over else None


def _of_time(campaign: Campaign, policy: Policy, now: datetime, takes: timedelta) -> list[Doubt]:
    found = []
    gone = past(campaign, now)
    if gone:
        found.append(Doubt(name="past", values={"day": gone}))
    hour = hour_of(campaign)
    if hour and hour != NOW and not policy.waking[0] <= clock_time(hour).hour < policy.waking[1]:
        found.append(Doubt(name="night", values={"hour": hour, "first": policy.waking[0], "last": policy.waking[1]}))
    if campaign.kind is Kind.RECURRING and campaign.schedule.ends_on is None:
        found.append(Doubt(name="endless"))
    window = timedelta(hours=policy.waking[1] - policy.waking[0])
    if takes > window:
        found.append(Doubt(name="slow", values={"days": -(-takes // window)}))
    return found


def _of_people(campaign: Campaign, by_language: Mapping[str, int]) -> list[Doubt]:
    if not sum(by_language.values()):
        return [Doubt(name="nobody")]
    found = []
    for language, people in by_language.items():
        if not language or not campaign.texts:
            continue
        lacking = [texts for texts in campaign.texts if not texts.get(language, "").strip()]
        if lacking:
            instead = chosen(lacking[0], language, campaign.fallback)[0]
            values = {"language": language, "people": people, "instead": instead}
            found.append(Doubt(name="no_text", values=values))
    return found


def _of_texts(campaign: Campaign, one_way: bool, stops: Collection[str]) -> list[Doubt]:
    found = []
    said = [text for texts in campaign.texts for text in texts.values()]
    if not said and campaign.kind is not Kind.DRIP:
        found.append(Doubt(name="wordless"))
    for variant, texts in enumerate(campaign.texts, 1):
        for language, text in texts.items():
            segments = sms.segments(sms.fold_text(text, campaign.policy))
            if segments > 2:
                found.append(
                    Doubt(name="long", values={"language": language, "variant": variant, "segments": segments})
                )
    for place in dict.fromkeys(place for text in said for place in unknown_places(text)):
        found.append(Doubt(name="place", values={"place": place}))
    if one_way and any(_ASKS.search(text) for text in said):
        found.append(Doubt(name="one_way"))
    words = {word.casefold() for word in stops}
    if campaign.audience.never_heard and not any(words & set(_WORD.findall(text.casefold())) for text in said):
        found.append(Doubt(name="no_stop"))
    return found


def _of_money(campaign: Campaign, money: Decimal, money_in_all: Decimal, priced: bool) -> list[Doubt]:
    budgeted = campaign.budget is not None or campaign.budget_a_day is not None
    if budgeted and not priced:
        return [Doubt(name="no_price")]
    found = []
    if campaign.budget is not None and money_in_all > campaign.budget:
        found.append(Doubt(name="over", values={"money": money_in_all, "budget": campaign.budget}))
    if campaign.budget_a_day is not None and money > campaign.budget_a_day:
        days = -(-money // campaign.budget_a_day) if campaign.budget_a_day else 0
        found.append(Doubt(name="over_day", values={"budget": campaign.budget_a_day, "days": int(days)}))
    return found
