"""Make a campaign from what a person wrote, by flags or in a file: each value read strictly, each fault placed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from bot.cooperating.organisations import DAYS
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Catchup, Kind, Schedule
from bot.delivering.filling import filled
from bot.delivering.planning import NOW
from bot.delivering.sms import POLICIES
from bot.delivering.spending import amount
from bot.talking.wording import PLURALS

# How people name the days: in English and Spanish, in full or short.
_DAY_NAMES = {
    **{name: day for day in DAYS for name in (day,)},
    **dict(zip(("lun", "mar", "mie", "jue", "vie", "sab", "dom"), DAYS, strict=True)),
}
_EVENT = re.compile(r"(joined|session|silence|unit)(?::([\w.-]+))?([+-]\d{1,3})?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PROGRESS = re.compile(r"not-started|started|finished|(?:not-)?unit:[\w.-]+")
_LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = {  # --to → field of Audience, and what it may be (empty: anything)
    "learner": ("learners", ()),
    "occupation": ("occupations", ()),
    "course": ("courses", ()),
    "cohort": ("cohorts", ()),
    "cooperative": ("cooperatives", ()),
    "federation": ("federations", ()),
    "place": ("places", ()),
    "country": ("countries", ("PE", "BO", "RW")),
    "language": ("languages", tuple(PLURALS)),
    "sex": ("sexes", ("f", "m", "x")),
    "channel": ("channels", ("sms", "telegram")),
    "certified": ("certified", ("none", "learning", "ready", "applied", "certified", "expired")),
}
FILTERS = (*_LISTS, "progress", "age", "silent", "never-heard")
_YES, _NO = ("yes", "true", "1", "si", "sí"), ("no", "false", "0")
KEYS = (
    "name", "once", "every", "drip", "event", "hour", "from", "until", "zone", "catchup", "urgent", "cooperative",
    "budget", "budget-day", "policy", "fallback",
)  # fmt: skip
_KINDS = {"once": Kind.ONCE, "every": Kind.RECURRING, "drip": Kind.DRIP, "event": Kind.EVENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was written. `key` is one of KEYS, `to.<filter>` or `text.<language>`; `where` names its place."""

    key: str
    value: str
    where: str
    variant: int = 0  # of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What cannot be taken: its place, its name, and what a sentence about it needs."""

    where: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict)


