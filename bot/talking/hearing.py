"""What a learner wrote or pressed, and which branch of the conversation it belongs to."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import Question
from bot.learning import lessons
from bot.learning.explaining import letters
from bot.learning.marking import understood
from bot.messages import Inbound, labels
from bot.talking import joining, menu, profile, replying
from bot.talking.obeying import KNOWN, obey
from bot.talking.scene import Scene
from bot.talking.understanding import Reading, command, interpret
from bot.turn import Linked, Say

_WHILE_STOPPED = frozenset({"HELP", "START", "STOP", "VERIFY", "ERASE", "MY_DATA", "WRONG_NUMBER"})


def text(scene: Scene, words: str) -> Scene:
    """Words: a reply to what awaits one, an answer to the open question, a command, a join word, or none of these."""
    if scene.record.state in ("stopped", "wrong_number"):
        return _while_stopped(scene, words)
    prompt = scene.conversation.prompt
    question = scene.conversation.question
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if prompt and not _meant_for_question(prompt.kind, question, words):
        if prompt.kind in profile.FREE_TEXT and ordered and ordered.result == "NEXT":
            return _understood(replying.skipped(scene, prompt))
        if prompt.kind not in (*profile.FREE_TEXT, "person") or not (ordered or _answers(scene, question, words)):
            replied = replying.typed(scene, prompt, words)
            if replied is not None:
                return _understood(replied)
    if question:
        answered = _to_question(scene, question, words)
        if answered is not None:
            return answered
    wanted = joining.course_named(scene.catalogue, words, exactly=bool(question or prompt))
    if wanted:
        return _understood(joining.join(scene.turned(prompt=None), *wanted))
    if ordered and ordered.result in KNOWN and not (question and _is_greeting(scene, words, ordered)):
        return _understood(obey(scene, ordered.result, ordered.argument))
    return unclear(scene)


def _while_stopped(scene: Scene, words: str) -> Scene:
    """One who has stopped is answered only what she may still ask, and how to come back."""
    prompt = scene.conversation.prompt
    if prompt:
        replied = replying.typed(scene, prompt, words)
        if replied is not None:
            return _understood(replied)
    wanted = joining.course_named(scene.catalogue, words)
    if wanted and scene.record.learners:
        return _understood(obey(scene, "START"))
    if wanted:
        return _understood(joining.join(scene, *wanted))
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered and ordered.result in _WHILE_STOPPED:
        return _understood(obey(scene, ordered.result, ordered.argument))
    if ordered and ordered.result == "MENU":
        wrong = scene.record.state == "wrong_number"
        return menu.menu(scene.turned(learner="")) if wrong else scene.say("stop.how_back")
    return scene


def _meant_for_question(kind: str, question: Question | None, words: str) -> bool:
    """With a list of numbers and a question of letters both open, a bare letter answers the question."""
    bare = words.strip(" .)(").upper()
    return bool(question) and kind not in replying.YES_NO and len(bare) == 1 and bare in "ABCDEFGH"


def _answers(scene: Scene, question: Question | None, words: str) -> bool:
    """Whether the words answer the open question, so that they are not what she wants to tell a person."""
    if question is None:
        return False
    if question.kind != "choice":
        return understood(question, words)
    reading = _read(scene, question, words)
    return len(reading.result) == 1 or reading.result in KNOWN


def _is_greeting(scene: Scene, words: str, ordered: Reading) -> bool:
    # interpret() knows that a greeting opens the menu only while no question is open; command() is not told of one.
    if ordered.result != "MENU":
        return False
    reading = interpret(words, language=scene.language, options=("", ""), vocabulary=scene.catalogue.vocabulary)
    return reading.result != "MENU"


def _to_question(scene: Scene, question: Question, words: str) -> Scene | None:
    """The open question's answer, or a command that was written while it is open; None where it is neither."""
    if question.kind != "choice":
        return _to_open_answer(scene, question, words)
    reading = _read(scene, question, words)
    if reading.result in KNOWN:
        return _understood(obey(scene, reading.result, reading.argument))
    if len(reading.result) == 1:
        return _letter(scene, question, reading, words)
    if reading.result == "AMBIGUOUS":
        return _confirm(scene, question, reading, words)
    return None


def _read(scene: Scene, question: Question, words: str) -> Reading:
    return interpret(
        words,
        language=scene.language,
        options=question.options,
        vocabulary=scene.catalogue.vocabulary,
        question=question.number,
    )


def _letter(scene: Scene, question: Question, reading: Reading, words: str) -> Scene | None:
    choice = ord(reading.result) - ord("A")
    if reading.number is not None and reading.number != question.number:
        older = [each for each in scene.conversation.earlier if each.number == reading.number]
        if len(older) == 1 and choice < len(older[0].options):
            return _understood(lessons.late(scene, older[0], choice=choice, reply=words))
        return scene.say("how.which", number=question.number)
    if choice >= len(question.options):
        return None
    return _understood(_answering(scene, question, choice=choice, reply=words))


