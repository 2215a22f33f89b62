"""Each channel with its provider on loopback, in one form, so that one table of cases can be put to all of them."""

from __future__ import annotations

import html
import json
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.messages import Address, Channel, Content, Inbound, Outbound
from messaging import android, http_gateway, http_reading, telegram, twilio
from messaging.android import AndroidChannel
from messaging.http_gateway import HttpChannel
from messaging.simulator import Delivered, SimulatorChannel, Style
from messaging.telegram import TelegramChannel
from messaging.twilio import TwilioChannel
from tests.fakes import android_gateway, telegram_api, telegram_updates, twilio_api
from tests.fakes import http_gateway as http_boxes

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
NUMBER = "+51900000001"
SIM = "android:+51900000009"
FORM = "application/x-www-form-urlencoded"
CHAT = telegram_updates.CHAT
BOT = f"telegram:{telegram_updates.BOT}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """An open channel, and what came out at the other end of it."""

    channel: Channel
    said: Callable[[], list[str]]  # as a person reads it, in order
    buttons: Callable[[], list[str]]
    files: Callable[[], list[str]]  # what is in them
    fail: Callable[[str], None]  # the next answer of the provider goes wrong in this way


@dataclass(frozen=True, kw_only=True)
class Kit:
    """How one channel is put to the test. `open(seconds)` is a context with a Line that waits so long for an answer.

    `address` is somebody whom it can reach. `provider`: there is a provider behind it, so it can be refused things.
    """

    name: str
    address: str
    open: Callable[[float], AbstractAsyncContextManager[Line]]
    provider: bool = True
    never: tuple[str, ...] = ()  # troubles that this provider does not know
    secrets: tuple[str, ...] = ()  # what no log may hold
    nowhere: Callable[[], Channel] | None = None  # the same channel with nobody listening

    def outbound(self, content: Content, *, address: str = "", id: int = 7, **more: Any) -> Outbound:
        """A message on its way to somebody."""
        where = Address.parse(address or self.address)
        given = {"id": id, "sender": "x", "address": where, "content": content, "created_at": NOW, "not_before": NOW}
        return Outbound(**given | more)


# What a provider does, and how each of the two says it. A kit without a row has no such trouble.
_TELEGRAM: Mapping[str, telegram_api.Fault] = {
    "she will not hear us": telegram_api.error(403, "Forbidden: bot was blocked by the user"),
    "no such address": telegram_api.error(400, "Bad Request: chat not found"),
    "a text it does not take": telegram_api.error(400, "Bad Request: BUTTON_DATA_INVALID"),
    "wait 35 seconds": telegram_api.error(429, "Too Many Requests: retry after 35", retry_after=35),
    "a token that is not ours": telegram_api.error(401, "Unauthorized"),
    "500": telegram_api.error(500, "Internal Server Error"),
    "502 of a proxy": telegram_api.Fault(502, body=b"<html>Bad Gateway</html>"),
    "a page instead of an answer": telegram_api.Fault(200, body=b"<html>Welcome to FreeWiFi</html>"),
    "an empty answer": telegram_api.Fault(200, body=b""),
    "half an answer": telegram_api.Fault(how="truncate"),
    "a cut connection": telegram_api.Fault(how="drop"),
    "no answer": telegram_api.Fault(how="hang"),
    "a captive portal's redirect": telegram_api.Fault(302, headers={"Location": "http://127.0.0.1:9/login"}),
}
_TWILIO: Mapping[str, twilio_api.Fault] = {
    "she will not hear us": twilio_api.Fault(status=400, code=21610, message="unsubscribed recipient"),
    "no such address": twilio_api.Fault(status=400, code=21211, message=f"The 'To' number {NUMBER} is not valid."),
    "a text it does not take": twilio_api.Fault(status=400, code=21617, message="exceeds the 1600 character limit"),
    "wait 35 seconds": twilio_api.Fault(status=429, code=20429, retry_after="35"),
    "a token that is not ours": twilio_api.Fault(status=401, code=20003, message="Authenticate"),
    "500": twilio_api.Fault(status=500, code=20500),
    "502 of a proxy": twilio_api.Fault(status=502, body="<html>Bad Gateway</html>"),
    "a page instead of an answer": twilio_api.Fault(status=200, body="<html>Welcome to FreeWiFi</html>"),
    "an empty answer": twilio_api.Fault(status=200, body=""),
    "half an answer": twilio_api.Fault(cut=True),
    "a cut connection": twilio_api.Fault(drop=True),
    "no answer": twilio_api.Fault(hang=True),
    "a captive portal's redirect": twilio_api.Fault(status=302, body="log in first"),
}

_ANDROID: Mapping[str, android_gateway.Fault] = {
    "no such address": android_gateway.Fault(
        status=400, error="BadRequest", message=f"failed to validate recipients: invalid phone number {NUMBER}"
    ),
    "a text it does not take": android_gateway.Fault(status=400, error="BadRequest", message="message is too long"),
    "wait 35 seconds": android_gateway.Fault(status=429, error="TooMany", headers={"Retry-After": "35"}),
    "a token that is not ours": android_gateway.Fault(status=401, error="Unauthorized"),
    "its queue is full": android_gateway.Fault(
        status=503, error="QueueLimitExceeded", message="queue limits exceeded: too many pending messages: 100 / 100"
    ),
    "500": android_gateway.Fault(status=500, error="InternalServerError"),
    "502 of a proxy": android_gateway.Fault(status=502, body="<html>Bad Gateway</html>"),
    "a page instead of an answer": android_gateway.Fault(status=200, body="<html>Welcome to FreeWiFi</html>"),
    "an empty answer": android_gateway.Fault(status=200, body=""),
    "half an answer": android_gateway.Fault(how="cut"),
    "a cut connection": android_gateway.Fault(how="drop"),
    "no answer": android_gateway.Fault(how="hang"),
    "a captive portal's redirect": android_gateway.Fault(status=302, body="log in first"),
}
_SAME: Mapping[str, http_boxes.Fault] = {
    "wait 35 seconds": http_boxes.Fault(status=429, headers={"Retry-After": "35"}),
    "500": http_boxes.Fault(status=500, body='Error "Cannot send submit_sm, check SMPPClientManagerPB log file"'),
    "502 of a proxy": http_boxes.Fault(status=502, body="<html>Bad Gateway</html>"),
    "a page instead of an answer": http_boxes.Fault(status=200, body="<html>Welcome to FreeWiFi</html>"),
    "an empty answer": http_boxes.Fault(status=200),
    "half an answer": http_boxes.Fault(how="cut"),
    "a cut connection": http_boxes.Fault(how="drop"),
    "no answer": http_boxes.Fault(how="hang"),
    "a captive portal's redirect": http_boxes.Fault(status=302, body="log in first"),
}
_HTTP: Mapping[str, Mapping[str, http_boxes.Fault]] = {
    "kannel": {
        **_SAME,
        "no such address": http_boxes.Fault(status=400, body="Number(s) has/have been denied by white- and/or black"),
        "a text it does not take": http_boxes.Fault(status=400, body="Message too long"),
        "a token that is not ours": http_boxes.Fault(status=403, body="Authorization failed for sendsms"),
        "its queue is full": http_boxes.Fault(status=503, body="Temporal failure, try again later."),
    },
    "jasmin": {
        **_SAME,
        "no such address": http_boxes.Fault(status=400, body=f'Error "Argument [to] has an invalid value: [{NUMBER}]"'),
        "a text it does not take": http_boxes.Fault(status=400, body='Error "Argument [coding] has an invalid value"'),
        "a token that is not ours": http_boxes.Fault(status=403, body='Error "Authentication failure for username"'),
        "its queue is full": http_boxes.Fault(status=403, body='Error "User throughput exceeded"'),
    },
}


def _telegram_channel(url: str, seconds: float = 5.0) -> TelegramChannel:
    return TelegramChannel(name=BOT, token=telegram_api.TOKEN, api_url=url, timeout=seconds)


@asynccontextmanager
async def _telegram(seconds: float) -> AsyncIterator[Line]:
    async with telegram_api.TelegramApi() as api:
        channel = _telegram_channel(api.url, seconds)

        def markup() -> list[dict[str, Any]]:
            return [call.json("reply_markup") for call in api.calls if "reply_markup" in call.params]

        line = Line(
            channel=channel,
            said=lambda: [_read(call.params["text"]) for call in api.called("sendMessage")],
            buttons=lambda: [each["text"] for found in markup() for row in found["inline_keyboard"] for each in row],
            files=lambda: [call.files["document"].decode() for call in api.called("sendDocument")],
            fail=lambda trouble: api.fail("sendMessage", _TELEGRAM[trouble]),
        )
        try:
            yield line
        finally:
            await channel.close()
    assert api.violations == []


def _read(markup: str) -> str:
    return html.unescape(re.sub(r"</?[bi]>", "", markup))


def _twilio_channel(url: str, seconds: float = 5.0) -> TwilioChannel:
    return TwilioChannel(
        account_sid=twilio_api.ACCOUNT,
        auth_token=twilio_api.TOKEN,
        sender=twilio_api.NUMBER,
        api_url=url,
        status_url="https://chasqui.example/webhooks/twilio/status",
        timeout=seconds,
        clock=lambda: NOW,
    )


@asynccontextmanager
async def _twilio(seconds: float) -> AsyncIterator[Line]:
    async with twilio_api.FakeTwilio(now=lambda: NOW) as api:
        channel = _twilio_channel(api.url, seconds)
        line = Line(
            channel=channel,
            said=lambda: [message["body"] for message in api.messages],
            buttons=list,
            files=list,
            fail=lambda trouble: api.faults.append(_TWILIO[trouble]),
        )
        try:
            yield line
        finally:
            await channel.close()
    assert api.violations == []


def _android_channel(url: str, seconds: float = 5.0) -> AndroidChannel:
    return AndroidChannel(
        name=SIM,
        api_url=url,
        username=android_gateway.USERNAME,
        password=android_gateway.PASSWORD,
        sim=1,
        timeout=seconds,
        clock=lambda: NOW,
    )


@asynccontextmanager
async def _android(seconds: float) -> AsyncIterator[Line]:
    async with android_gateway.AndroidGateway() as api:
        channel = _android_channel(api.url, seconds)
        line = Line(
            channel=channel,
            said=api.texts,
            buttons=list,
            files=list,
            fail=lambda trouble: api.faults.append(_ANDROID[trouble]),
        )
        try:
            yield line
        finally:
            await channel.close()
    assert api.violations == []


def _gateway(profile: str, url: str) -> http_gateway.Gateway:
    given = {"username": http_boxes.USERNAME, "password": http_boxes.PASSWORD, "number": "4545", "max_parts": 11}
    return http_gateway.gateway(profile, url, status_url=True, **given)


def _http_channel(profile: str, url: str, seconds: float = 5.0) -> HttpChannel:
    return HttpChannel(
        name=f"http:{profile}",
        gateway=_gateway(profile, url),
        status_url="https://chasqui.example/webhooks/http/status/a-secret-path",
        timeout=seconds,
        clock=lambda: NOW,
    )


def _http(profile: str) -> Callable[[float], AbstractAsyncContextManager[Line]]:
    @asynccontextmanager
    async def opened(seconds: float) -> AsyncIterator[Line]:
        async with http_boxes.HttpGateway() as api:
            channel = _http_channel(profile, api.url, seconds)
            line = Line(
                channel=channel,
                said=api.texts,
                buttons=list,
                files=list,
                fail=lambda trouble: api.faults.append(_HTTP[profile][trouble]),
            )
            try:
                yield line
            finally:
                await channel.close()
        assert api.violations == []

    return opened


def _simulator(style: Style) -> Callable[[float], AbstractAsyncContextManager[Line]]:
    @asynccontextmanager
    async def opened(seconds: float) -> AsyncIterator[Line]:
        shown: list[Delivered] = []
        channel = SimulatorChannel(style=style, deliver=shown.append)
        yield Line(
            channel=channel,
            said=lambda: [each.text for each in shown if each.text],
            buttons=lambda: [button.label for each in shown for button in each.buttons],
            files=lambda: [media.data for each in shown for media in each.media],
            fail=lambda trouble: None,
        )
        await channel.close()

    return opened


def _nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return f"http://127.0.0.1:{gone.getsockname()[1]}"


KITS = (
    Kit(
        name="telegram",
        address=f"telegram:{CHAT}",
        open=_telegram,
        never=("its queue is full",),
        secrets=(telegram_api.TOKEN, telegram_api.TOKEN.partition(":")[2], str(CHAT)),
        nowhere=lambda: _telegram_channel(_nobody()),
    ),
    Kit(
        name="twilio",
        address=f"tel:{NUMBER}",
        open=_twilio,
        never=("its queue is full",),
        secrets=(twilio_api.TOKEN, NUMBER, NUMBER[3:]),
        nowhere=lambda: _twilio_channel(_nobody()),
    ),
    Kit(
        name="android",
        address=f"tel:{NUMBER}",
        open=_android,
        never=("she will not hear us",),
        secrets=(android_gateway.PASSWORD, NUMBER, NUMBER[3:]),
        nowhere=lambda: _android_channel(_nobody()),
    ),
    *(
        Kit(
            name=f"http:{profile}",
            address=f"tel:{NUMBER}",
            open=_http(profile),
            never=("she will not hear us",),
            secrets=(http_boxes.PASSWORD, NUMBER, NUMBER[3:]),
            nowhere=lambda profile=profile: _http_channel(profile, _nobody()),  # type: ignore[misc]
        )
        for profile in _HTTP
    ),
    Kit(name="simulator:sms", address=f"simulator:sms:{NUMBER}", open=_simulator("sms"), provider=False),
    Kit(name="simulator:chat", address=f"simulator:chat:{NUMBER}", open=_simulator("chat"), provider=False),
)


# -- the way in --


@dataclass(frozen=True, kw_only=True)
class Knock:
    """One delivery as the provider makes it: who signs it, and what is in it."""

    text: str = "B"
    number: int = 1
    forged: bool = False
    spoiled: str = ""  # a field that must be there and is not


@dataclass(frozen=True, kw_only=True)
class Ear:
    """The inbound side of one channel: None where it is not genuine or not what the provider sends."""

    name: str
    hear: Callable[[Knock], Inbound | None]
    must_hold: tuple[str, ...]  # fields without which nothing is kept
    signs: bool = True  # else what is genuine is known by its path


def _hear_telegram(knock: Knock) -> Inbound | None:
    if not telegram.is_genuine("another" if knock.forged else "a-secret", "a-secret"):
        return None
    update = telegram_updates.text(knock.text, knock.number)
    update.pop(knock.spoiled, None)
    return telegram.inbound(update, sender=BOT, now=NOW)


def _hear_twilio(knock: Knock) -> Inbound | None:
    url, sid = "https://chasqui.example/webhooks/twilio/sms", f"SM{knock.number:032x}"
    fields = {"MessageSid": sid, "AccountSid": twilio_api.ACCOUNT, "From": NUMBER, "To": twilio_api.NUMBER}
    fields |= {"Body": knock.text, "NumMedia": "0"}
    fields.pop(knock.spoiled, None)
    signer = RequestValidator("another account's token" if knock.forged else twilio_api.TOKEN)
    signature = signer.compute_signature(url, MultiDict(fields))
    given = list(fields.items())
    if not twilio.is_genuine(tokens=[twilio_api.TOKEN], url=url, fields=given, signature=signature):
        return None
    try:
        return twilio.inbound(given, sender=f"twilio:{twilio_api.NUMBER}", account_sid=twilio_api.ACCOUNT, now=NOW)
    except twilio.Malformed:
        return None


def _hear_android(knock: Knock) -> Inbound | None:
    event = android_gateway.AndroidGateway().received(knock.text, id=f"event{knock.number}")
    event.pop(knock.spoiled, None)
    event.get("payload", {}).pop(knock.spoiled, None)
    body = json.dumps(event).encode()
    headers = android_gateway.signed(body, NOW, "another key" if knock.forged else android_gateway.KEY)
    signature, timestamp = headers["X-Signature"], headers["X-Timestamp"]
    keys = [android_gateway.KEY]
    if not android.is_genuine(keys=keys, body=body, timestamp=timestamp, signature=signature, now=NOW):
        return None
    try:
        heard = android.read(json.loads(body), android.Phone(sims={1: SIM}), NOW)
    except android.Malformed:
        return None
    return heard if isinstance(heard, Inbound) else None


def _hear_http(profile: str, knock: Knock) -> Inbound | None:
    given = {"id": f"id{knock.number}", "from": NUMBER, "text": knock.text, "coding": "8"}
    if profile == "jasmin":
        wide = knock.text.encode("utf-16-be").hex()
        given |= {"content": "?", "binary": wide, "origin-connector": "bo"}
    given.pop(knock.spoiled, None)
    try:
        body = urlencode(given).encode()
        fields = http_reading.fields(query="", body=body, content_type=FORM, charset="utf-8")
        gateway = _gateway(profile, "http://127.0.0.1")
        heard = http_reading.inbound(fields, gateway, sender=f"http:{profile}", country="PE", now=NOW)
    except http_reading.Malformed:
        return None
    return heard if isinstance(heard, Inbound) else None


EARS = (
    Ear(name="telegram", hear=_hear_telegram, must_hold=("update_id",)),
    Ear(name="twilio", hear=_hear_twilio, must_hold=("MessageSid", "AccountSid", "From", "To")),
    Ear(name="android", hear=_hear_android, must_hold=("id", "event", "payload", "sender")),
    *(
        Ear(name=f"http:{profile}", hear=partial(_hear_http, profile), must_hold=("from", text), signs=False)
        for profile, text in (("kannel", "text"), ("jasmin", "content"))
    ),
)
