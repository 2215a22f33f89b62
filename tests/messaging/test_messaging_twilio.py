"""Sending over Twilio, against a loopback Twilio that can fail in every way that has been seen."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.messages import Address, Choice, Content, Outbound, Refusal, SendFailed
from messaging.twilio import TwilioChannel, render
from messaging.twilio_codes import CODES, Level, meaning, of_receipt
from tests.fakes.twilio_api import ACCOUNT, DESCRIBED, NUMBER, SPEC, TOKEN, FakeTwilio, Fault

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
ROSA = Address(scheme="tel", identity="+51900000001")
SERVICE = "MG" + "f" * 32
STATUS_URL = "https://chasqui.example/webhooks/twilio/status"
TEXT = "Lección 3: ¿cuándo se poda el café?"
FOLDED = "Leccion 3: ¿cuando se poda el café?"


def outbound(text: str = TEXT, **changed: Any) -> Outbound:
    given = {"id": 77, "sender": f"twilio:{NUMBER}", "address": ROSA, "content": Content(text=text)}
    return Outbound(**given | {"created_at": NOW, "not_before": NOW} | changed)


@pytest.fixture
async def twilio() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio(now=lambda: NOW) as fake:
        yield fake
    assert fake.violations == []


@pytest.fixture
async def make(twilio: FakeTwilio) -> AsyncIterator[Callable[..., TwilioChannel]]:
    made: list[TwilioChannel] = []

    def build(**changed: Any) -> TwilioChannel:
        given = {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": NUMBER, "api_url": twilio.url}
        made.append(TwilioChannel(**given | {"status_url": STATUS_URL, "timeout": 5.0, "clock": lambda: NOW} | changed))
        return made[-1]

    yield build
    for channel in made:
        await channel.close()


async def refused(channel: TwilioChannel, message: Outbound | None = None) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await channel.send(message or outbound())
    return raised.value


# -- sending --


async def test_it_sends_a_folded_text_with_its_callback_and_validity(twilio, make):
    sent = await make().send(outbound())
    assert twilio.posts == [
        {
            "To": "+51900000001",
            "From": NUMBER,
            "Body": FOLDED,
            "StatusCallback": f"{STATUS_URL}?mid=77",
            "ValidityPeriod": "21600",
        }
    ]
    assert (sent.provider_id, sent.segments, sent.status) == (twilio.messages[0]["sid"], 1, "sent")


async def test_it_speaks_through_a_messaging_service_and_counts_its_segments_itself(twilio, make):
    channel = make(sender=SERVICE)
    sent = await channel.send(outbound(text="café " * 40))
    assert twilio.posts[0]["MessagingServiceSid"] == SERVICE
    assert "From" not in twilio.posts[0]
    assert twilio.messages[0]["num_segments"] == "0"
    assert sent.segments == 2
    assert channel.name == f"twilio:{SERVICE}"


async def test_it_lists_the_choices_under_the_text(twilio, make):
    choices = (Choice(label="A", text="Al florecer"), Choice(label="B", text="Después de la cosecha"))
    await make().send(outbound(content=Content(text="¿Cuándo?", choices=choices)))
    assert twilio.posts[0]["Body"] == "¿Cuando?\nA) Al florecer\nB) Después de la cosecha"


async def test_it_asks_for_no_callback_where_there_is_no_public_url(twilio, make):
    channel = make(status_url="")
    await channel.send(outbound())
    assert "StatusCallback" not in twilio.posts[0]
    assert channel.capabilities.receipts is False


async def test_it_says_what_it_can_carry(make):
    capabilities = make().capabilities
    assert (capabilities.two_way, capabilities.receipts, capabilities.asks) == (True, True, True)
    assert (capabilities.charset, capabilities.max_length) == ("ucs2", 1600)
    assert make(sender="CHASQUI").capabilities.two_way is False


@pytest.mark.parametrize(
    ("left", "asked"), [(timedelta(minutes=15), 900), (timedelta(hours=9), 32400), (timedelta(days=2), 36000)]
)
def test_its_validity_ends_with_the_message(left, asked):
    made = render(outbound(expires_at=NOW + left), sender=NUMBER, status_url="", now=NOW)
    assert made["validity_period"] == asked


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"address": Address(scheme="telegram", identity="123456")}, Refusal.BAD_ADDRESS),
        ({"address": Address(scheme="tel", identity="MTN")}, Refusal.BAD_ADDRESS),
        ({"text": "x" * 1601}, Refusal.REJECTED),
        ({"text": ""}, Refusal.REJECTED),
        ({"expires_at": NOW}, Refusal.REJECTED),
    ],
)
async def test_it_refuses_what_twilio_would_refuse_without_asking(twilio, make, changed, reason):
    failure = await refused(make(), outbound(**changed))
    assert (failure.reason, failure.permanent, failure.ambiguous) == (reason, True, False)
    assert twilio.posts == []


async def test_it_sends_1600_characters(twilio, make):
    sent = await make().send(outbound(text="x" * 1600))
    assert sent.provider_id
    assert len(twilio.posts[0]["Body"]) == 1600


async def test_the_environment_cannot_send_it_to_another_edge(twilio, make, monkeypatch):
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "another")
    assert (await make().send(outbound())).provider_id


async def test_it_works_behind_an_api_url_with_a_slash_at_its_end(twilio, make):
    assert (await make(api_url=f"{twilio.url}/").send(outbound())).provider_id


def test_the_library_is_loaded_only_by_the_channel():
    script = "import messaging.twilio, webhooks.twilio, sys; print('twilio' in sys.modules, 'requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# -- what Twilio refuses --


@pytest.mark.parametrize(
    ("status", "code", "reason", "permanent"),
    [
        (400, 21610, Refusal.OPTED_OUT, True),
        (400, 21211, Refusal.BAD_ADDRESS, True),
        (400, 21217, Refusal.BAD_ADDRESS, True),
        (400, 21421, Refusal.BAD_ADDRESS, True),
        (400, 21614, Refusal.LANDLINE, True),
        (400, 21635, Refusal.LANDLINE, True),
        (400, 30006, Refusal.LANDLINE, True),
        (400, 30003, Refusal.UNREACHABLE, False),
        (400, 21408, Refusal.SETTINGS, True),
        (403, 21408, Refusal.SETTINGS, True),
        (400, 21606, Refusal.SETTINGS, True),
        (400, 21612, Refusal.SETTINGS, True),
        (400, 21659, Refusal.SETTINGS, True),
        (400, 30018, Refusal.SETTINGS, True),
        (400, 30024, Refusal.SETTINGS, True),
        (400, 21703, Refusal.SETTINGS, True),
        (400, 21705, Refusal.SETTINGS, True),
        (404, 20404, Refusal.SETTINGS, True),
        (401, 20003, Refusal.CREDENTIALS, False),
        (403, 20005, Refusal.CREDENTIALS, False),
        (401, 0, Refusal.CREDENTIALS, False),
        (403, 99999, Refusal.CREDENTIALS, False),
        (400, 21617, Refusal.REJECTED, True),
        (400, 99999, Refusal.REJECTED, True),
        (422, 0, Refusal.REJECTED, True),
        (429, 21611, Refusal.RATE_LIMITED, False),
        (400, 21611, Refusal.RATE_LIMITED, False),
        (400, 14107, Refusal.RATE_LIMITED, False),
    ],
)
async def test_a_clear_no_is_told_by_its_class_and_code(twilio, make, status, code, reason, permanent):
    twilio.faults.append(Fault(status=status, code=code, message="no"))
    failure = await refused(make())
    assert (failure.reason, failure.permanent, failure.ambiguous) == (reason, permanent, False)
    assert failure.code == str(code or "")


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("", 1.0), ("soon", 1.0), ("99999999", 86400.0)])
async def test_a_429_says_when_to_come_back_and_is_never_ambiguous(twilio, make, header, seconds):
    twilio.faults.append(Fault(status=429, code=20429, retry_after=header))
    failure = await refused(make())
    assert (failure.reason, failure.retry_after, failure.ambiguous) == (Refusal.RATE_LIMITED, seconds, False)
    assert twilio.messages == []


async def test_a_429_without_json_is_still_a_429(twilio, make):
    twilio.faults.append(Fault(status=429, body="<html>slow down</html>"))
    assert (await refused(make())).reason is Refusal.RATE_LIMITED


async def test_a_wrong_token_is_the_operators_to_mend(twilio, make):
    failure = await refused(make(auth_token="rotated-away"))
    assert (failure.reason, failure.permanent, failure.code) == (Refusal.CREDENTIALS, False, "20003")


async def test_a_redirect_is_a_captive_portal_and_nothing_was_sent(twilio, make):
    twilio.faults.append(Fault(status=302, body="log in first"))
    failure = await refused(make())
    assert (failure.reason, failure.ambiguous, failure.permanent) == (Refusal.UNAVAILABLE, False, False)


# -- what nobody knows --

IN_DOUBT = {
    "500 before it was taken": Fault(status=500, code=20500),
    "503 after it was taken": Fault(status=503, body="<html>", accept=True),
    "504 with a code that would be a clear no": Fault(status=504, code=21610),
    "408 from a box on the way": Fault(status=408, body=""),
    "cut before it was taken": Fault(drop=True),
    "cut after it was taken": Fault(drop=True, accept=True),
    "an answer that breaks off": Fault(cut=True, accept=True),
    "a page of a middlebox": Fault(status=200, body="<html>Welcome to FreeWiFi</html>"),
    "an empty 200": Fault(status=200, body=""),
    "truncated JSON": Fault(status=201, body='{"sid": "SM'),
    "a list": Fault(status=201, body="[]"),
    "a message without a sid": Fault(status=201, body='{"status": "queued"}'),
    "a sid that is none": Fault(status=201, body='{"sid": 5}'),
}


@pytest.mark.parametrize("name", IN_DOUBT)
async def test_it_is_uncertain_after(twilio, make, name):
    twilio.faults.append(IN_DOUBT[name])
    failure = await refused(make())
    assert (failure.reason, failure.ambiguous, failure.permanent) == (Refusal.UNCERTAIN, True, False)
    assert len(twilio.posts) == 1  # the library must not say it again by itself


async def test_its_timeout_holds_and_leaves_it_uncertain(twilio, make):
    twilio.faults.append(Fault(hang=True, accept=True))
    failure = await refused(make(timeout=0.1))
    assert (failure.reason, failure.ambiguous) == (Refusal.UNCERTAIN, True)
    assert len(twilio.posts) == 1


async def test_a_clear_no_whose_body_breaks_off_is_still_a_no(twilio, make):
    twilio.faults.append(Fault(status=429, cut=True))
    failure = await refused(make())
    assert (failure.reason, failure.ambiguous) == (Refusal.RATE_LIMITED, False)


# -- nothing was written --


async def test_nobody_listening_is_safe_to_retry(make):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    failure = await refused(make(api_url=f"http://127.0.0.1:{port}"))
    assert (failure.reason, failure.ambiguous, failure.permanent) == (Refusal.UNAVAILABLE, False, False)


async def test_no_such_host_is_safe_to_retry(make):
    failure = await refused(make(api_url="http://api.invalid"))
    assert (failure.reason, failure.ambiguous) == (Refusal.UNAVAILABLE, False)


async def test_no_tls_is_safe_to_retry(twilio, make):
    failure = await refused(make(api_url=twilio.url.replace("http:", "https:")))
    assert (failure.reason, failure.ambiguous) == (Refusal.UNAVAILABLE, False)
    assert twilio.posts == []


async def test_a_host_that_never_shakes_hands_is_safe_to_retry(make):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # the kernel takes the connection, nobody speaks TLS
        failure = await refused(make(api_url=f"https://127.0.0.1:{mute.getsockname()[1]}", timeout=0.4))
    assert (failure.reason, failure.ambiguous) == (Refusal.UNAVAILABLE, False)


async def test_a_closed_channel_writes_nothing(twilio, make):
    channel = make()
    await channel.send(outbound())
    await channel.close()
    failure = await refused(channel)
    assert (failure.reason, failure.ambiguous) == (Refusal.UNAVAILABLE, False)
    assert len(twilio.posts) == 1


# -- asking what Twilio has --


async def test_it_finds_what_was_taken_before_the_connection_broke(twilio, make):
    channel = make()
    twilio.faults.append(Fault(drop=True, accept=True))
    assert (await refused(channel)).ambiguous
    found = await channel.find(outbound(), NOW)
    assert found is not None
    assert found.provider_id == twilio.messages[0]["sid"]
    assert twilio.gets == [{"To": "+51900000001", "From": NUMBER, "PageSize": "100"}]


async def test_it_finds_nothing_where_nothing_was_taken(twilio, make):
    channel = make()
    twilio.faults.append(Fault(drop=True))
    await refused(channel)
    assert await channel.find(outbound(), NOW) is None


async def test_it_asks_a_service_by_the_learners_number_alone(twilio, make):
    twilio.add(to=ROSA.phone, body=FOLDED, **{"from": "+15005550009"})
    assert await make(sender=SERVICE).find(outbound(), NOW) is not None
    assert twilio.gets == [{"To": "+51900000001", "PageSize": "100"}]


@pytest.mark.parametrize(
    "other",
    [
        {"body": "Otro texto"},
        {"to": "+51900000002"},
        {"direction": "inbound"},
        {"date_created": NOW - timedelta(seconds=6)},
        {"from": "+15005550009"},
    ],
    ids=str,
)
async def test_it_does_not_take_another_message_for_its_own(twilio, make, other):
    twilio.add(**{"to": ROSA.phone, "body": FOLDED} | other)
    assert await make().find(outbound(), NOW) is None


async def test_it_allows_for_clocks_that_differ_by_seconds(twilio, make):
    twilio.add(to=ROSA.phone, body=FOLDED, date_created=NOW - timedelta(seconds=4))
    assert await make().find(outbound(), NOW) is not None


async def test_it_knows_its_text_behind_the_words_of_a_trial_account(twilio, make):
    twilio.add(to=ROSA.phone, body=f"Sent from your Twilio trial account - {FOLDED}")
    assert await make().find(outbound(), NOW) is not None


async def test_of_two_equal_texts_it_takes_the_oldest_that_no_other_row_has(twilio, make):
    for seconds in (1, 2, 3):
        twilio.add(to=ROSA.phone, body=FOLDED, date_created=NOW + timedelta(seconds=seconds))
    first, second, _ = (message["sid"] for message in twilio.messages)
    channel = make()
    found = await channel.find(outbound(), NOW)
    assert found is not None
    assert found.provider_id == first
    again = await channel.find(outbound(), NOW, known=lambda sid: sid == first)
    assert again is not None
    assert again.provider_id == second


async def test_it_turns_the_pages_until_they_are_older_than_the_question(twilio, make):
    twilio.add(to=ROSA.phone, body=FOLDED, date_created=NOW)
    for n in range(250):
        twilio.add(to=ROSA.phone, body=f"otro {n}", date_created=NOW + timedelta(seconds=n))
    for n in range(250):
        twilio.add(to=ROSA.phone, body=f"viejo {n}", date_created=NOW - timedelta(days=1, seconds=n))
    found = await make().find(outbound(), NOW)
    assert found is not None
    assert found.provider_id == twilio.messages[0]["sid"]
    assert len(twilio.gets) == 4  # 251 recent ones in three pages, and one page of older ones


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(status=500), Refusal.UNCERTAIN),
        (Fault(status=429, code=20429), Refusal.RATE_LIMITED),
        (Fault(status=401, code=20003), Refusal.CREDENTIALS),
        (Fault(drop=True), Refusal.UNCERTAIN),
        (Fault(body="<html>"), Refusal.UNCERTAIN),
        (Fault(body='{"something": "else", "and": 1}'), Refusal.UNCERTAIN),
        (Fault(body='{"messages": [{"sid": "SM1", "body": "x", "direction": "outbound-api"}]}'), Refusal.UNCERTAIN),
    ],
)
async def test_it_says_none_only_when_twilio_has_said_so(twilio, make, fault, reason):
    # A GET is idempotent, so aiohttp asks once more by itself on a connection that was cut.
    twilio.faults += [fault, fault]
    with pytest.raises(SendFailed) as raised:
        await make().find(outbound(), NOW)
    assert raised.value.reason is reason


async def test_a_message_that_twilio_has_already_failed_is_found_as_failed(twilio, make):
    twilio.add(to=ROSA.phone, body=FOLDED, status="failed", error_code=30006)
    found = await make().find(outbound(), NOW)
    assert found is not None
    assert found.status == "failed"


async def test_an_operator_can_try_the_settings_without_sending(twilio, make):
    await make().reach()
    assert (twilio.gets, twilio.posts) == ([{"PageSize": "1"}], [])
    with pytest.raises(SendFailed) as raised:
        await make(auth_token="wrong").reach()
    assert raised.value.reason is Refusal.CREDENTIALS


async def test_a_number_of_segments_may_be_a_number(twilio, make):
    twilio.faults.append(Fault(status=201, body='{"sid": "SM' + "a" * 32 + '", "num_segments": 3, "status": "new"}'))
    sent = await make().send(outbound())
    assert (sent.segments, sent.status) == (3, "sent")


# -- secrets and numbers --


async def test_neither_the_token_nor_a_number_is_in_what_fails_or_is_logged(twilio, make, caplog):
    caplog.set_level(logging.DEBUG)
    channel = make()
    message = f"The 'To' number {ROSA.phone} is not valid for {NUMBER}"
    twilio.faults += [Fault(status=400, code=21211, message=message), Fault(status=500), Fault(drop=True)]
    failures = [await refused(channel) for _ in range(3)]
    failures.append(await refused(make(api_url="http://api.invalid")))
    await channel.send(outbound())
    told = "".join(map(str, failures)) + repr(channel) + caplog.text
    told += "".join("".join(traceback.format_exception(one)) for one in failures)
    for secret in (TOKEN, b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(), ROSA.phone, FOLDED):
        assert secret not in told
    assert failures[0].detail == "HTTP 400 The 'To' number …01 is not valid for …06"


# -- many at once, the table, and the fake itself --


async def test_it_sends_many_at_once(twilio, make):
    channel = make(timeout=60.0)  # two hundred connections at once take a busy machine a while
    sent = await asyncio.gather(*(channel.send(outbound(id=n, text=f"texto {n}")) for n in range(200)))
    assert len({one.provider_id for one in sent}) == 200
    assert len(twilio.messages) == 200


def test_the_table_tells_one_message_from_a_whole_sender():
    assert CODES[21211].level is Level.MESSAGE
    assert CODES[21408].level is Level.COUNTRY
    assert CODES[20003].level is Level.SENDER
    assert {one.refusal for one in CODES.values() if one.level is Level.SENDER} == {
        Refusal.SETTINGS,
        Refusal.CREDENTIALS,
        Refusal.RATE_LIMITED,
    }


def test_only_what_is_known_is_certain():
    for status in (200, 201, *range(500, 600)):
        assert meaning(status, 21610).ambiguous
    for status in range(400, 500):
        assert meaning(status).ambiguous is (status == 408)


def test_a_receipt_s_code_has_the_same_meaning():
    assert of_receipt("30003") is CODES[30003]
    assert of_receipt("21610") is CODES[21610]
    assert [of_receipt(odd) for odd in ("", "99999", "-5", "٣٠٠٠٣", "x")] == [None] * 5


@pytest.mark.skipif(DESCRIBED is None, reason=f"Twilio's OpenAPI description is not at {SPEC}; set CHASQUI_TEST_DATA")
async def test_the_fake_notices_a_wrong_request_and_answers_with_twilio_s_own_fields():
    schemas = json.loads(SPEC.read_text())["components"]["schemas"]
    async with FakeTwilio() as fake:
        assert set(fake.add()) == set(schemas["api.v2010.account.message"]["properties"])
        channel = TwilioChannel(account_sid=ACCOUNT, auth_token=TOKEN, sender="MG-wrong", api_url=fake.url)
        await channel.send(outbound())
        await channel.close()
        assert fake.violations == ["MessagingServiceSid does not match ^MG[0-9a-fA-F]{32}$"]
