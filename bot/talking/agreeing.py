"""Hear a clear yes or no to a question for consent, in her language or in any other."""

from __future__ import annotations

from bot.talking.scene import Scene
from bot.talking.understanding import agreement, command, is_in_error

_GOES_ON = frozenset({"YES", "NO", "NEXT", "MENU", "START"})  # "ok, empecemos" is a yes


def clearly(scene: Scene, text: str) -> bool | None:
    """Whether she agrees or refuses; None for a doubt, a question, a condition, or a command ("si quiero salir"). Who
    has written the first message by mistake refuses."""
    vocabulary = scene.catalogue.vocabulary
    ordered = command(text, language=scene.language, vocabulary=vocabulary)
    asked = scene.conversation.prompt.kind if scene.conversation.prompt else ""
    if asked == "consent" and is_in_error(text, language=scene.language, vocabulary=vocabulary):
        return False
    says_who = ordered is not None and ordered.result == "ANOTHER" and asked == "guardian"
    if ordered is not None and ordered.result not in _GOES_ON and not says_who:
        return None
    own = scene.language
    others = scene.catalogue.wording.languages if len(text.strip(" .!?")) > 1 else ()  # "y" is "and" in Spanish
    languages = dict.fromkeys((own, *others))
    heard = (agreement(text, language=each, vocabulary=vocabulary, foreign=each != own) for each in languages)
    return next((said for said in heard if said is not None), None)
