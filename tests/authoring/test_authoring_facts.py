"""Numbers in texts, as people of four languages write them, against the numbers of the facts."""

from __future__ import annotations

import pytest

from authoring.facts import numbers, values


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("1–1.5 cm", "a 1,5 cm"),
        ("1–1.5 cm", "de 1 a 1.50 cm"),
        ("23 × 15 cm", "23x15 cm"),
        ("23 × 15 cm", "23 por 15"),
        ("1,200–1,350 grains", "1.200 granos"),
        ("1,200–1,350 grains", "1200 granos"),
        ("1,200–1,350 grains", "1 350 granos"),
        ("over 400,000 spores", "400 000 esporas"),
        ("50 %", "el 50%"),
        ("6 soil : 2 manure : 1 sand", "6:2:1"),
        ("31 Dec 2020", "31.12.2020 o 31 de 12"),
        ("40 kg", "40kg de CO2 por m2"),
        ("2 cards", "1) lave 2) siembre (hasta 2) y ya"),
        ("no number", "1. Lave\n2. Siembre"),
    ],
)
def test_a_number_is_found_however_it_is_written(fact: str, text: str) -> None:
    known = values([fact, "12"])
    assert [each.written for each in numbers(text) if not each.stands_in(known)] == []


@pytest.mark.parametrize(
    ("fact", "text", "strange"),
    [
        ("1–1.5 cm", "5 cm", ["5"]),
        ("1.5 cm", "15 cm y 1,5", ["15"]),
        ("15 cm", "1,5 cm", ["1,5"]),
        ("31 Dec 2020", "31.12.2021", ["31.12.2021"]),
        ("half", "(hasta 3) veces", ["3"]),
        ("1,200", "1,201.5", ["1,201.5"]),
    ],
)
def test_a_number_that_no_fact_states_is_found(fact: str, text: str, strange: list[str]) -> None:
    assert [each.written for each in numbers(text) if not each.stands_in(values([fact]))] == strange
