"""Somebody on a cooperative's list is asked once; silence and a no are the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.cooperating.organisations import Cohort
from bot.occasion import Occasion
from bot.people import Enrolment, Learner
from bot.talking.inviting import IMPORT, INVITATION
from bot.talking.step import step
from bot.turn import Consented, Due, Enrolled, Owed, Say
from tests.changing import replace

COHORT = Cohort(id="jaen-1", name="Jaén 1", course="coffee-nursery", starts_on=date(2026, 3, 2))


def on_a_list(real: Catalogue, *, cohort: Cohort | None = COHORT, hour: int = 14, **more: object) -> Phone:
    phone = Phone(catalogue=real)
    phone.now = phone.now.replace(hour=hour)
    rosa = Learner(id="rosa", name="Rosa", country="PE", language="es", created_at=phone.now, **more)  # type: ignore[arg-type]
    occasion = Occasion(cohort=cohort)
    phone.record = replace(phone.record.with_learner(rosa), occasion=occasion)
    assert not phone.record.consents
    return phone


def invite(phone: Phone, at: datetime | None = None) -> list[Say]:
    """Answer the due; what is decided is taken as done."""
    due = Due(learner="rosa", kind=INVITATION, subject=IMPORT, at=at or phone.now)
    before = len(phone.facts)
    phone._turn(due)
    return [fact for fact in phone.facts[before:] if isinstance(fact, Say)]


def test_it_says_who_asks_what_for_that_it_is_free_and_how_to_answer(real: Catalogue) -> None:
    [said] = invite(on_a_list(real))
    assert said.content.text == (
        "Norandino (Elena Ruiz) le invita al curso Vivero de café por mensajes, gratis. ¿Acepta? "
        "Responda SI o NO. Si calla, no insistimos. Para salir: BAJA."
    )
    assert (said.kind, said.unasked, said.learner) == (INVITATION, True, "rosa")
    assert "Rosa" not in said.content.text  # the number may be somebody else's by now


def test_her_yes_leads_to_the_first_lesson_of_her_cohort(real: Catalogue) -> None:
    phone = on_a_list(real)
    invite(phone)
    said = phone.write("si")
    [word] = [fact for fact in phone.facts if isinstance(fact, Consented)]
    assert (word.learner, word.granted) == ("rosa", True)
    assert "le invita" in word.text
    [enrolled] = [fact.enrolment for fact in phone.facts if isinstance(fact, Enrolled)]
    assert (enrolled.learner, enrolled.course) == ("rosa", "coffee-nursery")
    assert said[0].startswith("Bienvenida") or "Rosa" in said[0]
    assert phone.conversation.question


def test_after_a_no_nothing_is_ever_said_again(real: Catalogue) -> None:
    phone = on_a_list(real)
    invite(phone)
    phone.write("NO")
    assert phone.record.consents == {"rosa": False}
    assert invite(phone) == []


@pytest.mark.parametrize("word", ["BAJA", "STOP"])
def test_she_may_stop_instead_of_saying_no(real: Catalogue, word: str) -> None:
    phone = on_a_list(real)
    invite(phone)
    phone.write(word)
    assert phone.record.consents == {"rosa": False}
    assert phone.record.state == "stopped"
    assert invite(phone) == []


def test_her_join_word_takes_the_usual_way(real: Catalogue) -> None:
    phone = on_a_list(real)
    invite(phone)
    assert "¿Acepta?" in phone.write("vivero")[0]
    phone.write("si")
    assert phone.conversation.question


def test_nobody_is_invited_at_night(real: Catalogue) -> None:
    phone = on_a_list(real, hour=3)  # ten at night in Lima
    assert invite(phone) == []
    [later] = [fact.due for fact in phone.facts if isinstance(fact, Owed)]
    assert (later.kind, later.at.hour) == (INVITATION, 12)


def test_what_an_evening_cannot_carry_goes_on_in_the_morning(real: Catalogue) -> None:
    phone = on_a_list(real)
    [said] = invite(phone)
    assert said.unasked
    assert said.expires_at is not None
    assert said.expires_at - phone.now >= timedelta(days=6)


def test_without_a_course_her_yes_leads_to_the_list_of_courses(real: Catalogue) -> None:
    phone = on_a_list(real, cohort=None)
    [said] = invite(phone)
    one = len(real.for_country("PE")) == 1
    assert ("curso Vivero" if one else "a cursos") in said.content.text
    phone.write("si")
    assert phone.record.consents == {"rosa": True}
    assert one or (phone.conversation.prompt and phone.conversation.prompt.kind == "menu")


def test_who_agreed_on_paper_hears_first_who_writes_and_how_to_stop(real: Catalogue) -> None:
    phone = on_a_list(real)
    mine = Enrolment(id="e1", learner="rosa", course="coffee-nursery", enrolled_at=phone.now)
    phone.record = replace(phone.record.with_enrolment(mine), consents={"rosa": True})
    [said] = invite(phone)
    assert said.content.text == (
        "Norandino (Elena Ruiz): usted aceptó en papel el curso Vivero de café por mensajes, gratis. "
        "Para empezar, responda SI. Para salir: BAJA."
    )
    phone.write("SI")
    assert phone.conversation.question


def test_a_child_in_rwanda_needs_a_guardian_after_her_yes(real: Catalogue) -> None:
    phone = on_a_list(real, birth_year=2013, guardian="needed")
    invite(phone)
    phone.write("si")
    assert phone.conversation.question is None
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "guardian"


def test_other_dues_still_need_a_yes(real: Catalogue) -> None:
    phone = on_a_list(real)
    due = Due(learner="rosa", kind="reminder", subject="x", at=phone.now)
    turn = step(phone.conversation, due, phone.record, real, phone.now, Random(0))
    assert turn.effects == ()
