"""`chasqui report`: results at the terminal and as files, in the same words and numbers as on the pages."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from authoring import reports as files
from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from bot.cooperating.members import day_of
from bot.delivering.spending import amount
from bot.people import OPERATOR
from bot.reporting import showing
from bot.reporting.days import ahead, begins
from bot.reporting.grouping import GROUPS, parted
from bot.reporting.indicators import UNCOLLECTED, Indicator, chosen
from bot.reporting.rounding import LEAST, half_up
from bot.reporting.showing import Cell, Names
from bot.reporting.suppressing import small
from bot.reporting.surveys import Survey, Tallies
from cli import greeting, wiring
from cli.settings import Settings
from store import cohorts, organisations, reporting_money, reports, surveys
from store.database import Database
from store.foreseeing import teach

Rows = tuple[list[str], list[list[Cell]]]


class _Refused(Exception):
    """What cannot be done, in a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One report being made."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    names: Names

    @property
    def now(self) -> datetime:
        return self.database.now()

    @property
    def ahead(self) -> int:
        """Seconds by which the programme's clock is ahead of UTC."""
        return ahead(self.now, self.settings.country)

    def day(self, written: str) -> date | None:
        """A day as it was written. Raises _Refused."""
        found = day_of(written) if written else None
        if written and found is None:
            raise _Refused(self.names.t("results.refused.date", date=written))
        return found

    def moment(self, written: str) -> datetime | None:
        """The first moment of a day where the programme is. Raises _Refused."""
        found = self.day(written)
        return begins(found, self.settings.country) if found else None


