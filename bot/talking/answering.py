"""Take an answer to the question that it belongs to: the open one, or an older one that still waits."""

from __future__ import annotations

from bot.conversation import Question
from bot.learning import lessons
from bot.learning.serving import is_awaited, reopen
from bot.talking import joining
from bot.talking.scene import Scene


def answer(scene: Scene, question: Question, *, choice: int = -1, reply: str = "") -> Scene:
    """Answer the open question. On a shared phone it is that of the learner to whom it was put."""
    if scene.conversation.prompt:
        scene = scene.turned(prompt=None)
    if question.learner != scene.conversation.learner:
        scene = scene.turned(learner=question.learner, course=question.course)
    course = scene.catalogue.courses.get(question.course)
    if course and not scene.agreed:
        return joining.ask_consent(scene, course, question.learner)
    return lessons.answer(scene, question, choice=choice, reply=reply)


def late(scene: Scene, question: Question, *, choice: int, reply: str) -> Scene:
    """Answer a question that was laid aside. A quiz that waits for it goes on; a quiz that is over grades nothing."""
    if is_awaited(scene, question):
        return answer(reopen(scene, question), question, choice=choice, reply=reply)
    prompt = scene.conversation.prompt
    scene = scene.turned(prompt=None) if prompt and prompt.kind == "confirm" else scene  # what else was asked stays so
    if question.purpose == "quiz":
        return closed(scene)
    return lessons.late(scene, question, choice=choice, reply=reply)


def closed(scene: Scene) -> Scene:
    """The question that was meant has its answer already: nothing is graded anew, and she is told so."""
    question = scene.conversation.question
    if question is None:
        return scene.say("how.closed")
    return scene.say("how.which" if question.kind == "choice" else "how.which.other", number=question.number)
