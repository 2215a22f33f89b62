"""Results by the API: the numbers of the console and the terminal, with their days and their names of courses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from authoring.shelf import Shelf
from store.case_tables import cases, decisions
from store.tables import answers, enrolments, quiz_results
from tests.console.consoles import Console
from tests.console.partners import partner
from tests.console.standing_case import shelf_with_issuer
from tests.store.planned import people

COURSE = "vivero"
NIGHT = datetime(2026, 2, 11, 3, tzinfo=UTC)  # still the tenth in Lima
BEGUN = datetime(2026, 2, 1, 5, tzinfo=UTC)  # February, in Lima


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.chdir(tmp_path)
    return shelf_with_issuer(tmp_path / "content")


def write(console: Console, table: Any, *rows: dict[str, Any]) -> None:
    with console.database.writing() as conn:
        conn.execute(insert(table), list(rows))


def enrolled(console: Console, count: int, at: datetime, start: int = 0) -> list[str]:
    ids = people(console.database, count, start=start)
    write(console, enrolments, *({"id": f"e-{id}", "learner": id, "course": COURSE, "enrolled_at": at} for id in ids))
    return ids


async def test_who_has_finished_is_known_from_the_first_moment_of_a_server(console: Console) -> None:
    units = [unit.id for unit in console.house.shelf().courses[COURSE].units]
    ids = enrolled(console, 6, NIGHT)
    passed = {"passed": True, "at": NIGHT}
    rows = [{"attempt": f"{id}-{unit}", "enrolment": f"e-{id}", "unit": unit, **passed} for id in ids for unit in units]
    write(console, quiz_results, *rows)
    answered = {"course": COURSE, "right": True, "late": False, "at": NIGHT}
    write(console, answers, *({"learner": id, **answered} for id in ids))
    dashboard = await partner(console, ["see_results"])
    total = (await dashboard.get("/results/i5"))["total"]
    assert (total["n"], total["percent"]) == (6, [100])
    rows = (await dashboard.get("/results/i5?by=occupation"))["rows"]
    assert [(row["key"], row["n"]) for row in rows] == [([COURSE], 6)]


async def test_days_are_those_of_the_programme(console: Console) -> None:
    enrolled(console, 6, NIGHT)
    enrolled(console, 8, datetime(2026, 2, 20, 12, tzinfo=UTC), start=6)
    dashboard = await partner(console, ["see_results"])

    async def count(query: str) -> int:
        n: int = (await dashboard.get(f"/results/i3?{query}"))["total"]["n"]
        return n

    assert await count("since=2026-02-10&until=2026-02-11") == 6
    assert await count("since=2026-02-11") == 8
    assert await count("until=2026-02-11") == 6
    assert await count("since=0001-01-01&until=9999-12-31") == 14


async def test_months_are_those_of_the_programme(console: Console) -> None:
    enrolled(console, 6, datetime(2026, 2, 1, 4, 59, tzinfo=UTC))
    enrolled(console, 8, BEGUN, start=6)
    dashboard = await partner(console, ["see_results"])
    rows = (await dashboard.get("/results/i3?by=month"))["rows"]
    assert [(row["key"], row["n"]) for row in rows] == [(["2026-01"], 6), (["2026-02"], 8)]


async def test_what_is_certified_goes_by_its_course(console: Console) -> None:
    for number, id in enumerate(people(console.database, 6)):
        case = {"id": f"c{number}", "number": number, "learner": id, "standard": "VIVERO", "version": "1"}
        write(console, cases, {**case, "state": "certified", "created_at": NIGHT, "updated_at": NIGHT})
        write(console, decisions, {"case": f"c{number}", "seq": 5, "result": "competent", "at": NIGHT})
    dashboard = await partner(console, ["see_results"])
    rows = (await dashboard.get("/results/i7?by=occupation"))["rows"]
    assert [(row["key"], row["n"]) for row in rows] == [([COURSE], 6)]


async def test_a_group_by_which_it_cannot_be_parted_is_refused(sqlite_console: Console) -> None:
    dashboard = await partner(sqlite_console, ["see_results"])
    for by in ("occupation", "shoe", "sex,shoe"):
        assert (await dashboard.get(f"/results/i1?by={by}", 409))["reason"] == "by"
