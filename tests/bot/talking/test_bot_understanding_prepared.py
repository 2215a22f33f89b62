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


def test_it_holds_once_what_two_languages_hold_alike(shelf: Shelf) -> None:
    vocabulary = shelf().vocabulary
    lexicon.lexicon.cache_clear()
    prepare(vocabulary)
    spanish, quechua = (lexicon.lexicon(vocabulary, language).entries for language in ("es", "qu"))
    shared = [said for said in spanish if spanish[said] == quechua.get(said)]
    assert len(shared) > 1000
    assert all(spanish[said] is quechua[said] for said in shared)
    held = {said: said for said in quechua}
    assert all(held[said] is said for said in shared)
