"""How a dialogue looks in a terminal: plain transcript lines, or two sides in colour."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

_BREAK = re.compile(r"\r\n?|\n")
# A terminal obeys control characters, wherever they come from; a message may only bring line breaks and tabs.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_LEARNER, _BOT, _QUIET, _BUTTON, _PLAIN = "\x1b[36m", "\x1b[32m", "\x1b[2m", "\x1b[33m", "\x1b[0m"


def transcript_line(text: str, incoming: bool, segments: int | None = None, buttons: Sequence[str] = ()) -> str:
    """One message as one line: `> ` what the learner sent (`incoming`), `< ` what the bot said, `<2 ` as two SMS.

    A line break inside shows as ` ⏎ `; the buttons of a chat follow in brackets.
    """
    mark = ">" if incoming else f"<{segments or ''}"
    line = " ⏎ ".join(_BREAK.split(text))
    return " ".join([f"{mark} {_CONTROL.sub('', line)}", *(f"[{_CONTROL.sub('', label)}]" for label in buttons)])


def dialogue_block(
    text: str,
    incoming: bool,
    segments: int | None = None,
    buttons: Sequence[str] = (),
    *,
    colour: bool = True,
    width: int = 80,
) -> str:
    """One message for a person at a terminal `width` columns wide: hers indented, the bot's at the margin.

    Under an SMS stands how many segments it is; under a message with buttons, what can be typed to press one.
    """
    room = max(20, min(width, 76) - 8)
    lines = [row for part in _BREAK.split(text) for row in _wrapped(_CONTROL.sub("", part), room)]
    indent = "      " if incoming else " "
    side = _paint("▌", _LEARNER if incoming else _BOT, colour)
    block = [f"{indent}{side} {row}".rstrip() for row in lines]
    if buttons:
        keys = (_paint(f"[{_CONTROL.sub('', label)}]", _BUTTON, colour) for label in buttons)
        block.append(f"{indent}{side} {'  '.join(keys)}")
    if segments and not incoming:
        block.append(f"{indent}  {_paint(f'{segments} SMS', _QUIET, colour)}")
    return "\n".join(block)


def quiet(text: str, *, colour: bool = True) -> str:
    """A remark of the program itself, set back from what is said."""
    return _paint(text, _QUIET, colour)


def prompt(*, colour: bool = True) -> str:
    """What stands before the place where the learner's message is typed."""
    return f"      {_paint('▌', _LEARNER, colour)} "


def wants_colour(environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Whether to colour: only to a terminal, not to a dumb one, and never where NO_COLOR is set (no-color.org)."""
    return is_terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def _wrapped(text: str, room: int) -> Sequence[str]:
    return textwrap.wrap(text, room, drop_whitespace=False, break_on_hyphens=False) or [""]


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_PLAIN}" if colour else text
