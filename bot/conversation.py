"""Where a dialogue stands: one frozen value, kept as one JSON column and read back tolerantly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

_EARLIER = 2  # how many replaced questions stay answerable: two days of lessons, and a JSON of under 3 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A lesson or quiz question as it was served: marked against this, so an edited script never changes a grade."""

    token: str  # binds a button to this question
    number: int  # as printed in front of the text
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
    key: int = -1  # served index of the right option
    answer: str = ""
    tolerance: str = "0"
    feedback: tuple[str, ...] = ()  # in served order
    hint: str = ""
    why: str = ""
    tries: int = 0
    learner: str = ""
    asked_at: str = ""  # ISO 8601, UTC
    reminded: int = 0  # the step of the ladder of reminders that was said last, since she was last heard
    reminded_at: str = ""  # when it was said
    more: tuple[str, ...] = ()  # in a review, the items that follow this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What awaits a short reply: a yes or no, a name, a pick from a list."""

    kind: str
    token: str
    values: tuple[str, ...] = ()  # what each option means
    options: tuple[str, ...] = ()  # how each option reads
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Where the dialogue of one thread stands. Progress lives in tables, not here."""

    language: str = ""
    chosen: bool = False  # the language was asked for, so that no join word changes it
    learner: str = ""  # who is writing; empty until somebody has joined
    course: str = ""  # the course she is in at the moment
    question: Question | None = None
    prompt: Prompt | None = None
    earlier: tuple[Question, ...] = ()  # replaced while open, newest first
    counter: int = 0  # the last question number printed
    confused: int = 0  # re-prompts since something was last understood
    heard: tuple[tuple[int, int], ...] = ()  # (epoch second, hash) of recent messages: the guard's memory
    muted: bool = False
    last_at: int = 0  # epoch second of the last message
    checks: tuple[int, ...] = ()  # epoch seconds of certificates that were asked about, one for each point of cost
    codes: tuple[int, ...] = ()  # epoch seconds of codes that were asked for or tried in vain, of the last hour

    def moved(self, **changes: Any) -> Conversation:
        """The conversation with these fields changed. Raises TypeError for a field that there is not.

        What dataclasses.replace does, in a third of its time: a turn does it four times.
        """
        after = object.__new__(Conversation)
        for name, held, hold in _SLOTS:
            hold(after, changes.pop(name) if name in changes else held(self))
        if changes:
            raise TypeError(f"no field of a conversation: {', '.join(sorted(changes))}")
        return after

    def asking(self, question: Question) -> Conversation:
        """Open a question, and close whatever prompt stood open. A question that was open stays answerable a while."""
        kept = (self.question, *self.earlier) if self.question else self.earlier
        return self.moved(question=question, earlier=kept[:_EARLIER], counter=question.number, prompt=None)

    def without(self, token: str) -> Conversation:
        """Close the question or the prompt with this token."""
        return self.moved(
            question=None if self.question and self.question.token == token else self.question,
            prompt=None if self.prompt and self.prompt.token == token else self.prompt,
            earlier=tuple(question for question in self.earlier if question.token != token),
        )


_SLOTS = tuple(
    (each.name, slot.__get__, slot.__set__)
    for each in fields(Conversation)
    for slot in [Conversation.__dict__[each.name]]
)


def to_json(conversation: Conversation) -> dict[str, Any]:
    """The conversation as JSON, with empty fields left out."""
    return _slim(conversation)


def from_json(stored: Mapping[str, Any]) -> Conversation:
    """Read a stored conversation. Unknown fields are passed over and missing ones take their default, so that a
    newer or an older program can always go on; a part that cannot be read at all is dropped, never raised."""
    plain = _known(Conversation, stored)
    plain["question"] = _question(stored.get("question"))
    plain["prompt"] = _prompt(stored.get("prompt"))
    earlier = (_question(each) for each in _listed(stored.get("earlier")))
    plain["earlier"] = tuple(each for each in earlier if each)
    heard = stored.get("heard")
    plain["heard"] = tuple((int(pair[0]), int(pair[1])) for pair in heard) if isinstance(heard, list) else ()
    return Conversation(**plain)


def _slim(value: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for each in type(value).__slots__:
        held = getattr(value, each)
        if not held:
            continue
        if type(held) is tuple:
            held = [_slim(question) for question in held] if each == "earlier" else list(held)
        elif type(held) is Question or type(held) is Prompt:
            held = _slim(held)
        out[each] = held
    return out


_FIELDS: dict[type, frozenset[str]] = {
    shape: frozenset(each.name for each in fields(shape)) for shape in (Question, Prompt, Conversation)
}


def _known(shape: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = _FIELDS[shape]
    return {name: tuple(held) if isinstance(held, list) else held for name, held in stored.items() if name in names}


def _listed(stored: Any) -> list[Any]:
    return stored if isinstance(stored, list) else []


def _question(stored: Any) -> Question | None:
    if not isinstance(stored, dict) or "token" not in stored:
        return None
    # A zero is left out when stored, and `key` has another default than zero.
    return Question(**{"number": 0, "key": 0, **_known(Question, stored)})


def _prompt(stored: Any) -> Prompt | None:
    if not isinstance(stored, dict) or "token" not in stored or "kind" not in stored:
        return None
    return Prompt(**_known(Prompt, stored))


def moment(now: datetime) -> str:
    """A time as a conversation keeps it."""
    return now.astimezone(UTC).isoformat(timespec="seconds")
