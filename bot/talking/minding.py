"""What an age that is said beside the question for it means: the year that it stands for, and a guardian's word."""

from __future__ import annotations

from bot.conversation import GRAVE
from bot.learning.serving import aside
from bot.people import Learner
from bot.talking import ages, profile
from bot.talking.scene import Scene


def told(scene: Scene, learner: Learner, text: str, born: int) -> dict[str, object]:
    """What to write down of her age. Who says that she is just as old as the law wants is not asked for more."""
    said: dict[str, object] = {"birth_year": born}
    if ages.aged_in_any(text, scene.catalogue.vocabulary.lists, scene.language) == profile.OLD_ENOUGH:
        said["asked"] = (*learner.asked, profile.of_age(born))
    return said


def for_name(scene: Scene, learner: Learner, text: str, *, kept: bool) -> Scene | None:
    """An age where her name is asked: her name is asked again, and the age `kept`. None for bare figures, which may be
    meant for a list."""
    lists = scene.catalogue.vocabulary.lists
    if any(sign.isdigit() for sign in text) and ages.told_in_any(text, scene.now.year, lists) is None:
        return None
    born = ages.born_in_any(text, scene.now.year, lists, scene.language) if kept else None
    if born is not None and learner.birth_year is None:
        scene = scene.changed(learner, **told(scene, learner, text, born))
    return scene.say("unclear.name")


def child(scene: Scene, text: str) -> Scene | None:
    """She says that she is younger than the law wants, though she gave no year: what was open waits for her guardian.
    None for all other words."""
    learner, prompt = scene.learner, scene.conversation.prompt
    if learner is None or learner.country != "RW" or learner.birth_year is not None or learner.guardian:
        return None
    if scene.enrolment is None or (prompt and prompt.kind in GRAVE):
        return None
    age = ages.own_age(text, scene.catalogue.vocabulary.lists)
    if age is None or age >= profile.OLD_ENOUGH:
        return None
    scene = scene.changed(learner, birth_year=scene.now.year - age, guardian="needed")
    return profile.ask_guardian(aside(scene))
