"""The guards of the case machine: each looks at one rule, and gives a plain reason where an act breaks it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.certifying import judging
from bot.certifying.cases import (
    COMPETENT,
    FAILED,
    MARKS,
    NOT_YET,
    PASSED,
    REFERRED,
    SELF_MARKS,
    Act,
    Case,
)
from bot.certifying.standards import METHODS, Standard

Guard = Callable[[Case, Act, Standard, datetime], str]

APPEAL_TERM = timedelta(days=30)
ENDING = timedelta(days=90)  # before the end of a credential she is told how to renew it
WINDOW = timedelta(days=7)  # after which a case outside the sample may be decided without a moderator
VALIDATED = frozenset({"validated", "approved"})
_CORRECTABLE = frozenset({"self_assess", "evidence", "confirm", "judge", "knowledge", "not_seen", "identify"})


# --- entering ---


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


def reasoned(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A grave act gives its reason."""
    return "" if act.reason.strip() else f"{act.kind!r} needs a reason."


def two(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Two people answer for taking a credential away, or giving it back."""
    second = act.data.get("second", "").strip()
    return "" if second and second != act.actor else f"{act.kind!r} needs a second person."


# --- who may assess ---


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


# --- evidence and judgement ---


def known_result(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A unit's test was passed or failed, or goes to an assessor; and passed is not made undone by a later failure."""
    if act.value not in (PASSED, FAILED, REFERRED) or standard.unit(act.unit) is None:
        return f"No result of a test in unit {act.unit!r}: {act.value!r}."
    if act.role == "system" and not act.data.get("exam"):
        return "The program records only results of its own tests."
    if case.knowledge.get(act.unit) == PASSED:
        return f"The knowledge of unit {act.unit} is shown already."
    return ""


def known_evidence(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Evidence of a kind and by a method that go together, for a unit of the standard; what a candidate hands in
    herself is never an observation."""
    kind, method = act.data.get("evidence", ""), act.data.get("method", "")
    unit = standard.unit(act.unit)
    if unit is None:
        return f"{standard.name} has no unit {act.unit!r}."
    if method == "sms_quiz" or method not in METHODS.get(kind, ()):
        return f"{method!r} shows no {kind or 'evidence'}."
    if any(piece.id == act.data.get("id") for piece in case.evidence) or not act.data.get("id"):
        return "Each piece of evidence has an id of its own."
    known = {each.code for each in unit.criteria}
    if {each for each in act.data.get("criteria", "").split(",") if each} - known:
        return f"Unit {act.unit} has other criteria."
    if act.role != "assessor" and method not in ("testimony", "portfolio"):
        return f"A {method} is recorded by an assessor."
    return ""


def evidence_there(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A witness confirms something that was recorded, and not by herself."""
    found = next((piece for piece in case.evidence if piece.id == act.value), None)
    return "" if found and found.captured_by != act.actor else "There is no such evidence to confirm."


def lacking(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Only what is missing is marked as not seen, and never knowledge, which can always be asked."""
    keys = {each.key for each in judging.missing(case, standard) if each.kind != "knowledge"}
    return "" if act.value in keys else f"{act.value!r} is not among what is missing."


def known_mark(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Yes, no or not seen, of a criterion at stake."""
    if act.value not in MARKS:
        return "A judgement is yes, no or not_seen."
    codes = {each.code for unit in judging.at_stake(case, standard) for each in unit.criteria}
    return "" if act.criterion in codes else f"Criterion {act.criterion!r} is not at stake."


def enough_judges(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """As many assessors as the scheme asks for have judged every criterion."""
    return "" if judging.judged_by_enough(case, standard) else "Not enough assessors have judged every criterion."


def follows(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """The outcome that is entered is the one to which the judgements come."""
    found = judging.verdict(case, standard)
    if act.value not in (COMPETENT, NOT_YET):
        return "An outcome is competent or not_yet."
    if act.value != found.result:
        named = ", ".join(found.critical or found.unmet) or "required evidence is missing"
        return f"The judgements come to {found.result} ({named})."
    if act.data.get("units", "") != ",".join(found.units):
        return f"The units achieved are {', '.join(found.units) or 'none'}."
    return ""


# --- deciding ---


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
    if scheme is None or not scheme.may_issue(body, now.date()):
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


# --- objecting and putting right ---


def in_term(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Within thirty days."""
    late = case.moved_at is not None and now - case.moved_at > APPEAL_TERM
    return f"An appeal is filed within {APPEAL_TERM.days} days." if late else ""


def others_than_decided(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Who decided does not hear the appeal."""
    panel = {act.actor, *(each for each in act.data.get("panel", "").split(",") if each)}
    involved = {each.by for each in case.decisions} | {each.assessor for each in case.judgements} | set(case.assigned)
    return f"{sorted(panel & involved)[0]} took part in what is appealed against." if panel & involved else ""


def known_resolution(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """What was decided is upheld or overturned."""
    return "" if act.value in ("upheld", "overturned") else "A panel says upheld or overturned."


def correctable(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """An entry of this case that may be wrong, by whoever made it or a coordinator; outcomes are never corrected so."""
    found = next((each for each in case.acts if each.seq == act.corrects), None)
    if found is None or found.kind not in _CORRECTABLE:
        return f"Entry {act.corrects} cannot be corrected."
    if any(each.corrects == found.seq for each in case.acts):
        return f"Entry {act.corrects} has been corrected already."
    if act.role == "assessor" and found.actor != act.actor:
        return "An assessor corrects her own entries."
    return ""
