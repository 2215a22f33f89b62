"""Estimate what a whole course costs by SMS: a made-up learner joins, answers all right and goes on to its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType

from msgspec.structs import replace

from bot.catalogue import Catalogue, Course
from bot.conversation import Conversation, Question
from bot.delivering.sms import segments, sms_text
from bot.messages import Address, Heard, Inbound
from bot.people import Enrolment
from bot.record import Policy, Record
from bot.talking.step import step
from bot.turn import (
    Changed,
    Completed,
    Consented,
    Effect,
    Enrolled,
    Joined,
    LessonDone,
    QuizDone,
    QuizMoved,
    Say,
)

_BEGAN = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, nine in the morning in Lima
_APART = timedelta(minutes=20)  # between two messages of hers
_MOST = 2_000  # messages of hers: a course of a hundred lessons takes half of that
_TOLD: Mapping[str, str] = MappingProxyType({"name": "Rosa", "sex": "1", "birth_year": "1985"})
_NUMBERS: Mapping[str, str] = MappingProxyType({"PE": "+51900000001", "BO": "+59170000001", "RW": "+250788000001"})


@dataclass(slots=True, kw_only=True)
class _Phone:
    """What the turns so far have left, and the segments that were sent."""

    catalogue: Catalogue
    record: Record
    language: str
    now: datetime = _BEGAN
    conversation: Conversation = field(default_factory=Conversation)
    chance: Random = field(default_factory=lambda: Random(0))
    segments: int = 0
    completed: bool = False

    def write(self, text: str) -> bool:
        """Write something; whether anything was said to it."""
        before = self.segments
        self.now += _APART
        event = Inbound(
            sender="estimate",
            provider_id=str(self.now.timestamp()),
            address=self.record.address,
            kind=Heard.TEXT,
            text=text,
            language=self.language,
            received_at=self.now,
        )
        turn = step(self.conversation, event, self.record, self.catalogue, self.now, self.chance)
        self.conversation = turn.conversation
        for effect in turn.effects:
            self._take(effect)
        return self.segments > before

    def _take(self, effect: Effect) -> None:
        """What the next turn knows of this one, as far as a learner who does all right meets it."""
        record = self.record
        match effect:
            case Say(content=content):
                self.segments += segments(sms_text(content))
            case Joined(learner=learner):
                self.record = record.with_learner(learner)
            case Changed(learner=id, changes=changes) if known := record.learner(id):
                self.record = record.with_learner(replace(known, **changes))
            case Consented(learner=id, granted=granted) if id:
                self.record = replace(record, consents={**record.consents, id: granted})
            case Enrolled(enrolment=enrolment):
                self.record = record.with_enrolment(enrolment)
            case LessonDone(enrolment=id, lesson=lesson):
                self.record = record.with_lesson(self._enrolment(id), lesson, self.now)
            case QuizMoved(attempt=attempt):
                self.record = record.with_attempt(attempt)
            case QuizDone(enrolment=id, unit=unit, result=result):
                self.record = record.with_quiz(self._enrolment(id), unit, result)
            case Completed():
                self.completed = True

    def _enrolment(self, id: str) -> Enrolment:
        return next(each for each in self.record.enrolments if each.id == id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The segments that a learner of a whole course is sent who answers everything right at once: lessons, the reply to
    each answer, unit quizzes, the welcome and the questions about herself. Reminders and reviews are apart, as they
    depend on when she writes."""

    course: str
    language: str
    segments: int


def estimates(catalogue: Catalogue, policy: Policy, only: str = "") -> tuple[Estimate, ...]:
    """One for each course and language, or of the course `only`. A language that the bot does not speak is left out, as
    is a course whose end is not reached. The same content and policy always give the same."""
    found = []
    for course in catalogue.courses.values():
        for language in course.languages if only in ("", course.id) else ():
            phone = _played(catalogue, course, language, policy)
            if phone.completed:
                found.append(Estimate(course=course.id, language=language, segments=phone.segments))
    return tuple(found)


def _played(catalogue: Catalogue, course: Course, language: str, policy: Policy) -> _Phone:
    """A phone on which a course was taken to its end, or until nothing moved any more."""
    number = next((_NUMBERS[each] for each in course.countries if each in _NUMBERS), _NUMBERS["PE"])
    record = Record(address=Address.parse(f"tel:{number}"), policy=policy)
    phone = _Phone(catalogue=catalogue, record=record, language=language)
    if language not in catalogue.wording.languages or language not in catalogue.vocabulary.commands:
        return phone
    phone.write(course.join_word(language))
    for _ in range(_MOST):
        if phone.completed or not phone.write(_reply(phone)):
            break
    return phone


def _reply(phone: _Phone) -> str:
    """What somebody writes who does as she is asked: yes, her name, the right answer; else she goes on."""
    words, conversation = phone.catalogue.vocabulary, phone.conversation
    kind = conversation.prompt.kind if conversation.prompt else ""
    if kind == "consent":
        return words.lists[phone.language]["yes"][0]
    if kind in _TOLD:
        return _TOLD[kind]
    if not kind and conversation.question:
        return _right(conversation.question)
    return words.commands[phone.language]["NEXT"][0]


def _right(question: Question) -> str:
    if question.kind == "choice":
        return "ABCDEFGH"[question.key]
    return question.answer.partition("|")[0] or "1"  # a task or a rating has no right answer
