"""What words say to what awaits a short reply: which of them are one, and which are meant for something else."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation import Prompt
from bot.talking import (
    consenting,
    describing,
    gleaning,
    joining,
    profile,
    questioned,
    readings,
    renaming,
    replying,
    surveying,
    switching,
    wondering,
)
from bot.talking.obeying import KNOWN
from bot.talking.reprompting import is_polite
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.understanding.reading import Reading


def replied(scene: Scene, prompt: Prompt, words: str, ordered: Reading | None) -> Scene | None:
    """What the words say to what awaits a short reply; None where they are meant for something else."""
    if prompt.kind == "person":
        asks = ordered is not None and ordered.result == "HELP" and len(fold(words).split()) > 1
        meant_otherwise = (ordered and not asks) or questioned.is_meant_for(scene, scene.conversation.question, words)
        return None if meant_otherwise else replying.typed(scene, prompt, words)
    if prompt.kind == surveying.SURVEY:
        return surveying.typed(scene, prompt, words, ordered)
    if prompt.kind not in profile.FREE_TEXT:
        replied = replying.typed(scene, prompt, words)
        if replied is None and prompt.kind in replying.CONSENTS and consenting.asks(scene, words, ordered):
            return consenting.explained(replace(scene, exempt=True), prompt, words)
        if replied is None and prompt.kind == renaming.IS_IT and not ordered:
            answers = questioned.answers(scene, scene.conversation.question, words)
            return None if answers else renaming.corrected(scene, prompt, words)
        if replied is None and prompt.kind == "confirm" and not ordered:
            return questioned.denied(scene, prompt, words)
        if replied is None and prompt.kind == "sex" and not ordered and consenting.is_question(scene, words):
            return wondering.about_us(scene, words) or scene.say("profile.why")
        return replied
    named = switching.instead_of_a_place(scene, prompt, words) or renaming.told(scene, prompt, words)
    if named is not None and not questioned.answers(scene, scene.conversation.question, words):
        return named
    declined = _declines(scene, words)
    # "No soy socia" declines the question after a cooperative; it does not say that the number is wrong.
    mistaken = ordered is not None and ordered.result == "WRONG_NUMBER" and declined and prompt.kind != "name"
    if ordered and ordered.result in KNOWN and not mistaken:
        return describing.skipped(scene, prompt) if ordered.result == "NEXT" else None
    if declined:
        return describing.skipped(scene, prompt)
    if ordered or is_polite(scene, words) or questioned.answers(scene, scene.conversation.question, words):
        return None
    return _said_of_herself(scene, prompt, words)


def _said_of_herself(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """Her name, village and so on; to her question, why it is asked. The word that she joined by is no name."""
    if prompt.kind == "name" and joining.course_named(scene.catalogue, words, exactly=True):
        return scene.ask_again(prompt)
    own = scene.catalogue.vocabulary.lists.get(scene.language, {})
    asks = prompt.kind != "phone" and consenting.is_question(scene, words) and not gleaning.is_introduced(words, own)
    replied = None if asks and prompt.kind != "birth_year" else replying.typed(scene, prompt, words)
    if replied is None and asks:
        about = wondering.about_us(scene, words)
        return about or scene.say("name.why" if prompt.kind == "name" else "profile.why")
    return replied


def _declines(scene: Scene, words: str) -> bool:
    """Whether a reply to "where do you live?" begins with a no, or says none."""
    said = fold(words).split()
    lists = readings.lists_of(scene)
    said = said[1:] if said and said[0] in lists.get("weak_yes", ()) else said  # "ya no soy socia"
    return bool(said) and (said[0] in lists.get("no", ()) or said[0] in lists.get("nones", ()))
