"""How good the items are, from what people answered: difficulty, discrimination, distractors, fairness to groups.

Sources: R. Ebel and D. Frisbie, Essentials of Educational Measurement (1991), for the item-rest correlation, the upper
and lower 27 % and dead distractors; N. Mantel and W. Haenszel (1959) with P. Holland and D. Thayer, "Differential item
performance and the Mantel–Haenszel procedure" (1988), for fairness. How many answers it takes before a figure is shown
or held against an item was simulated: with 100, a correlation is known to ± .11.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

SHOWN_FROM = 30  # answers
FLAGGED_FROM = 100  # answers; of each group where groups are compared
DEAD = 0.05  # a distractor that fewer choose convinces nobody
EXTREME = 0.27
UNFAIR = 1.5  # on the delta scale of Educational Testing Service: its class C, large
_CHI_SQUARE = 3.84  # 5 %, one degree of freedom
_TOO_EASY, _ABOVE_GUESSING, _WEAK, _PULLS, _UNCLEAR = 0.95, 0.05, 0.10, 0.10, 0.10
GROUPINGS = ("language", "sex", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """What an item is marked by: the place of its right option in the script (-1: not a choice), how many options it
    has, and how often chance alone is right."""

    item: str
    guess: float
    options: int = 0
    key: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer to one item. Answers of one `sitting` (a quiz, a test) are measured against each other."""

    item: str
    sitting: str
    right: bool
    choice: int = -1  # place in the script
    first: bool = True  # her first answer to this item; others only count as the rest of their sitting
    understood: bool = True  # the first reply could be read as an answer
    seconds: float | None = None  # from the question to the answer
    language: str = ""
    sex: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An item in two groups of people who are equally good at the rest. `delta` under 0: harder for `focal`."""

    grouping: str
    reference: str
    focal: str
    answers: tuple[int, int]  # of the reference and of the focal group
    delta: float  # −2.35 times the logarithm of the common odds ratio
    chi_square: float

    @property
    def is_large(self) -> bool:
        """Whether it is both large and hardly chance."""
        return abs(self.delta) >= UNFAIR and self.chi_square > _CHI_SQUARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What is known of an item. Shares are of 1; None where it cannot be said, and everything under SHOWN_FROM."""

    item: str
    answers: int
    facility: float | None = None  # share of right answers
    difficulty: float | None = None  # the same without guessing: (p − g)/(1 − g); under 0 is worse than chance
    discrimination: float | None = None  # correlation of right with the rest of the sitting, the item excluded
    upper_lower: float | None = None  # share right of the best 27 % less that of the weakest 27 %
    shares: tuple[float, ...] = ()  # of each option, in the script's order
    pulls: tuple[float | None, ...] = ()  # correlation of choosing each option with the rest
    seconds: float | None = None  # median
    misread: float = 0.0  # share whose first reply could not be read
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an author should look at. Nothing is ever retired by a figure."""

    item: str
    kind: str  # one of SENTENCES
    option: int = -1  # place in the script
    figure: float = 0.0
    grouping: str = ""
    focal: str = ""


def qualities(items: Iterable[Keyed], responses: Sequence[Response]) -> tuple[Quality, ...]:
    """The quality of each item, in the order of the items."""
    rests = _rests(responses)
    by_item: defaultdict[str, list[tuple[Response, float | None]]] = defaultdict(list)
    for response, rest in zip(responses, rests, strict=True):
        if response.first:
            by_item[response.item].append((response, rest))
    return tuple(_quality(item, by_item[item.item]) for item in items)


def _rests(responses: Sequence[Response]) -> list[float | None]:
    """For each response the share right of the others of its sitting; None where there are none."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for each in responses:
        right[each.sitting] += each.right
        asked[each.sitting] += 1
    return [
        (right[each.sitting] - each.right) / (asked[each.sitting] - 1) if asked[each.sitting] > 1 else None
        for each in responses
    ]


def _quality(item: Keyed, given: Sequence[tuple[Response, float | None]]) -> Quality:
    known = Quality(item=item.item, answers=len(given))
    if len(given) < SHOWN_FROM:
        return known
    facility = sum(each.right for each, _ in given) / len(given)
    times = [each.seconds for each, _ in given if each.seconds is not None]
    ranked = [(each, rest) for each, rest in given if rest is not None]
    rest = [share for _, share in ranked]
    return replace(
        known,
        facility=facility,
        difficulty=(facility - item.guess) / (1 - item.guess),
        discrimination=correlation([each.right for each, _ in ranked], rest),
        upper_lower=upper_lower([(share, each.right) for each, share in ranked]),
        shares=tuple(sum(each.choice == place for each, _ in given) / len(given) for place in range(item.options)),
        pulls=tuple(correlation([each.choice == place for each, _ in ranked], rest) for place in range(item.options)),
        seconds=median(times) if times else None,
        misread=sum(not each.understood for each, _ in given) / len(given),
        differences=tuple(_differences(ranked)),
    )


