"""What comes without words: a button, Telegram's Start, a picture, a shared number."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.learning.offering import offer
from bot.messages import Content, Inbound, labels
from bot.talking import (
    answering,
    checking,
    consenting,
    hearing,
    joining,
    linking,
    menu,
    naming,
    replying,
    sheets,
    showing,
)
from bot.talking.obeying import obey
from bot.talking.puzzling import PROMPTED
from bot.talking.reprompting import heeded
from bot.talking.scene import Scene
from bot.turn import Linked, Say

_SOON = timedelta(minutes=10)


def press(scene: Scene, inbound: Inbound) -> Scene:
    """A button. It answers the question that it belongs to and no other."""
    waits = consenting.behind(scene.conversation.prompt)
    if waits and waits.token == inbound.token:
        scene = scene.turned(prompt=waits)
    return showing.in_full(scene, consenting.kept(scene, _pressed(scene, inbound)))


def _pressed(scene: Scene, inbound: Inbound) -> Scene:
    conversation = scene.conversation
    if inbound.token == "next":  # noqa: S105 - the name of a button
        # Pressed again and again, it has done its work with the first press.
        return _expired(scene) if _just_asked(scene) else heeded(obey(scene, "NEXT"))
    if conversation.prompt and conversation.prompt.token == inbound.token:
        replied = replying.picked(scene, conversation.prompt, inbound.choice)
        return heeded(replied) if replied is not None else _expired(scene)
    for question in (conversation.question, *conversation.earlier):
        if question and question.token == inbound.token and 0 <= inbound.choice < len(question.options):
            reply = labels(8)[inbound.choice]
            if question is conversation.question:
                return heeded(answering.answer(scene, question, choice=inbound.choice, reply=reply))
            return heeded(answering.late(scene, question, choice=inbound.choice, reply=reply))
    return _expired(scene)


def _just_asked(scene: Scene) -> bool:
    question = scene.conversation.question
    return question is not None and scene.now - datetime.fromisoformat(question.asked_at) < _SOON


def _expired(scene: Scene) -> Scene:
    """A button of what has passed: nothing is graded anew, and a short notice on it says so and points to what is open
    (what she answered in words leaves its buttons behind)."""
    turn = scene.turn()
    is_open = scene.conversation.prompt or scene.conversation.question
    notice = scene.words("button.old.open" if is_open else "button.old")
    closing = [effect for effect in turn.effects if isinstance(effect, Say)]
    noticed = [replace(say, content=replace(say.content, notice=notice)) for say in closing]
    return replace(scene, effects=tuple(noticed))


def start(scene: Scene, payload: str) -> Scene:
    """Telegram's Start: a deep link names the course; pressing Start is not yet a yes."""
    coded = linking.begun(scene, payload) or checking.begun(scene, payload)
    if coded is not None:
        return heeded(coded)
    wanted = joining.course_named(scene.catalogue, payload, exactly=True) if payload else None
    if wanted:
        return heeded(joining.join(scene, *wanted))
    if payload:
        scene = scene.say("link.invalid")
    if scene.record.state == "stopped" and scene.record.learners:
        return heeded(obey(scene, "START"))
    return heeded(menu.menu(scene.turned(prompt=None)))


def media(scene: Scene, caption: str = "") -> Scene:
    """A picture or a voice note: kept and counted, but not read; said once. What is written under it is."""
    sheet = sheets.file(scene)
    if sheet is not None:
        return heeded(sheet)
    if caption.strip():
        heard = hearing.text(scene, caption)
        if heard.effects and not heard.conversation.confused:
            return heard
    if scene.conversation.confused or scene.record.state != "open":
        return scene
    return scene.turned(confused=PROMPTED).say("media.unread")


def contact(scene: Scene, phone: str) -> Scene:
    """A shared number links her phone, if it is her own. Where it links nobody, what is open stays open."""
    return showing.in_full(scene, consenting.kept(scene, _shared(scene, phone)))


def _shared(scene: Scene, phone: str) -> Scene:
    learner = scene.learner
    if not phone:
        return scene.tell(Content(text=scene.words("contact.other"), asks_contact=True))
    if scene.record.elsewhere:
        names = naming.listed(scene, scene.record.elsewhere)
        return scene.ask("phone_who", scene.words("who.ask"), [*names, ("none", scene.words("who.other"))])
    prompt = scene.conversation.prompt
    if learner is None:
        return consenting.shortly(scene, prompt) if prompt and prompt.data.get("shown") else menu.menu(scene)
    scene = scene.fact(Linked(learner=learner.id, address=f"tel:{phone}"))
    if prompt and prompt.kind == "phone":
        return heeded(offer(scene.turned(prompt=None), scene.words("contact.linked")))
    return heeded(scene.say("contact.linked"))
