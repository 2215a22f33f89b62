"""What a learner says of notices: none any more, or again as before."""

from __future__ import annotations

from msgspec.structs import replace

from bot.record import NOTICES
from bot.talking import menu
from bot.talking.scene import Scene
from bot.turn import Consented


def withdraw(scene: Scene) -> Scene:
    """BAJA AVISOS: no notices any more, lessons as before. A phone hears a notice once, so it holds for all on it."""
    return _settled(scene, granted=False)


def bring_back(scene: Scene) -> Scene:
    """ALTA AVISOS: notices as before."""
    return _settled(scene, granted=True)


def _settled(scene: Scene, *, granted: bool) -> Scene:
    record = scene.record
    if not record.learners:
        return menu.menu(scene)
    text = getattr(scene.event, "text", "")[:160]
    for learner in record.learners:
        said = Consented(
            learner=learner.id,
            granted=granted,
            text=text,
            language=scene.language,
            method="button" if scene.pressed else "keyword",
            purpose=NOTICES,
        )
        scene = scene.fact(said)
    words = {**record.purposes, **{(each.id, NOTICES): granted for each in record.learners}}
    scene = scene.knowing(replace(record, purposes=words))
    return scene.say("notices.on" if granted else "notices.off")
