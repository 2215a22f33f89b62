"""The dues of the coming day: made once for everybody whom they concern, at the local hour of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from bot.cooperating.organisations import Cohort
from bot.learning.reviewing import noted
from bot.people import OPERATOR
from bot.record import Policy
from bot.turn import Answered, Changed, Consented, Due, Reviewed
from store import cohorts, occasions, rhythm
from store.database import Database
from store.organisation_tables import cohort_members
from store.tables import dues, meta, threads
from tests.store.rows import NOW, enrolment, join, turn

LIMA, KIGALI = ZoneInfo("America/Lima"), ZoneInfo("Africa/Kigali")
POLICY = Policy()
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
SATURDAY = FRIDAY + timedelta(days=1)


def enrolled(database: Database, number: int, id: str, **about: object) -> None:
    """A learner who has agreed, learns, and has just written."""
    from bot.turn import Enrolled

    address = join(database, number, id)
    turn(
        database,
        address,
        Consented(learner=id, granted=True, text="SI", language="es", method="reply"),
        Enrolled(enrolment=enrolment(id=f"e-{id}", learner=id)),
        Changed(learner=id, changes={"timezone": "America/Lima", "country": "PE", **about}),
    )
    with database.writing() as conn:
        conn.execute(threads.update().values(heard_at=NOW))


def make(database: Database, now: datetime, chunk: int = 2) -> int:
    chunks = 0
    going = True
    while going:
        with database.writing() as conn:
            going = rhythm.make(conn, now, POLICY, chunk)
        chunks += going
    return chunks


def owed(database: Database, kind: str) -> dict[str, datetime]:
    with database.reading() as conn:
        query = select(dues.c.learner, dues.c.subject, dues.c.at).where(dues.c.kind == kind)
        return {f"{row.learner} {row.subject}": row.at for row in conn.execute(query)}


def test_sunday_is_made_for_each_at_her_own_hour(database: Database) -> None:
    enrolled(database, 1, "rosa")
    enrolled(database, 2, "juan", hour=20)  # Sundays end at eight in the evening
    enrolled(database, 3, "aline", timezone="Africa/Kigali", country="RW", hour=7)  # and begin at nine
    join(database, 4, "nobody")  # never agreed, learns nothing

    make(database, FRIDAY)
    assert owed(database, "sunday") == {}, "a day early"
    make(database, SATURDAY)

    assert owed(database, "sunday") == {
        "rosa 2026-11-22": datetime(2026, 11, 22, 18, tzinfo=LIMA),
        "juan 2026-11-22": datetime(2026, 11, 22, 19, tzinfo=LIMA),
        "aline 2026-11-22": datetime(2026, 11, 22, 9, tzinfo=KIGALI),
    }


def test_what_was_made_and_answered_is_not_made_again(database: Database) -> None:
    for number in range(1, 6):
        enrolled(database, number, f"l{number}")
    assert make(database, SATURDAY) >= 3, "five learners, two a chunk"
    assert len(owed(database, "sunday")) == 5
    with database.writing() as conn:
        conn.execute(dues.delete())

    assert make(database, SATURDAY + timedelta(hours=1)) == 0
    assert make(database, SATURDAY + timedelta(days=1)) == 0
    assert owed(database, "sunday") == {}
    make(database, SATURDAY + timedelta(days=7))
    assert len(owed(database, "sunday")) == 5, "the next week"


def test_a_clock_that_once_ran_a_year_ahead_leaves_no_year_without_sundays(database: Database) -> None:
    enrolled(database, 1, "rosa")
    make(database, SATURDAY + timedelta(days=364))
    with database.writing() as conn:
        conn.execute(dues.delete())

    make(database, SATURDAY)

    assert len(owed(database, "sunday")) == 1


def test_a_clock_that_dies_between_two_chunks_leaves_the_rest_to_the_next(database: Database) -> None:
    for number in range(1, 6):
        enrolled(database, number, f"l{number}")
    with database.writing() as conn:
        assert rhythm.make(conn, SATURDAY, POLICY, 2)
    first = set(owed(database, "sunday"))
    make(database, SATURDAY)

    assert len(first) < len(owed(database, "sunday")) == 5


def test_a_review_slot_is_made_only_where_something_is_due(database: Database) -> None:
    monday = datetime(2026, 11, 23, 15, tzinfo=UTC)
    for number, id in enumerate(("rosa", "juan", "ana"), 1):
        enrolled(database, number, id)
    for id, at in (("rosa", monday - timedelta(days=3)), ("juan", monday + timedelta(days=2))):
        review = noted(id, "coffee-nursery", "q1", "choice", 0, at)
        assert review
        turn(database, join_address(id), Reviewed(review=review))
    make(database, monday)

    assert owed(database, "review") == {"rosa 2026-11-24": datetime(2026, 11, 24, 18, tzinfo=LIMA)}


def join_address(id: str) -> object:
    from tests.store.rows import phone

    return phone({"rosa": 1, "juan": 2, "ana": 3}[id])


def test_a_session_in_the_afternoon_is_announced_twice_and_one_in_the_morning_once(database: Database) -> None:
    enrolled(database, 1, "rosa")
    enrolled(database, 2, "juan")
    with database.writing() as conn:
        cohort = Cohort(id="vivero-1", name="Vivero 1", course="coffee-nursery", starts_on=date(2026, 11, 2))
        cohorts.add_cohort(conn, OPERATOR, cohort, NOW)
        conn.execute(insert(cohort_members), [{"cohort": "vivero-1", "learner": "rosa", "joined_at": NOW}])
        afternoon = datetime(2026, 11, 23, 15, tzinfo=LIMA)
        late = cohorts.add_session(conn, OPERATOR, cohort, afternoon, "Local comunal", "Injerto")
        early = cohorts.add_session(conn, OPERATOR, cohort, afternoon.replace(hour=9), "", "")
    make(database, SATURDAY + timedelta(days=1))

    made = {
        f"rosa {late.id}/eve": datetime(2026, 11, 22, 18, tzinfo=LIMA),
        f"rosa {late.id}/day": datetime(2026, 11, 23, 8, tzinfo=LIMA),
        f"rosa {early.id}/eve": datetime(2026, 11, 22, 18, tzinfo=LIMA),
    }
    assert owed(database, "session") == made
    with database.writing() as conn:
        conn.execute(dues.delete())
    make(database, SATURDAY + timedelta(days=1, hours=1))
    assert owed(database, "session") == {}, "said twice"
    due = Due(learner="rosa", kind="session", subject=f"{late.id}/eve", at=NOW)
    with database.reading() as conn:
        session = occasions.load(conn, [due], NOW)[due].session
    assert session == late

    with database.writing() as conn:
        conn.execute(dues.delete())
        conn.execute(delete(meta))  # as on a day that was not looked at yet
        cohorts.close_cohort(conn, OPERATOR, cohort.id, NOW)
    make(database, SATURDAY + timedelta(days=1))
    assert owed(database, "session") == {}, "a closed cohort meets no more"
    with database.reading() as conn:
        assert occasions.load(conn, [due], NOW)[due].session is None


def test_a_lesson_slot_knows_its_cohort_while_she_is_in_it(database: Database) -> None:
    enrolled(database, 1, "rosa")
    enrolled(database, 2, "juan")
    cohort = Cohort(id="vivero-1", name="Vivero 1", course="coffee-nursery", starts_on=date(2026, 11, 2))
    with database.writing() as conn:
        cohorts.add_cohort(conn, OPERATOR, cohort, NOW)
        conn.execute(insert(cohort_members), [{"cohort": "vivero-1", "learner": "rosa", "joined_at": NOW}])
    slots = [Due(learner=id, kind="lesson", subject="vivero-1/2026-11-23/18:00", at=NOW) for id in ("rosa", "juan")]

    def found() -> Iterator[Cohort | None]:
        with database.reading() as conn:
            known = occasions.load(conn, slots, NOW)
        return (known[slot].cohort for slot in slots)

    assert list(found()) == [cohort, None]
    with database.writing() as conn:
        cohorts.close_cohort(conn, OPERATOR, "vivero-1", NOW)
    assert list(found()) == [None, None]


def test_a_review_is_worked_out_from_the_log_of_answers(database: Database) -> None:
    enrolled(database, 1, "rosa")
    address = join_address("rosa")

    def answer(item: str, right: bool, at: datetime) -> None:
        given = Answered(
            learner="rosa", course="coffee-nursery", unit="u", lesson="l", item=item, digest="", purpose="lesson",
            right=right, choice=0,
        )  # fmt: skip
        review = noted("rosa", "coffee-nursery", item, "choice", 0, at)
        assert review
        turn(database, address, given, Reviewed(review=review), now=at)

    answer("known", True, NOW - timedelta(days=12))
    answer("known", True, NOW - timedelta(days=10))
    answer("missed", False, NOW - timedelta(days=10))
    due = Due(learner="rosa", kind="review", subject="2026-11-21", at=NOW)
    with database.reading() as conn:
        found = {each.item: each for each in occasions.load(conn, [due], NOW)[due].reviews}

    assert found["missed"].due_at < found["known"].due_at
    assert found["missed"].due_at == NOW - timedelta(days=9)
    assert found["known"].last_at == NOW - timedelta(days=10)
    assert '"stability"' in found["known"].card
