"""The knowledge test by message: one question or two, no word on right or wrong, and the result of each unit."""

from __future__ import annotations

from datetime import timedelta

from bot.certifying import examining
from bot.certifying.cases import BEFORE_PLAN, FAILED, GATHERING, PASSED, Case, State
from bot.certifying.examining import Exam, History, Served
from bot.certifying.sealing import SEAL, sealed
from bot.certifying.standards import Standard, Unit
from bot.conversation import Prompt, micros
from bot.learning.explaining import letters
from bot.learning.marking import understood
from bot.learning.serving import aside
from bot.messages import Content, labels
from bot.talking import certifying, introducing, puzzling
from bot.talking.certifying import acted, current, hers, ours, owing, standard_of
from bot.talking.figuring import is_among_others
from bot.talking.measuring import in_its_unit
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold, interpret
from bot.turn import ExamMoved

EXAM = "exam"
NUDGED = timedelta(hours=48)
_AROUND = ("joins", "articles", "fillers", "label_words", "question_words", "courtesies")
_NONE_HERE = frozenset({"HINT", "NEXT"})  # a test has neither


def exam(scene: Scene) -> Scene:
    """EXAMEN: go on where she was, begin the next unit, or say why there is none now."""
    case = current(scene)
    standard = standard_of(scene, case) if case else None
    if case is None or standard is None:
        return scene.say("exam.no_case")
    if case.state in (State.SELF_ASSESSED, State.TRAINING_ADVISED):
        scene, case, _ = acted(scene, case, hers("plan", data={"date": "", "place": ""}))
    if case.state in BEFORE_PLAN:
        return certifying.status(scene)
    under_way = next((each for each in scene.record.exams if each.case == case.id), None)
    if under_way and examining.stale(under_way, scene.now):
        return _voided(scene, under_way)
    if under_way and under_way.waiting:
        return _say(scene, under_way)
    if under_way and under_way.supervised_by:
        return _before_a_person(scene, case, standard, under_way)
    return begin(scene, case, standard)


def _before_a_person(scene: Scene, case: Case, standard: Standard, exam: Exam) -> Scene:
    """The first question of a test that an assessor has opened, or the next one."""
    unit = standard.unit(exam.unit)
    if unit is None:
        return scene.say("course.gone")
    if exam.served:
        return _next(scene, case, standard, exam)
    name = case.people.assessors[exam.supervised_by].name if exam.supervised_by in case.people.assessors else ""
    lead = scene.words("exam.before", unit=_numbered(scene, unit), name=name, of=exam.policy.cap)
    return _next(aside(scene.tell(Content(text=lead))), case, standard, exam)


def _numbered(scene: Scene, unit: Unit) -> str:
    """A unit as ESTADO names it, and what it is called."""
    return f"U{unit.code} {certifying.unit_name(scene, unit)}"


def _voided(scene: Scene, exam: Exam) -> Scene:
    """The sitting is over: nobody can say any more who looked on."""
    return _moved(scene.turned(prompt=None), examining.voided(exam, scene.now)).say("exam.over")


def begin(scene: Scene, case: Case, standard: Standard) -> Scene:
    """The next unit's test; where there is none that she may take now, what she waits for."""
    if case.state not in GATHERING:
        return certifying.status(scene)
    free = examining.alone(case, standard, scene.now)
    if not free:
        return _none_left(scene, case, standard)
    unit = free[0]
    made = Exam(id=scene.new_id(), case=case.id, unit=unit.code, policy=unit.policy, started_at=scene.now)
    lead = scene.words("exam.begin", unit=_numbered(scene, unit), first=unit.policy.minimum, of=unit.policy.cap)
    return _next(aside(scene.tell(Content(text=lead))), case, standard, made)


def _none_left(scene: Scene, case: Case, standard: Standard) -> Scene:
    scheme = standard.scheme(case.country)
    dates = [
        at
        for unit in examining.pending(case, standard)
        if (at := examining.free_from(case, unit.code, scheme)) and at > scene.now
    ]
    if examining.open_now(case, standard, scene.now):  # and none of them alone
        return scene.say("exam.supervised", number=case.number)
    if dates:
        return scene.say("exam.wait", date=certifying.day(scene, min(dates)))
    return scene.say("exam.all")


