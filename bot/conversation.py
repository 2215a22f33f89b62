"""Where a dialogue stands: one frozen value, kept as one JSON column and read back tolerantly.

It is written and read with every message, so its classes are msgspec's: frozen and slotted as a dataclass is, and read
from JSON without a dictionary in between.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

GRAVE = frozenset({"consent", "guardian", "erase_first", "erase_second"})
"""Prompts that only a yes or a no answers, and that nothing else may be taken for or laid before."""

_EARLIER = 2  # how many replaced questions of one learner stay answerable: two days of lessons, a JSON of under 3 kB
_EARLIER_OF_ALL = 8  # and of all who share a phone


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A lesson or quiz question as it was served: marked against this, so an edited script never changes a grade."""

    token: str  # binds a button to this question
    number: int = 0  # as printed in front of the text
    purpose: str = "lesson"  # lesson, quiz or review
    kind: str = "choice"
    course: str = ""
    unit: str = ""
    lesson: str = ""
    item: str = ""
    digest: str = ""
    text: str = ""
    options: tuple[str, ...] = ()
    order: tuple[int, ...] = ()  # served position → position in the script
    key: int = 0  # served index of the right option; -1: there is none
    answer: str = ""
    tolerance: str = "0"
    feedback: tuple[str, ...] = ()  # in served order
    hint: str = ""
    why: str = ""
    tries: int = 0
    learner: str = ""
    asked_at: str = ""  # ISO 8601, UTC
    put: int = 0  # since when it is the one that is open: epoch microseconds; 0 where that is not known
    reminded: int = 0  # the step of the ladder of reminders that was said last, since she was last heard
    reminded_at: str = ""  # when it was said
    more: tuple[str, ...] = ()  # in a review, the items that follow this one
    hinted: bool = False  # its hint has been said
    unseen: bool = False  # not said again since somebody else wrote, or nobody for an hour: NEXT does not skip it

    def changed(self, **changes: Any) -> Question:
        """The question with these fields changed. Raises TypeError for a field that there is not."""
        return replace(self, **changes)


