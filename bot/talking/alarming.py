"""A cry for help, or word of a death, in the middle of anything: answered at once, and a person is told first of all.

What was asked before stays asked. The same words again within an hour are kept for the person and get no second SMS.
"""

from __future__ import annotations

from msgspec.structs import replace

from bot.delivering import guard
from bot.messages import Content
from bot.talking import erasing, leaving, mourning
from bot.talking.scene import Scene
from bot.talking.understanding import command
from bot.talking.understanding.folding import tokens
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.perils import DEATH, Peril, peril
from bot.turn import HelpAsked

URGENT = "urgent"  # the kind of such a request
_HOUR = 3600
_ANSWERED, _KEPT = 10, 20  # such messages of one number that are answered and kept, in an hour
_LABELS = "bcdefgh"  # an "a" may as well begin a sentence


def heard(scene: Scene, words: str) -> Scene | None:
    """The answer to somebody in danger or to word of a death; None for all else, and for an answer to a question."""
    names = [learner.name for learner in scene.record.learners]
    found = peril(words, scene.catalogue.vocabulary, names)
    if found is None or _answers(scene, found, words):
        return None
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered is not None and ordered.result == "NOTICE" and scene.record.offices:
        return None  # an officer tells her members of it
    before, scene = scene, _asked(scene, found, words)
    if _is_answered(before, words):
        scene = _answered(scene, found)
    stops = ordered is not None and ordered.result == "STOP" and before.record.state == "open"
    if stops and scene.record.state == "open" and found.kind != DEATH:
        return leaving.stop(scene)
    return erasing.interrupted(scene)


def _answers(scene: Scene, found: Peril, words: str) -> bool:
    """Whether it answers the open question: an option says just this, or the message begins with an option's letter."""
    question = scene.conversation.question
    if question is None or question.kind != "choice":
        return False
    if any(set(found.told) <= set(words_of(option)) for option in question.options):
        return True
    first = tokens(words[:20])[0][0].word
    return len(first) == 1 and first in _LABELS[: len(question.options) - 1]


def _recent(scene: Scene) -> guard.Memory:
    second = int(scene.now.timestamp())
    return tuple(each for each in scene.conversation.alarms if second - each[0] < _HOUR)


def _is_answered(scene: Scene, words: str) -> bool:
    recent = _recent(scene)
    others = {print_ for _, print_ in recent}
    return len(others) < _ANSWERED and not guard.is_repeated(recent, words)


def _asked(scene: Scene, found: Peril, words: str) -> Scene:
    """The request for a person; what follows within the hour joins it."""
    recent = _recent(scene)
    alarms = (*recent, *guard.remember((), words, int(scene.now.timestamp())))[-_KEPT:]
    text = mourning.told_to_a_person(scene, found, words) if found.kind == DEATH else words
    kind = mourning.DEATH if found.kind == DEATH else URGENT
    after = replace(scene.turned(alarms=alarms), exempt=True)
    request = HelpAsked(learner=scene.conversation.learner, kind=kind, text=text, joins=bool(recent))
    return after.fact(request) if len(recent) < _KEPT else after


def _answered(scene: Scene, found: Peril) -> Scene:
    known = scene.learner is not None or scene.conversation.language
    language = scene.language if known else found.language  # a stranger's own words say more than her number
    if found.kind == DEATH:
        return mourning.heard(scene, found, language)
    return scene.tell(Content(text=scene.catalogue.wording.say(language, "danger.told"), language=language))
