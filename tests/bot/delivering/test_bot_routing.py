"""Choose the way to a learner: free first, then her operator's SIM, and never two ways at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.delivering.routing import Carrier, Way, instead, route, serving
from bot.messages import Address
from tests.changing import replace

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
TEL = Way(address=Address(scheme="tel", identity="+51900000001"), heard_by="twilio:+1", used_at=NOW)
CHAT = Way(address=Address(scheme="telegram", identity="7"), heard_by="telegram:1", used_at=NOW - timedelta(days=9))
BOT = Carrier(name="telegram:1", serves="telegram:")
TWILIO = Carrier(name="twilio:+1", serves="tel:")
CLARO = Carrier(name="android:claro", serves="tel:", operator="Claro", local=True)
ENTEL = Carrier(name="android:entel", serves="tel:", operator="Entel", local=True)
ALL = (TWILIO, CLARO, ENTEL, BOT)


def by(*ways: Way, carriers: tuple[Carrier, ...] = ALL, **more: str) -> str:
    found = route(ways, carriers, **more)
    return found[1] if found else ""


def test_it_goes_by_telegram_where_she_has_it_for_it_is_free() -> None:
    assert by(TEL, CHAT, kind="campaign") == "telegram:1"
    assert by(CHAT, TEL, kind="lesson", operator="entel") == "telegram:1"


def test_it_goes_by_the_sim_of_her_own_operator_else_another_sim_else_twilio() -> None:
    assert by(TEL, operator="ENTEL") == "android:entel"
    assert by(replace(TEL, heard_by="android:claro"), operator="Bitel") == "android:claro"
    assert by(TEL, carriers=(TWILIO, BOT)) == "twilio:+1"


def test_a_thread_where_nobody_was_heard_yet_gets_a_sender() -> None:
    assert by(replace(TEL, heard_by=""), operator="Claro") == "android:claro"


def test_a_chat_belongs_to_the_bot_that_opened_it() -> None:
    other = Carrier(name="telegram:2", serves="telegram:")
    assert by(CHAT, carriers=(other, TWILIO)) == ""
    assert by(CHAT, carriers=(other, BOT)) == "telegram:1"


def test_what_speaks_of_the_open_question_stays_in_its_thread() -> None:
    assert by(TEL, CHAT, kind="reminder", operator="Claro") == "android:claro"


def test_a_sender_that_cannot_hear_tells_and_never_asks() -> None:
    deaf = replace(TWILIO, two_way=False)
    assert by(TEL, carriers=(deaf,), kind="lesson") == ""
    assert by(TEL, carriers=(deaf,), kind="campaign") == "twilio:+1"
    assert by(TEL, carriers=(deaf, CLARO), kind="lesson") == "android:claro"


def test_a_sender_that_fails_is_passed_over_while_there_is_another() -> None:
    out = replace(CLARO, out=True)
    assert by(TEL, carriers=(out, TWILIO), operator="Claro") == "twilio:+1"
    assert by(TEL, carriers=(out,), operator="Claro") == "android:claro", "it waits for it, where there is no other"
    assert instead("android:claro", (out, TWILIO, BOT)) == "twilio:+1"
    assert instead("twilio:+1", (TWILIO, BOT)) == ""


def test_a_senders_name_says_whom_it_reaches() -> None:
    assert serving("android:claro") == serving("http:kannel") == serving("twilio:+1") == "tel:"
    assert serving("telegram:1") == "telegram:"
    assert serving("simulator:sms") == "simulator:sms:"
