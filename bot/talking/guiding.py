"""What HELP is answered with: to a stranger who we are, to who is puzzled by a question how to answer it, and to all
others what can be written."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation import Question
from bot.learning.explaining import fitting, joined, letters
from bot.learning.serving import still_open
from bot.messages import Content, Inbound
from bot.talking import asking, menu, referring
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.mistaking import stems_of

_OF_HERSELF = frozenset({"name", "birth_year", "sex", "community", "cooperative"})  # prompts
_PRINTED = 2  # words of each language that always bring the list of what can be written
_LOOKED_AT = 160  # characters
_SMALL = 3  # letters


def help_(scene: Scene) -> Scene:
    """The welcome to whoever asks what this is before anybody learns on this phone; the hint and how to answer to a
    learner who does not understand the question; to a bare "?" where something of herself is asked, what for; else, and
    to the word alone, what can be written."""
    prompt, question = scene.conversation.prompt, scene.conversation.question
    text = scene.event.text[:_LOOKED_AT] if isinstance(scene.event, Inbound) else ""
    said = words_of(text)
    if "?" in text and not said and scene.record.state == "open":  # nothing but the sign
        scene = replace(scene, exempt=True)
        if prompt and prompt.kind in _OF_HERSELF:
            return scene.say("name.why" if prompt.kind == "name" else "profile.why")
        if question and prompt is None:
            return _guided(scene, question)
    if _is_printed(scene, said):
        return asking.help_(scene)
    if scene.record.state == "open" and not scene.record.learners and (prompt is None or prompt.kind == "menu"):
        return menu.menu(scene)
    if question and prompt is None and (_is_puzzled(scene, said) or _is_about(question, said)):
        return _guided(scene, question)
    own = referring.instead_of_help(scene, scene.event.text) if isinstance(scene.event, Inbound) else None
    return own or asking.help_(scene)


def _is_printed(scene: Scene, said: tuple[str, ...]) -> bool:
    commands = scene.catalogue.vocabulary.commands.values()
    return not said or any(said == words_of(each) for found in commands for each in found.get("HELP", ())[:_PRINTED])


def _is_puzzled(scene: Scene, said: tuple[str, ...]) -> bool:
    puzzles = stems_of(scene.catalogue.vocabulary, "puzzles")
    return any(puzzles.hold(word) for word in said)


def _is_about(question: Question, said: tuple[str, ...]) -> bool:
    """Whether she asks after a word of the question or of its options: "¿qué es tercio medio?"."""
    own = {word for text in (question.text, *question.options) for word in words_of(text) if len(word) > _SMALL}
    return not own.isdisjoint(said)


def _guided(scene: Scene, question: Question) -> Scene:
    """The hint, where it has not been said, and how to answer. It costs no try."""
    said = menu.is_hinted(question)
    more = scene.words("puzzled" if said or not question.hint else "hint", hint=question.hint)
    choices = letters(scene, len(question.options)) if question.kind == "choice" else ""
    how = scene.words("how.letters", letters=choices) if choices else still_open(scene, question, named=False)
    scene = menu.hinted(scene, question)
    return scene.tell(Content(text=fitting((joined(more, how), more), "gsm")))
