"""The menu: go on, other courses, how far she is, a person; and the honest status."""

from __future__ import annotations

from collections.abc import Sequence

from bot.catalogue import Course
from bot.conversation import Prompt, Question
from bot.delivering.sms import segments, sms_text
from bot.learning import finishing, lessons
from bot.learning.explaining import fitting, joined, letters
from bot.learning.offering import offer, step_name
from bot.learning.progress import is_ready, lessons_done, lessons_in, next_step, units_passed
from bot.messages import Choice, Content
from bot.people import Enrolment
from bot.talking import asking, certifying, holding, joining
from bot.talking.agreeing import clearly
from bot.talking.readings import lists_of
from bot.talking.scene import Scene
from bot.talking.understanding import command, interpret
from bot.talking.understanding.folding import words as words_of

_LOOKED_AT = 160  # characters


def menu(scene: Scene) -> Scene:
    """What can be done here, as a numbered list. A newcomer hears who we are and which courses there are."""
    learner = scene.learner
    if learner is None:
        return _welcome(scene)
    enrolled = [each.course for each in scene.record.of(learner.id) if each.course in scene.catalogue.courses]
    over = _finished(scene, enrolled)
    options = [(f"go:{id}", scene.words("menu.go", course=_title(scene, id))) for id in enrolled if id not in over]
    others = [each for each in scene.catalogue.for_country(learner.country) if each.id not in enrolled]
    options += [(f"join:{each.id}", each.title(scene.language)) for each in others[:4]]
    options += [(f"reread:{id}", scene.words("menu.reread", course=_title(scene, id))) for id in over]
    options += _certified(scene)
    options += [("status", scene.words("menu.status")), ("person", scene.words("menu.person"))]
    # Where others learn here too, or the first list did not hold what was looked for: this may be somebody else.
    if scene.shared or _asked_before(scene):
        options.append(("another", scene.words("menu.another")))
    return scene.ask("menu", scene.words("menu.ask"), options)


def _finished(scene: Scene, courses: Sequence[str]) -> list[str]:
    """Those of her courses in which nothing comes any more."""
    hers = ((id, scene.record.enrolment(scene.conversation.learner, id)) for id in courses)
    return [id for id, held in hers if held and next_step(scene.catalogue.courses[id], held).kind == "finished"]


def _asked_before(scene: Scene) -> bool:
    prompt = scene.conversation.prompt
    return prompt is not None and prompt.kind == "menu"


def newcomers(scene: Scene) -> Scene:
    """The menu for somebody who has just said that none of the names on this phone is hers."""
    return _welcome(scene, newcomer="yes")


def _welcome(scene: Scene, newcomer: str = "") -> Scene:
    country = joining.country_of(scene.record.address.phone, scene.record.policy.country)
    courses = scene.catalogue.for_country(country) or scene.catalogue.for_country("")
    options = [(f"join:{each.id}", each.title(scene.language)) for each in courses[:6]] + _certified(scene)
    return scene.ask("menu", _greeting(scene, [words for _, words in options]), options, newcomer=newcomer)


def wanted(scene: Scene, prompt: Prompt, text: str, *, agrees: bool | None) -> int:
    """The place of the course that somebody at the menu wants, in her own words: the one that there is ("me interesa",
    "how do I join?"), or the one that she names ("quiero aprender de café"). -1 where she says no such thing."""
    courses = [each for each in prompt.values if each.startswith("join:")] if prompt.kind == "menu" else []
    if not courses:
        return -1
    vocabulary, only = scene.catalogue.vocabulary, len(courses) == 1 and prompt.values[0] == courses[0]
    if only:
        ordered = command(text, language=scene.language, vocabulary=vocabulary)
        joins = ordered is not None and ordered.result == "START" and not scene.record.learners
        if joins or agrees or (agrees is None and clearly(scene, text)):
            return 0
    said = words_of(text[:_LOOKED_AT])
    around = {word for each in lists_of(scene).get("joining.to_learn", ()) for word in words_of(each)}
    named = [word for word in said if word not in around]
    if len(named) == len(said) or "?" in text:
        return -1
    if not named:  # "quiero el curso"
        return 0 if only and len(said) > 1 else -1
    found = joining.course_named(scene.catalogue, " ".join(named), language=scene.language)
    if found and f"join:{found[0].id}" in courses:  # by the word of another language: "ndashaka course ya savings"
        return prompt.values.index(f"join:{found[0].id}")
    reading = interpret(" ".join(named), language=scene.language, options=prompt.options, vocabulary=vocabulary)
    place = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
    return place if 0 <= place < len(prompt.values) and prompt.values[place] in courses else -1


def _greeting(scene: Scene, options: Sequence[str]) -> str:
    """Who we are, what for and how often; where a second SMS would have to be paid, not how often."""
    policy = scene.record.policy
    choices = tuple(Choice(label=str(place), text=words) for place, words in enumerate(options, 1))
    texts = [
        scene.words(id, organisation=policy.organisation, n=policy.weekly_messages)
        for id in ("menu.welcome", "menu.welcome.short")
    ]
    fits = (text for text in texts if segments(sms_text(Content(text=text, choices=choices))) == 1)
    return texts[0] if scene.record.buttons else next(fits, texts[-1])


def _certified(scene: Scene) -> list[tuple[str, str]]:
    """Whoever knows the work already need not take a course to have that recognised."""
    return [("apply", scene.words("menu.apply"))] if certifying.offered(scene) else []


