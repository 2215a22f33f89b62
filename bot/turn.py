"""What one event leads to: the new conversation, and facts to write. Facts are data, never callables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from bot.certifying.effects import CaseActed as CaseActed
from bot.certifying.effects import CaseOpened as CaseOpened
from bot.certifying.effects import CodeTried as CodeTried
from bot.certifying.effects import Completed as Completed
from bot.certifying.effects import ExamMoved as ExamMoved
from bot.certifying.effects import FileHeard as FileHeard
from bot.certifying.effects import Showed as Showed
from bot.certifying.effects import WitnessAsked as WitnessAsked
from bot.conversation import Conversation
from bot.delivering.effects import Held as Held
from bot.delivering.effects import Missed as Missed
from bot.delivering.effects import NoticeSent as NoticeSent
from bot.delivering.effects import PinTried as PinTried
from bot.delivering.effects import SurveyAnswered as SurveyAnswered
from bot.delivering.effects import SurveyAsked as SurveyAsked
from bot.messages import Content
from bot.occasion import Review
from bot.people import Attempt, Enrolment, Learner, QuizResult
from bot.record import Record


class Due(Struct, frozen=True, kw_only=True):
    """What the clock owes one learner: unique by (learner, kind, subject)."""

    learner: str
    kind: str  # reminder, resume, lesson, review, campaign, … : a key of bot.talking.owing
    subject: str
    at: datetime


class Say(Struct, frozen=True, kw_only=True):
    """A message to the thread that is being answered."""

    content: Content
    kind: str = "reply"  # reply, lesson, question, reminder, farewell, person
    learner: str = ""
    not_before: datetime | None = None
    expires_at: datetime | None = None
    unasked: bool = False  # the clock's word: it waits behind answers, and is judged again before it leaves
    purpose: str = ""  # the consent that it needs; empty for learning
    week: str = ""  # counts in her budget of this week (ISO 8601: 2026-W47)
    exempt: bool = False  # a safety notice: counted, but not against the budget
    campaign: str = ""
    occurrence: str = ""  # local date and slot
    variant: int = 0
    segments: int = 0  # by estimate, where it counts against a campaign's budget
    micros: int = 0  # of money, by estimate
    attach_data_of: str = ""  # this learner's data, all of it, as a JSON file where the channel carries files
    to: str = ""  # another address than the one that is answered: her other thread
    via: str = ""  # and the sender that it was heard by


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A new learner on this thread."""

    learner: Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A learner told us something about herself: field → value, fields of Learner."""

    learner: str
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A learner may also be reached at another address (`tel:+…`), or is recognised on this one (address empty)."""

    learner: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOffered:
    """A code by which this learner may join another address to this one: single use, and kept as a keyed hash."""

    learner: str
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUsed:
    """The code has done its work, or was refused, and is worth nothing any more."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """Nobody known is behind this address any more (wrong number)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """One line of the append-only ledger: a yes or a no, with the exact text that was shown."""

    learner: str  # empty where a number that nobody joined from says stop
    granted: bool
    text: str
    language: str
    method: str  # reply, button, keyword, carrier, blocked
    purpose: str = "learning"
    guardian: str = ""
    reference: str = ""  # of a paper
    given_on: str = ""  # the paper's date


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A learner has entered a course."""

    enrolment: Enrolment


class Answered(Struct, frozen=True, kw_only=True):
    """One answer to one question as served, for ever."""

    learner: str
    course: str
    unit: str
    lesson: str
    item: str
    digest: str
    purpose: str
    attempt: str = ""  # the quiz it belongs to
    tries: int = 1
    reply: str = ""  # what she wrote, at most 160 characters
    choice: int = -1  # position in the script, -1 where there are no options
    right: bool
    late: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonDone:
    """A lesson is finished."""

    enrolment: str
    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizMoved:
    """A unit quiz has begun or has gone on by one answer: the attempt as it stands now."""

    attempt: Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class QuizDone:
    """A unit quiz is finished."""

    attempt: str
    enrolment: str
    unit: str
    result: QuizResult


class Owed(Struct, frozen=True, kw_only=True):
    """The clock shall come back to this learner; a due of the same kind and subject moves to the new time."""

    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgiven:
    """Dues of this kind are no longer owed to the learner."""

    learner: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMoved:
    """The thread opens or closes: open, stopped, blocked, wrong_number."""

    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silenced:
    """Whatever still waits to leave for this thread (or for one learner on it) does not leave."""

    learner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked:
    """Somebody should read this: a learner asks for a person, or a number is wrong."""

    learner: str
    kind: str = "person"  # person, urgent, death, wrong_number, …
    text: str = ""
    joins: bool = False  # words that were waited for: they belong to her request that stands open


class Reviewed(Struct, frozen=True, kw_only=True):
    """An item is to be asked again: its card as it stands after this answer."""

    review: Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One more of what is counted by day."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """These people go from every table; results stay without them; their numbers may not be imported again."""

    learners: tuple[str, ...]


Effect = (
    Say
    | Joined
    | Changed
    | Linked
    | LinkOffered
    | LinkUsed
    | Unlinked
    | Consented
    | Enrolled
    | Answered
    | LessonDone
    | QuizMoved
    | QuizDone
    | Owed
    | Forgiven
    | ThreadMoved
    | Silenced
    | HelpAsked
    | Reviewed
    | NoticeSent
    | PinTried
    | Held
    | Missed
    | Counted
    | Showed
    | Erased
    | CaseOpened
    | CaseActed
    | ExamMoved
    | SurveyAsked
    | SurveyAnswered
    | WitnessAsked
    | CodeTried
    | FileHeard
    | Completed
)


# After a turn with these effects alone, the record that it ended with is what the tables will say.
KNOWN_AFTER: frozenset[type] = frozenset(
    (Say, Joined, Changed, Enrolled, Answered, LessonDone, QuizMoved, QuizDone, Owed, Reviewed, Held, Missed)
)


class Turn(Struct, frozen=True, kw_only=True):
    """The outcome of one event."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    record: Record | None = None  # what is known at its end

    @property
    def leaves(self) -> Record | None:
        """The record as the tables will hold it once the turn is written; None where only the tables can tell."""
        return self.record if KNOWN_AFTER.issuperset(map(type, self.effects)) else None
