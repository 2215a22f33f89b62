"""Bad answers of the providers, through the whole program: what must happen, by the row that asks for it."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from cli import wiring
from cli.logs import Redacting
from messaging import sending
from messaging.answering import answer_round
from messaging.sending import reconcile, send_round
from store.database import Database
from store.tables import outbox
from tests.bad_inputs.town import CHAT, Town, settings_for, town
from tests.fakes import telegram_updates
from tests.fakes.telegram_api import TOKEN, error
from tests.fakes.telegram_api import Fault as Trouble
from tests.fakes.twilio_api import TOKEN as AUTH_TOKEN
from tests.fakes.twilio_api import Fault


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(sqlite, shelf) as made:
        yield made


async def test_a_flood_limit_is_kept_to_the_second_and_the_order_in_the_chat_with_it(place: Town) -> None:
    """BI102"""
    await place.chat("VIVERO", "SI")
    said = len(place.read())
    place.telegram.fail("sendMessage", error(429, "Too Many Requests: retry after 35", retry_after=35))
    await place.chat("Rosa")  # a welcome, a card, a question
    place.clock.wait(seconds=34.9)
    await place.settle()
    assert len(place.read()) == said + 1  # the try that was refused, and nothing else
    await place.talk("VIVERO")  # the other provider is not concerned
    assert len(place.heard()) == 1
    place.clock.wait(seconds=0.2)
    await place.settle()
    told = [text.splitlines()[0][:10] for text in place.read()[said + 1 :]]
    assert told == ["¡Empezamos", "<b>La plan", "1. ¿Qué pl"]
    assert set(place.outbox_states()) == {"sent"}


@pytest.mark.parametrize(
    "refusal",
    ["Forbidden: bot was blocked by the user", "Bad Request: chat not found", "Forbidden: user is deactivated"],
)
async def test_a_chat_that_is_gone_is_closed_and_what_waits_for_it_cancelled(place: Town, refusal: str) -> None:
    """BI103"""
    await place.chat("VIVERO", "SI")
    said = len(place.read())
    place.telegram.fail("sendMessage", error(403 if "Forbidden" in refusal else 400, refusal))
    await place.chat("Rosa")
    assert place.thread_state(f"telegram:{CHAT}") == ("unreachable" if "chat not found" in refusal else "blocked")
    assert not place.refusals(), "it is not her word, so her other thread goes on"
    assert place.outbox_states()[said:] == ["failed", "cancelled", "cancelled"]
    place.clock.wait(days=3)
    await place.settle()
    assert len(place.read()) == said + 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(200, answer={"ok": False, "description": "no"}),
        Trouble(200, body=b"<html>FreeWiFi</html>"),
        Trouble(200, body=b'{"ok": true, "resu'),
        Trouble(200, body=b""),
        Trouble(how="drop"),
        Trouble(500, body=b"oops"),
    ],
    ids=str,
)
async def test_an_unclear_answer_is_unknown_repeated_once_after_a_minute_and_never_simply_sent(
    place: Town, trouble: Trouble
) -> None:
    """BI104, F09"""
    place.telegram.fail("sendMessage", trouble, trouble)
    await place.chat("VIVERO")
    assert place.outbox_states() == ["unknown"]
    place.clock.wait(seconds=59)
    await reconcile(place.house.post)
    await place.settle()
    assert len(place.read()) == 1
    for _ in range(5):
        await place.reconcile()
    assert len(place.read()) == 2
    assert place.outbox_states() == ["failed"]
    assert place.counted("outbox given up") == 1


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (400, 21611), (429, 30001), (400, 14107)])
async def test_being_told_to_wait_is_waited_for_however_often_and_no_message_is_given_up(
    place: Town, status: int, code: int
) -> None:
    """BI107"""
    place.twilio.faults.extend([Fault(status=status, code=code)] * 12)
    await place.talk("VIVERO")
    pauses = 0
    while place.twilio.faults:
        asked = len(place.twilio.posts)
        await place.settle()
        assert len(place.twilio.posts) == asked  # not before its time
        place.clock.wait(minutes=11)
        await place.settle()
        pauses += 1
    place.clock.wait(minutes=11)
    await place.settle()
    assert pauses == 11
    assert len(place.heard()) == 1


@pytest.mark.parametrize(
    ("code", "state", "waits"),
    [(21211, "failed", False), (21614, "failed", False), (30006, "failed", False), (30005, "failed", False),
     (30003, "queued", True)],
)  # fmt: skip
async def test_a_number_that_is_none_ends_it_and_a_phone_that_is_off_is_tried_hours_later(
    place: Town, code: int, state: str, waits: bool
) -> None:
    """BI108"""
    place.twilio.faults.append(Fault(status=400, code=code))
    await place.talk("VIVERO")
    assert place.outbox_states() == [state]
    assert place.thread_state() == ("open" if waits or code == 30005 else "unreachable")
    assert not place.refusals(), "a bad number is not her word"
    place.clock.wait(minutes=50)
    await place.settle()
    assert place.heard() == []
    place.clock.wait(minutes=11)
    await place.settle()
    assert len(place.heard()) == (1 if waits else 0)


async def test_a_token_that_was_rotated_rests_the_account_and_its_messages_wait(sqlite: Database, shelf: Shelf) -> None:
    """BI109"""
    async with town(sqlite, shelf) as place:
        place.twilio.faults.extend([Fault(status=401, code=20003)] * 3)
        await place.talk("VIVERO", "AYUDA")
        await place.talk("VIVERO", who="+51900000002")
        assert len(place.twilio.posts) == 1  # one try, not one for each message
        assert set(place.outbox_states()) == {"queued"}
        place.twilio.faults.clear()  # the operator has set the new token
        place.clock.wait(hours=2)
        await place.settle()
        assert set(place.outbox_states()) == {"sent"}


@pytest.mark.parametrize("how", ["no such host", "nobody listens", "no TLS", "a captive portal"])
async def test_while_nobody_can_be_reached_nothing_is_lost_and_afterwards_nothing_comes_twice(
    sqlite: Database, shelf: Shelf, how: str
) -> None:
    """BI111"""
    async with town(sqlite, shelf) as place:
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        urls = {
            "no such host": "http://api.invalid",
            "nobody listens": f"http://127.0.0.1:{port}",
            "no TLS": place.twilio.url.replace("http:", "https:"),
            "a captive portal": place.twilio.url,
        }
        if how == "a captive portal":
            place.twilio.faults.extend([Fault(status=302, body="log in")] * 1000)
        away = settings_for(place.twilio, place.telegram, twilio_api_url=urls[how])
        cut = wiring.build(away, sqlite, shelf, wiring.channels_of(away, shelf), secret=b"k", clock=place.clock)
        assert await place.sms("VIVERO") == 200
        await place.database.run(lambda: answer_round(cut.desk))
        for _ in range(60):  # an hour without a line
            await send_round(cut.post)
            place.clock.wait(minutes=1)
        assert place.outbox_states() == ["queued"]
        for channel in cut.channels.values():
            await channel.close()
        place.twilio.faults.clear()
        place.clock.wait(minutes=6)
        await place.settle()
        assert place.outbox_states() == ["sent"]
        assert len(place.heard()) == 1


async def test_two_equal_texts_of_unknown_end_find_one_message_each(place: Town) -> None:
    """F08: the first had left, the second had not, and Twilio is asked about both."""
    await place.talk("VIVERO", "SI", "Rosa")
    said = len(place.heard())
    place.twilio.faults.extend([Fault(drop=True, accept=True), None, Fault(drop=True)])
    for number in (900, 901):
        assert await place.sms("ESTADO", number) == 200
    await place.settle()
    assert place.outbox_states()[-2:] == ["unknown", "queued"], "the later one waits behind the doubtful one"
    await place.reconcile()
    assert place.outbox_states()[-2:] == ["sent", "unknown"]
    await place.reconcile()
    assert place.outbox_states()[-2:] == ["sent", "sent"]
    assert len(place.heard()) == said + 2


async def test_what_twilio_does_not_have_is_said_until_it_has_it(place: Town) -> None:
    """F07"""
    place.twilio.faults.append(Fault(drop=True))
    await place.talk("VIVERO")
    for _ in range(4):
        place.twilio.faults.extend([None, Fault(drop=True)])  # it is asked, has nothing, and breaks off again
        await place.reconcile()
        assert place.outbox_states() == ["unknown"]
    await place.reconcile()
    assert place.outbox_states() == ["sent"]
    assert len(place.heard()) == 1


async def test_a_wait_before_it_does_not_use_up_the_repeat_of_an_unknown_end(place: Town) -> None:
    """BI104"""
    place.telegram.fail("sendMessage", *[error(429, "Too Many Requests", retry_after=1)] * 3, Trouble(how="drop"))
    await place.chat("VIVERO")
    for _ in range(4):
        place.clock.wait(seconds=2)
        await place.settle()
    assert place.outbox_states() == ["unknown"]
    await place.reconcile()
    assert place.outbox_states() == ["sent"]


async def test_no_secret_no_number_and_no_text_is_in_any_log_whatever_goes_wrong(
    place: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """BI086: every logger but the one that echoes SQL is turned up as far as it goes, and every provider fails."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        if not name.startswith("sqlalchemy"):
            caplog.set_level(logging.DEBUG, name)
    troubles = [
        Trouble(500, body=TOKEN.encode()),
        Trouble(how="drop"),
        Trouble(401, body=b"{}"),
        Trouble(403, body=b""),
    ]
    place.telegram.fail("sendMessage", *troubles)
    place.twilio.faults.extend(
        [Fault(status=400, code=21211, message="The 'To' number +51900000001 is not valid"), Fault(drop=True),
         Fault(status=503, body=AUTH_TOKEN), Fault(hang=False, cut=True)]
    )  # fmt: skip
    for text in ("VIVERO", "SI", "una frase muy privada", "otra frase privada"):
        assert await place.sms(text) == 200
        assert await place.update(telegram_updates.text(text, place.next("update"))) == 200
        await place.settle()
        place.clock.wait(minutes=5)
        await place.reconcile()
    assert await place.sms("una frase muy privada", AccountSid="AC" + "f" * 32) == 403
    assert await place.status("SM" + "1" * 32, "failed", mid="x") == 200
    assert await place.update({"update_id": 9_999, "message": {"text": "una frase privada"}}) == 200
    assert caplog.records
    shown = "\n".join(
        Redacting(place.house.settings.secrets, as_json=False).format(record) for record in caplog.records
    )
    for canary in (TOKEN, TOKEN.partition(":")[2], AUTH_TOKEN, "a-secret_of_43", "900000001", "frase privada"):
        assert canary not in shown
        # And not before the formatter either, in what the program itself says.
        own = [r for r in caplog.records if r.name.split(".")[0] in ("messaging", "webhooks", "store", "cli", "bot")]
        assert not [record.getMessage() for record in own if canary in record.getMessage()]
    with place.database.reading() as conn:
        errors = "".join(conn.execute(select(outbox.c.error)).scalars())
    assert AUTH_TOKEN not in errors
    assert TOKEN not in errors


async def test_a_process_that_slept_through_its_lease_says_nothing_on_waking(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: the lease is read on the clock that no sleeping laptop and no operator can move."""
    assert await place.sms("VIVERO") == 200
    await place.database.run(lambda: answer_round(place.house.desk))
    monkeypatch.setattr(sending, "LEASE", timedelta(seconds=19))  # less is left than a send may take
    await send_round(place.house.post)
    assert place.twilio.posts == []
    assert place.outbox_states() == ["queued"]
    monkeypatch.undo()
    await place.settle()
    assert len(place.heard()) == 1
