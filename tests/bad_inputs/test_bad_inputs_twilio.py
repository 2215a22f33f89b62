"""Bad input at Twilio's webhooks, through the whole program: what must happen, by the row that asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from urllib.parse import urlencode

import pytest
from aiohttp import web
from sqlalchemy import delete, select

from authoring.shelf import Shelf
from bot.delivering.sms import sms_text
from bot.messages import Content
from messaging.answering import answer_round
from messaging.sending import send_round
from store.database import Database
from store.tables import consents, inbox, outbox, receipts
from tests.bad_inputs.town import (
    FORM,
    PUBLIC,
    ROSA,
    SMS_PATH,
    STATUS_PATH,
    Town,
    signed,
    sms_fields,
    town,
)  # fmt: skip
from tests.fakes.twilio_api import Fault
from webhooks.limits import Limits

OTHER_ACCOUNT = "AC" + "f" * 32


@pytest.fixture
async def place(sqlite: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(sqlite, shelf) as made:
        yield made


@pytest.fixture
async def both(database: Database, shelf: Shelf) -> AsyncIterator[Town]:
    async with town(database, shelf) as made:
        yield made


def folded(place: Town, id: str) -> str:
    """A sentence of the bot as it goes out by SMS."""
    return sms_text(Content(text=place.house.shelf().wording.say("es", id)))


def last_row(place: Town) -> int:
    return int(place.rows(outbox.c.id)[-1][0])


# -- who knocks --


async def test_without_a_signature_it_is_403_and_never_500(place: Town) -> None:
    """BI021"""
    body = urlencode(sms_fields("HOLA", 1)).encode()
    for headers in ({}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "ñ"}, {"X-Twilio-Signature": "=" * 5000}):
        assert await place.post(SMS_PATH, body, {"Content-Type": FORM, **headers}) == 403
        assert await place.post(STATUS_PATH, body, {"Content-Type": FORM, **headers}) == 403
    assert place.inbox_rows() == 0


@pytest.mark.parametrize(
    "signed_for",
    ["http://chasqui.example", "https://chasqui.example:8080", "https://chasqui.example/app", "http://10.0.0.1"],
)
async def test_a_url_rebuilt_wrongly_is_403_with_one_line_that_names_ours(
    place: Town, signed_for: str, caplog: pytest.LogCaptureFixture
) -> None:
    """BI022"""
    fields = sms_fields("HOLA", 1)
    forwarded = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    for headers in ({}, forwarded):
        made = signed(SMS_PATH, fields, signed_for) | headers
        assert await place.post(SMS_PATH, urlencode(fields).encode(), made) == 403
    (line,) = [record.getMessage() for record in caplog.records]
    assert f"'{PUBLIC}{SMS_PATH}'" in line
    assert "CHASQUI_PUBLIC_URL" in line
    # The same headers do no harm to a request that is signed for the configured address.
    assert await place.post(SMS_PATH, urlencode(fields).encode(), signed(SMS_PATH, fields) | forwarded) == 200


async def test_a_value_moved_into_a_name_keeps_its_signature_and_is_400(place: Town) -> None:
    """BI023"""
    captured = sms_fields("YES", 1)
    moved = {name: value for name, value in captured.items() if name not in ("Body", "From")}
    headers = signed(SMS_PATH, captured)
    assert signed(SMS_PATH, moved | {f"BodyYESFrom{ROSA}"[:11]: ROSA}) == headers
    assert await place.post(SMS_PATH, urlencode(moved | {"BodyYESFrom": ROSA}).encode(), headers) == 400
    assert place.inbox_rows() == 0


@pytest.mark.parametrize(
    "changed", [{"AccountSid": OTHER_ACCOUNT}, {"To": "+15005550009"}, {"AccountSid": "AC"}, {"To": ""}]
)
async def test_what_is_for_another_account_or_number_is_refused_and_leaves_nothing(
    place: Town, changed: dict[str, str]
) -> None:
    """BI027"""
    assert await place.sms("HOLA", 1, **changed) in (400, 403)
    await place.settle()
    assert (place.inbox_rows(), place.heard()) == (0, [])


# -- the same again --


async def test_a_genuine_request_replayed_a_year_later_has_no_second_effect(both: Town) -> None:
    """BI024, F02"""
    await both.talk("VIVERO")
    said = both.heard()
    for days in (0, 365):
        both.clock.wait(days=days, hours=1)
        assert await both.sms("VIVERO", 1) == 200
        await both.settle()
    assert both.heard() == said
    assert both.inbox_rows() == 1


async def test_a_replay_is_known_even_when_the_person_is_gone(both: Town) -> None:
    """BI024"""
    await both.talk("VIVERO", "SI", "Rosa", "BORRAR MIS DATOS", "SI", "SI")
    said, rows = both.heard(), both.inbox_rows()
    assert [address for _, address in both.rows(inbox.c.id, inbox.c.address)] == [""] * rows
    both.clock.wait(days=365)
    assert await both.sms("VIVERO", 1) == 200
    await both.settle()
    assert (both.heard(), both.inbox_rows()) == (said, rows)


async def test_one_sid_with_another_text_is_ignored_and_counted(both: Town) -> None:
    """BI025"""
    await both.talk("VIVERO")
    said = both.heard()
    assert await both.sms("BAJA", 1) == 200
    await both.settle()
    assert both.heard() == said
    assert both.counted("sid body mismatch") == 1
    assert both.thread_state() == "open"


async def test_a_retry_of_twilios_is_answered_before_any_work_is_done_and_has_one_effect(place: Town) -> None:
    """BI026: nobody answers or sends here until the three requests have their 200."""
    headers = signed(SMS_PATH, sms_fields("VIVERO", 1)) | {"I-Twilio-Idempotency-Token": "a-token"}
    body = urlencode(sms_fields("VIVERO", 1)).encode()
    async with asyncio.timeout(60):
        assert [await place.post(SMS_PATH, body, headers) for _ in range(3)] == [200] * 3
    assert place.heard() == []
    await place.settle()
    assert len(place.heard()) == 1


# -- too much --


async def test_two_hundred_messages_in_a_minute_are_kept_and_answered_until_it_is_enough(place: Town) -> None:
    """BI030, by the guard's own figures: more than twenty in ten minutes, said once."""
    for number in range(200):
        assert await place.sms(f"gracias por su mensaje {number}") == 200
        place.clock.wait(seconds=0.3)
        if number % 20 == 19:
            await place.settle()
    await place.settle()
    assert place.inbox_rows() == 200
    assert {state for _, state in place.rows(inbox.c.id, inbox.c.state)} == {"answered"}
    assert len(place.heard()) <= 21
    assert place.heard().count(folded(place, "guard.quiet")) == 1
    said = len(place.heard())
    await place.talk("AYUDA")
    assert len(place.heard()) == said + 1
    await place.talk("BAJA")
    assert place.thread_state() == "stopped"


