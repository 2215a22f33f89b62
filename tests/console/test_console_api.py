"""The API's doors: who comes in, what is refused and how it is said, pages, keys, editions and limits."""

from __future__ import annotations

import asyncio
import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import organisations, tokens
from tests.console.consoles import Console
from tests.console.partners import Partner, make_token, partner

ANA = {"phone": "+51900000011", "name": "Ana Quispe", "paper": {"reference": "F-1", "given_on": "2026-02-01"}}


def cooperative(console: Console, *ids: str) -> None:
    with console.database.writing() as conn:
        for id in ids:
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), console.clock())


@pytest.fixture
async def norandino(sqlite_console: Console) -> Partner:
    """A program that may do all, on SQLite."""
    return await partner(sqlite_console)


def problem(body: Any) -> str:
    return str(body["type"]).rpartition(":")[2]


# --- who comes in ---


async def test_the_document_is_for_everybody(norandino: Partner) -> None:
    norandino.token = ""
    said = await norandino.get("/openapi.json")
    assert said["openapi"] == "3.1.0"
    assert "/api/v1/learners/{learner}" in said["paths"]


async def test_it_asks_for_a_token_and_says_which_kind(norandino: Partner) -> None:
    norandino.token = ""
    response = await norandino.ask("GET", "/learners")
    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.content_type == "application/problem+json"


async def test_a_token_with_one_sign_changed_opens_nothing(norandino: Partner) -> None:
    """BI113."""
    right = norandino.token
    for place in (8, 12, 21, len(right) - 1):
        wrong = "0" if right[place] != "0" else "1"
        norandino.token = right[:place] + wrong + right[place + 1 :]
        await norandino.get("/learners", status=401)


async def test_a_token_in_the_address_is_no_token(norandino: Partner) -> None:
    """BI113: refused always, for addresses stand in logs."""
    token, norandino.token = norandino.token, ""
    for name in ("token", "access_token", "api_key", "key"):
        await norandino.get(f"/learners?{name}={token}", status=401)


async def test_a_revoked_token_opens_nothing_any_more(sqlite_console: Console, norandino: Partner) -> None:
    await norandino.get("/learners")
    with sqlite_console.database.writing() as conn:
        tokens.revoke(conn, OPERATOR, tokens_id(norandino.token), "a test", sqlite_console.clock())
    await norandino.get("/learners", status=401)


async def test_a_token_ends_by_itself(sqlite_console: Console, norandino: Partner) -> None:
    norandino.token = make_token(sqlite_console, days=2)
    await norandino.get("/learners")
    sqlite_console.clock.wait(days=2)
    await norandino.get("/learners", status=401)


async def test_a_token_does_what_it_has_the_right_to_and_nothing_else(sqlite_console: Console) -> None:
    reader = await partner(sqlite_console, ["see_people"])
    await reader.get("/learners")
    assert problem(await reader.post("/learners", ANA, status=403)) == "forbidden"
    assert (await reader.get("/learners"))["items"] == []


async def test_it_notes_when_a_token_was_last_used(sqlite_console: Console, norandino: Partner) -> None:
    await norandino.get("/learners")
    with sqlite_console.database.reading() as conn:
        (kept,) = tokens.listed(conn, OPERATOR)
    assert kept.used_at is not None


# --- what is refused ---


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/learners/1", 404),
        ("GET", "/learners/" + "0" * 32, 404),
        ("GET", "/learners/%00", 404),
        ("DELETE", "/learners", 405),
        ("PUT", "/learners/" + "0" * 32, 405),
        ("PATCH", "/learners/import", 405),
        ("TRACE", "/learners", 405),
        ("POST", "/openapi.json", 405),
    ],
)
async def test_whatever_is_not_there_is_said_as_a_problem(
    norandino: Partner, method: str, path: str, status: int
) -> None:
    response = await norandino.ask(method, path)
    assert response.status == status
    assert response.content_type == "application/problem+json"
    said = json.loads(await response.text())
    assert said["status"] == status
    if status == 405:
        assert response.headers["Allow"]


@pytest.mark.parametrize(
    "query",
    ["limit=-1", "limit=abc", "limit=100000", "limit=1_0", "limit=5.0", "limit=5&limit=6", "page=2", "cursor=x"],
)
async def test_an_odd_page_is_refused(norandino: Partner, query: str) -> None:
    """BI062."""
    assert problem(await norandino.get(f"/learners?{query}", status=400)) == "bad-request"


