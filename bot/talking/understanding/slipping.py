"""Forgive one slip in the word of a command that does no harm: "siguente", "ayda", "nex". A stop is never guessed."""

from __future__ import annotations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.talking.understanding.commands import without
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, support
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import Reading

_SHORTEST, _LONG = 3, 6  # letters
_FAMILY = 4  # letters that "repito" shares with "repite": another form of the word, and no other word


def misspelt(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The harmless command that a message of one unknown word is one slip away from.

    Of the short words only those that we print are forgiven, and only where no ordinary word is as near.
    """
    said = without(this.words, known, "greetings", "courtesies", "pleases")
    if len(said) != 1 or len(said[0]) < _SHORTEST or known.roles(said[0]) or said[0] in commands.spelt:
        return None
    word = said[0]
    if among is not None and support(word, among).options:
        return None
    targets = commands.forgiven if len(word) >= _LONG else (*commands.forgiven, *commands.printed)
    found = extractOne(word, targets, scorer=OSA.distance, score_cutoff=1)
    if found is None or found[0][0] != word[0] or (len(word) < _LONG and _is_another(word, found[0], commands, known)):
        return None
    return Reading(result=commands.whole[found[0]])


def _is_another(word: str, target: str, commands: Commands, known: Lexicon) -> bool:
    """Whether a short word may be an ordinary one, rightly spelt or with the same slip. Nobody adds a letter to a word
    as easily as she leaves one out: "estdo" is not "esto"."""
    if commands.strangers["alike"].hold(word) or commands.strangers["people"].hold(word):
        return True
    ordinary = (said[0] for said in known.entries if len(said) == 1 and len(said[0]) >= len(word))
    return any(
        each[:_FAMILY] != target[:_FAMILY] and OSA.distance(word, each, score_cutoff=1) <= 1 for each in ordinary
    )
