"""What a learner wrote or pressed, and which branch of the conversation it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.conversation import GRAVE, Prompt, Question
from bot.talking import (
    alarming,
    amending,
    asking,
    awaiting,
    called,
    checking,
    confirming,
    consenting,
    erasing,
    examination,
    freezing,
    introducing,
    joining,
    lapsing,
    leaving,
    linking,
    menu,
    minding,
    noticing,
    numbering,
    objecting,
    observing,
    profile,
    questioned,
    readings,
    redating,
    renaming,
    replying,
    rereading,
    showing,
    speaking,
    supervising,
    surveying,
    switching,
    whose,
    witnessing,
    wondering,
)
from bot.talking.obeying import KNOWN, obey
from bot.talking.puzzling import PROMPTED
from bot.talking.reprompting import heeded, is_polite, unclear
from bot.talking.scene import Scene
from bot.talking.understanding import fold, nearly
from bot.talking.understanding.meanwhile import regrets

_GREETED = frozenset({"sex", "guardian", *profile.FREE_TEXT}) | introducing.PROMPTS
_UNREAD = (
    frozenset({"person", surveying.SURVEY, examination.EXAM, objecting.APPEAL}) | GRAVE
)  # what no lesson is read beside
_ANSWER = 6  # characters of the longest answer that is not looked at twice
_WISH = 5  # words of a wish for a language that we do not speak
_WHILE_STOPPED = frozenset({"HELP", "START", "STOP", "VERIFY", "ERASE", "MY_DATA", "WRONG_NUMBER"})


def text(scene: Scene, words: str) -> Scene:
    """Words: a reply to what awaits one, an answer to the open question, a command, a join word, or none of these."""
    scene = _come_back(speaking.met(scene, words))
    alarmed = alarming.heard(scene, words)
    if alarmed is not None and _certifying(scene, words) is None:
        return heeded(alarmed)
    scene = leaving.unasked(scene) if scene.record.quiet_since else scene
    amended = amending.number(scene, words) if scene.conversation.awaited else None
    if amended is not None:
        return heeded(amended)
    return showing.in_full(scene, lapsing.repeated(scene, consenting.kept(scene, _unlapsed(scene, words))))


def _come_back(scene: Scene) -> Scene:
    """Who writes after an hour does not see what was asked: until it is said again, NEXT does not skip it."""
    question = scene.conversation.question
    if question is None or not scene.forgotten:
        return scene
    return scene.turned(question=question.changed(unseen=True))


def _unlapsed(scene: Scene, words: str) -> Scene:
    """As `_heard`, but a yes to erasing that comes too late, or after something else was said, erases nothing."""
    if erasing.has_lapsed(scene):
        scene = scene.turned(prompt=None)
        agreed = replying.said_yes(scene, words)
        if agreed is not None and not questioned.answers(scene, scene.conversation.question, words):
            return heeded(scene.say("erase.lapsed" if agreed else "erase.kept"))
    asked = scene.conversation.prompt
    heard = _heard(scene, words)
    left = heard.conversation.prompt
    if asked and left and asked.token == left.token and heard.effects and not heard.conversation.confused:
        return erasing.interrupted(heard)
    return heard


def _heard(scene: Scene, words: str) -> Scene:
    sheet = _certifying(scene, words)
    if sheet is not None:
        return heeded(sheet)
    stopped = scene.record.state in ("stopped", "wrong_number", "frozen")
    if not stopped and freezing.is_a_stranger(scene, words):
        return heeded(freezing.frozen(scene))
    # An officer's notice and its PIN, or the code that joins two phones, are nothing else.
    meant = noticing.heard(scene, words) or (None if stopped else linking.heard(scene, words))
    if meant is None:
        meant = checking.heard(scene, words)
    if meant is not None:
        return heeded(meant)
    return _while_stopped(scene, words) if stopped else _in_dialogue(linking.tried(scene), words)


def _certifying(scene: Scene, words: str) -> Scene | None:
    """What an assessor enters, or the code of a witness; None where it is something else."""
    if scene.record.assessor:
        found = observing.heard(scene, words) or supervising.heard(scene, words)
        if found is not None:
            return found
    return witnessing.heard(scene, words) if scene.record.assessor or scene.record.testimonies else None


def _in_dialogue(scene: Scene, words: str) -> Scene:
    hindered = asking.hindered(scene, words)
    if hindered is not None:
        return heeded(hindered)
    scene = lapsing.without_old_list(consenting.resumed(scene, words), words)
    prompt = scene.conversation.prompt
    question = scene.conversation.question
    words = called.without_denial(scene, words)
    words = numbering.by_number(words, readings.lists_of(scene)) if prompt else words
    words, of_another = numbering.without_its_number(question, words, readings.lists_of(scene))
    if of_another:
        return numbering.of_another(scene)
    at_first = _before_all(scene, prompt, question, words)
    if at_first is not None:
        return at_first
    if prompt and not _meant_for_question(prompt.kind, question, words):
        replied = awaiting.replied(scene, prompt, words, readings.ordered(scene, words))
        if replied is not None:
            return heeded(replied)
    somebody = minding.child(scene, words) or whose.with_answer(scene, words) or whose.of_a_stranger(scene, words)
    if somebody is not None:
        return heeded(somebody)
    older = questioned.to_numbered(scene, words) or switching.held(scene, words) or whose.asked(scene, words)
    if older is not None:
        return older
    about = _about_somebody(scene, question, words)
    if about is not None:
        return heeded(about)
    answered = _to_question(scene, question, words) if question else None
    return answered or _beside(scene, words)


def _to_question(scene: Scene, question: Question, words: str) -> Scene | None:
    """What she asks of the course while a question is open, or her answer to it; None where it is neither."""
    asks = len(words) > _ANSWER and consenting.is_question(scene, words)
    asked = wondering.about_us(scene, words) if asks else None
    if asked is not None and not questioned.answers(scene, question, words):
        return heeded(asked)
    return questioned.to_question(scene, question, words)


def _before_all(scene: Scene, prompt: Prompt | None, question: Question | None, words: str) -> Scene | None:
    """A bare number where a clear word is awaited, a greeting where something is asked, and what answers nothing."""
    numbered = confirming.number(scene, prompt, question, words) if prompt else None
    if numbered is not None:
        return numbered
    if prompt and prompt.kind == "consent" and readings.greets(scene, words):
        return heeded(consenting.greeted(scene, prompt))
    if prompt and prompt.kind in _GREETED and not question and readings.greets(scene, words):
        return heeded(scene.ask_again(prompt))  # a greeting opens the menu only while nothing is asked
    whatever = _whatever_is_asked(scene, prompt, words)
    return None if whatever is None else heeded(whatever)


def _whatever_is_asked(scene: Scene, prompt: Prompt | None, words: str) -> Scene | None:
    """Another year of birth than the one that is held, another language, or a lesson to be read again: no answer to
    anything else."""
    born = redating.heard(scene, words)
    if born is not None:
        return born
    language = speaking.wished(scene, words)
    if language is not None:
        return obey(scene, "LANGUAGE", language)
    lesson = rereading.asked(scene, words) if prompt is None or prompt.kind not in _UNREAD else ""
    return obey(scene, "REPEAT", lesson) if lesson else None


def _about_somebody(scene: Scene, question: Question | None, words: str) -> Scene | None:
    """What says who writes, how she is called, or what she wanted to ask a person."""
    switched = switching.by_name(scene, words)
    if switched is not None:
        return switched
    asked = _asked_a_person(scene, words)
    if asked and not questioned.is_meant_for(scene, question, words):
        return obey(scene, "PERSON", asked)
    wished = renaming.wished(scene, words)
    if wished is not None and not questioned.answers(scene, question, words):
        return wished
    if not scene.conversation.person_at:
        return None
    return wondering.for_a_person(scene, words, readings.ordered(scene, words))


def _asked_a_person(scene: Scene, words: str) -> str:
    """The question behind "PERSONA", where the whole is no other command."""
    asked = asking.with_word(words, scene.catalogue.vocabulary)
    if not asked or is_polite(scene, asked):
        return ""
    ordered = readings.ordered(scene, words)
    return asked if ordered is None or ordered.result in ("HELP", "HINT") else ""


def _beside(scene: Scene, words: str) -> Scene:
    """What answers nothing that was asked: a join word, a command, an older question's answer, a name, or none."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    around = "" if question else scene.language  # what stands around the word may be an answer
    wanted = joining.course_named(scene.catalogue, words, exactly=bool(question or prompt), language=around)
    if wanted:
        return heeded(joining.join_by_word(scene, *wanted))
    ordered = readings.ordered(scene, words) or nearly(
        words, language=scene.language, vocabulary=scene.catalogue.vocabulary
    )
    if ordered and ordered.result == "ANOTHER" and prompt and prompt.kind == "guardian":
        ordered = ordered if asking.is_alone(scene, "ANOTHER") else None  # "I am the mother": it is her who is asked
    if ordered and ordered.result in KNOWN and not (question and ordered.result == "MENU"):
        return heeded(obey(scene, ordered.result, ordered.argument))
    if ordered and ordered.result == "YES" and not question and not prompt and scene.enrolment:
        return heeded(obey(scene, "NEXT"))  # "si" to "the next step is …"
    if _wants_another_language(scene, words):
        return heeded(obey(scene, "LANGUAGE"))  # one that we do not speak: these are the ones that we do
    older = None if question else questioned.to_older(scene, words)
    if older is not None:
        return older
    grave = prompt is not None and prompt.kind in GRAVE
    other = renaming.heard(scene, words) or (None if grave else wondering.about_us(scene, words))
    return heeded(other) if other is not None else unclear(scene, words)


