"""Which of the first messages cost two SMS because of the organisation's name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from authoring.loading import load
from bot.catalogue import Catalogue
from bot.conversation import Conversation
from bot.delivering.sms import segments, sms_text
from bot.messages import Address, Inbound
from bot.record import Policy, Record
from bot.talking.step import step
from bot.turn import Say
from cli.finding import LOOK, Finding
from cli.settings import Settings
from cli.wiring import policy_of

_SHORT = "Chasqui"
_ADDRESS = Address(scheme="tel", identity="+0")  # nobody's: nothing is kept or sent


async def examine(settings: Settings) -> list[Finding]:
    """A warning where a shorter name would spare every learner SMS; nothing where it would not."""
    loaded = await asyncio.to_thread(load, settings.content_dir)
    if loaded.catalogue is None or not loaded.catalogue.courses:
        return []
    policy = policy_of(settings)
    long = _sizes(loaded.catalogue, policy)
    short = _sizes(loaded.catalogue, replace(policy, organisation=_SHORT))
    dear = {what: n - short[what] for what, n in long.items() if n > short[what]}
    if not dear:
        return []
    said = (
        f"CHASQUI_ORGANISATION has {len(policy.organisation)} letters: these messages take two SMS: {', '.join(dear)}"
    )
    cure = f"A short name, as people say it, saves {sum(dear.values())} SMS per learner."
    return [Finding(what="organisation", level=LOOK, said=said, cure=cure)]


def _sizes(catalogue: Catalogue, policy: Policy) -> Mapping[str, int]:
    """How many SMS each of the first messages to a newcomer is, in the language of the settings' country."""
    course = (catalogue.for_country(policy.country) or [*catalogue.courses.values()])[0]
    join = course.join_word(course.languages[0])
    said = {
        "the greeting": _answers(catalogue, policy, "MENU")[-1],
        "the question for consent": _answers(catalogue, policy, join)[-1],
        "what it is about": _answers(catalogue, policy, join, "?")[-1],
        "help": _answers(catalogue, policy, "HELP")[-1],
    }
    return {what: segments(text) for what, text in said.items()}


def _answers(catalogue: Catalogue, policy: Policy, *texts: str) -> list[str]:
    """What a newcomer who writes these one after the other is answered, as it goes out by SMS."""
    conversation, record = Conversation(), Record(address=_ADDRESS, policy=policy)
    said: list[str] = []
    now = datetime.now(UTC)
    for text in texts:
        event = Inbound(sender="doctor", provider_id=text, address=_ADDRESS, text=text, received_at=now)
        turn = step(conversation, event, record, catalogue, now, Random(0))
        conversation = turn.conversation
        said += [sms_text(effect.content) for effect in turn.effects if isinstance(effect, Say)]
    return said
