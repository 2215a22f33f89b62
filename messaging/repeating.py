"""Tell a reply that came twice from one to what was asked since: while the answer to it has not left, nobody can have
read what that asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msgspec import structs

from bot.conversation import Conversation, Given, micros
from bot.messages import Address, Heard, Inbound
from bot.talking.understanding import fold
from messaging.remembering import Known
from messaging.waiting import Waiting
from store import unsaid
from store.database import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def dated(conn: Connection, events: Sequence[Waiting], known: Mapping[Address, Known]) -> Sequence[Waiting]:
    """The events, with a reply that was graded already and is said again dated before the answer to it, where that
    still waits to leave. Nothing is asked of the tables for anything else."""
    again = {place: given for place, each in enumerate(events) if (given := _repeats(each, known[each.address][0]))}
    if not again:
        return events
    waiting = unsaid.since(conn, [str(events[place].address) for place in again])
    return [
        _before(each, again[place])
        if place in again and again[place].at in waiting.get(str(each.address), ())
        else each
        for place, each in enumerate(events)
    ]


def _repeats(waiting: Waiting, conversation: Conversation) -> Given | None:
    """The answer that was graded last, where this says it again after that."""
    event, given = waiting.event, conversation.given
    if given is None or not isinstance(event, Inbound) or event.kind is not Heard.TEXT:
        return None
    return given if micros(event.received_at) >= given.at and fold(event.text) in given.replies else None


def _before(waiting: Waiting, given: Given) -> Waiting:
    assert isinstance(waiting.event, Inbound)  # noqa: S101 - only a message repeats one
    at = _EPOCH + timedelta(microseconds=given.at - 1)
    return replace(waiting, event=structs.replace(waiting.event, received_at=at))
