"""Gather the facts of many turns by what becomes of them, in the order in which they were decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.people import Attempt
from bot.record import NOTICES
from bot.turn import (
    Answered,
    CaseActed,
    CaseOpened,
    Changed,
    CodeTried,
    Completed,
    Consented,
    Counted,
    Enrolled,
    Erased,
    ExamMoved,
    FileHeard,
    Forgiven,
    Held,
    HelpAsked,
    Joined,
    LessonDone,
    Linked,
    LinkOffered,
    LinkUsed,
    Missed,
    NoticeSent,
    Owed,
    PinTried,
    QuizDone,
    QuizMoved,
    Reviewed,
    Say,
    Showed,
    Silenced,
    SurveyAnswered,
    SurveyAsked,
    ThreadMoved,
    Unlinked,
    WitnessAsked,
)
from store import gathering_acts
from store.gathered import CHANGEABLE, Answering, Row, Rows, learner_row, stored
from store.shapes import clean, dumps


def gather(turns: Sequence[Answering], now: datetime) -> Rows:
    """The rows that these turns leave behind."""
    rows = Rows(now=now)
    for each in turns:
        if each.due:
            rows.settled.append({"who": each.due.learner, "what": each.due.kind, "about": each.due.subject})
        for effect in each.turn.effects:
            _GATHER[type(effect)](rows, each, effect)
    return rows


def _say(rows: Rows, each: Answering, effect: Say) -> None:
    rows.said.append((each, effect))
    if effect.week and effect.learner:
        none = {"learner": effect.learner, "week": effect.week, "n": 0, "exempt": 0}
        week = rows.weeks.setdefault((effect.learner, effect.week), none)
        week["exempt" if effect.exempt else "n"] += 1
    if effect.campaign:
        none = {"campaign": effect.campaign, "messages": 0, "segments": 0, "micros": 0}
        spent = rows.spent.setdefault(effect.campaign, none)
        spent["messages"] += 1
        spent["segments"] += effect.segments
        spent["micros"] += effect.micros


def _joined(rows: Rows, each: Answering, effect: Joined) -> None:
    rows.joined.append(learner_row(effect.learner))
    rows.rejoined.append(each.address)
    _link(rows, str(each.address), effect.learner.id)


def _changed(rows: Rows, each: Answering, effect: Changed) -> None:
    unknown = set(effect.changes) - CHANGEABLE
    if unknown:
        raise ValueError(f"a learner has no {sorted(unknown)} to change")
    rows.changed[effect.learner].update({name: stored(value) for name, value in effect.changes.items()})


def _linked(rows: Rows, each: Answering, effect: Linked) -> None:
    _link(rows, effect.address or str(each.address), effect.learner)


def _link(rows: Rows, address: str, learner: str) -> None:
    rows.linked[address, learner] = {"address": address, "learner": learner}


def _unlinked(rows: Rows, each: Answering, effect: Unlinked) -> None:
    rows.unlinked.append({"where": str(each.address)})


def _consented(rows: Rows, each: Answering, effect: Consented) -> None:
    rows.consented.append(
        {
            "learner": effect.learner or None,
            "address": str(each.address),
            "granted": effect.granted,
            "text": clean(effect.text),
            "language": effect.language,
            "method": effect.method,
            "purpose": effect.purpose,
            "guardian": clean(effect.guardian),
            "reference": clean(effect.reference),
            "given_on": effect.given_on,
            "at": rows.now,
        }
    )
    if effect.learner:
        word = {"learner": effect.learner, "purpose": effect.purpose, "granted": effect.granted, "at": rows.now}
        key = (effect.learner, effect.purpose)
        if effect.purpose == NOTICES and effect.granted:
            # Notices again, as long as she learns: a yes that stood alone would outlive her next stop.
            rows.words.pop(key, None)
            rows.unsaid[key] = {"who": effect.learner, "what": effect.purpose}
        else:
            rows.unsaid.pop(key, None)
            rows.words[key] = word


def _enrolled(rows: Rows, each: Answering, effect: Enrolled) -> None:
    enrolment = effect.enrolment
    rows.enrolled.append(
        {
            "id": enrolment.id,
            "learner": enrolment.learner,
            "course": enrolment.course,
            "content_version": enrolment.content_version,
            "enrolled_at": enrolment.enrolled_at,
        }
    )


def _answered(rows: Rows, each: Answering, effect: Answered) -> None:
    rows.answered.append(
        {
            "learner": effect.learner or None,
            "course": effect.course,
            "unit": effect.unit,
            "lesson": effect.lesson,
            "item": effect.item,
            "digest": effect.digest,
            "purpose": effect.purpose,
            "attempt": effect.attempt,
            "tries": effect.tries,
            "reply": clean(effect.reply),
            "choice": effect.choice,
            "right": effect.right,
            "late": effect.late,
            "language": effect.language,
            "at": rows.now,
        }
    )


def _lesson_done(rows: Rows, each: Answering, effect: LessonDone) -> None:
    rows.lessons.append({"enrolment": effect.enrolment, "lesson": effect.lesson, "at": rows.now})


def _quiz_moved(rows: Rows, each: Answering, effect: QuizMoved) -> None:
    rows.attempts[effect.attempt.id] = _attempt(effect.attempt)


def _attempt(attempt: Attempt) -> Row:
    return {
        "id": attempt.id,
        "learner": attempt.learner or None,
        "enrolment": attempt.enrolment,
        "course": attempt.course,
        "unit": attempt.unit,
        "items": dumps(attempt.items),
        "right": dumps(attempt.right),
        "started_at": attempt.started_at,
    }


def _quiz_done(rows: Rows, each: Answering, effect: QuizDone) -> None:
    result = effect.result
    rows.finished.append({"which": effect.attempt, "at": result.at})
    rows.results.append(
        {
            "attempt": effect.attempt,
            "enrolment": effect.enrolment,
            "unit": effect.unit,
            "right": result.right,
            "of": result.of,
            "passed": result.passed,
            "weak": dumps(result.weak),
            "at": result.at,
        }
    )


def _owed(rows: Rows, each: Answering, effect: Owed) -> None:
    due = effect.due
    rows.owed[due.learner, due.kind, due.subject] = {
        "learner": due.learner,
        "kind": due.kind,
        "subject": due.subject,
        "at": due.at,
    }


def _forgiven(rows: Rows, each: Answering, effect: Forgiven) -> None:
    rows.forgiven.append({"who": effect.learner, "what": effect.kind})
    # What this batch has come to owe before is forgiven too; what it owes after stays.
    for key in [key for key in rows.owed if key[:2] == (effect.learner, effect.kind)]:
        del rows.owed[key]


def _thread_moved(rows: Rows, each: Answering, effect: ThreadMoved) -> None:
    """The thread's own row says it, in `store.turns`; what a blocked chat was to tell her goes by SMS."""
    if effect.state == "blocked":
        rows.elsewhere.append({"where": str(each.address)})


