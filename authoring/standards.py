"""Read standard.toml: units, elements, criteria and the evidence that they ask for, strictly, with file, line, cure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from authoring.facts import Facts
from authoring.occupations import LANGUAGES
from authoring.prose import judge_line
from authoring.refusals import Refuse
from authoring.schemes import judge_facts, judge_numbers, read_schemes, read_standing, stated, texts
from authoring.tables import Table, read_table
from bot.catalogue import Course
from bot.certifying.policies import AT_CAP, KnowledgePolicy
from bot.certifying.standards import KINDS, METHODS, Criterion, Element, RangeStatement, Requirement, Standard, Unit

FILE = "standard.toml"
EDITIONS = "standards"  # the folder of older versions, <version>.toml
_KNOWN = ("code", "version", "title", "isco08", "purpose", "replaces", "facts", "standing", "schemes", "units")
_UNIT = (
    *("code", "title", "purpose", "taught_by", "mandatory", "offered", "knowledge", "ranges", "elements"),
    "requirements",
)
_POLICY = ("competent", "not_yet", "alpha", "beta", "minimum", "cap", "at_cap", "supervised")
_CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
_VERSION = re.compile(r"\d+(\.\d+)*")
_PART = re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStandard:
    """A standard, and the lines on which its units, criteria and schemes stand."""

    standard: Standard
    file: str
    lines: Mapping[str, int]  # code of a unit, element or criterion, or the country of a scheme → line
    requirement_lines: Mapping[str, Sequence[int]]  # code of the unit → a line for each requirement

    def line(self, code: str) -> int:
        """Where a part stands; the first line of the file where it is not known."""
        return self.lines.get(code, 1)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What is known while the parts are read."""

    languages: tuple[str, ...]
    lines: dict[str, int]
    requirement_lines: dict[str, list[int]]

    def claim(self, table: Table, within: str) -> str:
        """The code of a part: a number below the code of the part that holds it, and no other's."""
        code = table.text("code")
        line = table.line("code")
        own = code.removeprefix(f"{within}.") if within else code
        if code and (not _PART.fullmatch(own) or (within and not code.startswith(f"{within}."))):
            due = f"{within}.1, {within}.2 …" if within else "1, 2 …"
            table.refuse(line, f"“{code}” is no code here", f"Write {due}")
        elif code in self.lines:
            table.refuse(line, f"the code {code} stands already on line {self.lines[code]}", "Give it one of its own")
        self.lines.setdefault(code, table.line())
        return code


def read_standard(file: str, text: str, course: Course, facts: Facts, refuse: Refuse) -> ReadStandard | None:
    """Parse the standard of a course, in the languages of the course; None where it is not TOML or has no code."""
    table = read_table(text, 1, refuse)
    if table is None:
        return None
    table.only(*_KNOWN)
    reading = _Reading(languages=course.languages, lines={}, requirement_lines={})
    listed = table.texts("facts", ())
    judge_facts(table, listed, facts)
    schemes = table.tables("schemes")
    standard = Standard(
        code=_matching(table, "code", _CODE, "Write capital letters and figures, like CHQ-NURSERY"),
        version=_matching(table, "version", _VERSION, 'Write it like "0.1"'),
        titles=texts(table, "title", course.languages, LANGUAGES),  # a list may name it where it is not assessed
        isco08=_matching(table, "isco08", _ISCO, 'Write its four figures: isco08 = "6113"'),
        purpose=texts(table, "purpose", course.languages),
        course=course.id,
        languages=course.languages,
        drafts=course.drafts,
        standing=read_standing(table.table("standing")),
        schemes=read_schemes(schemes, course.languages, facts),
        units=tuple(_unit(each, reading) for each in table.tables("units")),
        replaces=_replaces(table),
    )
    reading.lines |= {each.text("country", ""): each.line() for each in schemes}
    for key, found in (("schemes", standard.schemes), ("units", standard.units)):
        if not found:
            refuse(1, f"there are no {key}", f"Write [[{key}]]; content/README.md shows one")
    known = stated(listed, facts)
    for said, code in _said(standard):
        line = reading.lines.get(code, 1)
        judge_line(said, line, refuse)
        judge_numbers(table, said, line, known)
    if not standard.code:
        return None
    told = hashlib.sha256(repr(standard).encode("utf-8", "replace")).hexdigest()[:12]
    return ReadStandard(
        standard=replace(standard, digest=told),
        file=file,
        lines=reading.lines,
        requirement_lines=reading.requirement_lines,
    )


_ISCO = re.compile(r"\d{4}")


def _matching(table: Table, key: str, pattern: re.Pattern[str], cure: str) -> str:
    text = table.text(key)
    if text and not pattern.fullmatch(text):
        table.refuse(table.line(key), f"{key} = “{text}” is not written as it must be", cure)
    return text


def _replaces(table: Table) -> str:
    """The version before: CODE@0.1, or nothing."""
    text = table.text("replaces", "")
    code, _, version = text.partition("@")
    if text and not (_CODE.fullmatch(code) and _VERSION.fullmatch(version)):
        table.refuse(table.line("replaces"), f"“{text}” is no version of a standard", "Write it like CHQ-NURSERY@0.1")
    return text


