"""Read what Telegram delivers: one update as plain JSON into one Inbound, whatever is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.messages import Address, Heard, Inbound, Json
from messaging.cleaning import clean

_NAME_LIMIT = 64
_COMMAND = re.compile(r"/(\w{1,64})(?:@\w+)?(?=\s|$)\s*")
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
_AROUND = " .,;:!¡?¿…\"'“”‘’«»()[]*"  # what stands around a word that is typed after /start, and in no link
_DATA = re.compile(r"q:(.+):([0-9]{1,3})", re.DOTALL)
# The name of every bot ends in "bot", so a mention of one is known without asking the server who we are. With privacy
# mode on, which is the default, Telegram delivers from groups only what is meant for us anyway.
_MENTION = re.compile(r"@\w*bot\b", re.IGNORECASE)

# What a learner can send that we cannot read.
_MEDIA = (
    "photo", "voice", "video", "document", "sticker", "location", "audio", "animation", "video_note", "live_photo",
    "venue", "poll", "dice", "story", "paid_media", "checklist", "game", "rich_message",
)  # fmt: skip
# Fields that say where a message came from, not what it is.
_ENVELOPE = frozenset(
    {"message_id", "message_thread_id", "from", "sender_chat", "date", "chat", "forward_origin", "reply_to_message",
     "via_bot", "edit_date", "entities", "caption", "caption_entities", "is_topic_message", "has_protected_content"}
)  # fmt: skip

_FETCHED = ("voice", "audio", "video", "document")
_FILE_LIMIT = 256  # characters of a file id; those seen have about 90

_CHATS = 2**52  # Telegram promises that the ids of chats and people have at most 52 significant bits
_WITHOUT_CHAT = frozenset({"callback_query"})  # a button under a message that is no more

Fields = dict[str, Any]


def update_id(update: object) -> int | None:
    """The number of an update; None where there is no integer of at most 64 bits, which Telegram never sends."""
    return _integer(update.get("update_id")) if isinstance(update, dict) else None


def inbound(update: Json, *, sender: str, now: datetime) -> Inbound | None:
    """One update as the house reads it; None only where it has no valid `update_id`. Raises nothing.

    `sender` is `telegram:<bot id>`. Plain JSON is read, since the library's objects cost 77–210 µs an update and raise
    on what they do not know; the tests hold both readings against each other.

    A kind that means nothing to us is IGNORED with `text` "ignored:<kind>", and so is a group's move to a supergroup
    (`migrate_to_chat_id`), which is kept with the new chat id as its `handle`. So is what names no chat that there can
    be ("ignored:no_chat"): nobody could be answered. What is said in groups is GROUP where the bot is meant (a
    command, a mention, a reply to it, or it was added) and IGNORED otherwise.
    """
    number = update_id(update)
    if number is None:
        return None
    kind = next((known for known in _READERS if known in update), None)
    if kind is None:
        kind = next((str(key) for key in update if key != "update_id"), "nothing")
    event = _object(update.get(kind))
    reader = _READERS.get(kind)
    fields = reader(event, sender.rpartition(":")[2]) if reader and event else _ignored(kind)
    chat = _chat_id(event, kind)
    if not chat and fields.get("kind") is not Heard.IGNORED:
        fields = _ignored("no_chat")  # there is nobody to answer, and all such updates would be one learner
    person = _object(event.get("from"))
    return Inbound(
        sender=sender,
        provider_id=str(number),
        address=Address(scheme="telegram", identity=str(chat)),
        language=_language(person.get("language_code")),
        name=" ".join(clean(person.get("first_name"), _NAME_LIMIT).split()),
        received_at=now,
        **fields,
    )


def e164(number: str) -> str:
    """A contact's number with its plus sign; Telegram leaves it out now and then. "" where it cannot be a number."""
    import phonenumbers  # 50 ms of metadata that only a shared contact needs

    try:
        parsed = phonenumbers.parse("+" + re.sub(r"[^0-9]", "", number))
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _message(message: Json, bot: str) -> Fields:
    if "migrate_to_chat_id" in message:
        return _ignored("migrate_to_chat_id") | {"handle": str(_integer(message["migrate_to_chat_id"]) or "")}
    if _object(message.get("from")).get("is_bot") is True:
        return _ignored("bot")
    text = message.get("text")
    if not _is_private(message):
        return _in_group(message, bot)
    if isinstance(text, str):
        return _said(clean(text))
    if "contact" in message:
        return _contact(message)
    if any(kind in message for kind in _MEDIA):
        return {"kind": Heard.MEDIA, "text": clean(message.get("caption")), **_file(message)}
    return _ignored(next((str(key) for key in message if key not in _ENVELOPE), "message"))


