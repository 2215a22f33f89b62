"""Read TOML for people: every value is taken by name and kind, and what does not fit is refused with line and cure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from authoring.refusals import Refuse

_KINDS = {bool: "a yes or no (true, false)", int: "a number", float: "a number", str: "a text", list: "a list"}
_HEADER = re.compile(r"\s*\[(\[)?\s*([^\]\s]+)\s*\]")
_CURLY = re.compile("[“”‘’«»]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One TOML table: `values`, and where it stands, so that a refusal can name the line."""

    values: Mapping[str, object]
    lines: tuple[str, ...]  # of the whole TOML text
    first: int  # the number, in the file, of the first of `lines`
    start: int = 0  # the index, in `lines`, at which this table begins
    name: str = ""  # as it is written in a header: "units", "units.title"
    refuse: Refuse

    def line(self, key: str = "") -> int:
        """The number of the line on which `key` stands; of the table's first line where it does not."""
        if not key:
            return self.first + self.start
        below = re.compile(rf"""\s*\[+\s*({re.escape(self.name)}\.)?["']?{re.escape(key)}["']?\s*\]""")
        own = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
        inside = True
        for index in range(self.start, len(self.lines)):
            header = _HEADER.match(self.lines[index]) if index > self.start else None
            if header and header[1] and self._ends(header[2]):
                break  # the next of the list: what stands there is not this table's
            inside = inside and not header
            if below.match(self.lines[index]) or (inside and own.match(self.lines[index])):
                return self.first + index
        return self.first + self.start

    def _ends(self, header: str) -> bool:
        """Whether a [[header]] begins the next table of this list, or of one that holds it."""
        return bool(self.name) and f"{self.name}.".startswith(f"{header}.")

    def text(self, key: str, default: str | None = None) -> str:
        """A text. Refused where it is missing (unless there is a `default`), or is a number, a yes or no, a date."""
        value = self.values.get(key, default)
        if isinstance(value, str) and (value.strip() or default == ""):
            return value.strip()
        if value is None or isinstance(value, str):
            self.refuse(self.line(key), f"{key} is missing", f'Write {key} = "…"')
        else:
            self._wrong(key, value, "a text", f'Put quotes: {key} = "{self._written(key, value)}"')
        return default or ""

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts; one text alone is refused, as are numbers without quotes."""
        value = self.values.get(key)
        if value is None and default is None:
            self.refuse(self.line(key), f"{key} is missing", f'Write {key} = ["…", "…"]')
        if value is None:
            return default or ()
        if not isinstance(value, list):
            self._wrong(key, value, "a list of texts", f'Put brackets and quotes: {key} = ["…"]')
            return default or ()
        if any(not isinstance(each, str) for each in value):
            each = next(each for each in value if not isinstance(each, str))
            self._wrong(key, each, "a text", f'Put quotes: {key} = ["{_toml(each)}", …]')
        return tuple(each.strip() for each in value if isinstance(each, str))

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(key, value, "a whole number", f"Write {key} = {default}, without quotes")
            return default
        if not low <= value <= high:
            self.refuse(self.line(key), f"{key} = {value} is out of reach", f"Write a number from {low} to {high}")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self._wrong(key, value, "true or false", f"Write {key} = true or {key} = false, without quotes")
            return default
        return value

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """A text out of a closed list."""
        value = self.text(key, default)
        if value and value not in allowed:
            self.refuse(self.line(key), f'{key} = "{value}" is not known', f"Write one of {', '.join(allowed)}")
        return value if value in allowed else (default or allowed[0])

    def table(self, key: str) -> Table:
        """A table below this one; an empty one where it is missing or something else."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self._wrong(key, value, "a table", f"Write [{self._below(key)}] on a line of its own, and its texts below")
            value = {}
        return self._at(key, value, self.line(key) - self.first)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables of a list, each written under [[key]]."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or any(not isinstance(each, dict) for each in value):
            self._wrong(
                key, value, "a list of tables", f"Write [[{self._below(key)}]] on a line of its own before each"
            )
            return ()
        header = re.compile(rf"\s*\[\[\s*{re.escape(self._below(key))}\s*\]\]")
        starts = [index for index in range(self.start, len(self.lines)) if header.match(self.lines[index])]
        starts += [self.start] * (len(value) - len(starts))
        return tuple(self._at(key, each, start) for each, start in zip(value, starts, strict=False))

    def only(self, *known: str) -> None:
        """Refuse every key that is not among `known`: a misspelt one would be lost without a word."""
        for key in self.values:
            if key not in known:
                near = get_close_matches(key, known, 1)
                cure = f"Write {near[0]}" if near else f"Take it out; known are {', '.join(known)}"
                self.refuse(self.line(key), f"{key} is not known here", cure)

    def _below(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _at(self, key: str, values: Mapping[str, object], start: int) -> Table:
        return Table(
            values=values, lines=self.lines, first=self.first, start=start, name=self._below(key), refuse=self.refuse
        )

    def _wrong(self, key: str, value: object, due: str, cure: str) -> None:
        kind = _KINDS.get(type(value), "a date" if hasattr(value, "isoformat") else "a table")
        self.refuse(self.line(key), f"{key} = {self._written(key, value)} is {kind}, and {due} is due", cure)

    def _written(self, key: str, value: object) -> str:
        """The value as the author wrote it: 1.10, which TOML has read as 1.1."""
        match = re.match(r"[^=]*=\s*([^#]*)", self.lines[self.line(key) - self.first])
        return match[1].strip() if match and not isinstance(value, list | dict) and match[1].strip() else _toml(value)


def read_table(text: str, first: int, refuse: Refuse) -> Table | None:
    """Parse TOML that begins at line `first` of its file; None where it cannot be read, and then it is refused."""
    lines = tuple(text.split("\n"))
    try:
        return Table(values=tomllib.loads(text), lines=lines, first=first, refuse=refuse)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+)", str(error))
        last = max((index for index, line in enumerate(lines) if line.strip()), default=0)
        index = min(int(at[1]) - 1, last) if at else last
        refuse(first + index, *_explained(str(error), lines[index].strip()[:80]))
    except (RecursionError, ValueError) as error:
        refuse(first, f"this is no table of texts ({type(error).__name__})", "Compare it with content/README.md")
    return None


def _explained(error: str, line: str) -> tuple[str, str]:
    """What tomllib means, and the cure."""
    if error.startswith(("Cannot overwrite", "Cannot mutate")):
        return f"“{line}” says something for the second time", "Keep one of the two"
    if error.startswith("Cannot declare"):
        return f"the table {line} stands twice", "Put what belongs to it under one header"
    if _CURLY.search(line):
        return f"“{line}” has curly quotes", 'Put quotes of the plain kind: "…"'
    if error.startswith(("Illegal character", "Unterminated", "Expected '\"'", 'Expected "')):
        return f"a quote is not closed in “{line}”", 'Put quotes on both sides of the text: "…"'
    if error.startswith(("Invalid value", "Expected newline", "Invalid date", "Invalid hex")):
        return f"the value in “{line}” is not understood", 'Put quotes around a text: key = "…"'
    return f"“{line}” is not understood ({error})", 'Write key = "…", one on each line'


def _toml(value: object) -> str:
    return {True: "true", False: "false"}.get(value, "") if isinstance(value, bool) else str(value)[:60]
