"""A phone for the pure turn: what `step` decides is taken as done, and the dialogue is written down between turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.catalogue import Catalogue
from bot.conversation import Conversation, from_json, to_json
from bot.messages import Address, Content, Heard, Inbound
from bot.occasion import Occasion
from bot.record import LEARNING, Policy, Record
from bot.talking.step import step
from bot.turn import (
    Answered,
    Changed,
    Consented,
    Due,
    Effect,
    Enrolled,
    Forgiven,
    Joined,
    LessonDone,
    Owed,
    QuizDone,
    QuizMoved,
    Say,
    ThreadMoved,
)
from tests.changing import replace


@dataclass(slots=True)
class Phone:
    """One thread: the record as the turns so far have left it, all that was said, and all that was decided."""

    catalogue: Catalogue
    address: str = "tel:+51900000001"
    buttons: bool = False
    now: datetime = datetime(2026, 3, 2, 14, tzinfo=UTC)
    conversation: Conversation = field(default_factory=Conversation)
    record: Record = field(init=False)
    facts: list[Effect] = field(default_factory=list)
    dues: dict[tuple[str, str, str], Due] = field(default_factory=dict)
    chance: Random = field(default_factory=lambda: Random(0))

    def __post_init__(self) -> None:
        policy = Policy(organisation="Norandino", coordinator="Elena Ruiz")
        self.record = Record(address=Address.parse(self.address), buttons=self.buttons, policy=policy)

    def write(self, *texts: str, seconds: int = 20, under_way: float = 0) -> list[str]:
        """Write these one after the other; returns what was said to the last one."""
        said: list[str] = []
        for text in texts:
            said = self.hear(Heard.TEXT, text=text, seconds=seconds, under_way=under_way)
        return said

    def press(self, place: int, content: Content, *, seconds: int = 0) -> list[Content]:
        """Press the button at `place` under something that was said; returns all that was said to it."""
        before = len(self.facts)
        self.hear(Heard.PRESS, token=content.token, choice=place, handle="1:1", seconds=seconds)
        return [fact.content for fact in self.facts[before:] if isinstance(fact, Say)]

    def hear(self, kind: Heard, *, seconds: int = 20, under_way: float = 0, **more: object) -> list[str]:
        """Let something come in; `under_way`: it was received so many seconds before it is answered."""
        self.now += timedelta(seconds=seconds)
        event = Inbound(
            sender="test",
            provider_id=str(len(self.facts)),
            address=self.record.address,
            kind=kind,
            received_at=self.now - timedelta(seconds=under_way),
            **more,  # type: ignore[arg-type]
        )
        return self._turn(event)

    def wait(self, **length: float) -> list[str]:
        """Let time pass, and what falls due happen; returns what was said unasked."""
        end = self.now + timedelta(**length)
        said: list[str] = []
        while self.dues:
            due = min(self.dues.values(), key=_at)
            if due.at > end:
                break
            self.now = max(self.now, due.at)
            said += self.answer(due)
        self.now = end
        return said

    def answer(self, due: Due, occasion: Occasion | None = None) -> list[str]:
        """Let something fall due now; returns what was said."""
        self.dues.pop(_key(due), None)
        known, self.record = self.record, replace(self.record, occasion=occasion or Occasion())
        try:
            return self._turn(due)
        finally:
            self.record = replace(self.record, occasion=known.occasion)

    def _turn(self, event: Inbound | Due) -> list[str]:
        turn = step(self.conversation, event, self.record, self.catalogue, self.now, self.chance)
        self.conversation = from_json(to_json(turn.conversation))
        for effect in turn.effects:
            self._take(effect)
        self.facts += turn.effects
        return [effect.content.text for effect in turn.effects if isinstance(effect, Say) and effect.content.text]

    def _take(self, effect: Effect) -> None:
        record = self.record
        match effect:
            case Joined(learner=learner):
                self.record = record.with_learner(learner)
            case Changed(learner=id, changes=changes):
                known = record.learner(id)
                assert known
                self.record = record.with_learner(replace(known, **changes))  # type: ignore[arg-type]
            case Consented(learner=id, granted=granted, purpose=purpose) if id and purpose != LEARNING:
                self.record = replace(record, purposes={**record.purposes, (id, purpose): granted})
            case Consented(learner=id, granted=granted) if id:
                self.record = replace(record, consents={**record.consents, id: granted})
            case Enrolled(enrolment=enrolment):
                self.record = record.with_enrolment(enrolment)
            case LessonDone(enrolment=id, lesson=lesson):
                enrolment = next(each for each in record.enrolments if each.id == id)
                self.record = record.with_lesson(enrolment, lesson, self.now)
            case QuizMoved(attempt=attempt):
                self.record = record.with_attempt(attempt)
            case QuizDone(enrolment=id, unit=unit, result=result):
                enrolment = next(each for each in record.enrolments if each.id == id)
                self.record = record.with_quiz(enrolment, unit, result)
            case Owed(due=due):
                self.dues[_key(due)] = due
            case Forgiven(learner=id, kind=kind):
                self.dues = {key: due for key, due in self.dues.items() if key[:2] != (id, kind)}
            case ThreadMoved(state=state):
                self.record = replace(record, state=state)

    def said(self) -> list[Content]:
        """Everything that was said so far."""
        return [fact.content for fact in self.facts if isinstance(fact, Say)]

    def answers(self) -> list[Answered]:
        """Everything that was graded so far."""
        return [fact for fact in self.facts if isinstance(fact, Answered)]


def _at(due: Due) -> datetime:
    return due.at


def _key(due: Due) -> tuple[str, str, str]:
    return due.learner, due.kind, due.subject
