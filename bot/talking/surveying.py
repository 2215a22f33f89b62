"""Put a survey's questions one by one, and take 1, 2, 3, a word, a number or free words as the answer.

An open question of a survey is a prompt: numbers and its own words answer it, a bare letter still answers the lesson
that waits beneath. What is left of the survey travels in the prompt as it was served, so a turn needs nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.conversation import Prompt, micros, moment
from bot.learning.explaining import joined, numbers
from bot.learning.marking import numbers_in
from bot.learning.serving import still_open
from bot.messages import Choice, Content
from bot.people import Learner
from bot.reporting.surveys import FREE, LARGEST, MOST_REPLY, NUMBER, SCALES, Survey
from bot.talking.scene import Scene
from bot.talking.understanding import interpret, yes_or_no
from bot.talking.understanding.reading import Reading
from bot.turn import Due, Owed, Say, SurveyAnswered, SurveyAsked

SURVEY = "survey"  # kind of the prompt, and of the due that asks once more
_ONCE_MORE = timedelta(days=1)
_WAITS = timedelta(hours=20)  # so long an open question keeps its place: then the next survey of this phone is put

Left = Sequence[Sequence[str]]  # of each question that is still to be put: place, kind, text


def begun(scene: Scene, survey: Survey, learner: Learner) -> tuple[Scene, Content]:
    """The survey's first question is open; with it what is said. She is asked once more a day later, if need be."""
    language = survey.in_language(learner.language or scene.conversation.language or scene.default_language)
    reply = scene.new_id()
    asked = SurveyAsked(reply=reply, survey=survey.id, learner=learner.id, language=language)
    due = Due(learner=learner.id, kind=SURVEY, subject=survey.id, at=scene.now + _ONCE_MORE)
    return _put(scene.fact(asked, Owed(due=due)), survey, learner, reply, 0, "survey.begin")


def once_more(scene: Scene, due: Due) -> Scene:
    """The question at which she stopped, once more; nothing where she came to the end, or the survey has."""
    occasion, learner = scene.record.occasion, scene.record.learner(due.learner)
    if occasion is None or occasion.survey is None or occasion.reply is None or learner is None:
        return scene
    reply, place = occasion.reply
    if place >= len(occasion.survey.questions) or _in_a_quiz(scene):
        return scene
    scene, content = _put(scene, occasion.survey, learner, reply, place, "survey.again")
    return scene.fact(Say(content=content, kind=SURVEY, learner=learner.id))


def is_open(scene: Scene) -> bool:
    """Whether a survey's question was put on this thread today and has no answer: another one waits for it."""
    prompt = scene.conversation.prompt
    at = prompt.data.get("at", "") if prompt and prompt.kind == SURVEY else ""
    return bool(at) and scene.now - datetime.fromisoformat(at) < _WAITS


def _in_a_quiz(scene: Scene) -> bool:
    question = scene.conversation.question
    return question is not None and question.purpose == "quiz"


def _put(scene: Scene, survey: Survey, learner: Learner, reply: str, place: int, lead: str) -> tuple[Scene, Content]:
    language = survey.in_language(learner.language or scene.conversation.language or scene.default_language)
    questions = list(enumerate(survey.questions))[place:]
    left = [(str(number), each.kind, each.texts[language]) for number, each in questions]
    name = f"{learner.name}: " if scene.shared and learner.name else ""
    said = name + scene.catalogue.wording.say(
        language if language in scene.catalogue.wording.languages else scene.language,
        lead,
        organisation=scene.record.policy.organisation,
        title=survey.title,
        n=len(left),
    )
    held = {"survey": survey.id, "reply": reply, "learner": learner.id, "language": language}
    return _asking(scene, held, left, lead=said)


def _asking(scene: Scene, held: dict[str, str], left: Left, *, lead: str = "") -> tuple[Scene, Content]:
    place, kind, text = left[0]
    wording = scene.catalogue.wording
    language = held["language"] if held["language"] in wording.languages else scene.language
    steps = [wording.say(language, f"survey.{kind}.{step}") for step in range(1, SCALES.get(kind, 0) + 1)]
    prompt = Prompt(
        kind=SURVEY,
        token=scene.token(),
        values=tuple(str(step) for step in range(len(steps))),
        options=tuple(steps),
        data={**held, "place": place, "kind": kind, "listed": "yes", "shown": text, "left": json.dumps(left[1:])}
        | {"at": moment(scene.now)},
        put=micros(scene.now),
    )
    choices = tuple(Choice(label=str(label), text=words) for label, words in enumerate(steps, 1))
    said = f"{lead}\n{text}" if lead else text
    token = prompt.token if choices else ""
    return scene.turned(prompt=prompt), Content(text=said, choices=choices, token=token, language=held["language"])


def typed(scene: Scene, prompt: Prompt, words: str, ordered: Reading | None) -> Scene | None:
    """Words while a question of a survey is open; None where they are a command or nothing that answers it."""
    if ordered and ordered.result == "NEXT":
        return _taken(scene, prompt, skipped=True)
    kind = prompt.data.get("kind", "")
    if kind == FREE:
        return None if ordered and ordered.result not in ("YES", "NO") else _taken(scene, prompt, text=words)
    if kind == NUMBER:
        found = [each for each in numbers_in(words) if 0 <= each <= LARGEST]
        return _taken(scene, prompt, value=str(found[0])) if len(found) == 1 else None
    vocabulary = scene.catalogue.vocabulary
    if kind == "yes_no":
        said = yes_or_no(words, language=scene.language, vocabulary=vocabulary)
        if said is not None:
            return _taken(scene, prompt, choice=0 if said else 1)
    if len(words.strip(" .)(")) == 1 and words.strip(" .)(").isalpha():
        return None  # the steps have numbers: a bare letter was meant for a lesson
    reading = interpret(words, language=scene.language, options=prompt.options, vocabulary=vocabulary)
    return picked(scene, prompt, ord(reading.result) - ord("A")) if len(reading.result) == 1 else None


def picked(scene: Scene, prompt: Prompt, place: int) -> Scene | None:
    """A button, or the number of a step; None where there is none."""
    return _taken(scene, prompt, choice=place) if 0 <= place < len(prompt.options) else None


def unclear(scene: Scene, prompt: Prompt) -> Scene:
    """How this question can be answered."""
    if prompt.options:
        return scene.say("survey.how", numbers=numbers(scene, len(prompt.options)))
    return scene.say("survey.how.number")


def _taken(
    scene: Scene, prompt: Prompt, *, choice: int = -1, value: str = "", text: str = "", skipped: bool = False
) -> Scene:
    """Note the answer, and put the next question or end with thanks and a word on the lesson that waits."""
    left: Left = json.loads(prompt.data.get("left", "[]"))
    place = int(prompt.data.get("place", "0"))
    noted = SurveyAnswered(
        reply=prompt.data.get("reply", ""),
        survey=prompt.data.get("survey", ""),
        learner=prompt.data.get("learner", ""),
        place=place,
        choice=choice,
        value=value,
        text=text[:MOST_REPLY],
        skipped=skipped,
        last=not left,
    )
    scene = scene.fact(noted)
    if left:
        held = {name: prompt.data[name] for name in ("survey", "reply", "learner", "language")}
        scene, content = _asking(scene, held, left)
        return scene.tell(content)
    question = scene.conversation.question
    waits = still_open(scene, question) if question else ""
    return scene.turned(prompt=None).tell(Content(text=joined(scene.words("survey.thanks"), waits)))


def worded(content: Content, policy: str) -> Content:
    """The question as a campaign folds it for SMS."""
    return replace(content, policy=policy)
