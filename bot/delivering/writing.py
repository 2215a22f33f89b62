"""A campaign as a form holds it, field by field: from what was typed, or from a campaign that is to be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.forming import Entry, Fault, formed, lacks
from bot.delivering.planning import NOW

KINDS = ("once", "every", "drip", "event")
OF_KIND = {Kind.ONCE: "once", Kind.RECURRING: "every", Kind.DRIP: "drip", Kind.EVENT: "event"}
EVENTS = ("joined", "unit", "session", "silence")
LISTS = {  # field of the form → filter of the audience, and its field there
    "cooperatives": ("cooperative", "cooperatives"),
    "federations": ("federation", "federations"),
    "cohorts": ("cohort", "cohorts"),
    "courses": ("course", "courses"),
    "countries": ("country", "countries"),
    "languages": ("language", "languages"),
    "sexes": ("sex", "sexes"),
    "channels": ("channel", "channels"),
}
PLAIN = (
    "name", "kind", "on", "from", "until", "drip", "event", "offset", "side", "unit", "hour_kind", "hour", "progress",
    "progress_unit", "places", "age_from", "age_to", "silent", "never_heard", "budget", "budget_day", "urgent",
    "cooperative",
)  # fmt: skip
_PLACED = {"no_texts": "text-0-es", "no_time": "days", "backwards": "until", "urgent_lesson": "urgent"}
_OF_UNKNOWN = {"cooperative": "cooperatives", "federation": "federations", "cohort": "cohorts", "course": "courses"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the fields hold. `fields` has one text for each of PLAIN, `lists` the ticked values of LISTS and the days,
    `texts` one mapping language → text for each variant."""

    fields: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: tuple[Mapping[str, str], ...] = ({},)

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def ticked(self, name: str) -> tuple[str, ...]:
        """The values that are ticked in a list."""
        return self.lists.get(name, ())

    def entries(self) -> Iterator[Entry]:
        """What was written, for `bot.delivering.forming.formed`; `where` is the name of the field."""
        for name in ("name", "budget", "cooperative", "urgent"):
            if self[name]:
                yield Entry(key=name, value=self[name], where=name)
        if self["budget_day"]:
            yield Entry(key="budget-day", value=self["budget_day"], where="budget_day")
        yield from self._when()
        yield from self._whom()
        if self["kind"] != "drip":
            for variant, texts in enumerate(self._spoken()):
                for language, text in texts.items():
                    where = f"text-{variant}-{language}"
                    yield Entry(key=f"text.{language}", value=text, where=where, variant=variant)

    def _spoken(self) -> Iterator[Mapping[str, str]]:
        for texts in self.texts:
            said = {language: text for language, text in texts.items() if text.strip()}
            if said:
                yield said

    def _when(self) -> Iterator[Entry]:
        kind = self["kind"]
        if kind == "once" and self["on"]:
            yield Entry(key="once", value=self["on"], where="on")
        if kind == "every":
            if self.ticked("days"):
                yield Entry(key="every", value=",".join(self.ticked("days")), where="days")
            for name in ("from", "until"):
                if self[name]:
                    yield Entry(key=name, value=self[name], where=name)
        if kind == "drip":
            yield Entry(key="drip", value=self["drip"], where="drip")
            return
        if kind == "event":
            unit = f":{self['unit']}" if self["event"] == "unit" and self["unit"] else ""
            sign = "-" if self["side"] == "before" and self["event"] == "session" else "+"
            value = f"{self['event']}{unit}{sign}{self['offset'] or '0'}"
            yield Entry(key="event", value=value, where="offset")
        hour = {"now": NOW, "at": self["hour"] or "?"}.get(self["hour_kind"], "own")
        yield Entry(key="hour", value=hour, where="hour")

    def _whom(self) -> Iterator[Entry]:
        for name, (key, _) in LISTS.items():
            for value in self.ticked(name):
                yield Entry(key=f"to.{key}", value=value, where=name)
        for place in re.split(r"[,;\n]", self["places"]):
            if place.strip():
                yield Entry(key="to.place", value=place.strip(), where="places")
        progress = self["progress"]
        if progress in ("unit", "not-unit"):
            progress = f"{progress}:{self['progress_unit'] or '?'}"
        for key, value in (
            ("progress", progress),
            ("age", f"{self['age_from'] or 0}-{self['age_to']}" if self["age_from"] or self["age_to"] else ""),
            ("silent", self["silent"]),
            ("never-heard", self["never_heard"]),
        ):
            if value:
                where = {"age": "age_from", "never-heard": "never_heard"}.get(key, key)
                yield Entry(key=f"to.{key}", value=value, where=where)


