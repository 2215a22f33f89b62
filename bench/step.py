"""What the pure core costs: one turn of a lesson answer, and understanding one reply."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from statistics import median
from typing import Any

from bench.inbound import webhook
from bench.serving import ROOT
from bench.showing import verdict

_RUNS = 5_000
_TARGET = 60.0  # µs


def step() -> dict[str, Any]:
    """Median µs of each, or `{"skipped": why}` where the rooms are not there yet."""
    try:
        from authoring.shelf import ContentError, Shelf
        from bot.conversation import Conversation
        from bot.messages import Address, Inbound
        from bot.people import Enrolment, Learner
        from bot.record import Record
        from bot.talking.step import step as turn
        from bot.talking.understanding import interpret
    except ImportError as absent:
        return {"skipped": str(absent)}
    try:
        catalogue = Shelf(ROOT / "content")()
    except ContentError as refused:
        return {"skipped": f"content/ does not load: {refused.refusals[0]}"}
    now, chance = datetime(2026, 3, 2, 15, 0, tzinfo=UTC), Random(7)
    course = next(each for each in catalogue.courses.values() if "es" in each.languages)
    address = Address(scheme="tel", identity=webhook.numbers(1)[0])
    learner = Learner(
        id="1", name="Rosa", language="es", country="PE", timezone="America/Lima",
        asked=("sex", "birth_year", "community", "cooperative"), created_at=now,
    )  # fmt: skip
    enrolment = Enrolment(id="2", learner="1", course=course.id, enrolled_at=now)
    record = Record(address=address, learners=(learner,), enrolments=(enrolment,), consents={"1": True})

    def wrote(text: str) -> Inbound:
        return Inbound(sender="twilio:+1", provider_id="SM1", address=address, text=text, received_at=now)

    blank = Conversation(language="es", learner="1", course=course.id)
    asked = turn(blank, wrote("SIGUE"), record, catalogue, now, chance).conversation
    question = asked.question
    if question is None:
        return {"skipped": "SIGUE did not open a question"}
    right, wrong = (wrote("ABCDEFGH"[(question.key + away) % len(question.options)]) for away in (0, 1))
    go_on, vocabulary, options = wrote("SIGUE"), catalogue.vocabulary, question.options
    return {
        "right answer": _timed(lambda: turn(asked, right, record, catalogue, now, chance)),
        "wrong answer": _timed(lambda: turn(asked, wrong, record, catalogue, now, chance)),
        "next lesson": _timed(lambda: turn(blank, go_on, record, catalogue, now, chance)),
        "interpret B": _timed(lambda: interpret("B", language="es", options=options, vocabulary=vocabulary)),
        "interpret la b pues": _timed(
            lambda: interpret("la b pues", language="es", options=options, vocabulary=vocabulary)
        ),
    }


def _timed(work: Callable[[], object]) -> float:
    """The median of many single runs, in µs, with the collector held back as timeit does."""
    for _ in range(_RUNS // 10):
        work()
    took = []
    gc.disable()
    try:
        for _ in range(_RUNS):
            began = time.perf_counter_ns()
            work()
            took.append(time.perf_counter_ns() - began)
    finally:
        gc.enable()
    return median(took) / 1000


def report(found: dict[str, Any]) -> str:
    """Each in µs; the lesson answers against what is to be reached."""
    if "skipped" in found:
        return f"skipped: {found['skipped']}"
    lines = []
    for name, value in found.items():
        said = verdict(value, _TARGET, at_most=True, form=".1f") if name.endswith("answer") else f"{value:.1f}"
        lines.append(f"{name}: {said} µs")
    return "\n".join(lines)
