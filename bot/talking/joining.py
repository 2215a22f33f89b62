"""Join a course: by its word, a deep link or the menu; a clear yes; a name; the first lesson."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from bot.capitals import as_written
from bot.catalogue import Catalogue, Course
from bot.conversation import Prompt
from bot.delivering.hours import ZONES
from bot.learning import lessons
from bot.learning.explaining import fitting
from bot.learning.progress import lessons_in
from bot.learning.serving import aside, reopen, waiting
from bot.people import Enrolment, Learner
from bot.talking import naming, profile
from bot.talking.scene import Scene
from bot.talking.understanding.commands import without
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import lexicon
from bot.turn import Consented, Enrolled, Joined, ThreadMoved

_PREFIXES = {"+51": "PE", "+591": "BO", "+250": "RW"}
_LOOKED_AT = 160  # characters
_UNDER = re.compile(r"\n\s*--")  # the line under which a signature stands
_AROUND = ("greetings", "wants", "pleases", "courtesies", "fillers", "articles")
_MOST_WORDS = 4  # "quiero el curso vivero" is a wish to join; a long sentence that holds the word is not


def country_of(phone: str, otherwise: str) -> str:
    """The country of an E.164 number that we teach in, or the one from the settings."""
    return next((country for prefix, country in _PREFIXES.items() if phone.startswith(prefix)), otherwise)


@lru_cache(maxsize=512)
def _folded(word: str) -> str:
    return "".join(words_of(word))


def course_named(
    catalogue: Catalogue, text: str, *, exactly: bool = False, language: str = ""
) -> tuple[Course, str] | None:
    """The course whose join word this is, whatever signs stand around it, and the language of the word; `exactly`: the
    word alone. In a `language`, courtesies around it ("hola", "quiero", "por favor") are no words."""
    said = words_of(_UNDER.split(text[:_LOOKED_AT], maxsplit=1)[0])
    if language:
        said = without(said, lexicon(catalogue.vocabulary, language), *_AROUND) or said
    if len(said) > 1 and max(map(len, said)) == 1:
        said = ("".join(said),)  # "V I V E R O"
    if not said or len(set(said)) > (1 if exactly else _MOST_WORDS):
        return None
    for course in catalogue.courses.values():
        for spoken, words in course.join_words.items():
            if any(_folded(word) in said for word in words):
                return course, spoken
    return None


def join(scene: Scene, course: Course, language: str = "", *, by_menu: bool = False) -> Scene:
    """Somebody wants to learn this. Who it is comes first where several may be writing."""
    learners = scene.record.learners
    if not learners or scene.record.state == "wrong_number":
        if language and not scene.conversation.learner and not scene.conversation.chosen:
            scene = scene.turned(language=language)
        return ask_consent(scene, course, by_menu=by_menu)
    if len(learners) > 1 or any(scene.record.enrolment(learner.id, course.id) for learner in learners):
        return ask_who(scene, then="join", argument=course.id)
    return take_up(scene, learners[0], course)


def join_by_word(scene: Scene, course: Course, language: str = "") -> Scene:
    """A join word was written. Who has just been asked to agree is asked about this course, and none of the others."""
    prompt, scene = scene.conversation.prompt, scene.turned(prompt=None)
    if prompt is None or not _is_joining_here(scene, prompt):
        return join(scene, course, language)
    return ask_consent(scene, course, name=prompt.data.get("name", ""))


def _is_joining_here(scene: Scene, prompt: Prompt) -> bool:
    """Whether somebody whom this phone does not know yet is asked for a course, or to agree to it, and not long ago."""
    asked = prompt.kind == "consent" or (prompt.kind == "menu" and "newcomer" in prompt.data)
    others = scene.record.learners and scene.learner is None and scene.record.state != "wrong_number"
    return bool(asked and others) and not scene.rested


def ask_who(scene: Scene, *, then: str, argument: str = "", answer: str = "") -> Scene:
    """Who is writing? The names known on this phone, and somebody else. An `answer` to a lesson waits meanwhile."""
    options = [*naming.listed(scene, scene.record.learners), ("other", scene.words("who.other"))]
    return scene.ask("who", scene.words("who.ask"), options, then=then, argument=argument, answer=answer)


def another(scene: Scene, answer: str = "") -> Scene:
    """Somebody says that it is not the same person who writes, or that one more wants to learn on this phone. An
    `answer` to a lesson waits meanwhile."""
    if not scene.record.learners:
        prompt = scene.conversation.prompt  # nobody learns here yet: whoever it is, it is her who is asked
        return scene.ask_again(prompt) if prompt else scene.say("menu.none")
    courses = scene.catalogue.for_country(scene.country)
    return ask_who(scene, then="REPEAT", argument=courses[0].id if len(courses) == 1 else "", answer=answer)


def take_up(scene: Scene, learner: Learner, course: Course) -> Scene:
    """A known learner enters a course, or goes on in it where she was. Any other open question stays answerable."""
    scene = scene.turned(learner=learner.id, course=course.id, prompt=None)
    if not scene.agreed:
        return ask_consent(aside(scene), course, learner.id)
    enrolment = scene.record.enrolment(learner.id, course.id)
    if enrolment is None:
        return start(_enrolled(scene, course))
    mine = waiting(scene, enrolment)
    return lessons.repeat(reopen(scene, mine)) if mine else lessons.go_on(aside(scene))


def ask_consent(scene: Scene, course: Course, learner: str = "", *, by_menu: bool = False, name: str = "") -> Scene:
    """The first message: who sends, what for, how often, that it is free, how to stop. Nothing is sent before a yes.
    A newcomer who has said her `name` is not asked for it again."""
    policy = scene.record.policy
    ids = ("consent.ask", "consent.ask.alone") if policy.coordinator else ("consent.ask.alone",)
    texts = [
        scene.words(
            id,
            organisation=policy.organisation,
            coordinator=policy.coordinator,
            course=_with_its_language(scene, course),
            n=policy.weekly_messages,
        )
        for id in ids
    ]
    # The coordinator's name is what is left out before a second SMS is paid.
    text = texts[0] if scene.record.buttons else fitting((*texts, texts[0]), "gsm")
    way = "menu" if by_menu else ""
    return scene.ask(
        "consent", text, scene.yes_no(), listed=False, course=course.id, learner=learner, way=way, name=name
    )


def _with_its_language(scene: Scene, course: Course) -> str:
    """What the course is called, and the language of its lessons where that is not hers."""
    title, taught = course.title(scene.language), course.in_language(scene.language)
    if taught == scene.language:
        return title
    return scene.words("consent.taught", course=title, taught=scene.words(f"language.in.{taught}"))


def languages(scene: Scene, taught: str) -> dict[str, str]:
    """Her language and that of her lessons, as her own language calls both."""
    return {"language": scene.words(f"language.in.{scene.language}"), "taught": scene.words(f"language.in.{taught}")}


def consented(scene: Scene, *, yes: bool) -> Scene:
    """The answer to the first message, entered in the ledger with the very text that was shown. Where it named no
    course, a yes leads on to nothing yet: the caller shows what there is."""
    prompt = scene.conversation.prompt
    assert prompt is not None  # noqa: S101 - the caller has matched it
    course = scene.catalogue.courses.get(prompt.data.get("course", ""))
    learner_id = prompt.data.get("learner", "")
    scene = scene.turned(prompt=None)
    if not yes:
        scene = scene.fact(ledger(scene, learner_id, prompt.data.get("shown", ""), granted=False))
        return scene.say("consent.no", word=course.join_word(scene.language) if course else "MENU")
    if course is None and prompt.data.get("course"):
        return scene.say("course.gone")
    known = scene.record.learner(learner_id)
    if known:
        scene = scene.knowing(scene.record.with_learner(known, consent=True)).turned(learner=known.id)
    else:
        scene = newcomer(scene)
    scene = scene.fact(ledger(scene, scene.conversation.learner, prompt.data.get("shown", ""), granted=True))
    scene = scene.fact(ThreadMoved(state="open"))
    if course is None:
        return scene
    if known and scene.record.enrolment(known.id, course.id):
        return take_up(scene.say("start.done", name=f", {known.name}" if known.name else ""), known, course)
    scene = _told_of_language(_enrolled(scene, course), course)
    learner = scene.learner
    if learner and not learner.name and prompt.data.get("name"):
        scene = scene.changed(learner, name=as_written(prompt.data["name"]))
        return start(scene)
    if learner is None or learner.name or _name_later(learner, prompt):
        return start(scene)
    return profile.ask(scene, "name", then="start")


def _told_of_language(scene: Scene, course: Course) -> Scene:
    """She has agreed to lessons in a language that is not hers: what she agreed to said so."""
    taught = course.in_language(scene.language)
    if taught == scene.language:
        return scene
    return scene.turned(taught={**scene.conversation.taught, scene.conversation.learner: taught})


def _name_later(learner: Learner, prompt: Prompt) -> bool:
    """Four exchanges before the first lesson and no more: menu, course, yes, and where the law wants it the year."""
    return prompt.data.get("way") == "menu" and profile.year_comes_first(learner)


def start(scene: Scene) -> Scene:
    """The first lesson, after the birth year and a guardian's word where the law wants them."""
    learner, course = scene.learner, scene.course
    if learner is None or course is None:
        return scene.say("course.gone")
    if profile.year_comes_first(learner):
        return profile.ask(scene, "birth_year", then="start")
    if not learner.guardian and profile.needs_guardian(learner, scene.now.year):
        return profile.ask_guardian(scene.changed(learner, guardian="needed"))
    if learner.guardian in ("needed", "refused"):
        return profile.ask_guardian(scene)
    if scene.enrolment and scene.enrolment.done:
        return lessons.go_on(scene)  # she has begun long ago
    unsigned = "" if course.reviewers else f" {scene.words('welcome.unsigned')}"
    name = f", {learner.name}" if learner.name else ""
    taught = course.in_language(scene.language)
    if taught != scene.language and scene.conversation.taught.get(learner.id) != taught:  # else she has been told
        scene = scene.say("language.but", **languages(scene, taught))
    scene = scene.say("welcome", name=name, n=lessons_in(course), unsigned=unsigned)
    return lessons.go_on(scene)


