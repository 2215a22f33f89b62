"""Cohorts by the API: what is refused to a form and to the terminal is refused here, and pages miss nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.cooperating.organisations import Cohort, Cooperative
from bot.people import OPERATOR
from store import cohorts, organisations
from tests.console.consoles import Console
from tests.console.partners import Partner, partner

GIVEN = {"id": "jaen-1", "name": "Jaén, primero", "course": "vivero", "starts_on": "2026-03-09"}


def cooperative(console: Console, word: str, country: str = "PE", *, closed: bool = False) -> None:
    with console.database.writing() as conn:
        made = Cooperative(id=word, name=f"Coop {word.title()}", country=country)
        organisations.add_cooperative(conn, OPERATOR, made, console.clock())
        if closed:
            organisations.close_cooperative(conn, OPERATOR, word, console.clock())


@pytest.fixture
async def norandino(console: Console) -> Partner:
    """A program that may do all."""
    return await partner(console)


async def everything(program: Partner, path: str) -> list[Any]:
    """A list to its end, two by two."""
    found: list[Any] = []
    cursor = ""
    while True:
        page = await program.get(f"{path}{'&' if '?' in path else '?'}limit=2&cursor={cursor}")
        assert len(page["items"]) <= 2
        found += page["items"]
        if not page["next"]:
            return found
        cursor = page["next"]


async def people(program: Partner, count: int) -> list[str]:
    many = [{"phone": f"+519000003{n:02d}", "name": f"Ana {'abcdefghij'[n]}ana"} for n in range(count)]
    results = (await program.post("/learners/import", {"learners": many}))["results"]
    return [each["learner"] for each in results]


# --- making ---


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"cooperative": "kigali"}, "country"),
        ({"ends_on": "2026-03-08"}, "ends_on"),
        ({"days": []}, "days"),
        ({"course": "panaderia"}, "course"),
        ({"cooperative": "cerrada"}, "cooperative"),
        ({"cooperative": "ninguna"}, "cooperative"),
    ],
)
async def test_a_cohort_that_cannot_be_is_not_made(
    sqlite_console: Console, more: dict[str, object], reason: str
) -> None:
    cooperative(sqlite_console, "kigali", "RW")
    cooperative(sqlite_console, "cerrada", closed=True)
    program = await partner(sqlite_console)
    assert (await program.post("/cohorts", GIVEN | more, 409))["reason"] == reason
    assert (await program.get("/cohorts"))["items"] == []
    made = await program.post("/cohorts", GIVEN | {"ends_on": GIVEN["starts_on"]}, 201)
    assert (made["closed"], made["ends_on"]) == (False, GIVEN["starts_on"])
    assert (await program.post("/cohorts", GIVEN, 409))["reason"] == "taken"


async def test_a_date_lies_ahead_and_within_two_years(sqlite_console: Console) -> None:
    program, now = await partner(sqlite_console), sqlite_console.clock()
    await program.post("/cohorts", GIVEN, 201)
    for at in (now, now - timedelta(minutes=1), now + timedelta(days=730, seconds=1)):
        said = await program.post("/cohorts/jaen-1/sessions", {"at": at.isoformat()}, 409)
        assert said["reason"] == "at"
    for at in (now + timedelta(minutes=1), now + timedelta(days=730)):
        await program.post("/cohorts/jaen-1/sessions", {"at": at.isoformat()}, 201)


# --- what is closed ---


async def test_nobody_comes_into_a_closed_cohort_and_it_meets_no_more(norandino: Partner) -> None:
    ana, berta = await people(norandino, 2)
    later = {"at": (norandino.console.clock() + timedelta(days=3)).isoformat()}
    await norandino.post("/cohorts", GIVEN, 201)
    await norandino.post("/cohorts/jaen-1/members", {"learners": [ana]})
    set_ = await norandino.post("/cohorts/jaen-1/sessions", later, 201)

    assert (await norandino.post("/cohorts/jaen-1/close"))["closed"] is True
    assert (await norandino.get("/cohorts/jaen-1"))["closed"] is True
    for path, body in (("members", {"learners": [berta]}), ("sessions", later)):
        assert (await norandino.post(f"/cohorts/jaen-1/{path}", body, 409))["reason"] == "closed"
    assert [each["learner"] for each in (await norandino.get("/cohorts/jaen-1/members"))["items"]] == [ana]
    assert [each["id"] for each in (await norandino.get("/sessions"))["items"]] == [set_["id"]]
    # What has to go still can.
    assert (await norandino.post(f"/sessions/{set_['id']}/cancel"))["cancelled"] is True
    assert (await norandino.post("/cohorts/jaen-1/members/remove", {"learners": [ana]}))["left"] == 1


async def test_nobody_is_put_into_a_closed_cooperative(norandino: Partner) -> None:
    cooperative(norandino.console, "norte")
    cooperative(norandino.console, "sur", closed=True)
    (ana,) = await people(norandino, 1)
    response = await norandino.ask("PATCH", f"/learners/{ana}", {"name": "Ana Rojas", "cooperative": "sur"})
    assert (response.status, (await response.json())["reason"]) == (409, "cooperative")
    held = await norandino.get(f"/learners/{ana}")
    assert (held["name"], held["cooperative"]) == ("Ana aana", "")
    assert (await norandino.ask("PATCH", f"/learners/{ana}", {"cooperative": "norte"})).status == 200


async def test_who_was_in_a_cooperative_before_it_closed_can_still_be_changed(norandino: Partner) -> None:
    cooperative(norandino.console, "norte")
    (ana,) = await people(norandino, 1)
    await norandino.ask("PATCH", f"/learners/{ana}", {"cooperative": "norte"})
    with norandino.console.database.writing() as conn:
        organisations.close_cooperative(conn, OPERATOR, "norte", norandino.console.clock())
    again = await norandino.ask("PATCH", f"/learners/{ana}", {"name": "Ana Rojas", "cooperative": "norte"})
    assert again.status == 200


# --- pages ---


async def test_cohorts_and_their_members_come_in_pages(norandino: Partner) -> None:
    for word in ("a-1", "a1", "b", "b-2", "c"):
        await norandino.post("/cohorts", GIVEN | {"id": word}, 201)
    await norandino.post("/cohorts/b/close")
    assert [each["id"] for each in await everything(norandino, "/cohorts")].count("b") == 0
    held = {each["id"]: each["closed"] for each in await everything(norandino, "/cohorts?closed=true")}
    assert held == {"a-1": False, "a1": False, "b": True, "b-2": False, "c": False}

    ids = await people(norandino, 5)
    await norandino.post("/cohorts/c/members", {"learners": ids})
    assert [each["learner"] for each in await everything(norandino, "/cohorts/c/members")] == sorted(ids)


async def test_dates_within_one_second_are_all_shown(norandino: Partner) -> None:
    """The later number may be the earlier moment: the cursor has to know both to the microsecond."""
    await norandino.post("/cohorts", GIVEN, 201)
    cohort = Cohort(id="jaen-1", name="", course="vivero", starts_on=norandino.console.clock().date())
    soon = norandino.console.clock() + timedelta(days=1)
    with norandino.console.database.writing() as conn:
        for micros in (900, 700, 500, 300, 100, 100):
            at = soon + timedelta(microseconds=micros)
            cohorts.add_session(conn, OPERATOR, cohort, at, f"{micros}", "")
    found = await everything(norandino, "/sessions?cohort=jaen-1")
    assert [each["place"] for each in found] == ["100", "100", "300", "500", "700", "900"]
    assert len({each["id"] for each in found}) == 6


async def test_a_date_of_another_cooperative_does_not_exist(norandino: Partner) -> None:
    cooperative(norandino.console, "norte")
    cooperative(norandino.console, "sur")
    await norandino.post("/cohorts", GIVEN | {"cooperative": "sur"}, 201)
    later = {"at": (norandino.console.clock() + timedelta(days=3)).isoformat()}
    theirs = await norandino.post("/cohorts/jaen-1/sessions", later, 201)
    norte = await partner(norandino.console, cooperatives=["norte"])
    assert (await norte.get("/sessions"))["items"] == []
    await norte.post(f"/sessions/{theirs['id']}/cancel", status=404)
    await norte.get("/cohorts/jaen-1", 404)
