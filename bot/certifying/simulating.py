"""Try a knowledge test on people who do not exist: made-up people of a known level, against a bank of items."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from bot.certifying import drawing
from bot.certifying.drawing import Candidate, SoFar
from bot.certifying.exact import Outcome
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import (
    ASSESSOR,
    COMPETENT,
    NOT_YET,
    OPEN,
    REFERENCE_GUESS,
    Answer,
    Chances,
    default_chances,
    knowledge,
    state,
)

_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # of every test: nobody who does not exist comes twice


@dataclass(frozen=True, slots=True, kw_only=True)
class BankItem:
    """An item as it truly is. `difficulty` is in logits: 0 is as hard as the policy's levels mean, +1 harder by as much
    as half-known (.50) is to .27. `chances`, where it was calibrated, is what the test believes of it."""

    id: str
    guess: float = REFERENCE_GUESS
    difficulty: float = 0.0
    criterion: str = ""
    chances: Chances | None = None


def right_chance(item: BankItem, known: float) -> float:
    """How probably somebody who knows this share of the domain answers right: the item's difficulty shifts the share on
    the logit scale, and of what is not known chance hits its part: p = k' + (1 − k')·g."""
    if known in (0, 1):
        share = known
    else:
        share = 1 / (1 + math.exp(item.difficulty - math.log(known / (1 - known))))
    return share + (1 - share) * item.guess


def levels(policy: KnowledgePolicy, reference: float = REFERENCE_GUESS) -> tuple[float, float]:
    """The shares of the domain known at the policy's two levels: (not yet competent, competent)."""
    return knowledge(policy.not_yet, reference), knowledge(policy.competent, reference)


def simulate(
    policy: KnowledgePolicy,
    bank: Sequence[BankItem],
    known: float,
    people: int,
    chance: Random,
    *,
    reference: float = REFERENCE_GUESS,
    together: int = 1,
) -> tuple[Outcome, Mapping[str, float]]:
    """What becomes of `people` who know this share of the domain, and the share of them that each item was shown to.

    Each draws her own items by the rules of `drawing`. The standard error of a share s is √(s(1 − s)/people): with
    10,000 people and s = 5 %, 0.2 points. Where the bank runs out before the cap an assessor decides.
    """
    believed = {item.id: item.chances or default_chances(policy, item.guess, reference=reference) for item in bank}
    truth = {item.id: right_chance(item, known) for item in bank}
    shown: Counter[str] = Counter()
    decisions: Counter[str] = Counter()
    ends = [0] * policy.cap
    at_cap = 0
    for number in range(people):
        candidates = [
            Candidate(item=each.id, chances=believed[each.id], criterion=each.criterion, shown=shown[each.id])
            for each in bank
        ]
        answers = _sat(policy, candidates, truth, SoFar(people=number), chance, together)
        last = state(policy, answers)
        exhausted = last.decision == OPEN
        decisions[ASSESSOR if exhausted else last.decision] += 1
        at_cap += last.at_cap or exhausted
        ends[len(answers) - 1] += 1
        shown.update(each.item for each in answers)
    outcome = Outcome(
        passed=decisions[COMPETENT] / people,
        failed=decisions[NOT_YET] / people,
        assessor=decisions[ASSESSOR] / people,
        length=sum(asked * count for asked, count in enumerate(ends, 1)) / people,
        at_cap=at_cap / people,
        ends=tuple(count / people for count in ends),
    )
    return outcome, {item.id: shown[item.id] / people for item in bank}


def _sat(
    policy: KnowledgePolicy,
    candidates: Sequence[Candidate],
    truth: Mapping[str, float],
    tested: SoFar,
    chance: Random,
    together: int,
) -> list[Answer]:
    """One person's test, question by question, until it is decided or the bank is empty."""
    answers: list[Answer] = []
    while len(answers) < policy.cap and (len(answers) < policy.minimum or state(policy, answers).decision == OPEN):
        message = len(answers) + 1
        for _ in range(min(together, policy.cap - len(answers))):
            asked = replace(tested, asked=tuple(each.item for each in answers))
            found = drawing.drawn(candidates, asked, _DAY, chance)
            if found is None:
                return answers
            right = chance.random() < truth[found.item]
            answers.append(Answer(item=found.item, right=right, chances=found.chances, message=message))
    return answers
