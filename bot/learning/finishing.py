"""The end of a course: its proof, issued at that moment, and how what it teaches is certified where she is."""

from __future__ import annotations

from bot.catalogue import Course
from bot.certifying import awarding
from bot.certifying.cases import OPEN, State
from bot.certifying.guarding import is_pilot
from bot.certifying.standards import Standard
from bot.learning.explaining import fitting, joined
from bot.messages import Content
from bot.people import Enrolment
from bot.talking.scene import Scene
from bot.turn import Completed

_UNDER_WAY = OPEN | {State.CERTIFIED, State.EXPIRING}


def ended(scene: Scene, course: Course, enrolment: Enrolment) -> Scene:
    """The word at the end of the last unit, with what comes of it."""
    before = len(scene.effects)
    scene = completed(scene, course, enrolment)
    ready = scene.words("course.ready", course=course.title(scene.language))
    proof = scene.words("course.proof") if len(scene.effects) > before else ""
    how = how_certified(scene, course)
    text = fitting((joined(ready, proof, how), joined(ready, how), ready), course.sms_policy)
    return scene.tell(Content(text=text))


def over(scene: Scene, course: Course, lead: str = "") -> str:
    """The word to whoever goes on after the end; `lead` stands in front."""
    finished = scene.words("course.finished", course=course.title(scene.language))
    others = scene.words("course.others" if _others(scene) else "course.reread")
    how = how_certified(scene, course)
    whole = joined(lead, finished, how, others)
    return fitting((whole, joined(lead, finished, others)), course.sms_policy) if lead else whole


def _others(scene: Scene) -> bool:
    """Whether there is a course here that she has not begun."""
    begun = {each.course for each in scene.record.of(scene.conversation.learner)}
    return any(each.id not in begun for each in scene.catalogue.for_country(scene.country))


def completed(scene: Scene, course: Course, enrolment: Enrolment) -> Scene:
    """A finished course leads to its credential of completion. It is issued once, however often this is said."""
    learner = scene.record.learner(enrolment.learner)
    if learner is None:
        return scene
    try:
        award = awarding.completion(learner, course, enrolment, issuer=scene.record.policy.organisation, now=scene.now)
    except ValueError:  # something is open after all (the course has grown), or nothing can be issued
        return scene
    return scene.fact(Completed(award=award))


def how_certified(scene: Scene, course: Course) -> str:
    """How to be certified in what the course teaches: by applying, on trial as long as its standard is a draft, or not
    yet where no standard is assessed in her country. Empty where she is on the way, or there."""
    found = (each for each in scene.catalogue.standards.values() if each.course == course.id)
    standard = next((each for each in found if each.scheme(scene.country)), None)
    if standard is None:
        return scene.words("course.not_assessed")
    if _is_under_way(scene, standard):
        return ""
    return scene.words("course.pilot" if is_pilot(standard, scene.now) else "course.assessed")


def _is_under_way(scene: Scene, standard: Standard) -> bool:
    hers = (each for each in scene.record.cases if each.candidate == scene.conversation.learner)
    return any(each.standard == standard.code and each.state in _UNDER_WAY for each in hers)
