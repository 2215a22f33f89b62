"""Gather the facts of many turns by what becomes of them, in the order in which they were decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.certifying.cases import Act, Case
from bot.certifying.examining import Exam
from bot.messages import Address
from bot.people import Attempt, Learner
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
    Due,
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
    Turn,
    Unlinked,
    WitnessAsked,
)
from store.shapes import clean, dumps
from store.tables import learners

Row = dict[str, Any]

CHANGEABLE = frozenset(column.name for column in learners.c) - {"id", "created_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """A turn to write: what it was decided on (thread and version), and which waiting row it answers."""

    address: Address
    sender: str
    version: int
    turn: Turn
    inbox_id: int | None = None
    due: Due | None = None


@dataclass(slots=True)
class Rows:
    """The rows of a batch, by what becomes of them."""

    now: datetime
    unlinked: list[Row] = field(default_factory=list)
    joined: list[Row] = field(default_factory=list)
    changed: defaultdict[str, Row] = field(default_factory=lambda: defaultdict(dict))
    linked: dict[tuple[str, str], Row] = field(default_factory=dict)
    consented: list[Row] = field(default_factory=list)
    words: dict[tuple[str, str], Row] = field(default_factory=dict)  # (learner, purpose) → her latest
    enrolled: list[Row] = field(default_factory=list)
    lessons: list[Row] = field(default_factory=list)
    attempts: dict[str, Row] = field(default_factory=dict)
    finished: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    answered: list[Row] = field(default_factory=list)
    settled: list[Row] = field(default_factory=list)
    forgiven: list[Row] = field(default_factory=list)
    owed: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    elsewhere: list[Row] = field(default_factory=list)
    silenced: list[Row] = field(default_factory=list)
    silenced_for: list[Row] = field(default_factory=list)
    helped: list[Row] = field(default_factory=list)
    reviewed: dict[tuple[str, str], Row] = field(default_factory=dict)
    weeks: dict[tuple[str, str], Row] = field(default_factory=dict)
    spent: dict[str, Row] = field(default_factory=dict)  # by campaign
    notices: list[tuple[Address, NoticeSent]] = field(default_factory=list)
    tried: list[tuple[int | None, PinTried]] = field(default_factory=list)  # with the message that held the PIN
    offered: list[tuple[Address, LinkOffered]] = field(default_factory=list)
    used: list[LinkUsed] = field(default_factory=list)
    unsaid: dict[tuple[str, str], Row] = field(default_factory=dict)  # (learner, purpose) that follows learning again
    held: dict[str, Held] = field(default_factory=dict)  # by campaign
    missed: dict[tuple[str, str], Row] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    showed: list[Showed] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    acts: list[tuple[str, Act]] = field(default_factory=list)  # with the case's id
    exams: dict[str, Exam] = field(default_factory=dict)
    certifying: list[tuple[Answering, Any]] = field(default_factory=list)  # witnesses, files, finished courses
    surveyed: list[tuple[Address, SurveyAsked | SurveyAnswered]] = field(default_factory=list)
    said: list[tuple[Answering, Say]] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)  # addresses of erased threads on which nobody had joined
    rejoined: list[Address] = field(default_factory=list)


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
    rows.changed[effect.learner].update({name: _stored(value) for name, value in effect.changes.items()})


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
    rows.helped.append(
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


def _notice_sent(rows: Rows, each: Answering, effect: NoticeSent) -> None:
    rows.notices.append((each.address, effect))


def _pin_tried(rows: Rows, each: Answering, effect: PinTried) -> None:
    rows.tried.append((each.inbox_id, effect))


def _link_offered(rows: Rows, each: Answering, effect: LinkOffered) -> None:
    rows.offered.append((each.address, effect))


def _link_used(rows: Rows, each: Answering, effect: LinkUsed) -> None:
    rows.used.append(effect)


def _held(rows: Rows, each: Answering, effect: Held) -> None:
    rows.held[effect.campaign] = effect


def _missed(rows: Rows, each: Answering, effect: Missed) -> None:
    none = {"campaign": effect.campaign, "reason": effect.reason, "n": 0}
    rows.missed.setdefault((effect.campaign, effect.reason), none)["n"] += 1


def _erased(rows: Rows, each: Answering, effect: Erased) -> None:
    rows.erased.extend(effect.learners)
    if not effect.learners:
        rows.emptied.append(str(each.address))


def _counted(rows: Rows, each: Answering, effect: Counted) -> None:
    rows.counted[effect.name] += 1


def _showed(rows: Rows, each: Answering, effect: Showed) -> None:
    rows.showed.append(effect)


def _case_opened(rows: Rows, each: Answering, effect: CaseOpened) -> None:
    rows.cases.append(effect.case)


def _case_acted(rows: Rows, each: Answering, effect: CaseActed) -> None:
    rows.acts.append((effect.case, effect.act))


def _exam_moved(rows: Rows, each: Answering, effect: ExamMoved) -> None:
    rows.exams[effect.exam.id] = effect.exam


def _certifying(rows: Rows, each: Answering, effect: Any) -> None:
    rows.certifying.append((each, effect))


def _surveyed(rows: Rows, each: Answering, effect: SurveyAsked | SurveyAnswered) -> None:
    rows.surveyed.append((each.address, effect))


_GATHER: dict[type, Callable[[Rows, Answering, Any], None]] = {
    Say: _say,
    Joined: _joined,
    Changed: _changed,
    Linked: _linked,
    LinkOffered: _link_offered,
    LinkUsed: _link_used,
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
    NoticeSent: _notice_sent,
    PinTried: _pin_tried,
    Held: _held,
    Missed: _missed,
    Counted: _counted,
    Showed: _showed,
    Erased: _erased,
    CaseOpened: _case_opened,
    CaseActed: _case_acted,
    ExamMoved: _exam_moved,
    SurveyAsked: _surveyed,
    SurveyAnswered: _surveyed,
    WitnessAsked: _certifying,
    CodeTried: _certifying,
    FileHeard: _certifying,
    Completed: _certifying,
}


def learner_row(learner: Learner) -> Row:
    """A learner as a row of `learners`."""
    return {
        "id": learner.id,
        "created_at": learner.created_at,
        **{name: _stored(getattr(learner, name)) for name in CHANGEABLE},
    }


def _stored(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    return dumps(value) if isinstance(value, tuple | list) else value
