"""How campaigns are put into words: when, to whom, what looks wrong, what cannot be, what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from bot.cooperating.organisations import DAYS
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.doubting import Doubt
from bot.delivering.forming import Fault
from bot.delivering.planning import NOW, Act, hour_of
from bot.people import Scope
from console.asked import Asked
from store import cohorts, organisations
from store.campaign_names import Unknown
from store.database import Connection
from store.launching import NotDone

LANGUAGES = ("es", "qu", "ay", "rw", "en", "fr")
_FAULTS = frozenset({
    "empty", "one_of", "ages", "number", "date", "days", "hour", "money", "event", "no_texts", "no_time",
    "urgent_lesson", "backwards", "missing", "no_cohort", "no_kind", "outside",
})  # fmt: skip
_DOUBTS = frozenset({
    "past", "night", "endless", "slow", "nobody", "no_text", "wordless", "long", "place", "one_way", "no_stop",
    "no_price", "over", "over_day",
})  # fmt: skip
LEFT = frozenset({
    "no_consent", "stopped", "blocked", "wrong_number", "frozen", "unreachable", "no_address", "guardian", "paused",
})  # fmt: skip
_ACTS = frozenset({
    "created", "edited", "asked", "declined", "approved", "started", "paused", "resumed", "cancelled", "finished",
    "stopped", "held",
})  # fmt: skip


def names(conn: Connection, scope: Scope, campaigns: Iterable[Campaign]) -> Mapping[str, str]:
    """What the cooperatives, federations and cohorts are called that these name, by `kind:id`."""
    found = {f"cooperative:{each.id}": each.name for each in organisations.all_cooperatives(conn, scope)}
    found |= {f"federation:{each.id}": each.name for each in organisations.all_federations(conn)}
    wanted = {each for campaign in campaigns for each in (*campaign.audience.cohorts, campaign.schedule.cohort)}
    if wanted - {""}:
        found |= {f"cohort:{each.id}": each.name or each.id for each in cohorts.all_cohorts(conn, scope)}
    return found


def when(asked: Asked, campaign: Campaign, called: Mapping[str, str]) -> str:
    """When it goes out."""
    schedule = campaign.schedule
    match campaign.kind:
        case Kind.ONCE:
            day = _day(asked, schedule.on) if schedule.on else asked.t("campaigns.when.start")
            told = asked.t("campaigns.when.once", day=day)
        case Kind.RECURRING if len(schedule.days) == len(DAYS):
            told = asked.t("campaigns.when.daily")
        case Kind.RECURRING:
            days = ", ".join(asked.t(f"campaigns.day.{each}") for each in schedule.days)
            told = asked.t("campaigns.when.days", days=days)
        case Kind.DRIP:
            cohort = called.get(f"cohort:{schedule.cohort}", schedule.cohort)
            return asked.t("campaigns.when.drip", cohort=cohort)
        case Kind.EVENT:
            told = event(asked, campaign)
        case _:
            told = asked.t("campaigns.when.notice")
    if schedule.starts_on:
        told += asked.t("campaigns.when.from", day=_day(asked, schedule.starts_on))
    if schedule.ends_on:
        told += asked.t("campaigns.when.until", day=_day(asked, schedule.ends_on))
    hour = hour_of(campaign)
    key = "now" if hour == NOW else "at" if hour else "own"
    return f"{told}, {asked.t(f'campaigns.when.{key}', hour=hour)}"


def event(asked: Asked, campaign: Campaign) -> str:
    """After (or before) what in a learner's life."""
    schedule = campaign.schedule
    key = "session_before" if schedule.event == "session" and schedule.offset < 0 else schedule.event
    unit = _unit(asked, schedule.unit) if schedule.unit else asked.t("campaigns.when.any_unit")
    return asked.t(f"campaigns.when.{key}", n=abs(schedule.offset), unit=unit)


