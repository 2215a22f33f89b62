"""Read the parts of standard.toml that say under whose rules a standard stands: its standing, schemes and issuers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from authoring.facts import Facts, numbers, values
from authoring.occupations import COUNTRIES
from authoring.tables import Table
from bot.certifying.standards import STATES, STEPS, Issuer, Scheme, Standing

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SCHEME = (
    *("country", "authority", "act", "competent", "not_yet", "steps", "validity_months", "checked_on", "assessors"),
    *("issuers", "minimum_age", "experience_months", "cool_offs", "facts"),
)
_STANDING = ("state", "by", "act", "since", "until")
_HOURS = 24 * 365


def read_standing(table: Table) -> Standing:
    """The table [standing]: a state that nobody answers for, or an approval without an end, is refused."""
    table.only(*_STANDING)
    standing = Standing(
        state=table.one_of("state", STATES),
        by=table.text("by", ""),
        act=table.text("act", ""),
        since=day(table, "since"),
        until=day(table, "until"),
    )
    state, line = standing.state, table.line("state")
    if state in ("validated", "approved") and not (standing.by and standing.since):
        table.refuse(line, f"the standard is {state}, and by whom and since when is missing", "Write by and since")
    if state == "approved" and not (standing.act and standing.until):
        table.refuse(line, "an approval needs an act and an end", 'Write act = "…" and until = "2029-11-21"')
    if state == "draft" and standing.by:
        table.refuse(table.line("by"), "a draft is nobody's yet", "Take by out, or say that it is in_validation")
    _judge_span(table, "since", standing.since, "until", standing.until)
    return standing


def read_schemes(tables: tuple[Table, ...], languages: tuple[str, ...], facts: Facts) -> tuple[Scheme, ...]:
    """All [[schemes]], one a country."""
    schemes: list[Scheme] = []
    for table in tables:
        scheme = _scheme(table, languages)
        if scheme.country in [known.country for known in schemes]:
            table.refuse(
                table.line("country"), f"{scheme.country} has a scheme already", "Keep one scheme for each country"
            )
        judge_facts(table, scheme.facts, facts)
        known = stated(scheme.facts, facts)
        for key in ("authority", "act"):
            judge_numbers(table, table.text(key), table.line(key), known)
        schemes.append(scheme)
    return tuple(schemes)


def texts(table: Table, key: str, languages: tuple[str, ...], more: tuple[str, ...] = ()) -> Mapping[str, str]:
    """A text in every language: `title = { es = "…", en = "…" }`; it may have `more` of them."""
    if key not in table.values:
        inner = ", ".join(f'{language} = "…"' for language in languages)
        table.refuse(table.line(), f"{key} is missing", f"Write {key} = {{ {inner} }}")
        return dict.fromkeys(languages, "")
    found = table.table(key)
    found.only(*dict.fromkeys((*languages, *more)))
    for language in languages:
        if language not in found.values:
            cure = f'Add {language} = "…" to it'
            table.refuse(table.line(key), f"the {language} translation of {key} is missing", cure)
    return {each: found.text(each) for each in dict.fromkeys((*languages, *more)) if each in found.values}


def day(table: Table, key: str) -> date | None:
    """A date written as a text, "2026-11-21"; None where it is missing or is no date, and then it is refused."""
    written = table.text(key, "")
    if not written:
        return None
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:  # the 31st of a month of 30 days
        pass
    table.refuse(table.line(key), f"{key} = “{written}” is no date", 'Write it as "2026-11-21"')
    return None


def judge_facts(table: Table, listed: tuple[str, ...], facts: Facts) -> None:
    """Each fact that is named must be in facts.toml, and one marked ▲ must have been confirmed."""
    if facts is None:
        return
    for id in listed:
        if id not in facts:
            cure = "Add it there with its source, or correct its id"
            table.refuse(table.line("facts"), f"the fact {id} is not in facts.toml", cure)
        elif facts[id].waits:
            cure = "Let a local expert confirm it and write confirmed_by, or take it out"
            table.refuse(table.line("facts"), f"the fact {id} is marked ▲ and nobody has confirmed it", cure)


def stated(listed: tuple[str, ...], facts: Facts) -> frozenset[Decimal] | None:
    """The numbers that these facts state; None where the bank cannot be read."""
    if facts is None:
        return None
    return values(facts[id].statement for id in listed if id in facts)


def judge_numbers(table: Table, text: str, line: int, known: frozenset[Decimal] | None) -> None:
    """Refuse a number that stands in no listed fact."""
    for number in numbers(text):
        if known is not None and not number.stands_in(known):
            what = f"the number {number.written} stands in no listed fact"
            table.refuse(line, what, "List the fact that says it in facts = […]")


def _judge_span(table: Table, first: str, since: date | None, last: str, until: date | None) -> None:
    if since and until and until < since:
        table.refuse(table.line(last), f"{last} ({until}) is before {first} ({since})", "Correct one of the two")


def _scheme(table: Table, languages: tuple[str, ...]) -> Scheme:
    table.only(*_SCHEME)
    checked_on = day(table, "checked_on")
    if checked_on is None and "checked_on" not in table.values:
        table.refuse(table.line(), "checked_on is missing", 'Write the day on which you read it: "2026-11-21"')
    return Scheme(
        country=table.one_of("country", COUNTRIES),
        authority=table.text("authority"),
        act=table.text("act"),
        competent=texts(table, "competent", languages),
        not_yet=texts(table, "not_yet", languages),
        steps=_steps(table),
        validity_months=table.number("validity_months", 12, 1, 120) if "validity_months" in table.values else None,
        checked_on=checked_on or date.min,
        assessors=table.number("assessors", 1, 1, 5),
        issuers=tuple(_issuer(each) for each in table.tables("issuers")),
        minimum_age=table.number("minimum_age", 0, 0, 99),
        experience_months=table.number("experience_months", 0, 0, 600),
        cool_offs=tuple(_cool_offs(table)),
        facts=table.texts("facts", ()),
    )


def _steps(table: Table) -> tuple[str, ...]:
    """The steps, each once and in the order in which they follow one another."""
    steps = table.texts("steps")
    for step in steps:
        if step not in STEPS:
            cure = f"Write some of {', '.join(STEPS)}"
            table.refuse(table.line("steps"), f"the step “{step}” is not known", cure)
    known = [STEPS.index(step) for step in steps if step in STEPS]
    if known != sorted(set(known)):
        cure = f"Write each once, as they follow: {', '.join(STEPS)}"
        table.refuse(table.line("steps"), "the steps are not in their order", cure)
    for step in ("application", "decision"):
        if "steps" in table.values and step not in steps:
            table.refuse(table.line("steps"), f"the step {step} is missing", "Every case has it: add it")
    return tuple(step for step in steps if step in STEPS)


def _cool_offs(table: Table) -> Iterator[int]:
    """Hours, each at least as long as the one before."""
    written = table.values.get("cool_offs", [48, 168])
    last = 0
    for hours in written if isinstance(written, list) else [written]:
        if isinstance(hours, bool) or not isinstance(hours, int) or not last <= hours <= _HOURS:
            what = f"cool_offs holds {hours}, and hours that do not grow shorter are due"
            table.refuse(table.line("cool_offs"), what, "Write cool_offs = [48, 168]")
            return
        last = hours
        yield hours


def _issuer(table: Table) -> Issuer:
    table.only("name", "act", "valid_from", "valid_until")
    since, until = day(table, "valid_from"), day(table, "valid_until")
    if since is None:
        table.refuse(table.line(), "from when it may issue is missing", 'Write valid_from = "2026-11-21"')
    _judge_span(table, "valid_from", since, "valid_until", until)
    return Issuer(name=table.text("name"), act=table.text("act", ""), valid_from=since or date.max, valid_until=until)
