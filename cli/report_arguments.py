"""The arguments of `chasqui report`: read here, carried out in cli.reporting."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # argparse gives it no public name


def add(commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add the command; `do` carries it out."""
    group = commands.add_parser(
        "report", help="results: indicators by groups, a cohort, money, surveys; small cells hidden"
    )
    group.set_defaults(command=do)
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    indicators = actions.add_parser("indicators", help="the programme's indicators")
    indicators.add_argument("codes", nargs="?", default="", metavar="I3,I5", help="which (default: all counted)")
    indicators.add_argument("--by", default="", metavar="GROUP,GROUP", help=_BY)
    indicators.add_argument("--missing", action="store_true", help="those not collected, and what would be needed")
    _time(indicators)
    cohort = actions.add_parser("cohort", help="the indicators of one cohort")
    cohort.add_argument("cohort", metavar="WORD", help="its word or name")
    cohort.add_argument("--by", default="", metavar="GROUP,GROUP", help=_BY)
    money = actions.add_parser("money", help="what was spent by month and network, and what one person comes to")
    money.add_argument("--staff", default="", metavar="AMOUNT", help="what staff and the rest cost in that time")
    _time(money)
    surveys = actions.add_parser("surveys", help="the surveys, or the answers of one")
    surveys.add_argument("survey", nargs="?", default="", metavar="ID", help="which one (without: a list)")
    surveys.add_argument("--replies", action="store_true", help="each reply under a pseudonym instead of the counts")
    for action in actions.choices.values():
        shape(action)


_BY = "at most two of sex, age, place, country, cooperative, occupation, channel, month"


def _time(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="since", default="", metavar="DATE", help="from this day on: 2026-03-01")
    parser.add_argument("--to", dest="until", default="", metavar="DATE", help="and before this day")


def shape(parser: argparse.ArgumentParser) -> None:
    """Add how what is told is written: as a table, or into a file."""
    parser.add_argument("--format", choices=("table", "csv", "xlsx", "json"), default="table", help="(default: table)")
    parser.add_argument("--out", default="", metavar="FILE", help="write to this new file (xlsx needs it)")
    parser.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")
