"""Updates as Telegram delivers them, one of each kind that matters here."""

from __future__ import annotations

from typing import Any

Update = dict[str, Any]

CHAT = 700001
BOT = 110201543
ROSA = {"id": CHAT, "is_bot": False, "first_name": "Rosa", "language_code": "es"}
OURSELVES = {"id": BOT, "is_bot": True, "first_name": "Chasqui", "username": "ChasquiBot"}
PRIVATE = {"id": CHAT, "type": "private", "first_name": "Rosa"}
GROUP = {"id": -100200300, "type": "supergroup", "title": "Cooperativa"}
DATE = 1_790_000_000
FILE = {"file_id": "f1", "file_unique_id": "u1"}

MEDIA: dict[str, Any] = {
    "photo": [{**FILE, "width": 90, "height": 60}],
    "voice": {**FILE, "duration": 3},
    "video": {**FILE, "width": 90, "height": 60, "duration": 3},
    "document": FILE,
    "sticker": {**FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False, "is_video": False},
    "location": {"latitude": -13.5, "longitude": -71.9},
    "audio": {**FILE, "duration": 3},
    "animation": {**FILE, "width": 90, "height": 60, "duration": 3},
    "video_note": {**FILE, "length": 240, "duration": 3},
    "venue": {"location": {"latitude": -13.5, "longitude": -71.9}, "title": "Vivero", "address": "Quillabamba"},
    "dice": {"emoji": "🎲", "value": 4},
}


def message(update_id: int = 1, *, chat: Any = PRIVATE, **content: Any) -> Update:
    """A message of Rosa's; `content` is what is in it."""
    return {"update_id": update_id, "message": {"message_id": 9, "date": DATE, "chat": chat, "from": ROSA, **content}}


def text(words: str, update_id: int = 1, **more: Any) -> Update:
    """What Rosa writes."""
    return message(update_id, text=words, **more)


def press(data: str | None = "q:abc123:2", update_id: int = 1, **more: Any) -> Update:
    """Rosa's finger on a button under one of our messages."""
    pressed = {"message_id": 8, "date": DATE, "chat": PRIVATE, "from": OURSELVES, "text": "¿Cuál?"}
    query = {"id": "4382bfdwdsb323b2d9", "from": ROSA, "chat_instance": "1", "message": pressed, **more}
    return {"update_id": update_id, "callback_query": query | ({} if data is None else {"data": data})}


def member(before: str, after: str, *, chat: Any = PRIVATE, update_id: int = 1) -> Update:
    """Our own place in a chat has changed."""

    def place(status: str) -> Update:
        return {"status": status, "user": OURSELVES} | ({"until_date": 0} if status == "kicked" else {})

    change = {
        "chat": chat,
        "from": ROSA,
        "date": DATE,
        "old_chat_member": place(before),
        "new_chat_member": place(after),
    }
    return {"update_id": update_id, "my_chat_member": change}


def contact(phone: str, owner: int | None) -> Update:
    """A card with a number; `owner` is whose."""
    card = {"phone_number": phone, "first_name": "Rosa"} | ({} if owner is None else {"user_id": owner})
    return message(contact=card)
