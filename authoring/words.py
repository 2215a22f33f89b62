"""Load content/words/: the words by which learners are understood, one file per language and one for the carriers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from authoring.plain_text import NotText, read_text
from bot.talking.understanding.folding import fold
from bot.talking.understanding.patterns import expression
from bot.talking.vocabulary import Vocabulary

COUNTED = ("numbers", "numbers_apart", "ordinals")
NAMED = (
    "joining",
    "danger",
    "meanwhile",
    "rereading",
    "letters",
    "slips",
    *COUNTED,
    "short",
)  # their lists are known as `section.key`
SECTIONS = ("commands", "patterns", "phrases", "words", *NAMED)
CARRIER = "carrier.toml"
KEYED = {"letters": "abcdefgh", "slips": "abcdefgh"}


class WordsError(ValueError):
    """A word file cannot be used. The message is `file:line: what is wrong. What to do.`"""


def load_words(folder: Path) -> Vocabulary:
    """Read every `xx.toml` and `carrier.toml` in `folder` into a Vocabulary, all words folded.

    Raises WordsError naming the file, the line and the cure.
    """
    carrier_file = folder / CARRIER
    if not carrier_file.is_file():
        raise WordsError(f"{carrier_file}:1: the carriers' stop words are missing. Add this file with a list `stops`.")
    carrier = _read(carrier_file)
    files = sorted(file for file in folder.glob("*.toml") if file.name != CARRIER)
    if not files:
        raise WordsError(f"{folder}:1: no language has words here. Add a file such as es.toml.")
    read = {file.stem: _sections(file) for file in files}
    return Vocabulary(
        commands={language: _upper(data["commands"]) for language, data in read.items()},
        patterns={language: _upper(data["patterns"]) for language, data in read.items()},
        phrases={language: _upper(data["phrases"]) for language, data in read.items()},
        lists={language: _lists(data) for language, data in read.items()},
        names={language: data["names"]["names"] for language, data in read.items()},
        carrier_stops=frozenset(_listed(carrier_file, carrier, "stops", needed=True)),
        doubtful_stops=frozenset(_listed(carrier_file, carrier, "doubtful")),
        reply_marks=frozenset(_listed(carrier_file, carrier, "reply_marks")),
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        written = read_text(file)
    except NotText as error:
        raise WordsError(str(error)) from error
    try:
        return tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = found[1] if found else str(len(written.splitlines()))  # "at end of document"
        raise WordsError(f"{file}:{line}: this is not TOML: {error}. Mend the brackets or quotes there.") from error


def _sections(file: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """The file's sections with their words folded; every section is there, though it may be empty."""
    data = _read(file)
    allowed = (*SECTIONS, "names")
    for name in data:
        if name not in allowed:
            cure = f"Write one of: {', '.join(allowed)}."
            raise WordsError(f"{file}:{_line(file, name)}: there is no section [{name}]. {cure}")
    sections: dict[str, dict[str, tuple[str, ...]]] = {"names": {"names": _listed(file, data, "names")}}
    for section in SECTIONS:
        lists = data.get(section, {})
        if not isinstance(lists, dict):
            raise WordsError(
                f"{file}:{_line(file, section)}: {section} is no section. Write [{section}] above its lists."
            )
        sections[section] = {name: _listed(file, lists, name) for name in lists}
    _refuse_misplaced(file, sections)
    return sections


def _listed(file: Path, source: Mapping[str, Any], name: str, *, needed: bool = False) -> tuple[str, ...]:
    """One list of the file, folded."""
    listed = source.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
        cure = f'Write {name} = ["one", "two"].'
        raise WordsError(f"{file}:{_line(file, name)}: {name} is not a list of words. {cure}")
    if needed and not listed:
        raise WordsError(f"{file}:1: the list {name} is missing or empty. Add it.")
    folded = tuple(map(fold, listed))
    for word in folded:
        if not any(map(str.isalnum, word)) and "*" not in word:
            raise WordsError(f"{file}:{_line(file, name)}: {name} holds {word!r}, which has no letter. Take it out.")
    return folded


def _refuse_misplaced(file: Path, sections: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    """Raise on a label that no option can have, and on a pattern that would be found in every message."""
    for section, allowed in KEYED.items():
        for name in sections[section]:
            if name not in allowed:
                raise WordsError(f"{file}:{_line(file, name)}: [{section}] has no letter {name!r}. Use a to h.")
    for section in COUNTED:
        for name in sections[section]:
            if not name.isdecimal() or name == "0":
                raise WordsError(
                    f"{file}:{_line(file, name)}: [{section}] takes numbers, not {name!r}. Write 1 to 100."
                )
    for section in ("patterns", "phrases", "meanwhile", "danger"):
        for name, listed in sections[section].items():
            for pattern in listed:
                _refuse_empty(file, name, pattern)


def _refuse_empty(file: Path, name: str, pattern: str) -> None:
    try:
        expression(pattern)
    except ValueError as error:
        cure = "Take the ? from the word that must be there."
        raise WordsError(f"{file}:{_line(file, pattern)}: {name} has {pattern!r}: {error}. {cure}") from error


def _lists(data: Mapping[str, Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    """The small words, those of a keyed section under `section.key`."""
    return dict(_flat(data))


def _flat(data: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from data["words"].items()
    for section in NAMED:
        for key, listed in data[section].items():
            yield f"{section}.{key}", listed


def _upper(commands: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {command.upper(): listed for command, listed in commands.items()}


def _line(file: Path, sought: str) -> int:
    """The first line that opens with `sought`, or holds it: where to look."""
    lines = read_text(file).splitlines()
    opens = re.compile(rf"\s*\[?\[?\s*\"?{re.escape(sought)}\b")
    for test in (opens.match, lambda line: fold(sought) in fold(line)):
        for number, line in enumerate(lines, 1):
            if test(line):
                return number
    return 1