def _next(scene: Scene, case: Case, standard: Standard, made: Exam) -> Scene:
    """Serve the next message of a test; without any item left that she may see, an assessor decides."""
    course, unit = scene.catalogue.courses.get(standard.course), standard.unit(made.unit)
    if course is None or unit is None:
        return scene.say("course.gone")
    history = scene.record.history.get(case.candidate, History())
    bank = examining.bank(course, unit, made.policy, scene.language, history)
    people = history.people.get(f"{standard.code}/{unit.code}", 0)
    one_by_one = scene.record.buttons
    served = examining.asked(made, bank, people, course, scene.language, scene.now, scene.chance, both=not one_by_one)
    if not served.waiting:
        over = examining.finished(served, scene.now, exhausted=True)
        return _concluded(_moved(scene, over), case, standard, over)
    scene = _moved(scene, served)
    return _say(scene.fact(owing(case, "nudge", scene.when_awake(scene.now + NUDGED))), served)


def _moved(scene: Scene, exam: Exam) -> Scene:
    return scene.knowing(scene.record.with_exam(exam)).fact(ExamMoved(exam=exam))


def _say(scene: Scene, exam: Exam) -> Scene:
    """Put what waits for an answer: letters as in lessons, and on Telegram a button for each."""
    waiting = exam.waiting
    text = "\n".join(each.shown for each in waiting)
    if len(waiting) == 1 and waiting[0].kind == "order":
        text = f"{text} {scene.words('how.order')}"
    options = waiting[0].options if len(waiting) == 1 and waiting[0].kind == "choice" else ()
    prompt = Prompt(
        kind=EXAM,
        token=scene.token(),
        values=tuple(labels(len(options))),
        options=options,
        data={"shown": text, "exam": exam.id},
        put=micros(scene.now),
    )
    return aside(scene).turned(prompt=prompt).ask_again(prompt)


# --- answers ---


def how(scene: Scene) -> Scene:
    """How to go on in a test: for whoever asks for a hint, wants to skip, or was not understood."""
    return scene.say("exam.how")


