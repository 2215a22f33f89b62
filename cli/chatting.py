"""`chasqui chat`: a phone in the terminal. What is typed walks the same way as a real message, only faster."""

from __future__ import annotations

import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TextIO

from authoring.shelf import Shelf
from bot.messages import Inbound
from cli import terminal, wiring
from cli.settings import Settings, secret_key
from cli.wiring import House
from messaging.answering import answer_round
from messaging.sending import send_round
from messaging.simulator import Delivered, SimulatorChannel, pressed, started, typed
from scheduler.rhythm import prepare
from store import dues

_WAIT = re.compile(r"@wait\s+(\d{1,4})\s*([dhm])\s*")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_TYPING = timedelta(seconds=20)  # how long a person takes for a message, on the scratch clock
_LONGEST_WAIT = timedelta(days=400)
_HALF_A_DAY = timedelta(hours=12)  # between two looks at what tomorrow owes, so that no day is passed over
_WAIT_REFUSED = "@wait moves the clock, and the clock of a real database must not be moved. Use --scratch."
_WAIT_HOW = "@wait takes a number and d, h or m, at most 400d. For example: @wait 2d"
_STYLES: tuple[Literal["sms", "chat"], ...] = ("sms", "chat")


@dataclass(slots=True)
class _Phone:
    """One phone in the terminal: what has arrived on it and was not shown yet."""

    style: Literal["sms", "chat"]
    number: str
    arrived: list[Delivered] = field(default_factory=list)
    last: Delivered | None = None  # the last message with buttons


