"""What is not understood is asked about as the newest thing that was asked."""

from __future__ import annotations

import pytest
from phones import Phone


@pytest.mark.parametrize(
    ("asked", "said", "numbers"), [("MENU", "9", "3 o 4"), ("IDIOMA", "portugues", "5 o 6")]
)  # fmt: skip
def test_a_list_that_was_shown_after_the_question_is_what_is_asked_about(
    rosa: Phone, asked: str, said: str, numbers: str
) -> None:
    assert rosa.conversation.question
    rosa.write(asked)

    (told,) = rosa.write(said)

    assert numbers in told or "número: 1, 2" in told
    assert "A, B" not in told


def test_with_no_list_it_is_the_question(rosa: Phone) -> None:
    (told,) = rosa.write("9")

    assert "A, B o C" in told


@pytest.mark.parametrize("said", ["VERIFICA ABCD", "verifica szw", "VERIFY KQRS", "VERIFICA 7K4M-9QXT"])
def test_a_code_that_is_not_complete_is_called_so(rosa: Phone, said: str) -> None:
    asking = len(said.split()[1]) == 4  # beside an open question only a whole group is taken for one
    phone = rosa if asking else Phone(catalogue=rosa.catalogue)

    (told,) = phone.write(said)

    assert told.startswith("Un código tiene 10 letras")


@pytest.mark.parametrize("said", ["ver curso", "verifica la humedad", "VERIFICAR HUMEDAD"])
def test_what_is_no_code_is_not(rosa: Phone, said: str) -> None:
    assert not any(told.startswith("Un código") for told in rosa.write(said))


@pytest.mark.parametrize("said", ["No, I meant C", "sorry C", "i mean C"])
def test_a_letter_that_corrects_the_answer_before_is_not_graded_at_the_next_question(alice: Phone, said: str) -> None:
    alice.write("25", "B")
    graded = len(alice.answers())

    assert alice.write(said) == ["Did you choose C) Keep it locked? Reply YES or NO."]
    assert len(alice.answers()) == graded
    alice.write("YES")
    assert [each.reply for each in alice.answers()[graded:]] == [said]


def test_who_had_time_to_read_the_question_corrects_what_she_thought_of_it(alice: Phone) -> None:
    alice.write("25", "B")
    graded = len(alice.answers())
    alice.wait(hours=1)
    alice.write("sorry C")

    assert len(alice.answers()) == graded + 1


@pytest.mark.parametrize("said", ["No, I meant C", "sorry B"])
def test_a_letter_that_corrects_a_lesson_s_last_answer_says_nothing_about_her(alice: Phone, said: str) -> None:
    alice.write("25", "B", "A")
    assert alice.conversation.prompt
    assert alice.conversation.prompt.kind == "sex"

    assert alice.write(said) == ["That question is closed: your first answer counts. To go on: NEXT."]
    assert alice.conversation.prompt
    assert alice.conversation.prompt.kind == "sex"
    alice.write("sorry, 1")
    assert alice.record.learners[0].sex == "f"
