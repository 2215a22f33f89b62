"""How the bot's nouns are written into JSON columns and read back: empty fields left out, unknown ones passed over."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import Struct, structs

from bot.messages import Choice, Content, Inbound

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_content = msgspec.json.Decoder(Content).decode
_in_halves = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SAID = ("text", "token", "choice", "phone", "file", "size", "handle", "language", "name")
_said = attrgetter(*_SAID)
_SAID_DEFAULTS = {each.name: each.default for each in structs.fields(Inbound) if each.name in _SAID}


def dumps(value: Any) -> str:
    """A value as JSON: compact, and readable for a person who looks into the table. Raises TypeError for what JSON
    has no shape for."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair, which is `clean`'s to mend
        return _in_halves(value)


def loads(stored: str | bytes) -> Any:
    """The value that JSON holds. Raises ValueError for what is none."""
    try:
        return _decode(stored)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None


def clean(text: str) -> str:
    """Text that every database takes: U+FFFD stands in for NUL (PostgreSQL refuses it, SQLite's length() stops at
    it) and for half a surrogate pair, which is no UTF-8; two halves are put together."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "\ufffd") if "\0" in text else text


def inbound_json(inbound: Inbound) -> str:
    """What of an inbound has no column of its own."""
    said: dict[str, Any] = {}
    for name, value in zip(_SAID, _said(inbound), strict=True):
        if value != _SAID_DEFAULTS[name]:
            said[name] = clean(value) if isinstance(value, str) else value
    return dumps(said)


def inbound_fields(payload: str) -> dict[str, Any]:
    """The fields that `inbound_json` wrote."""
    found = loads(payload)
    return {name: found[name] for name in _SAID if name in found}


def content_json(content: Content) -> str:
    """A content as JSON: what has its default is left out."""
    try:
        made = _encode(content)
        if b"\\u0000" not in made:
            return made.decode()
    except UnicodeEncodeError:
        pass
    return dumps(_cleaned(structs.asdict(content)))


def content(stored: str) -> Content:
    """The content that `content_json` wrote. Raises ValueError for what is none."""
    try:
        return _content(stored)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Choice):
        return [clean(value.label), clean(value.text)]
    if isinstance(value, Struct):
        value = structs.asdict(value)
    if isinstance(value, dict):
        return {name: _cleaned(held) for name, held in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, tuple | list) else value