def _silenced(rows: Rows, each: Answering, effect: Silenced) -> None:
    if effect.learner:
        rows.silenced_for.append({"where": str(each.address), "who": effect.learner})
    else:
        rows.silenced.append({"where": str(each.address)})


def _help_asked(rows: Rows, each: Answering, effect: HelpAsked) -> None:
    (rows.worded if effect.joins else rows.helped).append(
        {
            "learner": effect.learner or None,
            "address": str(each.address),
            "kind": effect.kind,
            "text": clean(effect.text),
            "asked_at": rows.now,
        }
    )


def _reviewed(rows: Rows, each: Answering, effect: Reviewed) -> None:
    review = effect.review
    rows.reviewed[review.learner, review.item] = {
        "learner": review.learner,
        "item": review.item,
        "course": review.course,
        "card": review.card,
        "due_at": review.due_at,
        "last_at": review.last_at,
    }


_GATHER: dict[type, Callable[[Rows, Answering, Any], None]] = {
    Say: _say,
    Joined: _joined,
    Changed: _changed,
    Linked: _linked,
    LinkOffered: gathering_acts.link_offered,
    LinkUsed: gathering_acts.link_used,
    Unlinked: _unlinked,
    Consented: _consented,
    Enrolled: _enrolled,
    Answered: _answered,
    LessonDone: _lesson_done,
    QuizMoved: _quiz_moved,
    QuizDone: _quiz_done,
    Owed: _owed,
    Forgiven: _forgiven,
    ThreadMoved: _thread_moved,
    Silenced: _silenced,
    HelpAsked: _help_asked,
    Reviewed: _reviewed,
    NoticeSent: gathering_acts.notice_sent,
    PinTried: gathering_acts.pin_tried,
    Held: gathering_acts.held,
    Missed: gathering_acts.missed,
    Counted: gathering_acts.counted,
    Showed: gathering_acts.showed,
    Erased: gathering_acts.erased,
    CaseOpened: gathering_acts.case_opened,
    CaseActed: gathering_acts.case_acted,
    ExamMoved: gathering_acts.exam_moved,
    SurveyAsked: gathering_acts.surveyed,
    SurveyAnswered: gathering_acts.surveyed,
    WitnessAsked: gathering_acts.certifying,
    CodeTried: gathering_acts.certifying,
    FileHeard: gathering_acts.certifying,
    Completed: gathering_acts.certifying,
}
