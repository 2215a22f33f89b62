"""Try a campaign on one's own phone: to which address, from which sender, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from bot.cooperating.numbers import e164
from bot.delivering.campaigns import Campaign
from bot.delivering.previewing import Someone, worded
from bot.messages import Address, Content
from bot.people import Learner
from bot.record import Policy

_CHAT = "telegram:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """By what messages leave: the senders that are set, the SMS segments a second of all together, and whether none of
    them hears answers."""

    senders: tuple[str, ...] = ()
    rate: float = 1.0
    one_way: bool = False

    @property
    def has_sms(self) -> bool:
        """Whether any sender of SMS is set."""
        return any(not name.startswith(_CHAT) for name in self.senders)

    @property
    def has_chat(self) -> bool:
        """Whether a Telegram bot is set."""
        return any(name.startswith(_CHAT) for name in self.senders)

    def sender(self, address: Address) -> str:
        """By whom a test to this address leaves: the first sender that is set, else the simulator's phone."""
        if address.scheme == "simulator":
            return f"simulator:{address.identity.partition(':')[0]}"
        return next(name for name in self.senders if name.startswith(_CHAT) == (address.scheme != "tel"))


def own_phone(number: str, country: str, carrying: Carrying) -> Address:
    """Her own phone; the simulator's where no sender of SMS is set. Raises BadNumber for what is no mobile number of a
    country that is sent to."""
    found, _ = e164(number, country)
    if carrying.has_sms:
        return Address(scheme="tel", identity=found)
    return Address(scheme="simulator", identity=f"sms:{found}")


def own_chat(number: str, carrying: Carrying) -> Address:
    """Her own chat; the simulator's where no bot is set. Raises ValueError for what is no number of a chat."""
    digits = number.removeprefix("-")
    if not number or (carrying.has_chat and not (digits.isascii() and digits.isdigit())):
        raise ValueError(number)
    return Address.parse(f"{'telegram' if carrying.has_chat else 'simulator:chat'}:{number}")


def trials(
    campaign: Campaign, address: Address, name: str, mark: str, policy: Policy, now: datetime
) -> Iterator[Content]:
    """Every text of it in every language, as somebody of this name gets it, with `mark` in front."""
    for variant, texts in enumerate(campaign.texts):
        for spoken in texts:
            me = Learner(id="", name=name, language=spoken, created_at=now)
            content = worded(campaign, Someone(learner=me, address=address), variant, policy)
            if content:
                yield replace(content, text=mark + content.text)
