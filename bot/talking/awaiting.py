"""What words say to what awaits a short reply: which of them are one, and which are meant for something else."""

from __future__ import annotations

from msgspec.structs import replace

from bot.conversation import Prompt
from bot.talking import (
    answering,
    asking,
    consenting,
    describing,
    gleaning,
    joining,
    profile,
    questioned,
    readings,
    referring,
    renaming,
    replying,
    surveying,
    switching,
    wondering,
)
from bot.talking.obeying import KNOWN
from bot.talking.reprompting import is_polite
from bot.talking.scene import Scene
from bot.talking.understanding import fold, is_put_off, takes_back
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.mistaking import strangers_of
from bot.talking.understanding.reading import Reading

_LETTERS = {(letter,) for letter in "abcdefgh"}


def replied(scene: Scene, prompt: Prompt, words: str, ordered: Reading | None) -> Scene | None:
    """What the words say to what awaits a short reply; None where they are meant for something else."""
    if prompt.kind == "person":
        asks = ordered is not None and ordered.result == "HELP" and len(fold(words).split()) > 1
        meant_otherwise = (ordered and not asks) or questioned.is_meant_for(scene, scene.conversation.question, words)
        return None if meant_otherwise else replying.typed(scene, prompt, words)
    if _corrects_a_letter(scene, prompt, words):
        return answering.closed(scene)
    if prompt.kind == surveying.SURVEY:
        return surveying.typed(scene, prompt, words, ordered)
    if prompt.kind not in profile.FREE_TEXT:
        replied = replying.typed(scene, prompt, words)
        return _beside_a_list(scene, prompt, words, ordered) if replied is None else replied
    named = switching.instead_of_a_place(scene, prompt, words) or renaming.told(scene, prompt, words)
    if named is not None and not questioned.answers(scene, scene.conversation.question, words):
        return named
    ordered = None if prompt.kind == "name" and _is_called(scene, words) else ordered
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


def _is_called(scene: Scene, words: str) -> bool:
    """Whether the one word is a name that is a command's as well: Socorro."""
    said = words_of(words)
    return len(said) == 1 and strangers_of(scene.catalogue.vocabulary)["people"].hold(said[0])


def _corrects_a_letter(scene: Scene, prompt: Prompt, words: str) -> bool:
    """Whether "no, I meant C" is about a lesson's last question, behind which something was asked about her."""
    if prompt.kind not in profile.ORDER or not scene.conversation.counter or scene.conversation.question:
        return False
    labelled = words_of(words)[-1:] in _LETTERS
    return labelled and takes_back(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)


def _beside_a_list(scene: Scene, prompt: Prompt, words: str, ordered: Reading | None) -> Scene | None:
    """What says neither yes nor no and picks nothing, and is meant for what is asked all the same: a question about it,
    another name, a no with something behind it."""
    to_a_person = asking.with_word(words, scene.catalogue.vocabulary)
    if prompt.kind in replying.CONSENTS and not to_a_person and consenting.asks(scene, words, ordered):
        return consenting.explained(replace(scene, exempt=True), prompt, words)
    answers = questioned.answers(scene, scene.conversation.question, words)
    if prompt.kind == referring.REFER and _declines(scene, words) and not answers:
        return referring.settled(scene.turned(prompt=None), prompt, yes=False)
    if ordered:
        return None
    if prompt.kind == renaming.IS_IT:
        return None if answers else renaming.corrected(scene, prompt, words)
    if prompt.kind == "confirm":
        return questioned.denied(scene, prompt, words)
    if prompt.kind == "sex" and consenting.is_question(scene, words):
        return wondering.about_us(scene, words) or scene.say("profile.why")
    return None


def _said_of_herself(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """Her name, village and so on; to her question, why it is asked. The word that she joined by is no name."""
    if prompt.kind == "name" and joining.course_named(scene.catalogue, words, exactly=True):
        return scene.ask_again(prompt)
    if prompt.kind != "birth_year" and _puts_off(scene, words):
        return None
    own = scene.catalogue.vocabulary.lists.get(scene.language, {})
    asks = prompt.kind != "phone" and consenting.is_question(scene, words) and not gleaning.is_introduced(words, own)
    replied = None if asks and prompt.kind != "birth_year" else replying.typed(scene, prompt, words)
    if replied is None and asks:
        about = wondering.about_us(scene, words)
        return about or scene.say("name.why" if prompt.kind == "name" else "profile.why")
    return replied


def _puts_off(scene: Scene, words: str) -> bool:
    """Whether she cannot or will not say it now: "I will tell you later" is no name, "ndi mu murima" no village."""
    own = readings.lists_of(scene)
    return not gleaning.is_introduced(words, own) and is_put_off(
        words, language=scene.language, vocabulary=scene.catalogue.vocabulary
    )


def _declines(scene: Scene, words: str) -> bool:
    """Whether a reply to "where do you live?" begins with a no, or says none."""
    said = words_of(words)
    lists = readings.lists_of(scene)
    said = said[1:] if said and said[0] in lists.get("weak_yes", ()) else said  # "ya no soy socia"
    return bool(said) and (said[0] in lists.get("no", ()) or said[0] in lists.get("nones", ()))