@pytest.mark.parametrize("text", ["%25' OR 1=1 --", "(a%2Ba)%2B$", "%00", "%F0%9F%98%80", "%C3%28", "'" * 150])
async def test_an_odd_search_finds_nobody_and_breaks_nothing(norandino: Partner, text: str) -> None:
    """BI059."""
    assert (await norandino.get(f"/learners?text={text}"))["items"] == []


async def test_ten_thousand_characters_are_too_many_to_search_for(norandino: Partner) -> None:
    assert (await norandino.ask("GET", "/learners?text=" + "a" * 7_000)).status == 400


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (ANA | {"phone": "900000011"}, "/phone"),
        (ANA | {"phone": "+1 900 000"}, "/phone"),
        (ANA | {"nickname": "Ani"}, "/nickname"),
        (ANA | {"name": "Ana\x00"}, "/name"),
        (ANA | {"name": 7}, "/name"),
        (ANA | {"birth_year": "1990"}, "/birth_year"),
        (ANA | {"paper": {"reference": "F-1", "given_on": "yesterday"}}, "/paper/given_on"),
        ([], ""),
    ],
)
async def test_what_is_wrong_in_a_body_is_named(norandino: Partner, body: object, where: str) -> None:
    said = await norandino.post("/learners", body, status=422)
    assert where in [each["where"] for each in said["errors"]]
    assert (await norandino.get("/learners"))["items"] == []


async def test_names_are_kept_in_one_spelling(norandino: Partner) -> None:
    said = await norandino.post("/learners", ANA | {"name": "Jose\u0301 Nun\u0303ez"}, status=201)
    assert said["name"] == "José Nuñez"


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"phone=1", 415),
        ({"Content-Type": "application/json; charset=latin-1"}, b"{}", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, gzip.compress(b" " * 1_000_000), 415),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b'{"name": "\xff"}', 400),
        ({"Content-Type": "application/json"}, b'{"name": "\\ud800"}', 400),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 400),
        ({"Content-Type": "application/json"}, b'{"name": "' + b"a" * 300_000 + b'"}', 413),
    ],
)
async def test_bodies_that_are_none_are_refused(
    norandino: Partner, headers: dict[str, str], data: bytes, status: int
) -> None:
    """BI116: of a packed body not one octet is unpacked."""
    given = {"Authorization": f"Bearer {norandino.token}", "Idempotency-Key": "one-of-a-kind", **headers}
    url = norandino.console.url("/api/v1/learners")
    async with norandino.client.post(url, data=data, headers=given) as response:
        assert response.status == status, await response.text()
        assert response.content_type == "application/problem+json"


# --- pages ---


async def test_a_list_comes_in_pages_and_misses_nobody(norandino: Partner) -> None:
    many = [{"phone": f"+519000001{n:02d}", "name": f"Ana {n}"} for n in range(25)]
    await norandino.post("/learners/import", {"learners": many})
    seen: list[str] = []
    cursor = ""
    while True:
        page = await norandino.get(f"/learners?limit=10&cursor={cursor}")
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 25


async def test_a_cursor_is_good_for_its_own_list_its_own_filters_and_its_own_token(
    sqlite_console: Console, norandino: Partner
) -> None:
    many = [{"phone": f"+519000001{n:02d}", "name": f"Ana {n}"} for n in range(3)]
    await norandino.post("/learners/import", {"learners": many})
    cursor = (await norandino.get("/learners?limit=1"))["next"]
    assert cursor
    await norandino.get(f"/learners?limit=2&cursor={cursor}")
    await norandino.get(f"/learners?limit=1&text=ana&cursor={cursor}", status=404)
    await norandino.get(f"/cohorts?limit=1&cursor={cursor}", status=404)
    await norandino.get(f"/learners?limit=1&cursor={cursor[:-2]}", status=404)
    other = await partner(sqlite_console)
    await other.get(f"/learners?limit=1&cursor={cursor}", status=404)


