"""What a form brought: texts in NFC without control characters, files with their first name thrown away."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from multidict import MultiDict, MultiDictProxy

MOST_FIELDS = 2_000
"""Fields of one form; an observation sheet has about two hundred."""

_KEPT = {"\n", "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a form. Its name is only ever shown: where it lies, we choose."""

    name: str
    data: bytes


class Form:
    """The fields of a form or of a query, tolerant of what is missing."""

    __slots__ = ("_given",)

    def __init__(self, given: MultiDictProxy[Any] | MultiDict[Any]) -> None:
        self._given = given

    def text(self, name: str, limit: int = 10_000) -> str:
        """A field, trimmed, in NFC, without control characters, at most `limit` characters; empty where missing."""
        found = self._given.get(name, "")
        return neat(found)[:limit].strip() if isinstance(found, str) else ""

    def raw(self, name: str) -> str:
        """A field exactly as it came: for passwords."""
        found = self._given.get(name, "")
        return found if isinstance(found, str) else ""

    def texts(self, name: str, limit: int = 500) -> list[str]:
        """Every value of a field that may come more than once, without the empty ones."""
        found = self._given.getall(name, [])[:limit]
        return [neat(each).strip() for each in found if isinstance(each, str) and each.strip()]

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) not in ("", "0", "no", "false")

    def whole(self, name: str, default: int | None = None, *, low: int = 0, high: int = 1_000_000) -> int | None:
        """A whole number within bounds; `default` where it is none."""
        written = self.text(name, 12)
        try:
            value = int(written)
        except ValueError:
            return default
        return value if low <= value <= high else default

    def file(self, name: str) -> Upload | None:
        """An uploaded file; None where none was chosen."""
        found = self._given.get(name)
        return found if isinstance(found, Upload) else None

    def files(self, name: str) -> list[Upload]:
        """Every uploaded file of a field."""
        return [each for each in self._given.getall(name, []) if isinstance(each, Upload)]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """All texts as they were given, to show a form again."""
        return ((name, value) for name, value in self._given.items() if isinstance(value, str))

    def names(self) -> Sequence[str]:
        """The names of the fields that came."""
        return list(dict.fromkeys(self._given.keys()))

    def __contains__(self, name: str) -> bool:
        return name in self._given


def neat(text: str) -> str:
    """NFC, line ends as \\n, no control characters, no half characters: fit for the database and for a message."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
    plain = "".join(each for each in joined if each in _KEPT or unicodedata.category(each) != "Cc")
    return unicodedata.normalize("NFC", plain)


async def read(request: web.Request, most: int) -> Form:
    """The posted form, of at most `most` octets. Raises HTTPRequestEntityTooLarge, or HTTPBadRequest for a body that is
    no form."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return Form(MultiDict())
    sized = request.clone(client_max_size=most, client_max_fields=MOST_FIELDS)
    try:
        given = await sized.post()
    except web.HTTPException:
        raise
    except (ValueError, LookupError, AssertionError) as error:
        raise web.HTTPBadRequest(text="This form cannot be read.\n") from error
    return Form(MultiDict((name, _kept(value)) for name, value in given.items()))


def _kept(value: Any) -> Any:
    """A file as its octets, the file itself closed; a text as it is."""
    if not isinstance(value, web.FileField):
        return value
    with value.file as opened:
        return Upload(name=neat(value.filename)[-200:], data=opened.read())
