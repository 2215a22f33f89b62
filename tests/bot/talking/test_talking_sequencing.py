"""An order in the words of its steps, where each names exactly one and none is left out."""

from __future__ import annotations

import pytest

from bot.catalogue import Catalogue
from bot.conversation import Question
from bot.talking import figuring

ORDER = Question(
    token="0a", number=1, kind="order", options=("Lavar y secar", "Despulpar", "Fermentar una noche"), answer="BCA"
)


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("despulpar fermentar lavar", "BCA"),
        ("primero despulpar, luego fermentar una noche y al final lavar", "BCA"),
        ("despulpado fermentado lavado", "BCA"),
        ("1 despulpar 2 fermentar 3 lavar", "BCA"),
        ("B) Despulpar C) Fermentar A) Lavar", "BCA"),
        ("lavar, secar, despulpar, fermentar", "ABC"),
        ("1 despulpar 2 fermentar 3 tomar agua", ""),
        ("a despulpar b fermentar c lavar", ""),
        ("despulpar fermentar", ""),
        ("B) Despulpar", ""),
        ("lavar despues de fermentar y despulpar", ""),
        ("despulpar lavar fermentar lavar", ""),
        ("despulpar, fermentar, tomar agua, lavar", ""),
        ("no despulpar fermentar lavar", ""),
    ],
)
def test_the_steps_may_be_told_in_their_words(real: Catalogue, reply: str, read: str) -> None:
    assert figuring.plain(ORDER, reply, real.vocabulary.lists["es"]) == (read or reply)


def test_a_word_of_two_steps_names_neither(real: Catalogue) -> None:
    question = ORDER.changed(options=("Regar la bolsa", "Llenar la bolsa", "Sembrar"))
    assert figuring.plain(question, "bolsa, llenar, sembrar", real.vocabulary.lists["es"]) == "bolsa, llenar, sembrar"
