"""An officer's PIN."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.cooperating import pins

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
SALT = bytes(range(16))


def test_it_knows_the_pin_again_and_no_other() -> None:
    kept = pins.hashed("483920", SALT)
    assert pins.matches("483920", kept)
    assert not pins.matches("483921", kept)
    assert "483920" not in kept


def test_it_keeps_the_same_pin_differently_for_two_people() -> None:
    assert pins.hashed("483920", SALT) != pins.hashed("483920", bytes(16))


def test_it_refuses_a_salt_that_is_too_short() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        pins.hashed("483920", b"salt")


@pytest.mark.parametrize("stored", ["", "483920", "scrypt$x$8$1$AA$AA", "md5$1$1$1$AA$AA", "scrypt$16384$8$1$%%$AA"])
def test_it_lets_nobody_in_by_a_hash_that_cannot_be_read(stored: str) -> None:
    assert not pins.matches("483920", stored)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("123456", "run"),
        ("987654", "run"),
        ("890123", "run"),
        ("000000", "same"),
        ("112211", "same"),
        ("123123", "repeated"),
        ("1987", "year"),
        ("123", "length"),
        ("12a456", "length"),
        ("٤٨٣٩٢٠", "length"),
        ("470316", "phone"),
        ("483920", ""),
        ("4839", ""),
    ],
)
def test_it_says_why_a_pin_is_weak(pin: str, why: str) -> None:
    assert pins.weak(pin, ["tel:+51900470316"]) == why


def test_it_makes_pins_that_are_not_weak() -> None:
    chance = Random(7)
    drawn = iter([123456, 0, 901, *(chance.randrange(10**6) for _ in range(50))])
    assert pins.made(lambda most: next(drawn), ["+51900000901"]) not in ("123456", "000000", "000901")


def test_it_reads_a_pin_as_people_write_it() -> None:
    assert pins.plain(" 48 39-20 ") == "483920"
    assert pins.plain("٤٨٣٩٢٠") == "483920"


def test_it_closes_the_office_for_an_hour_at_the_fifth_wrong_pin() -> None:
    tries = 0
    for left in (4, 3, 2, 1):
        after = pins.tried(right=False, tries=tries, now=NOW)
        assert (after.left, after.locked_until) == (left, None)
        tries = after.tries
    last = pins.tried(right=False, tries=tries, now=NOW)
    assert last.locked_until == NOW + timedelta(hours=1)
    assert pins.locked(last.locked_until, NOW + timedelta(minutes=59))
    assert not pins.locked(last.locked_until, NOW + timedelta(minutes=60))


def test_it_counts_anew_after_a_lock_and_after_a_right_pin() -> None:
    over = NOW - timedelta(seconds=1)
    assert pins.tries_so_far(5, over, NOW) == 0
    assert pins.tries_so_far(3, None, NOW) == 3
    assert pins.tried(right=True, tries=4, now=NOW).tries == 0
