"""The arguments of `chasqui token`: read here, carried out elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.cooperating.tokens import GRANTABLE, LONGEST, USUAL

Commands = argparse._SubParsersAction  # argparse gives it no public name

_RIGHTS = tuple(sorted(each.value for each in GRANTABLE))


def add(commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add the command; `do` carries it out."""
    group = commands.add_parser("token", help="tokens with which other programs use the REST API: add, list, revoke")
    group.set_defaults(command=do)
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser("add", help="make a token; it is printed once and never again")
    new.add_argument("name", help='what it is for, such as "Export to the federation"')
    new.add_argument(
        "--right",
        action="append",
        required=True,
        choices=_RIGHTS,
        metavar="RIGHT",
        help=f"what it may do, more than once: {', '.join(_RIGHTS)}",
    )
    new.add_argument(
        "--cooperative", action="append", default=[], metavar="WORD", help="only people of this one (default: all)"
    )
    new.add_argument(
        "--days",
        type=int,
        default=USUAL.days,
        metavar="N",
        help=f"how long it opens, {LONGEST.days} at most (default %(default)s)",
    )
    listing = actions.add_parser("list", help="list them")
    listing.add_argument("--json", action="store_true", help="for a program to read")
    revoke = actions.add_parser("revoke", help="end one: it opens nothing from now on")
    revoke.add_argument("id", help="its id in the list, or the token itself")
    for action in actions.choices.values():
        action.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")
