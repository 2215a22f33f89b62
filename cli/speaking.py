"""Make a channel of each sender that is set; the libraries of a provider are loaded only where one is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from authoring.shelf import Shelf
from bot.messages import Channel
from cli.senders import AndroidPhone, HttpSender, TelegramBot, TwilioNumber
from cli.settings import Settings, secret_key

_TELEGRAM, _TWILIO, _ANDROID, _HTTP = (f"/webhooks/{kind}" for kind in ("telegram", "twilio", "android", "http"))


def channels(settings: Settings, shelf: Shelf) -> Iterator[Channel]:
    """One channel for each bot, number and SIM. Raises what reading the senders raises."""
    senders = settings.senders
    for bot in senders.telegram:
        yield _telegram(bot, settings, shelf)
    for number in senders.twilio:
        yield _twilio(number, settings)
    for phone in senders.android:
        yield from _android(phone)
    for sender in senders.http:
        yield _http(sender, settings)


def telegram_path(bot: TelegramBot) -> str:
    """Where Telegram delivers what is written to this bot."""
    return f"{_TELEGRAM}/{bot.route}" if bot.route else _TELEGRAM


def telegram_secret(bot: TelegramBot, settings: Settings) -> str:
    """The webhook's secret: the one set, else one derived from the key of this installation."""
    if bot.secret:
        return bot.secret
    told = b"telegram-webhook" + (f"/{bot.route}".encode() if bot.route else b"")
    return hmac.new(secret_key(settings), told, hashlib.sha256).hexdigest()


def twilio_path(number: TwilioNumber) -> str:
    """What /sms and /status are added to."""
    return f"{_TWILIO}/{number.route}" if number.route else _TWILIO


def android_path(phone: AndroidPhone) -> str:
    """Where a telephone tells its events."""
    return f"{_ANDROID}/{phone.route}" if phone.route else _ANDROID


def http_path(sender: HttpSender) -> str:
    """What /sms and /status are added to, and then the secret."""
    return f"{_HTTP}/{sender.route}" if sender.route else _HTTP


def _telegram(bot: TelegramBot, settings: Settings, shelf: Shelf) -> Channel:
    from messaging.telegram import TelegramChannel

    return TelegramChannel(
        name=bot.name,
        token=bot.token,
        api_url=bot.api_url,
        content_dir=settings.content_dir,
        share_label=lambda language: shelf().wording.say(language, "contact.share"),
    )


def _twilio(number: TwilioNumber, settings: Settings) -> Channel:
    from messaging.twilio import TwilioChannel

    return TwilioChannel(
        name=number.name,
        account_sid=number.account_sid,
        auth_token=number.auth_token[0],
        sender=number.number,
        api_url=number.api_url,
        status_url=f"{settings.public_url}{twilio_path(number)}/status" if settings.public_url else "",
        per_second=number.per_second,
    )


def _android(phone: AndroidPhone) -> Iterator[Channel]:
    from messaging.android import AndroidChannel

    for sim in phone.sims:
        yield AndroidChannel(
            name=sim.name,
            api_url=phone.url,
            username=phone.username,
            password=phone.password,
            sim=sim.slot or None,
            device=phone.device,
            operator=sim.operator,
            hears=bool(phone.signing_key),
            allowance=phone.allowance,
        )


def _http(sender: HttpSender, settings: Settings) -> Channel:
    from messaging.http_gateway import HttpChannel

    tail = f"/{sender.secret}" if sender.secret else ""
    return HttpChannel(
        name=sender.name,
        gateway=sender.gateway,
        status_url=f"{settings.public_url}{http_path(sender)}/status{tail}" if settings.public_url else "",
        hears=sender.two_way,
        operator=sender.operator,
        allowance=sender.allowance,
    )
