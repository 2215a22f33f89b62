"""Put the rooms together: one database, one catalogue, the channels that are set, and the loops between them."""

from __future__ import annotations

import ctypes
import gc
import random
import secrets
from asyncio import selector_events
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from authoring.console_words import read_console_words
from authoring.shelf import Shelf
from bot.cooperating.rules import ruled
from bot.delivering.trying import Carrying
from bot.messages import Channel
from bot.record import Policy
from bot.talking.wording import Wording
from cli import speaking
from cli.policies import who_we_are
from cli.settings import ROOT, Settings, database_url
from messaging.answering import Desk
from messaging.at_once import keep_and_answer
from messaging.posting import Post, carriers
from messaging.receiving import Receiver
from messaging.rehearsing import NAME, RehearsalChannel
from messaging.remembering import Memory
from messaging.simulator import SimulatorChannel
from messaging.tallying import Tally
from messaging.working import Bell
from store import settings as kept_settings
from store.database import Database
from store.errors import Unavailable
from webhooks.prices import read_price

Clock = Callable[[], datetime]

_M_ARENA_MAX = -8  # malloc.h
_READ = 16 * 1024  # octets that a socket is asked for at once
AT_ONCE = 0.9  # seconds that a provider waits for a database that keeps nothing, before it hears 503
_HELD_UP = 0.3  # seconds for which SQLite's file is somebody else's, after which that is no mere moment


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
    here: str = ""  # where a browser on this machine finds our pages, once they are served


def console_words(settings: Settings) -> Wording:
    """The console's sentences: those beside the lessons, or else our own. Raises WordsError."""
    chosen = settings.content_dir
    return read_console_words(chosen if (chosen / "console").is_dir() else ROOT / "content")


def open_database(settings: Settings) -> Database:
    """The configured database, brought to the newest schema. Raises ValueError or StoreError with a plain sentence."""
    database = Database.open(database_url(settings))
    try:
        database.migrate()
    except Unavailable as error:
        database.close()
        raise Unavailable(f"{error}. {unreached(database)}") from error
    if settings.rehearsal:
        database.rehearse(settings.clock_speed)
    return database


def unreached(database: Database) -> str:
    """What to do where a database cannot be reached; its password is not told."""
    if database.path:
        return f"Can this user read and write {database.path} and its folder? A copy of it: chasqui restore FILE"
    cure = "Is the server running, and are host, port, name, user and password of CHASQUI_DATABASE_URL right?"
    return f"The database is {database.url}. {cure} To try it: chasqui doctor"


def policy_of(settings: Settings, database: Database | None = None) -> Policy:
    """What the settings say of who we are, and of what a message costs; with what administrators have set in this
    database, which wins."""
    prices, currency = settings.senders.money()
    if not prices and settings.sms_price:  # a rehearsal has a budget too
        price = read_price(settings.sms_price)
        prices = {NAME: price.amount, "simulator:sms": price.amount}
        currency = (price.after or price.before).strip() or currency
    money = Decimal(settings.approval_money)
    policy = replace(who_we_are(settings), prices=prices, currency=currency, notice_money=money)
    if database is None:
        return policy
    with database.reading() as conn:
        return ruled(policy, kept_settings.kept(conn))


def carrying_of(settings: Settings) -> Carrying:
    """By what messages leave, how fast, and whether anybody is heard."""
    senders = settings.senders
    rates = [each.per_second for each in senders.twilio]
    rates += [phone.allowance.per_second or 1.0 for phone in senders.android for _ in phone.sims]
    rates += [each.allowance.per_second or 1.0 for each in senders.http]
    heard = [each.two_way for each in senders.twilio] + [each.two_way for each in senders.http]
    two_way = bool(senders.android) or any(heard)
    return Carrying(senders=tuple(senders.names()), rate=sum(rates) or 1.0, one_way=bool(rates) and not two_way)


