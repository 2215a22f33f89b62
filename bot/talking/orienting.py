"""What an open case asks of her next: her age if it waits for that, what she can do by her own account, and a plan."""

from __future__ import annotations

from bot.certifying import eligibility, judging
from bot.certifying.cases import NO, PARTLY, YES, Case, State
from bot.certifying.standards import Element, Standard, told
from bot.conversation import Prompt
from bot.talking import certifying, examination, introducing
from bot.talking.certifying import acted, hers, ours, owing, standard_of
from bot.talking.objecting import case_asked
from bot.talking.scene import Scene

SELF, PLAN = "case_self", "case_plan"


def go_on(scene: Scene, case: Case) -> Scene:
    """The next thing that an open case asks of her."""
    standard = standard_of(scene, case)
    if standard is None:
        return certifying.status(scene)
    if case.state is State.ELIGIBILITY_CHECK and not case.age:
        return _now_of_age(scene, case)
    if case.state is State.ORIENTED:
        return _ask_self(scene, case, standard)
    if case.state is State.SELF_ASSESSED:
        return _ask_plan(scene, case, standard)
    return certifying.status(scene)


def _now_of_age(scene: Scene, case: Case) -> Scene:
    """A case that waits because her year of birth was not known: it is asked, and goes on where that was all."""
    learner = scene.learner
    if learner is None or learner.birth_year is None:
        return scene.ask(introducing.YEAR, scene.words("case.year.ask"), standard=case.standard)
    act = eligibility.age_told(case, learner.birth_year, scene.now)
    if act:
        scene, case, _ = acted(scene, case, act)
    scene, case, refused = acted(scene, case, ours("admit"))
    return certifying.status(scene) if refused else go_on(scene, case)


def _elements(standard: Standard) -> list[Element]:
    return [element for unit in standard.units if unit.offered for element in unit.elements]


def _ask_self(scene: Scene, case: Case, standard: Standard) -> Scene:
    left = judging.unanswered(case, standard)
    elements = _elements(standard)
    element = next((each for each in elements if each.code in left), None)
    if element is None:
        return _ask_plan(scene, case, standard)
    place = [each.code for each in elements].index(element.code) + 1
    text = scene.words("case.self.ask", done=place, of=len(elements), text=told(element.titles, scene.language))
    options = [(value, scene.words(f"case.self.{value}")) for value in (YES, PARTLY, NO)]
    scene = scene.fact(owing(case, "nudge", scene.when_awake(scene.now + examination.NUDGED)))
    return scene.ask(SELF, text, options, case=case.id, element=element.code)


def self_said(scene: Scene, prompt: Prompt, value: str) -> Scene:
    case = case_asked(scene, prompt)
    standard = standard_of(scene, case) if case else None
    scene = scene.turned(prompt=None)
    if case is None or standard is None:
        return scene.say("case.none")
    act = hers("self_assess", element=prompt.data.get("element", ""), value=value)
    scene, case, refused = acted(scene, case, act)
    return certifying.status(scene) if refused else go_on(scene, case)


def _ask_plan(scene: Scene, case: Case, standard: Standard) -> Scene:
    gaps = judging.gaps(case, standard)
    units = [unit for unit in judging.at_stake(case, standard) if unit.asks_by_message]
    if gaps:
        named = ", ".join(f"U{unit.code}" for unit in gaps)
        options = [("advise", scene.words("case.plan.learn")), ("now", scene.words("case.plan.now"))]
        return scene.ask(PLAN, scene.words("case.gaps", topics=named), options, case=case.id)
    options = [("now", scene.words("case.plan.start")), ("later", scene.words("case.plan.later"))]
    most = max((unit.policy.cap for unit in units), default=0)
    least = min((unit.policy.minimum for unit in units), default=0)
    text = scene.words("case.plan.ask", done=len(units), first=least, of=most)
    return scene.ask(PLAN, text, options, case=case.id)


def planned(scene: Scene, prompt: Prompt, value: str) -> Scene:
    case = case_asked(scene, prompt)
    standard = standard_of(scene, case) if case else None
    scene = scene.turned(prompt=None)
    if case is None or standard is None:
        return scene.say("case.none")
    if value == "advise":
        scene, case, refused = acted(scene, case, hers("advise"))
        course = scene.catalogue.courses.get(standard.course)
        word = course.join_word(scene.language) if course else "MENU"
        return certifying.status(scene) if refused else scene.say("case.advised", word=word)
    scene, case, refused = acted(scene, case, hers("plan"))
    if refused:
        return certifying.status(scene)
    return examination.begin(scene, case, standard) if value == "now" else scene.say("case.later")