def picked(scene: Scene, value: str) -> Scene:
    """Do what was picked from the menu."""
    action, _, argument = value.partition(":")
    prompt = scene.conversation.prompt
    newcomer = prompt is not None and bool(prompt.data.get("newcomer"))
    scene = scene.turned(prompt=None)
    if action == "status":
        return status(scene)
    if action == "person":
        return asking.person(scene)
    if action == "another":
        return joining.another(scene)
    course = scene.catalogue.courses.get(argument)
    if course is None:
        return scene.say("course.gone")
    learner = scene.learner
    if action == "reread":
        return scene.turned(course=course.id).say("reread.how", of=lessons_in(course))
    if learner is None and newcomer:
        return joining.ask_consent(scene, course, by_menu=True)
    if learner is None:
        return joining.join(scene, course, by_menu=True)
    question = scene.conversation.question
    if question and (question.learner, question.course) == (learner.id, course.id):
        return lessons.repeat(scene.turned(course=course.id))
    return joining.take_up(scene, learner, course)


def status(scene: Scene) -> Scene:
    """Units done, the next step, and honestly the state of certification: learning, or ready to be assessed."""
    learner = scene.learner
    if learner is None:
        return menu(scene)
    courses = scene.catalogue.courses
    held = [(courses[each.course], each) for each in scene.record.of(learner.id) if each.course in courses]
    if not held and not certifying.mine(scene):
        return scene.say("status.none")
    for course, enrolment in held[:3]:
        scene = _status_of(scene, course, enrolment)
    return certifying.status(scene)


def _status_of(scene: Scene, course: Course, enrolment: Enrolment) -> Scene:
    learner = scene.learner
    values: dict[str, object] = {
        "name": f"{learner.name}: " if learner and learner.name else "",
        "course": course.title(scene.language),
        "done": units_passed(course, enrolment),
        "of": len(course.units),
        "lessons": lessons_done(course, enrolment),
        "total": lessons_in(course),
    }
    if is_ready(course, enrolment):
        ready, how = scene.words("status.ready", **values), finishing.how_certified(scene, course)
        code = holding.code_told(scene, course.id)
        said = fitting((joined(ready, code, how), joined(ready, code)), "gsm") if code else joined(ready, how)
        return finishing.completed(scene.tell(Content(text=said)), course, enrolment)
    values["next"] = step_name(scene, course, next_step(course, enrolment))
    texts = (scene.words("status.learning", **{**values, "name": name}) for name in (values["name"], ""))
    return scene.tell(Content(text=fitting(texts, "gsm")))


def go_on(scene: Scene) -> Scene:
    """NEXT: skip the open lesson question, stay with a quiz question, or begin the next step. Who comes back after an
    hour wants to go on where she was: she is shown what is open before it can be skipped."""
    learner = scene.learner
    if learner is None:
        prompt = scene.conversation.prompt
        return scene.ask_again(prompt) if prompt and prompt.kind == "consent" else menu(scene)
    question = scene.conversation.question
    scene = _in_a_course(scene)
    course = scene.course
    if course and not scene.agreed and learner.guardian not in ("needed", "refused"):
        return joining.ask_consent(scene, course, learner.id)
    if question is None or question.learner != learner.id:
        return lessons.go_on(scene.turned(prompt=None))
    if question.purpose == "quiz" and not scene.pressed and not question.unseen:
        scene = scene.say("quiz.stays")
    if scene.pressed or question.purpose == "quiz" or question.unseen:
        # An old "next" button must not skip a question that was asked since, and a quiz has no skipping; and who has
        # just come back, to a shared phone or after a while, does not see what is open for her.
        return lessons.repeat(scene.turned(prompt=None))
    return lessons.skip(scene.turned(prompt=None), question)


def _in_a_course(scene: Scene) -> Scene:
    """In the course where she was, or in her latest one that is still taught."""
    held = [each for each in scene.record.of(scene.conversation.learner) if each.course in scene.catalogue.courses]
    if not held or (scene.enrolment and scene.course):
        return scene
    return scene.turned(course=held[-1].course)


def hint(scene: Scene) -> Scene:
    """The author's hint on the open question."""
    question = scene.conversation.question
    if question is None:
        return offer(scene) if scene.learner else menu(scene)
    said = hinted(scene, question)
    return said.say("hint", hint=question.hint) if question.hint else said.say("hint.none")


def hinted(scene: Scene, question: Question) -> Scene:
    """With the hint of the open question noted as said."""
    return scene.turned(question=question.changed(hinted=True)) if question.hint and not question.hinted else scene


def is_hinted(question: Question) -> bool:
    """Whether the hint of a question has been said, on being asked for or after an answer that was wrong."""
    return question.hinted or question.tries > 0


def doubt(scene: Scene, question: Question) -> Scene:
    """To who does not know: the hint, and that she may try. It costs no try."""
    calm = scene.words("doubt")
    given = scene.words("hint", hint=question.hint) if question.hint else ""
    choices = letters(scene, len(question.options)) if question.kind == "choice" else ""
    how = scene.words("how.letters", letters=choices) if choices else ""
    texts = (joined(calm, given, how), joined(calm, given), given or calm)
    return hinted(scene, question).tell(Content(text=fitting(texts, "gsm")))


def repeat(scene: Scene) -> Scene:
    """Say once more what is open."""
    prompt = scene.conversation.prompt
    if scene.conversation.question is None and prompt and prompt.data.get("shown"):
        return scene.ask_again(prompt)
    return lessons.repeat(scene) if scene.learner else menu(scene)


def _title(scene: Scene, course: str) -> str:
    return scene.catalogue.courses[course].title(scene.language)