def clock_of(settings: Settings, database: Database) -> Clock:
    """The time by which everything is decided: the database's, which in a rehearsal runs fast."""
    return database.now


def simulators() -> list[Channel]:
    """The two phones to try."""
    return [SimulatorChannel(style="sms"), SimulatorChannel(style="chat")]


def channels_of(settings: Settings, shelf: Shelf) -> list[Channel]:
    """One channel for each sender that is set, and the simulator's two."""
    found = [*simulators(), *speaking.channels(settings, shelf)]
    if settings.rehearsal and all(name.startswith("telegram:") for name in settings.senders.names()):
        found.append(RehearsalChannel())  # so that people who were imported can be rehearsed with
    return found


def telegram_name(settings: Settings) -> str:
    """The sender's name of the bot: its id, never its token."""
    return f"telegram:{settings.telegram_token.partition(':')[0]}"


def uses_webhook(settings: Settings) -> bool:
    """Whether Telegram delivers to us, rather than being asked."""
    return settings.telegram_mode == "webhook" or (not settings.telegram_mode and bool(settings.public_url))


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
    at_once: bool = True,
    patience: float = AT_ONCE,
) -> House:
    """Wire a house from its parts. `secret` keys the hashes of erased numbers. `at_once`: on SQLite, where one
    process does everything, what comes in is answered with the commit that keeps it. `patience`: the seconds that a
    provider waits for a database that keeps nothing, before it hears 503."""
    by_name = {channel.name: channel for channel in channels}
    told = clock or clock_of(settings, database)
    inbox_bell, outbox_bell, tally = Bell(), Bell(), Tally()
    policy = policy_of(settings, database)
    drawn = chance or secrets.SystemRandom()  # codes are drawn: not to be foretold
    post = Post(
        database=database,
        channels=by_name,
        clock=told,
        policy=policy,
        chance=random.Random(secrets.randbits(64) if chance is None else 7),
        tally=tally,
        speed=database.speed,
    )
    desk = Desk(
        database=database,
        catalogue=shelf,
        policy=policy,
        clock=told,
        chance=drawn,
        buttons=frozenset(name for name, channel in by_name.items() if channel.capabilities.buttons),
        secret=secret,
        memory=Memory() if database.dialect == "sqlite" else None,
        tally=tally,
        carriers=lambda: carriers(post),
    )
    return House(
        settings=settings,
        database=database,
        shelf=shelf,
        clock=told,
        channels=by_name,
        receiver=Receiver(
            database,
            told,
            inbox_bell.ring,
            tally,
            patience,
            busy=lambda: bool(database.path) and database.held_up < _HELD_UP,
            answer=partial(keep_and_answer, desk) if at_once and database.path else None,
            said=outbox_bell.ring,
        ),
        desk=desk,
        post=post,
        inbox_bell=inbox_bell,
        outbox_bell=outbox_bell,
        tally=tally,
    )


def share_heap() -> None:
    """Before there are threads: glibc would give each its own heap and keep whatever each of them once needed. One for
    all is 6 MiB less after thirty thousand messages; one interpreter seldom asks from two threads at once. Where the C
    library is another, nothing is done."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def read_little() -> None:
    """asyncio takes 256 KiB from the heap for every read and gives back what was not filled, so that the next small
    thing is put behind it: the heap grew by 24 MiB over a hundred thousand messages. Sixteen hold a whole webhook, and
    what is longer is read in several pieces. Where the loop is another, nothing is done."""
    transports = getattr(selector_events, "_SelectorTransport", None)
    if transports is not None and hasattr(transports, "max_size"):
        transports.max_size = _READ


def settle() -> None:
    """Once everything is loaded: the modules and the lessons stay, so the garbage collector need not look through them
    again and again while turns come and go."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 10, 10)


async def close(house: House) -> None:
    """Let go of connections and files."""
    for channel in house.channels.values():
        await channel.close()
    house.database.close()
