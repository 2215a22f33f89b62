"""A sender for rehearsals: it takes every SMS to a real number and sends none; the log shows each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from bot.delivering import sms
from bot.messages import Outbound, Refusal, SendFailed, Sent
from messaging.simulator import CAPABILITIES

log = logging.getLogger(__name__)

NAME = "rehearsal:sms"
_LONGEST = 1600  # characters, as at Twilio


class RehearsalChannel:
    """The channel of all numbers while nobody real is written to."""

    def __init__(self) -> None:
        self.name = NAME
        self.capabilities = CAPABILITIES["sms"]

    async def send(self, outbound: Outbound) -> Sent:
        """Log the message. Raises SendFailed for what a real channel would not take either."""
        text = sms.sms_text(outbound.content)
        if not text.strip() or len(text) > _LONGEST:
            raise SendFailed(Refusal.REJECTED, permanent=True, detail=f"{len(text)} characters")
        log.info("Rehearsed to …%s: %s", outbound.address.identity[-4:], text, extra={"kind": outbound.kind})
        return Sent(provider_id=uuid4().hex, segments=sms.segments(text))

    async def find(
        self, outbound: Outbound, since: datetime, *, known: Callable[[str], bool] = lambda provider_id: False
    ) -> Sent | None:
        """Nothing is kept here, so nothing can be found."""
        return None

    async def close(self) -> None:
        """There is no connection to let go of."""
