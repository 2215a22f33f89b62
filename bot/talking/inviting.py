"""The one message to somebody whose cooperative has put her on its list: who asks, what for, and how to say yes or no.

Silence and a no are the same: nothing more is ever sent. Who has agreed on paper hears once who writes, why, and how
to stop, before anything else.
"""

from __future__ import annotations

from msgspec.structs import replace

from bot.catalogue import Course
from bot.messages import Content
from bot.people import Learner
from bot.talking.scene import Scene
from bot.turn import Due, Say

INVITATION = "invitation"  # the kind of the due, and of the message: the only one that leaves without consent
IMPORT = "import"  # the due's subject; a course's own follows where somebody was added to one: import/coffee-nursery


def invitation_to(course: str) -> str:
    """The subject of an invitation to this course."""
    return f"{IMPORT}/{course}"


def may_be_invited(scene: Scene, learner: Learner) -> bool:
    """Whether she has never said yes or no. Who said no is never asked again by us; she may come by herself."""
    return learner.id not in scene.record.consents


def invited(scene: Scene, due: Due) -> Scene:
    """Invite her, or greet her where she has agreed on paper; her reply then takes the usual way."""
    learner = scene.record.learner(due.learner)
    if learner is None or scene.record.consents.get(learner.id) is False:
        return scene
    course = _course(scene, learner, due)
    if scene.record.consents.get(learner.id):
        return _greeted(scene, learner, course)
    if course:
        text = scene.words("invite", who=_who(scene), course=course.title(scene.language))
    else:
        text = scene.words("invite.open", who=_who(scene))
    named = course.id if course else ""
    asked = scene.ask("consent", text, scene.yes_no(), listed=False, course=named, learner=learner.id)
    return _as_invitation(asked)


def _greeted(scene: Scene, learner: Learner, course: Course | None) -> Scene:
    if course and scene.record.enrolment(learner.id, course.id):
        text = scene.words("paper", who=_who(scene), course=course.title(scene.language))
        scene = scene.turned(course=course.id)
    else:
        text = scene.words("paper.open", who=_who(scene))
    return scene.tell(Content(text=text), kind=INVITATION)


def _as_invitation(scene: Scene) -> Scene:
    effects = tuple(replace(each, kind=INVITATION) if isinstance(each, Say) else each for each in scene.effects)
    return replace(scene, effects=effects)


def _who(scene: Scene) -> str:
    policy = scene.record.policy
    return f"{policy.organisation} ({policy.coordinator})" if policy.coordinator else policy.organisation


def _course(scene: Scene, learner: Learner, due: Due) -> Course | None:
    """The course that she was added to, else that of her cohort, else the only one that her country has."""
    named = due.subject.removeprefix(f"{IMPORT}/")
    if named in scene.catalogue.courses:
        return scene.catalogue.courses[named]
    occasion = scene.record.occasion
    if occasion and occasion.cohort and occasion.cohort.course in scene.catalogue.courses:
        return scene.catalogue.courses[occasion.cohort.course]
    offered = scene.catalogue.for_country(learner.country)
    return offered[0] if len(offered) == 1 else None
