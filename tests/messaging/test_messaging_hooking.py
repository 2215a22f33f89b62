"""Telling other programs: signed, at least once, in time, and never into anybody's own network."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert, select, update

from bot.cooperating.hooks import EVENTS, Hook, is_public, secret_of, wrong_url
from bot.people import OPERATOR, Scope, new_id
from messaging import hooking
from messaging.hooking import Teller, tell_round
from store import credentials, erasure, hooks
from store.api_tables import api_tokens, hook_deliveries
from store.api_tables import hooks as table
from store.database import Database
from store.tables import consents, enrolments, learners, quiz_results
from tests.certificates import finished
from tests.houses import Clock

KEY = b"a key for tests"


@dataclass
class Partner:
    """A server that hears webhooks, and checks each signature as the docs say."""

    url: str = ""
    secret: str = ""
    answer: int = 200
    heard: list[dict[str, object]] = field(default_factory=list)
    genuine: list[bool] = field(default_factory=list)
    refused: str = ""  # a kind of event that it does not take
    led: int = 0  # how often a redirect was followed

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        parts = [each.split("=", 1) for each in request.headers["Chasqui-Signature"].split(",")]
        stamp = next(value for name, value in parts if name == "t")
        mine = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        marks = [value for name, value in parts if name == "v1"]
        self.genuine.append(any(hmac.compare_digest(mine, each) for each in marks))
        self.heard.append(json.loads(body))
        if self.answer == 302:
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        status = 500 if self.refused == self.heard[-1]["type"] else self.answer
        return web.Response(status=status, text="x" * 100_000)

    async def elsewhere(self, request: web.Request) -> web.Response:
        self.led += 1
        return web.Response()


@pytest.fixture
async def listener() -> AsyncIterator[Partner]:
    app, partner = web.Application(), Partner()
    app.router.add_post("/hook", partner.take)
    app.router.add_route("*", "/elsewhere", partner.elsewhere)
    server = TestServer(app)
    await server.start_server(access_log=None)
    partner.url = str(server.make_url("/hook"))
    yield partner
    await server.close()


@dataclass
class Here:
    """The house: a database, a clock, and what tells."""

    database: Database
    clock: Clock
    teller: Teller

    def subscribe(
        self, url: str, *, events: frozenset[str] = frozenset(EVENTS), cooperative: str = "", created_by: str = ""
    ) -> Hook:
        wished = Hook(
            id="",
            name="a partner",
            url=url,
            events=events,
            cooperatives=frozenset({cooperative}) if cooperative else None,
            created_by=created_by,
            created_at=self.clock(),
        )
        with self.database.writing() as conn:
            return hooks.add(conn, OPERATOR, wished, self.clock())

    def joins(self, number: int, cooperative: str = "norte", *, granted: bool = True) -> str:
        id = new_id(self.clock(), Random(number))
        with self.database.writing() as conn:
            conn.execute(
                insert(learners),
                {"id": id, "name": "Rosa Quispe", "cooperative": cooperative, "created_at": self.clock()},
            )
            self._says(conn, id, granted)
        return id

    def says(self, id: str, granted: bool) -> None:
        with self.database.writing() as conn:
            self._says(conn, id, granted)

    def _says(self, conn: object, id: str, granted: bool) -> None:
        row = {"learner": id, "granted": granted, "purpose": "learning", "at": self.clock()}
        conn.execute(insert(consents), row)  # type: ignore[attr-defined]

    def passes(self, id: str, unit: str = "u1", *, attempt: str = "a1") -> None:
        with self.database.writing() as conn:
            known = conn.execute(select(enrolments.c.id).where(enrolments.c.learner == id)).scalar()
            enrolment = known or f"e-{id}"
            if not known:
                row = {"id": enrolment, "learner": id, "course": "coffee-nursery", "enrolled_at": self.clock()}
                conn.execute(insert(enrolments), row)
            result = {"attempt": attempt, "enrolment": enrolment, "unit": unit, "right": 8, "of": 8, "passed": True}
            conn.execute(insert(quiz_results), {**result, "at": self.clock()})

    async def later(self, **length: float) -> int:
        self.clock.wait(**(length or {"seconds": 30}))
        return await tell_round(self.teller)

    def states(self) -> list[tuple[str, str, int]]:
        with self.database.reading() as conn:
            query = select(hook_deliveries.c.kind, hook_deliveries.c.state, hook_deliveries.c.tries)
            return [(row[0], row[1], row[2]) for row in conn.execute(query.order_by(hook_deliveries.c.id))]


@pytest.fixture
def here(database: Database) -> Here:
    clock = Clock()
    return Here(
        database=database,
        clock=clock,
        teller=Teller(database=database, clock=clock, secret=KEY, private=True),
    )


async def test_nobody_is_told_anything_once_the_token_that_asked_for_it_has_ended(
    here: Here, listener: Partner
) -> None:
    with here.database.writing() as conn:
        until = here.clock() + timedelta(days=1)
        row = {"id": "abcd", "name": "a partner", "created_at": here.clock(), "expires_at": until}
        conn.execute(insert(api_tokens), row)
    hook = here.subscribe(listener.url, created_by="token:abcd")
    lasting = here.subscribe(listener.url, created_by="token:other")
    listener.secret = secret_of(KEY, hook.id, 1)
    await tell_round(here.teller)
    here.passes(here.joins(1))
    await here.later()
    before = len(listener.heard)
    assert before > 0

    here.passes(here.joins(2), attempt="a2")
    await here.later(days=2)
    with here.database.reading() as conn:
        assert hooks.get(conn, OPERATOR, hook.id) is None
        assert hooks.get(conn, OPERATOR, lasting.id) is not None
        passed = select(hook_deliveries.c.hook).where(hook_deliveries.c.kind == "unit.passed")
        told = Counter(conn.execute(passed).scalars())
    assert told == {hook.id: 1, lasting.id: 2}


async def test_it_tells_of_everything_that_was_asked_for_once_and_signed(here: Here, listener: Partner) -> None:
    hook = here.subscribe(listener.url)
    listener.secret = secret_of(KEY, hook.id, 1)
    await tell_round(here.teller)
    rosa = here.joins(1)
    here.passes(rosa)
    with here.database.writing() as conn:
        award = finished(1, learner=rosa, cooperative="norte", decision=f"e-{rosa}", valid_from=here.clock())
        serial = credentials.issue(conn, award, by="system", now=here.clock(), chance=Random(1)).serial
    here.clock.wait(seconds=1)
    here.says(rosa, granted=False)
    await here.later()
    await here.later()
    assert listener.genuine == [True] * 4
    told = {str(each["type"]): each for each in listener.heard}
    assert set(told) == set(EVENTS)
    assert told["unit.passed"]["data"] == {
        "learner": rosa,
        "cooperative": "norte",
        "course": "coffee-nursery",
        "unit": "u1",
    }
    assert told["credential.issued"]["data"]["credential"] == serial  # type: ignore[index]
    assert "Rosa" not in json.dumps(listener.heard)


async def test_nothing_is_told_before_it_can_no_longer_be_overtaken(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url)
    await tell_round(here.teller)
    here.joins(1)
    await here.later(seconds=5)
    assert listener.heard == []
    await here.later(seconds=11)
    assert len(listener.heard) == 1


async def test_what_happened_before_somebody_listened_is_not_told(here: Here, listener: Partner) -> None:
    here.joins(1)
    here.clock.wait(minutes=5)
    here.subscribe(listener.url)
    await here.later()
    await here.later()
    assert listener.heard == []


async def test_a_unit_passed_twice_and_a_yes_said_twice_are_told_once(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url, events=frozenset({"unit.passed", "learner.joined"}))
    rosa = here.joins(1)
    here.passes(rosa)
    await here.later()
    here.says(rosa, granted=False)
    here.says(rosa, granted=True)
    here.passes(rosa, attempt="a2")
    await here.later()
    assert sorted(str(each["type"]) for each in listener.heard) == ["learner.joined", "unit.passed"]


async def test_a_subscription_hears_of_its_own_cooperative_and_its_own_events_only(
    here: Here, listener: Partner
) -> None:
    here.subscribe(listener.url, cooperative="norte", events=frozenset({"learner.joined"}))
    norte, sur = here.joins(1, "norte"), here.joins(2, "sur")
    here.passes(norte)
    await here.later()
    assert [each["data"]["learner"] for each in listener.heard] == [norte]  # type: ignore[index]
    assert sur not in json.dumps(listener.heard)


@pytest.mark.parametrize("answer", [500, 404, 302])
async def test_what_was_not_taken_is_sent_again_later_and_later(here: Here, listener: Partner, answer: int) -> None:
    here.subscribe(listener.url)
    here.joins(1)
    listener.answer = answer
    await here.later()
    assert here.states() == [("learner.joined", "waiting", 1)]
    assert await here.later(seconds=5) == 0
    assert await here.later(seconds=10) == 1
    assert await here.later(seconds=10) == 0
    listener.answer = 204
    assert await here.later(minutes=2) == 1
    assert here.states() == [("learner.joined", "delivered", 3)]
    assert len({str(each["id"]) for each in listener.heard}) == 1
    assert listener.led == 0


async def test_one_event_that_is_not_taken_waits_while_the_others_go_on(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url)
    rosa = here.joins(1)
    here.passes(rosa)
    listener.refused = "unit.passed"
    await here.later()
    here.joins(2)
    await here.later(seconds=16)
    assert sorted(here.states()) == [
        ("learner.joined", "delivered", 1),
        ("learner.joined", "delivered", 1),
        ("unit.passed", "waiting", 2),
    ]
    assert await here.later(seconds=20) == 0


async def test_after_a_day_in_vain_it_is_given_up_and_after_three_switched_off(here: Here, listener: Partner) -> None:
    hook = here.subscribe(listener.url)
    here.joins(1)
    listener.answer = 500
    for _ in range(60):
        await here.later(hours=1)
    (state,) = here.states()
    assert state[1] == "failed"
    here.joins(2)
    for _ in range(24):
        await here.later(hours=1)
    with here.database.reading() as conn:
        found = hooks.get(conn, OPERATOR, hook.id)
    assert found
    assert (found.live, found.disabled_why) == (False, "failing")
    before = len(listener.heard)
    await here.later(hours=1)
    assert len(listener.heard) == before
    listener.answer = 200
    with here.database.writing() as conn:
        hooks.switch(conn, OPERATOR, hook.id, on=True, now=here.clock())
    await here.later(hours=12)
    assert len(listener.heard) == before + 1


async def test_whoever_says_gone_is_told_nothing_any_more(here: Here, listener: Partner) -> None:
    hook = here.subscribe(listener.url)
    here.joins(1)
    listener.answer = 410
    await here.later()
    with here.database.reading() as conn:
        found = hooks.get(conn, OPERATOR, hook.id)
    assert found
    assert found.disabled_why == "gone"


async def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(here: Here, listener: Partner) -> None:
    hook = here.subscribe(listener.url)
    listener.secret = secret_of(KEY, hook.id, 1)
    with here.database.writing() as conn:
        hooks.rotate(conn, OPERATOR, hook.id, here.clock())
    here.joins(1)
    await here.later()
    listener.secret = secret_of(KEY, hook.id, 2)
    here.joins(2)
    await here.later()
    listener.secret = secret_of(KEY, hook.id, 1)
    here.joins(3)
    await here.later(hours=25)
    assert listener.genuine == [True, True, False]


async def test_what_is_known_of_somebody_who_was_erased_is_not_sent(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url)
    rosa = here.joins(1)
    listener.answer = 500
    await here.later()
    with here.database.writing() as conn:
        erasure.erase(conn, [rosa], here.clock(), KEY)
    listener.answer = 200
    before = len(listener.heard)
    await here.later(hours=1)
    assert len(listener.heard) == before


async def test_two_workers_at_once_send_each_once(here: Here, listener: Partner) -> None:
    import asyncio

    here.subscribe(listener.url)
    for number in range(8):
        here.joins(number)
    here.clock.wait(seconds=30)
    await asyncio.gather(*(tell_round(here.teller) for _ in range(3)))
    assert len(listener.heard) == 8


# --- never into anybody's own network ---


async def test_it_speaks_to_no_address_inside_a_network(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url)
    here.joins(1)
    careful = Teller(database=here.database, clock=here.clock, secret=KEY)
    here.clock.wait(seconds=30)
    await tell_round(careful)
    assert listener.heard == []
    with here.database.reading() as conn:
        assert conn.execute(select(hook_deliveries.c.error)).scalar() in ("https", "private")


async def test_a_name_that_leads_inside_is_not_followed(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of the world are looked up where we connect, so no second answer can lead elsewhere."""

    async def inside(self: object, host: str, port: int = 0, family: object = 0) -> list[dict[str, object]]:
        return [{"hostname": host, "host": "10.0.0.7", "port": port, "family": 2, "proto": 0, "flags": 0}]

    monkeypatch.setattr(hooking.aiohttp.ThreadedResolver, "resolve", inside)
    here.subscribe("https://partner.example/hook")
    here.joins(1)
    here.clock.wait(seconds=30)
    await tell_round(Teller(database=here.database, clock=here.clock, secret=KEY))
    with here.database.reading() as conn:
        assert conn.execute(select(hook_deliveries.c.error)).scalar() == "private"


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://0x7f000001/x",
        "https://2130706433/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest",
        "https://192.168.1.1/x",
        "https://100.64.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a00:1]/x",
        "https://[2002:a00:1::]/x",
        "https://[fd00::1]/x",
        "https://printer.local/x",
        "https://db.internal/x",
        "https://intranet/x",
        "http://partner.example/x",
        "https://partner.example:22/x",
        "https://me:secret@partner.example/x",
        "https://partner.example/x#y",
        "ftp://partner.example/x",
        "https://partner.example\\@10.0.0.1/",
        "https://",
        "https://par tner.example/",
        "https://[::1/",
    ],
)
def test_addresses_that_lead_nowhere_good_are_refused(url: str) -> None:
    assert wrong_url(url, private=False)


