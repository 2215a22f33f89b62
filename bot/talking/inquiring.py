"""What people ask of a course before they take it up, or in the middle: what it costs, how long it is, whether a
certificate stands at its end or an exam, whether one has to go anywhere for it or may leave, when lessons come, and
what becomes of what one says of oneself."""

from __future__ import annotations

from bot.catalogue import Course
from bot.learning.explaining import joined
from bot.learning.finishing import how_certified
from bot.learning.progress import lessons_in
from bot.talking import joining
from bot.talking.scene import Scene
from bot.talking.understanding.fields import field_of
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import NEIGHBOURS

COST, CERTIFICATE, LENGTH, EXAM, PLACE = "cost", "certificate", "length", "exam", "place"
DATA, LEAVING, WHEN = "data", "leaving", "when"
LISTS = {
    COST: "joining.costs",
    CERTIFICATE: "joining.certificates",
    LENGTH: "joining.lengths",
    EXAM: "joining.exams",
    PLACE: "joining.places",
    DATA: "joining.secrets",
    LEAVING: "joining.leavings",
    WHEN: "joining.whens",
}
_LOOKED_AT = 160  # characters


def topic(scene: Scene, words: str) -> str:
    """Which of these the words speak of, in her language or in one that is spoken beside it; empty where none."""
    said = words_of(words[:_LOOKED_AT])
    lists = scene.catalogue.vocabulary.lists
    fields = [field_of(lists.get(each, {}), LISTS) for each in (scene.language, *NEIGHBOURS.get(scene.language, ()))]
    return next((each for each in LISTS if any(field.holds(each, said) for field in fields)), "")


def told(scene: Scene, about: str) -> tuple[str, ...]:
    """What it costs (by SMS her operator's tariff, in a chat her internet), how long it is, what stands at its end,
    that nobody has to go anywhere, how to see and erase what is held, how to leave, or when lessons come, the fullest
    form first; none where it is not known which course she means."""
    if about in (PLACE, DATA, LEAVING, WHEN):
        return (scene.words(f"{about}.about"),)
    if about == COST:
        return (scene.words("cost.internet" if scene.record.buttons else "cost.sms"),)
    course = _meant(scene)
    if about in (CERTIFICATE, EXAM):
        end = scene.words("proof.about" if about == CERTIFICATE else "exam.about")
        return (joined(end, how_certified(scene, course)), end) if course else (end,)
    if about == LENGTH and course:
        return (scene.words("length.about", n=lessons_in(course), course=course.title(scene.language)),)
    return ()


def _meant(scene: Scene) -> Course | None:
    """The course that is offered, or that she is in; the only one where there is one."""
    prompt = scene.conversation.prompt
    asked = scene.catalogue.courses.get(prompt.data.get("course", "")) if prompt else None
    if asked or scene.course:
        return asked or scene.course
    here = scene.catalogue.for_country(joining.country_of(scene.record.address.phone, scene.record.policy.country))
    return here[0] if len(here) == 1 else None