def _file(message: Json) -> Fields:
    """The file of a message: of a photo the largest that may be fetched, which is the last one."""
    photos = message.get("photo")
    photo = photos[-1] if isinstance(photos, list) and photos else None
    for found in (photo, *(message.get(kind) for kind in _FETCHED)):
        id = clean(_object(found).get("file_id"), _FILE_LIMIT)
        if id:
            return {"file": id, "size": max(0, _integer(_object(found).get("file_size")) or 0)}
    return {}


def _said(text: str) -> Fields:
    command = _COMMAND.match(text)
    if command is None:
        return {"text": text}
    rest = text[command.end() :].strip()
    if command[1].lower() == "start":
        rest = rest.strip(_AROUND)
        return {"kind": Heard.START, "text": rest if _PAYLOAD.fullmatch(rest) else ""}
    return {"text": f"{command[1]} {rest}".strip()}


def _contact(message: Json) -> Fields:
    """Her own number only, shared here: anybody can pass on the card of somebody else, or one that a bot has made."""
    contact = _object(message.get("contact"))
    owner, writer = _integer(contact.get("user_id")), _integer(_object(message.get("from")).get("id"))
    passed_on = "forward_origin" in message or "via_bot" in message
    own = owner is not None and owner == writer and not passed_on
    return {"kind": Heard.CONTACT, "phone": e164(clean(contact.get("phone_number"), 64)) if own else ""}


def _in_group(message: Json, bot: str) -> Fields:
    text = clean(message.get("text")) or clean(message.get("caption"))
    answered = _object(_object(message.get("reply_to_message")).get("from")).get("id")
    meant = _COMMAND.match(text) or _MENTION.search(text) or (bot and str(answered) == bot)
    # Being added arrives twice, here as `new_chat_members` and as `my_chat_member`; it is read there, and greeted once.
    return {"kind": Heard.GROUP, "text": text} if meant else _ignored("group")


def _edited(message: Json, bot: str) -> Fields:
    if not _is_private(message):
        return _ignored("edited_message")
    return {"kind": Heard.EDITED, "text": clean(message.get("text")) or clean(message.get("caption"))}


def _channel_post(message: Json, bot: str) -> Fields:
    fields = _in_group(message, bot)
    return fields if fields["kind"] is Heard.GROUP else _ignored("channel_post")


def _press(query: Json, bot: str) -> Fields:
    """A button. Data that is not ours has no token, so that the bot answers that the button has expired."""
    message = _object(query.get("message"))
    pressed = _integer(message.get("message_id"))
    handle = f"{clean(query.get('id'), 64)}:{'' if pressed is None else pressed}"
    if message and not _is_private(message):
        return {"kind": Heard.GROUP, "handle": handle}
    data = _DATA.fullmatch(clean(query.get("data"), 64))
    ours = {"token": data[1], "choice": int(data[2])} if data else {}
    return {"kind": Heard.PRESS, "handle": handle, **ours}


def _membership(change: Json, bot: str) -> Fields:
    before = _object(change.get("old_chat_member")).get("status")
    after = _object(change.get("new_chat_member")).get("status")
    if _is_private(change):
        kinds = {"kicked": Heard.BLOCKED, "member": Heard.UNBLOCKED}
        return {"kind": kinds[after]} if after in ("kicked", "member") else _ignored("my_chat_member")
    inside = ("member", "administrator", "restricted", "creator")
    added = after in inside and before not in inside
    return {"kind": Heard.GROUP} if added else _ignored("my_chat_member")


_READERS: dict[str, Callable[[Json, str], Fields]] = {
    "message": _message,
    "callback_query": _press,
    "my_chat_member": _membership,
    "edited_message": _edited,
    "channel_post": _channel_post,
}


def _ignored(kind: str) -> Fields:
    return {"kind": Heard.IGNORED, "text": f"ignored:{clean(kind, _NAME_LIMIT)}"}


def _is_private(event: Json) -> bool:
    chat = _object(event.get("chat"))
    kind = chat.get("type")
    return kind == "private" if isinstance(kind, str) else (_integer(chat.get("id")) or 0) >= 0


def _chat_id(event: Json, kind: str) -> int:
    """Where an answer would go: the chat, else the person where the kind may come without a chat; 0 where there is
    neither, or what there is cannot be one."""
    places = [event.get("chat"), _object(event.get("message")).get("chat")]
    if kind in _WITHOUT_CHAT or kind not in _READERS:
        places += [event.get("from"), event.get("user")]
    place = next((each for each in places if each is not None), None)
    number = _integer(_object(place).get("id"))
    return number if number is not None and abs(number) < _CHATS else 0


def _language(code: object) -> str:
    """`pt-br` is pt; a language without a two-letter code is not one of ours."""
    short = code.partition("-")[0].lower() if isinstance(code, str) else ""
    return short if re.fullmatch(r"[a-z]{2}", short) else ""


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _integer(value: object) -> int | None:
    """True is an int to Python and not to anybody else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -(2**63) <= value < 2**63 else None