def whom(asked: Asked, audience: Audience, called: Mapping[str, str]) -> list[tuple[str, str]]:
    """To whom, as (what narrows, to which); empty where it goes to everybody who has agreed."""
    named = (
        ("cooperatives", [called.get(f"cooperative:{each}", each) for each in audience.cooperatives]),
        ("federations", [called.get(f"federation:{each}", each) for each in audience.federations]),
        ("cohorts", [called.get(f"cohort:{each}", each) for each in audience.cohorts]),
        ("courses", [_course(asked, each) for each in audience.courses]),
        ("occupations", audience.occupations),
        ("progress", [_progress(asked, audience.progress)] if audience.progress else []),
        ("places", audience.places),
        ("countries", [asked.t(f"campaigns.country.{each}") for each in audience.countries]),
        ("languages", [asked.t(f"campaigns.language.{each}") for each in audience.languages]),
        ("sexes", [asked.t(f"campaigns.sex.{each}") for each in audience.sexes]),
        ("ages", [_ages(*audience.ages)] if audience.ages else []),
        ("channels", [asked.t(f"campaigns.channel.{each}") for each in audience.channels]),
        ("certified", audience.certified),
        ("silent", [] if audience.silent_days is None else [asked.t("campaigns.days", n=audience.silent_days)]),
        ("never_heard", [asked.t("campaigns.yes")] if audience.never_heard else []),
        ("learners", [asked.t("campaigns.people", n=len(audience.learners))] if audience.learners else []),
    )
    return [(asked.t(f"campaigns.to.{name}"), ", ".join(values)) for name, values in named if values]


def fault(asked: Asked, each: Fault) -> str:
    """What is wrong with what was written, and what would do."""
    name = each.name if each.name in _FAULTS else "other"
    return asked.t(f"campaigns.fault.{name}", **each.values)


def unknown(asked: Asked, each: Unknown) -> str:
    """That there is no such thing."""
    return asked.t("campaigns.fault.missing", value=each.word)


def doubts(asked: Asked, found: Sequence[Doubt]) -> list[str]:
    """What looks wrong, each in a sentence."""
    return [asked.t(f"campaigns.doubt.{each.name}", **_shown(asked, each)) for each in found if each.name in _DOUBTS]


def _shown(asked: Asked, each: Doubt) -> dict[str, object]:
    def one(name: str, value: object) -> object:
        if isinstance(value, Decimal):
            return asked.pen.money(value)
        if isinstance(value, date):
            return asked.pen.day(value)
        if name in ("language", "instead"):
            return asked.t(f"campaigns.language.{value}")
        if name == "place":
            return f"{{{value}}}"
        return value

    shown = {name: one(name, value) for name, value in each.values.items()}
    counted = each.values.get("people", each.values.get("days", 2))
    return {**shown, "n": counted}


def refusal(asked: Asked, refused: NotDone) -> str:
    """Why it was not done, and what to do."""
    values = dict(refused.values)
    if "state" in values:
        values["state"] = asked.t(f"campaigns.state.{values['state']}")
    if "wish" in values:
        values["wish"] = asked.t(f"campaigns.wish.{values['wish']}")
    if isinstance(values.get("day"), date):
        values["day"] = asked.pen.day(values["day"])  # type: ignore[arg-type]
    return asked.t(f"campaigns.refused.{refused.name.replace('.', '_')}", **values)


def act(asked: Asked, each: Act, people: Mapping[str, str]) -> str:
    """What was done, by whom."""
    done = asked.t(f"campaigns.act.{each.act}") if each.act in _ACTS else each.act
    return asked.t("campaigns.act", act=done, actor=people.get(each.actor, each.actor), version=each.version)


def why(asked: Asked, reasons: Iterable[str]) -> list[str]:
    """Why a second person has to agree."""
    limit = asked.pen.money(asked.office.policy().notice_money)
    return [asked.t(f"campaigns.why.{each}", money=limit, people=asked.pen.number(1000)) for each in reasons]


def local(asked: Asked, at: datetime | None) -> str:
    """A learner's own time, by the clock that it bears."""
    if at is None:
        return ""
    return asked.pen.moment(at, at.tzinfo)


def _ages(youngest: int, oldest: int) -> str:
    return f"{youngest}–{oldest if oldest < 130 else '…'}"


def _day(asked: Asked, on: date) -> str:
    return asked.pen.day(on)


def _course(asked: Asked, id: str) -> str:
    course = asked.office.catalogue().courses.get(id)
    return course.title(asked.language) if course else id


def _unit(asked: Asked, id: str) -> str:
    units = (unit for course in asked.office.catalogue().courses.values() for unit in course.units)
    found = next((unit for unit in units if unit.id == id), None)
    return (found.titles.get(asked.language) or next(iter(found.titles.values()), id)) if found else id


def _progress(asked: Asked, progress: str) -> str:
    kind, _, unit = progress.partition(":")
    return asked.t(f"campaigns.progress.{kind.replace('-', '_')}", unit=_unit(asked, unit) if unit else "")
