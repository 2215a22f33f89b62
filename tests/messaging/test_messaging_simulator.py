"""The drawn phones: what they show of a message, and what comes in when somebody uses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivering.sms import encoding, segments, sms_text, units
from bot.messages import Address, Choice, Content, Heard, Media, Outbound
from messaging.simulator import (
    Delivered,
    Line,
    SimulatorChannel,
    address_of,
    delivered,
    dialogue,
    line_of,
    pressed,
    shared,
    started,
    typed,
)

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SMS = address_of("sms", "+51900000001")
CHAT = address_of("chat", "+51900000002")
CHOICES = (Choice(label="A", text="De la punta"), Choice(label="B", text="Del tercio medio"))
QUESTION = Content(text="¿De qué parte?", choices=CHOICES, token="t1")


def said(content: Content, id: str = "") -> Line:
    return Line(mine=False, at=NOW, content=content, id=id)


def wrote(text: str) -> Line:
    return Line(mine=True, at=NOW, text=text)


def press(choice: int, *, token: str = "t1", message: str = "") -> Line:
    return line_of(pressed("chat", "+51900000002", token, choice, NOW, message=message))


def outbound(content: Content, address: Address) -> Outbound:
    return Outbound(id=7, sender="simulator", address=address, content=content, created_at=NOW, not_before=NOW)


# What the channel shows


async def test_it_delivers_by_sms_exactly_what_a_network_would_carry_and_bill():
    shown: list[Delivered] = []
    content = Content(text="Pode después de la cosecha. " * 9, choices=CHOICES, token="t1")
    sent = await SimulatorChannel(style="sms", deliver=shown.append).send(outbound(content, SMS))
    [message] = shown
    text = sms_text(content)
    assert (message.text, message.segments, message.units) == (text, segments(text), units(text))
    assert message.encoding == encoding(text) == "GSM-7"
    assert sent.segments == message.segments == 2
    assert (sent.provider_id, message.at, message.address) == (message.id, NOW, SMS)
    assert message.buttons == ()


async def test_every_message_that_is_sent_gets_an_id_of_its_own():
    channel = SimulatorChannel(style="chat")
    ids = {(await channel.send(outbound(QUESTION, CHAT))).provider_id for _ in range(20)}
    assert len(ids) == 20


def test_each_phone_says_what_it_can_carry():
    sms, chat = SimulatorChannel(style="sms"), SimulatorChannel(style="chat")
    assert (sms.name, chat.name) == ("simulator:sms", "simulator:chat")
    assert (sms.capabilities.buttons, sms.capabilities.media, sms.capabilities.receipts) == (False, False, False)
    assert (chat.capabilities.buttons, chat.capabilities.media, chat.capabilities.receipts) == (True, True, False)
    assert sms.capabilities.charset == "gsm"


def test_a_chat_shows_the_richer_text_with_its_emphasis_and_buttons():
    content = Content(text="3) sin acento", rich="**3)** *con* acento <x>", choices=CHOICES, token="t1")
    message = delivered("chat", content, id="1", address=CHAT, at=NOW)
    assert message.text == "3) con acento <x>"
    assert message.html == "<b>3)</b> <i>con</i> acento &lt;x&gt;"
    assert [(button.label, button.token, button.choice) for button in message.buttons] == [
        ("A) De la punta", "t1", 0),
        ("B) Del tercio medio", "t1", 1),
    ]
    assert message.segments == 0


def test_long_options_stand_in_the_text_of_a_chat_and_the_buttons_carry_letters():
    choices = (Choice(label="A", text="Cuando la semilla está bien seca y dura"), Choice(label="B", text="Hoy"))
    message = delivered("chat", Content(text="¿Cuándo?", choices=choices, token="t"), id="1", address=CHAT, at=NOW)
    assert message.text == "¿Cuándo?\n\nA) Cuando la semilla está bien seca y dura\nB) Hoy"
    assert [button.label for button in message.buttons] == ["A", "B"]


# A dialogue read back from the tables


def test_a_press_closes_the_keyboard_it_answered_and_marks_the_button():
    shown = dialogue("chat", CHAT, [said(QUESTION), press(1), said(Content(text="Sí."))])
    assert [message.text for message in shown] == ["¿De qué parte?", "Sí."]
    assert shown[0].closed
    assert [button.pressed for button in shown[0].buttons] == [False, True]


def test_a_keyboard_that_was_answered_in_writing_stays_open_as_on_a_real_phone():
    shown = dialogue("chat", CHAT, [said(QUESTION), wrote("B"), said(Content(text="Sí."))])
    assert not shown[0].closed
    assert [message.mine for message in shown] == [False, True, False]


def test_of_two_keyboards_with_one_token_only_the_pressed_one_closes():
    lines = [said(QUESTION, "out1"), said(QUESTION, "out2"), press(0, message="out1")]
    assert [message.closed for message in dialogue("chat", CHAT, lines)] == [True, False]
    lines[-1] = press(0)
    assert [message.closed for message in dialogue("chat", CHAT, lines)] == [False, True]


def test_a_second_press_on_a_closed_keyboard_changes_nothing():
    shown = dialogue("chat", CHAT, [said(QUESTION), press(1), press(0)])
    assert [button.pressed for button in shown[0].buttons] == [False, True]
    assert len(shown) == 1


def test_a_press_whose_question_is_not_in_the_dialogue_any_more_is_still_shown():
    [message] = dialogue("chat", CHAT, [press(1)])
    assert (message.mine, message.text) == (True, "[2]")


def test_a_message_that_only_closes_a_keyboard_is_not_shown_and_its_short_word_is():
    lines = [said(Content(text="", closes="x:1")), said(Content(text="", closes="x:1", notice="Ya contestó"))]
    assert [message.notice for message in dialogue("chat", CHAT, lines)] == ["Ya contestó"]


def test_the_number_is_asked_for_until_she_says_something():
    asks = said(Content(text="¿Comparte su número?", asks_contact=True))
    assert dialogue("chat", CHAT, [asks])[0].asks_contact
    assert not dialogue("chat", CHAT, [asks, wrote("no")])[0].asks_contact


def test_what_a_learner_wrote_never_becomes_markup():
    [message] = dialogue("chat", CHAT, [wrote("<script>**x**</script>")])
    assert message.html == "&lt;script&gt;**x**&lt;/script&gt;"


def test_her_own_sms_is_measured_too():
    [message] = dialogue("sms", SMS, [wrote("¿Cuándo podo el café?")])
    assert (message.segments, message.encoding, message.mine) == (1, "UCS-2", True)


def test_documents_go_along_in_the_chat_and_not_by_sms():
    content = Content(text="Sus datos.", media=(Media(kind="document", data="{}", name="datos.json"),))
    assert delivered("chat", content, id="1", address=CHAT, at=NOW).media == content.media
    assert delivered("sms", content, id="1", address=SMS, at=NOW).media == ()


# What she does


def test_what_she_types_comes_in_as_one_inbound_of_her_phone():
    inbound = typed("sms", "+51900000001", "cafe\u0301\0", NOW)
    assert (inbound.sender, inbound.kind, inbound.text) == ("simulator:sms", Heard.TEXT, "café")
    assert str(inbound.address) == "simulator:sms:+51900000001"
    assert inbound.address.phone == "+51900000001"
    assert inbound.received_at == NOW
    assert inbound.provider_id != typed("sms", "+51900000001", "café", NOW).provider_id


def test_start_carries_what_the_link_carried_and_a_shared_number_is_her_own():
    start = started("chat", "+51900000002", "VIVERO", NOW, language="es")
    assert (start.kind, start.text, start.language) == (Heard.START, "VIVERO", "es")
    assert line_of(start).text == "/start VIVERO"
    contact = shared("chat", "+51900000002", NOW)
    assert (contact.kind, contact.phone) == (Heard.CONTACT, "+51900000002")
    assert line_of(contact).text == "+51900000002"


@pytest.mark.parametrize("message", ["out9", ""])
def test_a_press_names_the_question_the_option_and_the_message(message: str):
    inbound = pressed("chat", "+51900000002", "t1", 1, NOW + timedelta(seconds=1), message=message)
    assert (inbound.kind, inbound.token, inbound.choice) == (Heard.PRESS, "t1", 1)
    assert inbound.handle.partition(":")[2] == message
