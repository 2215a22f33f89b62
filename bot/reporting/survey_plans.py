"""How a survey goes out: as a campaign of its own, once, at the hour of each learner."""

from __future__ import annotations

import re
from datetime import datetime

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule
from bot.reporting.surveys import Survey
from bot.talking.understanding import fold
from bot.talking.wording import Wording


def id_for(title: str, mark: str) -> str:
    """A word for a survey that people can type: its title's letters, and four of `mark` to tell it from others."""
    word = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:30].strip("-")
    return f"{word or 'survey'}-{re.sub('[^a-z0-9]', '', mark.lower())[:4] or '1'}"


def planned(
    survey: Survey, audience: Audience, wording: Wording, *, organisation: str, zone: str, by: str, now: datetime
) -> Campaign:
    """The campaign that puts it to this audience, a draft. Its texts are the first message, for previews and costs."""
    return Campaign(
        id=survey.id,
        name=survey.title,
        kind=Kind.ONCE,
        audience=audience,
        texts=({language: _opening(survey, wording, language, organisation) for language in survey.languages},),
        fallback=survey.languages,
        schedule=Schedule(zone=zone),
        cooperative=survey.cooperative,
        survey=survey.id,
        created_by=by,
        created_at=now,
    )


def _opening(survey: Survey, wording: Wording, language: str, organisation: str) -> str:
    question = survey.questions[0]
    n = len(survey.questions)
    lead = wording.say(language, "survey.begin", organisation=organisation, title=survey.title, n=n)
    steps = range(1, question.steps + 1)
    listed = [f"{step}) {wording.say(language, f'survey.{question.kind}.{step}')}" for step in steps]
    return "\n".join([lead, question.texts[language], *listed])
