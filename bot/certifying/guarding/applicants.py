"""Guards: what is asked of somebody who wants to be assessed, and of the standard that she applies for."""

from __future__ import annotations

from datetime import datetime

from bot.certifying import judging
from bot.certifying.cases import SELF_MARKS, Act, Case
from bot.certifying.guarding.terms import VALIDATED
from bot.certifying.standards import Standard


def consented(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Nobody is assessed who has not agreed to it."""
    return "" if act.data.get("consent") == "yes" else "She has not agreed to be assessed."


def no_other(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """One open case for one person and one version; the caller says how many there are."""
    return "She has an open case against this standard already." if act.data.get("open", "0") != "0" else ""


def scheme_active(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The country has a scheme for this standard."""
    return "" if standard.scheme(case.country) else f"There is no scheme for {standard.name} in {case.country}."


def is_pilot(standard: Standard, now: datetime) -> bool:
    """Whether assessment against this standard is a trial: it is not validated, or its approval has run out."""
    return standard.standing.state not in VALIDATED or (
        standard.standing.state == "approved" and not standard.approved(now.date())
    )


def standard_open(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The standard is validated or approved; against any other a case is a pilot, and says so from the first."""
    if is_pilot(standard, now) and not case.pilot:
        return f"{standard.name} is not validated ({standard.standing.state}): only a pilot case may be opened."
    return ""


def old_enough(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The age that the scheme asks for."""
    scheme = standard.scheme(case.country)
    least = scheme.minimum_age if scheme else 0
    return f"The scheme asks for an age of {least} or more." if case.age < least else ""


def experienced(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The experience that the scheme asks for."""
    scheme = standard.scheme(case.country)
    months = scheme.experience_months if scheme else 0
    return f"The scheme asks for {months} months of experience." if case.experience_years * 12 < months else ""


def known_element(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A mark for an element of the standard."""
    if not any(element.code == act.element for unit in standard.units for element in unit.elements):
        return f"{standard.name} has no element {act.element!r}."
    return "" if act.value in SELF_MARKS else "A self-assessment says yes, partly or no."


def has_gaps(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Training is advised where a mandatory unit has a gap."""
    return "" if judging.gaps(case, standard) else "Her self-assessment names no gap in a mandatory unit."
