"""Text from outside, made fit to be stored: what no database takes goes, and what nobody writes by hand is cut."""

from __future__ import annotations

import re
import unicodedata

TEXT_LIMIT = 4096
"""Characters of one message. Source: Bot API, sendMessage; an SMS of ten parts has 1,530."""

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, which PostgreSQL refuses, and halves of a surrogate pair


def clean(value: object, limit: int = TEXT_LIMIT) -> str:
    """NFC, U+FFFD for what no database takes, at most `limit` characters; "" if it is not a text."""
    if not isinstance(value, str):
        return ""
    text = value[:limit]
    if text.isascii() and "\0" not in text:
        return text
    return unicodedata.normalize("NFC", _NOT_STORABLE.sub("\ufffd", text))[:limit]
