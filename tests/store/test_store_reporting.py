"""Indicators counted from the tables, alike on both databases, within the reader's scope, small cells hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from bot.cooperating.roles import Forbidden
from bot.people import OPERATOR, Scope
from bot.reporting.indicators import BY_CODE, COUNTED
from bot.reporting.tables import Table
from store import reporting, reporting_kept, reporting_money
from store.case_tables import assessors, case_acts, cases, decisions
from store.credential_tables import credential_acts, credentials
from store.database import Database
from store.reporting import Question
from store.tables import answers, enrolments, outbox, quiz_results
from tests.changing import replace
from tests.store.planned import people, teach
from tests.store.rows import NOW

LATER = NOW + timedelta(days=20)
NORTE = Scope(role="coordinator", cooperatives=frozenset({"norte"}))


def ask(database: Database, code: str, *by: str, scope: Scope = OPERATOR, **more: Any) -> Table:
    with database.reading() as conn:
        given: dict[str, Any] = {"now": LATER, "zone": -5 * 3600, **more}
        return reporting.table(conn, scope, Question(indicator=BY_CODE[code], by=by, **given))


def shown(table: Table) -> list[tuple[Any, ...]]:
    return [("+" if row.together else "/".join(row.key), row.n, *row.hits) for row in table.rows]


def write(database: Database, table: Any, *rows: dict[str, Any]) -> None:
    with database.writing() as conn:
        conn.execute(insert(table), list(rows))


def answer(learner: str, at: datetime, course: str = "coffee-nursery") -> dict[str, Any]:
    return {"learner": learner, "course": course, "right": True, "late": False, "at": at}


def village(database: Database) -> None:
    """Twelve women and eight men of Norte, six women of Sur; all but two men answer in their first week."""
    teach(database)
    women = people(
        database, 12, sex="f", cooperative="norte", district="JAÉN", birth_year=2004, course="coffee-nursery"
    )
    men = people(
        database, 8, start=12, sex="m", cooperative="norte", district="Jaén", birth_year=1970, course="coffee-nursery"
    )
    others = people(
        database, 6, start=20, sex="f", cooperative="sur", community="Satipo", birth_year=None, course="coffee-nursery"
    )
    write(database, answers, *(answer(each, NOW + timedelta(days=2)) for each in [*women, *men[:6], *others]))
    write(database, answers, *(answer(each, LATER - timedelta(days=1)) for each in women[:7]))
    done = [*women[:6], *men[:5]]
    results = [{"attempt": f"a-{each}", "enrolment": f"e-{each}", "unit": "u1", "passed": True} for each in done]
    write(database, quiz_results, *({**each, "at": NOW + timedelta(days=9)} for each in results))


def test_it_counts_who_took_part_in_the_first_week(database: Database) -> None:
    village(database)
    table = ask(database, "I3", "sex")
    assert shown(table) == [("f", 18, 18), ("m", 8, 6)]
    assert (table.total.n, table.total.hits) == (26, (24,))


def test_it_counts_the_active_and_those_who_finished_among_the_enrolled(database: Database) -> None:
    village(database)
    assert shown(ask(database, "I4", "sex")) == [("f", 18, 7), ("m", 6, 0)]
    assert shown(ask(database, "I5", "sex")) == [("f", 18, 6), ("m", 6, 5)]
    assert ask(database, "I5").total.percent() == 46
    assert shown(ask(database, "I5", "occupation")) == [("coffee-nursery", 24, 11)]


def test_places_are_alike_whatever_their_capitals_and_ages_go_by_bands(database: Database) -> None:
    village(database)
    assert shown(ask(database, "I3", "place")) == [("Jaén", 20, 18), ("Satipo", 6, 6)]
    assert shown(ask(database, "I3", "age")) == [("18-24", 12, 12), ("30-59", 8, 6), ("", 6, 6)]
    assert shown(ask(database, "I3", "channel")) == [("sms", 26, 24)]
    assert shown(ask(database, "I3", "month")) == [(NOW.strftime("%Y-%m"), 26, 24)]


def test_two_groups_together_hide_what_one_alone_would_give_away(database: Database) -> None:
    village(database)
    people(database, 3, start=40, sex="m", cooperative="sur", course="coffee-nursery")
    table = ask(database, "I3", "sex", "cooperative")
    assert sum(row.n or 0 for row in table.rows) == table.total.n == 29
    assert [row.n for row in table.rows if row.together] == [29]


def test_a_reader_sees_the_people_of_her_cooperatives_only(database: Database) -> None:
    village(database)
    assert shown(ask(database, "I3", "cooperative", scope=NORTE)) == [("norte", 20, 18)]
    assert ask(database, "I1", scope=Scope(role="coordinator", cooperatives=frozenset())).total.n == 0
    with pytest.raises(Forbidden):
        ask(database, "I3", scope=Scope(role="assessor"))


def test_a_group_by_which_it_cannot_be_parted_is_named(database: Database) -> None:
    with pytest.raises(ValueError, match="occupation"):
        ask(database, "I1", "occupation")
    with pytest.raises(ValueError, match="I2"):
        ask(database, "I2")


def test_reached_is_whoever_a_message_was_delivered_to(database: Database) -> None:
    ids = people(database, 12)
    row = {"sender": "twilio:+1", "not_before": NOW, "created_at": NOW, "sent_at": NOW, "segments": 2}
    sent = [
        {**row, "address": "tel:+51900000000", "learner": each, "state": "delivered" if n < 6 else "sent"}
        for n, each in enumerate(ids[:8])
    ]
    chat = {**row, "address": "telegram:5", "learner": ids[9], "state": "sent", "sender": "telegram:1", "segments": 0}
    write(database, outbox, *sent, chat)
    assert ask(database, "I1").total.hits == (7,)
    with database.reading() as conn:
        asked = reporting_money.Asked(prices={"twilio:+1": Decimal("0.05")})
        found = reporting_money.costs(conn, OPERATOR, asked, LATER)
    assert found.messages == Decimal("0.80")
    assert [(line.messages, line.segments) for line in found.lines] == [(9, 16)]
    assert found.shares()[0] == ("learner", 0, None)


def certify(database: Database, ids: list[str]) -> None:
    for number, each in enumerate(ids):
        case = {"id": f"c{number}", "number": number, "learner": each, "standard": "CHQ", "version": "1"}
        write(database, cases, {**case, "state": "certified", "created_at": NOW, "updated_at": NOW})
        result = "competent" if number < 6 else "not_yet"
        decided = {"case": f"c{number}", "seq": 5, "result": result, "at": NOW + timedelta(days=number, hours=1)}
        write(database, decisions, decided)
        if number < 6:
            held = {"serial": f"s{number}", "code": f"k{number}", "learner": each, "kind": "competence"}
            more = {"standard": "CHQ", "decision": f"c{number}/5", "list_number": 1, "list_index": number}
            write(database, credentials, {**held, **more, "valid_from": NOW, "valid_until": NOW + timedelta(days=1000)})


def test_certificates_are_in_force_or_not_and_days_have_a_median(database: Database) -> None:
    ids = people(database, 9, sex="f")
    certify(database, ids)
    assert ask(database, "I7").total.hits == (6,)
    assert shown(ask(database, "I7", "occupation", courses={"CHQ": "coffee-nursery"})) == [("coffee-nursery", 9, 6)]
    assert ask(database, "I8").total.hits == (6, 0, 0, 0)
    assert ask(database, "I8", now=NOW + timedelta(days=2000)).total.hits == (0, 6, 0, 0)
    write(database, credential_acts, *({"credential": f"s{n}", "kind": "revoked", "at": NOW} for n in range(5)))
    assert ask(database, "I8").total.hits == (None, 0, 0, 5)
    assert ask(database, "I9").total.hits == (4,)
    acts = [{"case": f"c{n}", "seq": 6, "kind": "appeal", "at": NOW} for n in range(5)]
    write(database, case_acts, *acts)
    assert ask(database, "I10").total.hits == (5, 0)


def test_assessors_and_meetings_are_no_people_to_hide(database: Database) -> None:
    held = {"id": "a1", "standards": '["CHQ"]', "created_at": NOW}
    write(database, assessors, {**held, "valid_from": NOW, "valid_until": LATER + timedelta(days=1)})
    assert shown(ask(database, "I11", "occupation", courses={"CHQ": "coffee-nursery"})) == [("coffee-nursery", 1)]
    assert ask(database, "I17").total.n == 0


def test_every_indicator_that_is_counted_can_be_parted_by_each_of_its_groups(database: Database) -> None:
    village(database)
    for indicator in COUNTED:
        for group in ("", *indicator.groups):
            found = ask(database, indicator.code, *([group] if group else []), since=NOW - timedelta(days=400))
            assert found.code == indicator.code


def test_the_erased_still_count(database: Database) -> None:
    village(database)
    with database.writing() as conn:
        conn.execute(enrolments.update().where(enrolments.c.learner == "l0000000").values(learner=None, pseudonym="x"))
    assert ask(database, "I3").total.n == 26


def test_what_was_counted_is_kept_for_the_same_question_and_scope_only(database: Database) -> None:
    village(database)
    table = ask(database, "I3", "sex")
    key = reporting_kept.key_of(OPERATOR, by="sex", code="I3")
    with database.writing() as conn:
        reporting_kept.keep(conn, OPERATOR, key, [table], LATER)
        held = reporting_kept.kept(conn, OPERATOR, key, LATER + timedelta(hours=1))
        assert held is not None
        assert held.tables == (table,)
        assert reporting_kept.kept(conn, OPERATOR, key, LATER + timedelta(hours=7)) is None
        assert reporting_kept.key_of(NORTE, by="sex", code="I3") != key


def test_money_is_by_month_on_the_programmes_clock(database: Database) -> None:
    people(database, 6, operator="Claro", course="coffee-nursery")
    night = datetime(2026, 4, 1, 3, tzinfo=UTC)  # still March in Lima
    row = {"address": "tel:+51900000000", "sender": "a", "not_before": NOW, "created_at": NOW, "state": "sent"}
    write(database, outbox, {**row, "learner": "l0000000", "sent_at": night, "segments": 3})
    asked = reporting_money.Asked(zone=-5 * 3600, prices={"a": Decimal("0.1")})
    with database.writing() as conn:
        found = reporting_money.costs(conn, OPERATOR, asked, LATER)
        reporting_money.keep(conn, OPERATOR, asked, found, LATER)
        assert reporting_money.kept(conn, OPERATOR, asked, LATER) == found
    assert [(line.month, line.operator, line.money) for line in found.lines] == [("2026-03", "Claro", Decimal("0.3"))]
    assert replace(found, staff=Decimal(300)).shares()[0] == ("learner", 6, Decimal("50.05"))


def test_learners_are_of_the_list_whether_or_not_they_are_enrolled(database: Database) -> None:
    people(database, 7, sex="f")
    assert ask(database, "I1").total.n == 7
    assert ask(database, "I1", since=NOW + timedelta(days=1)).total.n == 0
