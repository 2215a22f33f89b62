"""A telephone with two SIMs: what it tells is proved, kept once, and answered by the SIM that heard it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from authoring.shelf import Shelf
from messaging.android import AndroidChannel, register
from store import leases
from store.campaign_tables import outbox_parts, unreachable
from store.database import Database
from store.tables import outbox
from tests.fakes.android_gateway import DEVICE, Fault
from tests.webhooks.village import CLARO, ENTEL, ROSA, Village, village


@pytest.fixture
async def place(database: Database, shelf: Shelf, tmp_path: Path) -> AsyncIterator[Village]:
    async with village(database, shelf, tmp_path) as made:
        yield made


async def test_it_answers_over_the_sim_that_heard_and_a_repeat_is_one_message(place: Village) -> None:
    event = place.phone.received("HOLA", sender="900000001", simNumber=2)

    assert [await place.tell(event) for _ in range(3)] == [200, 200, 200]
    await place.settle()

    assert place.heard() == [(ENTEL, f"tel:{ROSA}", "text")]
    (said,) = place.phone.messages
    assert (said["phoneNumbers"], said["simNumber"], said["priority"]) == ([ROSA], 2, 0)
    assert place.states() == ["sent"]


async def test_equal_texts_are_two_messages_though_their_message_id_is_one(place: Village) -> None:
    first, second = (place.phone.received("A", ROSA) for _ in range(2))
    assert first["payload"]["messageId"] == second["payload"]["messageId"]

    assert [await place.tell(each) for each in (first, second)] == [200, 200]

    assert place.rows() == 2


async def test_what_is_not_signed_now_by_its_key_is_refused(place: Village) -> None:
    event = place.phone.received("HOLA")

    assert await place.tell(event, key="another key") == 403
    assert await place.tell(event, at=-301) == 403
    assert await place.tell(event, at=301) == 403
    assert await place.tell(event, at=-290) == 200
    async with place.client.post(place.url + "/webhooks/android", json=event) as got:
        assert got.status == 401

    assert place.rows() == 1


async def test_a_sim_is_told_by_its_number_and_else_it_is_the_first(place: Village) -> None:
    await place.tell(place.phone.received("HOLA", simNumber=None, recipient="900000008"))
    await place.tell(place.phone.received("HOLA", simNumber=None, recipient=None))
    await place.tell(place.phone.received("HOLA", simNumber=7))

    assert [sender for sender, _, _ in place.heard()] == [ENTEL, CLARO, CLARO]


@pytest.mark.parametrize("sender", ["CLARO", "5050", "123", "", "0800 12345", "Tu Banco", None])
async def test_the_operators_own_advertising_is_counted_and_not_answered(place: Village, sender: str | None) -> None:
    assert await place.tell(place.phone.received("Su saldo es S/ 0.50", sender=sender)) == 200

    assert place.rows() == 0


async def test_an_older_version_says_phone_number(place: Village) -> None:
    event = place.phone.received("HOLA")
    event["payload"]["phoneNumber"] = event["payload"].pop("sender")

    assert await place.tell(event) == 200

    assert place.heard() == [(CLARO, f"tel:{ROSA}", "text")]


async def test_pictures_and_data_are_media_and_the_rest_is_taken_and_left(place: Village) -> None:
    phone = place.phone
    kept = [phone.event("mms:received", sender=ROSA, subject="foto"), phone.event("sms:data-received", sender=ROSA)]
    left = [phone.event(kind) for kind in ("system:ping", "app:started", "mms:downloaded", "sms:dreamt")]
    left.append(phone.event("sms:sent", messageId="written by hand"))
    left.append(phone.event("sms:delivered", messageId="7-0000-0123456789ab"))

    assert {await place.tell(each) for each in (*kept, *left)} == {200}

    assert [kind for _, _, kind in place.heard()] == ["media", "media"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"x"', b"{}", b'{"id": 7, "event": "x", "payload": {}}'])
async def test_what_is_signed_and_no_event_is_400(place: Village, body: bytes) -> None:
    assert await place.tell(None, body=body) == 400


async def test_a_body_over_64_kib_is_413(place: Village) -> None:
    assert await place.tell(place.phone.received("x" * 70_000)) == 413


async def test_a_message_in_parts_is_delivered_with_its_last_part(place: Village) -> None:
    await _say(place, "¿Qué planta elige? " * 20)  # over two segments
    (said,) = place.phone.messages
    events = [place.phone.event("sms:delivered", messageId=said["id"], simNumber=None) for _ in range(3)]

    seen = []
    for event in (events[0], events[0], events[1], events[1], events[2]):
        assert await place.tell(event) == 200
        seen.append(place.states())

    assert seen == [["sent"], ["sent"], ["sent"], ["sent"], ["delivered"]]
    with place.house.database.reading() as conn:
        assert conn.execute(select(outbox_parts.c.status)).scalars().all() == ["delivered"] * 3


async def test_a_receipt_moves_only_forward_and_finds_its_row_before_it_is_settled(place: Village) -> None:
    await _say(place, "Hola")
    (said,) = place.phone.messages
    for kind in ("sms:delivered", "sms:sent", "sms:failed"):
        assert await place.tell(place.phone.event(kind, messageId=said["id"], reason="RESULT_ERROR_GENERIC")) == 200
    assert place.states() == ["delivered"]


@pytest.mark.parametrize("reason", ["RESULT_ERROR_NO_SERVICE", "Radio off"])
async def test_a_sim_without_service_rests_and_its_message_waits_for_it_or_for_another(
    place: Village, reason: str
) -> None:
    await _say(place, "Hola")
    (said,) = place.phone.messages
    assert await place.tell(place.phone.event("sms:failed", messageId=said["id"], reason=reason)) == 200

    assert place.states() == ["failed", "queued"]
    with place.house.database.reading() as conn:
        resting = leases.resting(conn, place.house.post.clock())
        assert conn.execute(select(unreachable.c.address)).all() == [], "it was held against her number"
    assert {why for _, why in resting.values()} == {"unavailable"}


async def test_a_failure_that_nobody_can_tell_is_tried_again_later_and_rests_no_sim(place: Village) -> None:
    await _say(place, "Hola")
    (said,) = place.phone.messages
    event = place.phone.event("sms:failed", messageId=said["id"], reason="RESULT_ERROR_GENERIC_FAILURE")
    assert [await place.tell(event), await place.tell(event)] == [200, 200]

    assert place.states() == ["failed", "queued"]
    with place.house.database.reading() as conn:
        assert leases.resting(conn, place.house.post.clock()) == {}


async def test_a_failure_of_the_number_itself_is_final(place: Village) -> None:
    await _say(place, "Hola")
    (said,) = place.phone.messages
    event = place.phone.event("sms:failed", messageId=said["id"], reason="RESULT_ERROR_SHORT_CODE_NOT_ALLOWED")
    assert await place.tell(event) == 200
    assert place.states() == ["failed"]


async def test_saying_it_again_after_a_lost_answer_is_one_sms(place: Village) -> None:
    place.phone.faults.append(Fault(how="drop", accept=True))
    await _say(place, "Hola")
    channel = place.house.channels[CLARO]
    outbound = _outbound(place)

    again = await channel.send(outbound)
    found = await channel.find(outbound, outbound.created_at)

    assert place.phone.texts() == ["Hola"]
    assert found is not None
    assert found.provider_id == again.provider_id == place.phone.messages[0]["id"]


async def test_what_the_telephone_gave_up_is_said_anew_and_what_it_has_is_not(place: Village) -> None:
    await _say(place, "Hola")
    channel, outbound = place.house.channels[CLARO], _outbound(place)
    place.phone.messages[0]["state"] = "Failed"

    await channel.send(outbound)
    await channel.send(outbound)

    assert [each["state"] for each in place.phone.messages] == ["Failed", "Pending"]


async def test_its_webhooks_are_registered_once(place: Village) -> None:
    channel = place.house.channels[CLARO]
    assert isinstance(channel, AndroidChannel)
    url = "https://chasqui.example/webhooks/android"

    assert await register(channel, url)
    assert await register(channel, url)

    assert len({each["event"] for each in place.phone.webhooks}) == len(place.phone.webhooks) == 7


async def test_a_gateway_that_refuses_them_is_named_with_the_cure(
    place: Village, caplog: pytest.LogCaptureFixture
) -> None:
    channel = AndroidChannel(name=CLARO, api_url=place.phone.url, username="x", password="y")

    assert not await register(channel, "https://chasqui.example/webhooks/android")
    await channel.close()

    assert "Home tab" in caplog.text


async def test_events_of_another_telephone_of_the_account_are_left(place: Village) -> None:
    from messaging.android import Phone, read

    event = place.phone.received("HOLA")
    mine, other = (Phone(sims={1: CLARO}, device=device) for device in (DEVICE, "another"))

    assert not isinstance(read(event, mine, place.clock.now), str)
    assert read(event, other, place.clock.now) == "another phone"


async def _say(place: Village, text: str) -> None:
    """Put one message into the outbox for the first SIM, and let it leave."""
    from bot.messages import Content
    from store.shapes import content_json

    row = {
        "sender": CLARO, "address": f"tel:{ROSA}", "kind": "reply", "content": content_json(Content(text=text)),
        "state": "queued", "created_at": place.clock.now, "not_before": place.clock.now,
    }  # fmt: skip
    with place.house.database.writing() as conn:
        conn.execute(outbox.insert(), row)
    await place.settle()


def _outbound(place: Village):  # type: ignore[no-untyped-def]
    from datetime import timedelta

    from store import outbox as queue

    with place.house.database.writing() as conn:
        conn.execute(outbox.update().values(state="queued", claim="", provider_id=None))
        (found,) = queue.claim(conn, place.clock.now, "token", 1, timedelta(minutes=1), [CLARO])
    return found
