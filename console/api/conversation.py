"""The inbox: what learners wrote to a person, answered or closed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.cooperating.roles import Right
from bot.talking.personal import answered
from console.api import learners, problems, table
from console.api.paging import PageQuery
from console.api.shapes import Body, Line, Moment, Page, Shown, Text
from console.api.table import Call, Route
from store import help_requests
from store.database import Connection
from store.help_requests import HelpRequest


class MessageQuery(PageQuery):
    """How the inbox is narrowed."""

    which: Literal["waiting", "all"] = Field(default="waiting", description="`waiting`: oldest first; `all`: latest.")


class MessageShown(Shown):
    """What somebody wrote to a person. `learner` is empty where a number wrote from which nobody joined."""

    id: str
    learner: str
    name: str
    number: str
    language: str
    cooperative: str
    kind: str
    text: str
    asked_at: Moment
    answered_at: Moment | None
    answer: str
    noted: bool = Field(description="Closed with a note, without a word to her.")


class MessagePage(Page):
    """Messages."""

    items: list[MessageShown]


class Answer(Body):
    """The words that go to her phone."""

    text: Annotated[Text, Field(min_length=1, max_length=600)]


class Note(Body):
    """What became of it."""

    note: Annotated[Line, Field(max_length=200)] = ""


def list_messages(call: Call, conn: Connection) -> MessagePage:
    """List what learners wrote to a person."""
    query, after = call.asked(MessageQuery), call.after(int)
    found = help_requests.page(conn, call.scope, query.which, after=after[0] if after else None, limit=query.limit + 1)
    items = [_shown(call, each) for each in found[: query.limit]]
    return MessagePage(items=items, next=call.next(found, lambda each: [each.id]))


def get_message(call: Call, conn: Connection) -> MessageShown:
    """Read a message."""
    return _shown(call, _one(call, conn))


def answer_message(call: Call, conn: Connection) -> MessageShown:
    """Answer a message: the words go to her phone."""
    held, text = _one(call, conn), call.sent(Answer).text.strip()
    if not text:
        raise problems.conflict("empty", "Write something.")
    said = answered(call.catalogue.wording, held.language, text, call.policy, name=held.name)
    if help_requests.answer(conn, call.scope, held.id, said, call.now, by=call.token.actor) is None:
        raise problems.conflict("answered", "It was answered or closed, or her phone is gone.")
    call.audit(conn, "message.answered", f"message:{held.id}")
    call.learner = held.learner
    return _shown(call, _one(call, conn))


def close_message(call: Call, conn: Connection) -> MessageShown:
    """Close a message without a word to her."""
    held = _one(call, conn)
    if not help_requests.close(conn, call.scope, held.id, call.sent(Note).note, call.now, by=call.token.actor):
        raise problems.conflict("answered", "It was answered or closed already.")
    call.audit(conn, "message.closed", f"message:{held.id}")
    call.learner = held.learner
    return _shown(call, _one(call, conn))


def _one(call: Call, conn: Connection) -> HelpRequest:
    found = help_requests.one(conn, call.scope, int(call.path["message"]))
    if found is None:
        raise problems.missing()
    return found


def _shown(call: Call, each: HelpRequest) -> MessageShown:
    return MessageShown(
        id=str(each.id),
        learner=each.learner,
        name=each.name,
        number=learners.number(call.scope, each.address.phone),
        language=each.language,
        cooperative=each.cooperative,
        kind=each.kind,
        text=each.text,
        asked_at=each.asked_at,
        answered_at=each.answered_at,
        answer=each.answer,
        noted=each.noted,
    )


_CLOSED = {"answered": "It was answered or closed already."}

ROUTES: list[Route] = [
    table.get("/messages", Right.ANSWER, list_messages, MessagePage, query=MessageQuery),
    table.get("/messages/{message}", Right.ANSWER, get_message, MessageShown),
    table.post(
        "/messages/{message}/answer",
        Right.ANSWER,
        answer_message,
        MessageShown,
        body=Answer,
        conflicts={**_CLOSED, "empty": "There is nothing in it."},
    ),
    table.post("/messages/{message}/close", Right.ANSWER, close_message, MessageShown, body=Note, conflicts=_CLOSED),
]