def _wants_another_language(scene: Scene, words: str) -> bool:
    said, prompt = fold(words[:60]).split(), scene.conversation.prompt
    if prompt and prompt.kind == "language":
        return False  # it has just been told which there are
    if len(said) <= _WISH and any(each in lists.get("tongues", ()) for lists in _lists(scene) for each in said):
        return True
    first = readings.ordered(scene, said[0]) if 1 < len(said) <= 3 else None
    return first is not None and first.result == "LANGUAGE"


def _lists(scene: Scene) -> Iterable[Mapping[str, Sequence[str]]]:
    return scene.catalogue.vocabulary.lists.values()


def _while_stopped(scene: Scene, words: str) -> Scene:
    """One who has stopped is answered only what she may still ask, and how to come back."""
    prompt = scene.conversation.prompt
    ordered = readings.ordered(scene, words)
    allowed = _WHILE_STOPPED | {"PERSON", "ANOTHER"} if scene.record.state == "stopped" else _WHILE_STOPPED
    if prompt:
        # "Quiero saber mi nota" is refused as a command, so it is what she wants to tell the person.
        refused = ordered and ordered.result not in allowed and len(words.split()) > 1
        if prompt.kind == "person" and refused:
            return heeded(asking.person_text(scene, words))
        replied = awaiting.replied(scene, prompt, words, ordered)
        if replied is not None:
            return heeded(replied)
    wanted = joining.course_named(scene.catalogue, words, language=scene.language)
    if wanted and scene.record.learners:
        return heeded(obey(scene, "START"))
    if wanted:
        return heeded(joining.join(scene, *wanted))
    if ordered and ordered.result in allowed:
        if ordered.result == "ANOTHER":
            return heeded(leaving.start_again(scene, asking=True))
        if ordered.result == "PERSON":
            scene = leaving.all_stopped(scene)  # what she asks for now, she asks for after the stop, and may be told
        return heeded(obey(scene, ordered.result, ordered.argument))
    if ordered and ordered.result in KNOWN:
        wrong = scene.record.state in ("wrong_number", "frozen")
        return menu.menu(scene.turned(learner="")) if wrong else scene.say("stop.how_back")
    if prompt and prompt.kind in replying.WHO:
        return unclear(scene, words)  # she began to say something about who is meant
    return _unaware(scene, words) or freezing.asked_anew(scene)


def _unaware(scene: Scene, words: str) -> Scene | None:
    """How to come back, once, to who says that the stop was a mistake; anything else stays unanswered."""
    if scene.record.state != "stopped" or scene.conversation.confused:
        return None
    if not regrets(words, scene.catalogue.vocabulary):
        return None
    return scene.turned(confused=PROMPTED).say("stop.how_back")


def _meant_for_question(kind: str, question: Question | None, words: str) -> bool:
    """With a list of numbers and a question of letters both open, a bare letter answers the question."""
    bare = words.strip(" .)(").upper()
    return bool(question) and kind not in replying.YES_NO and len(bare) == 1 and bare in "ABCDEFGH"
