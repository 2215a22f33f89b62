"""One event being answered: what is known, what has been decided so far, and the means to say something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.catalogue import Catalogue, Course
from bot.conversation import Conversation, Prompt
from bot.delivering.hours import zone_of
from bot.messages import Choice, Content, Heard, Inbound
from bot.people import Enrolment, Learner, new_id
from bot.record import Record
from bot.turn import Changed, Due, Effect, Say, Turn

_DEFAULT_LANGUAGE = {"PE": "es", "BO": "es", "RW": "rw"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A turn in the making. Every branch takes a scene and returns the next one; nothing is changed in place."""

    conversation: Conversation
    event: Inbound | Due
    record: Record
    catalogue: Catalogue
    now: datetime
    chance: Random
    effects: tuple[Effect, ...] = ()
    exempt: bool = False  # stop and help are answered even to a number that writes too much

    # Who and in which language

    @property
    def learner(self) -> Learner | None:
        """Who is writing, as far as we know."""
        return self.record.learner(self.conversation.learner)

    @property
    def language(self) -> str:
        """The language in which to speak: hers, the thread's, or the country's."""
        learner = self.learner
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
    def pressed(self) -> bool:
        """A button was pressed, rather than words written."""
        return isinstance(self.event, Inbound) and self.event.kind is Heard.PRESS

    # Deciding

    def fact(self, *effects: Effect) -> Scene:
        """Note facts to write."""
        return replace(self, effects=(*self.effects, *effects))

    def turned(self, **changes: object) -> Scene:
        """Move the conversation on."""
        return replace(self, conversation=replace(self.conversation, **changes))  # type: ignore[arg-type]

    def knowing(self, record: Record) -> Scene:
        """Go on with a record that holds what was just decided."""
        return replace(self, record=record)

    def changed(self, learner: Learner, **changes: object) -> Scene:
        """Write something down about a learner, and go on knowing it."""
        known = replace(learner, **changes)  # type: ignore[arg-type]
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
        return self.tell(Content(text=self.words(id, **values)))

    def tell(self, content: Content, *, kind: str = "reply") -> Scene:
        """Say something that is already worded."""
        told = replace(content, language=content.language or self.language)
        return self.fact(Say(content=told, kind=kind, learner=self.conversation.learner))

    def ask(
        self,
        kind: str,
        text: str,
        options: Sequence[tuple[str, str]] = (),
        *,
        listed: bool = True,
        media: Content | None = None,
        **data: str,
    ) -> Scene:
        """Put a prompt: `options` are (value, words); on SMS they are listed as 1) 2) 3) unless the text says how."""
        prompt = Prompt(
            kind=kind,
            token=self.token(),
            values=tuple(value for value, _ in options),
            options=tuple(words for _, words in options),
            data=data,
        )
        # Where the text itself says how to answer, a button needs no number.
        choices = tuple(
            Choice(label=str(place) if listed else "", text=words) for place, (_, words) in enumerate(options, 1)
        )
        base = media or Content(text="")
        content = replace(base, text=text, choices=choices, listed=listed, token=prompt.token)
        return self.turned(prompt=prompt).tell(content)

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
        return Turn(conversation=self.conversation, effects=effects)


def _closing(effects: tuple[Effect, ...], handle: str) -> tuple[Effect, ...]:
    for place, effect in enumerate(effects):
        if isinstance(effect, Say):
            closing = replace(effect, content=replace(effect.content, closes=handle))
            return (*effects[:place], closing, *effects[place + 1 :])
    return (*effects, Say(content=Content(text="", closes=handle)))
