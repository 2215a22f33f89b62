"""What the API's models have in common: nothing unknown is taken, texts are NFC without NUL, times are aware."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

LONGEST_TEXT = 4000


class Query(BaseModel):
    """Parameters in an address: all come as texts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """What is sent to us: nothing unknown, nothing turned from one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Shown(BaseModel):
    """What we send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Shown):
    """One page of a list; `next` is the cursor of the page after it."""

    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _encodable(text: str) -> str:
    text.encode()  # half a character, such as a lone surrogate, is none: ValueError
    return text


_NO_NUL = "^[^\\u0000]*$"

Text = Annotated[str, Field(max_length=LONGEST_TEXT, pattern=_NO_NUL), AfterValidator(_encodable), AfterValidator(_nfc)]
"""Any text."""

Line = Annotated[
    str, Field(max_length=200, pattern="^[^\\u0000-\\u001f\\u007f]*$"), AfterValidator(_encodable), AfterValidator(_nfc)
]
"""A text of one line."""

Phone = Annotated[
    str,
    Field(
        pattern=r"^\+(519[0-9]{8}|591[67][0-9]{7}|2507[2389][0-9]{7})$",
        description="A mobile number of Peru, Bolivia or Rwanda in E.164.",
        examples=["+51900000001"],
    ),
]


def _whole(written: Any) -> Any:
    # "1_000", " 5" and "5.0" are numbers to Python and to nobody who writes an address.
    if isinstance(written, str) and not re.fullmatch(r"-?[0-9]{1,12}", written):
        raise ValueError("not a whole number")
    return written


Whole = BeforeValidator(_whole)
"""Of a whole number in an address."""


def _integral(sent: Any) -> Any:
    # To JSON 7.0 is a whole number; "7" and true are none.
    return int(sent) if isinstance(sent, float) and sent.is_integer() else sent


Integral = BeforeValidator(_integral)
"""Of a whole number in a body."""


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Moment = Annotated[
    datetime,
    PlainSerializer(_utc, return_type=str, when_used="json"),
    Field(json_schema_extra={"format": "date-time", "type": "string"}),
]
"""A time that we send, in UTC."""

Instant = Annotated[AwareDatetime, Field(description="A time with its offset (RFC 3339).")]
"""A time that is sent to us."""
