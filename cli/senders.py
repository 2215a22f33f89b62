"""Every sender that is set, in one form: from the plain settings, and any number more from CHASQUI_SENDERS_FILE."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.messages import Allowance

if TYPE_CHECKING:
    from cli.settings import Settings
    from messaging.http_profiles import Gateway


TELEGRAM_API, TWILIO_API = "https://api.telegram.org", "https://api.twilio.com"


class Wrong(ValueError):
    """A sender's setting that cannot be used: which, why, and what to write."""

    def __init__(self, key: str, what: str, cure: str) -> None:
        super().__init__(f"{key} {what}. {cure.rstrip('.')}.")
        self.key, self.what, self.cure = key, what, cure


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TelegramBot:
    """One bot. `route`: what its webhook's path ends with; empty for the first of its kind."""

    token: str
    secret: str = ""
    api_url: str = TELEGRAM_API
    route: str = ""

    @property
    def name(self) -> str:
        """The sender's name: the bot's id, never its token."""
        return f"telegram:{self.token.partition(':')[0]}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TwilioNumber:
    """One number or Messaging Service of one account."""

    account_sid: str
    auth_token: tuple[str, ...]
    number: str
    api_url: str = TWILIO_API
    operator: str = ""
    price: str = ""
    per_second: float = 1.0  # segments. Source: Twilio, "Understanding Twilio rate limits": one long code
    route: str = ""

    @property
    def name(self) -> str:
        """The sender's name."""
        return f"twilio:{self.number}"

    @property
    def two_way(self) -> bool:
        """Whether learners can write to it: nobody can answer a name."""
        return self.number.startswith("MG") or self.number.lstrip("+").isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sim:
    """One SIM of a telephone: its slot from 1 (0: the phone chooses), its number, its network, its price a segment."""

    slot: int
    name: str
    number: str = ""
    operator: str = ""
    price: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AndroidPhone:
    """One telephone with SMS Gateway for Android."""

    url: str
    username: str
    password: str
    signing_key: tuple[str, ...]
    sims: tuple[Sim, ...]
    device: str = ""
    country: str = "PE"
    allowance: Allowance
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HttpSender:
    """One sender of a generic HTTP gateway."""

    name: str
    gateway: Gateway
    secret: str = ""
    two_way: bool = True
    operator: str = ""
    price: str = ""
    country: str = "PE"
    allowance: Allowance
    route: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Senders:
    """All of them. The first of each kind has the plain webhook path, the others end theirs with a name."""

    telegram: tuple[TelegramBot, ...] = ()
    twilio: tuple[TwilioNumber, ...] = ()
    android: tuple[AndroidPhone, ...] = ()
    http: tuple[HttpSender, ...] = ()

    def names(self) -> Iterator[str]:
        """The senders' names, by kind."""
        for kind in (self.telegram, self.twilio):
            yield from (each.name for each in kind)
        yield from (sim.name for phone in self.android for sim in phone.sims)
        yield from (each.name for each in self.http)

    def addresses(self) -> Iterator[str]:
        """Whom they speak to: the addresses of the providers."""
        yield from (each.api_url for each in self.telegram)
        yield from (each.api_url for each in self.twilio)
        yield from (each.url for each in self.android)
        yield from (each.gateway.url for each in self.http)

    def secrets(self) -> Iterator[str]:
        """What must never stand in a log."""
        for bot in self.telegram:
            yield from (bot.token, bot.secret)
        for number in self.twilio:
            yield from number.auth_token
        for phone in self.android:
            yield from (phone.password, *phone.signing_key)
        for sender in self.http:
            yield from (sender.secret, sender.gateway.password)
            plain = ("content-type", "accept")
            yield from (value for name, value in sender.gateway.headers if name.lower() not in plain)

    def prices(self) -> Iterator[tuple[str, str]]:
        """Sender and what one segment costs, as it is written, where it is."""
        yield from ((each.name, each.price) for each in self.twilio if each.price)
        yield from ((each.name, each.price) for each in self.http if each.price)
        yield from ((sim.name, sim.price) for phone in self.android for sim in phone.sims if sim.price)

    def money(self) -> tuple[dict[str, Decimal], str]:
        """What one segment costs by sender, and in which currency (USD where none is named). Raises Wrong for two."""
        pairs = [(name, *written.split(" ")) for name, written in self.prices()]
        currencies = sorted({pair[2] for pair in pairs if len(pair) > 2})
        if len(currencies) > 1:
            raise Wrong("price", f"is in {' and in '.join(currencies)}", "Write all prices in one currency")
        return {pair[0]: Decimal(pair[1]) for pair in pairs}, (currencies or ["USD"])[0]

    def operators(self) -> dict[str, str]:
        """Sender → the mobile network of its SIM, where it is known."""
        found = {each.name: each.operator for each in self.twilio}
        found |= {each.name: each.operator for each in self.http}
        found |= {sim.name: sim.operator for phone in self.android for sim in phone.sims}
        return {name: operator for name, operator in found.items() if operator}


def of(settings: Settings) -> Senders:
    """The senders of these settings. Raises SendersError where the file of senders cannot be used."""
    from cli.senders_file import read
    from cli.senders_making import plain

    public = bool(settings.public_url)
    more = read(settings.senders_file, settings.country, public=public) if settings.senders_file else Senders()
    mine = plain(settings)
    twice = {name for name in mine.names() if name in set(more.names())}
    if twice:
        raise Wrong("CHASQUI_SENDERS_FILE", f"names {twice.pop()}, which is set besides", "Keep one of the two")
    kinds = {each.name: getattr(mine, each.name) + getattr(more, each.name) for each in fields(Senders)}
    return Senders(**{kind: _routed(found) for kind, found in kinds.items()})


def _routed(found: tuple[Any, ...]) -> tuple[Any, ...]:
    """The first has the plain path; one that has no name of its own is numbered."""
    return tuple(
        replace(each, route="" if index == 0 else each.route or str(index + 1)) for index, each in enumerate(found)
    )
