"""Choose by which thread and which sender a learner is spoken to: where it is free, then by the nearest SIM."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages import Address

# Kinds of due that belong to the dialogue of one thread: its open question, its pause. They are said there or nowhere.
STAYS = frozenset(("reminder", "resume"))
# What says something and asks for nothing, so that it may go by a sender to which nobody can reply.
TELLS = frozenset(("campaign", "session", "sunday", "notice", "expiry"))
_FREE, _NEAR, _LOCAL, _FAR = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A sender as routing sees it."""

    name: str  # "telegram:110201543", "android:claro", "twilio:+1…"
    serves: str  # how the addresses begin that it can reach: "telegram:", "tel:", "simulator:sms:"
    operator: str = ""  # the network of its SIM
    local: bool = False  # a SIM or a gateway of the country: cheaper than Twilio, and learners can reply to it
    two_way: bool = True
    out: bool = False  # it fails for its settings or its token, or rests for long


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An open thread of a learner. `heard_by` is empty where nobody has been heard there yet."""

    address: Address
    heard_by: str = ""
    used_at: datetime


def serving(channel: str) -> str:
    """How the addresses begin that a sender of this name can reach."""
    kind, _, rest = channel.partition(":")
    if kind == "telegram":
        return "telegram:"
    return f"simulator:{rest}:" if kind == "simulator" else "tel:"


def route(
    ways: Sequence[Way], carriers: Iterable[Carrier], *, kind: str = "", operator: str = ""
) -> tuple[Address, str] | None:
    """The thread and the sender for something that nobody asked for; None where nobody can carry it.

    Telegram first (it is free), then the SIM of her own operator, any other SIM or gateway of the country, and then
    Twilio; among equals the sender that she has written to. What has to be answered goes by no sender that cannot hear.
    """
    senders = [each for each in carriers if each.two_way or kind in TELLS]
    if kind in STAYS:
        latest = max(ways, key=lambda way: way.used_at, default=None)
        ways = [latest] if latest else []
    pairs = [(way, each) for way in ways for each in senders if _may(way, each)]
    if not pairs:
        return None

    def order(pair: tuple[Way, Carrier]) -> tuple[object, ...]:
        return (*_rank(pair[0], pair[1], operator), -pair[0].used_at.timestamp(), pair[1].name)

    way, carrier = min(pairs, key=order)
    return way.address, carrier.name


def instead(failed: str, carriers: Iterable[Carrier], *, kind: str = "") -> str:
    """The sender of SMS to fall back to where `failed` cannot carry this kind of message; empty: there is none."""
    others = [
        each
        for each in carriers
        if each.serves == "tel:" and each.name != failed and not each.out and (each.two_way or kind in TELLS)
    ]
    return min(others, key=lambda each: (not each.local, each.name)).name if others else ""


def _may(way: Way, carrier: Carrier) -> bool:
    if not str(way.address).startswith(carrier.serves):
        return False
    # A chat was opened with one bot, and no other may write there.
    return way.address.scheme == "tel" or way.heard_by in ("", carrier.name)


def _rank(way: Way, carrier: Carrier, operator: str) -> tuple[bool, int, bool]:
    if carrier.serves != "tel:":
        near = _FREE
    elif operator and carrier.operator and carrier.operator.casefold() == operator.casefold():
        near = _NEAR
    else:
        near = _LOCAL if carrier.local else _FAR
    return carrier.out, near, way.heard_by != carrier.name
