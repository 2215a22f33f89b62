"""What an administrator may set: read as people write it, refused with a reason, and put into the policy."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.cooperating.rules import GROUPS, RULES, Unfit, clash, ruled
from bot.delivering.hours import Rest, next_waking
from bot.record import Policy

LIMA = ZoneInfo("America/Lima")


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("organisation", "  Cooperativa   Norandino ", "Cooperativa Norandino"),
        ("coordinator", "", ""),
        ("waking", "6 - 20", "6-20"),
        ("usual_hour", "07", "7"),
        ("weekly_budget", "12", "12"),
        ("reminder_hours", "2; 24 72", "2, 24, 72"),
        ("notice_money", "12,50", "12.50"),
        ("holidays", "6-24 San Juan\n\n2026-12-9  Ayacucho\n", "06-24 San Juan\n2026-12-09 Ayacucho"),
        ("holidays", "2-29", "02-29"),
        ("holidays", "", ""),
    ],
)
def test_it_reads_what_people_write(name: str, written: str, kept: str) -> None:
    assert RULES[name].read(written) == kept
    assert RULES[name].read(kept) == kept


@pytest.mark.parametrize(
    ("name", "written", "why"),
    [
        ("organisation", " ", "empty"),
        ("organisation", "x" * 61, "text"),
        ("waking", "21-7", "hours"),
        ("waking", "7-25", "hours"),
        ("waking", "7", "hours"),
        ("waking", "٧-٩", "hours"),
        ("usual_hour", "24", "whole"),
        ("usual_hour", "-1", "whole"),
        ("usual_hour", "²", "whole"),
        ("weekly_budget", "0", "whole"),
        ("weekly_budget", "9" * 5000, "whole"),
        ("reminder_hours", "24, 2", "steps"),
        ("reminder_hours", "", "steps"),
        ("reminder_hours", "0, 2", "steps"),
        ("notice_money", "-5", "money"),
        ("notice_money", "1e3", "money"),
        ("holidays", "24 de junio", "days"),
        ("holidays", "2026-02-30", "days"),
        ("holidays", "0000-01-01", "days"),
        ("holidays", "1-1\n" * 61, "many"),
    ],
)
def test_it_refuses_with_a_reason(name: str, written: str, why: str) -> None:
    with pytest.raises(Unfit) as refused:
        RULES[name].read(written)
    assert refused.value.why == why


def test_what_is_set_is_in_the_policy_and_comes_out_as_it_went_in() -> None:
    kept = {
        "organisation": "Norandino",
        "waking": "6-20",
        "resting": "10-18",
        "usual_hour": "7",
        "reminder_hours": "3, 30",
        "notice_money": "12.50",
        "holidays": "06-24 San Juan\n2026-12-09 Ayacucho",
    }
    policy = ruled(Policy(), kept)
    assert policy.organisation == "Norandino"
    assert policy.waking == (6, 20)
    assert policy.resting == Rest((10, 18), frozenset({date(2026, 12, 9)}), frozenset({(6, 24)}))
    assert policy.reminder_hours == (3, 30)
    assert policy.notice_money == Decimal("12.50")
    for name, text in kept.items():
        if name != "holidays":
            assert RULES[name].said(policy) == text


def test_what_an_older_program_kept_and_nobody_understands_is_passed_over() -> None:
    assert ruled(Policy(), {"usual_hour": "noon", "colour": "green"}) == Policy()


def test_every_rule_says_what_holds_by_default() -> None:
    for rule in RULES.values():
        said = rule.said(Policy())
        assert rule.read(said) == said if said or rule.name in ("coordinator", "holidays") else True
        assert rule.group in GROUPS


def test_a_usual_hour_outside_the_waking_hours_clashes() -> None:
    assert clash(ruled(Policy(), {"waking": "7-12"})) == "usual_hour"
    assert clash(Policy()) == ""


def test_on_a_feast_of_the_place_the_shorter_hours_hold() -> None:
    resting = Rest((9, 12), frozenset({date(2026, 12, 9)}), frozenset({(6, 23)}))
    for at, opens in (
        (datetime(2026, 6, 23, 13, tzinfo=LIMA), datetime(2026, 6, 24, 7, tzinfo=LIMA)),  # a Tuesday
        (datetime(2027, 6, 23, 8, tzinfo=LIMA), datetime(2027, 6, 23, 9, tzinfo=LIMA)),
        (datetime(2026, 12, 9, 13, tzinfo=LIMA), datetime(2026, 12, 10, 7, tzinfo=LIMA)),
        (datetime(2027, 12, 9, 13, tzinfo=LIMA), datetime(2027, 12, 9, 13, tzinfo=LIMA)),
    ):
        assert next_waking(at.astimezone(UTC), LIMA, (7, 21), resting, "") == opens
