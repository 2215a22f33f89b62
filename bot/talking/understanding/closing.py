"""Say whether a wish to stop ends where it is found, or is about something else: "I want to stop the disease"."""

from __future__ import annotations

from bot.talking.understanding.folding import Token
from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.quoting import Heard

SMALL_WORDS = {"articles", "stop_words", "fillers", "courtesies", "pleases", "greetings", "wants", "urgents", "spelled"}


def closes(this: Heard, end: int, commands: Commands, known: Lexicon) -> bool:
    """Whether nothing foreign follows word `end`: a part of its own, small words, or the words of commands only.

    "No quiero parar" wants the contrary of what it begins with: a word for stopping behind a denial does not close.
    """
    for position, token in enumerate(this.tokens[end:], end):
        if _begins_anew(this, position) or known.roles(token.word).keys() & {"becauses"}:
            return True
        if token.word in commands.stopping:
            return False
        parts = known.roles(token.word).keys()
        if parts & SMALL_WORDS:
            continue
        if token.word in commands.closing:
            return True
        if "quantities" in parts:
            return False  # "I do not want money", "stop for two weeks"
        if not parts:
            return _is_name(token, this.tokens[position - 1])
    return True


def _begins_anew(this: Heard, position: int) -> bool:
    return any(sign in this.tokens[position].before for sign in ",.;:!?¡¿\n()")


def _is_name(token: Token, before: Token) -> bool:
    """Whether she signs: "quiero salir Rosa"."""
    return token.raw.istitle() and not before.raw.istitle()
