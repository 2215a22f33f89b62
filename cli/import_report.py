"""One import of a cooperative's list: what was asked, what was found, and how it is said to the coordinator."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from authoring import members as lists
from authoring.members import Sheet
from bot.catalogue import Catalogue
from bot.cooperating.arriving import marked
from bot.cooperating.headings import OURS
from bot.cooperating.members import Columns, Fault
from bot.cooperating.organisations import Cohort, Cooperative
from bot.talking.wording import Wording
from cli import import_words, wiring
from cli.import_words import TEXTS
from cli.settings import Settings
from store.database import Database
from store.importing import Arrival

_SHOWN = 20  # bad rows on the screen


@dataclass(slots=True, kw_only=True)
class Import:
    """One import under way: what it was asked, what it has found so far."""

    given: argparse.Namespace
    settings: Settings
    database: Database
    catalogue: Catalogue
    cooperatives: Sequence[Cooperative]
    cooperative: Cooperative | None
    cohort: Cohort | None
    sheet: Sheet
    columns: Columns
    language: str
    fates: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[int, tuple[Fault, ...]]] = field(default_factory=list)
    sample: list[Arrival] = field(default_factory=list)
    agreed: int = 0
    _words: Wording | None = field(default=None, init=False)

    @property
    def words(self) -> Wording:
        """The sentences of the page of lists, read when the first row is refused."""
        self._words = self._words or wiring.console_words(self.settings)
        return self._words

    @property
    def paper(self) -> bool:
        """Whether each of them has signed."""
        return bool(self.given.basis == "paper")


def report(work: Import) -> None:
    """Print how the file was read, what became of its rows, and each bad one with its cure."""
    said = TEXTS[work.language]
    place = 1 if work.language == "es" else 0
    named = [f"{OURS[ours][place]} ← {work.sheet.header[at].strip()}" for ours, at in work.columns.places.items()]
    print(said["file"].format(file=work.given.file, rows=len(work.sheet.rows), written_in=work.sheet.written_in))
    print(said["columns"].format(columns=", ".join(named)))
    if work.columns.unused:
        print(said["unused"].format(columns=", ".join(work.columns.unused)))
    print()
    for fate, words in _fates(work):
        print(f"{fate:>7}  {words}")
    if work.given.dry_run and work.sample:
        print(f"\n{said['sample']}")
        for arrival in work.sample:
            print(f"  {_sampled(arrival, said['line'])}")
    _report_bad(work)
    print()
    if work.cohort and not work.given.dry_run:
        course = work.catalogue.courses.get(work.cohort.course)
        title = course.title(work.language) if course else work.cohort.course
        print(said["cohort"].format(cohort=work.cohort.name or work.cohort.id, course=title))
    kept = any(work.fates[each] for each in ("new", "filled", "known"))
    print(said["dry" if work.given.dry_run else "done" if kept else "nothing"])


def _fates(work: Import) -> Iterator[tuple[int, str]]:
    said = TEXTS[work.language]
    yield work.fates["new"], said["new_paper" if work.paper else "new_invitation"]
    for fate in ("filled", "known", "repeated"):
        if work.fates[fate]:
            yield work.fates[fate], said[fate]
    yield len(work.bad), said["bad"]


def _sampled(arrival: Arrival, line: str) -> str:
    member = arrival.member
    told = (member.name, member.phone, member.language, member.sex, str(member.birth_year or ""))
    place = (member.community, member.district, arrival.cooperative)
    return f"{line.format(line=member.line)}: {', '.join(each for each in (*told, *place) if each)}"


def _report_bad(work: Import) -> None:
    if not work.bad:
        return
    said = TEXTS[work.language]
    print(f"\n{said['bad_rows']}")
    for line, faults in work.bad[:_SHOWN]:
        print(f"  {said['line'].format(line=line)}: {' '.join(_reason(each, work) for each in faults)}")
    if work.given.bad:
        table = marked(work.sheet.header, work.sheet.rows, work.bad, lambda fault: _reason(fault, work))
        lists.write(Path(work.given.bad), [*work.sheet.header, said["why"]], table)
        print(f"  {said['bad_file'].format(file=work.given.bad)}")
    elif len(work.bad) > _SHOWN:
        print(f"  {said['more'].format(n=len(work.bad) - _SHOWN)}")


def _reason(fault: Fault, work: Import) -> str:
    known = fault.known
    if fault.why == "language":
        known = ", ".join(work.catalogue.wording.languages)
    elif fault.why == "hour":
        known = "7-20"
    elif fault.why == "cooperative":
        near = work.words.say(work.language, "learners.row_near", known=known) if known else ""
        known = near or "chasqui cooperative list"
    ours = OURS[fault.field][1 if work.language == "es" else 0]
    shown = f" «{fault.value[:40]}»" if work.language == "es" else f" “{fault.value[:40]}”"
    return f"{ours}{shown if fault.value else ''}: {import_words.row(work.words, work.language, fault.why, known)}"
