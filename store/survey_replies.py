"""What turns write of surveys, and read for them: who was asked, what was answered, and where somebody stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.messages import Address
from bot.occasion import Occasion
from bot.reporting.surveys import State
from bot.turn import Due, SurveyAnswered, SurveyAsked
from store.columns import among
from store.shapes import clean
from store.survey_tables import survey_answers, survey_replies, survey_tallies, surveys
from store.surveys import ASKED, BEGAN, ENDED, PEOPLE, SKIPPED, WRITTEN, survey_of

_REPLY = insert(survey_replies).on_conflict_do_nothing()
_ANSWER = (
    insert(survey_answers)
    .on_conflict_do_nothing(index_elements=["reply", "place"])
    .returning(survey_answers.c.reply, survey_answers.c.place)
)
_TALLY = insert(survey_tallies)
_ADD = _TALLY.on_conflict_do_update(
    index_elements=["survey", "place", "choice"], set_={"n": survey_tallies.c.n + _TALLY.excluded.n}
)
_BEGUN = (
    update(survey_replies)
    .where(survey_replies.c.id == bindparam("which"), survey_replies.c.began_at.is_(None))
    .values(began_at=bindparam("now"))
)
_OVER = (
    update(survey_replies)
    .where(survey_replies.c.id == bindparam("which"), survey_replies.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_STANDS = (
    select(survey_replies.c.survey, survey_replies.c.learner, survey_replies.c.id, func.max(survey_answers.c.place))
    .select_from(survey_replies.outerjoin(survey_answers, survey_answers.c.reply == survey_replies.c.id))
    .where(among(survey_replies.c.survey, "surveys"), among(survey_replies.c.learner, "learners"))
    .group_by(survey_replies.c.survey, survey_replies.c.learner, survey_replies.c.id)
)


def write(conn: Connection, said: Sequence[tuple[Address, SurveyAsked | SurveyAnswered]], now: datetime) -> None:
    """Note who was asked and what was answered, and count it. An answer that is there already counts once."""
    counted: Counter[tuple[str, int, int]] = Counter()
    for address, effect in said:
        if isinstance(effect, SurveyAsked):
            conn.execute(_REPLY, _reply_row(address, effect, now))
            counted[effect.survey, PEOPLE, ASKED] += 1
            continue
        if conn.execute(_ANSWER, _answer_row(effect, now)).first() is None:
            continue
        counted[effect.survey, effect.place, _counts_as(effect)] += 1
        key = {"which": effect.reply, "now": now}
        if not effect.skipped:
            counted[effect.survey, PEOPLE, BEGAN] += conn.execute(_BEGUN, key).rowcount
        if effect.last:
            counted[effect.survey, PEOPLE, ENDED] += conn.execute(_OVER, key).rowcount
    rows = [{"survey": key[0], "place": key[1], "choice": key[2], "n": n} for key, n in sorted(counted.items()) if n]
    if rows:
        conn.execute(_ADD, rows)


def _counts_as(effect: SurveyAnswered) -> int:
    if effect.skipped:
        return SKIPPED
    return effect.choice if effect.choice >= 0 else WRITTEN


def _reply_row(address: Address, effect: SurveyAsked, now: datetime) -> dict[str, Any]:
    sms = address.scheme == "tel" or address.identity.startswith("sms:")
    return {
        "id": effect.reply,
        "survey": effect.survey,
        "learner": effect.learner,
        "language": effect.language,
        "channel": "sms" if sms else "telegram",
        "asked_at": now,
    }


def _answer_row(effect: SurveyAnswered, now: datetime) -> dict[str, Any]:
    return {
        "reply": effect.reply,
        "place": effect.place,
        "survey": effect.survey,
        "choice": effect.choice,
        "value": effect.value,
        "text": clean(effect.text),
        "skipped": effect.skipped,
        "at": now,
    }


def with_surveys(conn: Connection, found: Mapping[Due, Occasion]) -> dict[Due, Occasion]:
    """The occasions with the survey that a campaign puts or that was left unfinished, and the reply that there is."""
    wanted = {due: _wanted(due, occasion) for due, occasion in found.items()}
    ids = sorted({id for id in wanted.values() if id})
    if not ids:
        return dict(found)
    query = select(surveys).where(among(surveys.c.id, "ids"), surveys.c.state == State.RUNNING.value)
    open_ = {row["id"]: survey_of(dict(row)) for row in conn.execute(query, {"ids": ids}).mappings()}
    people = sorted({due.learner for due in found})
    stands = {
        (survey, learner): (reply, -1 if place is None else place)
        for survey, learner, reply, place in conn.execute(_STANDS, {"surveys": ids, "learners": people})
    }
    filled = dict(found)
    for due, id in wanted.items():
        if id:
            reply = stands.get((id, due.learner))
            next_ = (reply[0], reply[1] + 1) if reply else None
            filled[due] = replace(found[due], survey=open_.get(id), reply=next_)
    return filled


def _wanted(due: Due, occasion: Occasion) -> str:
    if due.kind == "survey":
        return due.subject
    return occasion.campaign.survey if occasion.campaign else ""
