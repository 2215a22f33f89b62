"""Put the rooms together: one database, one catalogue, the channels that are set, and the loops between them."""

from __future__ import annotations

import gc
import hashlib
import hmac
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from authoring.shelf import Shelf
from bot.messages import Channel
from bot.record import Policy
from cli.settings import Settings, database_url, secret_key
from messaging.answering import Desk
from messaging.receiving import Receiver
from messaging.remembering import Memory
from messaging.sending import Post
from messaging.simulator import SimulatorChannel
from messaging.tallying import Tally
from messaging.working import Bell
from store.database import Database

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that runs, wired."""

    settings: Settings
    database: Database
    shelf: Shelf
    clock: Clock
    channels: Mapping[str, Channel]
    receiver: Receiver
    desk: Desk
    post: Post
    inbox_bell: Bell
    outbox_bell: Bell
    tally: Tally


def open_database(settings: Settings) -> Database:
    """The configured database, brought to the newest schema. Raises ValueError or StoreError with a plain sentence."""
    database = Database.open(database_url(settings))
    database.migrate()
    return database


def policy_of(settings: Settings) -> Policy:
    """What the settings say of who we are."""
    return Policy(
        organisation=settings.organisation,
        coordinator=settings.coordinator,
        country=settings.country,
        telegram_username=settings.telegram_username,
    )


def clock_of(settings: Settings, database: Database) -> Clock:
    """The time by which everything is decided: the database's, or in a rehearsal a clock that runs fast."""
    if not settings.rehearsal:
        return database.now
    began = datetime.now(UTC)
    return lambda: began + (datetime.now(UTC) - began) * settings.clock_speed


def simulators() -> list[Channel]:
    """The two phones to try."""
    return [SimulatorChannel(style="sms"), SimulatorChannel(style="chat")]


def channels_of(settings: Settings, shelf: Shelf) -> list[Channel]:
    """One channel for each sender that is set, and the simulator's two."""
    found = simulators()
    if settings.has_telegram:
        from messaging.telegram import TelegramChannel

        found.append(
            TelegramChannel(
                name=telegram_name(settings),
                token=settings.telegram_token,
                api_url=settings.telegram_api_url,
                content_dir=settings.content_dir,
                share_label=lambda language: shelf().wording.say(language, "contact.share"),
            )
        )
    if settings.has_twilio:
        from messaging.twilio import TwilioChannel

        status = f"{settings.public_url}/webhooks/twilio/status" if settings.public_url else ""
        found.append(
            TwilioChannel(
                name=twilio_name(settings),
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token[0],
                sender=settings.twilio_from,
                api_url=settings.twilio_api_url,
                status_url=status,
            )
        )
    return found


def telegram_name(settings: Settings) -> str:
    """The sender's name of the bot: its id, never its token."""
    return f"telegram:{settings.telegram_token.partition(':')[0]}"


def uses_webhook(settings: Settings) -> bool:
    """Whether Telegram delivers to us, rather than being asked."""
    return settings.telegram_mode == "webhook" or (not settings.telegram_mode and bool(settings.public_url))


def telegram_secret(settings: Settings) -> str:
    """The webhook's secret: the one set, else one derived from the key of this installation."""
    if settings.telegram_secret:
        return settings.telegram_secret
    return hmac.new(secret_key(settings), b"telegram-webhook", hashlib.sha256).hexdigest()


def twilio_name(settings: Settings) -> str:
    """The sender's name of the number or Messaging Service."""
    return f"twilio:{settings.twilio_from}"


def build(
    settings: Settings,
    database: Database,
    shelf: Shelf,
    channels: Sequence[Channel],
    *,
    secret: bytes,
    clock: Clock | None = None,
    chance: random.Random | None = None,
) -> House:
    """Wire a house from its parts. `secret` keys the hashes of erased numbers."""
    by_name = {channel.name: channel for channel in channels}
    told = clock or clock_of(settings, database)
    inbox_bell, outbox_bell, tally = Bell(), Bell(), Tally()
    desk = Desk(
        database=database,
        catalogue=shelf,
        policy=policy_of(settings),
        clock=told,
        chance=chance or random.Random(secrets.randbits(64)),
        buttons=frozenset(name for name, channel in by_name.items() if channel.capabilities.buttons),
        secret=secret,
        memory=Memory() if database.dialect == "sqlite" else None,
        tally=tally,
    )
    return House(
        settings=settings,
        database=database,
        shelf=shelf,
        clock=told,
        channels=by_name,
        receiver=Receiver(database, told, inbox_bell.ring, tally),
        desk=desk,
        post=Post(database=database, channels=by_name, clock=told, tally=tally),
        inbox_bell=inbox_bell,
        outbox_bell=outbox_bell,
        tally=tally,
    )


def settle() -> None:
    """Once everything is loaded: the modules and the lessons stay, so the garbage collector need not look through them
    again and again while turns come and go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


async def close(house: House) -> None:
    """Let go of connections and files."""
    for channel in house.channels.values():
        await channel.close()
    house.database.close()