def made(written: Written, base: Campaign, today: date) -> tuple[Campaign, list[Fault]]:
    """The campaign that these fields describe, and every fault by the field that it belongs to. Of `base` stays what
    the form does not hold: who made it, its version, its catch-up and how SMS folds it."""
    blank = Campaign(
        id=base.id,
        name="",
        kind=Kind.ONCE,
        state=base.state,
        version=base.version,
        schedule=replace(base.schedule, on=None, days=(), hour="", starts_on=None, ends_on=None, cohort="", event=""),
        fallback=base.fallback,
        catchup=base.catchup,
        policy=base.policy,
        audience=Audience(learners=base.audience.learners, occupations=base.audience.occupations),
        created_by=base.created_by,
        approved_by=base.approved_by,
        created_at=base.created_at,
        started_at=base.started_at,
    )
    found, faults = formed(blank, list(written.entries()), today)
    hidden = {name: getattr(base.audience, name) for name in ("learners", "occupations", "certified")}
    found = replace(found, audience=replace(found.audience, **hidden))
    if written["kind"] == "drip" and not written["drip"]:
        faults.append(Fault(where="drip", name="no_cohort"))
    if written["kind"] == "every" and not written.ticked("days"):
        faults.append(Fault(where="days", name="no_time"))
    if written["kind"] not in KINDS:
        faults.append(Fault(where="kind", name="no_kind"))
    if not faults:
        faults = [replace(each, where=_PLACED.get(each.name, "")) for each in lacks(found)]
    return found, faults


def field_of(kind: str) -> str:
    """The field of the form to which a word that nobody knows belongs, by its kind."""
    return _OF_UNKNOWN.get(kind, kind)


def of_campaign(campaign: Campaign) -> Written:
    """A campaign as the form shows it."""
    schedule, audience = campaign.schedule, campaign.audience
    kind, _, unit = audience.progress.partition(":")
    youngest, oldest = audience.ages or (0, 0)
    fields = {
        "name": campaign.name,
        "kind": OF_KIND.get(campaign.kind, "once"),
        "on": schedule.on.isoformat() if schedule.on else "",
        "from": schedule.starts_on.isoformat() if schedule.starts_on else "",
        "until": schedule.ends_on.isoformat() if schedule.ends_on else "",
        "drip": schedule.cohort,
        "event": schedule.event,
        "offset": str(abs(schedule.offset)) if schedule.event else "",
        "side": "before" if schedule.offset < 0 else "after",
        "unit": schedule.unit,
        "hour_kind": "now" if schedule.hour == NOW else "at" if schedule.hour else "own",
        "hour": "" if schedule.hour == NOW else schedule.hour,
        "progress": kind,
        "progress_unit": unit,
        "places": ", ".join(audience.places),
        "age_from": str(youngest) if audience.ages else "",
        "age_to": str(oldest) if audience.ages and oldest < 130 else "",
        "silent": "" if audience.silent_days is None else str(audience.silent_days),
        "never_heard": "yes" if audience.never_heard else "",
        "budget": "" if campaign.budget is None else str(campaign.budget),
        "budget_day": "" if campaign.budget_a_day is None else str(campaign.budget_a_day),
        "urgent": "yes" if campaign.urgent else "",
        "cooperative": campaign.cooperative,
    }
    lists = {name: getattr(audience, held) for name, (_, held) in LISTS.items()}
    return Written(fields=fields, lists={**lists, "days": schedule.days}, texts=campaign.texts or ({},))
