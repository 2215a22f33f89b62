"""Lists of survey questions that are ready to use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.reporting.surveys import Question
from bot.talking.wording import Wording

# By name: (kind, id of the text in content/wording, indicator). Source of the first: the evaluation form of the
# meeting of 2008 (S3-36 to S3-40).
LISTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "meeting": (
        ("impression", "survey.q.impression", ""),
        ("objectives", "survey.q.objectives", ""),
        ("relevance", "survey.q.relevance", ""),
        ("impression", "survey.q.agenda", ""),
        ("impression", "survey.q.presenter", ""),
        ("free", "survey.q.free", ""),
    ),
    "follow_up": (
        ("work", "survey.q.work", "I12"),
        ("change", "survey.q.income", "I13"),
        ("yes_no", "survey.q.earns", "I14"),
        ("yes_no", "survey.q.hours", "I14"),
        ("yes_no", "survey.q.health", "I14"),
        ("yes_no", "survey.q.pension", "I14"),
        ("yes_no", "survey.q.tools", "I14"),
        ("yes_no", "survey.q.union", "I14"),
        ("yes_no", "survey.q.scheme", "I15"),
        ("free", "survey.q.free", ""),
    ),
}


def questions(like: str, wording: Wording, languages: Sequence[str]) -> tuple[Question, ...]:
    """The questions of a list in these languages; none where there is no such list."""
    return tuple(
        Question(kind=kind, texts={each: wording.say(each, text) for each in languages}, measures=measures)
        for kind, text, measures in LISTS.get(like, ())
    )
