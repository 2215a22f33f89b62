"""Campaigns by the API: what is read can be sent back, and an edit is a new version that voids what was owed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.cooperating.organisations import Cooperative
from bot.delivering.campaigns import DUE, subject
from bot.people import OPERATOR
from store import organisations
from store.database import Database
from store.tables import dues
from tests.console.consoles import Console
from tests.console.partners import Partner, partner
from tests.store.planned import people

FAIR: dict[str, Any] = {
    "name": "Feria de Jaén",
    "once": "2026-03-10",
    "hour": "18:00",
    "texts": [{"es": "Vengan a la feria", "en": "Come to the fair"}],
    "to": {"country": ["PE"], "age_from": 18, "sex": ["f"]},
    "budget": "50",
}


@pytest.fixture
async def norandino(console: Console) -> Partner:
    return await partner(console)


async def patched(one: Partner, path: str, body: object, status: int = 200, **headers: str) -> Any:
    response = await one.ask("PATCH", path, body, **headers)
    assert response.status == status, await response.text()
    return await response.json(content_type=None)


def owed(database: Database) -> list[str]:
    with database.reading() as conn:
        return list(conn.execute(select(dues.c.subject).where(dues.c.kind == DUE)).scalars())


async def test_a_campaign_is_told_as_it_was_sent(norandino: Partner) -> None:
    made = await norandino.post("/campaigns", FAIR, 201)
    assert {name: made[name] for name in ("once", "hour", "budget", "texts")} == {
        name: FAIR[name] for name in ("once", "hour", "budget", "texts")
    }
    assert (made["to"]["country"], made["to"]["age_from"], made["to"]["sex"]) == (["PE"], 18, ["f"])
    event = {"name": "Bienvenida", "event": "unit:coffee-nursery.seed+3", "texts": [{"es": "Bien"}]}
    refused = await norandino.post("/campaigns", event, 409)
    assert refused["reason"] == "campaign"
    joined = await norandino.post("/campaigns", event | {"event": "joined+3"}, 201)
    assert (joined["event"], joined["once"], joined["hour"]) == ("joined+3", None, "own")


async def test_an_edit_changes_what_is_sent_and_leaves_the_rest(norandino: Partner) -> None:
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    later = await patched(norandino, path, {"once": "2026-03-11"})
    assert later == made | {"once": "2026-03-11", "version": 2}
    assert await norandino.get(path) == later
    whole = await patched(norandino, path, {"texts": [{"es": "Mañana"}], "to": {"language": ["es"]}, "budget": ""})
    assert (whole["texts"], whole["budget"], whole["once"]) == ([{"es": "Mañana"}], "", "2026-03-11")
    assert (whole["to"]["language"], whole["to"]["country"], whole["to"]["age_from"]) == (["es"], [], None)
    same = await patched(norandino, path, {name: whole[name] for name in ("name", "once", "every", "drip", "hour")})
    assert same == whole
    weekly = await patched(norandino, path, {"every": ["mon", "thu"], "ends_on": "2026-06-01", "urgent": True})
    assert (weekly["kind"], weekly["once"], weekly["ends_on"]) == ("recurring", None, "2026-06-01")
    endless = await patched(norandino, path, {"ends_on": None, "urgent": False})
    assert (endless["ends_on"], endless["urgent"], endless["every"]) == (None, False, ["mon", "thu"])


async def test_an_edit_that_does_not_fit_together_is_refused_whole(norandino: Partner) -> None:
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    for body, where in (
        ({"texts": []}, "/"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "/"),
        ({"once": "2026-03-11", "every": ["mon"]}, "/every"),
        ({"to": {"cooperative": ["nowhere"]}}, "/to"),
    ):
        said = await patched(norandino, path, body, 409)
        assert (said["reason"], where in [each["where"] for each in said["errors"]]) == ("campaign", True), said
    assert await norandino.get(path) == made


async def test_an_edit_voids_what_the_version_before_owed(norandino: Partner) -> None:
    database = norandino.console.database
    (ana, *_) = people(database, 3, sex="f", birth_year=1980)
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    assert (await norandino.post(f"{path}/start"))["state"] == "running"
    now = norandino.console.clock()
    old = subject(made["id"], 1, now.date(), "0", 0)
    with database.writing() as conn:
        conn.execute(insert(dues), {"learner": ana, "kind": DUE, "subject": old, "at": now})
    assert (await patched(norandino, path, {"hour": "19:00"}))["state"] == "running"
    assert owed(database) == []


async def test_somebody_quicker_is_not_written_over(norandino: Partner) -> None:
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    tag = (await norandino.ask("GET", path)).headers["ETag"]
    first = await norandino.ask("PATCH", path, {"hour": "17:00"}, If_Match=tag)
    assert first.status == 200
    assert first.headers["ETag"] == (await norandino.ask("GET", path)).headers["ETag"]
    await patched(norandino, path, {"hour": "16:00"}, 412, If_Match=tag)
    assert (await norandino.get(path))["hour"] == "17:00"


async def test_what_an_edit_makes_large_waits_for_a_person(norandino: Partner) -> None:
    people(norandino.console.database, 3, sex="f", birth_year=1980)
    people(norandino.console.database, 1100, start=100, sex="m", birth_year=1980)
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    assert (await norandino.post(f"{path}/start"))["state"] == "running"
    said = await patched(norandino, path, {"to": {"country": ["PE"]}})
    assert (said["state"], said["version"]) == ("waiting", 2)
    assert (await norandino.get(f"{path}/preview"))["second"] == ["people"]


async def test_what_is_over_and_what_was_said_is_not_edited(norandino: Partner) -> None:
    made = await norandino.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    await norandino.post(f"{path}/cancel", {})
    assert (await patched(norandino, path, {"hour": "17:00"}, 409))["reason"] == "move"
    with norandino.console.database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte"), norandino.console.clock())
    people(norandino.console.database, 2, cooperative="norte")
    notice = await norandino.post("/notices", {"cooperative": "norte", "texts": {"es": "Reunión el lunes"}}, 201)
    assert (await patched(norandino, f"/campaigns/{notice['id']}", {"name": "Otra"}, 409))["reason"] == "kind"


async def test_a_bounded_program_edits_its_own_and_stays_within_its_bounds(console: Console) -> None:
    with console.database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), console.clock())
    all_, norte = await partner(console), await partner(console, cooperatives=["norte"])
    made = await norte.post("/campaigns", FAIR, 201)
    path = f"/campaigns/{made['id']}"
    assert made["to"]["cooperative"] == ["norte"]
    narrowed = await patched(norte, path, {"to": {"sex": ["m"]}})
    assert (narrowed["to"]["cooperative"], narrowed["cooperative"]) == (["norte"], "norte")
    for body in ({"cooperative": "sur"}, {"to": {"cooperative": ["sur"]}}, {"cooperative": ""}):
        assert (await patched(norte, path, body, 409))["reason"] in ("reach", "campaign")
    theirs = await all_.post("/campaigns", FAIR | {"cooperative": "sur"}, 201)
    await patched(norte, f"/campaigns/{theirs['id']}", {"hour": "17:00"}, 404)
    reader = await partner(console, ["see_plans"])
    await patched(reader, path, {"hour": "17:00"}, 403)
