"""Draw pages: templates with values escaped, and with the words, times and numbers of the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from authoring import formats
from bot.talking.wording import Wording

_FOLDER = Path(__file__).parent / "templates"


def environment() -> Environment:
    """The templates; a name that is missing is an error, not an empty string."""
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=400,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """How one reader is written to: her language, her time zone, now."""

    words: Wording
    language: str
    zone: tzinfo
    now: datetime
    currency: str = ""

    def t(self, id: str, /, **values: object) -> str:
        """A sentence of the console; `n` picks the plural. An unknown id raises KeyError: the tests find it."""
        return self.words.say(self.language, id, **values)

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        """12,345."""
        return formats.number(self.language, value, digits)

    def money(self, value: Decimal, currency: str = "") -> str:
        """12.50 PEN."""
        return formats.money(self.language, value, currency or self.currency)

    def day(self, value: date | datetime | str, *, long: bool = False) -> str:
        """A date; of a time, the date in the reader's zone; of a text, what it says as ISO 8601, or else itself."""
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return str(value)
        local = value.astimezone(self.zone).date() if isinstance(value, datetime) else value
        return formats.day(self.language, local, long=long)

    def moment(self, value: datetime, zone: tzinfo | None = None) -> str:
        """A time to the minute, in the reader's zone or another."""
        return formats.moment(self.language, value, zone or self.zone)

    def hour(self, value: datetime, zone: tzinfo | None = None) -> str:
        """Hour and minute."""
        return formats.hour(self.language, value, zone or self.zone)

    def ago(self, value: datetime) -> str:
        """hace 3 días."""
        return formats.ago(self.language, value, self.now)

    def spread(self) -> dict[str, Callable[..., Any]]:
        """The names under which templates find all this."""
        return {
            "t": self.t,
            "number": self.number,
            "money": self.money,
            "day": self.day,
            "moment": self.moment,
            "hour": self.hour,
            "ago": self.ago,
        }


def hidden(name: str, value: str) -> Markup:
    """A hidden field."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(escape(name), escape(value))


def page(environment: Environment, name: str, values: Mapping[str, Any]) -> str:
    """A whole page."""
    return environment.get_template(name).render(values)


def block(environment: Environment, name: str, part: str, values: Mapping[str, Any]) -> str:
    """One block of a page, as htmx takes it. Raises KeyError where the template has no such block."""
    template = environment.get_template(name)
    context = template.new_context(dict(values))
    return "".join(template.blocks[part](context))