def newcomer(scene: Scene) -> Scene:
    """Somebody new on this thread, who has just said yes."""
    country = country_of(scene.record.address.phone, scene.record.policy.country)
    learner = Learner(
        id=scene.new_id(),
        language=scene.conversation.language or scene.default_language,
        country=country,
        timezone=ZONES.get(country, ""),
        created_at=scene.now,
    )
    scene = scene.knowing(scene.record.with_learner(learner, consent=True)).fact(Joined(learner=learner))
    return scene.turned(learner=learner.id, language=learner.language)


def _enrolled(scene: Scene, course: Course) -> Scene:
    learner = scene.conversation.learner
    scene = aside(scene.turned(course=course.id))
    if scene.record.enrolment(learner, course.id):
        return scene
    if version := scene.record.staying.get((learner, course.id)):
        # Who comes late into a group that stays on its lessons begins with these, from this very turn on.
        scene = replace(scene, catalogue=scene.catalogue.as_taught({course.id: version}))
        course = scene.catalogue.courses[course.id]
    enrolment = Enrolment(
        id=scene.new_id(),
        learner=learner,
        course=course.id,
        content_version=course.version,
        enrolled_at=scene.now,
    )
    return scene.knowing(scene.record.with_enrolment(enrolment)).fact(Enrolled(enrolment=enrolment))


def ledger(scene: Scene, learner: str, text: str, *, granted: bool) -> Consented:
    """Her word for the ledger, with the very text that was shown."""
    method = "button" if scene.pressed else "reply"
    return Consented(learner=learner, granted=granted, text=text, language=scene.language, method=method)
