"""A campaign as it was sent, entry by entry, for the one reader of campaigns; and as it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bot.delivering import audiences
from bot.delivering.campaigns import Campaign, Kind, Schedule
from bot.delivering.forming import Entry
from console.api.campaign_shapes import Audience, AudienceShown, CampaignPatch, CampaignShown, NewCampaign
from console.api.table import Call

# Field of the API's audience → field of the filter.
_FILTERS: Mapping[str, str] = {
    "learner": "learners",
    "occupation": "occupations",
    "course": "courses",
    "cohort": "cohorts",
    "cooperative": "cooperatives",
    "federation": "federations",
    "place": "places",
    "country": "countries",
    "language": "languages",
    "sex": "sexes",
    "channel": "channels",
    "certified": "certified",
}


def entries_of(call: Call, sent: NewCampaign) -> Iterator[Entry]:
    """What was sent, as the one reader of campaigns takes it."""
    own = call.scope.cooperatives
    cooperative = sent.cooperative or (next(iter(own)) if own and len(own) == 1 else "")
    return _entries(call, sent.model_copy(update={"cooperative": cooperative}), NewCampaign.model_fields, cooperative)


def edits_of(call: Call, sent: CampaignPatch, held: Campaign) -> Iterator[Entry]:
    """What is to be another, as the one reader takes it; `emptied` says from what it starts."""
    return _entries(call, sent, sent.model_fields_set, sent.cooperative or held.cooperative)


def emptied(sent: CampaignPatch, held: Campaign) -> Campaign:
    """The campaign without what is replaced as a whole, and without what was sent empty."""
    given, schedule = sent.model_fields_set, held.schedule
    if "starts_on" in given:
        schedule = replace(schedule, starts_on=None)
    if "ends_on" in given:
        schedule = replace(schedule, ends_on=None)
    if "once" in given and held.kind is Kind.ONCE:
        schedule = replace(schedule, on=None)
    if "every" in given and held.kind is Kind.RECURRING:
        schedule = replace(schedule, days=())
    return replace(
        held,
        schedule=schedule,
        texts=() if "texts" in given else held.texts,
        audience=audiences.Audience() if "to" in given else held.audience,
        budget=None if "budget" in given else held.budget,
        urgent=held.urgent and "urgent" not in given,
        cooperative="" if "cooperative" in given else held.cooperative,
    )


def _entries(call: Call, sent: NewCampaign, given: Collection[str], cooperative: str) -> Iterator[Entry]:
    told: Mapping[str, str] = {
        "name": sent.name,
        "once": sent.once.isoformat() if sent.once else "",
        "every": " ".join(sent.every),
        "drip": sent.drip,
        "event": sent.event,
        "hour": sent.hour,
        "starts_on": sent.starts_on.isoformat() if sent.starts_on else "",
        "ends_on": sent.ends_on.isoformat() if sent.ends_on else "",
        "urgent": "yes" if sent.urgent else "",
        "cooperative": sent.cooperative,
        "budget": sent.budget,
    }
    keys = {"starts_on": "from", "ends_on": "until"}
    for name, value in told.items():
        if value and name in given:
            yield Entry(key=keys.get(name, name), value=value, where=f"/{name}")
    for variant, texts in enumerate(sent.texts):
        for language, text in texts.items():
            yield Entry(key=f"text.{language}", value=text, where=f"/texts/{variant}/{language}", variant=variant)
    if "to" in given:
        yield from _narrowing(call, sent.to, cooperative)


def _narrowing(call: Call, to: Audience, cooperative: str) -> Iterator[Entry]:
    singles = {
        "progress": to.progress,
        "silent": "" if to.silent_days is None else str(to.silent_days),
        "never-heard": "yes" if to.never_heard else "",
    }
    if to.age_from is not None or to.age_to is not None:
        singles["age"] = f"{to.age_from or 0}-{130 if to.age_to is None else to.age_to}"
    for key, value in singles.items():
        if value:
            yield Entry(key=f"to.{key}", value=value, where=f"/to/{key}")
    for name in _FILTERS:
        for place, value in enumerate(getattr(to, name)):
            yield Entry(key=f"to.{name}", value=value, where=f"/to/{name}/{place}")
    if call.scope.cooperatives is not None and not to.cooperative and cooperative:
        yield Entry(key="to.cooperative", value=cooperative, where="/to/cooperative")


# --- as it is told ---


def shown(each: Campaign) -> CampaignShown:
    """A campaign as it is told."""
    schedule = each.schedule
    return CampaignShown(
        id=each.id,
        name=each.name,
        kind=each.kind.value,
        state=each.state.value,
        version=each.version,
        urgent=each.urgent,
        cooperative=each.cooperative,
        texts=[dict(texts) for texts in each.texts],
        once=schedule.on if each.kind is Kind.ONCE else None,
        every=list(schedule.days) if each.kind is Kind.RECURRING else [],
        drip=schedule.cohort if each.kind is Kind.DRIP else "",
        event=_event(schedule) if each.kind is Kind.EVENT else "",
        hour=schedule.hour or "own",
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        budget="" if each.budget is None else f"{each.budget:f}",
        to=_audience(each.audience),
        survey=each.survey,
        created_by=each.created_by,
        created_at=each.created_at,
        started_at=each.started_at,
    )


def _event(schedule: Schedule) -> str:
    unit = f":{schedule.unit}" if schedule.unit else ""
    return f"{schedule.event}{unit}{f'{schedule.offset:+d}' if schedule.offset else ''}"


def _audience(held: audiences.Audience) -> AudienceShown:
    youngest, oldest = held.ages or (None, None)
    return AudienceShown(
        **{name: list(getattr(held, theirs)) for name, theirs in _FILTERS.items()},
        progress=held.progress,
        silent_days=held.silent_days,
        never_heard=held.never_heard,
        age_from=youngest,
        age_to=oldest,
    )
