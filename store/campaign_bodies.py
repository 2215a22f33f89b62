"""How a campaign lies in one JSON column, and how it is read back: empty fields left out, unknown ones passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Catchup, Kind, Schedule, State
from store.shapes import dumps, loads

# These have columns of their own.
_COLUMNS = ("id", "name", "version", "urgent", "cooperative", "created_by", "approved_by", "created_at", "started_at")
_DATES = frozenset(("on", "starts_on", "ends_on"))


def body(campaign: Campaign) -> str:
    """What of a campaign has no column."""
    out: dict[str, Any] = {
        "audience": _slim(campaign.audience),
        "texts": [dict(each) for each in campaign.texts],
        "fallback": list(campaign.fallback),
        "schedule": _slim(campaign.schedule),
        "catchup": campaign.catchup.value,
        "policy": campaign.policy,
    }
    if campaign.survey:
        out["survey"] = campaign.survey
    for name in ("budget", "budget_a_day"):
        if (money := getattr(campaign, name)) is not None:
            out[name] = str(money)
    return dumps(out)


def campaign(row: Mapping[str, Any]) -> Campaign:
    """The campaign of a row of `campaigns`."""
    held = loads(row["body"]) if row["body"] else {}
    return Campaign(
        **{name: row[name] for name in _COLUMNS},
        kind=Kind(row["kind"]),
        state=State(row["state"]),
        audience=_audience(held.get("audience", {})),
        texts=tuple(held.get("texts", ())),
        fallback=tuple(held.get("fallback", ())),
        schedule=_schedule(held.get("schedule", {})),
        catchup=Catchup(held.get("catchup", Catchup.LATEST)),
        policy=held.get("policy", "gsm"),
        survey=held.get("survey", ""),
        budget=_money(held.get("budget")),
        budget_a_day=_money(held.get("budget_a_day")),
    )


def audience_json(audience: Audience) -> str:
    """An audience as JSON."""
    return dumps(_slim(audience))


def _slim(value: Audience | Schedule) -> dict[str, Any]:
    out = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if each.default is not MISSING and held == each.default:
            continue
        out[each.name] = held.isoformat() if isinstance(held, date) else held
    return out


def _audience(held: Mapping[str, Any]) -> Audience:
    known = {each.name for each in fields(Audience)}
    given: dict[str, Any] = {name: _frozen(value) for name, value in held.items() if name in known}
    return Audience(**given)


def _schedule(held: Mapping[str, Any]) -> Schedule:
    known = {each.name for each in fields(Schedule)}
    given: dict[str, Any] = {name: _frozen(value) for name, value in held.items() if name in known}
    given |= {name: date.fromisoformat(given[name]) for name in _DATES & given.keys()}
    return Schedule(**given)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _money(held: str | None) -> Decimal | None:
    return None if held is None else Decimal(held)
