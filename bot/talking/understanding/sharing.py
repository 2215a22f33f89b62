"""Keep once what the word lists of several languages hold alike: half of what they hold is the neighbours' words."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from bot.talking.understanding import folding

Kept = TypeVar("Kept", bound=Hashable)
Asked = ParamSpec("Asked")
Given = TypeVar("Given")
Roles = dict[str, str]  # never changed once it is made: languages share it


_made: list[Callable[[], None]] = []


def remembered(function: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """What `function` gave is remembered, only while the lists are prepared: `forget` lets go of it."""
    kept = lru_cache(maxsize=None)(function)
    _made.append(kept.cache_clear)
    return cast("Callable[Asked, Given]", kept)


@remembered
def words(written: str) -> tuple[str, ...]:
    """The folded words of an expression of the lists; an expression that is written twice is held once."""
    said = folding.words(written)
    return tuple(sys.intern(written if word == written else word) for word in said)


@remembered
def joined(said: tuple[str, ...], by: str) -> str:
    """The words in one string, held once."""
    return sys.intern(by.join(said))


@remembered
def roles(parts: tuple[tuple[str, str], ...]) -> Roles:
    """The parts of an expression, made once for all expressions that play the same."""
    return dict(parts)


def once(kept: Kept) -> Kept:
    """The first value that was equal to this one."""
    return cast(Kept, _first(kept))


@remembered
def _first(kept: Hashable) -> Hashable:
    return kept


def forget() -> None:
    """Let go of what was made: those who use it hold it."""
    for clear in _made:
        clear()