def report(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    language = given.lang or greeting.language()
    database = wiring.open_database(settings)
    try:
        desk = _desk(settings, database, language)
        header, rows = _ACTIONS[given.action](desk, given)
        _put_out(desk, given, header, rows)
        return 0
    except _Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    finally:
        database.close()


def _desk(settings: Settings, database: Database, language: str) -> _Desk:
    catalogue = Shelf(settings.content_dir)()
    teach(database, catalogue)
    with database.reading() as conn:
        known = organisations.all_cooperatives(conn, OPERATOR)
    names = Names(
        words=wiring.console_words(settings),
        language=language,
        cooperatives={each.id: each.name for each in known},
        courses={each.id: each.title(language) for each in catalogue.courses.values()},
    )
    return _Desk(settings=settings, database=database, catalogue=catalogue, names=names)


def _indicators(desk: _Desk, given: argparse.Namespace) -> Rows:
    if given.missing:
        heads = [desk.names.t(f"results.{each}") for each in ("code", "indicator", "needs")]
        return heads, [
            [each.code, desk.names.indicator(each.code), desk.names.definition(each)] for each in UNCOLLECTED
        ]
    return _tables(desk, _codes(desk, given.codes), given.by, desk.day(given.since), desk.day(given.until))


def _cohort(desk: _Desk, given: argparse.Namespace) -> Rows:
    with desk.database.reading() as conn:
        known = cohorts.all_cohorts(conn, OPERATOR, closed=True)
    wanted = given.cohort.strip().casefold()
    found = next((each for each in known if wanted in (each.id.casefold(), each.name.casefold())), None)
    if found is None:
        raise _Refused(desk.names.t("results.refused.cohort", cohort=given.cohort))
    return _tables(desk, _codes(desk, "I1,I3,I4,I5,I7,I8,I9"), given.by, None, None, cohort=found.id)


def _codes(desk: _Desk, written: str) -> tuple[Indicator, ...]:
    try:
        return chosen(written)
    except ValueError as error:
        raise _Refused(desk.names.t("results.refused.code", code=error)) from None


def _tables(
    desk: _Desk,
    indicators: tuple[Indicator, ...],
    by: str,
    since: date | None,
    until: date | None,
    *,
    cohort: str = "",
) -> Rows:
    groups = _groups(desk, by)
    wanted = reports.wanted(
        desk.catalogue,
        desk.settings.country,
        desk.now,
        indicators=indicators,
        by=groups,
        since=since,
        until=until,
        cohort=cohort,
    )
    with desk.database.reading() as conn:
        tables = reports.counted(conn, OPERATOR, wanted, desk.now)
    parted_ = [each for each in tables if each.by == groups]
    return showing.header(desk.names, groups), [line for each in parted_ for line in showing.lines(desk.names, each)]


def _groups(desk: _Desk, written: str) -> tuple[str, ...]:
    try:
        return parted(written)
    except ValueError as error:
        if str(error) == "many":
            raise _Refused(desk.names.t("results.refused.many")) from None
        named = ", ".join(GROUPS)
        raise _Refused(desk.names.t("results.refused.group", group=error, groups=named)) from None


def _money(desk: _Desk, given: argparse.Namespace) -> Rows:
    policy = wiring.policy_of(desk.settings, desk.database)
    staff = amount(given.staff or "0")
    if staff is None:
        raise _Refused(desk.names.t("results.money.staff.wrong"))
    with desk.database.reading() as conn:
        asked = reporting_money.Asked(
            since=desk.moment(given.since), until=desk.moment(given.until), zone=desk.ahead, prices=policy.prices
        )
        found = replace(reporting_money.costs(conn, OPERATOR, asked, desk.now), staff=staff)
    t = desk.names.t
    heads = [t("results.money.month"), t("results.money.operator"), t("results.money.people")]
    heads += [
        t("results.money.messages"),
        t("results.money.segments"),
        f"{t('results.money.spent')} ({policy.currency})",
    ]
    rows: list[list[Cell]] = [
        [
            each.month,
            each.operator or t("results.money.unknown"),
            None,
            each.messages,
            each.segments,
            written_amount(each.money),
        ]
        for each in found.lines
    ]
    rows.append([t("results.money.staff"), "", None, None, None, written_amount(found.staff)])
    rows.append([t("results.money.total"), "", None, None, None, written_amount(found.total)])
    for name, n, one in found.shares():
        rows.append([t(f"results.money.{name}"), "", n, None, None, written_amount(one)])
    return heads, rows


def written_amount(money: Decimal | None) -> str | None:
    """Money with two places, a half rounded up; None for none."""
    return None if money is None else str(half_up(money, 2))


def _surveys(desk: _Desk, given: argparse.Namespace) -> Rows:
    if not given.survey:
        return _survey_list(desk)
    with desk.database.reading() as conn:
        survey = surveys.get(conn, OPERATOR, given.survey)
        if survey is None:
            raise _Refused(desk.names.t("results.refused.survey", survey=given.survey))
        if given.replies:
            heads = ["who", *(str(place) for place in range(1, len(survey.questions) + 1))]
            return heads, [[each.get(head, "") for head in heads] for each in surveys.exported(conn, OPERATOR, survey)]
        return _answers(desk, survey, surveys.tallies(conn, OPERATOR, survey))


def _survey_list(desk: _Desk) -> Rows:
    t = desk.names.t
    with desk.database.reading() as conn:
        found = surveys.listed(conn, OPERATOR, limit=200)
    heads = [t(f"surveys.{each}") for each in ("id", "name", "state", "asked", "began")]
    return heads, [
        [each.survey.id, each.survey.title, t(f"surveys.state.{each.survey.state}"), each.asked, each.began]
        for each in found
    ]


def _answers(desk: _Desk, survey: Survey, found: Tallies) -> Rows:
    t, wording = desk.names.t, desk.catalogue.wording
    heads = ["", t("surveys.question"), t("surveys.answer"), t("surveys.answers"), t("results.percent"), t("results.n")]
    rows: list[list[Cell]] = []
    for number, (question, tally) in enumerate(zip(survey.questions, found.questions, strict=True), 1):
        text = question.texts[survey.in_language(desk.names.language)]
        for step, count in enumerate(tally.counts):
            said = wording.say(desk.names.language, f"survey.{question.kind}.{step + 1}")
            shown = None if tally.n < LEAST or small(count) else count
            rows.append([number, text, said, shown, tally.percent(step), tally.n])
        if not tally.counts:
            said = t("surveys.words") if tally.mean is None else t("surveys.mean", mean=tally.mean)
            rows.append([number, text, said, None, None, tally.n])
    return heads, rows


# --- out ---


def _put_out(desk: _Desk, given: argparse.Namespace, header: list[str], rows: list[list[Cell]]) -> None:
    made: Mapping[str, Callable[[], bytes]] = {
        "table": lambda: "\n".join([*_in_columns(desk, header, rows), ""]).encode(),
        "csv": lambda: files.csv_of(header, rows),
        "xlsx": lambda: files.workbook_of([(given.action, header, rows)]),
        "json": lambda: _as_json(header, rows),
    }
    if given.format == "xlsx" and not given.out:
        raise _Refused("--format xlsx: --out FILE.xlsx")
    data = made[given.format]()
    if not given.out:
        sys.stdout.write(data.decode("utf-8-sig"))
        return
    try:
        files.write(Path(given.out), data)
    except FileExistsError:
        raise _Refused(desk.names.t("results.refused.file", file=given.out)) from None
    print(desk.names.t("results.written", file=given.out, n=len(rows)))


def _in_columns(desk: _Desk, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterable[str]:
    if not rows:
        return [desk.names.t("results.none")]
    return showing.printed(rows, header, lambda cell: "·" if cell is None else str(cell))


def _as_json(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    told = [dict(zip(header, row, strict=True)) for row in rows]
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


_ACTIONS: Mapping[str, Callable[[_Desk, argparse.Namespace], Rows]] = {
    "indicators": _indicators,
    "cohort": _cohort,
    "money": _money,
    "surveys": _surveys,
}
