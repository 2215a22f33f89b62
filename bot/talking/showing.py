"""A yes counts only to a question for consent that was shown: one that never left is put again, in full."""

from __future__ import annotations

from dataclasses import replace as with_fields

from msgspec.structs import replace

from bot.conversation import Conversation, Prompt
from bot.talking import applying, consenting
from bot.talking.replying import CONSENTS
from bot.talking.reprompting import heeded
from bot.talking.scene import Scene
from bot.turn import Consented, Effect, Say

_LEDGERED = CONSENTS | {applying.CONSENT}


def asked(conversation: Conversation) -> Prompt | None:
    """The question for consent that stands open, in front or behind a side-step: its text goes into the ledger."""
    prompt = conversation.prompt
    if prompt is None or prompt.kind in _LEDGERED:
        return prompt
    waits = consenting.behind(prompt)
    return waits if waits and waits.kind in _LEDGERED else None


def in_full(before: Scene, after: Scene) -> Scene:
    """What was decided, with the whole question instead of a yes to it, or of its short form, where it never left."""
    waits = asked(before.conversation) if before.record.unshown else None
    if waits is None:
        return after
    shown = waits.data.get("shown", "")
    words = [effect for effect in after.effects if isinstance(effect, Consented) and effect.text == shown]
    if any(word.granted for word in words):
        return heeded(before.turned(prompt=waits)).ask_again(waits)
    if words:  # a no needs no text, and the ledger names none that nobody saw
        return replace(after, effects=tuple(_without_text(effect, shown) for effect in after.effects))
    if not _stands(after, waits):
        return after
    others = tuple(effect for effect in after.effects if not _puts(effect, waits))
    return replace(after, effects=others).ask_again(waits)


def _stands(scene: Scene, waits: Prompt) -> bool:
    stands = asked(scene.conversation)
    return stands is not None and stands.token == waits.token


def _puts(effect: Effect, waits: Prompt) -> bool:
    return isinstance(effect, Say) and effect.content.token == waits.token


def _without_text(effect: Effect, shown: str) -> Effect:
    return with_fields(effect, text="") if isinstance(effect, Consented) and effect.text == shown else effect