@pytest.mark.parametrize("url", ["https://partner.example/x", "https://partner.example:8443/x?y=1", "https://8.8.8.8/"])
def test_addresses_of_the_world_are_taken(url: str) -> None:
    assert wrong_url(url, private=False) == ""


def test_an_address_that_cannot_be_read_is_not_public() -> None:
    assert not is_public("nowhere")
    assert is_public("1.1.1.1")
    assert is_public("2606:4700:4700::1111")


# --- who may ---


def test_a_bounded_scope_sees_and_touches_its_own_subscriptions_only(here: Here) -> None:
    mine = here.subscribe("https://partner.example/x", cooperative="norte")
    theirs = here.subscribe("https://partner.example/y", cooperative="sur")
    all_ = here.subscribe("https://partner.example/z")
    norte = Scope(role="token", cooperatives=frozenset({"norte"}), rights=frozenset({"see_people"}))
    with here.database.writing() as conn:
        assert [each.id for each in hooks.listed(conn, norte)] == [mine.id]
        for other in (theirs, all_):
            assert hooks.get(conn, norte, other.id) is None
            assert hooks.rotate(conn, norte, other.id, here.clock()) is None
            assert hooks.ping(conn, norte, other.id, here.clock()) is None
            assert hooks.remove(conn, norte, other.id, here.clock()) is False
        with pytest.raises(ValueError, match="reach"):
            hooks.add(conn, norte, all_, here.clock())
        with pytest.raises(PermissionError):
            hooks.listed(conn, Scope(role="coordinator"))
    with here.database.reading() as conn:
        assert len(conn.execute(select(table.c.id).where(table.c.removed_at.is_(None))).all()) == 3


async def test_what_waited_too_long_unsettled_is_sent_again(here: Here, listener: Partner) -> None:
    """A process that died between taking and settling loses nothing: after a minute somebody takes it again."""
    from store import hook_events

    here.subscribe(listener.url)
    here.joins(1)
    here.clock.wait(seconds=30)
    with here.database.writing() as conn:
        hook_events.gather(conn, here.clock())
        assert len(hook_events.take(conn, here.clock())) == 1
    assert await here.later(seconds=30) == 0
    assert await here.later(seconds=40) == 1
    assert here.states() == [("learner.joined", "delivered", 1)]


async def test_old_deliveries_are_dropped(here: Here, listener: Partner) -> None:
    here.subscribe(listener.url)
    here.joins(1)
    await here.later()
    with here.database.writing() as conn:
        old = here.clock() - timedelta(days=31)
        conn.execute(update(hook_deliveries).values(created_at=old))
    await hooking.tidy(here.teller)
    assert here.states() == []
