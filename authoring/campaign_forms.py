"""Read a campaign's form from a TOML file: every value with the line on which it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from authoring.plain_text import NotText, text_of
from authoring.refusals import Refusal, refusing
from authoring.tables import Table, read_table
from bot.delivering.forming import Entry

_MOST = 200_000  # bytes: a form is a page, and what is larger is another file


def read_form(path: Path) -> tuple[list[Entry], list[Refusal]]:
    """What stands in the form, or why it cannot be read at all. Raises OSError where the file cannot be opened.

    `[when]` and `[money]` are headings for people: their keys are those of the top. `[to]` holds the filters, each
    `[[text]]` one variant, language → text.
    """
    refusals: list[Refusal] = []
    raw = path.read_bytes()[: _MOST + 1]
    refuse = refusing(path.name, refusals)
    if len(raw) > _MOST:
        refuse(1, f"a form is a page, and this file has more than {_MOST:,} bytes", "Is it another file?")
        return [], refusals
    try:
        table = read_table(text_of(raw), 1, refuse)
    except NotText as error:
        refuse(error.line, error.what, error.cure)
        return [], refusals
    return (list(_entries(table, path.name)) if table else []), refusals


def _entries(table: Table, file: str) -> Iterator[Entry]:
    for key, value in table.values.items():
        if key in ("when", "money", "to") and isinstance(value, dict):
            below = table.table(key)
            for inner, held in below.values.items():
                name = f"to.{inner}" if key == "to" else inner
                yield from _values(name, held, f"{file}:{below.line(inner)}")
        elif key == "text" and isinstance(value, list):
            for variant, below in enumerate(table.tables("text")):
                for language, held in below.values.items():
                    where = f"{file}:{below.line(language)}"
                    yield Entry(key=f"text.{language}", value=_written(held), where=where, variant=variant)
        elif key == "text" and isinstance(value, dict):
            below = table.table("text")
            for language, held in below.values.items():
                where = f"{file}:{below.line(language)}"
                yield Entry(key=f"text.{language}", value=_written(held), where=where)
        else:
            yield from _values(key, value, f"{file}:{table.line(key)}")


def _values(key: str, value: object, where: str) -> Iterator[Entry]:
    """A list is several filters of one kind; elsewhere (days, languages) it is one value, parted by commas."""
    if isinstance(value, list) and key.startswith("to."):
        for each in value:
            yield Entry(key=key, value=_written(each), where=where)
    else:
        written = ",".join(map(_written, value)) if isinstance(value, list) else _written(value)
        yield Entry(key=key, value=written, where=where)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)