def typed(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """A reply to what a test asked; None where it is a command or the test is over."""
    exam = next((each for each in scene.record.exams if each.id == prompt.data.get("exam")), None)
    if exam is None or not exam.waiting:
        return None
    if introducing.is_unknown(text, scene.catalogue.vocabulary.lists.get(scene.language, {})):
        return _answered(scene, exam, {each.place: (-1, text) for each in exam.waiting})
    if len(exam.waiting) > 1:
        return _pair(scene, exam, text)
    return _single(scene, exam, exam.waiting[0], text)


def _pair(scene: Scene, exam: Exam, text: str) -> Scene | None:
    waiting = exam.waiting
    found = examining.parted(waiting, text) or examining.parted(waiting, _letters_of(scene, text))
    if found is None:
        ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
        if ordered:
            return _none_here(scene) if ordered.result in _NONE_HERE else None
        return _how_two(scene)
    replies = {}
    for each in waiting:
        choice = ord(found.get(each.place, "Z")) - ord("A")
        if 0 <= choice < len(each.options):
            replies[each.place] = (choice, text)
    return _answered(scene, exam, replies) if replies else _how_two(scene)


def _how_two(scene: Scene) -> Scene:
    return puzzling.once(scene, scene.say("exam.how.two", code="A B"))


def _none_here(scene: Scene) -> Scene:
    """To who wants a hint, or to skip: once that there is neither."""
    return puzzling.once(scene, how(scene), puzzling.STAYS)


def _letters_of(scene: Scene, text: str) -> str:
    """ "la primera b y la segunda c" without the words around the letters."""
    lists = scene.catalogue.vocabulary.lists.get(scene.language, {})
    around = {word for name in _AROUND for word in lists.get(name, ())}
    around |= {word for name, words in lists.items() if name.startswith("ordinals.") for word in words}
    kept = [word for word in fold(text).split() if word not in around or (len(word) == 1 and word in "abcdefgh")]
    return " ".join(kept)


def _single(scene: Scene, exam: Exam, asked: Served, text: str) -> Scene | None:
    vocabulary = scene.catalogue.vocabulary
    if asked.kind == "choice":
        reading = interpret(
            text, language=scene.language, options=asked.options, vocabulary=vocabulary, question=asked.place
        )
        choice = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
        if 0 <= choice < len(asked.options) and reading.number in (None, asked.place):
            return _answered(scene, exam, {asked.place: (choice, text)})
        if reading.result in _NONE_HERE:
            return _none_here(scene)
        if reading.result not in ("NONE", "AMBIGUOUS") and len(reading.result) > 1:
            return None
        return puzzling.once(scene, scene.say("how.letters", letters=letters(scene, len(asked.options))))
    ordered = command(text, language=scene.language, vocabulary=vocabulary)
    if ordered:
        return _none_here(scene) if ordered.result in _NONE_HERE else None
    question = examining.question_of(asked)
    if not understood(question, text) or is_among_others(question, text, vocabulary, scene.language):
        how_to = "exam.how.order" if asked.kind == "order" else "case.number.how"
        return puzzling.once(scene, scene.say(how_to, code=_ordering(asked)))
    marked = in_its_unit(question, text, text, vocabulary, scene.language)
    if marked is None:
        return puzzling.once(scene, scene.say("case.number.how", code=""))
    return _answered(scene, exam, {asked.place: (-1, marked)})


def _ordering(asked: Served) -> str:
    """How an ordering is written, with as many letters as it has and never the right one."""
    found = "".join(labels(len(asked.options)))
    example = f"{found[1:2]}{found[:1]}{found[2:]}"
    return example if example != asked.answer.upper() else example[::-1]


def picked(scene: Scene, prompt: Prompt, place: int) -> Scene | None:
    """A button under a question of a test."""
    exam = next((each for each in scene.record.exams if each.id == prompt.data.get("exam")), None)
    if exam is None or len(exam.waiting) != 1 or not 0 <= place < len(exam.waiting[0].options):
        return None
    asked = exam.waiting[0]
    return _answered(scene, exam, {asked.place: (place, labels(8)[place])})


def _answered(scene: Scene, exam: Exam, replies: dict[int, tuple[int, str]]) -> Scene:
    """Mark, and go on without a word on right or wrong."""
    case = next((each for each in scene.record.cases if each.id == exam.case), None)
    standard = standard_of(scene, case) if case else None
    if case is None or standard is None:
        return scene.turned(prompt=None).say("course.gone")
    if examining.stale(exam, scene.now):
        return _voided(scene, exam)
    scene = scene.turned(prompt=None)
    exam = examining.finished(examining.answered(exam, replies, scene.now), scene.now)
    if exam.decision:
        return _concluded(_moved(scene, exam), case, standard, exam)
    if exam.waiting:
        return _say(_moved(scene, exam), exam)
    return _next(scene, case, standard, exam)


def _concluded(scene: Scene, case: Case, standard: Standard, exam: Exam) -> Scene:
    """Enter the result of a unit, say it, and go on with the next one."""
    unit = standard.unit(exam.unit)
    data = {"exam": exam.id, SEAL: sealed(exam), **({"supervised": exam.supervised_by} if exam.supervised_by else {})}
    scene, case, refused = acted(scene, case, ours("knowledge", unit=exam.unit, value=exam.decision, data=data))
    if unit is None or refused:
        return certifying.status(scene)
    scene = _result(scene, case, standard, unit, exam)
    if examining.alone(case, standard, scene.now) and not exam.supervised_by:
        return begin(scene, case, standard)
    return _none_left(scene, case, standard)


def _result(scene: Scene, case: Case, standard: Standard, unit: Unit, exam: Exam) -> Scene:
    name = _numbered(scene, unit)
    if exam.decision == PASSED:
        return scene.say("exam.passed", unit=name)
    if exam.decision != FAILED:
        return scene.say("exam.referred", unit=name)
    free = examining.free_from(case, unit.code, standard.scheme(case.country)) or scene.now
    course = scene.catalogue.courses.get(standard.course)
    word = course.join_word(scene.language) if course else "MENU"
    scene = scene.fact(owing(case, f"again/{unit.code}", scene.when_awake(free)))
    return scene.say("exam.failed", unit=name, date=certifying.day(scene, free), word=word)
