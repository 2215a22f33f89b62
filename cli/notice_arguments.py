"""The arguments of `chasqui notice`: read here, carried out in cli.noticing."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # argparse gives it no public name


def add(commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add the command; `do` carries it out."""
    group = commands.add_parser("notice", help="what cooperatives tell their members: list, show, send, approve, stop")
    group.set_defaults(command=do)
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="notices, the latest first")
    listing.add_argument("--cooperative", default="", metavar="WORD", help="of one cooperative")
    listing.add_argument("--json", action="store_true", help="for a program to read")
    actions.add_parser("show", help="its text, who did what, and the tally").add_argument("id", metavar="ID")
    send = actions.add_parser("send", help="to all members of a cooperative; asks before it sends")
    send.add_argument("--cooperative", required=True, metavar="WORD", help="to whose members")
    send.add_argument(
        "--text", action="append", required=True, metavar="es=TEXT", help="once for each language; at most 2 SMS"
    )
    send.add_argument("--urgent", action="store_true", help="a matter of safety: outside the weekly budget, 05 to 22")
    _by(send)
    send.add_argument("--yes", action="store_true", help="do not ask")
    approve = actions.add_parser("approve", help="let one go that waits for a second person")
    approve.add_argument("id", metavar="ID")
    _by(approve)
    stop = actions.add_parser("stop", help="what has not left does not leave; the officer who wrote it is told")
    stop.add_argument("id", metavar="ID")
    stop.add_argument("--why", default="", help="kept with it")
    _by(stop, needed=False)
    for action in actions.choices.values():
        action.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")


def _by(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    parser.add_argument("--by", required=needed, default="", metavar="NAME", help="who does this")
