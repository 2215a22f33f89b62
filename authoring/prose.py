"""Turn the Markdown that authors write into what is said: lines of text for SMS, bold and italic for Telegram."""

from __future__ import annotations

import re
from collections.abc import Sequence

from authoring.refusals import Refuse

# A line that starts so stands on its own; any other line goes on with the one before it, as Markdown has it.
_OWN_LINE = re.compile(r"\s*([-•+]\s|\*\s|\d+[.)]\s)")
_SPACES = re.compile(r"[ \t]+")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])")
_PLACES = re.compile(r"[{}]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOT_PROSE = (
    (re.compile(r"#{1,6}\s"), "a heading", "Take it out: the title stands in the front matter"),
    (re.compile(r"<!--|</?[a-zA-Z][^>]*>"), "HTML", "Take it out: learners would read it"),
    (re.compile(r"```|~~~"), "a block of code", "Take it out: learners would read it"),
    (re.compile(r"\|.*\|"), "a table", "Write it as sentences: a phone shows no tables"),
)


def paragraphs(lines: Sequence[str], apart: str = "\n") -> str:
    """Join the lines of each paragraph by a space, list items by a line break, and paragraphs by `apart`.

    By SMS a blank line costs a letter and says nothing; on Telegram `apart` is two line breaks.
    """
    said: list[str] = []
    fresh = True
    for line in lines:
        text = _SPACES.sub(" ", line).strip(" ")
        if not text:
            fresh = True
        elif fresh:
            said.append(text)
            fresh = False
        else:
            said[-1] += ("\n" if _OWN_LINE.match(line) else " ") + text
    return apart.join(said)


def plain(text: str) -> str:
    """The text without the marks of bold and italic."""
    return _ITALIC.sub(r"\1", _BOLD.sub(r"\1", text))


def judge_line(line: str, number: int, refuse: Refuse) -> None:
    """Refuse what a learner must never read: places to fill, HTML, control characters, headings, tables."""
    if _PLACES.search(line):
        refuse(number, "curly brackets stand in the text", "Take them out: a lesson has no places to fill in")
    if found := _CONTROL.search(line):
        refuse(
            number, f"an invisible character ({ord(found[0]):#04x}) stands in the text", "Delete and retype the line"
        )
    for pattern, name, cure in _NOT_PROSE:
        if pattern.match(line.strip()):
            refuse(number, f"{name} stands in the text", cure)
