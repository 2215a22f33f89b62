"""The arguments of `chasqui credentials` and `chasqui verify`: read here, carried out in cli.credentials."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Commands = argparse._SubParsersAction  # argparse gives it no public name
Do = Callable[[str, argparse.Namespace], int]


def add(commands: Commands[argparse.ArgumentParser], do: Do) -> None:
    """Add the commands; `do` carries one out by its name."""
    verify = commands.add_parser("verify", help="is this credential genuine?")
    verify.add_argument("code", nargs="?", default="", help="as it stands on the certificate")
    verify.add_argument("--offline", default="", metavar="PAYLOAD", help="the text of the QR for without a network")
    verify.add_argument("--file", default="", metavar="FILE", help="a signed credential (.jwt), or a register")
    verify.add_argument(
        "--keys", default="", metavar="FILE", help="the issuer's keys.json; this house's own unless given"
    )
    verify.add_argument("--json", action="store_true", help="for a program to read")
    verify.set_defaults(command=lambda given: do("verify", given))
    group = commands.add_parser("credentials", help="what was awarded: issue, list, show, take back, print, hand over")
    group.set_defaults(command=lambda given: do("credentials", given))
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    _issue(actions)
    listing = actions.add_parser("list", help="what was issued, and how it stands now")
    _some(listing)
    listing.add_argument("--json", action="store_true", help="for a program to read")
    actions.add_parser("show", help="one credential and all that was done to it").add_argument("code", metavar="CODE")
    for name, help_ in (
        ("suspend", "it does not hold until it is reinstated"),
        ("reinstate", "what was suspended holds again"),
        ("revoke", "it never holds again"),
    ):
        _move(actions.add_parser(name, help=f"{help_}; needs a ground and a second person"))
    _out(actions)
    actions.add_parser("keys", help="the published keys as JSON, for keys.json of whoever verifies offline")
    actions.add_parser("rotate", help="sign with new keys from now on; the old ones stay published")


def _issue(actions: Commands[argparse.ArgumentParser]) -> None:
    issue = actions.add_parser(
        "issue", help="certificates of completion to who has finished a course (competence: by a decision on a case)"
    )
    issue.add_argument("--course", required=True, metavar="WORD", help="the finished course")
    issue.add_argument("--learner", default="", metavar="ID", help="to one person; else to everybody who has finished")
    issue.add_argument("--by", required=True, metavar="NAME", help="who issues them")
    issue.add_argument("--out", default="", metavar="FOLDER", help="print each one there, as PDF")


def _move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--by", required=True, metavar="NAME", help="who does it")
    parser.add_argument("--second", required=True, metavar="NAME", help="who agrees: somebody else")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="the ground; its holder may read it. No names")


def _out(actions: Commands[argparse.ArgumentParser]) -> None:
    export = actions.add_parser("export", help="one credential as files: signed, as a page, as a card")
    export.add_argument("code", metavar="CODE")
    for name, help_ in (("jwt", "signed, for wallets and employers"), ("pdf", "one A4 page"), ("card", "to carry")):
        export.add_argument(f"--{name}", default="", metavar="FILE", help=help_)
    record = actions.add_parser("record", help="everything that is held on one person: for her")
    record.add_argument("learner", metavar="ID")
    record.add_argument("--json", default="", metavar="FILE", help="with her signed credentials, for a program")
    record.add_argument("--pdf", default="", metavar="FILE", help="to print: courses, cases, credentials")
    record.add_argument("--lang", default="", help="of the PDF; hers unless given")
    register = actions.add_parser("register", help="a list (.csv, .xlsx) with a signed hash beside it")
    register.add_argument("file", metavar="FILE")
    _some(register)
    dossier = actions.add_parser("dossier", help="for an authority: list, signed credentials, history, keys")
    dossier.add_argument("file", metavar="FOLDER", help="a new folder")
    _some(dossier)


def _some(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cooperative", default="", metavar="WORD", help="of one cooperative")
    parser.add_argument("--standard", default="", metavar="CODE", help="of one standard or course")
