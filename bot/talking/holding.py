"""The codes of the certificates that somebody holds, said with where she stands: the message that brought one is lost
sooner or later."""

from __future__ import annotations

from functools import lru_cache

from bot.certifying import codes
from bot.certifying.credentials import VALID
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

_LONGEST = 60  # characters of a wish to know
_SHORTEST = 5  # letters of a word that tells of it: "voy" tells of much else


def concerns(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a message may ask for somebody's progress or certificate: only then are hers looked up."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return False
    known = _status_words(vocabulary)
    return any(word in known for word in words_of(text))


@lru_cache(maxsize=8)
def _status_words(vocabulary: Vocabulary) -> frozenset[str]:
    phrases = (each for found in vocabulary.commands.values() for each in found.get("STATUS", ()))
    return frozenset(word for phrase in phrases for word in words_of(phrase) if len(word) >= _SHORTEST)


def code_told(scene: Scene, standard: str) -> str:
    """The sentence with the code of her newest valid certificate of this course or standard; empty where she has none,
    or none was looked up."""
    valid = (
        each
        for each in scene.record.credentials
        if each.award.learner == scene.conversation.learner
        and each.award.standard == standard
        and each.state(scene.now) == VALID
    )
    newest = max(valid, key=lambda each: each.award.valid_from, default=None)
    return scene.words("status.code", code=codes.shown(newest.code)) if newest else ""
