"""What travels: addresses, messages in and out, a provider's later word, and why a send failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from msgspec import Struct


class Address(Struct, frozen=True, kw_only=True, gc=False):
    """Where a thread lives: `tel:+51900000001`, `telegram:123456`, `simulator:sms:+51900000001`.

    A key of many tables in memory, so that its hash must be quick: msgspec's class, not a dataclass.
    """

    scheme: str
    identity: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.identity}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `scheme:identity`; raises ValueError where there is no scheme or no identity."""
        scheme, _, identity = text.partition(":")
        if not scheme or not identity:
            raise ValueError(f"not an address: {text!r}")
        return cls(scheme=scheme, identity=identity)

    @property
    def phone(self) -> str:
        """The E.164 number of this address, or an empty string where it has none (Telegram)."""
        number = self.identity.rpartition(":")[2]
        return number if number.startswith("+") else ""


class Heard(StrEnum):
    """What kind of thing came in. Everything that a provider sends is one of these, or is counted as ignored."""

    TEXT = "text"
    PRESS = "press"  # a button: `token` names the question it belongs to, `choice` the option as served
    START = "start"  # Telegram's Start; `text` is the deep link's payload
    MEDIA = "media"  # a photo, voice note or file that we cannot read; `text` is its caption
    CONTACT = "contact"  # her own number (`phone`), or somebody else's (`phone` empty)
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    CARRIER_STOP = "carrier_stop"  # Twilio has answered already: record it and say nothing
    CARRIER_START = "carrier_start"
    CARRIER_HELP = "carrier_help"
    EDITED = "edited"  # never changes a grade
    GROUP = "group"  # written in a group where the bot was added
    IGNORED = "ignored"  # genuine, kept, and nothing to do


class Inbound(Struct, frozen=True, kw_only=True):
    """A message on its way in, as the channel parsed it. Text is NFC, without NUL."""

    sender: str  # which of our senders heard it: "twilio:+1…", "telegram:<bot id>", "simulator:sms"
    provider_id: str  # unique within the sender: MessageSid, update_id; a repeat is the same message
    address: Address  # who wrote
    kind: Heard = Heard.TEXT
    text: str = ""
    token: str = ""
    choice: int = -1
    phone: str = ""
    file: str = ""  # of MEDIA: what the provider calls it, to fetch it by
    size: int = 0  # of that file, in bytes, where it is said
    handle: str = ""  # what the provider needs to act on it: "<callback id>:<message id>" for a press
    language: str = ""  # the provider's hint, two letters
    name: str = ""  # the provider's display name
    received_at: datetime


class Choice(Struct, frozen=True, kw_only=True, array_like=True):
    """One answer that can be given to a question: its label (A, 1) and its words, in the order served."""

    label: str
    text: str


