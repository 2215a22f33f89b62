"""Recognise a word with letters left out: "rsta" for respuesta, "mts" for metros."""

from __future__ import annotations


def shortens(word: str, meant: str) -> bool:
    """Whether `word` is `meant` with letters left out behind the first one: "mts" of "metros"."""
    if not word or word[0] != meant[:1] or len(word) >= len(meant):
        return False
    rest = iter(meant)
    return all(letter in rest for letter in word)
