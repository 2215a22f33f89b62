"""What a turn may know besides the dialogue: loaded for the turn, frozen, and narrowed to the people of the thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.certifying.cases import Case
from bot.certifying.credentials import Credential
from bot.certifying.examining import Exam, History
from bot.certifying.verifying import Checked
from bot.certifying.witnessing import Testimony
from bot.cooperating.organisations import Office
from bot.delivering.hours import Resting
from bot.messages import Address
from bot.occasion import Occasion
from bot.people import Attempt, Enrolment, Learner, QuizResult

_One = TypeVar("_One", Learner, Enrolment)

LEARNING, NOTICES, CERTIFICATION = "learning", "notices", "certification"  # what consent is given for


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the operator has settled: who we are, and the rules that hold for everybody."""

    organisation: str = "Chasqui"
    coordinator: str = ""
    country: str = "PE"
    telegram_username: str = ""
    public_url: str = ""
    waking: tuple[int, int] = (7, 21)  # local hours
    resting: Resting = (9, 20)  # the same on Sundays and public holidays
    usual_hour: int = 18  # at which she is written to until she names her own
    weekly_budget: int = 12  # messages that nobody asked for, to one learner in one week
    reminder_hours: tuple[int, ...] = (2, 24, 72, 168)  # after a question that nobody answers
    weekly_messages: int = 9  # what the first message promises: three slots of three
    answer_days: int = 1  # working days until a person answers
    prices: Mapping[str, Decimal] = field(default_factory=dict)  # sender → money for one SMS segment
    currency: str = "USD"
    notice_recipients: int = 1000  # above so many people a second person approves a notice
    notice_money: Decimal = Decimal(50)  # and above so much money


class Record(Struct, frozen=True, kw_only=True):
    """The people of one thread and what they have done."""

    address: Address
    sender: str = ""
    state: str = "open"  # open, stopped, blocked, wrong_number
    quiet_since: datetime | None = None  # where a message or a prompt may be older: since when she is not written to
    unshown: bool = False  # where a question for consent stands open that she cannot have read
    buttons: bool = False  # the channel shows buttons
    learners: tuple[Learner, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    staying: Mapping[tuple[str, str], str] = msgspec.field(default_factory=dict)  # (learner, course) → version
    attempts: tuple[Attempt, ...] = ()  # quizzes under way
    consents: Mapping[str, bool] = msgspec.field(default_factory=dict)  # learner → the latest word on learning
    consent_dates: Mapping[str, datetime] = msgspec.field(default_factory=dict)  # learner → when it was given
    purposes: Mapping[tuple[str, str], bool] = msgspec.field(default_factory=dict)  # (learner, other purpose)
    elsewhere: tuple[Learner, ...] = ()  # a shared contact's number: who learns there already
    offices: tuple[Office, ...] = ()  # the cooperatives that this address may speak for
    offered: Learner | None = None  # whom the code that was written belongs to, if it is still good
    offered_at: tuple[str, str] = ("", "")  # the address that the code was sent to, and the sender that heard it
    checked: Checked | None = None  # the certificate whose code was written
    credentials: tuple[Credential, ...] = ()  # of the people of the thread, where the message may be about sharing them
    cases: tuple[Case, ...] = ()  # of these learners, oldest first; loaded where a message may be about them
    assessor: str = ""  # who writes is an assessor, and `cases` holds the one that her sheet names
    exams: tuple[Exam, ...] = ()  # their knowledge tests under way
    candidate: str = ""  # the name of the person of the case that an assessor's message is about
    testimonies: tuple[Testimony, ...] = ()  # codes of witnesses that what was written may be one of
    witness_tie: str = ""  # who is behind the number of a witness who is named: empty, self, relative …
    history: Mapping[str, History] = msgspec.field(default_factory=dict)  # learner → what she was asked in tests
    occasion: Occasion | None = None  # where a due is answered: what it is about
    policy: Policy = msgspec.field(default_factory=Policy)

    def learner(self, id: str) -> Learner | None:
        """The learner of this id, if she belongs to the thread."""
        for learner in self.learners:  # a plain loop: a turn asks this a dozen times
            if learner.id == id:
                return learner
        return None

    def enrolment(self, learner: str, course: str) -> Enrolment | None:
        """The enrolment of a learner in a course."""
        return next((each for each in self.enrolments if each.learner == learner and each.course == course), None)

    def of(self, learner: str) -> tuple[Enrolment, ...]:
        """All enrolments of a learner, oldest first."""
        return tuple(each for each in self.enrolments if each.learner == learner)

    def agrees(self, learner: str, purpose: str = LEARNING) -> bool:
        """Whether her latest word on this purpose is a yes. Who learns gets her cooperative's notices as well, until
        she says otherwise."""
        word = self.purposes.get((learner, purpose))
        return self.consents.get(learner, False) if word is None else word

    def attempt(self, learner: str, unit: str) -> Attempt | None:
        """The unit quiz that a learner has under way."""
        return next((each for each in self.attempts if each.learner == learner and each.unit == unit), None)

    def with_case(self, case: Case) -> Record:
        """The record with a case added or moved."""
        return replace(self, cases=(*(each for each in self.cases if each.id != case.id), case))

    def with_exam(self, exam: Exam) -> Record:
        """The record with a knowledge test as it stands now; one that is over is under way no more."""
        others = tuple(each for each in self.exams if each.id != exam.id)
        return replace(self, exams=others if exam.decision else (*others, exam))

    # What a turn has just decided, so that its later branches see it too.

    def with_learner(self, learner: Learner, *, consent: bool | None = None) -> Record:
        """The record with a learner added or changed in her place, and with her word where she has just given it."""
        people = _placed(self.learners, learner)
        consents = self.consents if consent is None else {**self.consents, learner.id: consent}
        return replace(self, learners=people, consents=consents)

    def with_enrolment(self, enrolment: Enrolment) -> Record:
        """The record with an enrolment added, or changed in its place."""
        return replace(self, enrolments=_placed(self.enrolments, enrolment))

    def with_lesson(self, enrolment: Enrolment, lesson: str, at: datetime) -> Record:
        """The record after a lesson was finished."""
        return self.with_enrolment(replace(enrolment, done={**enrolment.done, lesson: at}))

    def with_quiz(self, enrolment: Enrolment, unit: str, result: QuizResult) -> Record:
        """The record after a unit quiz was finished."""
        passed = {unit: result.at, **enrolment.passed} if result.passed else enrolment.passed
        attempts = tuple(each for each in self.attempts if not (each.enrolment == enrolment.id and each.unit == unit))
        changed = replace(enrolment, quizzes={**enrolment.quizzes, unit: result}, passed=passed)
        return replace(self.with_enrolment(changed), attempts=attempts)

    def with_attempt(self, attempt: Attempt) -> Record:
        """The record with a quiz under way."""
        others = tuple(each for each in self.attempts if each.id != attempt.id)
        return replace(self, attempts=(*others, attempt))


def _placed(held: tuple[_One, ...], one: _One) -> tuple[_One, ...]:
    """With one more at the end, or changed where it stands: the order is that in which the tables give them."""
    placed = tuple(one if each.id == one.id else each for each in held)
    return placed if one in placed else placed + (one,)  # noqa: RUF005 - mypy knows the sum's type, not the star's
