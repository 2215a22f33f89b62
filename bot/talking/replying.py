"""A reply to what awaits one: a yes or no, a pick from a list, a name."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.conversation import GRAVE, Prompt
from bot.learning import ladder
from bot.learning.explaining import letters
from bot.learning.offering import offer
from bot.learning.serving import aside, place_of, reopen, still_open, turned_to
from bot.messages import Content
from bot.people import Learner
from bot.talking import (
    agreeing,
    answering,
    applying,
    asking,
    describing,
    doubting,
    erasing,
    gleaning,
    joining,
    leaving,
    linking,
    menu,
    naming,
    noticing,
    profile,
    redating,
    referring,
    renaming,
    settling,
    sheets,
    surveying,
    whose,
)
from bot.talking.obeying import obey
from bot.talking.scene import Scene
from bot.talking.understanding import fold, interpret, says_only, yes_or_no
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.meanwhile import regrets
from bot.turn import Linked

YES_NO = GRAVE | {"confirm", renaming.IS_IT, redating.IS_IT, referring.REFER} | doubting.PROMPTS
CONSENTS = frozenset({"consent", "guardian"})
WHO = frozenset({"who", "stop_who", "start_who", "erase_who", "phone_who"})  # lists of people
PICKS = WHO | {"menu", "language", "sex", linking.WHO, noticing.WHICH}


_SAID_WITH = {"erase_first": ("erases",), "erase_second": ("erases",), "confirm": ("yes", "points")}
_FOR_A_QUESTION = re.compile(r"(\d{1,2} ?)?[a-z]")


def typed(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """Take typed words as the reply to a prompt; None where they are not one."""
    vocabulary = scene.catalogue.vocabulary
    if prompt.kind in sheets.PROMPTS:
        return sheets.typed(scene, prompt, text)
    if prompt.kind in YES_NO:
        asks = prompt.kind in CONSENTS and "?" in text  # "¿acepto?" is no consent
        said = None if asks else said_yes(scene, text)
        if said is None and prompt.kind in CONSENTS:
            said = agreeing.clearly(scene, text)
        if said is None and _says_so(scene, prompt, text):
            said = True
        if said is None and prompt.kind in GRAVE - CONSENTS and _keeps(scene, text):
            said = False
        return None if said is None else _yes_no(scene, prompt, yes=said)
    if prompt.kind == "sex" and (told := gleaning.sex_in(text, vocabulary.lists, scene.language)):
        return scene.say("sex.which") if told == "?" else picked(scene, prompt, prompt.values.index(told))
    if prompt.kind in PICKS:
        return _chosen(scene, prompt, text)
    if prompt.kind == "person":
        return asking.person_text(scene, text)
    if prompt.kind in applying.PROMPTS:
        return applying.typed(scene, prompt, text)
    if prompt.kind == noticing.CONFIRM:
        return None  # its PIN has been looked for already
    return describing.written(scene, prompt, text)


def _says_so(scene: Scene, prompt: Prompt, text: str) -> bool:
    """Whether she says yes by naming what was asked about: "si borren todo", "esa misma"; a grade takes "ya"."""
    vocabulary = scene.catalogue.vocabulary
    languages = dict.fromkeys((scene.language, *scene.catalogue.wording.languages))
    ways = ((what, each) for what in _SAID_WITH.get(prompt.kind, ()) for each in languages)
    return any(says_only(what, text, language=each, vocabulary=vocabulary) for what, each in ways)


def _keeps(scene: Scene, text: str) -> bool:
    """Whether she would rather have nothing erased: "mejor no", "me arrepentí", "I changed my mind"."""
    return agreeing.clearly(scene, text) is False or regrets(text, scene.catalogue.vocabulary)


def _chosen(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """One of a numbered list, in words."""
    asked = (scene.conversation.question, *scene.conversation.earlier)
    # Behind a lesson "b" may be her answer once more, and would say that she is a man.
    if (any(asked) or prompt.kind == "sex") and _FOR_A_QUESTION.fullmatch(" ".join(words_of(text))):
        return None  # these lists are numbered: a bare letter, or "1b", was meant for some question
    wanted = menu.wanted(scene, prompt, text, agrees=said_yes(scene, text)) if prompt.kind == "menu" else -1
    if wanted >= 0:
        return picked(scene, prompt, wanted)
    if prompt.kind == "menu" and scene.enrolment and joining.course_named(scene.catalogue, text, exactly=True):
        return None  # the word by which one joins may be somebody else's, and it asks
    if "all" in prompt.values and _says_all(scene, prompt, text):
        return picked(scene, prompt, prompt.values.index("all"))
    # A date behind a name tells two people apart; "2" is the second of them, and not the one of 02/03.
    options = tuple(naming.without_date(each) for each in prompt.options)
    reading = interpret(text, language=scene.language, options=options, vocabulary=scene.catalogue.vocabulary)
    place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
    left = whose.not_denied(scene, prompt, text) if prompt.kind in WHO else None
    if left is not None and left < 0:
        return scene.ask_again(prompt)
    if left is not None:
        place = left
    elif place < 0 and prompt.kind in WHO:
        place = whose.place_said(scene, prompt, text)
    if prompt.kind == whose.WHO and 0 <= place < len(prompt.values) and prompt.values[place] == "other":
        return _who(scene, prompt, "other", name=whose.new_name(scene, text))
    return picked(scene, prompt, place)


def said_yes(scene: Scene, text: str) -> bool | None:
    """A yes or no in her language, or else in any other: she may not have found out yet how to change it.

    A number is neither: it may be a second tap on a menu, and consent, erasing and grades hang on a clear word.
    """
    if any(sign.isdigit() for sign in text):
        return None
    others = scene.catalogue.wording.languages if len(fold(text)) > 1 else ()  # "y" is "and" in Spanish
    languages = dict.fromkeys((scene.language, *others))
    heard = (yes_or_no(text, language=each, vocabulary=scene.catalogue.vocabulary) for each in languages)
    return next((said for said in heard if said is not None), None)


def _says_all(scene: Scene, prompt: Prompt, text: str) -> bool:
    """ "Los dos", "both", whatever the language. Where only some were to stop all the same, everybody stops; but "both"
    of three brings nobody back and erases nobody."""
    people = len([each for each in prompt.values if scene.record.learner(each)])
    said = fold(text)
    alls = (each.get("alls", ()) for each in scene.catalogue.vocabulary.lists.values())
    return (people == 2 or prompt.kind == "stop_who") and any(said in each for each in alls)


def picked(scene: Scene, prompt: Prompt, place: int) -> Scene | None:
    """Take the option at `place` (a button, or a number that was written); None where there is none."""
    if prompt.kind in sheets.PROMPTS:
        return sheets.picked(scene, prompt, place)
    if prompt.kind in applying.PROMPTS:
        return applying.picked(scene, prompt, place)
    if prompt.kind == surveying.SURVEY:
        return surveying.picked(scene, prompt, place)
    if not 0 <= place < len(prompt.values):
        return None
    value = prompt.values[place]
    if prompt.kind in YES_NO:
        return _yes_no(scene, prompt, yes=value == "yes")
    if prompt.kind in profile.FREE_TEXT:
        return describing.skipped(scene, prompt)
    return _PICKED[prompt.kind](scene, prompt, value)


def _yes_no(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    match prompt.kind:
        case "consent":
            heard = joining.consented(scene, yes=yes)
            return heard if prompt.data.get("course") or not yes else menu.menu(heard)
        case "guardian":
            return describing.guardian(scene.turned(prompt=None), prompt, yes=yes)
        case "erase_first" if yes:
            return erasing.again(scene, prompt.data.get("who", "all"))
        case "erase_second" if yes:
            return erasing.now(scene, prompt.data.get("who", "all"))
        case kind if kind in doubting.PROMPTS:
            return doubting.settled(scene.turned(prompt=None), prompt, yes=yes)
        case referring.REFER:
            return referring.settled(scene.turned(prompt=None), prompt, yes=yes)
        case renaming.IS_IT:
            return renaming.settled(scene, prompt, yes=yes)
        case redating.IS_IT:
            return redating.settled(scene, prompt, yes=yes)
        case "confirm":
            return _confirmed(scene.turned(prompt=None), prompt, yes=yes)
        case _:
            return scene.turned(prompt=None).say("erase.kept")


def _confirmed(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    open_ = scene.conversation.question
    asked = (open_, *scene.conversation.earlier)
    question = next((each for each in asked if each and each.token == prompt.data.get("question")), None)
    if question is None or not yes:
        if open_ and open_.kind == "choice":
            return scene.say("how.letters", letters=letters(scene, len(open_.options)))
        return scene.tell(Content(text=still_open(scene, open_))) if open_ else offer(scene)
    choice = int(prompt.data.get("choice", "-1"))
    reply = prompt.data.get("reply", "")
    if question is open_:
        return answering.answer(scene, question, choice=choice, reply=reply)
    return answering.late(scene, question, choice=choice, reply=reply)


def _who(scene: Scene, prompt: Prompt, value: str, *, name: str = "") -> Scene:
    course = scene.catalogue.courses.get(prompt.data.get("argument", ""))
    learner = scene.record.learner(value)
    then = prompt.data.get("then", "")
    scene = scene.turned(prompt=None)
    if learner is None:
        fresh = aside(scene).turned(learner="")
        if then == "APPLY":
            return applying.apply(fresh)  # the second of two on one phone has worked for years too
        return joining.ask_consent(fresh, course, name=name) if course else menu.newcomers(fresh)
    if then == "REPEAT" and scene.record.consents.get(learner.id) is False:
        # No question is put to who has said stop, and then refused her answer; and hers answers nobody else's.
        return aside(scene).turned(learner="").say("stop.how_back")
    answer = prompt.data.get(whose.ANSWER, "")
    graded = whose.graded(turned_to(scene, learner.id), answer) if answer else None
    return graded or _as(scene, learner, then, prompt.data.get("argument", ""))


def _as(scene: Scene, learner: Learner, then: str, argument: str) -> Scene:
    course = scene.catalogue.courses.get(argument)
    if then == "join" and course:
        return joining.take_up(scene, learner, course)
    if learner.id != scene.conversation.learner:
        scene = aside(scene)
        course_id, mine = place_of(scene, learner.id)
        scene = scene.turned(learner=learner.id, course=course_id)
        scene = ladder.begin(reopen(scene, mine.changed(unseen=True))) if mine else scene
    return obey(scene, then, argument)


def _phone_who(scene: Scene, prompt: Prompt, value: str) -> Scene:
    scene = scene.turned(prompt=None)
    if value == "none":
        return menu.menu(scene)
    return aside(scene.fact(Linked(learner=value))).turned(learner=value).say("contact.recognised")


def _from_menu(scene: Scene, prompt: Prompt, value: str) -> Scene:
    return obey(scene.turned(prompt=None), "APPLY") if value == "apply" else menu.picked(scene, value)


_PICKED: dict[str, Callable[[Scene, Prompt, str], Scene]] = {
    "menu": _from_menu,
    "who": _who,
    "stop_who": lambda scene, prompt, value: leaving.stop_some(scene, value),
    "start_who": lambda scene, prompt, value: leaving.come_back(scene, value),
    "erase_who": lambda scene, prompt, value: erasing.chosen(scene, value),
    "language": lambda scene, prompt, value: settling.language(scene, value),
    "sex": describing.sex,
    "phone_who": _phone_who,
    linking.WHO: linking.picked,
    noticing.WHICH: noticing.picked,
}
