"""Item statistics against tables small enough to work out by hand, and what an author hears of them."""

from __future__ import annotations

import math
from random import Random

import pytest

from bot.certifying.quality import (
    Finding,
    Keyed,
    Quality,
    Response,
    correlation,
    findings,
    mantel_haenszel,
    qualities,
    upper_lower,
)
from bot.certifying.quality_words import SENTENCES, told

KEYED = Keyed(item="q", guess=1 / 3, options=3, key=0)


def sitting(
    number: int, right: bool, rest: int, *, of: int = 4, choice: int | None = None, **more: str
) -> list[Response]:
    """One person's answer to q, and `rest` right of `of` other answers."""
    picked = choice if choice is not None else (0 if right else 1)
    return [
        Response(item="q", sitting=str(number), right=right, choice=picked, seconds=10.0 + number, **more),
        *(Response(item=f"other{n}", sitting=str(number), right=n < rest) for n in range(of)),
    ]


def flat(*people: list[Response]) -> list[Response]:
    return [each for person in people for each in person]


def test_the_correlation_is_pearsons() -> None:
    # Two right with rests 3 and 4, two wrong with rests 1 and 2: (3.5 − 1.5)/√1.25 × √(.5 × .5).
    assert correlation([True, True, False, False], [3, 4, 1, 2]) == pytest.approx(2 / math.sqrt(1.25) * 0.5)
    assert correlation([True, False], [1, 1]) is None
    assert correlation([True, True], [1, 2]) is None
    assert correlation([], []) is None


def test_upper_less_lower_27_in_100() -> None:
    # Of 100 people 27 best: 20 right of the first 27; 27 weakest: 5 right.
    ordered = [False] * 22 + [True] * 5 + [True] * 46 + [True] * 20 + [False] * 7
    assert upper_lower([(float(n), right) for n, right in enumerate(ordered)]) == pytest.approx((20 - 5) / 27)
    # All tie: whoever stands first in the list, nothing is told.
    assert upper_lower([(0.5, n < 30) for n in range(100)]) == pytest.approx(0)
    # Ten people, 2.7 at each end: two right and .7 of four with two right; 2.7 of four with one right.
    ten = [(1.0, True)] * 2 + [(0.8, n < 2) for n in range(4)] + [(0.0, n < 1) for n in range(4)]
    assert upper_lower(ten) == pytest.approx((2 + 0.7 * 0.5 - 2.7 * 0.25) / 2.7)
    assert upper_lower([]) is None


def test_mantel_haenszel_by_hand() -> None:
    # One stratum, 30:10 against 20:20. Odds ratio (30 × 20)/(10 × 20) = 3; expected 25; variance 40·40·50·30/(80²·79).
    reference = [(0.5, n < 30) for n in range(40)]
    focal = [(0.5, n < 20) for n in range(40)]
    found = mantel_haenszel(reference, focal)
    assert found is not None
    assert found[0] == pytest.approx(-2.35 * math.log(3))
    assert found[1] == pytest.approx((5 - 0.5) ** 2 / (40 * 40 * 50 * 30 / (6400 * 79)))
    assert mantel_haenszel([(0.5, True)] * 9, [(0.5, True)] * 9) is None


def test_groups_that_differ_in_ability_alone_are_no_unfair_item() -> None:
    chance = Random(2)
    answers = {"f": [], "m": []}  # type: dict[str, list[tuple[float, bool]]]
    for group, shift in (("f", 0.1), ("m", 0.3)):
        for _ in range(4000):
            able = shift + 0.6 * chance.random()
            answers[group].append((round(able, 1), chance.random() < round(able, 1)))
    found = mantel_haenszel(answers["f"], answers["m"])
    assert found is not None
    assert abs(found[0]) < 0.3


def test_it_says_only_how_many_under_thirty_answers() -> None:
    people = [sitting(n, n % 2 == 0, n % 5) for n in range(29)]
    [few] = qualities([KEYED], flat(*people))
    assert (few.answers, few.facility) == (29, None)
    [enough] = qualities([KEYED], flat(*people, sitting(29, True, 4)))
    assert enough.facility == pytest.approx(16 / 30)
    assert findings(KEYED, enough) == ()


def test_it_counts_facility_difficulty_shares_time_and_what_cannot_be_read() -> None:
    people = [sitting(n, n < 24, 2, choice=0 if n < 24 else 1 if n < 33 else 2) for n in range(36)]
    unread = [Response(item="q", sitting=f"u{n}", right=False, choice=2, understood=False) for n in range(4)]
    [found] = qualities([KEYED], [*flat(*people), *unread])
    assert found.answers == 40
    assert found.facility == pytest.approx(0.6)
    assert found.difficulty == pytest.approx((0.6 - 1 / 3) / (2 / 3))
    assert found.shares == pytest.approx((0.6, 9 / 40, 7 / 40))
    assert found.seconds == pytest.approx(10 + 17.5)
    assert found.misread == pytest.approx(0.1)
    assert found.discrimination is None  # the rest never varies, and those who answered nothing else are left out


