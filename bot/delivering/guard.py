"""Not to talk with machines: a number that writes too much, or always the same, is heard but answered no more."""

from __future__ import annotations

from zlib import crc32

WINDOW = 600  # seconds
MOST = 20  # messages in the window
ALIKE = 5  # of one text in the window

Memory = tuple[tuple[int, int], ...]


def remember(memory: Memory, text: str, second: int) -> Memory:
    """The memory with this message added and what is older than the window dropped; bounded in size."""
    return (*recent(memory, second), (second, _print(text)))[-(MOST + 1) :]


def recent(memory: Memory, second: int) -> Memory:
    """What of the memory lies within the window."""
    return tuple(each for each in memory if second - each[0] < WINDOW)


def is_repeated(memory: Memory, text: str) -> bool:
    """Whether this very text is in the memory."""
    return any(print_ == _print(text) for _, print_ in memory)


def _print(text: str) -> int:
    return crc32(text.strip().casefold().encode())


def too_much(memory: Memory) -> bool:
    """Whether the window holds more than twenty messages, or five alike."""
    if len(memory) > MOST:
        return True
    if len(memory) < ALIKE:
        return False
    prints = [print_ for _, print_ in memory]
    return max(map(prints.count, set(prints))) >= ALIKE
