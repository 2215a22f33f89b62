"""Put what the log noted beside an act into words: facts with their names, days as days, and no codes of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from console.asked import Asked

# Under which words a value of a fact is found, by the fact's name.
_VALUES: Mapping[str, tuple[str, ...]] = {
    "basis": ("audit.basis_",),
    "fate": ("learners.fate_",),
    "fields": ("learners.field_", "learners.", "audit.field_"),
    "language": ("learners.language_",),
    "outcome": ("learners.outcome_", "cases.value."),
    "reach": ("audit.reach_",),
    "result": ("cases.value.",),
    "rights": ("accounts.right_",),
    "role": ("accounts.role_",),
    "state": ("campaigns.state.",),
    "value": ("cases.value.",),
    "what": ("audit.what_",),
}
_PARTED = {"fields": ", ", "rights": " "}  # how several stand in one text
_IDS = ("by", "change")  # which say nothing to a reader
_DAYS = frozenset({"at", "since", "until"})


def facts(asked: Asked, details: Mapping[str, Any], named: Mapping[str, str]) -> list[tuple[str, str]]:
    """Details as pairs for a person: what changed as before → after, everything else as it is, what is empty not.
    `named`: what cooperatives and learners are called, by id."""
    before, after = details.get("before"), details.get("after")
    if isinstance(before, Mapping) and "after" not in details:
        # What is noted beside it is what it became.
        after = {name: value for name, value in details.items() if name in before}
        details = {name: value for name, value in details.items() if name not in before}
    rest = {name: value for name, value in details.items() if name not in ("before", "after", *_IDS)}
    pairs = [(name, said(asked, name, value, named)) for name, value in rest.items() if value not in (None, "", [], {})]
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        changed = [name for name in after if before.get(name) != after.get(name)]
        both = ((each, *(said(asked, each, of.get(each), named) for of in (before, after))) for each in changed)
        pairs += [(name, f"{old} → {new}") for name, old, new in both]
    elif "before" in details or "after" in details:
        pairs.append(("", f"{said(asked, '', before, named)} → {said(asked, '', after, named)}"))
    return [(word(asked, f"audit.field_{name}", name.replace("_", " ")) if name else "", told) for name, told in pairs]


def said(asked: Asked, name: str, value: object, named: Mapping[str, str]) -> str:
    """One value of the fact `name`, in words."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return asked.t("audit.yes" if value else "audit.no")
    if isinstance(value, list):
        return ", ".join(said(asked, name, each, named) for each in value) or "–"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{word(asked, f'audit.field_{each}', each)}: {said(asked, each, held, named)}"
            for each, held in value.items()
        )
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if name in _PARTED and _PARTED[name] in value:
        return ", ".join(said(asked, name, each, named) for each in value.split(_PARTED[name]))
    return _text(asked, name, value, named)


def _text(asked: Asked, name: str, value: str, named: Mapping[str, str]) -> str:
    if name in ("learner", "gone"):
        return named.get(value, value)
    if name in ("cooperative", "cooperatives"):
        return asked.t("accounts.everywhere") if value == "*" else named.get(value, value)
    if name in _DAYS:
        return _day(asked, value)
    if name == "money":
        return _money(asked, value)
    if name in ("course", "standard"):
        return title(asked, name, value)
    for prefix in _VALUES.get(name, ()):
        if (found := word(asked, f"{prefix}{value}", "")) != "":
            return found
    return value


def _day(asked: Asked, value: str) -> str:
    try:
        return asked.pen.moment(datetime.fromisoformat(value)) if "T" in value else asked.pen.day(value)
    except ValueError:
        return value


def _money(asked: Asked, value: str) -> str:
    try:
        return asked.pen.money(Decimal(value))
    except InvalidOperation:
        return value


def title(asked: Asked, name: str, value: str) -> str:
    """What a course or a standard is called."""
    catalogue = asked.office.catalogue()
    if name == "course":
        course = catalogue.courses.get(value)
        return course.title(asked.language) if course else value
    standard = catalogue.standards.get(value.partition("@")[0])
    return standard.title(asked.language) if standard else value


def word(asked: Asked, id: str, otherwise: str) -> str:
    """A sentence of the console; `otherwise` where there is none."""
    try:
        return asked.t(id)
    except KeyError:
        return otherwise
