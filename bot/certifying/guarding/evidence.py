"""Guards: what may be entered as shown, and as judged."""

from __future__ import annotations

from datetime import datetime

from bot.certifying import judging
from bot.certifying.cases import COMPETENT, FAILED, MARKS, NOT_YET, PASSED, REFERRED, YES, Act, Case
from bot.certifying.examining import open_now
from bot.certifying.guarding.assessors import unfit
from bot.certifying.standards import METHODS, Standard


def known_result(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A unit's test was passed or failed, or goes to an assessor; and passed is not made undone by a later failure."""
    if act.value not in (PASSED, FAILED, REFERRED) or standard.unit(act.unit) is None:
        return f"No result of a test in unit {act.unit!r}: {act.value!r}."
    if act.role == "system" and not act.data.get("exam"):
        return "The program records only results of its own tests."
    unit = standard.unit(act.unit)
    if act.role == "system" and unit and unit.policy.supervised and not act.data.get("supervised"):
        return f"Unit {act.unit} is tested before an assessor; answers that nobody saw do not count."
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


def free_witness(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A witness is somebody else than the candidate, and none of her family. Who is behind the witness's number, the
    caller says in `tie`."""
    tie = act.data.get("tie", "")
    return {"": "", "self": "Nobody is her own witness."}.get(tie, f"A {tie} of the candidate is no witness.")


def evidence_known(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A file belongs to a piece of evidence that whoever adds it has recorded herself."""
    found = next((piece for piece in case.evidence if piece.id == act.value), None)
    if found is None or found.captured_by != act.actor:
        return "There is no evidence of hers to which a file could be added."
    return "" if act.data.get("sha256") else "A file is known by its hash."


def supervisable(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A test is opened by an assessor in force without a tie to the candidate, for a unit that may be tested now."""
    if (why := unfit(case, act.actor, standard, now)) or not act.data.get("exam"):
        return why or "A test has an id."
    if act.unit in {each.code for each in open_now(case, standard, now)}:
        return ""
    return f"Unit {act.unit} is not to be tested now."


def supervisor_free(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Whoever looked on is still in force at the end of the test, and nothing was declared of her meanwhile."""
    by = act.data.get("supervised", "")
    return unfit(case, by, standard, now) if by else ""


def seen_not_told(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """A critical criterion is met where the standard asks for somebody to see it only after somebody has: what a
    witness tells is never enough alone."""
    if act.value != YES or act.criterion not in judging.told_only(case, standard):
        return ""
    return f"Criterion {act.criterion} is critical, and nobody has seen it yet."


def all_seen(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Nothing critical rests on a witness alone when a case is decided competent."""
    told = judging.told_only(case, standard) if act.value == COMPETENT else ()
    return f"Critical, and seen by no assessor: {', '.join(told)}." if told else ""


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
