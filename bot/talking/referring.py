"""Offer a person to whom she asks what the bot does not understand: "¿qué le echo a las plantitas amarillas?"."""

from __future__ import annotations

from bot.conversation import Prompt
from bot.learning.offering import offer
from bot.learning.serving import still_open
from bot.messages import Content
from bot.talking import asking, consenting
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.folding import words as words_of

REFER = "refer"
_SHORTEST = 3  # words
_KEPT = 480  # characters: three SMS


def offered(scene: Scene, words: str) -> Scene | None:
    """Whether it is a question for a person, asked of her in place of "I did not understand"; None where the words are
    no question, or something else awaits a reply."""
    if scene.enrolment is None or scene.conversation.prompt or not _asks(scene, words):
        return None
    return scene.ask(REFER, scene.words("person.refer"), scene.yes_no(), listed=False, said=words[:_KEPT])


def settled(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """With a yes her own words go to a person; after a no, what is open is said again."""
    if yes:
        return asking.person_text(scene, prompt.data.get("said", ""))
    question = scene.conversation.question
    return scene.tell(Content(text=still_open(scene, question))) if question else offer(scene)


def _asks(scene: Scene, words: str) -> bool:
    said = words_of(words[:_KEPT])
    if len(said) < _SHORTEST:
        return False
    lists = scene.catalogue.vocabulary.lists.get(scene.language, {})
    consults = {fold(each) for each in lists.get("consults", ())}
    return consenting.is_question(scene, words) or not consults.isdisjoint(said)
