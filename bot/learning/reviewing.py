"""Spaced review: what an answer says of memory, and which item is worth asking again, ranked by the fsrs library.

The answers are the log. What is known of an item is worked out from them when a review slot comes, never while she
waits for a reply: an answer only notes that its item may be looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.occasion import Review

if TYPE_CHECKING:
    from fsrs import Card, Rating, Scheduler

APART = timedelta(hours=20)  # an item is never asked again sooner
SLOT, BOOST = 2, 3  # questions of one slot, and of a booster
_KINDS = frozenset({"choice", "number", "order", "text"})  # a task or a rating is never wrong
_LOOK_AGAIN = timedelta(days=1)  # the shortest interval of all
_IN_COURSE, _AFTER = 30, 90  # days that an interval may have


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer out of the log. `guessable`: a choice among options. `tries` 2: after the hint, so it says nothing."""

    item: str
    right: bool
    guessable: bool
    tries: int
    at: datetime


def noted(learner: str, course: str, item: str, kind: str, tries: int, now: datetime) -> Review | None:
    """What an answer leaves behind: its item may be looked at again a day later. None for what cannot be wrong, and
    for a second try, which only repeats what was just said. `tries`: those before this one."""
    if tries or kind not in _KINDS:
        return None
    return Review(learner=learner, course=course, item=item, card="", due_at=now + _LOOK_AGAIN, last_at=now)


def worked_out(review: Review, answers: Iterable[Answer], *, finished: bool) -> Review:
    """The review as its answers (oldest first) make it: the card, and when it is due. `finished`: the course is over,
    so that intervals may grow to 90 days, else to 30."""
    card, right_before = None, False
    scheduler = _scheduler(_AFTER if finished else _IN_COURSE)
    for answer in answers:
        if answer.tries > 1:
            continue
        card = card or _fresh()
        card, _ = scheduler.review_card(card, _rating(answer, right_before), answer.at)
        right_before = right_before or answer.right
    if card is None:
        return review
    last = card.last_review or review.last_at
    return Review(
        learner=review.learner,
        course=review.course,
        item=review.item,
        card=json.dumps(card.to_dict(), separators=(",", ":")),
        due_at=max(card.due, last + APART),
        last_at=last,
    )


def ranked(reviews: Sequence[Review], now: datetime, *, early: bool = False) -> tuple[Review, ...]:
    """Those worth asking now, what is nearest to being forgotten first. `early`: also what is not due yet."""
    awake = [each for each in reviews if now - each.last_at >= APART and (early or each.due_at <= now)]
    return tuple(sorted(awake, key=lambda each: (retrievability(each, now), each.item)))


def retrievability(review: Review, now: datetime) -> float:
    """How likely she still knows it, from 0 to 1; 0 where nothing is known."""
    if not review.card:
        return 0.0
    from fsrs import Card

    return float(_scheduler(_IN_COURSE).get_card_retrievability(Card.from_dict(json.loads(review.card)), now))


def _rating(answer: Answer, right_before: bool) -> Rating:
    from fsrs import Rating

    if not answer.right:
        return Rating.Again
    # The first right one among options may have been a guess.
    return Rating.Hard if answer.guessable and not right_before else Rating.Good


def _fresh() -> Card:
    from fsrs import Card

    return Card(card_id=0)  # without an id of ours the library waits a millisecond to make one


@lru_cache(maxsize=2)
def _scheduler(most: int) -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(
        desired_retention=0.90, learning_steps=(), relearning_steps=(), maximum_interval=most, enable_fuzzing=False
    )
