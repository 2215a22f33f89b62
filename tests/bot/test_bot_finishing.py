"""The end of a course: its proof at that moment, and where, if anywhere, what it teaches is certified."""

from __future__ import annotations

from phones import Phone

from bot.catalogue import Catalogue
from bot.turn import Completed


def to_the_end(phone: Phone) -> list[str]:
    """Answer everything right; what was said to the last answer of the course."""
    for _ in range(60):
        question = phone.conversation.question
        said = phone.write("NEXT" if question is None else "ABCD"[question.key])
        if any(isinstance(fact, Completed) for fact in phone.facts):
            return said
    raise AssertionError("the course does not end")


def test_a_course_ends_with_its_proof_whatever_is_written_next(rosa: Phone) -> None:
    assert to_the_end(rosa)[-1] == (
        "¡Terminó Vivero! En un rato le llega su constancia: prueba que hizo el curso, no su competencia. "
        "Para evaluarse y certificarse: POSTULAR."
    )
    for words in ("SIGUE", "ESTADO", "PERSONA", "quiero mi evaluacion"):
        rosa.write(words)
    assert "POSTULAR" in rosa.said()[-1].text
    assert rosa.write("A")[0].startswith("Ya terminó Vivero.")
    assert len({fact.award.decision for fact in rosa.facts if isinstance(fact, Completed)}) == 1


def test_where_nothing_is_assessed_the_end_of_a_course_sends_nobody_there(small: Catalogue) -> None:
    jeanne = Phone(catalogue=small, address="tel:+250788000001")
    jeanne.write("SAVINGS", "YES", "Jeanne")

    assert to_the_end(jeanne)[-1].endswith("This occupation is not assessed here yet.")
    assert "not assessed here" in jeanne.write("STATUS")[0]
    assert jeanne.write("APPLY") == ["No occupation is assessed here yet. To talk to somebody: COACH."]
