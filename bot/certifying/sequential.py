"""Decide from answers whether somebody knows enough: Wald's sequential probability ratio test, item by item.

Sources: A. Wald, Sequential Analysis (1947), ch. 3; T. Frick, "Computerized adaptive mastery tests as expert systems",
Journal of Educational Computing Research 8 (1992), for its use on items that can be guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from bot.certifying.policies import KnowledgePolicy

COMPETENT, NOT_YET, OPEN, ASSESSOR = "competent", "not_yet", "open", "assessor"
REFERENCE_GUESS = 1 / 3  # of the item for which a policy states its two levels: a choice of three
PSEUDO_ANSWERS = 30  # how much the type's default weighs against what an item's own answers say
_NOISE = 1e-9  # of adding floats in another order; far below any weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How probably an item is answered right, guessing included: by the just competent and by the not yet competent.

    Raises ValueError unless 0 < not_yet ≤ competent < 1. Where both are equal the item tells nothing.
    """

    competent: float
    not_yet: float

    def __post_init__(self) -> None:
        if not 0 < self.not_yet <= self.competent < 1:
            raise ValueError(
                f"The chances of a right answer must be 0 < not_yet <= competent < 1, not {self.not_yet} and "
                f"{self.competent}."
            )

    @property
    def weights(self) -> tuple[float, float]:
        """What a right and a wrong answer add to the score: logarithms of likelihood ratios."""
        return _weights(self.competent, self.not_yet)

    @property
    def information(self) -> float:
        """What an answer is expected to tell at the two levels: the mean of both Kullback–Leibler divergences.

        Source: T. Eggen, "Item selection in adaptive testing with the sequential probability ratio test", Applied
        Psychological Measurement 23 (1999).
        """
        right, wrong = self.weights
        return (self.competent - self.not_yet) * (right - wrong) / 2


@lru_cache(maxsize=4096)  # a simulation asks for the same few a million times
def _weights(competent: float, not_yet: float) -> tuple[float, float]:
    return math.log(competent / not_yet), math.log((1 - competent) / (1 - not_yet))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of a test, with the chances that its item was weighed by on that day, so that a later calibration
    changes no decision. Answers of one `message` (any number but 0) were asked together and are weighed together."""

    item: str
    right: bool
    chances: Chances
    message: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where a test stands. `decision` is competent, not_yet, open or assessor; `at_cap` says that the cap, not a limit,
    ended it; `surplus` counts answers given after the decision, which change nothing."""

    right: int
    wrong: int
    score: float
    decision: str
    at_cap: bool = False
    surplus: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the sheet for paper: of `asked` questions, `passes` right or more pass, `stops` right or fewer are
    not yet competent; None where no number does."""

    asked: int
    passes: int | None
    stops: int | None


def limits(policy: KnowledgePolicy) -> tuple[float, float]:
    """The scores at which to stop: (not yet competent at or below, competent at or above). Wald's approximation."""
    return math.log(policy.beta / (1 - policy.alpha)), math.log((1 - policy.beta) / policy.alpha)


def knowledge(right: float, guess: float) -> float:
    """The share of the domain that is known, behind a chance of right answers: k in p = k + (1 − k)·g; at least 0."""
    return max(0.0, (right - guess) / (1 - guess))


def default_chances(policy: KnowledgePolicy, guess: float, *, reference: float = REFERENCE_GUESS) -> Chances:
    """The chances of an item that is not calibrated, from its guess rate alone.

    The policy states its levels for items guessed at the `reference` rate, guessing included. The knowledge k behind
    a level is what is held fixed: k = (level − reference)/(1 − reference), and here p = k + (1 − k)·guess. So .90/.45
    on three options is .887/.381 on four and .858/.216 where one typed answer in twenty is guessed. Raises ValueError
    where guessing alone reaches `competent`.
    """
    if not 0 <= guess < 1 or not 0 <= reference < 1:
        raise ValueError(f"A guess rate is from 0 to under 1, not {guess} or {reference}.")
    high, low = knowledge(policy.competent, reference), knowledge(policy.not_yet, reference)
    if high == 0:
        raise ValueError(f"Guessing alone reaches the competent level of {policy.competent}.")
    not_yet = low + (1 - low) * guess
    return Chances(competent=high + (1 - high) * guess, not_yet=max(not_yet, _NOISE))


def calibrated(default: Chances, competent: tuple[int, int], not_yet: tuple[int, int]) -> Chances:
    """An item's own chances from (right, asked) among people found competent and not yet, by other items.

    Shrunken: the mean of a Beta distribution whose prior is worth PSEUDO_ANSWERS answers at the type's default. An item
    that the not yet competent answer better tells nothing, rather than the opposite.
    """
    high, low = (
        (PSEUDO_ANSWERS * prior + right) / (PSEUDO_ANSWERS + asked)
        for prior, (right, asked) in ((default.competent, competent), (default.not_yet, not_yet))
    )
    return Chances(competent=high, not_yet=min(high, low))


def verdict(policy: KnowledgePolicy, asked: int, score: float) -> str:
    """The decision after `asked` questions: none before the minimum, and at the cap always one.

    At the cap the policy lets the sign of the score decide (nothing speaks for either: not yet) or an assessor.
    """
    low, high = limits(policy)
    if asked < policy.minimum:
        return OPEN
    if score >= high - _NOISE:
        return COMPETENT
    if score <= low + _NOISE:
        return NOT_YET
    if asked < policy.cap:
        return OPEN
    if policy.at_cap == "assessor":
        return ASSESSOR
    return COMPETENT if score > _NOISE else NOT_YET


