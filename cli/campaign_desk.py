"""One `chasqui campaign` being carried out: its settings, its database, its words, and whoever typed it."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from bot.delivering.campaigns import Campaign
from bot.delivering.hours import zone_of
from bot.delivering.trying import Carrying
from bot.people import OPERATOR
from bot.record import Policy
from cli import wiring
from cli.campaign_arguments import language
from cli.campaign_words import say
from cli.settings import Settings
from store import campaigns
from store.database import Database
from store.foreseeing import Foreseen, foresee, teach


class Refused(Exception):
    """What cannot be done, in a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One command being carried out."""

    settings: Settings
    database: Database
    language: str
    actor: str

    def say(self, id: str, /, **values: object) -> str:
        """A sentence in the operator's language."""
        return say(self.language, id, **values)

    @property
    def today(self) -> date:
        """The day where the programme is."""
        return self.database.now().astimezone(zone_of("", self.settings.country)).date()

    @property
    def policy(self) -> Policy:
        """What the settings say of who we are and what a message costs."""
        return wiring.policy_of(self.settings, self.database)

    @property
    def carrying(self) -> Carrying:
        """By what messages leave."""
        return wiring.carrying_of(self.settings)

    def catalogue(self) -> Catalogue:
        """All courses."""
        return Shelf(self.settings.content_dir)()

    def foresee(self, campaign: Campaign) -> Foreseen:
        """What a campaign would do if it started now."""
        catalogue = self.catalogue()
        teach(self.database, catalogue)
        with self.database.reading() as conn:
            return foresee(conn, OPERATOR, catalogue, campaign, self.policy, self.carrying, self.database.now())

    def find(self, id: str) -> Campaign:
        """The campaign of this id, or of the only id that begins so. Raises Refused."""
        with self.database.reading() as conn:
            found = campaigns.beginning(conn, OPERATOR, id)
        if not found:
            raise Refused(self.say("unknown", id=id))
        if len(found) > 1:
            raise Refused(self.say("several", id=id, ids=", ".join(each.id for each in found)))
        return found[0]


def carried_out(
    settings: Settings, given: argparse.Namespace, act: Callable[[Desk, argparse.Namespace], Iterable[str]]
) -> int:
    """Carry out one action, as whoever typed it or is named; 0, or 1 after a refusal that was explained."""
    database = wiring.open_database(settings)
    actor = getattr(given, "by", "").strip() or getpass.getuser()
    desk = Desk(settings=settings, database=database, language=language(given.lang), actor=actor)
    try:
        for told in act(desk, given):
            print(told)
        return 0
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    finally:
        database.close()
