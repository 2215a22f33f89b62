"""Every word that a command is written with, and what sounds like it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.talking.understanding.ear import command_sound
from bot.talking.understanding.fields import FIELD
from bot.talking.understanding.patterns import whole_words
from bot.talking.understanding.sharing import once, words
from bot.talking.understanding.spans import SPAN
from bot.talking.vocabulary import Vocabulary

NO_STOP = "NO_STOP"  # among the phrases: what sounds like a stop, an erasure or a wrong number, and is none
_BY_EAR = ("pleases", "courtesies", "wants", "units")  # besides the commands: what is written by ear as well
_TALKATIVE = ("ANOTHER", "PAUSE", "MY_DATA")  # their patterns speak of family, fields and phones


def command_words(vocabulary: Vocabulary, languages: Sequence[str], *, narrowly: bool = False) -> tuple[str, ...]:
    """The words of the commands of `languages`, in the order written; `narrowly`: without those of courtesies and of
    the commands that speak of what may be spoken of in any message."""
    found: dict[str, None] = {}
    for name in languages:
        for listed in vocabulary.commands.get(name, {}).values():
            found.update(dict.fromkeys(word for written in listed for word in words(written)))
        for source in (vocabulary.patterns, vocabulary.phrases):
            for command, listed in source.get(name, {}).items():
                written = () if command == NO_STOP or (narrowly and command in _TALKATIVE) else listed
                found.update(dict.fromkeys(word for each in written for word in whole_words(each)))
        for role, listed in vocabulary.lists.get(name, {}).items():
            if (role in _BY_EAR or role.startswith((FIELD, SPAN))) and not (narrowly and role == "courtesies"):
                said = (words(written) for written in listed if "*" not in written)
                found.update(dict.fromkeys(word for one in said for word in one))
    return tuple(found)


def by_sound(spelt: Sequence[str], language: str) -> dict[str, tuple[str, ...]]:
    """How words sound in `language` → those that sound so."""
    found: dict[str, list[str]] = {}
    for word in spelt:
        found.setdefault(command_sound(word, language), []).append(word)
    return {once(sound): once(tuple(alike)) for sound, alike in found.items() if sound}
