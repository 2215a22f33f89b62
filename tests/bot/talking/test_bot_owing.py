"""What the clock owes her, judged when it is said: her hours, her week, her pause, and what she is doing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.cooperating.organisations import Cohort, Session
from bot.delivering.campaigns import Campaign, Kind, State, subject
from bot.learning.reviewing import noted
from bot.occasion import Occasion
from bot.turn import Counted, Due, HelpAsked, Missed, Owed, Reviewed, Say
from tests.changing import replace

COHORT = Cohort(id="v1", name="Vivero 1", course="vivero", starts_on=date(2026, 3, 2))


@pytest.fixture
def free(rosa: Phone) -> Phone:
    """Rosa, who has finished her first lesson and has nothing open; it is her hour."""
    rosa.write("B", "A")
    rosa.conversation = rosa.conversation.moved(prompt=None)  # a question about herself, which she leaves
    assert rosa.conversation.question is None
    rosa.now = datetime(2026, 3, 4, 23, tzinfo=UTC)  # Wednesday, six in the evening in Lima
    return rosa


def her(phone: Phone) -> str:
    return phone.record.learners[0].id


def due(phone: Phone, kind: str, about: str = "x", at: datetime | None = None) -> Due:
    return Due(learner=her(phone), kind=kind, subject=about, at=at or phone.now)


def slot(phone: Phone) -> Due:
    return due(phone, "lesson", f"v1/{phone.now.date()}/18:00")


def says(phone: Phone) -> list[Say]:
    return [each for each in phone.facts if isinstance(each, Say) and each.unasked]


def owed(phone: Phone, kind: str) -> list[datetime]:
    return [each.at for each in phone.dues.values() if each.kind == kind]


def test_a_lesson_slot_begins_the_next_step_and_ends_with_the_waking_hours(free: Phone) -> None:
    said = free.answer(slot(free), Occasion(cohort=COHORT))

    assert len(said) == 2
    assert free.conversation.question
    for each in says(free):
        assert each.week == "2026-W10"
        assert each.expires_at == datetime(2026, 3, 5, 2, tzinfo=UTC), "nine in the evening"


def test_a_slot_that_comes_twice_says_nothing_twice(free: Phone) -> None:
    first = slot(free)
    assert free.answer(first, Occasion(cohort=COHORT))
    assert free.answer(first, Occasion(cohort=COHORT)) == [], "its question is open"


def test_nothing_is_piled_on_an_open_question(rosa: Phone) -> None:
    rosa.now += timedelta(hours=9)
    assert rosa.answer(slot(rosa), Occasion(cohort=COHORT)) == []
    assert rosa.answer(due(rosa, "review"), Occasion()) == []


def test_without_a_cohort_there_is_no_slot(free: Phone) -> None:
    assert free.answer(slot(free), Occasion()) == []


def test_a_slot_of_yesterday_is_stale(free: Phone) -> None:
    late = replace(slot(free), at=free.now - timedelta(hours=13))
    assert free.answer(late, Occasion(cohort=COHORT)) == []
    assert owed(free, "lesson") == []


def test_who_is_talking_is_not_interrupted(free: Phone) -> None:
    free.write("ESTADO")
    assert free.answer(slot(free), Occasion(cohort=COHORT)) == []
    assert owed(free, "lesson") == [free.now + timedelta(minutes=10)]

    elsewhere = Occasion(cohort=COHORT, heard_at=free.now + timedelta(hours=2))
    free.now += timedelta(hours=2, minutes=5)
    assert free.answer(slot(free), elsewhere) == [], "she is writing on her other phone"


def test_a_full_week_leaves_a_lesson_to_its_next_slot_and_a_reminder_to_the_next_week(free: Phone) -> None:
    assert free.answer(slot(free), Occasion(cohort=COHORT, weeks={"2026-W10": 11})) == [], "a slot needs room for two"
    assert Counted(name="lesson left out: full week") in free.facts
    drip = Campaign(id="d", name="d", kind=Kind.DRIP, created_at=free.now, urgent=True)
    assert free.answer(slot(free), Occasion(cohort=COHORT, weeks={"2026-W10": 11}, campaign=drip)) == []
    assert Missed(campaign="d", reason="week") in free.facts
    assert owed(free, "lesson") == []
    assert len(free.answer(slot(free), Occasion(cohort=COHORT, weeks={"2026-W10": 10, "2026-W09": 12}))) == 2

    reminder = due(free, "reminder", "question/1", free.now + timedelta(hours=3))
    free.now += timedelta(hours=2, minutes=30)
    assert free.answer(reminder, Occasion(weeks={"2026-W10": 12})) == []
    assert owed(free, "reminder") == [datetime(2026, 3, 9, 12, tzinfo=UTC)], "Monday at seven"
    assert free.conversation.question
    assert free.conversation.question.reminded == 0


def campaign(**more: object) -> Campaign:
    given: dict[str, object] = {"kind": Kind.NOTICE, "state": State.RUNNING, "texts": ({"es": "Asamblea."},)}
    made = {"id": "c", "name": "c", "cooperative": "x", "created_at": datetime(2026, 3, 1, tzinfo=UTC), **given, **more}
    return Campaign(**made)  # type: ignore[arg-type]


def told(phone: Phone, weeks: int, on: date, **more: object) -> list[str]:
    occasion = Occasion(campaign=campaign(**more), weeks={"2026-W10": weeks})
    return phone.answer(due(phone, "campaign", subject("c", 1, on, "18:00", 0)), occasion)


def test_a_notice_waits_three_days_for_room_and_is_then_counted_as_missed(free: Phone) -> None:
    assert told(free, 8, date(2026, 3, 4)) == ["Asamblea."]
    assert told(free, 9, date(2026, 3, 4)) == []
    assert Missed(campaign="c", reason="week") in free.facts, "Monday is five days off"
    free.now = datetime(2026, 3, 7, 23, tzinfo=UTC)
    assert told(free, 9, date(2026, 3, 7)) == []
    assert owed(free, "campaign") == [datetime(2026, 3, 9, 12, tzinfo=UTC)]


@pytest.mark.parametrize("word", ["needed", "refused"])
def test_nothing_is_announced_to_a_child_whose_guardian_has_not_agreed(free: Phone, word: str) -> None:
    child = replace(free.record.learners[0], guardian=word)
    free.record = replace(free.record, learners=(child,))

    assert told(free, 0, free.now.date(), cooperative="") == []
    assert told(free, 0, free.now.date()) == []


def test_a_safety_notice_is_said_in_a_full_week_and_counted_apart(free: Phone) -> None:
    assert told(free, 12, date(2026, 3, 4), urgent=True) == ["Asamblea."]
    assert says(free)[-1].exempt
    assert says(free)[-1].week == "2026-W10"


def test_a_campaign_leaves_more_room_than_a_notice(free: Phone) -> None:
    assert told(free, 8, date(2026, 3, 4), kind=Kind.ONCE, cooperative="") == []


def test_a_pause_holds_everything_and_ends_with_one_word(free: Phone) -> None:
    free.write("PAUSA 5")
    free.now += timedelta(hours=1)
    for each in (slot(free), due(free, "sunday"), due(free, "review"), due(free, "session", "1/eve")):
        assert free.answer(each, Occasion(cohort=COHORT)) == []
    assert free.answer(due(free, "booster", "vivero/3"), Occasion()) == []
    assert told(free, 0, date(2026, 3, 4)) == []
    assert [each.kind for each in free.dues.values()].count("campaign") == 0, "over three days it is missed"
    assert len(owed(free, "booster")) == 1
    assert told(free, 0, date(2026, 3, 4), urgent=True) == ["Asamblea."], "frost warns who rests as well"

    assert len(free.wait(days=5, hours=2)) == 1


def test_who_never_answers_is_left_in_peace_until_she_writes(rosa: Phone) -> None:
    assert len(rosa.wait(days=30)) == 4
    assert [(fact.kind, fact.learner) for fact in rosa.facts if isinstance(fact, HelpAsked)] == [("silent", her(rosa))]
    rosa.now = datetime(2026, 4, 5, 23, tzinfo=UTC)
    assert rosa.answer(due(rosa, "sunday"), Occasion()) == []

    rosa.write("hola")
    assert len(rosa.wait(hours=3)) + len(rosa.wait(days=1)) == 2, "from the first step on"


def test_reminders_but_the_first_are_twenty_hours_apart(rosa: Phone) -> None:
    rosa.wait(days=30)
    at = [fact.due.at for fact in rosa.facts if isinstance(fact, Owed) and fact.due.kind == "reminder"]
    later = sorted(at)[1:]
    assert all(second - first >= timedelta(hours=20) for first, second in pairwise(later))


def test_steps_that_nobody_said_in_time_are_passed_over(rosa: Phone) -> None:
    reminder = next(iter(rosa.dues.values()))
    rosa.now += timedelta(days=4)
    said = rosa.answer(reminder)

    assert "¿le faltó tiempo?" in said[0]
    assert [each.subject for each in rosa.dues.values()] == ["question/4"]


def test_after_stop_nothing_and_after_start_all_is_where_it_was(rosa: Phone) -> None:
    rosa.write("BAJA")
    rosa.now = datetime(2026, 3, 4, 23, tzinfo=UTC)
    for each in (slot(rosa), due(rosa, "sunday"), due(rosa, "reminder", "question/1")):
        assert rosa.answer(each, Occasion(cohort=COHORT)) == []
    rosa.write("ALTA")
    assert rosa.conversation.question
    assert rosa.conversation.question.number == 1
    assert len(rosa.wait(hours=15)) == 1, "and its reminders begin anew"


def known(phone: Phone, *items: str, right: bool = True) -> Occasion:
    made = [noted(her(phone), "vivero", each, "choice", 0, phone.now - timedelta(days=3)) for each in items]
    return Occasion(reviews=tuple(each for each in made if each))


def test_a_review_asks_explains_and_notes_and_touches_no_progress(free: Phone, small: Catalogue) -> None:
    items = sorted({item for item, _ in small.courses["vivero"].items})[:2]
    done = free.record.enrolments[0].done
    asked = free.answer(due(free, "review", "2026-03-05"), known(free, *items))
    assert len(asked) == 1
    assert "Repaso:" in asked[0]
    question = free.conversation.question
    assert question
    assert question.purpose == "review"

    said = free.write("ABC"[question.key])
    assert "¡Correcto!" in said[0]
    assert len(said) == 2, "the reason, and the second question"
    second = free.conversation.question
    assert second
    said = free.write("ABC"[(second.key + 1) % len(second.options)])
    assert said[0].startswith("No")
    assert free.conversation.question is None
    assert [each.purpose for each in free.answers()[-2:]] == ["review", "review"]
    assert [fact.review.item for fact in free.facts if isinstance(fact, Reviewed)][-2:] == [question.item, second.item]
    assert free.record.enrolments[0].done == done


def test_after_a_course_only_its_boosters_ask(free: Phone, small: Catalogue) -> None:
    course = small.courses["vivero"]
    enrolment = free.record.enrolments[0]
    passed = {unit.id: free.now for unit in course.units}
    free.record = free.record.with_enrolment(replace(enrolment, passed=passed))
    items = sorted({item for item, _ in course.items})[:3]

    assert free.answer(due(free, "review", "2026-03-05"), known(free, *items)) == []
    later = [fact.review.due_at for fact in free.facts if isinstance(fact, Reviewed)][-3:]
    assert later == [free.now + timedelta(days=90)] * 3
    assert len(free.answer(due(free, "booster", "vivero/3"), known(free, *items))) == 1
    assert free.conversation.question
    assert len(free.conversation.question.more) == 2


def test_a_review_that_is_passed_over_goes_on_with_the_course(free: Phone, small: Catalogue) -> None:
    item = sorted({item for item, _ in small.courses["vivero"].items})[0]
    done = free.record.enrolments[0].done
    free.answer(due(free, "review", "2026-03-05"), known(free, item))
    free.write("SIGUE")

    assert free.record.enrolments[0].done == done
    assert free.conversation.question
    assert free.conversation.question.purpose != "review"


def test_sunday_says_where_she_stands_and_what_comes(free: Phone) -> None:
    free.now = datetime(2026, 3, 8, 23, tzinfo=UTC)
    said = free.answer(due(free, "sunday", "2026-03-08"), Occasion())

    assert said[0].startswith("Rosa: lleva 1 de 2 lecciones. Esta semana: ")
    assert "Para seguir: SIGUE." in said[0]
    assert free.write("SIGUE")


def test_a_session_is_announced_the_evening_before_and_that_morning(free: Phone) -> None:
    meeting = Session(id=7, cohort="v1", at=datetime(2026, 3, 5, 20, tzinfo=UTC), place="Local comunal", topic="Sombra")
    eve = free.answer(due(free, "session", "7/eve"), Occasion(session=meeting))
    assert eve == ["Rosa, mañana a las 15:00 se reúne su grupo. Lugar: Local comunal. Tema: Sombra."]
    assert free.answer(due(free, "session", "7/eve"), Occasion(session=replace(meeting, cancelled=True))) == []
    moved = replace(meeting, at=meeting.at + timedelta(days=7))
    assert free.answer(due(free, "session", "7/eve"), Occasion(session=moved)) == []
    free.now = datetime(2026, 3, 5, 13, tzinfo=UTC)
    assert free.answer(due(free, "session", "7/eve"), Occasion(session=meeting)) == [], "that morning has its own"
    day = free.answer(due(free, "session", "7/day"), Occasion(session=meeting))
    assert day == ["Rosa, hoy a las 15:00 se reúne su grupo. Lugar: Local comunal. Tema: Sombra."]
    free.now = meeting.at
    assert free.answer(due(free, "session", "7/day"), Occasion(session=meeting)) == []
