"""Guards: who may judge, moderate and decide: in force on the day, and free of ties to the candidate."""

from __future__ import annotations

from datetime import datetime

from bot.certifying.cases import Act, Case
from bot.certifying.standards import Standard


def assessor(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """An act of an assessor is by one who is assigned, valid on this day, and free of ties to the candidate."""
    if act.role != "assessor":
        return ""
    if act.actor not in case.assigned:
        return "She is not assigned to this case."
    return unfit(case, act.actor, standard, now)


def assignable(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Only who may judge is assigned."""
    return unfit(case, act.value, standard, now)


def not_hers(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Nobody assigns herself."""
    return "Nobody assigns herself as an assessor." if act.actor == act.value else ""


def unfit(case: Case, name: str, standard: Standard, now: datetime) -> str:
    """Why this assessor may not judge this case on this day; nothing where she may."""
    found = case.people.assessors.get(name)
    if found is None:
        return f"There is no assessor {name!r}."
    if found.learner and found.learner == case.candidate:
        return "Nobody assesses herself."
    if not found.valid(standard.code, now):
        if standard.code not in found.standards:
            return f"The credential of {name} does not cover {standard.code}."
        return f"The credential of {name} is not valid on {now:%Y-%m-%d}."
    return tied(case, name)


def tied(case: Case, name: str) -> str:
    """A declared tie between somebody and the candidate."""
    kinds = sorted(kind for who, kind in case.people.conflicts if who == name)
    if kinds == ["other"]:
        return f"{name} is tied to the candidate: declared so, on one phone with her, or officer of her cooperative."
    return f"{name} is declared as {kinds[0]} of the candidate." if kinds else ""


def disinterested(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Whoever moderates, decides or hears an appeal has not judged the case and has no tie to the candidate."""
    if act.actor == "system":
        return ""
    known = case.people.assessors.get(act.actor)
    if known and known.learner and known.learner == case.candidate:
        return "Nobody decides on herself."
    if act.actor in case.assigned or any(each.assessor == act.actor for each in case.judgements):
        return f"{act.actor} has assessed this case."
    return tied(case, act.actor)