async def test_subscriptions_come_in_pages_the_newest_first(sqlite_console: Console, norandino: Partner) -> None:
    made = []
    for number in range(5):
        body = {"url": f"https://partner.example/{number}", "events": ["unit.passed"]}
        made.append((await norandino.post("/webhooks", body, status=201))["id"])
        sqlite_console.clock.wait(seconds=number % 2)  # two of them in one moment
    seen, cursor = [], ""
    while not seen or cursor:
        page = await norandino.get(f"/webhooks?limit=2&cursor={cursor}")
        assert 1 <= len(page["items"]) <= 2
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == [made[4], *sorted(made[2:4]), *sorted(made[:2])]


# --- keys ---


async def test_a_post_without_a_key_is_refused(norandino: Partner) -> None:
    for key in ("", "short", "with a space in it", "ñandú-ñandú"):
        said = await norandino.ask("POST", "/learners", ANA, Idempotency_Key=key)
        assert said.status == 400
    assert (await norandino.get("/learners"))["items"] == []


async def test_the_same_request_again_is_answered_again_and_not_done_again(console: Console) -> None:
    norandino = await partner(console)
    first = await norandino.ask("POST", "/learners", ANA, Idempotency_Key="the-same-key")
    second = await norandino.ask("POST", "/learners", ANA, Idempotency_Key="the-same-key")
    assert first.status == second.status == 201
    assert await first.json() == await second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert len((await norandino.get("/learners"))["items"]) == 1


async def test_the_same_key_for_another_request_is_refused(norandino: Partner) -> None:
    await norandino.post("/learners", ANA, status=201, Idempotency_Key="the-same-key")
    said = await norandino.post(
        "/learners", ANA | {"phone": "+51900000012"}, status=422, Idempotency_Key="the-same-key"
    )
    assert problem(said) == "key-reused"
    assert len((await norandino.get("/learners"))["items"]) == 1


async def test_ten_requests_at_once_with_one_key_are_one(console: Console) -> None:
    norandino = await partner(console)
    came = await asyncio.gather(
        *(norandino.ask("POST", "/learners", ANA, Idempotency_Key="the-same-key") for _ in range(10))
    )
    assert {each.status for each in came} <= {201, 409}
    assert sum(each.status == 201 for each in came) >= 1
    assert len((await norandino.get("/learners"))["items"]) == 1


async def test_a_refused_request_gives_its_key_back(norandino: Partner) -> None:
    bad = ANA | {"cooperative": "nowhere"}
    said = await norandino.post("/learners", bad, status=409, Idempotency_Key="the-same-key")
    assert said["reason"] == "cooperative"
    await norandino.post("/learners", ANA, status=201, Idempotency_Key="the-same-key")


async def test_a_kept_answer_goes_with_the_person_it_is_about(norandino: Partner) -> None:
    made = await norandino.post("/learners", ANA, status=201, Idempotency_Key="the-same-key")
    assert (await norandino.ask("DELETE", f"/learners/{made['id']}")).status == 204
    said = await norandino.ask("POST", "/learners", ANA, Idempotency_Key="the-same-key")
    assert said.status == 404
    assert "Ana" not in await said.text()


# --- editions ---


async def test_it_says_when_nothing_changed(norandino: Partner) -> None:
    made = await norandino.post("/learners", ANA, status=201)
    path = f"/learners/{made['id']}"
    first = await norandino.ask("GET", path)
    again = await norandino.ask("GET", path, If_None_Match=first.headers["ETag"])
    assert again.status == 304
    assert await again.text() == ""


async def test_a_profile_is_checked_as_on_the_page(norandino: Partner) -> None:
    made = await norandino.post("/learners", ANA, status=201)
    path = f"/learners/{made['id']}"
    for body in ({"name": "   "}, {"name": "A"}, {"name": "7 7"}, {"birth_year": 2090}, {"birth_year": 1925}):
        said = await norandino.ask("PATCH", path, {"community": "Otra", **body})
        assert (said.status, (await said.json())["reason"]) == (409, next(iter(body)))
    assert (await norandino.get(path))["community"] == ""
    said = await norandino.ask("PATCH", path, {"name": "  Ana   Rojas ", "community": " ", "birth_year": 1990})
    held = await said.json()
    assert (held["name"], held["community"], held["birth_year"]) == ("Ana Rojas", "", 1990)
    held = await (await norandino.ask("PATCH", path, {"name": None, "birth_year": None})).json()
    assert (held["name"], held["birth_year"]) == ("", None)