async def test_five_alike_are_answered_no_more(place: Town) -> None:
    """BI030"""
    for _ in range(12):
        await place.talk("Estoy fuera de la oficina")
    assert len(place.heard()) <= 3
    assert place.heard()[-1] == folded(place, "guard.quiet")


async def test_ten_pictures_at_inner_addresses_are_counted_and_none_is_fetched(place: Town) -> None:
    """BI033"""
    fetched = []

    async def listen(request: web.Request) -> web.Response:
        fetched.append(request.path)
        return web.Response()

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", listen)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    inner = [f"http://127.0.0.1:{site.port}/{n}" for n in range(8)]
    urls = ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", *inner]
    media = {f"MediaUrl{n}": url for n, url in enumerate(urls)} | {
        f"MediaContentType{n}": "image/png" for n in range(10)
    }
    assert await place.sms("", 1, NumMedia="10", **media) == 200
    await place.settle()
    await runner.cleanup()
    assert fetched == []
    assert [kind for _, kind in place.rows(inbox.c.id, inbox.c.kind)] == ["media"]
    assert len(place.heard()) == 1


@pytest.mark.parametrize("length", [1600, 20 * 153])
async def test_a_very_long_text_is_taken_and_no_command_is_read_at_its_end(both: Town, length: int) -> None:
    """BI034"""
    await both.talk("VIVERO", "SI", "Rosa")
    text = ("mi vecino dice que " * 200)[: length - 5] + " BAJA"
    assert await both.sms(text, 900) == 200
    await both.settle()
    assert both.thread_state() == "open"
    (payload,) = [payload for id, payload in both.rows(inbox.c.id, inbox.c.payload)][-1:]
    assert text in payload


