"""In which language to answer: a stranger's greeting or command that is of one language alone, and who says in her own
words that she does not understand ours."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from bot.conversation import GRAVE
from bot.talking import joining
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

_LEAST, _LONGEST = 8, 60  # characters of a wish
_CARRIERS, _CARRIED = "en", frozenset({"STOP", "START", "HELP"})  # whose words people write whatever they speak
_BESIDE = frozenset({"menu", "language"})  # prompts that a greeting may meet
MINE, NOT_THIS = "joining.mine", "joining.not_this"


def met(scene: Scene, words: str) -> Scene:
    """The scene in the language of the words with which a stranger begins, where they are of one other language alone.
    It is not chosen by that: everything else may still change it."""
    conversation, prompt = scene.conversation, scene.conversation.prompt
    if scene.record.learners or conversation.chosen or len(words) > _LONGEST:
        return scene
    if (prompt and prompt.kind not in _BESIDE) or joining.course_named(scene.catalogue, words):
        return scene
    language = _alone(scene.catalogue.vocabulary).get(words_of(words), "")
    known = language in scene.catalogue.wording.languages
    return scene.turned(language=language) if known and language != scene.language else scene


@lru_cache(maxsize=8)
def _alone(vocabulary: Vocabulary) -> dict[tuple[str, ...], str]:
    """Every greeting and command that no other language has among its words, with its language."""
    spoken: dict[str, set[str]] = {}
    for language, lists in vocabulary.lists.items():
        commands = vocabulary.commands.get(language, {})
        own = [each for kind, each in commands.items() if language != _CARRIERS or kind not in _CARRIED]
        for said in chain(lists.get("greetings", ()), *own):
            spoken.setdefault(said, set()).add(language)
    for language, lists in vocabulary.lists.items():
        for said in chain(*lists.values(), *vocabulary.commands.get(language, {}).values()):
            if said in spoken:
                spoken[said].add(language)
    return {words_of(said): languages.pop() for said, languages in spoken.items() if len(languages) == 1}


def wished(scene: Scene, words: str) -> str | None:
    """The language in which she says that she wants to be spoken to; empty where she says only that she does not
    understand the one that is spoken. None for all other words."""
    prompt = scene.conversation.prompt
    if not _LEAST <= len(words) <= _LONGEST or (prompt and prompt.kind in GRAVE and prompt.kind != "consent"):
        return None
    return _wishes(scene.catalogue.vocabulary).get(words_of(words))


@lru_cache(maxsize=8)
def _wishes(vocabulary: Vocabulary) -> dict[tuple[str, ...], str]:
    found = {}
    for language, lists in vocabulary.lists.items():
        found.update({words_of(each): "" for each in lists.get(NOT_THIS, ())})
        found.update({words_of(each): language for each in lists.get(MINE, ())})
    return found
