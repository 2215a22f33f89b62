"""What one event leads to, where words alone do not show it: buttons, numbers, carriers, machines, edits."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.messages import Heard
from bot.people import Learner
from bot.turn import Consented, Erased, Forgiven, HelpAsked, Linked, Owed, QuizMoved, Say, Silenced, ThreadMoved
from tests.changing import replace

Chat = Callable[[], Phone]


def test_the_first_press_decides_and_nineteen_more_get_a_short_notice(chat: Chat) -> None:
    ana = chat()  # BI015
    question = ana.said()[-1]
    first = ana.press(0, question)
    rest = [said for _ in range(19) for said in ana.press(0, question)]
    ana.wait(days=3)
    rest += ana.press(0, question)

    assert "Todavía no" in first[0].text
    notice = "Eso ya pasó. Responda la pregunta abierta (REPITE: verla de nuevo)."
    assert [(each.text, each.notice, each.closes) for each in rest] == [("", notice, "1:1")] * 20
    assert [(each.right, each.tries) for each in ana.answers()] == [(False, 1)]
    assert ana.conversation.question is not None
    assert ana.conversation.question.tries == 1


def test_the_button_of_a_question_that_was_answered_in_words_points_to_what_is_open(small: Catalogue) -> None:
    ana = Phone(catalogue=small, address="telegram:77", buttons=True)
    ana.write("VIVERO", "SI")
    skip = ana.said()[-1]  # "What is your name?"
    ana.write("Ana")

    (notice,) = ana.press(0, skip)
    assert (notice.text, notice.notice.partition(".")[0], notice.closes) == ("", "Eso ya pasó", "1:1")
    assert "pregunta abierta" in notice.notice


def test_an_old_button_with_nothing_open_says_how_to_go_on(small: Catalogue) -> None:
    ana = Phone(catalogue=small, address="telegram:77", buttons=True)
    ana.write("VIVERO")
    asked = ana.said()[-1]
    ana.write("NO")

    (notice,) = ana.press(0, asked)
    assert notice.notice == small.wording.say("es", "button.old")


def test_the_second_try_has_a_button_of_its_own(chat: Chat) -> None:
    ana = chat()
    again = ana.press(0, ana.said()[-1])[0]
    ana.press(1, again)

    assert [each.right for each in ana.answers()] == [False, True]


def test_going_on_pressed_many_times_goes_on_once(chat: Chat) -> None:
    ana = chat()
    ana.write("B", "A")
    button = next(each for each in reversed(ana.said()) if each.token == "next")
    begun = ana.press(0, button)
    rest = [said for _ in range(19) for said in ana.press(0, button)]

    assert [each.text for each in begun if each.token] == ["3. ¿Cómo pone la semilla?"]
    assert {each.text for each in rest} == {""}


def test_an_old_button_answers_its_own_question_and_never_the_new_one(chat: Chat) -> None:
    ana = chat()
    old = ana.said()[-1]
    ana.write("SIGUE")
    open_ = ana.conversation.question
    said = ana.press(1, old)

    assert said[0].text.startswith("Su respuesta a la pregunta 1: ¡Correcto!")
    assert (ana.answers()[-1].item, ana.answers()[-1].late) == ("vivero.semilla.madre.q1", True)
    assert ana.conversation.question == open_


def test_a_quiz_left_for_another_course_goes_on_with_its_old_button(chat: Chat) -> None:
    ana = chat()
    ana.write("B", "A", "SIGUE", "A", "SIGUE", "SIGUE")
    question = ana.said()[-1]
    assert question.text.startswith("1/6")
    ana.write("SAVINGS")
    said = ana.press(0, question)

    assert said[-1].text.startswith("2/6")
    moved = [fact for fact in ana.facts if isinstance(fact, QuizMoved)]
    assert len(moved[-1].attempt.right) == 1
    assert [each.closes for each in ana.press(0, question)] == ["1:1"]
    assert len(ana.answers()) == 4


def test_a_press_on_nothing_that_we_ever_asked_changes_nothing(chat: Chat) -> None:
    ana = chat()  # BI014
    before = ana.conversation
    said = ana.press(0, replace(ana.said()[-1], token="ffffffffff"))

    assert said[0].notice
    assert not ana.answers()
    assert ana.conversation.moved(last_at=0) == before.moved(last_at=0)


def test_a_number_is_linked_only_when_it_is_her_own(chat: Chat) -> None:
    ana = chat()  # BI017
    ana.hear(Heard.CONTACT, phone="")
    assert not [fact for fact in ana.facts if isinstance(fact, Linked)]
    assert ana.said()[-1].asks_contact

    ana.hear(Heard.CONTACT, phone="+51900000009")
    linked = [fact for fact in ana.facts if isinstance(fact, Linked)]
    assert [each.address for each in linked] == ["tel:+51900000009"]


def test_a_number_where_somebody_learns_already_is_asked_about(small: Catalogue) -> None:
    phone = Phone(catalogue=small, address="telegram:78", buttons=True)
    known = Learner(id="l1", name="Rosa", created_at=phone.now)
    phone.record = replace(phone.record, elsewhere=(known,))

    assert phone.hear(Heard.CONTACT, phone="+51900000001") == ["¿Quién escribe?"]
    phone.press(0, phone.said()[-1])
    assert [fact.learner for fact in phone.facts if isinstance(fact, Linked)] == ["l1"]


def test_telegram_is_asked_for_the_number_once_and_sms_never(chat: Chat, rosa: Phone) -> None:
    ana = chat()
    for phone in (ana, rosa):
        for _ in range(40):
            phone.write("SIGUE" if phone.conversation.question is None else "A", seconds=120)
    assert [each.asks_contact for each in ana.said()].count(True) == 1
    assert not any(each.asks_contact for each in rosa.said())


def test_a_carriers_stop_and_start_are_recorded_and_nothing_is_said(rosa: Phone) -> None:
    assert rosa.hear(Heard.CARRIER_STOP, text="STOP") == []
    assert rosa.record.state == "stopped"
    assert set(rosa.record.consents.values()) == {False}
    assert rosa.wait(days=3) == []
    assert rosa.hear(Heard.CARRIER_START, text="START") == []
    assert rosa.record.state == "open"
    assert set(rosa.record.consents.values()) == {True}
    assert rosa.write("B")[0].startswith("¡Correcto!")


@pytest.mark.parametrize("answer", ["A", "1", "SI", "B"])
def test_a_carriers_start_asks_nothing_that_nobody_sees(small: Catalogue, answer: str) -> None:
    stranger = Phone(catalogue=small)
    stranger.hear(Heard.CARRIER_STOP, text="STOP")
    assert stranger.hear(Heard.CARRIER_START, text="START") == []
    assert stranger.record.state == "open"
    assert stranger.conversation.prompt is None
    stranger.write(answer)
    assert stranger.conversation.prompt.kind == "menu", (
        "the first word on what there is, and no course chosen from a menu that was never shown"
    )


def test_who_blocks_the_bot_is_left_in_peace_there_and_goes_on_where_she_was_when_she_comes_back(chat: Chat) -> None:
    ana = chat()
    assert ana.hear(Heard.BLOCKED) == []
    assert ana.record.state == "blocked"
    assert Silenced() in ana.facts
    assert ana.wait(days=2) == []
    ana.hear(Heard.UNBLOCKED)
    assert not [each for each in ana.facts if isinstance(each, Consented) and not each.granted], "it was not her word"
    assert ana.write("B")[0].startswith("¡Correcto!")


def test_a_stop_outlives_a_block(chat: Chat) -> None:
    ana = chat()
    ana.write("BAJA")
    ana.hear(Heard.BLOCKED)
    ana.hear(Heard.UNBLOCKED)

    assert ana.record.state == "stopped"


def test_who_writes_has_unblocked_us_even_if_nobody_told_us(chat: Chat) -> None:
    ana = chat()
    ana.hear(Heard.BLOCKED)
    ana.write("hola")

    assert ana.record.state == "open"


def test_an_edited_message_changes_no_grade(rosa: Phone) -> None:
    rosa.write("A")
    graded = rosa.answers()

    assert rosa.hear(Heard.EDITED, text="B") == []
    assert rosa.answers() == graded


def test_a_group_is_answered_once_and_politely(small: Catalogue) -> None:
    group = Phone(catalogue=small, address="telegram:-100", buttons=True)
    said = [group.hear(Heard.GROUP, text="hola") for _ in range(5)]

    assert said == [["Las lecciones son en privado: escríbame a mí."], [], [], [], []]


def test_a_picture_is_not_read_but_the_words_under_it_are(rosa: Phone) -> None:
    assert rosa.hear(Heard.MEDIA) == [
        "Gracias, pero aquí no podemos ver fotos ni escuchar audios. Escriba con palabras, por favor."
    ]
    assert rosa.hear(Heard.MEDIA) == []
    assert rosa.hear(Heard.MEDIA, text="B")[0].startswith("¡Correcto!")


def test_more_than_twenty_messages_are_answered_no_more_until_it_is_quiet(rosa: Phone) -> None:
    rosa.wait(minutes=15)
    for number in range(20):
        rosa.write(f"ruido {number} sin sentido", seconds=5)
    quiet = rosa.write("ruido sin fin", seconds=5)
    more = [rosa.write(f"PISTA{'!' * number}", seconds=5) for number in range(3)]

    assert quiet == [
        "Llegan muchos mensajes seguidos. Por unos minutos los guardamos sin contestar; luego escriba otra vez. "
        "AYUDA y BAJA siempre funcionan."
    ]
    assert more == [[], [], []]
    assert rosa.write("AYUDA", seconds=1)[0].startswith("Norandino.")
    assert rosa.write("PISTA", seconds=1) == []
    assert rosa.write("BAJA", seconds=1)[0].startswith("Listo, no le escribiremos")
    rosa.wait(minutes=15)
    assert rosa.write("ALTA")[-1].startswith("1. ¿Qué planta elige?")


@pytest.mark.parametrize("word", ["AYUDA", "/ayuda", "VERIFICA", "VERIFICA ABCD1234", "VERIFICA 7K4M-9QXT-HG"])
def test_help_and_verify_are_always_answered_and_cost_no_place_in_a_limit(small: Catalogue, word: str) -> None:
    phone = Phone(catalogue=small)
    said = [phone.write(word, seconds=1) for _ in range(40)]

    assert all(len(each) == 1 and "Llegan muchos" not in each[0] for each in said)
    assert "¿Acepta?" in phone.write("VIVERO", seconds=1)[0]
    phone.write("SI", "Rosa")
    for _ in range(40):
        phone.write(word, seconds=1)
    assert "Vivero: unidades" in phone.write("ESTADO", seconds=1)[0]


def test_a_machine_that_is_taken_for_a_question_after_a_certificate_is_answered_no_more(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    said = [phone.write("Ver 2 mensajes nuevos en su buzon", seconds=20) for _ in range(8)]

    assert [len(each) for each in said][4:] == [1, 0, 0, 0]


def test_five_alike_are_answered_no_more(rosa: Phone) -> None:
    said = [rosa.write("Estoy manejando, le llamo luego", seconds=60) for _ in range(7)]

    assert [bool(each) for each in said] == [True, False, False, False, True, False, False]
    assert said[4][0].startswith("Llegan muchos mensajes seguidos.")


def test_a_machine_that_is_taken_for_a_call_for_help_is_answered_no_more(rosa: Phone) -> None:
    busy = "Hola, en este momento no puedo contestar. Le devuelvo la llamada."

    said = [rosa.write(busy, seconds=20) for _ in range(12)]

    assert [len(each) for each in said] == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert said[4][0].startswith("Llegan muchos mensajes seguidos.")
    assert rosa.write("?")[0].startswith("Pista")
    assert all(rosa.write(each) for each in ("¡Ayuda!", "Yanapt'ita"))
    assert rosa.write("BAJA")[0].startswith("Listo, no le escribiremos")


def test_the_word_help_is_always_answered_and_silences_nothing_else(rosa: Phone) -> None:
    said = [rosa.write("AYUDA", seconds=5) for _ in range(25)]

    assert all(said)
    assert rosa.write("PISTA")[0].startswith("Pista")


def test_who_answers_quickly_is_never_silenced(real: Catalogue) -> None:
    rosa = Phone(catalogue=real)
    rosa.write("VIVERO", "SI", "Rosa")
    for _ in range(120):
        question = rosa.conversation.question
        answer = "SIGUE" if question is None else "A" if question.kind == "choice" else question.answer
        assert rosa.write(answer, seconds=1)
    assert len(rosa.answers()) > 80


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_not_understood_is_asked_about_once_and_never_in_a_loop(rosa: Phone, seed: int) -> None:
    noise = random.Random(seed)
    said = [line for _ in range(15) for line in rosa.write("".join(noise.choices("jklwxz ", k=12)), seconds=90)]

    assert len(said) == 1


def test_at_most_four_exchanges_before_the_first_lesson(small: Catalogue) -> None:
    for address, menu, yes in (("tel:+51900000001", "hola", "SI"), ("tel:+250788000001", "muraho", "yego")):
        phone = Phone(catalogue=small, address=address)
        phone.write(menu, "1", yes)
        phone.write("2000" if address.startswith("tel:+250") else "Rosa")
        assert phone.conversation.question, address


def test_pressing_start_is_not_yet_a_yes(small: Catalogue) -> None:
    phone = Phone(catalogue=small, address="telegram:79", buttons=True)
    phone.hear(Heard.START, text="VIVERO")

    assert not [fact for fact in phone.facts if not isinstance(fact, Say)]
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "consent"


def test_the_ledger_holds_the_very_text_that_was_shown(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    shown = phone.write("VIVERO")[0]
    phone.write("NO", "VIVERO", "SI")
    ledger = [fact for fact in phone.facts if isinstance(fact, Consented)]

    assert [(each.granted, each.text, each.method) for each in ledger] == [
        (False, shown, "reply"),
        (True, shown, "reply"),
    ]


def test_a_second_tap_on_a_number_is_no_consent(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    phone.write("hola", "1", "1")

    assert not phone.record.learners


def test_a_guardians_no_teaches_nothing_and_her_yes_is_recorded(small: Catalogue) -> None:
    phone = Phone(catalogue=small, address="tel:+250788000001")
    phone.write("SAVINGS", "YES", "Keza", "2012", "NO")
    for words in ("NEXT", "REPEAT", "HINT", "B", "SAVINGS", "1", "YES", "STATUS", "NEXT"):
        phone.write(words, seconds=60)
    assert phone.conversation.question is None

    phone.write("YES")
    assert phone.conversation.question is not None
    guardian = [fact for fact in phone.facts if isinstance(fact, Consented) and fact.guardian]
    assert [each.granted for each in guardian] == [False, True]
    assert "parent or guardian" in guardian[-1].text


def test_a_course_that_is_gone_is_told_and_the_other_one_goes_on(rosa: Phone) -> None:
    rosa.catalogue = replace(rosa.catalogue, courses={"ahorro": rosa.catalogue.courses["ahorro"]})

    assert rosa.write("B") == ["Ese curso ya no está aquí. Escriba MENU para ver los que hay."]
    assert rosa.write("ESTADO") == ["Aún no está en un curso. Escriba MENU."]
    rosa.write("SAVINGS")
    assert rosa.conversation.course == "ahorro"
    assert rosa.conversation.question
    rosa.conversation = rosa.conversation.moved(course="vivero", question=None, earlier=())
    assert "Who holds the keys?" in rosa.write("SIGUE")[-1]


def test_a_question_that_was_taken_out_is_told_and_its_lesson_comes_again(rosa: Phone) -> None:
    course = rosa.catalogue.courses["vivero"]
    items = {key: item for key, item in course.items.items() if not key[0].endswith("madre.q1")}
    lessons = {
        key: replace(lesson, items=tuple(each for each in lesson.items if not each.endswith("madre.q1")))
        for key, lesson in course.lessons.items()
    }
    rosa.catalogue = replace(rosa.catalogue, courses={"vivero": replace(course, items=items, lessons=lessons)})
    said = rosa.write("B")

    assert said[0].startswith("Esa pregunta cambió y ya no cuenta.")
    assert said[-1].startswith("2. ¿De dónde toma la cereza?")
    assert not rosa.answers()


def test_an_edited_script_never_changes_a_grade(rosa: Phone) -> None:
    course = rosa.catalogue.courses["vivero"]
    items = {
        key: replace(item, options=tuple(replace(each, key=not each.key) for each in item.options))
        for key, item in course.items.items()
    }
    rosa.catalogue = replace(rosa.catalogue, courses={"vivero": replace(course, items=items)})

    assert rosa.write("B")[0].startswith("¡Correcto!")


def test_one_reminder_by_day_and_none_while_paused(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    phone.now = phone.now.replace(hour=3)  # ten in the evening in Lima
    phone.write("VIVERO", "SI", "Rosa")
    due = [fact.due for fact in phone.facts if isinstance(fact, Owed)][-1]
    assert due.at.isoformat() == "2026-03-02T12:00:00+00:00"  # seven in the morning, not midnight
    phone.write("PAUSA 30")
    assert [(each.learner, each.kind) for each in phone.facts if isinstance(each, Forgiven)] == [
        (phone.record.learners[0].id, "reminder")
    ]
    assert phone.wait(days=8) == []
    assert len(phone.wait(days=30)) == 4, "one word at its end, and then the ladder"


def test_a_stranger_may_stop_and_be_erased(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    assert phone.write("STOP")[0].startswith("Listo, no le escribiremos más.")
    assert phone.record.state == "stopped"
    phone.write("BORRAR MIS DATOS", "SI", "SI")

    assert [fact for fact in phone.facts if isinstance(fact, Erased)] == [Erased(learners=())]
    assert [fact.kind for fact in phone.facts if isinstance(fact, Say)][-1] == "farewell"


def test_a_wrong_number_hears_nothing_personal_and_a_person_is_told(rosa: Phone) -> None:
    said = rosa.write("número equivocado")

    assert said == ["Disculpe la molestia. No escribiremos más a este número."]
    assert [fact.kind for fact in rosa.facts if isinstance(fact, HelpAsked)] == ["wrong_number"]
    assert ThreadMoved(state="wrong_number") in rosa.facts
    assert rosa.wait(days=3) == []
