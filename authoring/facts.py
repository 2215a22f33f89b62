"""The fact bank: what may be taught, where it comes from, and whether a number in a text stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from authoring.refusals import Refuse
from authoring.tables import Table, read_table

MARKS = ("✔", "●", "▲")  # read in the source, sourced, to be confirmed by a local expert

_NUMBER = re.compile(
    r"(?:(?<![^\W\d])|(?<=\dx))(?:\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![\d.,]*\d)|\d+(?:[.,]\d+)*)"
)
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)](?=\s)", re.MULTILINE)
_STEP = re.compile(r"(?<![\d.,])\d\)(?=\s)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One teachable fact."""

    id: str
    statement: str
    sources: tuple[str, ...]
    mark: str
    checked_on: str
    confirmed_by: str
    countries: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Whether it may not be taught yet: ▲, and nobody has confirmed it."""
        return self.mark == "▲" and not self.confirmed_by

    def told(self) -> Mapping[str, object]:
        """The fact as the catalogue holds it."""
        return {
            "statement": self.statement,
            "sources": self.sources,
            "mark": self.mark,
            "checked_on": self.checked_on,
            "confirmed_by": self.confirmed_by,
            "countries": self.countries,
        }


Facts = Mapping[str, Fact] | None
"""The bank by id; None where facts.toml itself cannot be read, so that nobody judges by what is not known."""


def read_facts(text: str, refuse: Refuse) -> Facts:
    """Read facts.toml: [[facts]] with id, statement, source, mark, checked_on …, and [sources] key → where."""
    bank = read_table(text, 1, refuse)
    if bank is None:
        return None
    bank.only("facts", "sources")
    sources = bank.table("sources")
    for key in sources.values:
        sources.text(key)
    facts: dict[str, Fact] = {}
    for table in bank.tables("facts"):
        fact = _fact(table, sources)
        if fact.id in facts:
            refuse(table.line("id"), f"the fact {fact.id} stands twice", "Give one of them an id of its own")
        facts.setdefault(fact.id, fact)
    return facts


def _fact(table: Table, sources: Table) -> Fact:
    table.only("id", "statement", "source", "mark", "checked_on", "confirmed_by", "countries")
    written = table.values.get("source")
    named = table.texts("source") if isinstance(written, list) else tuple(re.split(r"[,;\s]+", table.text("source")))
    for source in filter(None, named):
        if source not in sources.values and source != "arithmetic":
            cure = f'Write {source} = "where it is found" under [sources]'
            table.refuse(table.line("source"), f"the source {source} is not known", cure)
    checked_on = table.text("checked_on", "")
    if checked_on and not _DATE.fullmatch(checked_on):
        table.refuse(table.line("checked_on"), f"“{checked_on}” is no date", 'Write it as "2026-11-21"')
    return Fact(
        id=table.text("id"),
        statement=table.text("statement"),
        sources=tuple(filter(None, named)),
        mark=table.one_of("mark", MARKS),
        checked_on=checked_on,
        confirmed_by=table.text("confirmed_by", ""),
        countries=table.texts("countries", ()),
    )


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, and what it may mean: 1.200 is 1.2 in English and 1200 in Spanish."""

    written: str
    readings: frozenset[Decimal]
    pieces: frozenset[Decimal]  # read one by one, where that is another way to understand it: 31.12.2020, 2 400

    def stands_in(self, known: frozenset[Decimal]) -> bool:
        """Whether one of its readings, or every piece of it, is known."""
        return bool(self.readings & known) or bool(self.pieces and self.pieces <= known)


def numbers(text: str) -> Iterator[Number]:
    """The numbers that a text states. The figures of CO2 or m2, of list items and of steps like 1) state nothing."""
    text = _LIST_NUMBER.sub(" ", text)
    text = _STEP.sub(lambda step: step[0] if _in_brackets(text, step.start()) else " ", text)
    for found in _NUMBER.finditer(text):
        yield _number(found[0])


def values(texts: Iterable[str]) -> frozenset[Decimal]:
    """Every value that the numbers in `texts` may have."""
    return frozenset(value for text in texts for each in numbers(text) for value in each.readings | each.pieces)


def _in_brackets(text: str, index: int) -> bool:
    return text.count("(", 0, index) > text.count(")", 0, index)


def _number(written: str) -> Number:
    groups = re.split(r"[^\d]", written)
    marks = re.findall(r"[^\d]", written)
    grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and len(set(marks)) <= 1
    readings = set()
    if not marks or grouped:
        readings.add(Decimal("".join(groups)))
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1:
        readings.add(Decimal("".join(groups[:-1]) + "." + groups[-1]))
    apart = marks and (marks[-1] not in ".," or not readings)
    return Number(written, frozenset(readings), frozenset(map(Decimal, groups)) if apart else frozenset())
