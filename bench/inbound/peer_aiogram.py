"""aiogram: its FSM with a durable storage, one commit an update, behind an aiohttp webhook."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.types import Chat, Message, Update, User

from bench.inbound import quiz
from bench.inbound.aiohttp_door import Answer, serve
from bench.inbound.webhook import numbers

PORT, FOLDER, LEARNERS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
database = quiz.connect(FOLDER)


class Asked(StatesGroup):
    """The open question."""

    q0 = State()
    q1 = State()
    q2 = State()


ORDER = (Asked.q0, Asked.q1, Asked.q2)
WRITE = (
    "INSERT INTO state (user, {0}) VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET {0} = excluded.{0}"
)  # fmt: skip
WRITE_STATE, WRITE_DATA = WRITE.format("state"), WRITE.format("data")


class Storage(BaseStorage):
    """State and data in one row in SQLite; the commit is made once an update, after both."""

    def __init__(self) -> None:
        database.execute("CREATE TABLE state (user INTEGER PRIMARY KEY, state TEXT, data TEXT)")
        database.execute("BEGIN IMMEDIATE")
        rows = [(int(number), ORDER[0].state, '{"score": 0}') for number in numbers(LEARNERS)]
        database.executemany("INSERT INTO state VALUES (?, ?, ?)", rows)
        database.execute("COMMIT")

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        _begin()
        database.execute(WRITE_STATE, (key.user_id, state.state if isinstance(state, State) else state))

    async def get_state(self, key: StorageKey) -> str | None:
        row = database.execute("SELECT state FROM state WHERE user = ?", (key.user_id,)).fetchone()
        return row[0] if row else None

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        _begin()
        database.execute(WRITE_DATA, (key.user_id, json.dumps(data)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        row = database.execute("SELECT data FROM state WHERE user = ?", (key.user_id,)).fetchone()
        return json.loads(row[0]) if row and row[0] else {}

    async def close(self) -> None:
        """Nothing to close: the connection is the process's."""


def _begin() -> None:
    if not database.in_transaction:
        database.execute("BEGIN IMMEDIATE")


def _asks(question: int) -> Any:
    async def answered(message: Message, state: FSMContext) -> None:
        held = await state.get_data()
        step = quiz.answer(question, held.get("score", 0), message.text or "")
        await state.set_data({"score": step.score})
        await state.set_state(ORDER[step.question])
        database.execute(quiz.SAY, (f"+{message.chat.id}", step.reply))

    return answered


async def begin() -> AsyncIterator[Answer]:
    """Build the Dispatcher and yield what answers one form."""
    router = Router()
    for question, state in enumerate(ORDER):
        # A number that nobody seeded begins at the first question.
        router.message.register(_asks(question), StateFilter(state, None) if question == 0 else StateFilter(state))
    dispatcher, bot = Dispatcher(storage=Storage()), Bot("1:bench")
    dispatcher.include_router(router)
    count = itertools.count(1)

    async def answer(fields: Mapping[str, str]) -> None:
        who, one = int(fields["From"]), next(count)
        message = Message(
            message_id=one,
            date=datetime.now(UTC),
            chat=Chat(id=who, type="private"),
            from_user=User(id=who, first_name="", is_bot=False),
            text=fields["Body"],
        )
        await dispatcher.feed_update(bot, Update(update_id=one, message=message))
        if database.in_transaction:
            database.execute("COMMIT")

    yield answer
    await bot.session.close()


if __name__ == "__main__":
    serve(PORT, begin)
