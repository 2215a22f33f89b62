"""Which item of the bank a knowledge test asks next: random among the most telling, seldom the same, spread over the
unit's criteria.

Sources: C. Kingsbury and A. Zara, "Procedures for selecting items for computerized adaptive tests", Applied Measurement
in Education 2 (1989), for random choice among the best and for balance; the share of candidates who may see an item is
an exposure limit as in S. Way, "Protecting the integrity of computerized testing item pools" (1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.catalogue import Item
from bot.certifying.sequential import Chances
from bot.delivering.sms import GSM_ALONE, encoding, fold_text, units

AMONG = 5  # the most informative, of which chance takes one
EXPOSURE = 0.30  # of the candidates of a unit may see one item
REST = timedelta(days=60)  # in which nobody sees an item twice
_PAUSE = "\n"  # between two questions of one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item of the bank, as it stands for one person now."""

    item: str
    chances: Chances
    criterion: str = ""
    shown: int = 0  # to how many people, in tests of this unit
    seen_at: datetime | None = None  # when this person last saw it, in any language
    practice: bool = False  # it is or was one of the practice items
    text: str = ""  # as SMS would carry it, options and all; only needed to join two in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What the draw must know of the test so far: the items asked in it, and how many people took tests of the unit."""

    asked: tuple[str, ...] = ()
    people: int = 0


def drawn(bank: Sequence[Candidate], tested: SoFar, now: datetime, chance: Random) -> Candidate | None:
    """The next item; None where the bank has none left that this person may see.

    Never a practice item, one of this test, or one that she saw within REST. Of the others, those that not too many
    have seen; of these, those whose criterion this test has asked least; of these, the AMONG most informative; chance
    takes one. The exposure limit gives way where it would leave nothing, and then the least shown come first: with
    tests of 6.6 questions on average, 30 % can only be kept by a bank of 22 or more.
    """
    return _drawn([each for each in bank if _may_see(each, tested, now)], bank, tested, chance)


def message(
    bank: Sequence[Candidate],
    tested: SoFar,
    now: datetime,
    chance: Random,
    *,
    most: int = 2,
    policy: str = "gsm",
    joined: Callable[[Sequence[str]], str] = _PAUSE.join,
) -> tuple[Candidate, ...]:
    """The items of the next message: one, or two where both fit one segment; () where none is left.

    `most` is what may still be asked before the cap: at 1 there is never a second. The second is drawn by the same
    rules, after the first, among those that fit. `joined` puts the texts into one message as it will be sent.
    """
    first = drawn(bank, tested, now, chance)
    if first is None:
        return ()
    if most < 2 or not first.text:
        return (first,)
    then = SoFar(asked=(*tested.asked, first.item), people=tested.people)
    fitting = [
        each
        for each in bank
        if _may_see(each, then, now) and fit([first.text, each.text], policy=policy, joined=joined)
    ]
    second = _drawn(fitting, bank, then, chance)
    return (first, second) if second else (first,)


def fit(texts: Sequence[str], *, policy: str = "gsm", joined: Callable[[Sequence[str]], str] = _PAUSE.join) -> bool:
    """Whether questions fit one SMS of 160 septets when folded by the policy; empty texts and UCS-2 never do."""
    text = fold_text(joined(texts), policy)
    return all(texts) and encoding(text) == "GSM-7" and units(text) <= GSM_ALONE


def shuffled(item: Item, chance: Random) -> tuple[int, ...]:
    """The order in which to serve the options, as places in the script; to be kept with the question as served.

    Only a choice is shuffled: the letters of an ordering are its answer.
    """
    order = list(range(len(item.options)))
    if item.kind == "choice":
        chance.shuffle(order)
    return tuple(order)


def exposure_limit(people: int) -> int:
    """To how many an item may have been shown before the next of `people` + 1 sees it: EXPOSURE of them, at least 1."""
    return math.ceil(EXPOSURE * (people + 1))


def _may_see(each: Candidate, tested: SoFar, now: datetime) -> bool:
    rested = each.seen_at is None or now - each.seen_at >= REST
    return rested and not each.practice and each.item not in tested.asked


def _drawn(allowed: Sequence[Candidate], bank: Sequence[Candidate], tested: SoFar, chance: Random) -> Candidate | None:
    if not allowed:
        return None
    pool = _least_asked(_unexposed(allowed, tested.people, chance), bank, tested)
    pool.sort(key=lambda each: -each.chances.information)
    return chance.choice(pool[:AMONG])


def _unexposed(allowed: Sequence[Candidate], people: int, chance: Random) -> list[Candidate]:
    """Those under the limit or, where there are none, the least shown; equals not in the bank's order."""
    pool = list(allowed)
    chance.shuffle(pool)
    free = [each for each in pool if each.shown < exposure_limit(people)]
    return free or sorted(pool, key=lambda each: each.shown)[:AMONG]


def _least_asked(pool: Sequence[Candidate], bank: Sequence[Candidate], tested: SoFar) -> list[Candidate]:
    """Those of the criteria that this test has asked least."""
    criterion = {each.item: each.criterion for each in bank}
    asked = Counter(criterion[item] for item in tested.asked if item in criterion)
    fewest = min(asked[each.criterion] for each in pool)
    return [each for each in pool if asked[each.criterion] == fewest]