async def test_pictures_without_words_are_answered_once_that_we_cannot_see_them(place: Town) -> None:
    """BI034"""
    await place.talk("VIVERO", "SI", "Rosa")
    said = len(place.heard())
    for number in (900, 901, 902):
        assert await place.sms("", number, NumMedia="1", MediaUrl0="https://api.twilio.com/x") == 200
        await place.settle()
    assert len(place.heard()) == said + 1
    assert place.heard()[-1] == folded(place, "media.unread")


async def test_a_form_without_end_is_413_and_the_connection_ends(place: Town) -> None:
    """BI039"""
    assert (
        await place.post(SMS_PATH, "&".join(f"f{n}=1" for n in range(10_000)).encode(), {"Content-Type": FORM}) == 413
    )

    async def megabytes() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 2**20

    for path in (SMS_PATH, STATUS_PATH):
        async with (
            aclosing(megabytes()) as body,
            place.client.post(place.url + path, data=body, headers={"Content-Type": FORM}) as got,
        ):
            assert (got.status, got.headers["Connection"]) == (413, "close")
    assert place.inbox_rows() == 0


async def test_whoever_trickles_is_cut_off(sqlite: Database, shelf: Shelf) -> None:
    """BI040: in 10 s for the head and 15 s for the body as shipped, here in a tenth of a second."""
    assert (Limits().head, Limits().body) == (10.0, 15.0)
    head = f"POST {SMS_PATH} HTTP/1.1\r\nHost: x\r\n"
    body = f"{head}Content-Type: {FORM}\r\nContent-Length: 90\r\n\r\nBody="
    async with town(sqlite, shelf, limits=Limits(head=0.1, body=0.1, linger=0.1)) as place:
        host, port = place.url.removeprefix("http://").split(":")
        for begun in (head, body):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(begun.encode())
            async with asyncio.timeout(60):
                answer = await reader.read()  # until the server closes
            assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
            writer.close()


# -- what became of ours --


async def test_a_number_that_twilio_holds_as_opted_out_is_stopped_here_too(both: Town) -> None:
    """BI032"""
    await both.talk("VIVERO", "SI")
    said = len(both.heard())
    both.twilio.faults.append(Fault(status=400, code=21610, message="Attempt to send to unsubscribed recipient"))
    await both.talk("Rosa")
    assert both.thread_state() == "stopped"
    assert len(both.heard()) == said
    both.clock.wait(days=2)
    await both.settle()
    assert len(both.heard()) == said
    assert set(both.outbox_states()[said:]) == {"failed", "cancelled"}
    with both.database.reading() as conn:
        row = conn.execute(select(outbox.c.error).where(outbox.c.state == "failed")).scalar_one()
        method = conn.execute(select(consents.c.method).order_by(consents.c.id.desc()).limit(1)).scalar_one()
    assert row == "opted_out 21610"
    assert method == "carrier"


async def test_receipts_out_of_order_only_move_a_message_up(both: Town) -> None:
    """BI035, F12"""
    await both.talk("VIVERO")
    sid, row = both.twilio.messages[0]["sid"], last_row(both)
    for said in ("delivered", "sent", "queued", "delivered", "sending"):
        assert await both.status(sid, said, mid=row) == 200
    assert both.outbox_states() == ["delivered"]
    assert await both.status(sid, "undelivered", mid=row, ErrorCode="30003") == 200
    assert both.outbox_states() == ["delivered"]
    assert len(both.rows(receipts.c.provider_id, receipts.c.status)) == 3