async def test_an_edit_of_something_older_is_refused(norandino: Partner) -> None:
    made = await norandino.post("/learners", ANA, status=201)
    path = f"/learners/{made['id']}"
    tag = (await norandino.ask("GET", path)).headers["ETag"]
    first = await norandino.ask("PATCH", path, {"name": "Ana Huamán"}, If_Match=tag)
    assert first.status == 200
    late = await norandino.ask("PATCH", path, {"name": "Ana Rojas"}, If_Match=tag)
    assert late.status == 412
    assert (await norandino.get(path))["name"] == "Ana Huamán"
    assert first.headers["ETag"] == (await norandino.ask("GET", path)).headers["ETag"]


# --- limits ---


async def test_it_says_how_much_is_left_and_when_it_is_too_much(norandino: Partner) -> None:
    """BI115: there is no export that runs long, only pages of at most 200, and so many a minute."""
    first = await norandino.ask("GET", "/cooperatives")
    assert first.headers["RateLimit-Policy"] == '"token";q=600;w=60'
    assert '"token";r=599' in first.headers["RateLimit"]
    came = await asyncio.gather(*(norandino.ask("GET", "/cooperatives") for _ in range(700)))
    late = [each for each in came if each.status == 429]
    assert late
    assert int(late[0].headers["Retry-After"]) > 0
    norandino.console.clock.wait(minutes=1)
    await norandino.get("/cooperatives")


async def test_wrong_tokens_are_slowed_down_and_right_ones_are_not(sqlite_console: Console) -> None:
    stranger, friend = await partner(sqlite_console), await partner(sqlite_console)
    stranger.token = friend.token[:-4] + "AAAA"
    came = [(await stranger.ask("GET", "/learners")).status for _ in range(40)]
    assert came[0] == 401
    assert came[-1] == 429
    await friend.get("/learners")


# --- bounds ---


async def test_a_bounded_token_sees_and_makes_only_in_its_cooperative(console: Console) -> None:
    cooperative(console, "norte", "sur")
    all_, norte = await partner(console), await partner(console, cooperatives=["norte"])
    theirs = await all_.post("/learners", ANA | {"cooperative": "sur"}, status=201)
    mine = await norte.post("/learners", ANA | {"phone": "+51900000012", "name": "Berta Rojas"}, status=201)
    assert mine["cooperative"] == "norte"
    assert [each["id"] for each in (await norte.get("/learners"))["items"]] == [mine["id"]]
    for path in ("", "/progress", "/consents", "/data"):
        await norte.get(f"/learners/{theirs['id']}{path}", status=404)
    said = await norte.post("/learners", ANA | {"phone": "+51900000013", "cooperative": "sur"}, status=409)
    assert said["reason"] == "cooperative"
    patched = await norte.ask("PATCH", f"/learners/{mine['id']}", {"cooperative": "sur"})
    assert patched.status == 409
    assert [each["id"] for each in (await norte.get("/cooperatives"))["items"]] == ["norte"]


async def test_a_bounded_token_cannot_find_out_who_has_a_number(console: Console) -> None:
    cooperative(console, "norte", "sur")
    all_, norte = await partner(console), await partner(console, cooperatives=["norte"])
    await all_.post("/learners", ANA | {"cooperative": "sur"}, status=201)
    for name in ("Ana Quispe", "Somebody Else"):
        said = await norte.ask("POST", "/learners", ANA | {"name": name})
        assert (await said.json())["reason"] == "elsewhere"
        assert "Ana" not in await said.text()
        assert "sur" not in await said.text()


async def test_numbers_are_whole_only_for_who_may_see_them(sqlite_console: Console) -> None:
    full, shy = await partner(sqlite_console), await partner(sqlite_console, ["see_people"])
    made = await full.post("/learners", ANA, status=201)
    assert made["numbers"] == ["+51900000011"]
    assert (await shy.get(f"/learners/{made['id']}"))["numbers"] == ["…11"]


def tokens_id(written: str) -> str:
    return written.split("_")[1]


async def test_what_a_token_did_stands_in_the_log(sqlite_console: Console, norandino: Partner) -> None:
    from store import auditing

    made = await norandino.post("/learners", ANA, status=201)
    with sqlite_console.database.reading() as conn:
        (entry,) = auditing.found(conn, OPERATOR, subject=f"learner:{made['id']}")
    assert entry.actor == f"token:{tokens_id(norandino.token)}"
    assert sqlite_console.clock() - entry.at < timedelta(minutes=1)
