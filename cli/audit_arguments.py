"""The arguments of `chasqui audit`: read here, carried out elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # argparse gives it no public name


def add(commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add the command; `do` carries it out."""
    log = commands.add_parser("audit", help="who did what in the console; --check: whether the log is whole")
    log.add_argument("--check", action="store_true", help="go through the whole chain; exit 1 where it is broken")
    log.add_argument("--since", default="", metavar="DATE", help="from this day on, such as 2026-11-22")
    log.add_argument("--by", default="", metavar="ID", help="by one account, by its id")
    log.add_argument("--act", default="", metavar="ACT", help="one kind of act, such as settings.changed")
    log.add_argument("--most", type=int, default=100, metavar="N", help="so many, the latest (default %(default)s)")
    log.add_argument("--json", action="store_true", help="one JSON object a line")
    log.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")
    log.set_defaults(command=do)
