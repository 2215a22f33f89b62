"""Ask before a doubtful word closes a conversation: a number that may be the right one, a stop that may be a slip."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation import Prompt, micros
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content, Inbound
from bot.talking import called, joining, leaving, renaming
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.reading import PERHAPS

WRONG_NUMBER = "wrong_number"
STOP = "stop"
_JUST = 3600 * 1_000_000  # microseconds
PROMPTS = frozenset({WRONG_NUMBER, STOP})


def number(scene: Scene, argument: str) -> Scene:
    """A wrong number: at once where it says so or nobody has joined here; else we ask, for it may cost her progress.

    "I am not Juan" on the phone of Juan and Rosa is Rosa, and who says that a name is not hers may correct it.
    """
    if argument != PERHAPS or not scene.record.learners or scene.record.state in ("wrong_number", "frozen"):
        return leaving.wrong_number(scene)
    said = scene.written
    of_a_name = called.speaks_of_a_name(scene, said)
    if scene.shared and (of_a_name or _names_one(scene, said)):
        return joining.ask_who(scene, then="REPEAT")
    if of_a_name and scene.learner and scene.learner.name:
        return renaming.ask(scene)  # "that is not my name"
    question = scene.conversation.question
    if question and _disputes(scene, said):
        return scene.tell(Content(text=still_open(scene, question)))
    return scene.ask(WRONG_NUMBER, scene.words("wrong_number.ask"), scene.yes_no(), listed=False, said=said)


def _disputes(scene: Scene, said: str) -> bool:
    """Whether "esta equivocado" may be about the grade that she has just heard: it speaks of no number and nobody."""
    given, lists = scene.conversation.given, scene.catalogue.vocabulary.lists.values()
    if given is None or micros(scene.now) - given.at > _JUST:
        return False
    of_a_number = {word for each in lists for name in ("phones", "negations") for word in each.get(name, ())}
    return of_a_number.isdisjoint(words_of(said))


def _names_one(scene: Scene, said: str) -> bool:
    """Whether a word is of the name of somebody who learns here."""
    return any(set(fold(each.name).split()) & set(fold(said).split()) for each in scene.record.learners)


def stop(scene: Scene) -> Scene:
    """A bare word that is as often a slip ("para", "fin"): we ask, and said twice it is meant."""
    prompt = scene.conversation.prompt
    if prompt and prompt.kind == STOP:
        return leaving.stop(scene)
    return scene.ask(STOP, scene.words("stop.ask"), scene.yes_no(), listed=False, said=scene.written)


def settled(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """The answer: what she wrote first is kept with it; after a no, what is open is said again."""
    if not yes:
        question = scene.conversation.question
        return scene.tell(Content(text=still_open(scene, question))) if question else offer(scene)
    if isinstance(scene.event, Inbound):
        scene = replace(scene, event=replace(scene.event, text=prompt.data.get("said", "") or scene.event.text))
    return leaving.wrong_number(scene) if prompt.kind == WRONG_NUMBER else leaving.stop(scene)
