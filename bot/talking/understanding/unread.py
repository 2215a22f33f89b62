"""Hear that PAUSE or HOUR is asked for where its days or its hour cannot be read: "PAUSE until monday"."""

from __future__ import annotations

from bot.talking.understanding.lexicon import Commands, Lexicon
from bot.talking.understanding.matching import Choices, resembles
from bot.talking.understanding.quoting import Heard
from bot.talking.understanding.reading import LETTERS, UNREAD, Reading

_LONGEST = 12  # words


def unread(this: Heard, commands: Commands, known: Lexicon, among: Choices | None) -> Reading | None:
    """The command whose printed word begins the message, or PAUSE where it begins what stands behind a comma; its
    argument is UNREAD. None for a question, a denial, and where the word is an option's or a letter ends it."""
    said = this.words
    if not 1 < len(said) <= _LONGEST or "?" in this.end or commands.negations.intersection(said):
        return None
    if commands.printed_heads.get(said[0]) == "HOUR" and known.is_one_of(said[1:2], "spelled"):
        return None  # "hora de almuerzo" is some other hour
    count = among.count if among is not None else len(LETTERS)
    if len(said[-1]) == 1 and said[-1] in LETTERS[:count].casefold():
        return None  # "pausa, la b"
    for at, token in enumerate(this.tokens[:-1]):
        command = commands.printed_heads.get(token.word)
        opens = at == 0 or (command == "PAUSE" and any(sign in token.before for sign in ",.;:\n"))
        if command and opens and (among is None or not resembles([token.word], among)):
            return Reading(result=command, argument=UNREAD)
    return None
