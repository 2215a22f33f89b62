"""The arguments of the commands on assessment: read here, carried out elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # argparse gives it no public name
Do = Callable[[str, argparse.Namespace], int]


def add(commands: Commands[argparse.ArgumentParser], do: Do) -> None:
    """Add `simulate`, `decide` and `items`; `do` carries one out by its name."""
    _simulate(
        commands.add_parser("simulate", help="what a knowledge test does: wrong decisions and length")
    ).set_defaults(command=lambda given: do("simulate", given))
    decide = commands.add_parser("decide", help="work out a knowledge decision again from its answers, step by step")
    decide.add_argument("--answers", required=True, metavar="FILE", help="JSON: policy and answers; - for a pipe")
    _speaking(decide)
    decide.set_defaults(command=lambda given: do("decide", given))
    items = commands.add_parser("items", help="how good the quiz and exam items are, from what people answered")
    items.add_argument("--course", default="", metavar="COURSE", help="such as coffee-nursery (default: all)")
    _speaking(items)
    items.set_defaults(command=lambda given: do("items", given))


def _simulate(simulate: argparse.ArgumentParser) -> argparse.ArgumentParser:
    which = simulate.add_argument_group("which test (by default .90/.45, .05/.05, 5 to 12 questions)")
    which.add_argument("--standard", default="", metavar="CODE", help="the policy of a standard's unit, and its items")
    which.add_argument("--unit", default="", metavar="U", help="the unit's code in that standard")
    which.add_argument("--competent", type=share, metavar="SHARE", help="right answers of the competent, such as .90")
    which.add_argument("--not-yet", type=share, metavar="SHARE", help="right answers of the not yet competent")
    which.add_argument("--alpha", type=share, metavar="SHARE", help="of the not yet competent, how many may pass")
    which.add_argument("--beta", type=share, metavar="SHARE", help="of the competent, how many may fail")
    which.add_argument("--minimum", type=count, metavar="N", help="questions before any decision")
    which.add_argument("--cap", type=count, metavar="N", help="the most questions")
    which.add_argument("--at-cap", choices=("sign", "assessor"), help="who decides at the cap")
    which.add_argument(
        "--options", type=count, default=3, metavar="N", help="of the items for which the levels hold (default 3)"
    )
    which.add_argument("--together", type=count, default=1, metavar="N", help="questions in one message (default 1)")
    simulate.add_argument("--bank", default="", metavar="FILE", help="items as JSON: id, guess, difficulty, criterion")
    simulate.add_argument("--people", type=count, default=2000, metavar="N", help="made up, a level (default 2000)")
    simulate.add_argument("--seed", type=int, default=1, metavar="N", help="of chance (default 1)")
    simulate.add_argument("--plot", default="", metavar="FILE", help="draw who passes, and how soon, as SVG")
    _speaking(simulate)
    return simulate


def _speaking(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")
    command.add_argument("--json", action="store_true", help="for a program to read")


def share(written: str) -> float:
    """A share between 0 and 1, as .9, 0.9, 0,9 or 90%."""
    plain = written.strip().replace(",", ".")
    try:
        found = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{written!r} is not a share. Write one between 0 and 1, such as .90.")
    return found


def count(written: str) -> int:
    """A whole number from 1 to a million."""
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 8 else 0
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{written!r} is not a number. Write one from 1 to 1000000.")
    return number
