"""People of the console: passwords, tries, steps and logins, as pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cooperating.accounts import BY_LOGIN, Account, Pace, login_for, steps, tried, weak, wrong_login, wrong_reach

NOW = datetime(2026, 11, 21, 15, 0, 10, tzinfo=UTC)


def test_ten_tries_at_once_and_then_one_every_ninety_seconds() -> None:
    full: datetime | None = None
    for _ in range(10):
        full, wait = tried(full, NOW, BY_LOGIN)
        assert wait == timedelta()
    kept = full
    full, wait = tried(full, NOW, BY_LOGIN)
    assert wait == timedelta(seconds=90)
    assert full == kept  # a try that waits counts for nothing
    full, wait = tried(full, NOW + timedelta(seconds=90), BY_LOGIN)
    assert wait == timedelta()
    _, wait = tried(full, NOW + timedelta(seconds=91), BY_LOGIN)
    assert wait == timedelta(seconds=89)


def test_after_a_quarter_of_an_hour_all_ten_are_free_again_and_no_more_than_ten() -> None:
    full: datetime | None = None
    for _ in range(10):
        full, _ = tried(full, NOW, BY_LOGIN)
    later = NOW + timedelta(days=3)
    free = 0
    while True:
        full, wait = tried(full, later, BY_LOGIN)
        if wait:
            break
        free += 1
    assert free == 10


def test_whoever_hammers_gets_no_more_tries_than_whoever_waits() -> None:
    full: datetime | None = None
    let, pace = 0, Pace(burst=10, per=timedelta(minutes=15))
    for second in range(3600):
        full, wait = tried(full, NOW + timedelta(seconds=second), pace)
        let += not wait
    assert let == 10 + 39  # one each 90 s in an hour


def test_a_step_is_good_once_with_its_neighbours() -> None:
    current = int(NOW.timestamp()) // 30
    assert steps(NOW, 0) == (current, current - 1, current + 1)
    assert steps(NOW, current - 1) == (current, current + 1)
    assert steps(NOW, current) == (current + 1,)
    assert steps(NOW, current + 1) == ()


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("siete77", "short"),
        ("ñ" * 513, "long"),
        ("aaaaabbbbb", "same"),
        ("abcdefghij", "run"),
        ("987654321", "run"),
        ("qwertyuiop", "common"),
        ("Qwertyuiop1!", "common"),
        ("rosahuaman", "about"),
        ("Norandino26", "about"),
        ("norandino riega el café", ""),
        ("la lluvia cae", ""),
        ("  espacios  ", ""),
        ("密码密码密碼很长", ""),
    ],
)
def test_it_refuses_only_what_would_be_guessed(password: str, why: str) -> None:
    assert weak(password, about=["rosahuaman", "Norandino"], common={"qwertyuiop"}) == why


def test_a_login_is_made_of_the_name() -> None:
    assert login_for("Rosa Huamán Quispe") == "rosa.huaman"
    assert login_for("Rosa Huamán", {"rosa.huaman", "rosa.huaman2"}) == "rosa.huaman3"
    assert login_for("Ñ") == "n.persona"
    assert login_for("李") == "persona"
    assert not wrong_login(login_for("O'Higgins-Pérez María " + "x" * 200))


@pytest.mark.parametrize(
    ("role", "cooperatives", "why"),
    [
        ("coordinator", None, ""),
        ("coordinator", {"norte"}, ""),
        ("coordinator", set(), "none"),
        ("officer", None, "all"),
        ("officer", {"norte"}, ""),
        ("administrator", None, ""),
        ("administrator", {"norte"}, "bounded"),
        ("operator", None, "role"),
    ],
)
def test_a_role_and_its_reach_go_together(role: str, cooperatives: set[str] | None, why: str) -> None:
    assert wrong_reach(role, cooperatives) == why


def test_only_an_administrator_owes_a_second_factor_and_may_put_it_off_for_a_day() -> None:
    def owes(role: str, put_off_at: datetime | None = None, **more: bool) -> bool:
        given = {"id": "a", "login": "ana", "name": "Ana", "created_at": NOW}
        return Account(role=role, put_off_at=put_off_at, **given, **more).owes_second_factor(NOW)  # type: ignore[arg-type]

    assert owes("administrator")
    assert not owes("administrator", second_factor=True)
    assert not owes("coordinator")
    assert not owes("administrator", NOW - timedelta(hours=23))
    assert owes("administrator", NOW - timedelta(hours=24))
