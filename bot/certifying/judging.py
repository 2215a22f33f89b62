"""What a case still lacks, and what the judgements of its assessors come to: worked out, never entered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.certifying.cases import COMPETENT, NOT_YET, PASSED, YES, Case, State
from bot.certifying.standards import Requirement, Standard, Unit

OBSERVED = frozenset({"field_observation", "simulation", "product_check"})  # an assessor has seen it herself
ENOUGH = 0.8  # of a unit's criteria must be met, and every critical one


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that a case lacks: of which unit, which kind of evidence by which method, and how many pieces."""

    unit: str
    kind: str
    method: str
    n: int

    @property
    def key(self) -> str:
        """How it is named where it is marked as not seen."""
        return f"{self.unit}/{self.kind}/{self.method}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the judgements come to: the result, the units that are achieved, and the criteria that stand against it."""

    result: str
    units: tuple[str, ...]
    unmet: tuple[str, ...] = ()
    critical: tuple[str, ...] = ()


def at_stake(case: Case, standard: Standard) -> tuple[Unit, ...]:
    """The mandatory units that are assessed and not achieved yet."""
    return tuple(unit for unit in standard.mandatory() if unit.offered and unit.code not in case.achieved)


def gaps(case: Case, standard: Standard) -> tuple[Unit, ...]:
    """Mandatory units of which she says herself that she cannot do some element."""
    return tuple(
        unit
        for unit in at_stake(case, standard)
        if any(case.selves.get(element.code) == "no" for element in unit.elements)
    )


def unanswered(case: Case, standard: Standard) -> tuple[str, ...]:
    """The elements of which she has not said yet whether she can do them."""
    units = (unit for unit in standard.units if unit.offered)
    return tuple(element.code for unit in units for element in unit.elements if element.code not in case.selves)


def missing(case: Case, standard: Standard, *kinds: str) -> tuple[Missing, ...]:
    """What is required (of these kinds, or of all) and is not there."""
    found = []
    for unit in at_stake(case, standard):
        for required in unit.requirements:
            if kinds and required.kind not in kinds:
                continue
            lacks = required.minimum - _held(case, unit, required)
            if lacks > 0:
                found.append(Missing(unit=unit.code, kind=required.kind, method=required.method, n=lacks))
    return tuple(found)


def unresolved(case: Case, standard: Standard, *kinds: str) -> tuple[Missing, ...]:
    """What is missing and was not marked as not seen either."""
    return tuple(each for each in missing(case, standard, *kinds) if each.key not in case.unseen)


def _held(case: Case, unit: Unit, required: Requirement) -> int:
    if required.method == "sms_quiz":
        return required.minimum if case.knowledge.get(unit.code) == PASSED else 0
    return sum(
        piece.unit == unit.code
        and piece.kind == required.kind
        and piece.method == required.method
        and (piece.method != "testimony" or piece.confirmed)
        and (not piece.criteria or not required.criteria or bool(set(piece.criteria) & set(required.criteria)))
        for piece in case.evidence
    )


def told_only(case: Case, standard: Standard) -> tuple[str, ...]:
    """The critical criteria at stake that the standard wants somebody to see (an observation, a simulation, a product
    that is looked at), and that no piece of evidence of such a method speaks for."""
    found = []
    for unit in at_stake(case, standard):
        wanted = [each for each in unit.requirements if each.method in OBSERVED]
        for criterion in unit.criteria:
            asked = any(not each.criteria or criterion.code in each.criteria for each in wanted)
            seen = any(
                piece.unit == unit.code
                and piece.method in OBSERVED
                and (not piece.criteria or criterion.code in piece.criteria)
                for piece in case.evidence
            )
            if criterion.critical and asked and not seen:
                found.append(criterion.code)
    return tuple(found)


def stage(case: Case, standard: Standard) -> State:
    """How far the gathering of evidence has come. A quiz on her own phone counts once a person has seen that it is
    she; what cannot be seen is marked so, and does not hold the rest up."""
    if unresolved(case, standard, "knowledge") or not case.identified:
        return State.PLAN_AGREED
    if unresolved(case, standard, "performance"):
        return State.KNOWLEDGE_PASSED
    if unresolved(case, standard):
        return State.PRACTICE_OBSERVED
    return State.EVIDENCE_COMPLETE


def judges(case: Case, standard: Standard) -> tuple[str, ...]:
    """The assessors who have judged every criterion at stake."""
    wanted = {each.code for unit in at_stake(case, standard) for each in unit.criteria}
    names = dict.fromkeys(each.assessor for each in case.judgements)
    return tuple(
        name for name in names if wanted <= {each.criterion for each in case.judgements if each.assessor == name}
    )


def judged_by_enough(case: Case, standard: Standard) -> bool:
    """Whether as many assessors have judged everything as the scheme asks for."""
    scheme = standard.scheme(case.country)
    return len(judges(case, standard)) >= (scheme.assessors if scheme else 1)


def verdict(case: Case, standard: Standard) -> Verdict:
    """What the judgements come to. A criterion is met where every assessor who looked at it says so; a critical one
    that is not met is not yet competent, whatever the score; a unit wants its required evidence besides."""
    met = {
        code: all(each.mark == YES for each in case.judgements if each.criterion == code)
        for code in {each.criterion for each in case.judgements}
    }
    lacking = {each.unit for each in missing(case, standard)}
    achieved = [
        unit.code
        for unit in standard.units
        if unit.code in case.achieved or (unit.offered and unit.code not in lacking and _is_achieved(unit, met))
    ]
    looked_at = [criterion for unit in at_stake(case, standard) for criterion in unit.criteria]
    unmet = tuple(each.code for each in looked_at if not met.get(each.code))
    critical = tuple(each.code for each in looked_at if each.critical and not met.get(each.code))
    whole = all(unit.code in achieved for unit in standard.mandatory())
    return Verdict(
        result=COMPETENT if whole and not critical else NOT_YET,
        units=tuple(achieved),
        unmet=unmet,
        critical=critical,
    )


def _is_achieved(unit: Unit, met: dict[str, bool]) -> bool:
    marks = [met.get(each.code, False) for each in unit.criteria]
    critical = all(met.get(each.code, False) for each in unit.criteria if each.critical)
    return bool(marks) and critical and sum(marks) >= ENOUGH * len(marks)
