"""A cooperative's list, row by row, as people who may be taken in: each number once, and what is wrong elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.cooperating import members
from bot.cooperating.members import Columns, Fault, Member, Reading, folded, same_person
from bot.cooperating.organisations import Cooperative
from bot.messages import Address
from bot.people import Learner
from bot.talking.profile import needs_guardian

INVITED, PAPER = "invited", "paper"
"""On what consent a list is taken in: each is asked by one message, or each has signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A member as she is to be taken in; `cooperative` is the id of one that there is, or empty."""

    member: Member
    cooperative: str = ""
    reference: str = ""  # of her consent on paper; with `given_on` it says that she has agreed
    given_on: str = ""  # ISO 8601

    @property
    def address(self) -> Address:
        """Where she is reached."""
        return Address(scheme="tel", identity=self.member.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Under what a list is taken in: on what consent, into which cooperative where a row names none, by whose rules."""

    country: str
    today: date
    now: datetime
    languages: tuple[str, ...]
    cooperatives: Sequence[Cooperative] = ()
    cooperative: str = ""  # the id
    basis: str = INVITED
    reference: str = ""
    given_on: str = ""  # ISO 8601


@dataclass(slots=True, kw_only=True)
class Arriving:
    """What a list has come to so far: the bad rows with their lines, and how many came twice."""

    bad: list[tuple[int, tuple[Fault, ...]]] = field(default_factory=list)
    repeated: int = 0


def arrivals(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Columns, terms: Terms, found: Arriving
) -> Iterator[Arrival]:
    """Each row that can be somebody, each number once; the others are noted in `found`."""
    reading = Reading(country=terms.country, today=terms.today, languages=terms.languages)
    seen: dict[str, Member] = {}
    for line, cells in rows:
        read = members.member(cells, line, columns, reading)
        if isinstance(read, tuple):
            found.bad.append((line, read))
            continue
        before = seen.get(read.phone)
        if before and same_person(before.name, read.name):
            found.repeated += 1
            continue
        if before:
            fault = Fault(field="phone", why="twice", value=read.phone, known=f"{before.line} ({before.name})")
            found.bad.append((line, (fault,)))
            continue
        arrival, faults = arrived(terms, read)
        if faults:
            found.bad.append((line, faults))
            continue
        seen[read.phone] = read
        yield arrival


def near(named: str, names: Sequence[str]) -> str:
    """The names that come near, or nothing."""
    by_fold = {folded(name): name for name in names}
    close = difflib.get_close_matches(folded(named), list(by_fold), 3, 0.6)
    held = [fold for fold in by_fold if folded(named) and folded(named) in fold]
    return ", ".join(by_fold[fold] for fold in dict.fromkeys((*close, *held)))


def named(known: Sequence[Cooperative], word: str) -> Cooperative | None:
    """The cooperative of this word or name."""
    return next((each for each in known if folded(word) in (folded(each.id), folded(each.name))), None)


def arrived(terms: Terms, member: Member) -> tuple[Arrival, tuple[Fault, ...]]:
    """One member as she is to be taken in under these terms, and what speaks against it."""
    faults: list[Fault] = []
    cooperative = terms.cooperative
    if member.cooperative:
        meant = named(terms.cooperatives, member.cooperative)
        if meant is None:
            names = [name for each in terms.cooperatives for name in (each.id, each.name)]
            close = near(member.cooperative, names)
            faults.append(Fault(field="cooperative", why="cooperative", value=member.cooperative, known=close))
        else:
            cooperative = meant.id
    if terms.basis != PAPER:
        return Arrival(member=member, cooperative=cooperative), tuple(faults)
    reference = member.reference or terms.reference
    given_on = member.given_on.isoformat() if member.given_on else terms.given_on
    faults += [
        Fault(field=name, why=f"{name}_needed")
        for name, held in (("reference", reference), ("given_on", given_on))
        if not held
    ]
    faults += _guardian_faults(terms, member)
    arrival = Arrival(member=member, cooperative=cooperative, reference=reference, given_on=given_on)
    return arrival, tuple(faults)


def _guardian_faults(terms: Terms, member: Member) -> list[Fault]:
    if member.country != "RW":
        return []
    if member.birth_year is None:
        return [Fault(field="birth_year", why="year_needed")]
    born = Learner(id="", country="RW", birth_year=member.birth_year, created_at=terms.now)
    if needs_guardian(born, terms.today.year) and not member.guardian:
        return [Fault(field="guardian", why="guardian")]
    return []


def with_sexes(columns: Columns, rows: Sequence[tuple[int, Sequence[str]]]) -> Columns:
    """The columns, with what M means in the column of sexes as far as the rows tell."""
    place = columns.places.get("sex")
    written = [row[place] for _, row in rows if place < len(row)] if place is not None else []
    return replace(columns, women_are_m=members.sexes(written))


Say = Callable[[Fault], str]


def marked(
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    bad: Iterable[tuple[int, Iterable[Fault]]],
    say: Say,
) -> Iterator[list[str]]:
    """The bad rows as they stood, each with one more cell: what to mend. For a file that is mended and imported."""
    held = dict(rows)
    width = len(header)
    for line, faults in bad:
        cells = held.get(line, ())
        yield [*cells[:width], *[""] * (width - len(cells)), " ".join(say(each) for each in faults)]
