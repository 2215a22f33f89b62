"""`chasqui campaign`: make, look at, try, start, hold, change and end what goes out by plan."""

from __future__ import annotations

import argparse
import getpass
import sys

from cli import campaign_making, campaign_moving, wiring
from cli.campaign_arguments import language
from cli.campaign_desk import Desk, Refused
from cli.settings import Settings


def campaign(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    database = wiring.open_database(settings)
    actor = given.by.strip() or getpass.getuser()
    desk = Desk(settings=settings, database=database, language=language(given.lang), actor=actor)
    try:
        for told in _ACTIONS[given.action](desk, given):
            print(told)
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    finally:
        database.close()


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
