"""What Telegram delivers, read: each kind, against the library's own reading, and after any mutilation."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Heard, Inbound
from messaging.telegram import inbound
from tests.fakes import telegram_updates as updates
from tests.fakes.bot_api_spec import NO_SPEC, check, spec

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
SENDER = f"telegram:{updates.BOT}"


def read(update: dict[str, Any]) -> Inbound:
    heard = inbound(update, sender=SENDER, now=NOW)
    assert heard is not None
    return heard


SAMPLES = {
    "text": updates.text("Del tercio medio"),
    "start": updates.text("/start kQ3_x-9"),
    "command": updates.text("/ayuda@ChasquiBot"),
    "press": updates.press(),
    "contact": updates.contact("51900000001", updates.CHAT),
    "blocked": updates.member("member", "kicked"),
    "unblocked": updates.member("kicked", "member"),
    "edited": {"update_id": 1, "edited_message": updates.text("B")["message"] | {"edit_date": updates.DATE}},
    "group": updates.text("/menu", chat=updates.GROUP),
    "added": updates.member("left", "member", chat=updates.GROUP),
    "channel": {"update_id": 1, "channel_post": updates.message(text="hola", chat=updates.GROUP)["message"]},
    "moved": updates.message(migrate_to_chat_id=-100900, chat=updates.GROUP),
    **{kind: updates.message(**{kind: content}) for kind, content in updates.MEDIA.items()},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_it_reads_from_plain_json_what_the_library_reads(name: str) -> None:
    heard = read(SAMPLES[name])
    theirs = telegram.Update.de_json(SAMPLES[name], None)
    assert heard.provider_id == str(theirs.update_id)
    assert theirs.effective_chat is not None
    assert str(heard.address) == f"telegram:{theirs.effective_chat.id}"
    if theirs.effective_user is not None:
        assert heard.name == theirs.effective_user.first_name
        assert heard.language == theirs.effective_user.language_code
    if theirs.callback_query is not None:
        assert theirs.callback_query.data == f"q:{heard.token}:{heard.choice}"
        assert theirs.callback_query.message is not None
        assert heard.handle == f"{theirs.callback_query.id}:{theirs.callback_query.message.message_id}"
    elif theirs.my_chat_member is not None and heard.kind is not Heard.GROUP:
        kinds = {Heard.BLOCKED: "kicked", Heard.UNBLOCKED: "member"}
        assert theirs.my_chat_member.new_chat_member.status == kinds[heard.kind]
    elif heard.kind is Heard.TEXT and name == "text":
        assert heard.text == theirs.effective_message.text
    elif heard.kind is Heard.CONTACT:
        assert heard.phone == "+" + theirs.effective_message.contact.phone_number
    elif heard.kind is Heard.MEDIA:
        assert telegram.helpers.effective_message_type(theirs.effective_message) == name


@pytest.mark.parametrize("name", SAMPLES)
def test_its_samples_are_what_the_specification_describes(name: str) -> None:
    if spec() is None:
        pytest.skip(NO_SPEC)
    assert check(SAMPLES[name], "Update") == []


@pytest.mark.parametrize(
    ("written", "kind", "understood"),
    [
        ("B", Heard.TEXT, "B"),
        ("/start", Heard.START, ""),
        ("/start kQ3_x-9", Heard.START, "kQ3_x-9"),
        ("/start VIVERO.", Heard.START, "VIVERO"),
        ("/start ¡«VIVERO»!", Heard.START, "VIVERO"),
        ("/start@ChasquiBot kQ3", Heard.START, "kQ3"),
        ("/start " + "a" * 64, Heard.START, "a" * 64),
        ("/start " + "a" * 65, Heard.START, ""),
        ("/start ' OR 1=1", Heard.START, ""),
        ("/menu", Heard.TEXT, "menu"),
        ("/ayuda@ChasquiBot", Heard.TEXT, "ayuda"),
        ("/hora 19", Heard.TEXT, "hora 19"),
        ("/yatiqaña", Heard.TEXT, "yatiqaña"),
        ("/", Heard.TEXT, "/"),
        ("/ruta/larga", Heard.TEXT, "/ruta/larga"),
        ("1/2", Heard.TEXT, "1/2"),
        ('=HYPERLINK("http://x","y")', Heard.TEXT, '=HYPERLINK("http://x","y")'),  # BI046: kept as it is
        ("@SUM(1)", Heard.TEXT, "@SUM(1)"),
    ],
)
def test_it_takes_the_slash_off_a_command_and_the_payload_off_a_start(
    written: str, kind: Heard, understood: str
) -> None:
    heard = read(updates.text(written))
    assert (heard.kind, heard.text) == (kind, understood)


def test_it_stores_no_nul_no_half_pair_and_only_composed_letters() -> None:
    # BI011; the lone half comes from JSON that is valid and that no database can hold as UTF-8.
    update = json.loads(json.dumps(updates.text("X")).replace('"X"', '"a\\u0000b \\ud83d n\\u0303"'))
    heard = read(update)
    assert heard.text == "a\ufffdb \ufffd ñ"
    assert heard.text.encode()


def test_it_cuts_a_text_that_telegram_would_not_have_sent() -> None:
    assert len(read(updates.text("ñ" * 5000)).text) == 4096


def test_a_press_names_its_question_its_option_and_what_telegram_needs_to_close_it() -> None:
    heard = read(updates.press("q:Zk3:0"))
    assert (heard.kind, heard.token, heard.choice) == (Heard.PRESS, "Zk3", 0)
    assert heard.handle == "4382bfdwdsb323b2d9:8"


@pytest.mark.parametrize("data", [None, "", "x" * 64, "q::1", "q:abc", "q:abc:-1", "q:abc:1000", "p:abc:1", "q:abc:٣"])
def test_a_press_with_data_that_is_not_ours_has_no_token(data: str | None) -> None:
    # BI014: the bot says that the button has expired.
    heard = read(updates.press(data))
    assert (heard.kind, heard.token, heard.choice) == (Heard.PRESS, "", -1)
    assert heard.handle.startswith("4382bfdwdsb323b2d9:")


def test_a_press_under_a_message_that_is_out_of_reach_is_still_answered() -> None:
    heard = read(updates.press(message={"chat": updates.PRIVATE, "message_id": 8, "date": 0}))
    assert (heard.kind, str(heard.address), heard.handle) == (Heard.PRESS, "telegram:700001", "4382bfdwdsb323b2d9:8")


@pytest.mark.parametrize("kind", updates.MEDIA)
def test_it_hears_what_it_cannot_read_with_its_caption(kind: str) -> None:
    heard = read(updates.message(**{kind: updates.MEDIA[kind]}, caption="mi vivero\x00"))
    assert (heard.kind, heard.text) == (Heard.MEDIA, "mi vivero\ufffd")


@pytest.mark.parametrize("written", ["51900000001", "+51900000001", "+51 900 000 001"])
def test_her_own_number_arrives_as_e164(written: str) -> None:
    heard = read(updates.contact(written, updates.CHAT))
    assert (heard.kind, heard.phone) == (Heard.CONTACT, "+51900000001")


@pytest.mark.parametrize("owner", [updates.CHAT + 1, None, True])
def test_the_number_of_somebody_else_is_not_passed_on(owner: int | None) -> None:
    # BI017
    heard = read(updates.contact("51900000001", owner))
    assert (heard.kind, heard.phone) == (Heard.CONTACT, "")


@pytest.mark.parametrize("way", ["forward_origin", "via_bot"])
def test_a_card_that_was_passed_on_links_nothing(way: str) -> None:
    update = updates.contact("51900000001", updates.CHAT)
    update["message"][way] = {"id": 9, "type": "user"}
    heard = read(update)
    assert (heard.kind, heard.phone) == (Heard.CONTACT, "")


def test_a_card_without_a_possible_number_has_no_phone() -> None:
    assert [read(updates.contact(card, updates.CHAT)).phone for card in ("", "12", "9" * 60, "abc")] == [""] * 4


def test_being_blocked_and_let_in_again_is_heard_in_private_only() -> None:
    assert read(updates.member("member", "kicked")).kind is Heard.BLOCKED
    assert read(updates.member("kicked", "member")).kind is Heard.UNBLOCKED
    assert read(updates.member("member", "kicked", chat=updates.GROUP)).kind is Heard.IGNORED
    assert read(updates.member("left", "member", chat=updates.GROUP)).kind is Heard.GROUP
    assert read(updates.member("member", "administrator", chat=updates.GROUP)).kind is Heard.IGNORED


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"text": "/menu"}, Heard.GROUP),
        ({"text": "oye @ChasquiBot, ¿qué tal?"}, Heard.GROUP),
        ({"text": "sí", "reply_to_message": {"message_id": 1, "from": updates.OURSELVES}}, Heard.GROUP),
        ({"text": "mañana hay reunión"}, Heard.IGNORED),
        ({"text": "habla con @rosa"}, Heard.IGNORED),
        (
            {"new_chat_members": [updates.OURSELVES]},
            Heard.IGNORED,
        ),  # my_chat_member says it too; one greeting is enough
        ({"photo": updates.MEDIA["photo"]}, Heard.IGNORED),
    ],
)
def test_in_a_group_it_listens_to_what_is_meant_for_it(content: dict[str, Any], kind: Heard) -> None:
    assert read(updates.message(chat=updates.GROUP, **content)).kind is kind


def test_an_edit_is_told_apart_from_an_answer() -> None:
    heard = read(SAMPLES["edited"])
    assert (heard.kind, heard.text) == (Heard.EDITED, "B")


def test_a_group_that_moves_is_kept_with_its_new_id() -> None:
    heard = read(SAMPLES["moved"])
    assert (heard.kind, heard.text, heard.handle) == (Heard.IGNORED, "ignored:migrate_to_chat_id", "-100900")


@pytest.mark.parametrize(
    ("update", "kind"),
    [
        ({"update_id": 5, "hologram": {"id": 1}}, "hologram"),  # BI018
        ({"update_id": 5, "business_message": updates.text("x")["message"]}, "business_message"),
        ({"update_id": 5}, "nothing"),
        ({"update_id": 5, "message": None}, "message"),
        ({"update_id": 5, "message": {}}, "message"),
        (SAMPLES["channel"], "channel_post"),
        (updates.message(hologram={"id": 1}), "hologram"),
        (updates.message(successful_payment={}), "successful_payment"),
        (updates.message(text=["not", "text"]), "text"),
        (updates.message(text="x", **{"from": updates.OURSELVES}), "bot"),
    ],
)
def test_what_it_does_not_know_is_kept_by_name(update: dict[str, Any], kind: str) -> None:
    heard = read(update)
    assert (heard.kind, heard.text) == (Heard.IGNORED, f"ignored:{kind}")


@pytest.mark.parametrize("chat", [None, {}, "7", [7], *({"id": id} for id in (True, 0, 7.5, 2**52, 10**40))])
def test_what_names_no_chat_is_nobodys_and_asks_for_no_answer(chat: object) -> None:
    for update in (updates.message(text="VIVERO", chat=chat), updates.message(photo=[], chat=chat)):
        heard = read(update)
        assert (heard.kind, heard.text, heard.address.identity) == (Heard.IGNORED, "ignored:no_chat", "0")


def test_a_button_under_a_message_that_is_no_more_is_answered_to_whoever_pressed_it() -> None:
    heard = read({"update_id": 5, "callback_query": {"id": "1", "from": updates.ROSA, "data": "x"}})
    assert (heard.kind, heard.address.identity) == (Heard.PRESS, str(updates.ROSA["id"]))


@pytest.mark.parametrize("number", [None, True, "7", 7.0, [], 2**63, -(2**63) - 1])
def test_without_a_valid_number_there_is_no_update(number: object) -> None:
    assert inbound({"update_id": number, "message": {}}, sender=SENDER, now=NOW) is None


def test_the_library_itself_would_take_true_for_a_number() -> None:
    # Why the numbers are looked at by hand: a bool is an int to Python.
    assert telegram.Update.de_json({"update_id": True}, None).update_id is True


@pytest.mark.parametrize(
    ("code", "language"),
    [("es", "es"), ("es-PE", "es"), ("QU", "qu"), ("fil", ""), ("", ""), (7, ""), ("xx-invalid", "xx")],
)
def test_the_language_hint_has_two_letters_or_is_none(code: object, language: str) -> None:
    assert read(updates.message(text="x", **{"from": updates.ROSA | {"language_code": code}})).language == language


def test_a_name_is_one_short_line() -> None:
    name = "Rosa\n\n<b>Q'ispe</b>" + "x" * 500
    assert read(updates.message(text="x", **{"from": updates.ROSA | {"first_name": name}})).name.startswith(
        "Rosa <b>Q'ispe</b>xx"
    )
    assert len(read(updates.message(text="x", **{"from": updates.ROSA | {"first_name": name}})).name) <= 64


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def mutilated(draw: st.DrawFn, value: Any) -> Any:
    """A copy in which any part may be something else, or gone."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    if isinstance(value, dict):
        return {key: mutilated(draw, inner) for key, inner in value.items() if draw(st.integers(0, 9))}
    if isinstance(value, list):
        return [mutilated(draw, inner) for inner in value]
    return value


@st.composite
def broken_updates(draw: st.DrawFn) -> dict[str, Any]:
    sample = draw(st.sampled_from(sorted(SAMPLES)))
    kind = next(key for key in SAMPLES[sample] if key != "update_id")
    return {"update_id": draw(st.integers(-(2**63), 2**63 - 1)), kind: mutilated(draw, SAMPLES[sample][kind])}


@settings(max_examples=400, deadline=None)
@given(broken_updates())
def test_it_raises_on_no_object_that_has_a_number(update: dict[str, Any]) -> None:
    heard = read(update)
    assert heard.provider_id == str(update["update_id"])
    for value in (heard.text, heard.token, heard.handle, heard.name, heard.phone, heard.language):
        assert "\x00" not in value
        assert value.encode().decode() == value
    assert heard.text == unicodedata.normalize("NFC", heard.text)
    assert len(heard.text) <= 4096