def test_the_item_itself_is_not_in_its_rest() -> None:
    # Everybody has two right in all; with the item counted in, the rest would seem unrelated to it.
    people = [sitting(n, n % 2 == 0, 1 if n % 2 == 0 else 2) for n in range(40)]
    [found] = qualities([KEYED], flat(*people))
    assert found.discrimination == pytest.approx(-1)


def test_a_second_answer_counts_only_as_part_of_the_rest() -> None:
    people = flat(*(sitting(n, n % 2 == 0, 2 + n % 2) for n in range(40)))
    again = [Response(item="q", sitting="again", right=True, first=False) for _ in range(50)]
    [found] = qualities([KEYED], people + again)
    assert found.answers == 40


def made(count: int, *, key: int = 0, marked: int = 0, **groups: str) -> list[Response]:
    """People whose rest follows what they know, on an item whose true answer is `key` and which marked by `marked`."""
    chance = Random(7)
    people = []
    for number in range(count):
        able = chance.random()
        knows = chance.random() < able
        choice = key if knows else chance.choice((0, 1, 2))
        rest = sum(chance.random() < able for _ in range(8))
        people.append(sitting(number, choice == marked, rest, of=8, choice=choice, **groups))
    return flat(*people)


def test_a_good_item_is_let_alone() -> None:
    [found] = qualities([KEYED], made(300))
    assert found.discrimination is not None
    assert found.discrimination > 0.3
    assert findings(KEYED, found) == ()


def test_a_wrong_key_is_suspected() -> None:
    [found] = qualities([KEYED], made(300, key=2))
    suspected = [each for each in findings(KEYED, found) if each.kind == "wrong_key"]
    assert [each.option for each in suspected] == [2]
    assert "eligen C" in told(suspected[0], "es")
    assert "choose C" in told(suspected[0], "en")


def test_a_distractor_that_draws_the_able_too_is_no_wrong_key_where_the_key_draws_them() -> None:
    known = Quality(
        item="q", answers=200, facility=0.6, discrimination=0.3, shares=(0.6, 0.2, 0.2), pulls=(0.3, 0.2, -0.5)
    )
    assert findings(KEYED, known) == ()


def test_a_right_option_that_nobody_chooses_is_no_dead_distractor() -> None:
    known = Quality(item="q", answers=200, facility=0.02, discrimination=0.2, shares=(0.02, 0.5, 0.48))
    assert {each.kind for each in findings(KEYED, known)} == {"guessed"}


def test_a_question_that_many_cannot_reply_to_is_told() -> None:
    known = Quality(item="q", answers=200, facility=0.6, discrimination=0.3, shares=(0.6, 0.2, 0.2), misread=0.11)
    assert [each.kind for each in findings(KEYED, known)] == ["misread"]


def test_a_flag_waits_for_a_hundred_answers() -> None:
    people = [sitting(n, True, n % 5) for n in range(100)]
    [few], [many] = (qualities([KEYED], flat(*people[:count])) for count in (99, 100))
    assert findings(KEYED, few) == ()
    assert {each.kind for each in findings(KEYED, many)} == {"easy", "dead"}


def test_an_item_that_is_guessed_and_weak_is_told() -> None:
    people = [sitting(n, n % 3 == 0, n % 5, choice=n % 3) for n in range(300)]
    [found] = qualities([KEYED], flat(*people))
    assert {each.kind for each in findings(KEYED, found)} == {"guessed", "weak"}


def test_an_item_harder_in_one_language_is_told_to_its_author() -> None:
    people = []
    for number in range(400):
        language = "es" if number % 2 else "qu"
        rest = number // 2 % 5
        right = (number // 10) % 10 < (8 if language == "es" else 4)
        people.append(sitting(number, right, rest, language=language, sex="f"))
    [found] = qualities([KEYED], flat(*people))
    [difference] = found.differences  # sex has one group only, channel is not known
    assert (difference.grouping, difference.answers) == ("language", (200, 200))
    assert {difference.reference, difference.focal} == {"es", "qu"}
    assert difference.is_large
    [unfair] = [each for each in findings(KEYED, found) if each.kind == "unfair"]
    harder = unfair.focal == "qu"
    assert ("más difícil" if harder else "más fácil") in told(unfair, "es")
    assert "language" in told(unfair, "en")


def test_groups_are_compared_from_a_hundred_each() -> None:
    people = [sitting(n, n % 2 == 0, n % 5, sex="f" if n < 99 else "m") for n in range(300)]
    [found] = qualities([KEYED], flat(*people))
    assert found.differences == ()


def test_every_finding_has_its_sentence_in_both_languages() -> None:
    assert SENTENCES["es"].keys() == SENTENCES["en"].keys()
    for language in ("es", "en"):
        for kind in ("wrong_key", "easy", "guessed", "weak", "dead", "unfair", "misread"):
            said = told(Finding(item="q", kind=kind, option=1, figure=0.03, grouping="sex", focal="f"), language)
            assert "{" not in said
