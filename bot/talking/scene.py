"""One event being answered: what is known, what has been decided so far, and the means to say something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from bot.catalogue import Catalogue, Course
from bot.conversation import Conversation, Prompt, micros
from bot.delivering.hours import URGENT, at_her_hour, next_waking, window_end, zone_of
from bot.messages import Choice, Content, Heard, Inbound
from bot.people import Enrolment, Learner, new_id
from bot.record import Record
from bot.turn import Changed, Due, Effect, Say, Turn

_SESSION = 3600  # seconds of silence after which somebody else may hold the phone, or she has forgotten what was asked
_DEFAULT_LANGUAGE = {"PE": "es", "BO": "es", "RW": "rw"}


class Scene(Struct, frozen=True, kw_only=True):
    """A turn in the making. Every branch takes a scene and returns the next one; nothing is changed in place."""

    conversation: Conversation
    event: Inbound | Due
    record: Record
    catalogue: Catalogue
    now: datetime
    chance: Random
    effects: tuple[Effect, ...] = ()
    exempt: bool = False  # stop and help are answered even to a number that writes too much
    puzzled: bool = False  # nothing was understood, though it is known what was asked

    # Who and in which language

    @property
    def learner(self) -> Learner | None:
        """Who is writing, as far as we know."""
        return self.record.learner(self.conversation.learner)

    @property
    def language(self) -> str:
        """The language in which to speak: hers, the thread's, or the country's."""
        learner = self.record.learner(self.conversation.learner)
        return (learner and learner.language) or self.conversation.language or self.default_language

    @property
    def default_language(self) -> str:
        """The language of the country that the number or the settings name."""
        return _DEFAULT_LANGUAGE.get(self.record.policy.country, "es")

    @property
    def zone(self) -> ZoneInfo:
        """The learner's own time zone."""
        learner = self.learner
        return zone_of(learner.timezone if learner else "", self.record.policy.country)

    @property
    def country(self) -> str:
        """The learner's own country, or that of the settings."""
        learner = self.learner
        return (learner and learner.country) or self.record.policy.country

    def when_awake(self, at: datetime) -> datetime:
        """When she may next be spoken to unasked, from `at` on: at the hour that she named, else in waking hours."""
        learner = self.learner
        return self.next_waking(at) if learner is None or learner.hour is None else self.at_her_hour(at)

    def at_her_hour(self, at: datetime) -> datetime:
        """The next time from `at` on at which her lessons come: the hour that she named, or the usual one."""
        learner, policy = self.learner, self.record.policy
        hour = learner.hour if learner and learner.hour is not None else policy.usual_hour
        return at_her_hour(at, self.zone, hour, policy.waking, policy.resting, self.country)

    def next_waking(self, at: datetime, *, urgent: bool = False) -> datetime:
        """`at` where it falls into her waking hours, else the next opening of them. What is urgent has longer ones."""
        policy = self.record.policy
        if urgent:
            return next_waking(at, self.zone, URGENT)
        return next_waking(at, self.zone, policy.waking, policy.resting, self.country)

    def window_end(self, at: datetime, *, urgent: bool = False) -> datetime:
        """When the waking hours end that `at` falls into."""
        policy = self.record.policy
        if urgent:
            return window_end(at, self.zone, URGENT)
        return window_end(at, self.zone, policy.waking, policy.resting, self.country)

    @property
    def course(self) -> Course | None:
        """The course that she is in at the moment; None where an edit took it away."""
        return self.catalogue.courses.get(self.conversation.course)

    @property
    def enrolment(self) -> Enrolment | None:
        """Her place in that course."""
        return self.record.enrolment(self.conversation.learner, self.conversation.course)

    @property
    def shared(self) -> bool:
        """Several people learn on this phone, so that a message carries a name."""
        return len(self.record.learners) > 1

    @property
    def agreed(self) -> bool:
        """Whether she has said yes to lessons, and has not taken it back."""
        return self.record.consents.get(self.conversation.learner, False)

    @property
    def pressed(self) -> bool:
        """A button was pressed, rather than words written."""
        return isinstance(self.event, Inbound) and self.event.kind is Heard.PRESS

    @property
    def written(self) -> str:
        """The words that she wrote, as many as a ledger or a question keeps; empty for a due."""
        return self.event.text[:160] if isinstance(self.event, Inbound) else ""

    @property
    def rested(self) -> bool:
        """Whether nobody has written on this thread for an hour."""
        return self.now.timestamp() - self.conversation.last_at > _SESSION

    @property
    def forgotten(self) -> bool:
        """Whether what is open was asked an hour ago or more, and nobody has written since."""
        question = self.conversation.question
        asked = question.put // 1_000_000 if question else 0
        return self.rested and self.now.timestamp() - asked > _SESSION

    # Deciding

    def fact(self, *effects: Effect) -> Scene:
        """Note facts to write."""
        return replace(self, effects=(*self.effects, *effects))

    def turned(self, **changes: object) -> Scene:
        """Move the conversation on."""
        return replace(self, conversation=self.conversation.moved(**changes))

    def standing(self, conversation: Conversation) -> Scene:
        """Go on with this conversation."""
        return replace(self, conversation=conversation)

    def knowing(self, record: Record) -> Scene:
        """Go on with a record that holds what was just decided."""
        return replace(self, record=record)

    def changed(self, learner: Learner, **changes: object) -> Scene:
        """Write something down about a learner, and go on knowing it."""
        known = replace(learner, **changes)
        return self.knowing(self.record.with_learner(known)).fact(Changed(learner=learner.id, changes=changes))

    def new_id(self) -> str:
        """An id for a new row."""
        return new_id(self.now, self.chance)

    def token(self) -> str:
        """A name for a question or a prompt, short enough for a button."""
        return f"{self.chance.getrandbits(40):010x}"

    # Speaking

    def words(self, id: str, /, **values: object) -> str:
        """A sentence of the bot in the language of the scene."""
        return self.catalogue.wording.say(self.language, id, **values)

    def say(self, id: str, /, **values: object) -> Scene:
        """Say one sentence of the bot."""
        language = self.language
        return self.tell(Content(text=self.catalogue.wording.say(language, id, **values), language=language))

    def tell(self, content: Content, *, kind: str = "reply") -> Scene:
        """Say something that is already worded."""
        told = content if content.language else replace(content, language=self.language)
        return self.fact(Say(content=told, kind=kind, learner=self.conversation.learner))

    def ask(
        self,
        kind: str,
        text: str,
        options: Sequence[tuple[str, str]] = (),
        *,
        listed: bool = True,
        asks_contact: bool = False,
        **data: str,
    ) -> Scene:
        """Put a prompt: `options` are (value, words); on SMS they are listed as 1) 2) 3) unless the text says how."""
        prompt = Prompt(
            kind=kind,
            token=self.token(),
            values=tuple(value for value, _ in options),
            options=tuple(words for _, words in options),
            data={"shown": text, **({"listed": "yes"} if listed else {}), **data},
            put=micros(self.now),
        )
        return self.turned(prompt=prompt).tell(replace(_asked(prompt), asks_contact=asks_contact))

    def ask_again(self, prompt: Prompt) -> Scene:
        """Say once more what a prompt asked, with its options."""
        return self.tell(_asked(prompt))

    def yes_no(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The two options of a yes/no prompt."""
        return ("yes", self.words("yes")), ("no", self.words("no"))

    # Done

    def turn(self) -> Turn:
        """The scene as facts. A pressed button is acknowledged and its keyboard closed, whatever was decided."""
        effects = self.effects
        event = self.event
        if isinstance(event, Inbound) and event.kind is Heard.PRESS and event.handle:
            effects = _closing(effects, event.handle)
        return Turn(conversation=self.conversation, effects=effects, record=self.record)


def _asked(prompt: Prompt) -> Content:
    # Where the text itself says how to answer, a button needs no number.
    listed = "listed" in prompt.data
    choices = tuple(
        Choice(label=str(place) if listed else "", text=words) for place, words in enumerate(prompt.options, 1)
    )
    return Content(text=prompt.data.get("shown", ""), choices=choices, listed=listed, token=prompt.token)


def _closing(effects: tuple[Effect, ...], handle: str) -> tuple[Effect, ...]:
    for place, effect in enumerate(effects):
        if isinstance(effect, Say):
            closing = replace(effect, content=replace(effect.content, closes=handle))
            return (*effects[:place], closing, *effects[place + 1 :])
    return (*effects, Say(content=Content(text="", closes=handle)))
