"""On a Sunday, who was left at the question for her name is asked for it again."""

from __future__ import annotations

from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import Due


def test_who_was_asked_her_name_is_asked_it_again_on_a_sunday(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    asks = phone.write("VIVERO", "SI")
    phone.wait(days=6)
    who = phone.record.learners[0].id

    assert phone.answer(Due(learner=who, kind="sunday", subject="sunday", at=phone.now)) == [
        small.wording.say("es", "name.ask")
    ]
    assert asks
    assert phone.write("Rosa")[0].startswith("¡Empezamos, Rosa!")


def test_who_has_not_written_for_four_weeks_is_left_in_peace_until_she_does(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    phone.write("VIVERO", "SI")
    who = phone.record.learners[0].id

    phone.wait(days=27)
    assert phone.answer(Due(learner=who, kind="sunday", subject="sunday", at=phone.now))
    phone.wait(days=1)
    assert phone.answer(Due(learner=who, kind="sunday", subject="sunday", at=phone.now)) == []
    phone.write("hola")
    phone.wait(days=6)
    assert phone.answer(Due(learner=who, kind="sunday", subject="sunday", at=phone.now))
