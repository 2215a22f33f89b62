"""What a campaign's message costs, and whether its budget still holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from bot.delivering import sms
from bot.delivering.campaigns import Campaign, Spent
from bot.messages import Address, Content
from bot.occasion import Occasion

_MILLION = 1_000_000
_MOST = 10**12  # units of a currency


def amount(written: str) -> Decimal | None:
    """An amount of money as people write it, with a point or a comma, from zero up; None for what is none."""
    try:
        found = Decimal(written.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < _MOST else None


def by_sms(address: Address) -> bool:
    """Whether a message to this address travels in segments that are paid for."""
    return address.scheme == "tel" or (address.scheme == "simulator" and address.identity.startswith("sms:"))


def estimated(content: Content, address: Address, sender: str, prices: Mapping[str, Decimal]) -> tuple[int, int]:
    """The SMS segments of a message and its price in millionths of the currency; (0, 0) where nobody is paid."""
    if not by_sms(address):
        return 0, 0
    segments = sms.segments(sms.sms_text(content))
    return segments, int(segments * price_of(prices, sender) * _MILLION)


def price_of(prices: Mapping[str, Decimal], sender: str) -> Decimal:
    """The price of one segment from this sender; where it is not chosen or priced yet the dearest of all, so that a
    budget is never exceeded by what was not known."""
    return prices.get(sender, max(prices.values(), default=Decimal(0)))


def lacking(campaign: Campaign, money: Spent, micros: int) -> str:
    """Which budget a message of this price would exceed: "" (none), "today" or "all". What is free never does."""
    cost = Decimal(micros) / _MILLION
    if not cost:
        return ""
    if campaign.budget is not None and money.money + cost > campaign.budget:
        return "all"
    return "today" if campaign.budget_a_day is not None and money.today + cost > campaign.budget_a_day else ""


def after(occasion: Occasion, ahead: Mapping[str, int]) -> Occasion:
    """The occasion with what turns of the same batch have spent before it (campaign → millionths of the currency)."""
    campaign, money = occasion.campaign, occasion.money or Spent()
    if campaign is None or campaign.id not in ahead:
        return occasion
    more = Decimal(ahead[campaign.id]) / _MILLION
    return replace(occasion, money=replace(money, money=money.money + more, today=money.today + more))