def _answering(scene: Scene, question: Question, *, choice: int = -1, reply: str = "") -> Scene:
    """On a shared phone the open question is that of the learner to whom it was put."""
    if question.learner != scene.conversation.learner:
        scene = scene.turned(learner=question.learner, course=question.course)
    return lessons.answer(scene, question, choice=choice, reply=reply)


def _confirm(scene: Scene, question: Question, reading: Reading, words: str) -> Scene:
    """Ask one short yes or no rather than guess. At most one, until something is understood again."""
    if scene.conversation.confused:
        return scene
    scene = scene.turned(confused=1)
    place = ord(reading.guess) - ord("A") if reading.guess else -1
    if not 0 <= place < len(question.options):
        return scene.say("how.letters", letters=letters(scene, len(question.options)))
    asked = scene.words("confirm", option=f"{reading.guess}) {question.options[place]}")
    return scene.ask(
        "confirm",
        asked,
        scene.yes_no(),
        listed=False,
        question=question.token,
        choice=str(place),
        reply=words[:160],
    )


def _to_open_answer(scene: Scene, question: Question, words: str) -> Scene | None:
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered and ordered.result in KNOWN:
        return _understood(obey(scene, ordered.result, ordered.argument))
    if not understood(question, words):
        return None
    return _understood(_answering(scene, question, reply=words))


def unclear(scene: Scene) -> Scene:
    """A kind word on what can be written, once; then silence until something is understood again."""
    if scene.conversation.confused:
        return scene
    scene = scene.turned(confused=1)
    prompt, question = scene.conversation.prompt, scene.conversation.question
    if question and question.kind == "choice":
        return scene.say("unclear.letters", letters=letters(scene, len(question.options)))
    if question:
        return scene.say("unclear.number" if question.kind == "number" else "unclear.question")
    if prompt and prompt.kind in replying.YES_NO:
        return scene.say("unclear.yes_no")
    if prompt and prompt.options and prompt.kind in replying.PICKS:
        return scene.say("unclear.pick", last=len(prompt.options))
    if prompt and prompt.kind in profile.FREE_TEXT:
        return scene.say(f"unclear.{prompt.kind}")
    return scene.say("unclear.menu") if scene.learner else menu.menu(scene)


def press(scene: Scene, inbound: Inbound) -> Scene:
    """A button. It answers the question that it belongs to and no other."""
    if inbound.token == "next":  # noqa: S105 - the name of a button
        return _understood(obey(scene, "NEXT"))
    conversation = scene.conversation
    if conversation.prompt and conversation.prompt.token == inbound.token:
        replied = replying.picked(scene, conversation.prompt, inbound.choice)
        return _understood(replied) if replied is not None else _expired(scene)
    for question in (conversation.question, *conversation.earlier):
        if question and question.token == inbound.token and 0 <= inbound.choice < len(question.options):
            reply = labels(8)[inbound.choice]
            if question is conversation.question:
                return _understood(_answering(scene.turned(prompt=None), question, choice=inbound.choice, reply=reply))
            return _understood(lessons.late(scene, question, choice=inbound.choice, reply=reply))
    return _expired(scene)


def _expired(scene: Scene) -> Scene:
    """An old button: nothing is graded anew, and a short notice on the button says so."""
    turn = scene.turn()
    closing = [effect for effect in turn.effects if isinstance(effect, Say)]
    noticed = [replace(say, content=replace(say.content, notice=scene.words("button.old"))) for say in closing]
    return replace(scene, effects=tuple(noticed))


def start(scene: Scene, payload: str) -> Scene:
    """Telegram's Start: a deep link names the course; pressing Start is not yet a yes."""
    wanted = joining.course_named(scene.catalogue, payload, exactly=True) if payload else None
    if wanted:
        return _understood(joining.join(scene, *wanted))
    if payload:
        scene = scene.say("link.invalid")
    if scene.record.state == "stopped" and scene.record.learners:
        return _understood(obey(scene, "START"))
    return _understood(menu.menu(scene.turned(prompt=None)))


def media(scene: Scene) -> Scene:
    """A picture or a voice note: kept and counted, but not read; said once."""
    if scene.conversation.confused or scene.record.state != "open":
        return scene
    return scene.turned(confused=1).say("media.unread")


def contact(scene: Scene, phone: str) -> Scene:
    """A shared number links her phone, if it is her own."""
    learner = scene.learner
    if not phone:
        return scene.say("contact.other")
    if scene.record.elsewhere:
        names = [(each.id, each.name or scene.words("who.unnamed")) for each in scene.record.elsewhere]
        return scene.ask("phone_who", scene.words("who.ask"), [*names, ("none", scene.words("who.other"))])
    if learner is None:
        return menu.menu(scene)
    return _understood(scene.fact(Linked(learner=learner.id, address=f"tel:{phone}")).say("contact.linked"))


def _understood(scene: Scene) -> Scene:
    return scene if scene.conversation.confused == 0 else scene.turned(confused=0)
