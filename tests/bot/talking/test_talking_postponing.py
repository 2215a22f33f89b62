"""Who says that she will answer later is told that her question waits, and nothing is graded."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.talking.understanding import interpret

TIMES = {
    "es": ("En la mañana", "En la noche", "El sábado"),
    "en": ("Tomorrow morning", "Next week", "Today"),
    "fr": ("Demain matin", "Ce soir", "Jamais"),
}


@pytest.mark.parametrize(
    "said", ["mañana le respondo", "esta noche le contesto", "estoy ocupado ahora", "hoy no puedo"]
)
def test_her_question_waits_and_that_is_said_once(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(said) == [real.wording.say("es", "unclear.later", number=1)]
    assert rosa.write("luego respondo") == []
    assert rosa.write("B")[0].startswith("¡Correcto!")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "no puedo ahora, estoy en la chacra"),
        ("es", "no tengo saldo"),
        ("es", "se me acabó la batería"),
        ("es", "espere un momento"),
        ("es", "me voy a dormir, mañana sigo"),
        ("en", "i have no airtime"),
        ("en", "i am at the market"),
        ("fr", "je n'ai plus de crédit"),
        ("rw", "nta mafaranga mfite"),
        ("rw", "ndi mu murima"),
    ],
)
def test_who_cannot_answer_now_is_told_that_it_waits_even_after_words_not_understood(
    real: Catalogue, language: str, said: str
) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    if language != "es":
        rosa.write("english" if language == "en" else "francais" if language == "fr" else "kinyarwanda")

    assert "unclear.later" not in rosa.write("el gato azul de la vecina")
    assert rosa.write(said) == [real.wording.say(language, "unclear.later", number=1)]
    assert rosa.write(said) == []  # a machine may say it for her


def test_without_a_question_her_progress_is_kept(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "B", "A", "C")
    assert rosa.write("no tengo tiempo") == ["Está bien, cuando pueda. Su avance queda guardado. Para seguir: SIGUE."]


def test_steps_told_in_words_are_not_put_off(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "B", "A", "C", "1", "SIGUE", "C")
    [said] = rosa.write("lavar, luego respondo")
    assert said == real.wording.say("es", "unclear.order", option="CBA")


@pytest.mark.parametrize("said", ["la planta en la mañana", "respondo", "no sé nada"])
def test_other_words_are_asked_about_as_ever(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(said) != [real.wording.say("es", "unclear.later", number=1)]


@pytest.mark.parametrize(
    ("language", "reply", "read"),
    [
        ("es", "mañana le respondo", "NONE"),
        ("es", "el sábado contesto", "NONE"),
        ("es", "nos vemos a la 1", "NONE"),
        ("en", "i will answer tomorrow", "NONE"),
        ("fr", "je réponds demain", "NONE"),
        # These are answers all the same.
        ("es", "respondo en la noche: B", "B"),
        ("es", "en la noche", "B"),
        ("es", "contesto la 1", "A"),
        ("en", "tomorrow morning", "A"),
        ("fr", "demain matin", "A"),
    ],
)
def test_a_time_at_which_she_will_answer_is_no_answer(real: Catalogue, language: str, reply: str, read: str) -> None:
    found = interpret(reply, language=language, options=TIMES[language], vocabulary=real.vocabulary, question=1)
    assert found.result == read


@pytest.mark.parametrize(("reply", "read"), [("gracias tesorero", "AMBIGUOUS"), ("el tesorero", "C")])
def test_whoever_is_thanked_is_not_chosen(real: Catalogue, reply: str, read: str) -> None:
    options = ("Mi vecino", "La presidenta", "El tesorero")
    assert interpret(reply, language="es", options=options, vocabulary=real.vocabulary).result == read


@pytest.mark.parametrize(("reply", "read"), [("abono", "AMBIGUOUS"), ("con abono", "AMBIGUOUS"), ("sin abono", "A")])
def test_an_option_that_denies_is_chosen_only_with_its_denial(real: Catalogue, reply: str, read: str) -> None:
    options = ("Sin abono", "Abono fresco", "Abono maduro")
    assert interpret(reply, language="es", options=options, vocabulary=real.vocabulary).result == read


@pytest.mark.parametrize("said", ["me equivoqué, no quise salir", "fue sin querer", "no quería darme de baja"])
def test_who_stopped_by_mistake_is_told_once_how_to_come_back(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "BAJA")

    assert rosa.write("B") == []  # nobody who asked for silence is answered, unless she wants to come back
    assert rosa.write(said) == [real.wording.say("es", "stop.how_back")]
    assert rosa.write(said) == []
    assert rosa.write("ALTA")[0].startswith("Qué gusto")


@pytest.mark.parametrize(
    "said",
    [
        "quiero salir un rato",
        "no me escriban en la cosecha",
        "me mandan demasiados mensajes",
        "déjeme en paz un momento",
    ],
)
def test_who_wants_out_for_a_while_may_rest_and_is_told_how_to_stop(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")

    assert rosa.write(said) == [real.wording.say("es", "pause.instead")]
    assert rosa.write("3")[0].startswith("Pausa de 3 días")


@pytest.mark.parametrize(
    "said", ["STOP por un rato", "ya no me escriban más, ni un momento", "demasiados mensajes, basta"]
)
def test_a_stop_of_its_own_stays_one(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    assert rosa.write(said) == [real.wording.say("es", "stop.done")]


@pytest.mark.parametrize("said", ["quiero salir de esta pregunta", "ya no quiero esta lección"])
def test_who_leaves_a_question_leaves_nothing_else(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    assert rosa.write(said)[0].startswith("Pregunta 1 saltada")


def test_who_greets_after_days_is_shown_her_question_before_it_is_skipped(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    rosa.wait(days=2)

    rosa.write("hola")
    assert rosa.write("continuar")[-1].startswith("1. ¿De qué parte")
    assert rosa.write("SIGUE")[0].startswith("Pregunta 1 saltada")


@pytest.mark.parametrize("said", ["ahorita no puedo", "después le digo"])
def test_who_will_join_later_is_told_how(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO")
    assert rosa.write(said) == [real.wording.say("es", "later.consent")]
    assert rosa.write("SI")[0].startswith("¡Gracias!")


@pytest.mark.parametrize("said", ["sí porque quiero aprender", "quiero el curso"])
def test_a_wish_for_the_course_is_a_yes_to_it(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO")
    assert rosa.write(said)[0].startswith("¡Gracias!")


@pytest.mark.parametrize("said", ["mejor no", "me arrepentí", "no, cambié de opinión"])
def test_who_would_rather_keep_her_data_need_not_say_a_bare_no(real: Catalogue, said: str) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa", "BORRAR MIS DATOS")
    assert rosa.write(said)[0].startswith(real.wording.say("es", "erase.kept"))
    rosa.write("BORRAR MIS DATOS", "SI")
    assert rosa.write(said)[0].startswith(real.wording.say("es", "erase.kept"))
    assert rosa.write("B")[0].startswith("¡Correcto!")
