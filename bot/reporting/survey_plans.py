"""How a survey goes out: as a campaign of its own, once, at the hour of each learner."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule
from bot.people import Scope
from bot.reporting.surveys import Survey, Written
from bot.talking.understanding import fold
from bot.talking.wording import Wording


def id_for(title: str, mark: str) -> str:
    """A word for a survey that people can type: its title's letters, and four of `mark` to tell it from others."""
    word = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:30].strip("-")
    return f"{word or 'survey'}-{re.sub('[^a-z0-9]', '', mark.lower())[:4] or '1'}"


def mark_for(written: Written, cooperative: str, today: date) -> str:
    """The mark of what is written without a form: the same survey asked for twice on one day is one."""
    return sha256(repr((written, cooperative, today)).encode()).hexdigest()


def audience(
    *,
    cohorts: Iterable[str] = (),
    cooperatives: Iterable[str] = (),
    courses: Iterable[str] = (),
    finished: bool = False,
) -> Audience:
    """To whom a survey can be put; nothing named: everybody who has agreed. `finished`: only who has finished one of
    the courses."""
    held = (tuple(each for each in names if each) for names in (cohorts, cooperatives, courses))
    groups, members, taught = held
    return Audience(cohorts=groups, cooperatives=members, courses=taught, progress="finished" if finished else "")


def beyond(scope: Scope, to: Audience) -> bool:
    """Whether it would reach people outside of a scope: who is bounded to cooperatives names one of hers."""
    mine = scope.cooperatives
    return mine is not None and not (to.cooperatives and mine.issuperset(to.cooperatives))


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
