"""Hear a clear yes or no to a question for consent, in her language or in any other."""

from __future__ import annotations

from bot.talking.scene import Scene
from bot.talking.understanding import agreement, begins_with_a_no, command, is_in_error, says_only
from bot.talking.understanding.folding import words as words_of

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
    if asked == "guardian":
        told = _as_a_guardian(scene, text)
        if told is not None:
            return told
    own = scene.language
    others = scene.catalogue.wording.languages if len(text.strip(" .!?")) > 1 else ()  # "y" is "and" in Spanish
    languages = dict.fromkeys((own, *others))
    heard = (agreement(text, language=each, vocabulary=vocabulary, foreign=each != own) for each in languages)
    agreed = next((said for said in heard if said is not None), None)
    if agreed and asked == "guardian" and _only_acknowledges(scene, text):
        return None  # a child's "ok" to "let that person reply YES or NO"
    if agreed is not None or asked != "guardian":
        return agreed
    # Where a no denies verbs as well, her language lists none: "no tengo" is no refusal.
    bare = begins_with_a_no(text, language=own, vocabulary=vocabulary)
    return False if bare else None


def _only_acknowledges(scene: Scene, text: str) -> bool:
    """Whether a yes is none but "ok", "fine", "y": enough for oneself, too little for a child."""
    said = " ".join(words_of(text))
    lists = scene.catalogue.vocabulary.lists
    around = {each for own in lists.values() for name in ("courtesies", "greetings") for each in own.get(name, ())}
    weak = {each for own in lists.values() for name in ("weak_yes", "chatter") for each in own.get(name, ())}
    strong = {each for own in lists.values() for each in (*own.get("yes", ()), *own.get("joining.yes", ()))} - weak
    left = [each for each in said.split() if each not in around]
    return len("".join(left)) < 2 or (bool(weak.intersection(left)) and strong.isdisjoint(left))


def _as_a_guardian(scene: Scene, text: str) -> bool | None:
    """What a parent says of the child: "this is Kevin's father, you can teach him", "no, he must study first"."""
    vocabulary, child = scene.catalogue.vocabulary, set(words_of(scene.learner.name)) if scene.learner else set()
    said = " ".join(
        "" if word in child else word for word in words_of(text.replace("'s ", " ").replace("\u2019s ", " "))
    )
    if not said or "?" in text:
        return None
    for each in dict.fromkeys((scene.language, *scene.catalogue.wording.languages)):
        if says_only("allows", said, language=each, vocabulary=vocabulary):
            return True
        if says_only("forbids", said, language=each, vocabulary=vocabulary):
            return False
    return None
