"""Keep what comes in and answer it with one and the same commit, where one process does both.

Keeping first and answering afterwards writes each message twice and reads it back in between; under load that is a
third of the work. Nothing else changes: what is not answered so waits in the inbox like everything else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.messages import Address, Inbound
from messaging.answering import Decided, Desk, Waiting, decided_on, note
from store import inbox, turns
from store.errors import StoreError, Unavailable

log = logging.getLogger(__name__)


class _Overtaken(Exception):
    """One of them was decided on what a thread is no longer."""


def keep_and_answer(desk: Desk, inbounds: Sequence[Inbound]) -> int | None:
    """Keep these, and answer the first of each thread on which nothing waits; returns how many are left waiting.

    None where this cannot be done with all of them (there is a repeat among them, or a turn that cannot be written):
    then nothing is kept, and they are to be kept and answered one after the other. Raises Unavailable where the
    database takes nothing.
    """
    turned: list[turns.Answering] = []
    try:
        with desk.database.writing() as conn:
            if inbox.repeats(conn, inbounds):
                return None
            now = desk.clock()
            first = inbox.next_id(conn)
            decided = decided_on(desk, conn, _free(inbounds, inbox.busy(conn, _keys(inbounds)), first), now)
            turned = decided.turns
            answered = {each.inbox_id for each in turned if each.inbox_id is not None}
            inbox.keep_answered(conn, inbounds, now, first=first, answered=answered)
            if len(turns.write(conn, now, turned, secret=desk.secret, at_once=True)) < len(turned):
                raise _Overtaken
    except Unavailable:
        raise
    except Exception as error:
        if not isinstance(error, _Overtaken | StoreError):
            log.exception("Messages could not be answered as they came in; they are kept first")
        if desk.memory:
            desk.memory.keep((), turned)
        return None
    _remember(desk, decided)
    return len(inbounds) - len(turned)


def _remember(desk: Desk, decided: Decided) -> None:
    """It is written, so nothing that goes wrong here may say that it is not."""
    try:
        if desk.memory:
            desk.memory.keep(decided.turns, ())
        note(desk, decided)
    except Exception:
        log.exception("What was answered could not be remembered or counted")
        if desk.memory:
            desk.memory.clear()


def _keys(inbounds: Sequence[Inbound]) -> list[str]:
    return [str(each.address) for each in inbounds]


def _free(inbounds: Sequence[Inbound], busy: set[str], first: int) -> list[Waiting]:
    """The first of each thread on which nobody waits, under the number that it will have."""
    found: dict[Address, Waiting] = {}
    for id, each in enumerate(inbounds, first):
        if each.address not in found and str(each.address) not in busy:
            found[each.address] = Waiting(address=each.address, sender=each.sender, event=each, inbox_id=id)
    return list(found.values())
