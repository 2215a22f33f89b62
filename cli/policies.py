"""Who we are, by the settings."""

from __future__ import annotations

from bot.record import Policy
from cli.settings import Settings


def who_we_are(settings: Settings) -> Policy:
    """What learners are told of us: our name, who answers them, the country and where we are found; no prices."""
    return Policy(
        organisation=settings.organisation,
        coordinator=settings.coordinator,
        country=settings.country,
        telegram_username=settings.telegram_username,
        public_url=settings.public_url,
    )
