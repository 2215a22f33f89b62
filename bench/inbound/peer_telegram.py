"""python-telegram-bot: ConversationHandler, a durable persistence, one commit an update, behind an aiohttp webhook."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import Chat, Message, Update, User
from telegram.ext import (
    Application,
    BasePersistence,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)
from telegram.request import BaseRequest

from bench.inbound import quiz
from bench.inbound.aiohttp_door import Answer, serve
from bench.inbound.webhook import numbers

NAME = "quiz"
PORT, FOLDER, LEARNERS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
database = quiz.connect(FOLDER)


class Nobody(BaseRequest):
    """Telegram as seen at the start: it says who we are. Replies go into the outbox, so nothing else is asked."""

    read_timeout = None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, *_: Any, **__: Any) -> tuple[int, bytes]:
        """The answer to getMe."""
        return 200, json.dumps({"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "b"}}).encode()


class Persistence(BasePersistence[dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """Conversations and the learners' data in SQLite; the commit is made once an update, after both."""

    def __init__(self) -> None:
        super().__init__(PersistenceInput(bot_data=False, chat_data=False, callback_data=False))
        database.execute("CREATE TABLE state (user INTEGER PRIMARY KEY, question INTEGER)")
        database.execute("CREATE TABLE data (user INTEGER PRIMARY KEY, json TEXT)")
        database.execute("BEGIN IMMEDIATE")
        everybody = [(int(number),) for number in numbers(LEARNERS)]
        database.executemany("INSERT INTO state VALUES (?, 0)", everybody)
        database.executemany("""INSERT INTO data VALUES (?, '{"score": 0}')""", everybody)
        database.execute("COMMIT")

    async def get_conversations(self, name: str) -> dict[Any, Any]:
        return {(user, user): question for user, question in database.execute("SELECT user, question FROM state")}

    async def update_conversation(self, name: str, key: Any, new_state: object | None) -> None:
        _begin()
        database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key[0], new_state))

    async def get_user_data(self) -> dict[int, dict[Any, Any]]:
        return {user: json.loads(held) for user, held in database.execute("SELECT user, json FROM data")}

    async def update_user_data(self, user_id: int, data: dict[Any, Any]) -> None:
        _begin()
        database.execute("INSERT OR REPLACE INTO data VALUES (?, ?)", (user_id, json.dumps(data)))

    async def _nothing(self, *_: Any, **__: Any) -> Any:
        return None

    get_chat_data = get_bot_data = get_callback_data = update_chat_data = update_bot_data = _nothing
    update_callback_data = drop_chat_data = drop_user_data = refresh_user_data = refresh_chat_data = _nothing
    refresh_bot_data = flush = _nothing


def _begin() -> None:
    if not database.in_transaction:
        database.execute("BEGIN IMMEDIATE")


def _asks(question: int) -> Any:
    async def answered(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
        assert update.effective_user
        assert update.message
        assert context.user_data is not None
        step = quiz.answer(question, context.user_data.get("score", 0), update.message.text or "")
        context.user_data["score"] = step.score
        _begin()
        database.execute(quiz.SAY, (f"+{update.effective_user.id}", step.reply))
        return step.question

    return answered


async def begin() -> AsyncIterator[Answer]:
    """Start the Application and yield what answers one form."""
    builder = Application.builder().token("1:bench").updater(None).job_queue(None)
    app = builder.request(Nobody()).get_updates_request(Nobody()).persistence(Persistence()).build()
    states: dict[object, Any] = {
        question: [MessageHandler(filters.TEXT, _asks(question))] for question in range(quiz.SIZE)
    }
    app.add_handler(
        ConversationHandler(entry_points=states[0], states=states, fallbacks=[], name=NAME, persistent=True)
    )
    await app.initialize()
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
        message.set_bot(app.bot)
        await app.process_update(Update(update_id=one, message=message))
        await app.update_persistence()
        if database.in_transaction:
            database.execute("COMMIT")

    yield answer
    await app.shutdown()


if __name__ == "__main__":
    serve(PORT, begin)
