"""Word that somebody has died: condolence, no more lessons to her if it is she who learned here, and a person is told.

It is kept as a stop is, so that nothing is lost: START brings everything back, for whoever writes it.
"""

from __future__ import annotations

from bot.messages import Content
from bot.people import Learner
from bot.talking import leaving, naming
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.meanwhile import is_busy
from bot.talking.understanding.mistaking import strangers_of
from bot.talking.understanding.perils import Peril, names_in

DEATH = "death"  # the kind of the request


def heard(scene: Scene, found: Peril, language: str) -> Scene:
    """Condolence in one SMS; whoever of this phone has died is written to no more."""
    say = scene.catalogue.wording.say
    gone = _gone(scene, found)
    if gone is None:
        return scene.tell(Content(text=say(language, "death.noted"), language=language))
    if scene.shared:
        text = say(language, "death.rests.of", name=naming.said(scene, gone))
        return leaving.one_rests(scene, gone, scene.written).tell(Content(text=text, language=language))
    scene = leaving.all_rest(scene, scene.written)
    return scene.tell(Content(text=say(language, "death.rests"), language=language), kind=leaving.CONFIRMATION)


def told_to_a_person(scene: Scene, found: Peril, words: str) -> str:
    """The words for the one who reads the request; that several share the phone, where they do not say who it was."""
    if not scene.shared or _gone(scene, found) is not None:
        return words
    names = ", ".join(naming.said(scene, each) for each in scene.record.learners)
    return f"{words}\n{scene.words('death.shared', names=names)}"


def _gone(scene: Scene, found: Peril) -> Learner | None:
    """Who of those who learn on this phone has died; None where it is somebody else, or is not said."""
    if scene.record.state not in ("open", "blocked", "unreachable"):
        return None
    learners = scene.record.learners
    named = [each for each in learners if names_in([each.name]) & set(found.said)]
    if len(learners) != 1:
        return named[0] if len(named) == 1 else None
    if named or not learners[0].name:
        return learners[0]
    if is_busy(scene.written, scene.catalogue.vocabulary):
        return None  # "my mother passed away, I can't study this week": she who writes learns here
    return None if found.of_others or _names_another(scene, found) else learners[0]


def _names_another(scene: Scene, found: Peril) -> bool:
    """Whether a name in the message is no name of hers."""
    people = strangers_of(scene.catalogue.vocabulary)["people"]
    hers = {word for each in scene.record.learners for word in words_of(each.name)}
    return any(people.hold(word) and word not in hers for word in found.said)
