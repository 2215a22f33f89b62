"""The lesson: a card, a question, the reason, a second try, and the next step."""

from __future__ import annotations

from msgspec.structs import replace

from bot.catalogue import Course, Lesson
from bot.conversation import Question, micros
from bot.learning import quizzes, reviewing
from bot.learning.explaining import fitting, joined, letters, reason
from bot.learning.marking import is_right
from bot.learning.offering import offer, pointed, with_next
from bot.learning.progress import lessons_done, lessons_in, next_step
from bot.learning.serving import aside, say_question, serve, translated
from bot.messages import Choice, Content, Media, labels
from bot.people import Enrolment
from bot.talking import profile, recalling
from bot.talking.scene import Scene
from bot.turn import Answered, LessonDone, Reviewed, Say

_TRIES = 2  # of one lesson question, the hint between them


def go_on(scene: Scene) -> Scene:
    """The next step of the course she is in: a lesson, a unit quiz, or the word that all is done."""
    course, enrolment = scene.course, scene.enrolment
    if course is None or enrolment is None:
        return scene.say("course.gone")
    learner = scene.learner
    if learner and learner.guardian in ("needed", "refused"):
        return profile.ask_guardian(scene)
    if learner and profile.year_comes_first(learner):
        return profile.ask(scene, "birth_year", then="start")
    step = next_step(course, enrolment)
    match step.kind:
        case "lesson":
            return begin(scene, course, step.lesson)
        case "quiz":
            return quizzes.begin(scene, course, enrolment, step.unit)
        case _:
            return offer(scene)


def begin(scene: Scene, course: Course, lesson_id: str) -> Scene:
    """Say a lesson's card and ask its first question."""
    lesson = course.lesson(lesson_id, scene.language)
    if lesson is None:
        return scene.say("course.gone")
    return _ask(say_cards(scene, course, lesson), course, lesson, 0)


def say_cards(scene: Scene, course: Course, lesson: Lesson) -> Scene:
    """What is read. On SMS the card alone, because every sign costs; on Telegram with its title."""
    for place, card in enumerate(lesson.cards):
        media = [Media(kind="photo", path=card.photo)] if card.photo else []
        media += [Media(kind="voice", path=card.audio)] if card.audio else []
        title = f"**{lesson.title}**\n\n" if place == 0 else ""
        content = Content(
            text=card.text,
            rich=f"{title}{card.rich or card.text}",
            media=tuple(media),
            policy=course.sms_policy,
            language=scene.language,
        )
        scene = scene.fact(Say(content=content, kind="lesson", learner=scene.conversation.learner))
    return scene


def repeat(scene: Scene) -> Scene:
    """Say what is open once more: in a lesson with its card, in a quiz the question alone."""
    question = scene.conversation.question
    if question is None:
        return offer(scene)
    if question.unseen:
        question = question.changed(unseen=False)
        scene = scene.turned(question=question)
    course = scene.catalogue.courses.get(question.course)
    lesson = course.lesson(question.lesson, scene.language) if course and question.purpose == "lesson" else None
    if course and lesson:
        scene = say_cards(scene, course, lesson)
    return say_question(scene, question, course.sms_policy if course else "gsm")


def say_translated(scene: Scene) -> Scene:
    """After a change of language: the open question once more, in the new one."""
    question = scene.conversation.question
    course = scene.catalogue.courses.get(question.course) if question else None
    item = course.item(question.item, scene.language) if question and course else None
    if question is None or course is None or item is None:
        return scene
    question = translated(question, item)
    return say_question(scene.turned(question=question), question, course.sms_policy)


def answer(scene: Scene, question: Question, *, choice: int = -1, reply: str = "") -> Scene:
    """Mark an answer to a question as served, say why, and go on."""
    course = scene.catalogue.courses.get(question.course)
    enrolment = scene.record.enrolment(question.learner, question.course)
    if course is None or enrolment is None:
        return scene.turned(question=None).say("course.gone")
    if course.item(question.item, scene.language) is None:
        return _gone(scene, course, question)
    right = is_right(question, choice=choice, reply=reply)
    scene = _noted(scene, question, right=right, choice=choice, reply=reply)
    if question.purpose == "quiz":
        return quizzes.answered(scene, course, enrolment, question, choice=choice, right=right)
    if question.purpose == recalling.PURPOSE:
        return recalling.answered(scene, course, question, choice=choice, right=right)
    if not right and question.tries + 1 < _TRIES:
        return _second_try(scene, course, question, choice)
    scene = scene.turned(question=None)
    return _after(scene, course, enrolment, question, reason(scene, question, choice=choice, right=right))


def late(scene: Scene, question: Question, *, choice: int = -1, reply: str = "") -> Scene:
    """Mark an answer to an earlier question that was still open; the one that is open now stays as it is."""
    course = scene.catalogue.courses.get(question.course)
    right = is_right(question, choice=choice, reply=reply)
    scene = _noted(scene, question, right=right, choice=choice, reply=reply, is_late=True)
    scene = replace(scene, conversation=scene.conversation.without(question.token))
    text = reason(scene, question, choice=choice, right=right)
    policy = course.sms_policy if course else "gsm"
    return pointed(scene, scene.words("late", number=question.number, reason=text), policy)


