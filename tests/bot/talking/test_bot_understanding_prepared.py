"""Word lists are taken in before somebody's first word waits for them."""

from __future__ import annotations

from authoring.shelf import Shelf
from bot.talking.understanding import command, lexicon, prepare


def test_once_prepared_no_word_in_any_language_reads_a_list_anew(shelf: Shelf) -> None:
    vocabulary = shelf().vocabulary
    lexicon.lexicon.cache_clear()
    prepare(vocabulary)
    read = lexicon.lexicon.cache_info().misses
    for language in vocabulary.lists:
        command("quiero seguir con la lección por favor", language=language, vocabulary=vocabulary)
    assert lexicon.lexicon.cache_info().misses == read