def state(policy: KnowledgePolicy, answers: Sequence[Answer]) -> State:
    """Where a test stands, from its answers alone, in the order in which they were given.

    Look when no question that was served is still open: of two in one message, after both. The first decision stands;
    what comes after it is surplus. Raises ValueError on an item that comes twice.
    """
    if len({each.item for each in answers}) < len(answers):
        raise ValueError("An item comes twice among the answers: no test asks one twice.")
    taken, last = 0, _weighed(policy, ())
    for message in _messages(answers):
        taken += len(message)
        last = _weighed(policy, answers[:taken])
        if last.decision != OPEN:
            break
    return replace(last, surplus=len(answers) - taken)


def _messages(answers: Sequence[Answer]) -> list[list[Answer]]:
    keyed = groupby(enumerate(answers), key=lambda each: each[1].message or -1 - each[0])
    return [[answer for _, answer in group] for _, group in keyed]


def _weighed(policy: KnowledgePolicy, answers: Sequence[Answer]) -> State:
    total = score(answers)
    right = sum(each.right for each in answers)
    decision = verdict(policy, len(answers), total)
    low, high = limits(policy)
    at_cap = decision != OPEN and low + _NOISE < total < high - _NOISE
    return State(right=right, wrong=len(answers) - right, score=total, decision=decision, at_cap=at_cap)


def score(answers: Sequence[Answer]) -> float:
    """The log-likelihood ratio of competent against not yet competent; the order of the answers does not matter."""
    return math.fsum(each.chances.weights[not each.right] for each in answers)


def sheet(policy: KnowledgePolicy, chances: Chances | None = None) -> tuple[Row, ...]:
    """The test for paper, for items of one kind (by default of three options): a row for each number of questions."""
    right, wrong = (chances or default_chances(policy, REFERENCE_GUESS)).weights
    rows = []
    for asked in range(policy.minimum, policy.cap + 1):
        found = [verdict(policy, asked, right * hits + wrong * (asked - hits)) for hits in range(asked + 1)]
        passes = found.index(COMPETENT) if COMPETENT in found else None
        stops = found.count(NOT_YET) - 1 if NOT_YET in found else None
        rows.append(Row(asked=asked, passes=passes, stops=stops))
    return tuple(rows)


_SAID: Mapping[str, Mapping[str, str]] = {
    "es": {
        "policy": "Competente: {competent:.0%} de aciertos o más; todavía no: {not_yet:.0%} o menos (tres opciones).",
        "limits": "Aprueba con {high:+.2f} o más, no aprueba con {low:+.2f} o menos; de {minimum} a {cap} preguntas.",
        "right": "bien",
        "wrong": "mal",
        "step": "{n}. {item}: {how}, {weight:+.2f}; suma {score:+.2f}",
        "surplus": "{n}. {item}: {how}; llegó después de la decisión y no cuenta",
        "counts": "{right} bien, {wrong} mal, suma {score:+.2f}.",
        COMPETENT: "Decisión: competente en conocimientos.",
        NOT_YET: "Decisión: todavía no competente en conocimientos.",
        OPEN: "Sin decisión todavía: faltan preguntas.",
        ASSESSOR: "Se llegó al límite de preguntas sin decisión: decide un evaluador.",
        "sign": "Se llegó al límite de preguntas: decide el signo de la suma.",
    },
    "en": {
        "policy": "Competent: {competent:.0%} right or more; not yet: {not_yet:.0%} or less (on three options).",
        "limits": "Passes at {high:+.2f} or more, not at {low:+.2f} or less; {minimum} to {cap} questions.",
        "right": "right",
        "wrong": "wrong",
        "step": "{n}. {item}: {how}, {weight:+.2f}; sum {score:+.2f}",
        "surplus": "{n}. {item}: {how}; came after the decision and does not count",
        "counts": "{right} right, {wrong} wrong, sum {score:+.2f}.",
        COMPETENT: "Decision: competent in knowledge.",
        NOT_YET: "Decision: not yet competent in knowledge.",
        OPEN: "No decision yet: there are questions to come.",
        ASSESSOR: "The most questions were asked without a decision: an assessor decides.",
        "sign": "The most questions were asked: the sign of the sum decides.",
    },
}


def explain(policy: KnowledgePolicy, answers: Sequence[Answer], language: str) -> tuple[str, ...]:
    """How the decision came about, a line a step, in "es" or else English. Raises ValueError as `state` does."""
    said = _SAID.get(language, _SAID["en"])
    last = state(policy, answers)
    low, high = limits(policy)
    lines = [
        said["policy"].format(competent=policy.competent, not_yet=policy.not_yet),
        said["limits"].format(high=high, low=low, minimum=policy.minimum, cap=policy.cap),
    ]
    for n, answer in enumerate(answers, 1):
        form = said["step" if n <= last.right + last.wrong else "surplus"]
        how = said["right" if answer.right else "wrong"]
        weight = answer.chances.weights[not answer.right]
        lines.append(form.format(n=n, item=answer.item, how=how, weight=weight, score=score(answers[:n])))
    lines.append(said["counts"].format(right=last.right, wrong=last.wrong, score=last.score))
    if last.at_cap and last.decision != ASSESSOR:
        lines.append(said["sign"])
    return (*lines, said[last.decision])