class _Wrong(Exception):
    """A value that cannot be read: `name` of the fault and what would do."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


def formed(base: Campaign, entries: Sequence[Entry], today: date) -> tuple[Campaign, list[Fault]]:
    """`base` with what was written, and every fault; the campaign is whole only where there is none.

    Only what is written changes. Audience: if any filter is written, all the others are open again. Texts: each
    replaces the one of its language and variant. `today` (local) is what "today" and "tomorrow" count from.
    """
    faults: list[Fault] = []
    audience = Audience() if any(each.key.startswith("to.") for each in entries) else base.audience
    campaign = replace(base, audience=audience)
    for entry in entries:
        try:
            campaign = _taken(campaign, entry, today)
        except _Wrong as wrong:
            faults.append(Fault(where=entry.where, name=wrong.name, values={"value": entry.value, **wrong.values}))
    faults += _clashes(entries)
    return _named(campaign), faults


def lacks(campaign: Campaign) -> list[Fault]:
    """What a campaign must have before it can be kept."""
    faults = []
    if not campaign.texts and campaign.kind is not Kind.DRIP:
        faults.append(Fault(where="", name="no_texts"))
    if campaign.kind is Kind.RECURRING and not campaign.schedule.days:
        faults.append(Fault(where="", name="no_time"))
    if campaign.urgent and campaign.kind is Kind.DRIP:
        faults.append(Fault(where="", name="urgent_lesson"))
    schedule = campaign.schedule
    if schedule.starts_on and schedule.ends_on and schedule.ends_on < schedule.starts_on:
        faults.append(Fault(where="", name="backwards", values={"from": schedule.starts_on, "until": schedule.ends_on}))
    return faults


def id_for(campaign: Campaign, today: date) -> str:
    """An id that can be typed: the name, and a few digits of what it says, to whom, and the day, so that the same
    thing asked for twice is one campaign."""
    plain = unicodedata.normalize("NFKD", campaign.name.casefold()).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain)[:5])[:28].strip("-") or "campaign"
    held = (campaign.name, campaign.kind, campaign.texts, campaign.audience, campaign.schedule, campaign.budget, today)
    return f"{slug}-{sha256(repr(held).encode()).hexdigest()[:4]}"


def _taken(campaign: Campaign, entry: Entry, today: date) -> Campaign:
    head, _, rest = entry.key.partition(".")
    if head == "to":
        return replace(campaign, audience=_narrowed(campaign.audience, rest, entry.value))
    if head == "text":
        return _worded(campaign, rest, entry)
    reader = _READERS.get(entry.key)
    if reader is None:
        raise _Wrong("key", key=entry.key)
    return reader(campaign, entry.value.strip(), today)


def _worded(campaign: Campaign, language: str, entry: Entry) -> Campaign:
    if language not in PLURALS:
        raise _Wrong("language", language=language, known=", ".join(PLURALS))
    if not entry.value.strip():
        raise _Wrong("empty")
    texts = [dict(each) for each in campaign.texts]
    texts += [{} for _ in range(entry.variant + 1 - len(texts))]
    texts[entry.variant][language] = unicodedata.normalize("NFC", entry.value.strip())
    return replace(campaign, texts=tuple(texts))


def _narrowed(audience: Audience, key: str, value: str) -> Audience:
    value = value.strip()
    if key in _LISTS:
        name, known = _LISTS[key]
        value = value.upper() if key == "country" else value.casefold() if known else value
        if not value or (known and value not in known):
            raise _Wrong("one_of", known=", ".join(known))
        more: dict[str, Any] = {name: (*getattr(audience, name), value)}
        return replace(audience, **more)
    match key:
        case "progress" if _PROGRESS.fullmatch(value):
            return replace(audience, progress=value)
        case "age":
            return replace(audience, ages=_ages(value))
        case "silent":
            return replace(audience, silent_days=_whole(value))
        case "never-heard" if value.casefold() in (*_YES, *_NO):
            return replace(audience, never_heard=value.casefold() in _YES)
        case "progress":
            raise _Wrong("one_of", known="not-started, started, finished, unit:ID, not-unit:ID")
        case "never-heard":
            raise _Wrong("one_of", known="yes, no")
    raise _Wrong("filter", key=key, known=", ".join(FILTERS))


def _ages(value: str) -> tuple[int, int]:
    first, dash, last = value.partition("-")
    youngest = _whole(first)
    oldest = _whole(last) if last else (130 if dash else youngest)
    if oldest < youngest:
        raise _Wrong("ages")
    return youngest, oldest


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 6):
        raise _Wrong("number")
    return int(value)


def _day(value: str, today: date) -> date:
    near = {"today": 0, "hoy": 0, "tomorrow": 1, "mañana": 1, "manana": 1}.get(value.casefold())
    if near is not None:
        return today + timedelta(days=near)
    found = _DAY_FIRST.fullmatch(value)
    try:
        return date.fromisoformat(f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else value)
    except ValueError:
        raise _Wrong("date", example=today.isoformat()) from None


def _days(value: str) -> tuple[str, ...]:
    if value.casefold() in ("day", "dia", "día"):
        return DAYS
    plain = unicodedata.normalize("NFKD", value.casefold()).encode("ascii", "ignore").decode()
    found = {_DAY_NAMES.get(each[:3]) for each in re.findall(r"[a-z]+", plain)}
    if not found or None in found:
        raise _Wrong("days", known=", ".join(DAYS))
    return tuple(day for day in DAYS if day in found)


def _hour(value: str) -> str:
    if value.casefold() in ("own", "suya", ""):
        return ""
    if value.casefold() in (NOW, "ahora"):
        return NOW
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", value)
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise _Wrong("hour")
    return f"{int(match[1]):02d}:{match[2] or '00'}"


def _money(value: str) -> Decimal | None:
    if value.casefold() in ("none", "no", "sin"):
        return None
    money = amount(value)
    if not money:
        raise _Wrong("money")
    return money


def _one_of(value: str, known: Sequence[str]) -> str:
    if value.casefold() not in known:
        raise _Wrong("one_of", known=", ".join(known))
    return value.casefold()


def _event(schedule: Schedule, value: str) -> Schedule:
    match = _EVENT.fullmatch(value)
    if not match or (match[2] and match[1] != "unit"):
        raise _Wrong("event")
    return replace(schedule, event=match[1], unit=match[2] or "", offset=int(match[3] or 0))


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise _Wrong("zone") from None


_Reader = Callable[[Campaign, str, date], Campaign]


def _at(change: Callable[[Schedule, str, date], Schedule], kind: Kind | None = None) -> _Reader:
    """A reader of one part of the schedule; one that settles the kind drops what belonged to another."""

    def read(campaign: Campaign, value: str, today: date) -> Campaign:
        kept = campaign.schedule
        if kind and kind is not campaign.kind:
            kept = Schedule(zone=kept.zone, hour=kept.hour, starts_on=kept.starts_on, ends_on=kept.ends_on)
        return replace(campaign, kind=kind or campaign.kind, schedule=change(kept, value, today))

    return read


_READERS: Mapping[str, _Reader] = {
    "name": lambda campaign, value, today: replace(campaign, name=value[:80]),
    "once": _at(lambda schedule, value, today: replace(schedule, on=_day(value, today)), Kind.ONCE),
    "every": _at(lambda schedule, value, today: replace(schedule, days=_days(value)), Kind.RECURRING),
    "drip": _at(lambda schedule, value, today: replace(schedule, cohort=value), Kind.DRIP),
    "event": _at(lambda schedule, value, today: _event(schedule, value), Kind.EVENT),
    "hour": _at(lambda schedule, value, today: replace(schedule, hour=_hour(value))),
    "from": _at(lambda schedule, value, today: replace(schedule, starts_on=_day(value, today))),
    "until": _at(lambda schedule, value, today: replace(schedule, ends_on=_day(value, today))),
    "zone": _at(lambda schedule, value, today: replace(schedule, zone=_zone(value))),
    "catchup": lambda campaign, value, today: replace(
        campaign, catchup=Catchup(_one_of(value, [each.value for each in Catchup]))
    ),
    "urgent": lambda campaign, value, today: replace(campaign, urgent=_one_of(value, (*_YES, *_NO)) in _YES),
    "cooperative": lambda campaign, value, today: replace(campaign, cooperative=value),
    "budget": lambda campaign, value, today: replace(campaign, budget=_money(value)),
    "budget-day": lambda campaign, value, today: replace(campaign, budget_a_day=_money(value)),
    "policy": lambda campaign, value, today: replace(campaign, policy=_one_of(value, POLICIES)),
    "fallback": lambda campaign, value, today: replace(
        campaign, fallback=tuple(_one_of(each, tuple(PLURALS)) for each in re.findall(r"\w+", value))
    ),
}


def _clashes(entries: Sequence[Entry]) -> list[Fault]:
    """Two ways of saying when cannot both hold."""
    kinds = [each for each in entries if each.key in _KINDS]
    if len({each.key for each in kinds}) < 2:
        return []
    return [Fault(where=kinds[-1].where, name="two_times", values={"keys": ", ".join(each.key for each in kinds)})]


def _named(campaign: Campaign) -> Campaign:
    if campaign.name or not campaign.texts:
        return campaign
    first = next(iter(campaign.texts[0].values()), "")
    plain = filled(first, name="", cooperative="", course="")
    return replace(campaign, name=" ".join(plain.split()[:6])[:60].strip(" ,.:;"))
