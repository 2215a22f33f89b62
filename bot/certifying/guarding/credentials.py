"""Guards: what must be so before a credential is given, ends, or is taken back."""

from __future__ import annotations

from datetime import datetime

from bot.certifying.cases import COMPETENT, Act, Case
from bot.certifying.guarding.applicants import is_pilot
from bot.certifying.guarding.terms import ENDING
from bot.certifying.standards import Standard
from bot.delivering.hours import day_of


def two(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Two people answer for taking a credential away, or giving it back."""
    second = act.data.get("second", "").strip()
    return (
        "" if second and second.casefold() != act.actor.strip().casefold() else f"{act.kind!r} needs a second person."
    )


def decided(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """No credential without a decision, and none after another one has taken its place."""
    last = case.decisions[-1] if case.decisions else None
    return "" if last and last.result == COMPETENT else "There is no decision that says competent."


def authorised(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The body may issue under this scheme today, and the standard is one that may be issued against."""
    scheme = standard.scheme(case.country)
    body = act.data.get("body", "")
    if case.pilot:
        return "A pilot case leads to no credential."
    if is_pilot(standard, now):
        return f"{standard.name} is not approved today ({standard.standing.state}): no credential is issued."
    if scheme is None or not scheme.may_issue(body, day_of(now, "", case.country)):
        return f"{body or 'Nobody'} is not authorised to issue {standard.name} in {case.country} today."
    return ""


def dated(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A credential has a serial, begins, and ends."""
    data = act.data
    if not data.get("serial") or not data.get("valid_from"):
        return "A credential has a serial and a first day."
    scheme = standard.scheme(case.country)
    if scheme and scheme.validity_months is not None and not data.get("valid_until"):
        return "Under this scheme a credential has a last day."
    return ""


def ending(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """It ends within 90 days."""
    until = case.credential.valid_until if case.credential else None
    return "" if until and now >= until - ENDING else "The credential does not end yet."


def ended(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """It has ended."""
    until = case.credential.valid_until if case.credential else None
    return "" if until and now >= until else "The credential has not ended."
