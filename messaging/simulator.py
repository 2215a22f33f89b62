"""Two phones that are only drawn: a basic one that gets exact SMS, and one with a chat; nothing leaves this machine."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import uuid4

from msgspec import structs

from bot.delivering import sms
from bot.messages import Address, Capabilities, Content, Heard, Inbound, Media, Outbound, Refusal, SendFailed, Sent
from messaging import telegram_rendering

Style = Literal["sms", "chat"]

SCHEME = "simulator"
_LONGEST_SMS = 1600  # characters, as at Twilio

CAPABILITIES = {
    "sms": Capabilities(charset="gsm"),
    "chat": Capabilities(buttons=True, media=True, charset="any", max_length=4096),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a dialogue, from the inbox (`mine`: the learner's) or from the outbox (`content`: the bot's)."""

    mine: bool
    at: datetime
    id: str = ""  # stable within the dialogue, such as "in7" and "out9"; empty: its position
    text: str = ""
    content: Content | None = None
    token: str = ""  # of a press: the question
    choice: int = -1  # of a press: the option
    handle: str = ""  # of a press: ends in ":" and the id of the message that was pressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button under a message of the chat."""

    label: str
    token: str
    choice: int
    pressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One message as the phone shows it. `segments`, `units` (as billed) and `encoding` are of SMS only."""

    id: str
    address: Address
    at: datetime
    mine: bool = False  # written by the learner
    text: str
    html: str = ""  # the same text, escaped, with <b> and <i>; empty on SMS
    segments: int = 0
    units: int = 0
    encoding: str = ""
    buttons: tuple[Button, ...] = ()
    closed: bool = False  # a button was pressed: the keyboard is gone
    media: tuple[Media, ...] = ()
    notice: str = ""  # the short word over a pressed button
    asks_contact: bool = False


class SimulatorChannel:
    """The channel of one drawn phone. It keeps nothing: the dialogue is what inbox and outbox hold."""

    def __init__(self, *, style: Style, deliver: Callable[[Delivered], None] | None = None) -> None:
        self.name = f"{SCHEME}:{style}"
        self.capabilities = CAPABILITIES[style]
        self._style: Style = style
        self._deliver = deliver

    async def send(self, outbound: Outbound) -> Sent:
        """Show the message to `deliver`, where there is one. Raises SendFailed for what the real channel would not
        take either: a phone of another kind, nothing to say, an SMS that is too long."""
        content, provider_id = outbound.content, uuid4().hex
        if outbound.address.scheme != SCHEME or not outbound.address.identity.startswith(f"{self._style}:"):
            raise SendFailed(Refusal.BAD_ADDRESS, permanent=True, detail="not a phone of this kind")
        shown = delivered(self._style, content, id=provider_id, address=outbound.address, at=outbound.created_at)
        goes_along = self.capabilities.media and (content.media or content.closes)
        if not (shown.text.strip() or goes_along) or (self._style == "sms" and len(shown.text) > _LONGEST_SMS):
            raise SendFailed(Refusal.REJECTED, permanent=True, detail=f"{len(shown.text)} characters")
        if self._deliver:
            self._deliver(shown)
        return Sent(provider_id=provider_id, segments=shown.segments)

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """Nothing is kept here, so nothing can be found."""
        return None

    async def close(self) -> None:
        """There is no connection to let go of."""


# What the phone shows


def delivered(style: Style, content: Content, *, id: str, address: Address, at: datetime) -> Delivered:
    """What the phone shows of a message of ours: on SMS exactly what a network would carry and bill."""
    if style == "sms":
        return _as_sms(sms.sms_text(content), id=id, address=address, at=at)
    pages = telegram_rendering.render(content, lambda language: "")
    return Delivered(
        id=id,
        address=address,
        at=at,
        text="\n\n".join(page.plain for page in pages),
        html="\n\n".join(page.html for page in pages),
        buttons=_buttons(pages[-1], content.token) if pages else (),
        media=content.media,
        notice=content.notice,
        asks_contact=content.asks_contact,
    )


def dialogue(style: Style, address: Address, lines: Sequence[Line]) -> tuple[Delivered, ...]:
    """A whole dialogue, oldest first, as the phone shows it.

    A press is shown on the keyboard that it answered, which closes. A keyboard that nobody pressed stays open, as it
    does on a real phone.
    """
    presses = _presses(lines)
    closed = {presses[place]: lines[place] for place in reversed(presses)}
    last_word = max((index for index, line in enumerate(lines) if line.mine), default=-1)
    shown: list[Delivered] = []
    for index, line in enumerate(lines):
        name = line.id or str(index)
        if line.content is None:
            if index not in presses:
                shown.append(_heard(style, line, id=name, address=address))
            continue
        message = delivered(style, line.content, id=name, address=address, at=line.at)
        if message.text or message.media or message.notice:
            waits = message.asks_contact and index > last_word
            shown.append(_closed(replace(message, asks_contact=waits), closed.get(index)))
    return tuple(shown)


def _presses(lines: Sequence[Line]) -> dict[int, int]:
    """The position of each press, in order, with that of the message whose keyboard it answered.

    A press names its message; where that is not known, it means the last one before it that asked the same question.
    """
    presses: dict[int, int] = {}
    for place, press in enumerate(lines):
        if press.mine and press.token:
            asking = [index for index in range(place) if _asks(lines[index], press.token)]
            named = [index for index in asking if lines[index].id and press.handle.endswith(f":{lines[index].id}")]
            if asking:
                presses[place] = (named or asking)[-1]
    return presses


def _asks(line: Line, token: str) -> bool:
    return line.content is not None and bool(line.content.choices) and line.content.token == token


def _closed(message: Delivered, press: Line | None) -> Delivered:
    if press is None:
        return message
    buttons = tuple(replace(button, pressed=button.choice == press.choice) for button in message.buttons)
    return replace(message, buttons=buttons, closed=True)


def _heard(style: Style, line: Line, *, id: str, address: Address) -> Delivered:
    text = line.text or (f"[{line.choice + 1}]" if line.token else "")
    if style == "sms":
        return _as_sms(text, id=id, address=address, at=line.at, mine=True)
    return Delivered(id=id, address=address, at=line.at, mine=True, text=text, html=html.escape(text))


def _as_sms(text: str, *, id: str, address: Address, at: datetime, mine: bool = False) -> Delivered:
    return Delivered(
        id=id,
        address=address,
        at=at,
        mine=mine,
        text=text,
        segments=sms.segments(text),
        units=sms.units(text),
        encoding=sms.encoding(text),
    )


def _buttons(page: telegram_rendering.Page, token: str) -> tuple[Button, ...]:
    """The buttons that Telegram would show, in order."""
    rows = (page.keyboard or {}).get("inline_keyboard", [])
    return tuple(
        Button(label=button["text"], token=token, choice=int(button["callback_data"].rpartition(":")[2]))
        for row in rows
        for button in row
    )


# What the learner does on the phone


def address_of(style: Style, phone: str) -> Address:
    """The address of a drawn phone: `simulator:sms:+51900000001`."""
    return Address(scheme=SCHEME, identity=f"{style}:{phone}")


def typed(style: Style, phone: str, text: str, now: datetime, *, language: str = "") -> Inbound:
    """She writes `text`. `language` is what a chat program would tell us of its own settings."""
    clean = unicodedata.normalize("NFC", text.replace("\0", ""))
    return structs.replace(_inbound(style, phone, now), text=clean, language=language)


def pressed(style: Style, phone: str, token: str, choice: int, now: datetime, *, message: str = "") -> Inbound:
    """She presses option `choice` (from 0) of the question `token`, under the message with the id `message`."""
    handle = f"{uuid4().hex}:{message}"
    return structs.replace(
        _inbound(style, phone, now), kind=Heard.PRESS, token=token.replace("\0", ""), choice=choice, handle=handle
    )


def started(style: Style, phone: str, payload: str, now: datetime, *, language: str = "") -> Inbound:
    """She presses Start in the chat; `payload` is what a link to the chat carried."""
    return structs.replace(_inbound(style, phone, now), kind=Heard.START, text=payload, language=language)


def shared(style: Style, phone: str, now: datetime) -> Inbound:
    """She shares her own number in the chat."""
    return structs.replace(_inbound(style, phone, now), kind=Heard.CONTACT, phone=phone)


def line_of(inbound: Inbound, *, id: str = "") -> Line:
    """How a message of hers stands in the dialogue, when the inbox is read back."""
    shown = {Heard.START: f"/start {inbound.text}".strip(), Heard.CONTACT: inbound.phone}
    return Line(
        mine=True,
        at=inbound.received_at,
        id=id,
        text=shown.get(inbound.kind, inbound.text),
        token=inbound.token,
        choice=inbound.choice,
        handle=inbound.handle,
    )


def _inbound(style: Style, phone: str, now: datetime) -> Inbound:
    return Inbound(
        sender=f"{SCHEME}:{style}", provider_id=uuid4().hex, address=address_of(style, phone), received_at=now
    )
