"""How much knowledge a unit asks for, and with what risk of error it may be decided by message."""

from __future__ import annotations

from dataclasses import dataclass

AT_CAP = ("sign", "assessor")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgePolicy:
    """The policy of one unit's knowledge test (Wald, Sequential Analysis, 1947; truncated at `cap`).

    `competent` and `not_yet` are shares of right answers on three options, guessing included; `alpha` is the greatest
    share of not-yet-competent people who may pass, `beta` of competent people who may fail. `minimum` and `cap`
    count questions. `at_cap` says who decides where the cap is reached without a decision: the "sign" of the
    sum (its errors are counted in the stated rates) or an "assessor" (for units where safety is at stake).
    `supervised`: only what is answered before an assessor counts.
    Raises ValueError with a plain sentence where the numbers cannot stand together.
    """

    competent: float = 0.90
    not_yet: float = 0.45
    alpha: float = 0.05
    beta: float = 0.05
    minimum: int = 5
    cap: int = 12
    at_cap: str = "sign"
    supervised: bool = False

    def __post_init__(self) -> None:
        if reason := _wrong(self):
            raise ValueError(reason)


def _wrong(policy: KnowledgePolicy) -> str:
    if not 0 < policy.not_yet < 1 or not 0 < policy.competent < 1:
        return "competent and not_yet are shares of right answers, between 0 and 1"
    if policy.not_yet >= policy.competent:
        return f"not_yet ({policy.not_yet}) must be lower than competent ({policy.competent})"
    if not 0 < policy.alpha < 0.5 or not 0 < policy.beta < 0.5:
        return "alpha and beta are shares of wrong decisions, above 0 and under 0.5"
    if policy.minimum < 1:
        return f"minimum is the fewest questions asked, at least 1, not {policy.minimum}"
    if policy.cap < policy.minimum:
        return f"cap ({policy.cap}) must not be lower than minimum ({policy.minimum})"
    if policy.at_cap not in AT_CAP:
        return f'at_cap is "sign" or "assessor", not "{policy.at_cap}"'
    return ""
