"""One event that waits for its answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messages import Address, Inbound
from bot.turn import Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One event that waits: an inbound with its row, or a due."""

    address: Address
    sender: str
    event: Inbound | Due
    inbox_id: int | None = None
