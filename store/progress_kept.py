"""Keep for a short time how far a large campaign has come, so that its page costs the same to a thousand and to all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.delivering.campaigns import Campaign, State
from bot.delivering.planning import Progress
from bot.people import Scope
from store import reporting_kept
from store.progressing import COUNTED, visible

LARGE = 2_000
"""Messages from which it is worth keeping what was counted."""

_RUNNING, _STANDING = timedelta(seconds=15), timedelta(minutes=10)


def kept(conn: Connection, scope: Scope, campaign: Campaign, now: datetime) -> Mapping[str, int] | None:
    """What was counted lately of this version in this state: seconds ago while it goes out, else some minutes. For
    `store.progressing.progress`; None where it has to be counted. Raises Forbidden."""
    held = reporting_kept.body(conn, scope, _key(scope, campaign), now)
    fresh = _RUNNING if campaign.state is State.RUNNING else _STANDING
    if held is None or now - held[1] > fresh or not visible(conn, scope, campaign.id):
        return None
    return {name: int(held[0].get(name, 0)) for name in COUNTED}


def keep(conn: Connection, scope: Scope, campaign: Campaign, how: Progress, now: datetime) -> None:
    """Keep what took long to count. Raises Forbidden."""
    counted = {name: getattr(how, name) for name in COUNTED}
    reporting_kept.keep_body(conn, scope, _key(scope, campaign), counted, now)


def _key(scope: Scope, campaign: Campaign) -> str:
    return reporting_kept.key_of(scope, progress=campaign.id, state=campaign.state, version=campaign.version)
