"""How the bot's nouns are written into JSON columns and read back: empty fields left out, unknown ones passed over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import msgspec

from bot.messages import Choice, Content, Inbound, Media

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_in_halves = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_SAID = ("text", "token", "choice", "phone", "file", "size", "handle", "language", "name")
_SAID_DEFAULTS = {each.name: each.default for each in fields(Inbound) if each.default is not MISSING}
_CONTENT_DEFAULTS = {each.name: each.default for each in fields(Content) if each.default is not MISSING}
_MEDIA = frozenset(each.name for each in fields(Media))


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
    for name in _SAID:
        value = getattr(inbound, name)
        if value != _SAID_DEFAULTS[name]:
            said[name] = clean(value) if isinstance(value, str) else value
    return dumps(said)


def inbound_fields(payload: str) -> dict[str, Any]:
    """The fields that `inbound_json` wrote."""
    found = loads(payload)
    return {name: found[name] for name in _SAID if name in found}


def content_json(content: Content) -> str:
    """A content as JSON."""
    out: dict[str, Any] = {"text": clean(content.text)}
    for name, default in _CONTENT_DEFAULTS.items():
        value = getattr(content, name)
        if value == default:
            continue
        if name == "choices":
            value = [[choice.label, choice.text] for choice in value]
        elif name == "media":
            value = [{key: held for key in _MEDIA if (held := getattr(medium, key))} for medium in value]
        elif isinstance(value, str):
            value = clean(value)
        out[name] = value
    return dumps(out)


def content(stored: str) -> Content:
    """The content that `content_json` wrote."""
    found: Mapping[str, Any] = loads(stored)
    if len(found) == 1 and "text" in found:  # most messages, in a third of the time
        return Content(text=found["text"])
    plain = {name: held for name, held in found.items() if name in _CONTENT_DEFAULTS}
    if choices := plain.get("choices"):
        plain["choices"] = tuple(Choice(label=label, text=text) for label, text in choices)
    if media := plain.get("media"):
        plain["media"] = tuple(Media(**{key: held for key, held in each.items() if key in _MEDIA}) for each in media)
    return Content(text=found.get("text", ""), **plain)
