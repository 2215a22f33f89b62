"""What a knowledge test does to people of a known level: error rates and lengths, exactly and not by simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import ASSESSOR, COMPETENT, NOT_YET, OPEN, Chances, limits, verdict

# Sums of the same answers in another order differ from the 15th digit on; at twelve they fall on one another.
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of people of one level: shares that pass, fail and go to an assessor; questions on average; the
    share whose test ends at the cap without reaching a limit; and the share that ends after 1, 2, 3 … questions."""

    passed: float
    failed: float
    assessor: float
    length: float
    at_cap: float
    ends: tuple[float, ...] = ()

    def quantile(self, share: float) -> int:
        """The number of questions within which at least this share has ended."""
        so_far = 0.0
        for asked, ended in enumerate(self.ends, 1):
            so_far += ended
            if so_far >= share - 1e-9:
                return asked
        return len(self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A test of always as many `questions`, passed with `mark` right or more."""

    questions: int
    mark: int

    def passing(self, right: float) -> float:
        """The share that passes of those who answer right with this chance."""
        return sum(
            math.comb(self.questions, hits) * right**hits * (1 - right) ** (self.questions - hits)
            for hits in range(self.mark, self.questions + 1)
        )


def identical(policy: KnowledgePolicy, chances: Chances, truth: float, *, together: int = 1) -> Outcome:
    """The sequential test on items of one kind, for people who answer right with chance `truth`.

    `together` questions go in one message and are weighed together. Dynamic programming over the lattice of right and
    wrong counts: the cost grows with the square of the cap.
    """
    return in_order(policy, [chances] * policy.cap, [truth] * policy.cap, together=together)


def in_order(
    policy: KnowledgePolicy,
    items: Sequence[Chances],
    truths: Sequence[float],
    *,
    together: int = 1,
    digits: int = _DIGITS,
) -> Outcome:
    """The sequential test on unlike items in this order: weighed by `items`, answered right with chances `truths`.

    By convolution of the scores, which fall together where items are alike. Where none are, there are up to 2ⁿ of them:
    then fewer `digits` (4: errors stay within a tenth of a point) bound the cost. Where there are fewer items than the
    cap, an assessor decides after the last. Raises ValueError where that is below the minimum, or the lists differ in
    length.
    """
    cap = min(policy.cap, len(items))
    if cap < policy.minimum or len(items) != len(truths):
        raise ValueError(f"{cap} items are fewer than the {policy.minimum} questions that the policy asks at least.")
    low, high = limits(policy)
    live = {0.0: 1.0}
    ended = {COMPETENT: 0.0, NOT_YET: 0.0, ASSESSOR: 0.0}
    ends: list[float] = []
    at_cap = 0.0
    for asked, (chances, truth) in enumerate(zip(items[:cap], truths[:cap], strict=True), 1):
        live = _next(live, chances, truth, digits)
        ends.append(0.0)
        if asked == cap or asked % together == 0:
            left = ASSESSOR if asked == cap else OPEN  # a bank that ends before the cap leaves the rest to an assessor
            judged = [(_or(verdict(policy, asked, score), left), score, share) for score, share in live.items()]
            live = {score: share for decision, score, share in judged if decision == OPEN}
            for decision, score, share in judged:
                if decision != OPEN:
                    ends[-1] += share
                    ended[decision] += share
                    at_cap += share if low + 1e-9 < score < high - 1e-9 else 0.0
    return Outcome(
        passed=ended[COMPETENT],
        failed=ended[NOT_YET],
        assessor=ended[ASSESSOR],
        length=math.fsum(asked * share for asked, share in enumerate(ends, 1)),
        at_cap=at_cap,
        ends=tuple(ends),
    )


def _or(decision: str, left: str) -> str:
    return left if decision == OPEN else decision


def _next(live: dict[float, float], chances: Chances, truth: float, digits: int) -> dict[float, float]:
    """The scores and their shares after one question more."""
    right, wrong = chances.weights
    found: dict[float, float] = {}
    for score, share in live.items():
        for weight, chance in ((right, truth), (wrong, 1 - truth)):
            key = round(score + weight, digits)
            found[key] = found.get(key, 0.0) + share * chance
    return found


def equal_fixed(chances: Chances, *, false_pass: float, false_fail: float, most: int = 400) -> Fixed | None:
    """The shortest fixed test whose two errors are both no greater than these; None where `most` questions do not do.

    Of several pass marks of that length, the one that lets fewer of the competent fail.
    """
    for questions in range(1, most + 1):
        for mark in range(questions + 1):
            fixed = Fixed(questions=questions, mark=mark)
            if fixed.passing(chances.not_yet) <= false_pass:
                if 1 - fixed.passing(chances.competent) <= false_fail:
                    return fixed
                break  # a higher mark fails still more
    return None


def certificate(units: Sequence[float], *, retake: bool = False) -> float:
    """The chance to pass every unit, from the chance to pass each; with `retake`, failed units may be tried once more,
    on other items."""
    return math.prod(1 - (1 - each) ** 2 if retake else each for each in units)