def _unit(table: Table, reading: _Reading) -> Unit:
    table.only(*_UNIT)
    code = reading.claim(table, "")
    elements = tuple(_element(each, code, reading) for each in table.tables("elements"))
    if not elements:
        table.refuse(table.line(), f"unit {code} has no elements", "Write [[units.elements]] with a code and a title")
    criteria = tuple(criterion.code for element in elements for criterion in element.criteria)
    asked = table.tables("requirements")
    if not asked:
        table.refuse(table.line(), f"unit {code} asks for no evidence", "Write [[units.requirements]] with a kind")
    reading.requirement_lines[code] = [each.line() for each in asked]
    return Unit(
        code=code,
        titles=texts(table, "title", reading.languages),
        purpose=texts(table, "purpose", reading.languages),
        taught_by=table.texts("taught_by"),
        elements=elements,
        requirements=tuple(_requirement(each, criteria) for each in asked),
        ranges=tuple(_range(each, reading.languages) for each in table.tables("ranges")),
        policy=_policy(table),
        mandatory=table.flag("mandatory", True),
        offered=table.flag("offered", True),
    )


def _element(table: Table, unit: str, reading: _Reading) -> Element:
    table.only("code", "title", "criteria")
    code = reading.claim(table, unit)
    criteria = tuple(_criterion(each, code, reading) for each in table.tables("criteria"))
    if not criteria:
        cure = "Write [[units.elements.criteria]] with a code and a text"
        table.refuse(table.line(), f"element {code} has no criteria", cure)
    return Element(code=code, titles=texts(table, "title", reading.languages), criteria=criteria)


def _criterion(table: Table, element: str, reading: _Reading) -> Criterion:
    table.only("code", "text", "critical")
    code = reading.claim(table, element)
    return Criterion(code=code, text=texts(table, "text", reading.languages), critical=table.flag("critical", False))


def _range(table: Table, languages: tuple[str, ...]) -> RangeStatement:
    table.only("category", "classes")
    classes = tuple(
        texts(replace(each, values={"class": each.values}), "class", languages) for each in table.tables("classes")
    )
    if not classes:
        table.refuse(table.line(), "the range has no classes", 'Write classes = [{ es = "…", en = "…" }]')
    return RangeStatement(category=texts(table, "category", languages), classes=classes)


def _requirement(table: Table, criteria: tuple[str, ...]) -> Requirement:
    """Evidence that is asked for; without `criteria` it is for all of the unit."""
    table.only("kind", "method", "minimum", "criteria")
    kind = table.one_of("kind", KINDS)
    methods = METHODS[kind]
    method = table.text("method")
    if method and method not in methods:
        what = f"{method} cannot show {kind}"
        table.refuse(table.line("method"), what, f"Write one of {', '.join(methods)}")
    listed = table.texts("criteria", criteria)
    for code in listed:
        if code not in criteria:
            table.refuse(
                table.line("criteria"), f"{code} is no criterion of this unit", f"Write some of {', '.join(criteria)}"
            )
    return Requirement(
        kind=kind,
        method=method if method in methods else methods[0],
        minimum=table.number("minimum", 1, 1, 50),
        criteria=tuple(code for code in listed if code in criteria),
    )


def _policy(table: Table) -> KnowledgePolicy:
    """The knowledge policy of a unit: what is not written stays at the default."""
    found = table.table("knowledge")
    found.only(*_POLICY)
    default = KnowledgePolicy()
    try:
        return KnowledgePolicy(
            competent=_share(found, "competent", default.competent),
            not_yet=_share(found, "not_yet", default.not_yet),
            alpha=_share(found, "alpha", default.alpha),
            beta=_share(found, "beta", default.beta),
            minimum=found.number("minimum", default.minimum, 1, 60),
            cap=found.number("cap", default.cap, 1, 60),
            at_cap=found.one_of("at_cap", AT_CAP, default.at_cap),
            supervised=found.flag("supervised", default.supervised),
        )
    except ValueError as error:
        found.refuse(found.line(), str(error), "Correct the numbers; content/README.md explains them")
        return default


def _share(table: Table, key: str, default: float) -> float:
    value = table.values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        table.refuse(table.line(key), f"{key} is no number", f"Write {key} = {default}, without quotes")
        return default
    return float(value)


def _said(standard: Standard) -> Iterator[tuple[str, str]]:
    """Every text of a standard, and the code of the part that says it."""
    for said in (*standard.titles.values(), *standard.purpose.values()):
        yield said, ""
    for unit in standard.units:
        yield from ((said, unit.code) for said in (*unit.titles.values(), *unit.purpose.values()))
        for each in unit.ranges:
            for told in (each.category, *each.classes):
                yield from ((said, unit.code) for said in told.values())
        for element in unit.elements:
            yield from ((said, element.code) for said in element.titles.values())
            for criterion in element.criteria:
                yield from ((said, criterion.code) for said in criterion.text.values())