class Media(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that goes along where the channel can carry it: kind is photo, voice or document."""

    kind: str
    path: str = ""  # relative to content/
    data: str = ""  # or the text of a small document itself
    made: str = ""  # or what is drawn when it leaves: credential/<code>
    name: str = ""
    caption: str = ""


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said, before a channel gives it a form. `text` stands alone; choices are listed under it on SMS."""

    text: str
    rich: str = ""  # the richer form for Telegram, in the Markdown subset of the scripts (**bold**, *italic*)
    choices: tuple[Choice, ...] = ()
    listed: bool = True  # False: the text already says how to answer, so SMS does not list the choices
    token: str = ""  # the question that the choices answer
    media: tuple[Media, ...] = ()
    closes: str = ""  # the `handle` of a press: its keyboard is closed, and the press is acknowledged
    notice: str = ""  # a short word shown on the pressed button (Telegram), at most 200 characters
    asks_contact: bool = False  # offer Telegram's "share my number"
    policy: str = "gsm"  # how SMS folds it: exact, gsm, plain, ascii
    language: str = ""  # for the channel's own labels and the commands menu


class Outbound(Struct, frozen=True, kw_only=True):
    """A message on its way out: one row of the outbox, claimed."""

    id: int
    sender: str
    address: Address
    content: Content
    attempt: int = 1
    created_at: datetime
    not_before: datetime
    expires_at: datetime | None = None
    valid_for: float | None = None  # seconds from its claim on in which it may be delivered: until its end or her night
    kind: str = "reply"
    learner: str = ""
    claim: str = ""
    unasked: bool = False  # nobody waits for it


class Sent(Struct, frozen=True, kw_only=True):
    """The provider has taken the message. `segments` is 0 where the channel has none."""

    provider_id: str
    segments: int = 0
    status: str = "sent"


class Status(StrEnum):
    """Where an outbound message is. A receipt moves it only forward: see `RANK`."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"  # we spoke to the provider and do not know the outcome
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    HELD = "held"  # in a restored database: it waited when the backup was made, and may have been said since


RANK = {
    Status.QUEUED: 0,
    Status.HELD: 0,
    Status.SENDING: 1,
    Status.UNKNOWN: 1,
    Status.SENT: 2,
    Status.UNDELIVERED: 3,
    Status.FAILED: 3,
    Status.CANCELLED: 3,
    Status.EXPIRED: 3,
    Status.DELIVERED: 4,
    Status.READ: 5,
}


class Receipt(Struct, frozen=True, kw_only=True):
    """A provider's later word on an outbound message. `outbound` is our row, where the provider repeats it to us."""

    sender: str
    provider_id: str
    status: Status
    outbound: int | None = None
    part: str = ""  # where it speaks of one part of the message only: what tells this part from the others
    error: str = ""
    refusal: Refusal | None = None  # what the error means, where it is known
    at: datetime


class Refusal(StrEnum):
    """Why a send failed: the whole list, so that the sending loop needs no provider's vocabulary."""

    BLOCKED = "blocked"  # she blocked the bot, or the account is gone
    OPTED_OUT = "opted_out"  # the provider holds a stop that we must take over
    BAD_ADDRESS = "bad_address"  # no such number or chat
    LANDLINE = "landline"  # a number that takes no SMS
    NO_SUBSCRIBER = "no_subscriber"  # unknown or inactive: perhaps given to somebody else since
    UNREACHABLE = "unreachable"  # phone off, for now
    RATE_LIMITED = "rate_limited"
    CREDENTIALS = "credentials"  # token or account refused: nobody can be reached until the operator mends it
    SETTINGS = "settings"  # sender, country or route is not allowed: the operator's to mend
    REJECTED = "rejected"  # the provider does not take this message (too long, malformed)
    UNAVAILABLE = "unavailable"  # nothing was written: connection refused, DNS, TLS
    UNCERTAIN = "uncertain"  # something was written and no clear answer came back


class SendFailed(Exception):
    """A message did not go out. `ambiguous`: it may have gone out all the same, so ask before saying it again."""

    def __init__(
        self,
        reason: Refusal,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        ambiguous: bool = False,
        detail: str = "",
        code: str = "",
    ) -> None:
        super().__init__(f"{reason}{f' {code}' if code else ''}{f': {detail}' if detail else ''}")
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after  # seconds
        self.ambiguous = ambiguous
        self.detail = detail
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry."""

    two_way: bool = True
    receipts: bool = False
    buttons: bool = False
    media: bool = False
    charset: str = "gsm"  # gsm, ucs2 or any
    max_length: int = 1600  # characters of one message
    client_ids: bool = False  # the provider takes an id of ours, so saying it again is harmless
    asks: bool = False  # the provider can be asked what it has sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How fast a sender may speak. What is None is not limited by the provider."""

    per_second: float | None = None  # SMS segments, or messages where a channel has none; below 1: one every so long
    per_chat_second: float | None = None  # messages to one address
    per_group_minute: float | None = None  # messages to one group
    per_day: int | None = None  # messages in one day of the sender's own country
    queues: bool = False  # the provider holds what comes too fast, so an answer need not wait for its turn here
    jitter: float | None = None  # each pause is longer or shorter by up to this part of it: 0.5 is half


class Channel(Protocol):
    """The one interface of the house: how messages of one sender travel."""

    name: str  # the sender's name, as in Inbound.sender
    capabilities: Capabilities

    async def send(self, outbound: Outbound) -> Sent:
        """Say it; returns once the provider has taken it. Raises SendFailed and nothing else."""
        ...

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """Ask the provider whether it has this message (only where `capabilities.asks`). Raises SendFailed.

        `known` says which of its ids belong to other messages of ours, so that equal texts are told apart.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def labels(count: int) -> Sequence[str]:
    """The letters under which `count` options are served: A, B, C, D."""
    return "ABCDEFGH"[:count]


def masked(address: Address | str) -> str:
    """An address fit for a log: the scheme and the last two digits, `tel:…01`."""
    text = str(address)
    scheme, _, identity = text.partition(":")
    return f"{scheme}:…{identity[-2:]}"


Json = dict[str, Any]
