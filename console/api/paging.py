"""Pages of a list by key: an opaque cursor, signed, good for the list and the filters that it was made for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from console.api.problems import Fault, Problem, Refusal
from console.api.shapes import Query, Whole

MOST = 200
USUAL = 50
_MARK = 16  # octets of the signature: who could forge one would only see another page of her own list


class PageQuery(Query):
    """What every list takes."""

    limit: Annotated[int, Field(ge=1, le=MOST), Whole] = Field(default=USUAL, description="How many at most.")
    cursor: str = Field(
        default="",
        pattern="^([A-Za-z0-9_-]{24,1000})?$",
        description="`next` of the page before. It goes with the same filters only; else there is no such page (404).",
    )

    def binding(self) -> str:
        """The filters, as one text."""
        given = self.model_dump(mode="json", exclude={"limit", "cursor"})
        return json.dumps(given, sort_keys=True, ensure_ascii=False)


def sealed(secret: bytes, name: str, query: PageQuery, key: Sequence[Any]) -> str:
    """A cursor after `key` in the list `name`."""
    body = json.dumps(list(key), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mark(secret, name, query, body) + body).decode().rstrip("=")


def opened(secret: bytes, name: str, query: PageQuery, kinds: Sequence[type]) -> list[Any] | None:
    """What a cursor holds, with values of these kinds; None where none was given. Raises Refusal for one that is not
    ours, or of another list or other filters."""
    if not query.cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4))
        mark, body = raw[:_MARK], raw[_MARK:]
        if hmac.compare_digest(mark, _mark(secret, name, query, body)):
            key: list[Any] = json.loads(body)
            if len(key) == len(kinds) and all(isinstance(held, kind) for held, kind in zip(key, kinds, strict=True)):
                return key
    except (ValueError, binascii.Error):
        pass
    raise Refusal(Problem.NOT_FOUND, errors=[Fault(where="cursor", detail="This is no cursor of this list.")])


def _mark(secret: bytes, name: str, query: PageQuery, body: bytes) -> bytes:
    over: Mapping[str, str] = {"list": name, "filters": query.binding()}
    said = json.dumps(over, sort_keys=True).encode() + b"\0" + body
    return hmac.new(secret, b"cursor:" + said, hashlib.sha256).digest()[:_MARK]
