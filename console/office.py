"""What the pages are given by whoever starts them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.catalogue import Catalogue
from bot.delivering.routing import serving
from bot.delivering.trying import Carrying
from bot.record import Policy
from bot.talking.wording import Wording
from console.passwords import Reckoner
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The parts of the house that people reach through the console.

    - `catalogue` and `policy` give what holds now: both can change while the program runs.
    - `base` is the policy without what administrators have set; `settled` has everything go by what they set now.
    - `ring` wakes the sending of what was just written; `look` the answering of what is owed.
    - `wall` is the clock by which sessions and codes go: in a rehearsal, `clock` runs much faster.
    - `words` are the console's sentences, `secret` keys its signed cursors and codes.
    """

    database: Database
    catalogue: Callable[[], Catalogue]
    policy: Callable[[], Policy]
    base: Callable[[], Policy]
    settled: Callable[[], Awaitable[object]]
    clock: Callable[[], datetime]
    wall: Callable[[], datetime]
    ring: Callable[[], None]
    look: Callable[[], None]
    words: Wording
    secret: bytes
    public_url: str = ""  # empty: reached on this machine only
    content_dir: Path
    evidence_dir: Path
    keys_dir: Path
    version: str = ""
    reckoner: Reckoner = field(default_factory=Reckoner)
    channels: Mapping[str, Any] = field(default_factory=dict)  # the senders' channels, by the sender's name
    carrying: Carrying = field(default_factory=Carrying)  # by what messages leave
    read_again: Callable[[], object] = bool  # have the catalogue look whether its files have changed
    private_hooks: bool = False  # whether webhooks may lead into our own network

    @property
    def unserved(self) -> tuple[str, ...]:
        """How the addresses begin that no sender reaches which is connected."""
        served = {serving(name) for name in self.channels}
        return tuple(each for each in ("tel:", "telegram:") if each not in served)

    @property
    def secure(self) -> bool:
        """Whether the world reaches us by https only."""
        return self.public_url.startswith("https:")