def _second_try(scene: Scene, course: Course, question: Question, choice: int) -> Scene:
    own = question.feedback[choice] if 0 <= choice < len(question.feedback) else ""
    hint = scene.words("hint", hint=question.hint) if question.hint else ""
    count = len(question.options) if question.kind == "choice" else 0
    again = scene.words("try.again") if not count else scene.words("try.letters", letters=letters(scene, count))
    # A new token: a second press of the old button must not count as the second try.
    kept = question.changed(tries=question.tries + 1, token=scene.token(), put=micros(scene.now), unseen=False)
    choices = tuple(
        Choice(label=label, text=text) for label, text in zip(labels(count), question.options, strict=False)
    )
    content = Content(
        text=joined(scene.words("wrong"), own or ("" if hint else question.why), hint, again),
        choices=choices,
        listed=False,
        token=kept.token if count else "",
        policy=course.sms_policy,
        language=scene.language,
    )
    return scene.turned(question=kept).tell(content)


def _after(scene: Scene, course: Course, enrolment: Enrolment, question: Question, said: str) -> Scene:
    lesson = course.lesson(question.lesson, scene.language)
    place = lesson.items.index(question.item) + 1 if lesson and question.item in lesson.items else 0
    if lesson and 0 < place < len(lesson.items):
        if said:
            scene = scene.tell(Content(text=said, policy=course.sms_policy, language=scene.language))
        return _ask(scene, course, lesson, place)
    scene = scene.knowing(scene.record.with_lesson(enrolment, question.lesson, scene.now))
    scene = scene.fact(LessonDone(enrolment=enrolment.id, lesson=question.lesson))
    return _lesson_done(scene, course, said, whole=not _passed_over(scene, question, place))


def _passed_over(scene: Scene, last: Question, place: int) -> bool:
    """Whether one of the lesson's last `place` questions was skipped and still waits."""
    earlier = (each for each in scene.conversation.earlier if each.purpose == "lesson")
    hers = (each for each in earlier if (each.learner, each.lesson) == (last.learner, last.lesson))
    return any((last.number - each.number) % 99 < place for each in hers)


def _lesson_done(scene: Scene, course: Course, said: str, *, whole: bool) -> Scene:
    enrolment = scene.enrolment or scene.record.of(scene.conversation.learner)[0]
    id = "lesson.done" if whole else "lesson.read"  # read, where a question was skipped
    done = scene.words(id, done=lessons_done(course, enrolment), of=lessons_in(course))
    quiz = scene.words("quiz.next") if next_step(course, enrolment).kind == "quiz" else ""
    how = scene.words("next.how")
    text = fitting((joined(said, done, quiz, how), joined(said, done, how), joined(said, how)), course.sms_policy)
    scene = scene.tell(with_next(scene, text, course.sms_policy))
    return profile.ask_next(scene)


def _ask(scene: Scene, course: Course, lesson: Lesson, place: int) -> Scene:
    item = course.item(lesson.items[place], scene.language)
    if item is None:
        return scene.say("course.gone")
    return serve(scene, course, item, purpose="lesson", number=scene.conversation.counter % 99 + 1)


def skip(scene: Scene, question: Question) -> Scene:
    """Leave a question unanswered for now: it stays answerable for a while, comes back in a review, and the lesson
    goes on."""
    course = scene.catalogue.courses.get(question.course)
    enrolment = scene.record.enrolment(question.learner, question.course)
    if course is None or enrolment is None:
        return go_on(scene.turned(question=None))
    review = reviewing.noted(question.learner, question.course, question.item, question.kind, 0, scene.now)
    said = scene.words("question.skipped", number=question.number) if review else ""
    if question.purpose == recalling.PURPOSE:
        return go_on(aside(scene.tell(Content(text=said)) if said else scene))
    scene = scene.fact(Reviewed(review=review)) if review else scene
    return _after(aside(scene), course, enrolment, question, said)


def _gone(scene: Scene, course: Course, question: Question) -> Scene:
    """The question was taken out of the course: say so, and offer its lesson again."""
    scene = scene.turned(question=None).say("question.gone")
    if course.lesson(question.lesson, scene.language) is None:
        return offer(scene)
    return begin(scene, course, question.lesson)


def _noted(scene: Scene, question: Question, *, right: bool, choice: int, reply: str, is_late: bool = False) -> Scene:
    attempt = scene.record.attempt(question.learner, question.unit) if question.purpose == "quiz" else None
    now = scene.now
    review = reviewing.noted(question.learner, question.course, question.item, question.kind, question.tries, now)
    return scene.fact(
        *((Reviewed(review=review),) if review else ()),
        Answered(
            learner=question.learner,
            course=question.course,
            unit=question.unit,
            lesson=question.lesson,
            item=question.item,
            digest=question.digest,
            purpose=question.purpose,
            attempt=attempt.id if attempt else "",
            tries=question.tries + 1,
            reply=reply[:160],
            choice=question.order[choice] if 0 <= choice < len(question.order) else -1,
            right=right,
            late=is_late,
            language=scene.language,
        ),
    )
