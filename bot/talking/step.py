"""The turn: one event and what is known become a new conversation and facts to write."""

from __future__ import annotations

from datetime import datetime
from random import Random

from msgspec.structs import replace

from bot.catalogue import Catalogue
from bot.conversation import Conversation
from bot.delivering import guard
from bot.learning import ladder
from bot.messages import Heard, Inbound
from bot.record import Record
from bot.talking import amending, binding, erasing, hearing, leaving, pressing
from bot.talking.owing import owed
from bot.talking.scene import Scene
from bot.turn import Completed, Due, Erased, HelpAsked, Say, ThreadMoved, Turn

# Whoever writes or presses has unblocked us, and is reached again, whether or not we were told.
_HERSELF = frozenset({Heard.TEXT, Heard.MEDIA, Heard.PRESS, Heard.START, Heard.CONTACT})
_LIFTS = _HERSELF | {Heard.CARRIER_START}
_CLOSED = frozenset({"stopped", "wrong_number", "frozen"})  # by a word that was written there

# What moves nobody forward; a course that is over is completed once.
_IN_PLACE: frozenset[type] = frozenset({Say, HelpAsked, Completed})
_A_DAY = 86_400  # seconds
# What opens and closes a thread is heard from whoever writes too much, too.
_ALWAYS: frozenset[type] = frozenset({ThreadMoved, Erased})


def step(
    conversation: Conversation,
    event: Inbound | Due,
    record: Record,
    catalogue: Catalogue,
    now: datetime,
    chance: Random,
) -> Turn:
    """Decide one turn. Pure: the clock is `now` (aware, UTC), chance a seeded generator; raises nothing by design."""
    learner = event.learner if isinstance(event, Due) else conversation.learner
    if catalogue.kept:
        catalogue = catalogue.as_taught({each.course: each.content_version for each in record.of(learner)})
    if learner in conversation.taught:
        catalogue = catalogue.first_in(conversation.taught[learner])
    scene = Scene(conversation=conversation, event=event, record=record, catalogue=catalogue, now=now, chance=chance)
    if isinstance(event, Due):
        said = owed(scene, event)
        unasked = any(isinstance(effect, Say) for effect in said.effects)
        return (amending.once(scene, erasing.interrupted(said)) if unasked else said).turn()
    if _is_outdated(scene, event):
        return scene.turn()
    heard = _closed(_hear(scene, event), event)
    return (amending.once(scene, heard) if event.kind in _HERSELF else heard).turn()


def _is_outdated(scene: Scene, inbound: Inbound) -> bool:
    """Whether this was sent before she stopped, and found only now: a stop wins over all that was sent earlier, so it
    is kept and nothing is said."""
    if inbound.kind not in _LIFTS:
        return False
    quiet = scene.record.quiet_since
    if quiet is not None and inbound.received_at < quiet:
        return True
    return scene.record.state in _CLOSED and inbound.received_at.timestamp() < scene.conversation.stopped_at


def _closed(scene: Scene, inbound: Inbound) -> Scene:
    """With the moment at which the word was sent that closed the thread, where one has."""
    for effect in scene.effects:  # a plain loop: every turn asks this
        if isinstance(effect, ThreadMoved) and effect.state in _CLOSED:
            return scene.turned(stopped_at=inbound.received_at.timestamp())
    return scene


def _hear(scene: Scene, inbound: Inbound) -> Scene:
    if inbound.language and not scene.conversation.language and inbound.language in scene.catalogue.wording.languages:
        scene = scene.turned(language=inbound.language)
    if inbound.kind in _HERSELF:
        scene = ladder.woken(_unblocked(scene))
    match inbound.kind:
        case Heard.TEXT | Heard.MEDIA:
            fresh = _renewed(scene)
            return _dated(fresh, _guarded(fresh, inbound))
        case Heard.PRESS:
            heard = binding.bound(scene, pressing.press(scene, inbound))
        case Heard.START:
            heard = pressing.start(scene, inbound.text)
        case Heard.CONTACT:
            heard = pressing.contact(scene, inbound.phone)
        case Heard.BLOCKED:
            return leaving.blocked(scene)
        case Heard.UNBLOCKED:
            return scene.fact(ThreadMoved(state="open")) if scene.record.state == "blocked" else scene
        case Heard.CARRIER_STOP:
            return _silently(leaving.stop(scene, method="carrier"))
        case Heard.CARRIER_START:
            return _silently(leaving.start_again(scene, method="carrier"))
        case Heard.GROUP:
            return _in_a_group(scene)
        case _:  # edited, carrier's help, ignored: kept, and nothing to do
            return scene
    return heard.turned(last_at=int(scene.now.timestamp()))


def _unblocked(scene: Scene) -> Scene:
    if scene.record.state not in ("blocked", "unreachable"):
        return scene
    return scene.fact(ThreadMoved(state="open")).knowing(replace(scene.record, state="open"))


def _renewed(scene: Scene) -> Scene:
    """A day after she was told that she was not understood, she may be told again."""
    over = scene.now.timestamp() - scene.conversation.confused_at >= _A_DAY
    return scene.turned(confused=0) if scene.conversation.confused and over else scene


def _dated(before: Scene, after: Scene) -> Scene:
    confused = after.conversation.confused
    if confused == before.conversation.confused:
        return after
    return after.turned(confused_at=int(after.now.timestamp()) if confused else 0)


def _guarded(scene: Scene, inbound: Inbound) -> Scene:
    """Answer, unless this number writes like a machine: that is said once, and until it is quiet what comes is kept
    without an answer. What moves somebody forward never counts as noise."""
    second, talk = int(scene.now.timestamp()), scene.conversation
    heard = pressing.media(scene, inbound.text) if inbound.kind is Heard.MEDIA else hearing.text(scene, inbound.text)
    heard = binding.bound(scene, heard)
    if heard.exempt or not _ALWAYS.isdisjoint(map(type, heard.effects)):
        return heard.turned(last_at=second)  # it costs no place in the limit either
    memory = guard.remember(talk.heard, inbound.text, second)
    if talk.muted and guard.too_much(guard.recent(talk.heard, second)):
        return scene.turned(last_at=second, heard=memory)
    if not _IN_PLACE.issuperset(map(type, heard.effects)):
        return heard.turned(last_at=second, muted=False)
    if not guard.too_much(memory):
        return heard.turned(last_at=second, heard=memory, muted=False)
    quiet = scene.turned(last_at=second, heard=memory, muted=True)
    return quiet if talk.muted else quiet.say("guard.quiet")


def _silently(scene: Scene) -> Scene:
    """The carrier has answered already: record it and say nothing."""
    return replace(scene, effects=tuple(effect for effect in scene.effects if not isinstance(effect, Say)))


def _in_a_group(scene: Scene) -> Scene:
    """A group is told once that lessons are taught in private."""
    if scene.conversation.confused:
        return scene
    username = scene.record.policy.telegram_username
    link = f" https://t.me/{username}" if username else ""
    return scene.turned(confused=1).say("group.private", link=link)
