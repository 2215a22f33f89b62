"""`chasqui campaign`: make, look at, try, start, hold, change and end what goes out by plan."""

from __future__ import annotations

import argparse

from cli import campaign_making, campaign_moving
from cli.campaign_desk import carried_out
from cli.settings import Settings


def campaign(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    return carried_out(settings, given, _ACTIONS[given.action])


_ACTIONS = {
    "new": campaign_making.new,
    "list": campaign_making.listing,
    "show": campaign_making.show,
    "preview": campaign_making.preview,
    "test": campaign_making.test,
    "start": campaign_moving.start,
    "approve": campaign_moving.approve,
    "pause": campaign_moving.change,
    "resume": campaign_moving.change,
    "cancel": campaign_moving.change,
    "edit": campaign_moving.edit,
}
