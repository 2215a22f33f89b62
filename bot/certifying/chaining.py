"""Chain the acts of a case, so that an entry that was changed or taken out afterwards shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.certifying.cases import Act

APART = "apart"
"""In the data of an act: its reason stands apart from the chain, as its note does, so that it can be taken out."""


def set_apart(act: Act) -> Act:
    """An act whose reason may one day be erased with the person whom it speaks of: one that has a salt."""
    return replace(act, data={**act.data, APART: "reason"}) if act.salt and act.reason else act


def noted(act: Act) -> str:
    """What the chain keeps of somebody's own words: a salted hash, worth nothing once words and salt are erased."""
    if act.data.get(APART):
        return hashlib.sha256(f"{act.salt}\n{act.note}\n{act.reason}".encode()).hexdigest()
    return hashlib.sha256(f"{act.salt}\n{act.note}".encode()).hexdigest() if act.note else ""


def digest(case: str, before: str, act: Act, said: str | None = None) -> str:
    """The hash of an act and of all that was before it. `said` is the kept hash of a note that has been erased."""
    facts = {
        "case": case,
        "before": before,
        "seq": act.seq,
        "kind": act.kind,
        "actor": act.actor,
        "role": act.role,
        "reason": "" if act.data.get(APART) else act.reason,
        "unit": act.unit,
        "element": act.element,
        "criterion": act.criterion,
        "value": act.value,
        "data": dict(sorted(act.data.items())),
        "corrects": act.corrects,
        "note": noted(act) if said is None else said,
        "at": _moment(act.at),
    }
    plain = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def chained(case: str, acts: Sequence[Act], act: Act) -> Act:
    """The act as the next entry after these."""
    last = acts[-1] if acts else None
    placed = replace(act, seq=(last.seq if last else 0) + 1)
    return replace(placed, digest=digest(case, last.digest if last else "", placed))


def broken_at(case: str, acts: Sequence[Act], said: Sequence[str] | None = None) -> int:
    """The number of the first act that does not follow from those before it; 0 where the chain holds.

    `said` are the kept hashes of the notes, where some have been erased with their authors.
    """
    before = ""
    for place, act in enumerate(acts):
        kept = said[place] if said is not None else None
        said_apart = act.note or (act.reason and act.data.get(APART))
        if said_apart and kept is not None and kept != noted(act):
            return place + 1
        if act.seq != place + 1 or act.digest != digest(case, before, act, kept):
            return place + 1
        before = act.digest
    return 0


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
