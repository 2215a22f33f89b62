"""Right or wrong, against the question as it was served."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.conversation import Question
from bot.learning.marking import is_right, numbers_in, order_in, understood


def asked(kind: str, **more: object) -> Question:
    return Question(token="0a", number=1, kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ("50", "50"),
        ("50 %", "50"),
        ("son 1,5 cm", "1.5"),
        ("-3", "-3"),
        ("S/ 2 500", "2500"),
        ("15'000", "15000"),
        ("2,500", "2500 2.500"),
        ("1.250.000", "1250000"),
        ("2500", "2500"),
        ("10 a 15", ""),
        ("2,500 y 3", ""),
        ("mucha", ""),
    ],
)
def test_it_finds_the_one_number_of_a_reply_and_how_it_can_be_read(reply: str, number: str) -> None:
    assert numbers_in(reply) == tuple(map(Decimal, number.split()))


def test_a_number_is_right_within_its_tolerance_and_not_a_step_beyond() -> None:
    question = asked("number", answer="50", tolerance="5")

    assert [is_right(question, reply=reply) for reply in ("45", "55", "44.9", "56")] == [True, True, False, False]
    assert is_right(asked("number", answer="2500"), reply="2.500")
    assert is_right(asked("number", answer="2.5"), reply="2,500")


def test_an_order_is_read_in_letters_or_digits_and_needs_every_option_once() -> None:
    assert [order_in(reply, 3) for reply in ("BAC", "b-a-c", "2 1 3", "bbc", "ba")] == ["BAC", "BAC", "BAC", "", ""]
    assert is_right(asked("order", answer="BAC", options=("x", "y", "z")), reply="2,1,3")


def test_a_word_may_have_one_slip_but_is_not_guessed_from_two() -> None:
    question = asked("text", answer="germinador|almácigo")

    assert [is_right(question, reply=reply) for reply in ("almacigo", "germinadro", "gemidor", "cama")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_choice_is_marked_by_the_order_that_was_served() -> None:
    question = asked("choice", options=("b", "a"), order=(1, 0), key=1)

    assert [is_right(question, choice=choice) for choice in (0, 1)] == [False, True]


def test_what_cannot_be_an_answer_is_not_taken_for_one() -> None:
    assert not understood(asked("number"), "no sé")
    assert not understood(asked("order", options=("x", "y")), "primero lavar")
    assert understood(asked("number"), "tres no, 4")
