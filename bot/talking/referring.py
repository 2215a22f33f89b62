"""Offer a person to whom she asks what the bot does not understand: "¿qué le echo a las plantitas amarillas?"."""

from __future__ import annotations

from bot.conversation import Prompt
from bot.learning.explaining import joined
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content
from bot.talking import asking, consenting
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import commands_of, lexicon
from bot.turn import HelpAsked

REFER = "refer"
_SHORTEST = 3  # words
_SMALL = 3  # letters
_KEPT = 480  # characters: three SMS
_HERS = {"quantities"}  # what she counts, "plantas", is hers; what says when or how, "días" of "units", may be about us


def offered(scene: Scene, words: str, *, surely: bool = False) -> Scene | None:
    """Whether it is a question for a person, asked of her in place of "I did not understand"; None where the words are
    no question, or something else awaits a reply. `surely`: only where she asks for advice."""
    if scene.enrolment is None or scene.conversation.prompt or not _asks(scene, words, surely=surely):
        return None
    return scene.ask(REFER, scene.words("person.refer"), scene.yes_no(), listed=False, said=words[:_KEPT])


def settled(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """With a yes her own words go to a person, and she is told when to expect an answer; what is open is said again."""
    passed = ""
    if yes:
        scene = scene.fact(HelpAsked(learner=scene.conversation.learner, text=prompt.data.get("said", "")))
        passed = asking.passed(scene)
    question = scene.conversation.question
    if question is None:
        return offer(scene, passed)
    return scene.tell(Content(text=joined(passed, still_open(scene, question, named=not passed))))


def instead_of_help(scene: Scene, words: str) -> Scene | None:
    """For a call for help that speaks of something else than the bot ("¿cómo se hace el almácigo?"); else None."""
    known = lexicon(scene.catalogue.vocabulary, scene.language)
    commands = commands_of(scene.catalogue.vocabulary, scene.language)
    said = words_of(words[:_KEPT])
    own = [each for each in said if not known.roles(each).keys() - _HERS and each not in commands.spelt]
    return offered(scene, words) if any(len(each) > _SMALL for each in own) else None


def _asks(scene: Scene, words: str, *, surely: bool) -> bool:
    said = words_of(words[:_KEPT])
    if len(said) < _SHORTEST:
        return False
    line = f" {' '.join(said)} "
    consults = scene.catalogue.vocabulary.lists.get(scene.language, {}).get("consults", ())
    if any(f" {each} " in line for each in consults):
        return True
    return not surely and consenting.is_question(scene, words)
