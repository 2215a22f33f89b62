"""The fields of harmless commands: what a message speaks of when it wishes, say, a question that came cut off again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.talking.understanding.sharing import words
from bot.talking.vocabulary import Vocabulary

FIELD = "field_"  # field_repeat_about: a list of words of a command
_COMMANDS = ("REPEAT", "STATUS", "START")

_Words = tuple[frozenset[str], tuple[str, ...], tuple[tuple[str, ...], ...]]  # words, stems, expressions
_NONE: _Words = (frozenset(), (), ())


@dataclass(frozen=True, slots=True)
class Field:
    """The words of one command in one language, by the list in which they stand."""

    command: str
    lists: Mapping[str, _Words]

    def holds(self, name: str, said: Sequence[str]) -> list[str]:
        """The words of `said` that stand in a list, alone or as a part of an expression."""
        plain, stems, expressions = self.lists.get(name, _NONE)
        found = [word for word in said if word in plain or (stems and word.startswith(stems))]
        line = f" {' '.join(said)} "
        for expression in expressions:
            if f" {' '.join(expression)} " in line:
                found += expression
        return found


def fields_of(vocabulary: Vocabulary, languages: Sequence[str]) -> tuple[Field, ...]:
    """The fields of these languages, from the lists `field_<command>_<list>`."""
    found = []
    for name in languages:
        listed = vocabulary.lists.get(name, {})
        for command in _COMMANDS:
            start = f"{FIELD}{command.casefold()}_"
            lists = {key.removeprefix(start): _sorted(value) for key, value in listed.items() if key.startswith(start)}
            if lists:
                found.append(Field(command, lists))
    return tuple(found)


def field_of(listed: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> Field:
    """A field that is no command's, of the lists of one language; `names`: its list → the one that it is there."""
    return Field("", {name: _sorted(listed.get(source, ())) for name, source in names.items()})


def _sorted(listed: Sequence[str]) -> _Words:
    stems = tuple(written.removesuffix("*") for written in listed if written.endswith("*"))
    said = [words(written) for written in listed if not written.endswith("*")]
    return frozenset(one[0] for one in said if len(one) == 1), stems, tuple(one for one in said if len(one) > 1)