class Prompt(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What awaits a short reply: a yes or no, a name, a pick from a list."""

    kind: str
    token: str
    values: tuple[str, ...] = ()  # what each option means
    options: tuple[str, ...] = ()  # how each option reads
    data: Mapping[str, str] = msgspec.field(default_factory=dict)
    put: int = 0  # epoch microseconds; 0 where that is not known

    @property
    def hides(self) -> bool:
        """Whether something that must be answered first waits behind it (bot.talking.consenting)."""
        return "behind.kind" in self.data

    def changed(self, **changes: Any) -> Prompt:
        """The prompt with these fields changed. Raises TypeError for a field that there is not."""
        return replace(self, **changes)


class Given(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The last answer that was graded: when, and when it had been sent (epoch microseconds), and the ways to say it
    again."""

    at: int = 0
    sent: int = 0
    replies: tuple[str, ...] = ()


class Awaited(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The command whose number the very next message may be: PAUSE, HOUR."""

    command: str
    at: int  # epoch microseconds


class Conversation(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where the dialogue of one thread stands. Progress lives in tables, not here."""

    language: str = ""
    chosen: bool = False  # the language was asked for, so that no join word changes it
    learner: str = ""  # who is writing; empty until somebody has joined
    course: str = ""  # the course she is in at the moment
    # learner → the language of her lessons, where she has been told that it is not the one in which we write to her
    taught: Mapping[str, str] = msgspec.field(default_factory=dict)
    question: Question | None = None
    prompt: Prompt | None = None
    earlier: tuple[Question, ...] = ()  # replaced while open, newest first
    given: Given | None = None
    awaited: Awaited | None = None
    counter: int = 0  # the last question number printed outside a quiz, which counts for itself
    confused: int = 0  # re-prompts since something was last understood
    confused_at: int = 0  # epoch second of the last one: it may be said again after a day
    heard: tuple[tuple[int, int], ...] = ()  # (epoch second, hash) of recent messages: the guard's memory
    person_at: int = 0  # epoch second at which a person was asked for, until her question has come
    alarms: tuple[tuple[int, int], ...] = ()  # (epoch second, hash) of what was written in danger, of the last hour
    muted: bool = False
    last_at: int = 0  # epoch second of the last message
    stopped_at: float = 0.0  # epoch second at which the word was sent that last closed the thread
    codes: tuple[int, ...] = ()  # epoch seconds of codes that were asked for or tried in vain, of the last hour

    def moved(self, **changes: Any) -> Conversation:
        """The conversation with these fields changed. Raises TypeError for a field that there is not."""
        return replace(self, **changes)

    def asking(self, question: Question) -> Conversation:
        """Open a question, and close whatever prompt stood open. A question that was open stays answerable a while."""
        kept = (self.question, *self.earlier) if self.question else self.earlier
        counter = self.counter if question.purpose == "quiz" else question.number
        return self.moved(question=question, earlier=kept_of(kept), counter=counter, prompt=None)

    def without(self, token: str) -> Conversation:
        """Close the question or the prompt with this token."""
        return self.moved(
            question=None if self.question and self.question.token == token else self.question,
            prompt=None if self.prompt and self.prompt.token == token else self.prompt,
            earlier=tuple(question for question in self.earlier if question.token != token),
        )

    def without_people(self, learners: Collection[str]) -> Conversation:
        """What is left to those who share the phone when these learners are erased: their own questions as served, and
        the numbering. What awaited a short reply goes, for it may name somebody, and so does the memory of what was
        heard."""
        gone = frozenset(learners)
        hers = self.learner in gone
        return self.moved(
            learner="" if hers else self.learner,
            course="" if hers else self.course,
            taught={each: language for each, language in self.taught.items() if each not in gone},
            question=None if self.question and self.question.learner in gone else self.question,
            prompt=None,
            earlier=tuple(question for question in self.earlier if question.learner not in gone),
            confused=0,
            heard=(),
            alarms=(),
            person_at=0,
        )


def kept_of(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Of questions that were replaced, newest first, those that stay answerable: the latest two of each learner, so
    that on a shared phone nobody's place is lost while another goes on."""
    seen: Counter[str] = Counter()
    kept: list[Question] = []
    for question in questions:
        seen[question.learner] += 1
        if seen[question.learner] <= _EARLIER:
            kept.append(question)
    return tuple(kept[:_EARLIER_OF_ALL])


_written = msgspec.json.Encoder().encode
_read = msgspec.json.Decoder(Conversation).decode


def to_json(conversation: Conversation) -> str:
    """The conversation as JSON, with the fields left out that have their default; U+FFFD for half a surrogate pair."""
    try:
        return _written(conversation).decode()
    except UnicodeEncodeError:
        halves = json.dumps(msgspec.to_builtins(conversation), ensure_ascii=False)
        return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def from_json(stored: str) -> Conversation:
    """Read a stored conversation. Unknown fields are passed over and missing ones take their default, so that a
    newer or an older program can always go on; a part that cannot be read at all is dropped, never raised."""
    if not stored:
        return Conversation()
    try:
        return _read(stored)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return _in_parts(stored)


def _in_parts(stored: str) -> Conversation:
    try:
        found = msgspec.json.decode(stored)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return Conversation()
    plain: dict[str, Any] = {}
    for each in fields(Conversation) if isinstance(found, dict) else ():
        if each.name == "earlier":
            questions = (_part(one, Question) for one in _listed(found.get("earlier")))
            plain["earlier"] = tuple(one for one in questions if one)
        elif each.name in found:
            part = _part(found[each.name], each.type)
            if part is not None:
                plain[each.name] = part
    return Conversation(**plain)


def _part(stored: Any, shape: Any) -> Any:
    try:
        return msgspec.convert(stored, shape)
    except msgspec.ValidationError:
        return None


def _listed(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list) else []


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """A time to the microsecond, for what must be told apart within a second."""
    return (at - _EPOCH) // _MICROSECOND


def moment(now: datetime) -> str:
    """A time as a conversation keeps it."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
