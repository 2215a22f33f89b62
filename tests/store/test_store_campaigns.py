"""Campaigns are kept once, moved by compare-and-set, edited by version, and hold back what waits."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import insert

from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Catchup, Kind, Schedule, State, subject
from bot.people import OPERATOR, Scope
from bot.turn import Due
from store import campaigns, dues, progressing
from store.campaign_tables import spendings
from store.database import Database
from store.tables import outbox
from tests.store.planned import campaign, make, people
from tests.store.rows import NOW, later, rows

DAY = date(2026, 11, 21)


def move(database: Database, to: State, actor: str = "luz", id: str = "c1", minutes: float = 1) -> bool:
    with database.writing() as conn:
        return campaigns.move(conn, OPERATOR, id, to, actor=actor, now=later(minutes))


def get(database: Database, id: str = "c1") -> Campaign:
    with database.reading() as conn:
        found = campaigns.get(conn, OPERATOR, id)
    assert found is not None
    return found


def waiting(database: Database, ids: list[str], *, version: int = 1) -> None:
    """Half of them have their due, the other half a queued message."""
    half = len(ids) // 2
    owed = [
        Due(learner=id, kind="campaign", subject=subject("c1", version, DAY, "now", 0), at=later(5))
        for id in ids[:half]
    ]
    said = [
        {
            "sender": "twilio:+1", "address": f"tel:+519{int(id[1:]):08d}", "learner": id, "kind": "campaign",
            "content": '{"text":"Hola"}', "not_before": NOW, "created_at": NOW, "unasked": True, "campaign": "c1",
            "occurrence": f"{DAY}/now",
        }
        for id in ids[half:]
    ]  # fmt: skip
    with database.writing() as conn:
        dues.owe(conn, owed)
        conn.execute(insert(outbox), said)


def test_a_campaign_comes_back_as_it_was_kept(database: Database) -> None:
    kept = make(
        database,
        kind=Kind.RECURRING,
        audience=Audience(courses=("coffee-nursery",), ages=(18, 60), silent_days=3, never_heard=True),
        texts=({"es": "Hola {name}", "en": "Hello"}, {"es": "Buenas"}),
        schedule=Schedule(days=("mon", "fri"), hour="09:30", starts_on=DAY, ends_on=DAY + timedelta(days=30)),
        catchup=Catchup.ALL,
        budget=Decimal("12.50"),
        budget_a_day=Decimal("1"),
        cooperative="norandino",
        urgent=True,
    )
    found = get(database)
    assert found.started_at == NOW
    assert found == Campaign(**{each: getattr(kept, each) for each in kept.__slots__} | {"started_at": NOW})


def test_a_double_click_is_one_campaign(database: Database) -> None:
    make(database)
    with database.writing() as conn:
        assert not campaigns.create(conn, OPERATOR, campaign(name="Otra"), "ana", NOW)
        assert [act.act for act in campaigns.acts(conn, OPERATOR, "c1")] == ["created"]
    assert get(database).name == "Poda"


def test_only_somebody_else_may_approve(database: Database) -> None:
    make(database, state=State.WAITING)
    assert not move(database, State.RUNNING, "ana")
    with database.writing() as conn:
        assert campaigns.edit(conn, OPERATOR, get_in(conn), "berta", later(1))
    assert not move(database, State.RUNNING, "berta")
    assert move(database, State.RUNNING, "luz")
    found = get(database)
    assert (found.state, found.approved_by, found.started_at) == (State.RUNNING, "luz", later(1))
    with database.reading() as conn:
        assert [act.act for act in campaigns.acts(conn, OPERATOR, "c1")] == ["created", "edited", "approved"]


def get_in(conn: object) -> Campaign:
    found = campaigns.get(conn, OPERATOR, "c1")  # type: ignore[arg-type]
    assert found is not None
    return found


def test_what_has_ended_stays_ended(database: Database) -> None:
    make(database)
    assert move(database, State.CANCELLED)
    assert not move(database, State.RUNNING)
    with database.writing() as conn:
        assert campaigns.edit(conn, OPERATOR, get_in(conn), "ana", later(2)) is None


def test_a_scope_sees_only_the_campaigns_of_its_cooperatives(database: Database) -> None:
    make(database, "c1", cooperative="norandino")
    make(database, "c2", cooperative="cenfrocafe", state=State.DRAFT)
    with database.reading() as conn:
        mine = campaigns.listed(conn, Scope(role="coordinator", cooperatives=frozenset({"norandino"})))
        drafts = campaigns.listed(conn, OPERATOR, (State.DRAFT,))
        everything = campaigns.listed(conn, OPERATOR)
    assert ([each.id for each in mine], [each.id for each in drafts]) == (["c1"], ["c2"])
    assert {each.id for each in everything} == {"c1", "c2"}


def test_what_has_not_left_does_not_leave_after_a_cancel(database: Database) -> None:
    make(database)
    waiting(database, people(database, 4))
    with database.writing() as conn:
        other = Due(learner="l0000000", kind="campaign", subject=subject("c1-b", 1, DAY, "now", 0), at=NOW)
        dues.owe(conn, [other])
    assert move(database, State.CANCELLED)
    assert rows(database, "SELECT subject FROM dues") == [(other.subject,)]
    assert rows(database, "SELECT DISTINCT state FROM outbox") == [("cancelled",)]


def test_a_pause_holds_what_waits_and_resuming_gives_it_its_time_back(database: Database) -> None:
    make(database)
    waiting(database, people(database, 4))
    before = rows(database, "SELECT at FROM dues ORDER BY learner") + rows(database, "SELECT not_before FROM outbox")
    assert move(database, State.PAUSED)
    with database.reading() as conn:
        assert dues.waiting(conn, later(60 * 24 * 365), 10) == []
    assert rows(database, "SELECT count(*) FROM outbox WHERE not_before < 3000000000000000") == [(0,)]
    assert move(database, State.RUNNING)
    after = rows(database, "SELECT at FROM dues ORDER BY learner") + rows(database, "SELECT not_before FROM outbox")
    assert after == before


def test_an_edit_is_lost_to_one_that_was_quicker(database: Database) -> None:
    old = make(database)
    with database.writing() as conn:
        new = campaigns.edit(conn, OPERATOR, old, "ana", later(1))
        assert campaigns.edit(conn, OPERATOR, old, "berta", later(2)) is None
    assert new is not None
    assert new.version == 2


def test_an_edit_takes_back_what_the_old_version_owed(database: Database) -> None:
    old = make(database)
    waiting(database, people(database, 4))
    with database.writing() as conn:
        assert campaigns.edit(conn, OPERATOR, old, "ana", later(1))
    assert rows(database, "SELECT count(*) FROM dues") == [(0,)]
    assert rows(database, "SELECT DISTINCT state FROM outbox") == [("cancelled",)]


def test_progress_counts_each_message_once(database: Database) -> None:
    make(database)
    waiting(database, people(database, 6))
    with database.writing() as conn:
        spends = [
            {"campaign": "c1", "day": day, "messages": 1, "segments": 2, "micros": 40_000}
            for day in ("2026-11-20", "2026-11-21")
        ]
        conn.execute(insert(spendings), spends)
    rows_ = rows(database, "SELECT id FROM outbox ORDER BY id")
    with database.writing() as conn:
        conn.execute(outbox.update().where(outbox.c.id == rows_[0][0]).values(state="delivered"))
        conn.execute(outbox.update().where(outbox.c.id == rows_[1][0]).values(state="failed"))
        progress = progressing.progress(conn, OPERATOR, "c1")
        spent = progressing.spent(conn, OPERATOR, "c1", NOW)
    assert (progress.waiting, progress.queued, progress.delivered, progress.failed) == (3, 1, 1, 1)
    assert progress.money == Decimal("0.08")
    assert (spent.money, spent.today, spent.messages, spent.segments) == (Decimal("0.08"), Decimal("0.04"), 2, 4)
