"""Close one's own case, and object to a decision on it."""

from __future__ import annotations

from bot.certifying.cases import Case, State
from bot.certifying.guarding import APPEAL_TERM
from bot.conversation import Prompt
from bot.talking import certifying
from bot.talking.certifying import acted, current, hers
from bot.talking.scene import Scene
from bot.talking.understanding import command, yes_or_no

WITHDRAW, APPEAL = "case_withdraw", "case_appeal"
_ALWAYS, _COMMAND = ("STOP", "ERASE"), 4  # words


def case_asked(scene: Scene, prompt: Prompt) -> Case | None:
    """The case of hers that a prompt is about."""
    return next((each for each in certifying.mine(scene) if each.id == prompt.data.get("case")), None)


def withdraw(scene: Scene) -> Scene:
    """She wants her case closed: asked once more."""
    case = current(scene)
    if case is None:
        return scene.say("exam.no_case")
    return scene.ask(
        WITHDRAW, scene.words("case.withdraw.ask", number=case.number), scene.yes_no(), listed=False, case=case.id
    )


def withdrawn(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """Her yes or no to closing it."""
    case = case_asked(scene, prompt)
    scene = scene.turned(prompt=None)
    if case is None or not yes:
        return scene.say("case.kept")
    scene, case, refused = acted(scene, case, hers("withdraw"))
    return certifying.status(scene) if refused else scene.say("case.withdrawn", number=case.number)


def appeal(scene: Scene) -> Scene:
    """She does not agree with a decision: in her own words."""
    case = current(scene, (State.NOT_YET_COMPETENT, State.REVOKED, State.INELIGIBLE))
    if case is None:
        return scene.say("case.appeal.none")
    return scene.ask(APPEAL, scene.words("case.appeal.ask", number=case.number), case=case.id)


def appealed(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """What she objects, in her words; None where they are a command."""
    ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    # A complaint is a long sentence, in which "hablar con una persona" is no command; to stop is always one.
    if ordered and (ordered.result in _ALWAYS or len(text.split()) <= _COMMAND):
        return None
    case = case_asked(scene, prompt)
    scene = scene.turned(prompt=None)
    if case is None:
        return scene.say("case.appeal.none")
    if yes_or_no(text, language=scene.language, vocabulary=scene.catalogue.vocabulary) is False:
        return certifying.status(scene)
    due = scene.now + APPEAL_TERM
    act = hers("appeal", note=text[:640], salt=scene.token(), data={"due": due.isoformat()})
    scene, case, refused = acted(scene, case, act)
    if refused:
        return scene.say("case.appeal.late")
    return scene.say("case.appealed", number=case.number, date=certifying.day(scene, due))
