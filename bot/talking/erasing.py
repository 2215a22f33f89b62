"""Erase somebody, or everybody on a phone: asked twice, done at once, and not on a yes that may mean something else."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation import Conversation
from bot.messages import Content
from bot.talking import naming
from bot.talking.scene import Scene
from bot.turn import Erased, Say, Silenced

FAREWELL = "farewell"
ERASING = frozenset({"erase_who", "erase_first", "erase_second"})
_GRACE = 3 * 3600  # seconds within which a yes still means the erasing that was asked about


def ask(scene: Scene) -> Scene:
    """Ask twice. On a shared phone, first who."""
    scene = replace(scene, exempt=True)
    if scene.shared:
        people = [*naming.listed(scene, scene.record.learners), ("all", scene.words("who.all"))]
        return scene.ask("erase_who", scene.words("erase.who"), people, at=_second(scene))
    return chosen(scene, "all")


def chosen(scene: Scene, who: str) -> Scene:
    """The first of the two questions."""
    names = [naming.said(scene, learner) for learner in scene.record.learners if who in (learner.id, "all")]
    named = scene.words("erase.first.of", name=", ".join(names)) if scene.shared else ""
    asked = named or scene.words("erase.first")
    return scene.ask("erase_first", asked, scene.yes_no(), listed=False, who=who, at=_second(scene))


def again(scene: Scene, who: str) -> Scene:
    """The second of the two questions."""
    second = scene.words("erase.second")
    return scene.ask("erase_second", second, scene.yes_no(), listed=False, who=who, at=_second(scene))


def interrupted(scene: Scene) -> Scene:
    """Something else was said while it was asked whether to erase: a yes that comes now may be meant for that."""
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind not in ERASING:
        return scene
    return scene.turned(prompt=prompt.changed(data={**prompt.data, "interrupted": "yes"}))


def has_lapsed(scene: Scene) -> bool:
    """Whether erasing was half agreed to so long ago, or so much else was said since, that a yes no longer erases."""
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind not in ERASING:
        return False
    asked = int(prompt.data.get("at", "0"))
    return "interrupted" in prompt.data or scene.now.timestamp() - asked > _GRACE


def _second(scene: Scene) -> str:
    return str(int(scene.now.timestamp()))


def now(scene: Scene, who: str) -> Scene:
    """Done at once. Others on the same phone keep what is theirs."""
    everybody = tuple(learner.id for learner in scene.record.learners)
    gone = everybody if who == "all" else (who,)
    alone = set(everybody) <= set(gone)
    names = ", ".join(naming.said(scene, each) for each in scene.record.learners if each.id in gone)
    done = scene.words("erase.done") if alone else scene.words("erase.done.of", name=names)
    content = Content(text=done, language=scene.language)
    left = scene.conversation.without_people(gone)
    fresh = Conversation(language=left.language) if alone else left
    silenced = (Silenced(),) if alone else tuple(Silenced(learner=each) for each in gone)
    return replace(scene, conversation=fresh).fact(
        *silenced, Erased(learners=gone), Say(content=content, kind=FAREWELL)
    )
