"""The arguments of `chasqui user`: read here, carried out elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.cooperating.roles import ROLES

Commands = argparse._SubParsersAction  # argparse gives it no public name


def add(
    commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int], own: str = "user"
) -> None:
    """Add the command; `do` carries it out."""
    group = commands.add_parser(own, help="people of the console: add, list, invite, disable, enable, reset, roles")
    group.set_defaults(command=do)
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    _new(actions)
    listing = actions.add_parser("list", help="list them")
    listing.add_argument("--json", action="store_true", help="for a program to read")
    _login(actions.add_parser("invite", help="another link for somebody who has not come in yet"))
    _login(actions.add_parser("disable", help="shut somebody out, at once and in every browser"))
    _login(actions.add_parser("enable", help="let somebody in again"))
    reset = actions.add_parser("reset", help="a link by which somebody sets a new password")
    _login(reset)
    reset.add_argument("--second-factor", action="store_true", help="also take the code from the phone away")
    actions.add_parser("roles", help="what each role may do")
    for action in actions.choices.values():
        action.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")


def _new(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="make an account; prints a link by which its person chooses a password")
    new.add_argument("name", help='her or his name, such as "Rosa Huamán"')
    new.add_argument("--role", choices=tuple(ROLES), default="coordinator", help="(default %(default)s)")
    new.add_argument(
        "--cooperative", action="append", default=[], metavar="WORD", help="only people of this one (default: all)"
    )
    new.add_argument("--login", default="", metavar="WORD", help="to sign in with (default: made of the name)")
    new.add_argument("--language", default="", metavar="CODE", help="of the console: es or en")
    new.add_argument("--assessor", default="", metavar="ID", help="which assessor it is")
    new.add_argument(
        "--own-password", action="store_true", help="a password now: asked for hidden, or one line of standard input"
    )


def _login(action: argparse.ArgumentParser) -> None:
    action.add_argument("login", help="the login, or the id")
