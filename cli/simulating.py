"""`chasqui simulate`: what a knowledge test does to people, beside fixed tests, as a table, JSON and a picture."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from authoring.plain_text import read_text
from authoring.shelf import Shelf
from bot.certifying import items
from bot.certifying.comparing import COMMON, Comparison, Line, Trial, compared, panels
from bot.certifying.plotting import svg
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances
from bot.certifying.simulating import BankItem
from cli import simulation_words
from cli.campaign_arguments import language
from cli.settings import Settings

_MADE_UP = 24  # items, where no bank is given
_MOST = 5000  # items of a bank
Say = Callable[..., str]


def simulate(settings: Settings, given: argparse.Namespace) -> int:
    """Print what the test does. Raises ValueError with a plain sentence on what cannot be used."""
    say = partial(simulation_words.say, language(given.lang))
    trial = _trial(settings, given, say)
    found = compared(trial)
    if given.plot:
        drawn = panels(trial, (*((found.fixed,) if found.fixed else ()), COMMON[0]), say)
        Path(given.plot).write_text(svg(drawn, across=say("plot.across")), encoding="utf-8")
    if given.json:
        print(json.dumps({"policy": asdict(trial.policy), "items": len(trial.bank), **asdict(found)}, indent=2))
        return 0
    _print(trial, found, say)
    if given.plot:
        print(say("plotted", file=given.plot))
    return 0


def _trial(settings: Settings, given: argparse.Namespace, say: Say) -> Trial:
    """The test that is meant. Raises ValueError with a plain sentence."""
    if given.options < 2:
        raise ValueError(say("options"))
    policy, bank = KnowledgePolicy(), _made_up(1 / given.options)
    if given.standard:
        policy, bank = _of_standard(settings, given.standard, given.unit, say)
    elif given.unit:
        raise ValueError(say("unit.alone"))
    names = ("competent", "not_yet", "alpha", "beta", "minimum", "cap", "at_cap")
    policy = replace(policy, **{name: getattr(given, name) for name in names if getattr(given, name) is not None})
    guess = 1 / given.options
    return Trial(
        policy=policy,
        bank=read_bank(Path(given.bank), guess, say) if given.bank else bank,
        guess=guess,
        together=given.together,
        people=given.people,
        seed=given.seed,
    )


def _made_up(guess: float) -> tuple[BankItem, ...]:
    return tuple(BankItem(id=f"item-{n + 1}", guess=guess, criterion=str(n % 4)) for n in range(_MADE_UP))


def _of_standard(settings: Settings, code: str, unit: str, say: Say) -> tuple[KnowledgePolicy, tuple[BankItem, ...]]:
    catalogue = Shelf(settings.content_dir)()
    standard = catalogue.standards.get(code.partition("@")[0])
    if standard is None:
        raise ValueError(say("standard", code=code, known=", ".join(catalogue.standards) or say("standard.none")))
    found = standard.unit(unit)
    if found is None:
        raise ValueError(say("unit", code=standard.code, unit=unit, known=", ".join(u.code for u in standard.units)))
    course = catalogue.courses[standard.course]
    asked = items.assessment_items(found, course, course.languages[0])
    if len(asked) < found.policy.minimum:
        raise ValueError(say("few", unit=unit, code=standard.code, n=len(asked)))
    bank = (BankItem(id=each.id, guess=items.guess(each), criterion=each.criteria[0]) for each in asked)
    return found.policy, tuple(bank)


def read_bank(path: Path, guess: float, say: Say) -> tuple[BankItem, ...]:
    """Read a bank: a JSON list of objects with id and, as wanted, guess or options, difficulty, criterion, and the
    calibrated competent and not_yet. `guess` is for items that say none. Raises ValueError with a plain sentence."""
    try:
        rows = json.loads(read_text(path))
    except json.JSONDecodeError:
        raise ValueError(say("bank.json", file=path)) from None
    if not isinstance(rows, list) or not 0 < len(rows) <= _MOST:
        raise ValueError(say("bank.list", file=path, most=_MOST))
    bank = tuple(_bank_item(path, number, row, guess, say) for number, row in enumerate(rows, 1))
    if len({each.id for each in bank}) < len(bank):
        raise ValueError(say("bank.twice", file=path))
    return bank


def _bank_item(path: Path, number: int, row: Any, guess: float, say: Say) -> BankItem:
    try:
        if unknown := row.keys() - {"id", "guess", "options", "difficulty", "criterion", "competent", "not_yet"}:
            raise ValueError(say("bank.unknown", names=", ".join(sorted(unknown))))
        chance = float(row["guess"]) if "guess" in row else 1 / int(row["options"]) if "options" in row else guess
        difficulty = float(row.get("difficulty", 0))
        if not 0 <= chance < 1 or not -10 <= difficulty <= 10:
            raise ValueError(say("bank.range"))
        own = "competent" in row or "not_yet" in row
        return BankItem(
            id=str(row.get("id", number)),
            guess=chance,
            difficulty=difficulty,
            criterion=str(row.get("criterion", "")),
            chances=Chances(competent=float(row["competent"]), not_yet=float(row["not_yet"])) if own else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ValueError(say("bank.item", file=path, number=number, why=error)) from None


# --- the table ---


def _print(trial: Trial, found: Comparison, say: Say) -> None:
    policy, (low, half, high) = trial.policy, trial.known
    levels = {"competent": policy.competent, "not_yet": policy.not_yet}
    ends = say(f"end.{policy.at_cap}")
    print(say("levels", **levels, high=high, low=low, minimum=policy.minimum, cap=policy.cap, end=ends))
    print(say("bank", n=len(trial.bank)) + "\n")
    names = [say(f"head.{each}", half=half) for each in ("fails", "passes", "half", "questions", "cap", "assessor")]
    rows = [["", *names], *(_row(trial, each, say) for each in found.lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        # Shares stand under one another to the right; pairs, and what leads the line, to the left.
        cells = (f"{cell:{'>' if 1 <= place <= 3 else '<'}{widths[place]}}" for place, cell in enumerate(row))
        print("  ".join(cells).rstrip())
    print()
    if found.fixed and found.ratios:
        able, unable = found.ratios
        fixed = {"questions": found.fixed.questions, "mark": found.fixed.mark}
        print(say("fixed", **fixed, able=able, unable=unable, mean=(able + unable) / 2))
    else:
        print(say("fixed.none"))
    at_once, retaken = found.six_units
    print(say("six", once=at_once, retaken=retaken))
    print(say("shown", most=found.most_shown))
    print(say("between", **levels))


def _row(trial: Trial, line: Line, say: Say) -> list[str]:
    def pair(values: tuple[float, float], shares: bool) -> str:
        return " / ".join(_percent(each) if shares else f"{each:.1f}" for each in values)

    fixed = {"mark": line.fixed.mark, "questions": line.fixed.questions} if line.fixed else {}
    return [
        say(f"rule.{line.kind}", people=trial.people, **fixed),
        *(_percent(each) for each in (line.false_fails, line.false_passes, line.half_known)),
        pair(line.questions, False),
        pair(line.at_cap, True),
        pair(line.assessor, True),
    ]


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
