"""Which edition of a thing an answer shows, and whether two editions are one."""

from __future__ import annotations

import hashlib


def tag(body: bytes) -> str:
    """A strong entity tag of an answer (RFC 9110 §8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def matches(header: str, current: str) -> bool:
    """Whether If-Match or If-None-Match names this edition."""
    if header.strip() == "*":
        return True
    return current in (each.strip().removeprefix("W/") for each in header.split(","))
