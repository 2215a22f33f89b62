"""How the people of one phone are told apart where they are listed: by name, and where that is not enough by more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from bot.people import Learner
from bot.talking.scene import Scene
from bot.talking.understanding import fold

_DATE = re.compile(r"\b\d\d/\d\d( \d\d:\d\d)?\b")
_LONGEST = 20  # characters of what is said behind a name: the list is one SMS


def listed(scene: Scene, learners: Sequence[Learner]) -> list[tuple[str, str]]:
    """(id, words) of each. Who gave no name is who began on a day. Of two who would read alike, each carries the first
    thing that tells them apart: the community, the course, since when, and else a number."""
    plain = [called(scene, learner) for learner in learners]
    alike = Counter(fold(each) for each in plain)
    named = []
    for learner, name in zip(learners, plain, strict=True):
        if alike[fold(name)] > 1:
            others = [each for each, other in zip(learners, plain, strict=True) if fold(other) == fold(name)]
            name = f"{name} ({_apart(scene, learner, others)})"
        named.append((learner.id, name))
    return named


def called(scene: Scene, learner: Learner) -> str:
    """Her name, or since when she learns here."""
    return learner.name or scene.words("who.unnamed", date=_day(scene, learner))


def said(scene: Scene, learner: Learner) -> str:
    """The same inside a sentence."""
    name = dict(listed(scene, scene.record.learners)).get(learner.id) or called(scene, learner)
    return name if learner.name else name[:1].lower() + name[1:]


def namesake(scene: Scene, learner: Learner, name: str) -> bool:
    """Whether somebody else on this phone has that name already."""
    return any(each.id != learner.id and fold(each.name) == fold(name) for each in scene.record.learners)


def without_date(words: str) -> str:
    """What was listed, without the day or the hour in it."""
    return _DATE.sub("", words)


def _apart(scene: Scene, learner: Learner, alike: Sequence[Learner]) -> str:
    ways: tuple[Callable[[Scene, Learner], str], ...] = (_community, _courses, _day, _minute)
    for way in ways:
        said = [way(scene, each) for each in alike]
        if all(said) and len(set(said)) == len(said):
            return way(scene, learner)
    return str([each.id for each in alike].index(learner.id) + 1)


def _community(scene: Scene, learner: Learner) -> str:
    return learner.community[:_LONGEST].strip()


def _courses(scene: Scene, learner: Learner) -> str:
    courses = [scene.catalogue.courses.get(each.course) for each in scene.record.of(learner.id)]
    return ", ".join(course.title(scene.language) for course in courses if course)[:_LONGEST].strip()


def _day(scene: Scene, learner: Learner) -> str:
    return learner.created_at.astimezone(scene.zone).strftime("%d/%m")


def _minute(scene: Scene, learner: Learner) -> str:
    return learner.created_at.astimezone(scene.zone).strftime("%d/%m %H:%M")
