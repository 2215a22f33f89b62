"""`chasqui interpret`: read learners' replies from standard input and say how each one is understood."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from bot.talking.understanding import command
from bot.talking.understanding import interpret as understand
from bot.talking.understanding.reading import LETTERS, Reading
from bot.talking.vocabulary import Vocabulary

EXAMPLE = '{"reply": "la b", "language": "es", "options": ["A) Agua", "B) Ceniza"], "question": 3}'


class BadLine(ValueError):
    """A line that is no reply to interpret; the message says what is wrong and what to do."""


def interpret(stdin: TextIO, stdout: TextIO, vocabulary: Vocabulary) -> int:
    """Write one `{"result": …}` line for each JSON line of `stdin`; an empty line is passed over.

    Returns 0, or 1 after the first line that cannot be used, which is explained on standard error.
    """
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        try:
            asked = _asked(line)
        except BadLine as wrong:
            print(f"line {number}: {wrong} Write a line such as {EXAMPLE}", file=sys.stderr)
            return 1
        stdout.write(json.dumps({"result": _result(asked, vocabulary)}) + "\n")
        stdout.flush()
    return 0


def _result(asked: dict[str, Any], vocabulary: Vocabulary) -> str:
    """The word for what was understood; an answer to another question than the open one has to be asked about.
    Without options no question is open, and only a command can be understood."""
    if not asked["options"]:
        unasked = command(asked["reply"], language=asked["language"], vocabulary=vocabulary)
        return unasked.result if unasked else "NONE"
    reading: Reading = understand(
        asked["reply"],
        language=asked["language"],
        options=asked["options"],
        vocabulary=vocabulary,
        question=asked.get("question"),
    )
    other = reading.number is not None and asked.get("question") not in (None, reading.number)
    return "AMBIGUOUS" if other and reading.result in LETTERS else reading.result


def _asked(line: str) -> dict[str, Any]:
    """The line's object, with every field of the kind that it must be. Raises BadLine."""
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("this is not JSON.") from error
    if not isinstance(asked, dict):
        raise BadLine("this is not a JSON object.")
    for name in ("reply", "language"):
        if not isinstance(asked.get(name), str):
            raise BadLine(f'"{name}" is missing or is not a text.')
    options = asked.setdefault("options", [])
    if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
        raise BadLine('"options" is not a list of texts.')
    if len(options) > len(LETTERS):
        raise BadLine(f'"options" holds {len(options)} texts; a question has {len(LETTERS)} at most.')
    question = asked.get("question")
    if question is not None and (not isinstance(question, int) or isinstance(question, bool)):
        raise BadLine('"question" is not a whole number.')
    return asked
