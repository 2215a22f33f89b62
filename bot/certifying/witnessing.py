"""The witness of a field task: somebody who saw it confirms that by a one-time code that she got on her own phone.

The code is bound to the case, to the piece of evidence and to the hash of its entry, so that it confirms nothing else.
What a witness tells is testimony: it stands beside what an assessor has seen, and never in its place.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from bot.certifying.cases import Act, Case
from bot.certifying.standards import Standard, Unit

DIGITS = 6
LASTS = timedelta(days=7)
TRIES = 5  # wrong codes, after which this one is worth nothing any more
WITNESS = "witness"  # the kind of code, and the role of who confirms
_CODE = re.compile(r"(?:[^\W\d]{1,12}[\s:]+)?(?:(\d{6})[\s,.]+)?(\d{3})[\s.\-]?(\d{3})[\s.!]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A witness who is to be asked: which piece of evidence, at which number, with which code and words."""

    case: str
    evidence: str
    digest: str  # of the entry by which the evidence was recorded
    number: str  # E.164
    code: str
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """A code that still waits, as it compares with the one that was written. `tie` says who is behind the witness's
    number: empty, self (the candidate's own) or the declared tie to her."""

    key: str
    case: str
    evidence: str
    tries: int
    good: bool
    tie: str = ""


def draw(chance: Random) -> str:
    """A new code; `chance` must not be foretold."""
    return f"{chance.randrange(10**DIGITS):0{DIGITS}d}"


def keyed(secret: bytes, code: str, case: str, evidence: str, digest: str) -> str:
    """What is kept of a code. Keyed, for six digits alone are found in a moment by whoever holds the table."""
    return hmac.new(secret, f"witness:{case}:{evidence}:{digest}:{code}".encode(), hashlib.sha256).hexdigest()


def code_in(text: str) -> tuple[str, str]:
    """The number of the case, where it is named, and the code that a message may hold; empty where it holds none."""
    found = _CODE.fullmatch(text.strip()) if len(text) <= 40 else None
    return (found[1] or "", found[2] + found[3]) if found else ("", "")


def kind_of(unit: Unit) -> str:
    """Which kind of evidence a testimony is in a unit: what the standard asks for by that method, else performance."""
    return next((each.kind for each in unit.requirements if each.method == "testimony"), "performance")


def told(unit: Unit, id: str, *, by: str, role: str, criteria: tuple[str, ...] = (), task: str = "", tie: str) -> Act:
    """The testimony as it is recorded, before anybody has confirmed it."""
    data = {"id": id, "evidence": kind_of(unit), "method": "testimony", "criteria": ",".join(criteria), "code": "asked"}
    named = {"task": task[:80]} if task else {}
    ties = {"tie": tie} if tie else {}
    return Act(kind="evidence", actor=by, role=role, unit=unit.code, data={**data, **named, **ties})


def confirmed(testimony: Testimony, entered_by: str) -> Act:
    """The entry of a code that was right. The witness is named by the code alone: her number stands outside the chain,
    so that it can be taken away."""
    ties = {"tie": testimony.tie} if testimony.tie else {}
    data = {"entered_by": entered_by, **ties}
    return Act(kind="confirm", actor=f"witness-{testimony.key[:10]}", role=WITNESS, value=testimony.evidence, data=data)


def recorded(case: Case, evidence: str) -> Act | None:
    """The entry by which a piece of evidence was recorded."""
    return next((act for act in case.acts if act.kind == "evidence" and act.data.get("id") == evidence), None)


def task_of(act: Act, standard: Standard, language: str) -> str:
    """What was done, in a few words: as it was named, else the unit."""
    unit = standard.unit(act.unit)
    title = unit.titles.get(language) or next(iter(unit.titles.values()), "") if unit else ""
    return (act.data.get("task") or title)[:40]
