"""Each channel with its provider on loopback, in one form, so that one table of cases can be put to all of them."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.messages import Address, Channel, Content, Inbound, Outbound
from messaging import telegram, twilio
from messaging.simulator import Delivered, SimulatorChannel, Style
from messaging.telegram import TelegramChannel
from messaging.twilio import TwilioChannel
from tests.fakes import telegram_api, telegram_updates, twilio_api

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
NUMBER = "+51900000001"
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
        secrets=(telegram_api.TOKEN, telegram_api.TOKEN.partition(":")[2], str(CHAT)),
        nowhere=lambda: _telegram_channel(_nobody()),
    ),
    Kit(
        name="twilio",
        address=f"tel:{NUMBER}",
        open=_twilio,
        secrets=(twilio_api.TOKEN, NUMBER, NUMBER[3:]),
        nowhere=lambda: _twilio_channel(_nobody()),
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


EARS = (
    Ear(name="telegram", hear=_hear_telegram, must_hold=("update_id",)),
    Ear(name="twilio", hear=_hear_twilio, must_hold=("MessageSid", "AccountSid", "From", "To")),
)
