"""Twilio's two routes on a real server: what is genuine is kept, and everything else is told why not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.messages import Heard, Inbound, Receipt, Status
from webhooks.limits import GuardedRunner
from webhooks.twilio import routes

ACCOUNT = "AC" + "0123456789abcdef" * 2
NUMBER = "+15005550006"
SENDER = f"twilio:{NUMBER}"
SID = "SM" + "0" * 31 + "1"
OLD, NEW = "the-old-token-5f3a", "the-new-token-77b1"
PUBLIC = "https://chasqui.example"
SMS_PATH, STATUS_PATH = "/webhooks/twilio/sms", "/webhooks/twilio/status"
FORM = "application/x-www-form-urlencoded"
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

SMS = {
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "+51900000001",
    "To": NUMBER,
    "Body": "¿Qué sigue? B",
    "NumMedia": "0",
    "NumSegments": "1",
    "SmsStatus": "received",
    "FromCountry": "PE",
    "ToCountry": "US",
    "ApiVersion": "2010-04-01",
}
CALLBACK = {"MessageSid": SID, "AccountSid": ACCOUNT, "MessageStatus": "delivered", "To": "+51900000001"}


class Site:
    """The routes on a loopback server, and what they kept."""

    def __init__(self, public_url: str = PUBLIC, prefix: str = PUBLIC) -> None:
        self.inbound: list[Inbound] = []
        self.receipts: list[Receipt] = []
        self.broken: Exception | None = None
        self.signed_as = prefix
        app = web.Application()
        made = {"account_sid": ACCOUNT, "tokens": [NEW, OLD], "public_url": public_url, "sender": SENDER}
        app.add_routes(routes(**made, receive=self._receive, receipt=self._receipt))
        self.runner = GuardedRunner(app, access_log=None)

    async def __aenter__(self) -> Site:
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site.port
        self.url = f"http://127.0.0.1:{site.port}"
        self.client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()
        await self.runner.cleanup()

    async def _receive(self, message: Inbound) -> None:
        if self.broken:
            raise self.broken
        self.inbound.append(message)

    async def _receipt(self, message: Receipt) -> None:
        if self.broken:
            raise self.broken
        self.receipts.append(message)

    async def post(
        self, path: str, fields: dict[str, str], token: str = NEW, sign: bool = True, **headers: str
    ) -> tuple[int, str]:
        if sign:
            signature = RequestValidator(token).compute_signature(self.signed_as + path, MultiDict(fields))
            headers = {"X-Twilio-Signature": signature} | headers
        return await self.raw(path, urlencode(fields).encode(), headers)

    async def raw(self, path: str, body: Any, headers: dict[str, str]) -> tuple[int, str]:
        headers = {"Content-Type": FORM} | headers
        url = aiohttp.client.URL(self.url + path, encoded=True)
        async with self.client.post(url, data=body, headers=headers) as answer:
            self.answered = answer
            return answer.status, await answer.text()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


async def test_a_genuine_sms_is_kept_and_nothing_is_said(site):
    before = datetime.now(UTC)
    assert await site.post(SMS_PATH, SMS) == (200, EMPTY)
    assert site.answered.content_type == "text/xml"
    [message] = site.inbound
    assert (message.sender, message.provider_id, message.text) == (SENDER, SID, "¿Qué sigue? B")
    assert str(message.address) == "tel:+51900000001"
    assert before <= message.received_at <= datetime.now(UTC)


async def test_a_learners_word_at_the_address_for_statuses_is_kept_and_the_cure_is_said(site, caplog):
    for sid in (SID, "SM" + "0" * 31 + "2"):
        assert await site.post(STATUS_PATH, SMS | {"MessageSid": sid}) == (200, EMPTY)
    assert [message.text for message in site.inbound] == ["¿Qué sigue? B"] * 2
    assert not site.receipts
    [line] = caplog.messages
    assert "/webhooks/twilio/sms" in line


@pytest.mark.parametrize("token", [NEW, OLD])
async def test_either_token_counts_while_they_are_rotated(site, token):
    assert (await site.post(SMS_PATH, SMS, token))[0] == 200


async def test_a_shared_key_signs_with_sha256(site):
    made = RequestValidator(NEW).compute_signature(PUBLIC + SMS_PATH, MultiDict(SMS), "HMAC_SHA256")
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    headers = {"X-Twilio-Signature": made, "X-Twilio-Webhooks-Signature-Settings": settings}
    assert (await site.post(SMS_PATH, SMS, sign=False, **headers))[0] == 200


async def test_a_replay_is_passed_on_for_the_inbox_to_know(site):
    for _ in range(2):
        assert (await site.post(SMS_PATH, SMS))[0] == 200
    assert [message.provider_id for message in site.inbound] == [SID, SID]


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
async def test_what_twilio_has_answered_is_recorded_and_we_say_nothing(site, word):
    assert await site.post(SMS_PATH, SMS | {"Body": word, "OptOutType": word}) == (200, EMPTY)
    assert site.inbound[0].kind is Heard(f"carrier_{word.lower()}")


# -- not genuine --


async def test_no_signature_is_403(site):
    assert (await site.post(SMS_PATH, SMS, sign=False))[0] == 403
    assert (await site.post(SMS_PATH, SMS, **{"X-Twilio-Signature": ""}))[0] == 403
    assert (await site.post(STATUS_PATH, CALLBACK, sign=False))[0] == 403
    assert (site.inbound, site.receipts) == ([], [])


async def test_another_s_token_is_403(site):
    assert (await site.post(SMS_PATH, SMS, "another-account-s-token"))[0] == 403


async def test_an_unknown_algorithm_is_403(site):
    settings = {"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_MD5"}
    assert (await site.post(SMS_PATH, SMS, **settings))[0] == 403


async def test_no_header_of_the_caller_changes_the_url_that_is_signed(site):
    site.signed_as = "https://evil.example"
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert (await site.post(SMS_PATH, SMS, **headers))[0] == 403
    site.signed_as = PUBLIC
    assert (await site.post(SMS_PATH, SMS, **headers))[0] == 200


async def test_one_line_names_the_url_that_we_signed(site, caplog):
    site.signed_as = "http://chasqui.example:8080"
    for _ in range(3):
        assert (await site.post(SMS_PATH + "?x=1", SMS))[0] == 403
    [line] = [record.getMessage() for record in caplog.records]
    assert "'https://chasqui.example/webhooks/twilio/sms?x=1'" in line
    assert "CHASQUI_PUBLIC_URL" in line
    for secret in (NEW, OLD, "900000001", "Qué sigue"):
        assert secret not in line


@pytest.mark.parametrize("public_url", ["https://chasqui.example/cauca", "https://chasqui.example/cauca/"])
async def test_a_public_url_may_have_a_path(public_url):
    async with Site(public_url, "https://chasqui.example/cauca") as site:
        assert (await site.post(SMS_PATH, SMS))[0] == 200
        site.signed_as = PUBLIC
        assert (await site.post(SMS_PATH, SMS))[0] == 403


@pytest.mark.parametrize("query", ["?mid=77&x=a%20b", "?x=%C3%B1&y=a+b", "", "?x=%7e%c3%b1&y=~", "?a=1&a=2&=&b"])
async def test_path_and_query_are_signed_as_they_came(site, query):
    assert (await site.post(SMS_PATH + query, SMS))[0] == 200


@pytest.mark.parametrize("port", [":443", ""])
async def test_the_port_may_be_signed_or_not(site, port):
    site.signed_as = PUBLIC + port
    assert (await site.post(SMS_PATH, SMS))[0] == 200


# -- genuine, and not for us --


@pytest.mark.parametrize("missing", ["MessageSid", "AccountSid", "From", "To"])
async def test_a_signed_form_without_a_field_that_must_be_there_is_400(site, missing):
    fields = {name: value for name, value in SMS.items() if name != missing}
    assert (await site.post(SMS_PATH, fields))[0] == 400
    assert site.inbound == []


async def test_a_captured_request_with_a_value_moved_into_a_name_is_400(site):
    captured = {"Body": "YES", "From": "+51900000001", "To": NUMBER, "MessageSid": SID, "AccountSid": ACCOUNT}
    made = RequestValidator(NEW).compute_signature(PUBLIC + SMS_PATH, MultiDict(captured))
    moved = {name: value for name, value in captured.items() if name not in ("Body", "From")}
    moved["BodyYESFrom"] = "+51900000001"
    assert (await site.post(SMS_PATH, moved, sign=False, **{"X-Twilio-Signature": made}))[0] == 400


@pytest.mark.parametrize("changed", [{"AccountSid": "AC" + "f" * 32}, {"To": "+15005550009"}])
async def test_another_account_or_number_is_403_and_nothing_is_kept(site, changed):
    assert (await site.post(SMS_PATH, SMS | changed))[0] == 403
    assert site.inbound == []


# -- too much, or not a form --


async def test_64_kib_are_taken_and_one_octet_more_is_413(site):
    room = 64 * 1024 - len(urlencode(SMS | {"Body": ""}))
    assert (await site.post(SMS_PATH, SMS | {"Body": "x" * room}))[0] == 200
    assert (await site.post(SMS_PATH, SMS | {"Body": "x" * (room + 1)}))[0] == 413


async def test_a_chunked_body_without_a_length_is_413_as_well(site):
    async def chunks() -> AsyncIterator[bytes]:
        yield b"Body="
        for _ in range(100):
            yield b"x" * 1024

    assert (await site.raw(SMS_PATH, chunks(), {}))[0] == 413
    assert site.answered.headers["Connection"] == "close"


async def test_ten_thousand_fields_are_413(site):
    assert (await site.raw(SMS_PATH, b"&".join([b"a=1"] * 10_000), {}))[0] == 413
    assert (await site.raw(SMS_PATH, b"&".join(b"field%d=" % n for n in range(10_000)), {}))[0] == 413


async def test_50_megabytes_are_413_before_they_are_read(site):
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    head = f"POST {SMS_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 52428800\r\n\r\n"
    writer.write(head.encode())
    assert (await reader.readline()).split()[1] == b"413"
    writer.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
        {"Content-Type": "application/json"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "text/plain"},
    ],
    ids=str,
)
async def test_what_is_not_a_plain_form_is_415(site, headers):
    assert (await site.post(SMS_PATH, SMS, **headers))[0] == 415
    assert site.inbound == []


async def test_a_form_may_name_its_charset(site):
    assert (await site.post(SMS_PATH, SMS, **{"Content-Type": f"{FORM}; charset=UTF-8"}))[0] == 200


async def test_an_empty_body_is_403_without_and_400_with_a_signature(site):
    assert (await site.post(SMS_PATH, {}, sign=False))[0] == 403
    assert (await site.post(SMS_PATH, {}))[0] == 400


async def test_only_post_is_taken(site):
    async with site.client.get(site.url + SMS_PATH) as answer:
        assert answer.status == 405


# -- what cannot be kept --


async def test_what_is_not_kept_is_503_and_its_text_is_not_logged(site, caplog):
    site.broken = RuntimeError("[parameters: ('+51900000001', '¿Qué sigue? B')]")
    assert (await site.post(SMS_PATH, SMS))[0] == 503
    assert (await site.post(STATUS_PATH, CALLBACK))[0] == 503
    assert [record.getMessage() for record in caplog.records] == [
        "Could not keep an inbound message from Twilio: RuntimeError",
        "Could not keep a receipt from Twilio: RuntimeError",
    ]
    site.broken = None
    assert (await site.post(SMS_PATH, SMS))[0] == 200


# -- receipts --


async def test_a_receipt_finds_our_row_by_the_id_in_its_url(site):
    assert await site.post(STATUS_PATH + "?mid=77", CALLBACK) == (200, EMPTY)
    [told] = site.receipts
    assert (told.outbound, told.provider_id, told.status, told.sender) == (77, SID, Status.DELIVERED, SENDER)


@pytest.mark.parametrize("query", ["", "?mid=", "?mid=x", "?mid=-1", "?mid=9999999999999999999", "?mid=%D9%A3"])
async def test_a_receipt_without_an_id_of_ours_is_kept_all_the_same(site, query):
    assert (await site.post(STATUS_PATH + query, CALLBACK))[0] == 200
    assert site.receipts[0].outbound is None


async def test_an_id_that_was_changed_after_signing_is_403(site):
    made = RequestValidator(NEW).compute_signature(f"{PUBLIC}{STATUS_PATH}?mid=77", MultiDict(CALLBACK))
    assert (await site.post(f"{STATUS_PATH}?mid=78", CALLBACK, sign=False, **{"X-Twilio-Signature": made}))[0] == 403


async def test_its_error_is_kept(site):
    assert (await site.post(STATUS_PATH, CALLBACK | {"MessageStatus": "undelivered", "ErrorCode": "30003"}))[0] == 200
    assert (site.receipts[0].status, site.receipts[0].error) == (Status.UNDELIVERED, "30003")


async def test_an_unknown_status_is_200_and_noted(site, caplog):
    caplog.set_level(logging.INFO, "webhooks.twilio")
    assert (await site.post(STATUS_PATH, CALLBACK | {"MessageStatus": "teleported"}))[0] == 200
    assert site.receipts == []
    assert "'teleported'" in caplog.text


async def test_a_receipt_of_another_account_is_403(site):
    assert (await site.post(STATUS_PATH + "?mid=77", CALLBACK | {"AccountSid": "AC" + "f" * 32}))[0] == 403
    assert site.receipts == []
