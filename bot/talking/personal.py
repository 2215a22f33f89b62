"""A person's own words to a learner: with her name filled in, and who it is that speaks."""

from __future__ import annotations

from bot.delivering.filling import filled, first_name
from bot.messages import Content
from bot.record import Policy
from bot.talking.wording import Wording

LONGEST = 1000  # characters


def answered(wording: Wording, language: str, text: str, policy: Policy, *, name: str = "") -> Content:
    """The answer as it leaves: `{name}` becomes the first of her names, and the coordinator (else the organisation) is
    named, for a stranger's words from a bot's number are not believed."""
    language = language or "es"
    said = filled(text.strip(), name=first_name(name), cooperative="", course="")
    who = policy.coordinator or policy.organisation
    return Content(text=wording.say(language, "person.answer", coordinator=who, text=said), language=language)
