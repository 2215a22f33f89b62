"""How good the questions of a course are, as figures that are kept: worked out every night, and when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.catalogue import Course
from bot.certifying.keying import keyed
from bot.certifying.quality import Response, findings, qualities

MOST_ANSWERS = 100_000
"""Of quizzes, and of exams: the latest ones. A list of millions would not fit into a small machine."""

_HOUR = 3  # of the night, where the programme is


def figures(course: Course, answered: Sequence[Response]) -> list[dict[str, Any]]:
    """The figures of each question that somebody has answered, with what an author should look at."""
    return list(_figures(course, answered))


def _figures(course: Course, answered: Sequence[Response]) -> Iterator[dict[str, Any]]:
    marked = list(keyed(course))
    for item, quality in zip(marked, qualities(marked, answered), strict=True):
        if quality.answers:
            yield {
                "item": item.item,
                "answers": quality.answers,
                "facility": quality.facility,
                "discrimination": quality.discrimination,
                "seconds": quality.seconds,
                "shares": list(quality.shares),
                "key": item.key,
                "findings": [asdict(each) for each in findings(item, quality)],
            }


def is_due(last: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a night has passed since the figures were worked out: each three o'clock of the place, once."""
    here = now.astimezone(zone)
    night = here.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    night = night if night <= here else night - timedelta(days=1)
    return last is None or last < night


def flagged(kept: Sequence[Mapping[str, Any]]) -> int:
    """How many questions an author should look at."""
    return sum(bool(each["findings"]) for each in kept)
