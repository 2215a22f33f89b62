"""Ask to be assessed, with or without a course: consent, who she is, and a case of her own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.certifying import eligibility
from bot.certifying.cases import OPEN, Case
from bot.certifying.guarding import is_pilot
from bot.certifying.standards import Standard
from bot.conversation import Prompt
from bot.learning.explaining import numbers
from bot.record import CERTIFICATION
from bot.talking import agreeing, certifying, examination, introducing, joining, orienting, puzzling
from bot.talking.certifying import acted, current, hers, ours
from bot.talking.objecting import APPEAL, WITHDRAW, appealed, withdrawn
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold, interpret, yes_or_no
from bot.turn import CaseOpened, ThreadMoved

CONSENT, PICK = "case_consent", "case_pick"
NAME, YEAR, YEARS = introducing.NAME, introducing.YEAR, introducing.YEARS
SELF, PLAN = orienting.SELF, orienting.PLAN
PROMPTS = frozenset({CONSENT, PICK, NAME, YEAR, YEARS, SELF, PLAN, WITHDRAW, APPEAL, examination.EXAM})
PURPOSE = CERTIFICATION
GRAVE = frozenset({CONSENT, WITHDRAW})
"""What a clear yes or no alone answers."""


# --- POSTULAR ---


def apply(scene: Scene, argument: str = "") -> Scene:
    """She wants to be assessed: against which standard, and whether she agrees. A case that is open is gone on with."""
    held = current(scene)
    if held is not None:
        return orienting.go_on(scene, held)
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
    return orienting.go_on(scene, open_) if open_ else introducing.who_she_is(scene, code)


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
    return orienting.go_on(scene.say("case.received", number=case.number, course=title), case)


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
_PICKED: dict[str, Callable[[Scene, Prompt, str], Scene]] = {
    PICK: _pick,
    SELF: orienting.self_said,
    PLAN: orienting.planned,
}
