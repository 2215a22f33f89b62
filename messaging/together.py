"""Messages by address: order matters within one, and between two there is none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from bot.messages import Outbound


def together(messages: Iterable[Outbound]) -> list[list[Outbound]]:
    """Those of each address, in their order."""
    ordered = sorted(messages, key=lambda outbound: (str(outbound.address), outbound.id))
    return [list(group) for _, group in groupby(ordered, key=lambda outbound: outbound.address)]
