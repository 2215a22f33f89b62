"""Put the console together: what its pages need of the house, and its routes."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from cli import governing, issuing, users
from cli.main import VERSION
from cli.settings import VAR
from cli.wiring import House, carrying_of, console_words, policy_of
from console import application
from console.office import Office


def office_of(house: House) -> Office:
    """What the pages are given. Raises WordsError where the console's words cannot be read."""
    chosen = house.settings.content_dir
    return Office(
        database=house.database,
        catalogue=house.shelf,
        policy=lambda: house.desk.policy,
        base=lambda: policy_of(house.settings),
        settled=lambda: governing.look(house),
        clock=house.clock,
        wall=users.wall_of(house.settings, house.clock),
        ring=house.outbox_bell.ring,
        look=house.inbox_bell.ring,
        words=console_words(house.settings),
        secret=house.desk.secret,
        public_url=house.settings.public_url,
        content_dir=chosen,
        evidence_dir=VAR / "evidence",
        keys_dir=issuing.folder_of(house.settings),
        version=VERSION,
        channels=house.channels,
        carrying=carrying_of(house.settings),
        private_hooks=house.settings.hooks_private,
        read_again=house.shelf.look_again,
    )


def routes(house: House) -> Sequence[web.RouteDef]:
    """The console's routes."""
    return application.routes(office_of(house))


def api_routes(house: House) -> Sequence[web.RouteDef]:
    """The routes of the REST API. Its shapes take as much memory as all pages: loaded for the first who asks."""
    from console import api

    return api.routes(office_of(house))
