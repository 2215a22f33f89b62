"""Leave and come back: stop, start again, erase, wrong number; on a shared phone, who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import Conversation
from bot.learning import lessons
from bot.messages import Content, Inbound
from bot.talking import menu as menus
from bot.talking.scene import Scene
from bot.turn import Consented, Erased, Forgiven, HelpAsked, Say, Silenced, ThreadMoved, Unlinked

CONFIRMATION = "confirmation"
FAREWELL = "farewell"


def stop(scene: Scene, *, method: str = "keyword") -> Scene:
    """Nothing more goes out, at once. On a shared phone everybody's messages stop until we know who meant it."""
    scene = replace(scene, exempt=True)
    if scene.record.state == "stopped":
        return scene  # one confirmation, once
    scene = scene.fact(ThreadMoved(state="stopped"), Silenced())
    everybody = [learner.id for learner in scene.record.learners]
    if len(everybody) > 1 and method == "keyword":
        return scene.ask("stop_who", scene.words("stop.who"), _who(scene), then=method)
    return _stopped(scene, everybody, method)


def stop_some(scene: Scene, who: str) -> Scene:
    """Somebody on a shared phone, or all of them."""
    everybody = [learner.id for learner in scene.record.learners]
    chosen = everybody if who == "all" else [who]
    scene = _stopped(scene.turned(prompt=None), chosen, "keyword")
    return scene if len(chosen) == len(everybody) else scene.fact(ThreadMoved(state="open"))


def _stopped(scene: Scene, learners: Sequence[str], method: str) -> Scene:
    text = scene.event.text if isinstance(scene.event, Inbound) else ""
    # A number from which nobody joined may say stop as well: the ledger keeps it without a learner.
    for learner in learners or ("",):
        scene = scene.fact(Consented(learner=learner, granted=False, text=text, language=scene.language, method=method))
        if learner:
            scene = scene.fact(Forgiven(learner=learner, kind="reminder"))
    said = Content(text=scene.words("stop.done"))
    return scene.turned(prompt=None).tell(said, kind=CONFIRMATION)


def start_again(scene: Scene, *, method: str = "keyword") -> Scene:
    """Come back: consent is given anew, and everything is where it was."""
    learners = scene.record.learners
    if not learners:
        return menus.menu(scene)
    text = scene.event.text if isinstance(scene.event, Inbound) else ""
    record = scene.record
    for learner in learners:
        if not record.consents.get(learner.id):
            scene = scene.fact(
                Consented(learner=learner.id, granted=True, text=text, language=scene.language, method=method)
            )
            record = record.with_learner(learner, consent=True)
    scene = scene.fact(ThreadMoved(state="open")).knowing(replace(record, state="open"))
    learner = scene.learner or learners[0]
    scene = scene.turned(learner=learner.id, prompt=None)
    if learner.paused_until:
        scene = scene.changed(learner, paused_until=None).fact(Forgiven(learner=learner.id, kind="resume"))
    scene = scene.say("start.done", name=f", {learner.name}" if learner.name else "")
    return lessons.repeat(scene) if scene.conversation.course else menus.menu(scene)


def erase(scene: Scene) -> Scene:
    """Ask twice. On a shared phone, first who."""
    scene = replace(scene, exempt=True)
    if scene.shared:
        return scene.ask("erase_who", scene.words("erase.who"), _who(scene))
    return erase_who(scene, "all")


def erase_who(scene: Scene, who: str) -> Scene:
    """The first of the two questions."""
    return scene.ask("erase_first", scene.words("erase.first"), scene.yes_no(), listed=False, who=who)


def erase_again(scene: Scene, who: str) -> Scene:
    """The second of the two questions."""
    return scene.ask("erase_second", scene.words("erase.second"), scene.yes_no(), listed=False, who=who)


def erase_now(scene: Scene, who: str) -> Scene:
    """Done at once. Others on the same phone keep what is theirs."""
    everybody = tuple(learner.id for learner in scene.record.learners)
    chosen = everybody if who == "all" else (who,)
    content = Content(text=scene.words("erase.done"), language=scene.language)
    fresh = Conversation(language=scene.conversation.language)
    return replace(scene, conversation=fresh).fact(
        Silenced(), Erased(learners=chosen), Say(content=content, kind=FAREWELL)
    )


def wrong_number(scene: Scene) -> Scene:
    """Nobody we know is behind this number: no further word, nothing personal, and a person is told."""
    text = scene.event.text if isinstance(scene.event, Inbound) else ""
    scene = scene.fact(
        HelpAsked(learner=scene.conversation.learner, kind="wrong_number", text=text[:160]),
        Consented(learner="", granted=False, text=text[:160], language=scene.language, method="wrong_number"),
        Silenced(),
        Unlinked(),
        ThreadMoved(state="wrong_number"),
    )
    content = Content(text=scene.words("wrong_number.done"), language=scene.language)
    fresh = Conversation(language=scene.conversation.language)
    return replace(scene, conversation=fresh, exempt=True).fact(Say(content=content, kind=CONFIRMATION))


def _who(scene: Scene) -> list[tuple[str, str]]:
    names = [(learner.id, learner.name or scene.words("who.unnamed")) for learner in scene.record.learners]
    return [*names, ("all", scene.words("who.all"))]
