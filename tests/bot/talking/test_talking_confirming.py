"""A bare number where a yes or no is awaited is neither, and answers nothing else."""

from __future__ import annotations

from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import Consented

_YES_OR_NO = "No le entendí. Responda SI o NO, por favor."


def test_one_is_no_yes_to_did_you_choose_b(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    assert rosa.write("22") == ["¿Eligió B) Del tercio medio? Responda SI o NO."]

    assert rosa.write("1") == [_YES_OR_NO]
    assert rosa.write("2") == []
    assert rosa.answers() == []

    rosa.write("SI")
    assert [each.choice for each in rosa.answers()] == [1]


def test_one_is_no_consent_to_be_assessed_and_no_answer_to_the_open_question(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "POSTULAR")
    before = len([fact for fact in rosa.facts if isinstance(fact, Consented)])

    [how] = rosa.write("1")
    assert how.startswith("Es gratis y sin clases")
    assert rosa.write("1") == []
    assert rosa.answers() == []
    assert len([fact for fact in rosa.facts if isinstance(fact, Consented)]) == before

    assert rosa.write("si") == ["¿En qué año nació? Por ejemplo 1985."]
    assert len([fact for fact in rosa.facts if isinstance(fact, Consented)]) > before


def test_a_pressed_button_stays_a_yes(real: Catalogue) -> None:
    ana = Phone(catalogue=real, address="telegram:77", buttons=True)
    ana.write("VIVERO", "SI", "Ana", "POSTULAR")

    [said, *_] = ana.press(0, ana.said()[-1])
    assert said.text == "¿En qué año nació? Por ejemplo 1985."
