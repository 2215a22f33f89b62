"""A campaign as it was sent, entry by entry, for the one reader of campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.delivering.forming import Entry
from console.api.campaign_shapes import Audience, NewCampaign
from console.api.table import Call


def entries_of(call: Call, sent: NewCampaign) -> Iterator[Entry]:
    """What was sent, as the one reader of campaigns takes it."""
    cooperative = sent.cooperative
    if not cooperative and call.scope.cooperatives is not None and len(call.scope.cooperatives) == 1:
        cooperative = next(iter(call.scope.cooperatives))
    told: Mapping[str, str] = {
        "name": sent.name,
        "once": sent.once.isoformat() if sent.once else "",
        "every": " ".join(sent.every),
        "drip": sent.drip,
        "event": sent.event,
        "hour": sent.hour,
        "from": sent.starts_on.isoformat() if sent.starts_on else "",
        "until": sent.ends_on.isoformat() if sent.ends_on else "",
        "urgent": "yes" if sent.urgent else "",
        "cooperative": cooperative,
        "budget": sent.budget,
    }
    where = {"from": "starts_on", "until": "ends_on"}
    for key, value in told.items():
        if value:
            yield Entry(key=key, value=value, where=f"/{where.get(key, key)}")
    for variant, texts in enumerate(sent.texts):
        for language, text in texts.items():
            yield Entry(key=f"text.{language}", value=text, where=f"/texts/{variant}/{language}", variant=variant)
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
    lists = [name for name, held in Audience.model_fields.items() if held.default == ()]
    for name in lists:
        for place, value in enumerate(getattr(to, name)):
            yield Entry(key=f"to.{name}", value=value, where=f"/to/{name}/{place}")
    if call.scope.cooperatives is not None and not to.cooperative and cooperative:
        yield Entry(key="to.cooperative", value=cooperative, where="/to/cooperative")
