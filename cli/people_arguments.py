"""The arguments of the commands on people and organisations: read here, carried out elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

Commands = argparse._SubParsersAction  # argparse gives it no public name
Do = Callable[[str, argparse.Namespace], int]

_GROUPS = {
    "federation": "unions of cooperatives: add, list",
    "cooperative": "what learners are members of: add, list, edit, close",
    "officer": "who may speak for a cooperative: add, list, new PIN, close",
    "cohort": "groups in a course: add, list, members, enrol, leave, edit, close, open",
    "session": "dates on which a cohort meets: add, list, cancel",
    "learners": "who learns: list, data, erase, move, import from a list, export",
}


def add(commands: Commands[argparse.ArgumentParser], do: Do) -> None:
    """Add the commands; `do` carries one out by its name."""
    groups = {name: _group(commands, name, help_, do) for name, help_ in _GROUPS.items()}
    for name, group in groups.items():
        _ADD[name](group)
        for action in group.choices.values():
            action.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")


def _group(
    commands: Commands[argparse.ArgumentParser], name: str, help_: str, do: Do
) -> Commands[argparse.ArgumentParser]:
    group = commands.add_parser(name, help=help_)
    group.set_defaults(command=lambda given: do(name, given), noun=name)
    return group.add_subparsers(dest="action", metavar="ACTION", required=True)


def _listing(actions: Commands[argparse.ArgumentParser], help_: str) -> argparse.ArgumentParser:
    listing = actions.add_parser("list", help=help_)
    _json(listing)
    return listing


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for a program to read")


def _federations(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="make one")
    new.add_argument("id", metavar="WORD", help="a short word for it, such as norte")
    new.add_argument("name", help="its full name")
    new.add_argument("--country", default="", metavar="XX", help="PE, BO or RW")
    _listing(actions, "list them")


def _cooperatives(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="make one")
    new.add_argument("id", metavar="WORD", help="a short word for it, such as norandino")
    new.add_argument("name", help="its full name")
    new.add_argument("--federation", default="", metavar="WORD", help="the federation it belongs to")
    new.add_argument("--country", default="", metavar="XX", help="PE, BO or RW (default: CHASQUI_COUNTRY)")
    new.add_argument(
        "--monthly-notices", type=_count, default=4, metavar="N", help="notices a month (default %(default)s)"
    )
    _listing(actions, "list them, with members and officers")
    change = actions.add_parser("edit", help="another name or number of notices, or open it again")
    change.add_argument("id", metavar="WORD")
    change.add_argument("--name", default="", help="its full name")
    change.add_argument("--monthly-notices", type=_count, default=None, metavar="N", help="notices a month")
    change.add_argument("--open", action="store_true", help="one that was closed")
    actions.add_parser("close", help="nobody speaks for it any more; its members stay").add_argument("id")


def _officers(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="make one; the PIN is printed once")
    new.add_argument("name", help="her or his name")
    new.add_argument("--cooperative", required=True, metavar="WORD", help="for which cooperative")
    new.add_argument("--phone", action="append", default=[], metavar="NUMBER", help="the phone that notices come from")
    new.add_argument("--telegram", action="append", default=[], metavar="ID", help="number of the Telegram account")
    new.add_argument("--language", default="", metavar="CODE", help="es, en, rw, fr, qu, ay")
    _own_pin(new)
    listing = _listing(actions, "list them")
    listing.add_argument("--cooperative", default="", metavar="WORD", help="of one cooperative")
    pin = actions.add_parser("pin", help="a new PIN, which also opens a locked office")
    pin.add_argument("officer", help="id, phone number or name")
    _own_pin(pin)
    actions.add_parser("close", help="she or he speaks for it no longer").add_argument(
        "officer", help="id, phone number or name"
    )


def _own_pin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--own-pin", action="store_true", help="a PIN of one's own: asked for hidden, or one line of standard input"
    )


def _cohorts(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="make one")
    new.add_argument("id", metavar="WORD", help="a short word for it, such as jaen-1")
    new.add_argument("name", nargs="?", default="", help="its full name")
    new.add_argument("--course", required=True, metavar="COURSE", help="such as coffee-nursery, or its join word")
    new.add_argument("--cooperative", default="", metavar="WORD", help="the cooperative it belongs to")
    new.add_argument("--days", default="mon,wed,fri", help="lun,mie,vie or mon,wed,fri (default %(default)s)")
    new.add_argument("--hour", type=int, default=None, metavar="H", help="local hour (default: each learner's own)")
    new.add_argument("--starts", default="", metavar="DATE", help="2026-03-02 or 2/3/2026 (default: today)")
    new.add_argument("--ends", default="", metavar="DATE", help="the last day")
    _listing(actions, "list them")
    people = actions.add_parser("members", help="who is in it")
    people.add_argument("id", metavar="WORD")
    _json(people)
    enrol = actions.add_parser("enrol", help="take learners in")
    enrol.add_argument("id", metavar="WORD")
    enrol.add_argument("who", nargs="*", help="phone numbers or ids")
    enrol.add_argument("--cooperative", default="", metavar="WORD", help="everybody of this cooperative")
    leave = actions.add_parser("leave", help="take learners out; they stay in the course")
    leave.add_argument("id", metavar="WORD")
    leave.add_argument("who", nargs="+", help="phone numbers or ids")
    change = actions.add_parser("edit", help="other days, another hour or end; what is not named stays")
    change.add_argument("id", metavar="WORD")
    change.add_argument("--name", default="", help="its full name")
    change.add_argument("--days", default="", help="lun,mie,vie or mon,wed,fri")
    change.add_argument("--hour", default="", metavar="H", help="local hour, or own")
    change.add_argument("--starts", default="", metavar="DATE", help="2026-03-02 or 2/3/2026")
    change.add_argument("--ends", default="", metavar="DATE", help="the last day, or none")
    actions.add_parser("close", help="no lessons by its calendar any more").add_argument("id", metavar="WORD")
    actions.add_parser("open", help="open a closed one again").add_argument("id", metavar="WORD")


def _sessions(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="set a date")
    new.add_argument("cohort", metavar="WORD", help="which cohort meets")
    new.add_argument("date", help="2026-03-02 or 2/3/2026")
    new.add_argument("time", help="local: 16:00 or 4pm")
    new.add_argument("--place", default="", help="where")
    new.add_argument("--topic", default="", help="what about")
    listing = _listing(actions, "list the dates from now on")
    listing.add_argument("--cohort", default="", metavar="WORD", help="of one cohort")
    listing.add_argument("--all", action="store_true", help="the past ones too")
    actions.add_parser("cancel", help="call a date off").add_argument("number", type=int, help="as the list shows it")


def _learners(actions: Commands[argparse.ArgumentParser]) -> None:
    actions.add_parser("list", help="list them")
    for name, help_ in (("data", "all that is held on one"), ("erase", "erase one for good; asks once more")):
        actions.add_parser(name, help=help_).add_argument("learner", help="id, or the phone number")
    move = actions.add_parser("move", help="make them members of another cooperative")
    move.add_argument("who", nargs="+", help="phone numbers or ids")
    move.add_argument("--cooperative", required=True, metavar="WORD", help="which one")
    come = actions.add_parser("import", help="take in a cooperative's list: CSV or XLSX")
    come.add_argument("file", metavar="FILE", help=".csv or .xlsx")
    come.add_argument("--dry-run", action="store_true", help="say what would become of it, and keep nothing")
    come.add_argument("--map", action="append", default=[], metavar="OURS=THEIRS", help='such as phone="Cel. 1"')
    come.add_argument("--cooperative", default="", metavar="WORD", help="which cooperative they belong to")
    come.add_argument("--cohort", default="", metavar="WORD", help="which cohort they are to be in")
    come.add_argument(
        "--basis",
        choices=("invitation", "paper"),
        default="invitation",
        help="invitation: each is asked once by message (default); paper: each has signed",
    )
    come.add_argument("--reference", default="", help="of the signed papers, where the file has no column for it")
    come.add_argument("--given-on", default="", metavar="DATE", help="the day on which they were signed")
    come.add_argument("--bad", default="", metavar="FILE", help="write the bad rows there, each with its reason")
    go = actions.add_parser("export", help="write everybody into a file, or as CSV to standard output")
    go.add_argument("file", nargs="?", default="", metavar="FILE", help=".csv or .xlsx; must not exist yet")


def _count(written: str) -> int:
    if not (written.isascii() and written.isdigit() and int(written) <= 1000):
        raise argparse.ArgumentTypeError(f"{written!r} is no number from 0 to 1000.")
    return int(written)


_ADD: Mapping[str, Callable[[Commands[argparse.ArgumentParser]], None]] = {
    "federation": _federations,
    "cooperative": _cooperatives,
    "officer": _officers,
    "cohort": _cohorts,
    "session": _sessions,
    "learners": _learners,
}
