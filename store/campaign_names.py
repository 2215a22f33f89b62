"""What a campaign names and nobody knows: cooperatives, federations, cohorts, courses, units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import Connection

from bot.catalogue import Catalogue
from bot.delivering.campaigns import Campaign, Kind
from bot.people import Scope
from store import cohorts, organisations


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A word of a kind that there is not: what comes near ("" for nothing), and what there is."""

    kind: str
    word: str
    near: str = ""
    known: tuple[str, ...] = ()


def unknown(conn: Connection, scope: Scope, catalogue: Catalogue, campaign: Campaign) -> list[Unknown]:
    """What it names that is not in the scope. What is outside it looks as if it were not there."""
    known: Mapping[str, set[str]] = {
        "cooperative": {each.id for each in organisations.all_cooperatives(conn, scope)},
        "federation": {each.id for each in organisations.all_federations(conn)},
        "cohort": {each.id for each in cohorts.all_cohorts(conn, scope)},
        "course": {course.id for course in catalogue.courses.values()},
        "unit": {unit.id for course in catalogue.courses.values() for unit in course.units},
    }
    return [
        Unknown(
            kind=kind,
            word=word,
            near=next(iter(get_close_matches(word, known[kind], 1, 0.5)), ""),
            known=tuple(sorted(known[kind])),
        )
        for kind, word in dict.fromkeys(_named(campaign))
        if word not in known[kind]
    ]


def _named(campaign: Campaign) -> list[tuple[str, str]]:
    audience, schedule = campaign.audience, campaign.schedule
    named = [
        *(("cooperative", each) for each in (*audience.cooperatives, *filter(None, (campaign.cooperative,)))),
        *(("federation", each) for each in audience.federations),
        *(("cohort", each) for each in audience.cohorts),
        *(("course", each) for each in audience.courses),
        *(("unit", each) for each in filter(None, (schedule.unit, audience.progress.partition("unit:")[2]))),
    ]
    return [*named, ("cohort", schedule.cohort)] if campaign.kind is Kind.DRIP else named