def correlation(hits: Sequence[bool], rest: Sequence[float]) -> float | None:
    """The point-biserial (Pearson) correlation; None where either does not vary."""
    n = len(hits)
    if n < 2:
        return None
    share, mean = sum(hits) / n, math.fsum(rest) / n
    spread = math.sqrt(math.fsum((each - mean) ** 2 for each in rest) / n)
    if spread < 1e-12 or share in (0, 1):
        return None
    together = math.fsum((hit - share) * (each - mean) for hit, each in zip(hits, rest, strict=True)) / n
    return together / (spread * math.sqrt(share * (1 - share)))


def upper_lower(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """The discrimination index D of (rest, right): share right of the upper 27 % less that of the lower.

    People who tie at a border count in part, so that their order does not matter. None for nobody.
    """
    size = EXTREME * len(pairs)
    if not pairs:
        return None
    groups: defaultdict[float, list[bool]] = defaultdict(list)
    for rest, right in pairs:
        groups[rest].append(right)
    ordered = [groups[rest] for rest in sorted(groups)]
    return (_hits(reversed(ordered), size) - _hits(ordered, size)) / size


def _hits(groups: Iterable[list[bool]], size: float) -> float:
    hits, left = 0.0, size
    for group in groups:
        taken = min(left, len(group))
        hits += taken * sum(group) / len(group)
        left -= taken
    return hits


def _differences(ranked: Sequence[tuple[Response, float]]) -> Iterable[Difference]:
    """Each large enough group against the largest one, in each grouping."""
    for grouping in GROUPINGS:
        groups: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
        for each, rest in ranked:
            groups[getattr(each, grouping)].append((rest, each.right))
        large = sorted(
            (name for name, answers in groups.items() if name and len(answers) >= FLAGGED_FROM),
            key=lambda name: (-len(groups[name]), name),
        )
        for focal in large[1:]:
            found = mantel_haenszel(groups[large[0]], groups[focal])
            if found:
                sizes = len(groups[large[0]]), len(groups[focal])
                delta, chi = found
                yield Difference(
                    grouping=grouping, reference=large[0], focal=focal, answers=sizes, delta=delta, chi_square=chi
                )


def mantel_haenszel(
    reference: Sequence[tuple[float, bool]], focal: Sequence[tuple[float, bool]]
) -> tuple[float, float] | None:
    """(delta, χ² with continuity correction) of two groups of (rest, right), matched on the rest in tenths.

    None where the common odds ratio is 0, infinite or unknown: no stratum holds right and wrong of both.
    """
    strata: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for place, group in ((0, reference), (2, focal)):
        for rest, right in group:
            strata[round(rest * 10)][place + (not right)] += 1
    above = below = hits = expected = variance = 0.0
    for a, b, c, d in strata.values():  # reference right and wrong, focal right and wrong
        total = a + b + c + d
        if a + b == 0 or c + d == 0 or total < 2:
            continue
        above += a * d / total
        below += b * c / total
        hits += a
        expected += (a + b) * (a + c) / total
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (total * total * (total - 1))
    if not above or not below or not variance:
        return None
    return -2.35 * math.log(above / below), max(0.0, abs(hits - expected) - 0.5) ** 2 / variance


def findings(item: Keyed, quality: Quality) -> tuple[Finding, ...]:
    """What an author should look at; nothing under FLAGGED_FROM answers."""
    if quality.answers < FLAGGED_FROM or quality.facility is None:
        return ()
    found = [
        *_wrong_key(item, quality),
        *_level(item, quality, quality.facility),
        *(
            Finding(item=item.item, kind="dead", option=place, figure=share)
            for place, share in enumerate(quality.shares)
            if place != item.key and share < DEAD
        ),
        *(
            Finding(item=item.item, kind="unfair", grouping=each.grouping, focal=each.focal, figure=each.delta)
            for each in quality.differences
            if each.is_large
        ),
    ]
    if quality.misread > _UNCLEAR:
        found.append(Finding(item=item.item, kind="misread", figure=quality.misread))
    return tuple(found)


def _wrong_key(item: Keyed, quality: Quality) -> Iterable[Finding]:
    """A distractor that those choose who are good at the rest, while the key draws them not at all."""
    if item.key < 0 or quality.discrimination is None or quality.discrimination > 0:
        return
    for place, pull in enumerate(quality.pulls):
        if place != item.key and pull is not None and pull >= _PULLS:
            yield Finding(item=item.item, kind="wrong_key", option=place, figure=pull)


def _level(item: Keyed, quality: Quality, facility: float) -> Iterable[Finding]:
    if facility > _TOO_EASY:
        yield Finding(item=item.item, kind="easy", figure=facility)
    if facility < item.guess + _ABOVE_GUESSING:
        yield Finding(item=item.item, kind="guessed", figure=facility)
    if quality.discrimination is not None and quality.discrimination < _WEAK:
        yield Finding(item=item.item, kind="weak", figure=quality.discrimination)
