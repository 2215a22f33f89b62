"""Ask to be assessed, with or without a course: consent, who she is, what she can do by her own account, and a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.certifying import eligibility, judging
from bot.certifying.cases import NO, OPEN, PARTLY, YES, Case, State
from bot.certifying.guarding import is_pilot
from bot.certifying.standards import Element, Standard, told
from bot.conversation import Prompt
from bot.learning.explaining import numbers
from bot.record import CERTIFICATION
from bot.talking import agreeing, certifying, examination, introducing, joining, puzzling
from bot.talking.certifying import acted, current, hers, ours, owing, standard_of
from bot.talking.objecting import APPEAL, WITHDRAW, appealed, case_asked, withdrawn
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold, interpret, yes_or_no
from bot.turn import CaseOpened, ThreadMoved

CONSENT, PICK = "case_consent", "case_pick"
NAME, YEAR, YEARS = introducing.NAME, introducing.YEAR, introducing.YEARS
SELF, PLAN = "case_self", "case_plan"
PROMPTS = frozenset({CONSENT, PICK, NAME, YEAR, YEARS, SELF, PLAN, WITHDRAW, APPEAL, examination.EXAM})
PURPOSE = CERTIFICATION
GRAVE = frozenset({CONSENT, WITHDRAW})
"""What a clear yes or no alone answers."""


# --- POSTULAR ---


def apply(scene: Scene, argument: str = "") -> Scene:
    """She wants to be assessed: against which standard, and whether she agrees. A case that is open is gone on with."""
    held = current(scene)
    if held is not None:
        return go_on(scene, held)
    offered = certifying.offered(scene)
    if not offered:
        return scene.say("case.none")
    mine = [each for each in offered if each.course == scene.conversation.course]
    begun = introducing.unfinished(scene)
    if begun is not None:
        return introducing.who_she_is(scene, begun.code)
    if len(offered) > 1 and not mine:
        options = [(each.code, each.title(scene.language)) for each in offered[:6]]
        return scene.ask(PICK, scene.words("case.pick"), options)
    return _ask_consent(scene, (mine or offered)[0])


def _ask_consent(scene: Scene, standard: Standard) -> Scene:
    text = scene.words(
        "case.consent", organisation=scene.record.policy.organisation, course=standard.title(scene.language)
    )
    if is_pilot(standard, scene.now):
        scene = scene.say("case.pilot.told", course=standard.title(scene.language))
    return scene.ask(CONSENT, text, scene.yes_no(), listed=False, standard=standard.code)


def _consented(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    scene = scene.turned(prompt=None)
    standard = scene.catalogue.standards.get(prompt.data.get("standard", ""))
    if not yes or standard is None:
        return scene.say("case.consent.no")
    shown = prompt.data.get("shown", "")
    known = scene.learner
    agreed = known is not None and scene.record.agrees(known.id)
    if known is None:
        scene = joining.newcomer(scene).fact(ThreadMoved(state="open"))
    elif not agreed:
        scene = scene.knowing(scene.record.with_learner(known, consent=True))
    who = scene.conversation.learner
    if not agreed:  # without a yes to messages nothing could be told to her about her case
        scene = scene.fact(joining.ledger(scene, who, shown, granted=True))
    scene = scene.fact(replace(joining.ledger(scene, who, shown, granted=True), purpose=PURPOSE))
    return introducing.who_she_is(scene, standard.code)


def _written(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """A name, a year or a number of years; None where the words are a command. Who does not know is asked once more,
    and then nothing is held up by it: a person looks at what is missing."""
    if command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary):
        return None
    learner, code = scene.learner, prompt.data.get("standard", "")
    if learner is None:
        return None
    lists = scene.catalogue.vocabulary.lists.get(scene.language, {})
    again = "again" in prompt.data
    if prompt.kind == YEARS:
        years = introducing.years_in(text, scene.now.year, lists)
        if years is None and not again:
            return _once_more(scene, prompt)
        return _opened(scene.turned(prompt=None), code, years or 0)
    if prompt.kind == YEAR and again and introducing.is_unknown(text, lists):
        return introducing.who_she_is(scene.turned(prompt=None), code, ageless=True)
    field = "name" if prompt.kind == NAME else "birth_year"
    value: str | int | None = introducing.certified_name(scene, text)
    if prompt.kind == YEAR:
        value = introducing.year_in(text, scene.now.year, lists)
    if value is None:
        return _once_more(scene, prompt)
    scene = scene.changed(learner, **{field: value, "asked": (*learner.asked, field)}).turned(prompt=None)
    open_ = current(scene)
    return go_on(scene, open_) if open_ else introducing.who_she_is(scene, code)


def _once_more(scene: Scene, prompt: Prompt) -> Scene:
    again = Prompt(kind=prompt.kind, token=prompt.token, data={**prompt.data, "again": "yes"})
    scene = scene.turned(prompt=again)
    return puzzling.once(scene, how(scene, prompt))


def how(scene: Scene, prompt: Prompt) -> Scene:
    """What is asked, in other words: for whoever asks what it is, or was not understood. It stays asked."""
    if prompt.kind == examination.EXAM:
        return examination.how(scene)
    if prompt.kind in _HOW:
        return scene.say(_HOW[prompt.kind])
    if prompt.kind == WITHDRAW:
        return scene.say("unclear.yes_no")
    return scene.say("unclear.pick", numbers=numbers(scene, len(prompt.options)))


def _opened(scene: Scene, code: str, years: int) -> Scene:
    """The case, and as far as the program alone can take it."""
    standard, learner = scene.catalogue.standards.get(code), scene.learner
    if standard is None or learner is None:
        return scene.say("case.none")
    case = Case(
        id=scene.new_id(),
        number=scene.chance.randrange(100_000, 1_000_000),
        candidate=learner.id,
        standard=standard.code,
        version=standard.version,
        country=scene.country,
        opened_at=scene.now,
    )
    data = {
        "consent": "yes",
        "presented_by": "self",
        "experience": str(years),
        "age": str(eligibility.age(learner.birth_year, scene.now)),
        "country": scene.country,
        "pilot": "yes" if is_pilot(standard, scene.now) else "no",
        "open": str(sum(each.state in OPEN and each.standard == standard.code for each in certifying.mine(scene))),
    }
    renewed = next((each for each in certifying.mine(scene) if each.credential), None)
    if renewed:
        data["renews"] = renewed.id
    if failed := eligibility.failed_before(certifying.mine(scene), standard.code, scene.now):
        data["failed"] = failed
    scene = scene.fact(CaseOpened(case=case)).knowing(scene.record.with_case(case))
    scene, case, _ = acted(scene, case, hers("apply", data=data))
    scene, case, _ = acted(scene, case, ours("check"))
    scene, case, refused = acted(scene, case, ours("admit"))
    title = standard.title(scene.language)
    if refused:
        return scene.say("case.received.waits", number=case.number, course=title, n=scene.record.policy.answer_days)
    return go_on(scene.say("case.received", number=case.number, course=title), case)


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
        return scene.ask(YEAR, scene.words("case.year.ask"), standard=case.standard)
    act = eligibility.age_told(case, learner.birth_year, scene.now)
    if act:
        scene, case, _ = acted(scene, case, act)
    scene, case, refused = acted(scene, case, ours("admit"))
    return certifying.status(scene) if refused else go_on(scene, case)


# --- what she says she can do ---


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


def _self_said(scene: Scene, prompt: Prompt, value: str) -> Scene:
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


def _planned(scene: Scene, prompt: Prompt, value: str) -> Scene:
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


# --- replies ---


def typed(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """Typed words as the reply to one of these prompts; None where they are meant otherwise."""
    if _asks_what_it_is(scene, text) and prompt.kind != APPEAL:
        return how(scene, prompt)
    if prompt.kind == examination.EXAM:
        return examination.typed(scene, prompt, text)
    ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered and ordered.result == "NEXT":
        return _skipped(scene, prompt)
    meanwhile = introducing.meanwhile(scene, prompt, text) if prompt.kind in introducing.PROMPTS else None
    if meanwhile is not None:
        return meanwhile
    if prompt.kind in introducing.PROMPTS:
        return _written(scene, prompt, text)
    if prompt.kind == APPEAL:
        return appealed(scene, prompt, text)
    if prompt.kind in GRAVE:
        said = _clear_word(scene, text)
        if said is None and prompt.kind == CONSENT:
            said = agreeing.clearly(scene, text)
        return None if said is None else _GRAVE[prompt.kind](scene, prompt, said)
    reading = interpret(text, language=scene.language, options=prompt.options, vocabulary=scene.catalogue.vocabulary)
    place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
    return picked(scene, prompt, place)


def _clear_word(scene: Scene, text: str) -> bool | None:
    """A yes or no in words. A number is neither: it may have been meant for a list."""
    if any(sign.isdigit() for sign in text):
        return None
    return yes_or_no(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)


def _skipped(scene: Scene, prompt: Prompt) -> Scene:
    """NEXT: what a case can do without is left out; for all else it is said once that it cannot be, and it stays
    asked. Nothing of a lesson is skipped by it."""
    code = prompt.data.get("standard", "")
    if prompt.kind == YEARS:
        return _opened(scene.turned(prompt=None), code, 0)
    if prompt.kind == YEAR and current(scene) is None:
        return introducing.who_she_is(scene.turned(prompt=None), code, ageless=True)
    again = introducing.asked_again(scene.say("case.stays"), prompt)
    return puzzling.once(scene, again, puzzling.STAYS)


def _asks_what_it_is(scene: Scene, text: str) -> bool:
    """ "¿Qué es eso?" is about what was asked; HELP alone is about the service, as the carriers want it."""
    ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    return ordered is not None and ordered.result == "HELP" and len(fold(text).split()) > 1


def picked(scene: Scene, prompt: Prompt, place: int) -> Scene | None:
    """A button, or a number of a list."""
    if prompt.kind == examination.EXAM:
        return examination.picked(scene, prompt, place)
    if not 0 <= place < len(prompt.values):
        return None
    value = prompt.values[place]
    if prompt.kind in _GRAVE:
        return _GRAVE[prompt.kind](scene, prompt, value == "yes")
    return _PICKED[prompt.kind](scene, prompt, value)


def _pick(scene: Scene, prompt: Prompt, value: str) -> Scene:
    standard = scene.catalogue.standards.get(value)
    scene = scene.turned(prompt=None)
    return _ask_consent(scene, standard) if standard else scene.say("case.none")


_HOW = {
    CONSENT: "case.consent.how",
    NAME: "case.name.how",
    YEAR: "case.year.how",
    YEARS: "case.years.how",
    SELF: "case.self.how",
    APPEAL: "case.appeal.how",
}
_GRAVE: dict[str, Callable[[Scene, Prompt, bool], Scene]] = {
    CONSENT: lambda scene, prompt, yes: _consented(scene, prompt, yes=yes),
    WITHDRAW: lambda scene, prompt, yes: withdrawn(scene, prompt, yes=yes),
}
_PICKED: dict[str, Callable[[Scene, Prompt, str], Scene]] = {PICK: _pick, SELF: _self_said, PLAN: _planned}
