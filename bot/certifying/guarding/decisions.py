"""Guards: what must be so before anything is decided."""

from __future__ import annotations

from datetime import datetime

from bot.certifying import judging
from bot.certifying.cases import Act, Case
from bot.certifying.guarding.assessors import unfit
from bot.certifying.guarding.terms import WINDOW
from bot.certifying.standards import Standard


def reasoned(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A grave act gives its reason."""
    return "" if act.reason.strip() else f"{act.kind!r} needs a reason."


def known_moderation(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A moderator agrees, or returns the case with a reason."""
    if act.value not in ("agreed", "returned"):
        return "A moderator says agreed or returned."
    return "A case is returned with a reason." if act.value == "returned" and not act.reason.strip() else ""


def moderated(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A case of the sample has been moderated; the program decides only outside the sample, after the window."""
    held = case.moderation
    agreed = held is not None and held.outcome == "agreed"
    if held is None or (held.sampled and not agreed):
        return "This case is in the sample, and no moderator has agreed yet."
    if act.actor == "system" and not agreed and (case.moved_at is None or now - case.moved_at < WINDOW):
        return f"Without a moderator a case is decided {WINDOW.days} days after it was judged."
    return ""


def complete(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Everything that is required is there."""
    lacks = judging.missing(case, standard)
    if lacks:
        return f"Missing: {', '.join(each.key for each in lacks)}."
    absent = [unit.code for unit in standard.mandatory() if not unit.offered and unit.code not in case.achieved]
    return f"Mandatory and not assessed yet: unit {', '.join(absent)}." if absent else ""


def judges_were_valid(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """No judgement counts whose assessor was not valid on its day, or has since been declared tied to the candidate."""
    for each in case.judgements:
        reason = unfit(case, each.assessor, standard, each.at or now)
        if reason:
            return f"The judgement of {each.criterion} does not stand: {reason}"
    for piece in case.evidence:
        known = piece.captured_by in case.people.assessors
        reason = unfit(case, piece.captured_by, standard, piece.captured_at or now) if known else ""
        if reason:
            return f"The evidence {piece.id} does not stand: {reason}"
    return ""