@dataclass(slots=True)
class _Clock:
    """A clock that moves when told to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def chat(
    settings: Settings,
    *,
    channel: str,
    number: str,
    language: str = "",
    scratch: bool = True,
    given: TextIO = sys.stdin,
    out: TextIO = sys.stdout,
    began: datetime | None = None,
    prepare: Callable[[House], None] = lambda house: None,
) -> int:
    """Chat until the end of `given`: in colour at a terminal, else one learner message a line, as a transcript.

    `scratch`: a database of its own, and a clock that begins at `began` (nine in the morning in Lima, today).
    `prepare` may put something into the database before the first word.
    """
    phone = _Phone(style="chat" if channel == "telegram" else "sms", number=number)
    with tempfile.TemporaryDirectory(prefix="chasqui-chat-") as folder:
        if scratch:
            settings = Settings(
                database_url=f"sqlite:///{folder}/chat.db",
                content_dir=settings.content_dir,
                country=_country(number, language, settings.country),
                organisation=settings.organisation,
                coordinator=settings.coordinator,
            )
        clock = _Clock(began or _this_morning()) if scratch else None
        house = _house(settings, phone, Path(folder), clock)
        try:
            prepare(house)
            spoken = house.shelf().wording.languages
            if language and language not in spoken:
                print(f"There is no language {language!r}. Write one of {', '.join(spoken)}.", file=sys.stderr)
                return 1
            talk = _interactive if given.isatty() else _transcript
            return await talk(house, phone, clock, given, out, language)
        finally:
            await wiring.close(house)


def _country(number: str, language: str, otherwise: str) -> str:
    from bot.talking.joining import country_of

    return "RW" if language == "rw" and number == "+51900000001" else country_of(number, otherwise)


def _this_morning() -> datetime:
    # Lessons are for daylight: a scratch day begins at nine in the morning in Lima, which is 14:00 UTC.
    return datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0)


def _house(settings: Settings, phone: _Phone, folder: Path, clock: _Clock | None) -> House:
    database = wiring.open_database(settings)
    shelf = Shelf(settings.content_dir)
    channels = [SimulatorChannel(style=style, deliver=_deliver(phone)) for style in _STYLES]
    return wiring.build(
        settings,
        database,
        shelf,
        channels,
        secret=secret_key(settings, folder) if clock else secret_key(settings),
        clock=clock or wiring.clock_of(settings, database),
        chance=random.Random(0) if clock else None,
    )


def _deliver(phone: _Phone) -> Callable[[Delivered], None]:
    def deliver(message: Delivered) -> None:
        if message.address.phone == phone.number:
            phone.arrived.append(message)

    return deliver


async def _settle(house: House) -> None:
    """Answer and send until nothing is left that is due now."""
    while True:
        answered = await house.database.run(lambda: answer_round(house.desk))
        sent = await send_round(house.post)
        if not answered and not sent:
            return


async def _wait(house: House, clock: _Clock, length: timedelta) -> None:
    """Move the clock, stopping wherever something falls due on the way, and each day to make what the next one owes."""
    end = clock.now + length
    while True:
        await prepare(house.database, house.desk.policy, clock)
        await _settle(house)
        following = await house.database.look(lambda: _next_due(house, clock.now))
        stop = min(following or end, clock.now + _HALF_A_DAY)
        if stop >= end:
            break
        clock.now = stop
    clock.now = end
    await _settle(house)


def _next_due(house: House, after: datetime) -> datetime | None:
    with house.database.reading() as conn:
        return dues.next_at(conn, after)


def _heard(house: House, phone: _Phone, line: str, language: str) -> Inbound:
    """What was typed: words, a Start link, or a button of the last message by its label."""
    now = house.clock()
    if phone.style == "chat":
        command, _, payload = line.partition(" ")
        if command == "/start":
            return started(phone.style, phone.number, payload.strip(), now, language=language)
        if line.startswith("/"):
            line = line[1:]
        pushed = _button(phone, line)
        if pushed:
            token, choice, message = pushed
            return pressed(phone.style, phone.number, token, choice, now, message=message)
    return typed(phone.style, phone.number, line, now, language=language)


def _button(phone: _Phone, line: str) -> tuple[str, int, str] | None:
    """A line in brackets presses the button with that label: `[Sí]`."""
    if not (phone.last and line.startswith("[") and line.endswith("]")):
        return None
    wanted = line[1:-1].strip().casefold()
    for button in phone.last.buttons:
        letter, _, words = button.label.casefold().partition(") ")
        if wanted in (button.label.casefold(), letter, words):
            return button.token, button.choice, phone.last.id
    return None


async def _say(house: House, phone: _Phone, clock: _Clock | None, line: str, language: str) -> None:
    if clock:
        clock.now += _TYPING
    await house.receiver.receive(_heard(house, phone, line, language))
    await _settle(house)


def _shown(phone: _Phone) -> Iterator[Delivered]:
    while phone.arrived:
        message = phone.arrived.pop(0)
        if message.buttons:
            phone.last = message
        if message.text or message.media or message.notice:
            yield message


async def _transcript(
    house: House, phone: _Phone, clock: _Clock | None, given: TextIO, out: TextIO, language: str
) -> int:
    for number, raw in enumerate(given, 1):
        line = raw.rstrip("\r\n")
        if line.startswith("@wait"):
            length = _length_of(line)
            if clock is None or length is None:
                print(f"line {number}: {line}: {_WAIT_HOW if clock else _WAIT_REFUSED}", file=sys.stderr)
                return 1
            print(line, file=out, flush=True)
            await _wait(house, clock, length)
        else:
            print(terminal.transcript_line(line, True), file=out, flush=True)
            await _say(house, phone, clock, line, language)
        for message in _shown(phone):
            print(_line(phone, message), file=out, flush=True)
    return 0


def _length_of(line: str) -> timedelta | None:
    """How long an @wait line waits; None where it cannot be read, or is longer than a year and a month."""
    wait = _WAIT.fullmatch(line)
    if wait is None:
        return None
    length = timedelta(**{_UNITS[wait[2]]: int(wait[1])})
    return length if length <= _LONGEST_WAIT else None


def _line(phone: _Phone, message: Delivered) -> str:
    segments = message.segments if phone.style == "sms" else None
    return terminal.transcript_line(_text(message), False, segments, [button.label for button in message.buttons])


def _text(message: Delivered) -> str:
    files = "".join(f" [{media.kind}: {media.name or media.path}]" for media in message.media)
    return (message.text or (f"({message.notice})" if message.notice else "")) + files


async def _interactive(
    house: House, phone: _Phone, clock: _Clock | None, given: TextIO, out: TextIO, language: str
) -> int:
    colour = terminal.wants_colour(os.environ, out.isatty())
    width = shutil.get_terminal_size().columns
    words = ", ".join(each.join_word(language or "es") for each in house.shelf().for_country(""))
    print(terminal.quiet(f"{words}, MENU.  @wait 2d.  Ctrl-D.", colour=colour), file=out)
    while True:
        print(terminal.prompt(colour=colour), end="", file=out, flush=True)
        raw = given.readline()
        if not raw:
            print(file=out)
            return 0
        line = raw.rstrip("\r\n")
        if line.startswith("@wait"):
            length = _length_of(line)
            if clock is None or length is None:
                print(terminal.quiet(_WAIT_HOW if clock else _WAIT_REFUSED, colour=colour), file=out)
                continue
            await _wait(house, clock, length)
        else:
            await _say(house, phone, clock, line, language)
        for message in _shown(phone):
            labels = [button.label for button in message.buttons]
            segments = message.segments if phone.style == "sms" else None
            print(
                terminal.dialogue_block(_text(message), False, segments, labels, colour=colour, width=width), file=out
            )
