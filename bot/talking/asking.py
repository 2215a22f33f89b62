"""Ask something of the people behind the bot: a person, help, one's own data, a certificate's worth."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bot.learning.explaining import joined
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content, Inbound
from bot.people import Learner
from bot.talking import readings
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import NEIGHBOURS
from bot.talking.vocabulary import Vocabulary
from bot.turn import HelpAsked, Say

# What keeps somebody from learning as others do: a list of words → what is said to it.
_TROUBLES = {"unlettered": "person.reading", "moved": "person.moved"}
_LEAVES = frozenset({"STOP", "ERASE", "WRONG_NUMBER"})  # wins over what else she says
_SHORTEST_TROUBLE = 8  # characters: "illettré"
_LONGEST_WISH = 160


def with_word(words: str, vocabulary: Vocabulary) -> str:
    """What stands behind the word for a person: "PERSONA tengo una duda"; empty where nothing does."""
    first, _, rest = words.strip().partition(" ")
    return rest.strip() if rest and fold(first).strip(".,:;!") in _printed(vocabulary) else ""


@lru_cache(maxsize=8)
def _printed(vocabulary: Vocabulary) -> frozenset[str]:
    """The words for a person that messages and documents name, in every language: the first two of each list."""
    return frozenset(fold(each) for found in vocabulary.commands.values() for each in found.get("PERSON", ())[:2])


def person(scene: Scene, text: str = "") -> Scene:
    """Tell a person that this learner wants her, and say when to expect an answer; `text`: her question, where it came
    with the command."""
    if text and scene.conversation.prompt and not _waits(scene):  # what was asked of her stays asked: a consent, a name
        scene = scene.fact(HelpAsked(learner=scene.conversation.learner, text=text))
        return scene.tell(Content(text=passed(scene)))
    if text:
        return person_text(scene, text)
    question = scene.conversation.question
    about = f"[{question.item}] {question.text}" if question else ""
    scene = scene.fact(HelpAsked(learner=scene.conversation.learner, text=about))
    policy = scene.record.policy
    said = scene.words("person.ack", n=policy.answer_days, coordinator=policy.coordinator or policy.organisation)
    return scene.turned(person_at=int(scene.now.timestamp())).ask("person", said)


def passed(scene: Scene) -> str:
    """That a question goes to a person, who that is, and when to expect an answer."""
    policy = scene.record.policy
    return scene.words("person.passed", n=policy.answer_days, coordinator=policy.coordinator or policy.organisation)


def _waits(scene: Scene) -> bool:
    """Whether a person was asked for, and what about is yet to be told."""
    prompt = scene.conversation.prompt
    return prompt is not None and prompt.kind == "person"


def person_text(scene: Scene, text: str, *, joins: bool = False) -> Scene:
    """The words that follow PERSON: kept for the one who answers, with what she asked for before them; `joins` where
    they were waited for, though something else was said in between."""
    joins = joins or _waits(scene)
    scene = scene.fact(HelpAsked(learner=scene.conversation.learner, text=text, joins=joins))
    prompt = scene.conversation.prompt
    scene = scene.turned(prompt=None, person_at=0)
    question = scene.conversation.question
    noted = scene.words("person.noted") if joins else passed(scene)  # she was told when to expect an answer
    if scene.record.state == "stopped" or (prompt and prompt.hides):  # what it hides is said after this
        return scene.tell(Content(text=noted))
    if question:
        return scene.tell(Content(text=joined(noted, still_open(scene, question, named=joins))))
    if any(each.waiting for each in scene.record.exams):
        return scene.tell(Content(text=joined(noted, scene.words("case.exam.how"))))
    return offer(scene, noted) if scene.enrolment else scene.tell(Content(text=noted))


def hindered(scene: Scene, words: str) -> Scene | None:
    """Who writes, or has somebody write, that she cannot read or see the messages, or that her phone or her number is
    not the same any more: a person is told, and she is told what she can do. What was asked stays asked."""
    if len(words) < _SHORTEST_TROUBLE:  # as most answers are
        return None
    said = f" {fold(words[:_LONGEST_WISH])} "
    answer = next((_TROUBLES[each] for each in _TROUBLES if _speaks_of(scene, each, said)), "")
    ordered = readings.ordered(scene, words) if answer else None
    if not answer or (ordered is not None and ordered.result in _LEAVES):
        return None
    scene = scene.fact(HelpAsked(learner=scene.conversation.learner, text=words))
    policy = scene.record.policy
    return scene.say(answer, coordinator=policy.coordinator or policy.organisation)


def _speaks_of(scene: Scene, trouble: str, said: str) -> bool:
    lists = scene.catalogue.vocabulary.lists
    languages = (scene.language, *NEIGHBOURS.get(scene.language, ()))
    return any(f" {phrase} " in said for each in languages for phrase in lists.get(each, {}).get(trouble, ()))


def is_alone(scene: Scene, command: str) -> bool:
    """Whether she wrote a word for this command and nothing else, or nothing but signs."""
    words = words_of(scene.event.text) if isinstance(scene.event, Inbound) else ()
    commands = scene.catalogue.vocabulary.commands.values()
    return not words or any(words == words_of(each) for found in commands for each in found.get(command, ()))


def help_(scene: Scene) -> Scene:
    """What can be written here. Answered for anyone, also for one who has stopped: she is told what is left to her.

    Only the word alone is always answered: a machine's "no puedo contestar" may be taken for a call for help for ever.
    """
    exempt = scene.exempt or is_alone(scene, "HELP")
    id = "help.stopped" if scene.record.state == "stopped" else "help"
    return replace(scene, exempt=exempt).say(id, organisation=scene.record.policy.organisation)


def my_data(scene: Scene) -> Scene:
    """What is held about her, in words; and all of it as a file where the channel carries files."""
    learner = scene.learner
    if learner is None:
        return scene.say("data.none")
    text = scene.words("data.held", data=_in_words(scene, learner))
    text = f"{text} {scene.words('data.file' if scene.record.buttons else 'data.ask')}"
    said = Say(content=Content(text=text, language=scene.language), learner=learner.id, attach_data_of=learner.id)
    return scene.fact(said if scene.record.buttons else replace(said, attach_data_of=""))


def _in_words(scene: Scene, learner: Learner) -> str:
    courses = [scene.catalogue.courses.get(each.course) for each in scene.record.of(learner.id)]
    consent = scene.record.consent_dates.get(learner.id)
    held = {
        "name": learner.name,
        "language": scene.words("language.name"),
        "sex": scene.words(f"sex.{learner.sex}") if learner.sex else "",
        "birth_year": str(learner.birth_year or ""),
        "community": learner.community,
        "cooperative": learner.cooperative,
        "phone": scene.record.address.phone,
        "courses": ", ".join(course.title(scene.language) for course in courses if course),
        "hour": f"{learner.hour}:00" if learner.hour is not None else "",
        "guardian": scene.words("yes" if learner.guardian == "given" else "no") if learner.guardian else "",
        "consent": consent.astimezone(scene.zone).strftime("%Y-%m-%d") if consent else "",
    }
    return "; ".join(f"{scene.words(f'data.{field}')} {value}" for field, value in held.items() if value)
