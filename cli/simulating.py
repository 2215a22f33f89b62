"""`chasqui simulate`: what a knowledge test does to people, beside fixed tests, as a table, JSON and a picture."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from authoring.shelf import Shelf
from bot.certifying import items
from bot.certifying.comparing import COMMON, Comparison, Line, Trial, compared, panels
from bot.certifying.plotting import svg
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances
from bot.certifying.simulating import BankItem
from cli.settings import Settings

_MADE_UP = 24  # items, where no bank is given
_MOST = 5000  # items of a bank


def simulate(settings: Settings, given: argparse.Namespace) -> int:
    """Print what the test does. Raises ValueError with a plain sentence on what cannot be used."""
    trial = _trial(settings, given)
    found = compared(trial)
    if given.plot:
        picture = svg(panels(trial, (*((found.fixed,) if found.fixed else ()), COMMON[0])), across="truly known")
        Path(given.plot).write_text(picture, encoding="utf-8")
    if given.json:
        print(json.dumps({"policy": asdict(trial.policy), "items": len(trial.bank), **asdict(found)}, indent=2))
        return 0
    _print(trial, found)
    if given.plot:
        print(f"{given.plot}: who passes, and after how many questions.")
    return 0


def _trial(settings: Settings, given: argparse.Namespace) -> Trial:
    """The test that is meant. Raises ValueError with a plain sentence."""
    if given.options < 2:
        raise ValueError("--options is at least 2: with one option every answer is right.")
    policy, bank = KnowledgePolicy(), _made_up(1 / given.options)
    if given.standard:
        policy, bank = _of_standard(settings, given.standard, given.unit)
    elif given.unit:
        raise ValueError("--unit needs --standard: say of which standard it is a unit.")
    names = ("competent", "not_yet", "alpha", "beta", "minimum", "cap", "at_cap")
    policy = replace(policy, **{name: getattr(given, name) for name in names if getattr(given, name) is not None})
    guess = 1 / given.options
    return Trial(
        policy=policy,
        bank=read_bank(Path(given.bank), guess) if given.bank else bank,
        guess=guess,
        together=given.together,
        people=given.people,
        seed=given.seed,
    )


def _made_up(guess: float) -> tuple[BankItem, ...]:
    return tuple(BankItem(id=f"item-{n + 1}", guess=guess, criterion=str(n % 4)) for n in range(_MADE_UP))


def _of_standard(settings: Settings, code: str, unit: str) -> tuple[KnowledgePolicy, tuple[BankItem, ...]]:
    catalogue = Shelf(settings.content_dir)()
    standard = catalogue.standards.get(code.partition("@")[0])
    if standard is None:
        known = ", ".join(catalogue.standards) or "none"
        raise ValueError(f"There is no standard {code!r} in content/. Known: {known}.")
    found = standard.unit(unit)
    if found is None:
        raise ValueError(
            f"{standard.code} has no unit {unit!r}. Its units: {', '.join(u.code for u in standard.units)}."
        )
    course = catalogue.courses[standard.course]
    asked = items.assessment_items(found, course, course.languages[0])
    if len(asked) < found.policy.minimum:
        raise ValueError(f"Unit {unit} of {standard.code} has {len(asked)} exam items, too few for a test.")
    bank = (BankItem(id=each.id, guess=items.guess(each), criterion=each.criteria[0]) for each in asked)
    return found.policy, tuple(bank)


def read_bank(path: Path, guess: float) -> tuple[BankItem, ...]:
    """Read a bank: a JSON list of objects with id and, as wanted, guess or options, difficulty, criterion, and the
    calibrated competent and not_yet. `guess` is for items that say none. Raises ValueError with a plain sentence."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ValueError(f"{path} is not JSON.") from None
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST:
        raise ValueError(f"{path} must hold a list of 1 to {_MOST} items.")
    bank = tuple(_bank_item(path, number, row, guess) for number, row in enumerate(rows, 1))
    if len({each.id for each in bank}) < len(bank):
        raise ValueError(f"{path} holds two items of one id.")
    return bank


def _bank_item(path: Path, number: int, row: Any, guess: float) -> BankItem:
    try:
        if unknown := row.keys() - {"id", "guess", "options", "difficulty", "criterion", "competent", "not_yet"}:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        chance = float(row["guess"]) if "guess" in row else 1 / int(row["options"]) if "options" in row else guess
        difficulty = float(row.get("difficulty", 0))
        if not 0 <= chance < 1 or not -10 <= difficulty <= 10:
            raise ValueError("guess is from 0 to under 1, difficulty from -10 to 10")
        own = "competent" in row or "not_yet" in row
        return BankItem(
            id=str(row.get("id", number)),
            guess=chance,
            difficulty=difficulty,
            criterion=str(row.get("criterion", "")),
            chances=Chances(competent=float(row["competent"]), not_yet=float(row["not_yet"])) if own else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{path}, item {number}: {error}") from None


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _print(trial: Trial, found: Comparison) -> None:
    policy, (low, half, high) = trial.policy, trial.known
    print(
        f"Competent: {policy.competent:.0%} of answers right ({high:.0%} of the domain known); not yet: "
        f"{policy.not_yet:.0%} ({low:.0%} known). {policy.minimum} to {policy.cap} questions; at the cap "
        f"{'the sign decides' if policy.at_cap == 'sign' else 'an assessor decides'}."
    )
    print(f"A bank of {len(trial.bank)} items. Length and cap: of the competent / of the not yet competent.\n")
    width = max(len(each.rule) for each in found.lines)
    print(f"{'':{width}}  false fails  false passes  {half:.0%} known pass  questions    at the cap       to assessor")
    for each in found.lines:
        print(_row(each, width))
    print()
    if found.fixed and found.ratios:
        able, unable = found.ratios
        print(
            f"The shortest fixed test with no greater errors asks {found.fixed.questions}, {found.fixed.mark} to pass: "
            f"this one asks {able:.2f} / {unable:.2f} of it, {(able + unable) / 2:.2f} on average."
        )
    else:
        print("No fixed test of up to 400 questions has errors as small.")
    at_once, retaken = found.six_units
    print(f"Six such units: {at_once:.1%} of the competent pass at once, {retaken:.1%} with one retake of what failed.")
    print(f"The item shown most went to {found.most_shown:.0%} of the made-up people.")
    print(f"Between {policy.not_yet:.0%} and {policy.competent:.0%} right, either decision is no error.")


def _row(line: Line, width: int) -> str:
    def pair(values: tuple[float, float], shares: bool) -> str:
        return " / ".join(_percent(each) if shares else f"{each:.1f}" for each in values)

    return (
        f"{line.rule:{width}}  {_percent(line.false_fails):>11}  {_percent(line.false_passes):>12}  "
        f"{_percent(line.half_known):>14}  {pair(line.questions, False):11}  {pair(line.at_cap, True):15}  "
        f"{pair(line.assessor, True)}"
    ).rstrip()