async def test_what_failed_stays_failed_unless_it_was_delivered(both: Town) -> None:
    """BI035"""
    await both.talk("VIVERO")
    sid, row = both.twilio.messages[0]["sid"], last_row(both)
    for said, stands in (("failed", "failed"), ("sent", "failed"), ("queued", "failed"), ("delivered", "delivered")):
        assert await both.status(sid, said, mid=row) == 200
        assert both.outbox_states() == [stands]


async def test_a_receipt_brings_home_the_sid_that_we_died_before_storing(both: Town) -> None:
    """BI036, F11"""
    both.twilio.faults.append(Fault(drop=True, accept=True))
    await both.talk("VIVERO")
    assert both.outbox_states() == ["unknown"]
    sid = both.twilio.messages[0]["sid"]
    assert await both.status(sid, "sent", mid=last_row(both)) == 200
    assert both.rows(outbox.c.id, outbox.c.state, outbox.c.provider_id)[0][1:] == ("sent", sid)
    await both.reconcile()
    assert len(both.heard()) == 1


async def test_a_receipt_with_a_forged_row_touches_nothing_of_another_sender(both: Town) -> None:
    """BI037"""
    await both.chat("VIVERO")
    row = last_row(both)
    before = both.rows(outbox.c.id, outbox.c.state, outbox.c.provider_id)
    assert await both.status("SM" + "a" * 32, "failed", mid=row, AccountSid=OTHER_ACCOUNT) == 403
    assert await both.status("SM" + "b" * 32, "failed", mid=row) == 200  # ours, and yet about a message of Telegram's
    assert both.rows(outbox.c.id, outbox.c.state, outbox.c.provider_id) == before
    assert both.counted("receipts foreign") == 1


async def test_a_second_sid_for_one_message_is_a_duplicate_and_counted(both: Town) -> None:
    """BI038"""
    await both.talk("VIVERO")
    first, row = both.twilio.messages[0]["sid"], last_row(both)
    assert await both.status("SM" + "c" * 32, "delivered", mid=row) == 200
    found = both.rows(outbox.c.id, outbox.c.provider_id, outbox.c.possible_duplicate)
    assert found[0][1:] == (first, True)
    assert both.counted("duplicates") == 1
    with both.database.reading() as conn:
        kept = conn.execute(select(receipts.c.note, receipts.c.outbound)).all()
    assert [tuple(each) for each in kept] == [("duplicate", row)]


async def test_a_stop_while_a_message_is_on_its_way_lets_that_one_go_and_no_other(both: Town) -> None:
    """F31"""
    await both.talk("VIVERO", "SI")
    said = len(both.heard())
    both.twilio.faults.append(Fault(hang=True, accept=True))
    assert await both.sms("Rosa", 900) == 200  # three messages: a welcome, the card, the question
    await both.database.run(lambda: answer_round(both.house.desk))
    sending = asyncio.create_task(send_round(both.house.post))
    while len(both.twilio.posts) == said:
        await asyncio.sleep(0)
    assert await both.sms("BAJA", 901) == 200
    await both.database.run(lambda: answer_round(both.house.desk))
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    both.clock.wait(minutes=5)
    await both.reconcile()
    lessons = [text for text in both.heard()[said:] if "BAJA" not in text and "ALTA" not in text]
    assert len(lessons) <= 1
    assert both.thread_state() == "stopped"


async def test_a_receipt_for_a_row_that_is_long_gone_is_200_and_counted(both: Town) -> None:
    """F12"""
    await both.talk("VIVERO")
    sid, row = both.twilio.messages[0]["sid"], last_row(both)
    with both.database.writing() as conn:
        conn.execute(delete(outbox).where(outbox.c.id == row))
    assert await both.status(sid, "delivered", mid=row) == 200
    assert both.counted("receipts unknown") == 1
