"""The command line: what can be asked of Chasqui. Each command imports what it needs when it is called, not before."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from cli import (
    assessment_arguments,
    audit_arguments,
    campaign_arguments,
    certifying_arguments,
    credential_arguments,
    notice_arguments,
    people_arguments,
    report_arguments,
    survey_arguments,
    token_arguments,
    user_arguments,
)

VERSION = "0.1.0"
_POLICIES = ("exact", "gsm", "plain", "ascii")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 on success, 1 on a refusal that was explained. Wrong usage exits with 2."""
    given = _parser().parse_args(arguments)
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):  # learners write UTF-8, whatever this machine's locale is
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        command: Callable[[argparse.Namespace], int] = given.command
        return command(given)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0  # the reader (head, less) has had enough


def entry() -> NoReturn:
    """The console script. What is still to be printed is printed here, so that a reader who has gone is no error of the
    interpreter's end either."""
    code: str | int | None = 0
    try:
        code = main()
    except SystemExit as ended:  # argparse: --help, or wrong usage
        code = ended.code
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chasqui", description="Teach rural workers over plain SMS and Telegram.")
    parser.add_argument("--version", action="version", version=f"chasqui {VERSION}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _serving(commands)
    _authoring(commands)
    _operating(commands)
    _keeping(commands)
    return parser


def _serving(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="serve: webhooks, answering, sending, the clock and the phone simulator")
    run.add_argument("--role", choices=("all", "web", "work", "clock"), default="all", help="what this process does")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    run.add_argument("--port", type=_port, default=8080, help="port to listen on (default %(default)s)")
    run.set_defaults(command=lambda given: _do("run", given))
    chat = commands.add_parser("chat", help="a phone in the terminal; reads one message a line from a pipe")
    chat.add_argument("--channel", choices=("sms", "telegram"), default="sms", help="basic phone, or chat with buttons")
    chat.add_argument("--as", dest="number", default="+51900000001", metavar="NUMBER", help="who writes, in E.164")
    chat.add_argument(
        "--lang", default="", metavar="CODE", help="language of the first contact: es, en, rw, fr, qu, ay"
    )
    where = chat.add_mutually_exclusive_group()
    where.add_argument("--scratch", action="store_true", default=True, help="a database of its own (the default)")
    where.add_argument("--database", action="store_true", help="the configured database; @wait is refused")
    chat.set_defaults(command=lambda given: _do("chat", given))


def _authoring(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, help_ in (
        ("check", "check the lesson scripts: file, line, what is wrong and what to do"),
        ("cost", "segments per lesson, course and language"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("path", nargs="?", default="", metavar="PATH", help="content folder, occupation or file")
        command.add_argument("--json", action="store_true", help="for a program to read")
        command.set_defaults(command=lambda given, name=name: _do(name, given))
    standards = commands.add_parser("standards", help="a competency standard as a tree: units, criteria, evidence")
    standards.add_argument("code", nargs="?", default="", metavar="CODE", help="which one (without: a list of all)")
    standards.add_argument("--lang", choices=("es", "en"), default="", help="language (default: LANG)")
    standards.set_defaults(command=lambda given: _do("standards", given))
    segments = commands.add_parser(
        "segments", help="how texts travel by SMS: one a line in, one JSON object a line out"
    )
    segments.add_argument("--policy", choices=_POLICIES, default="gsm", help="how to fold (default %(default)s)")
    segments.set_defaults(command=lambda given: _do("segments", given))
    interpret = commands.add_parser("interpret", help="how replies are understood: JSON lines in, JSON lines out")
    interpret.set_defaults(command=lambda given: _do("interpret", given))


def _operating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inbox = commands.add_parser("inbox", help="what learners ask a person: list it, answer it")
    inbox.add_argument("action", nargs="?", choices=("list", "answer"), default="list", help="(default: list)")
    inbox.add_argument("number", nargs="?", type=int, help="which request, by its number in the list")
    inbox.add_argument("text", nargs="*", help="the answer, which goes to her phone")
    inbox.set_defaults(command=lambda given: _do("inbox", given))
    people_arguments.add(commands, _do)
    campaign_arguments.add(commands, lambda given: _do("campaign", given))
    notice_arguments.add(commands, lambda given: _do("notice", given))
    certifying_arguments.add(commands, _do)
    assessment_arguments.add(commands, _do)
    credential_arguments.add(commands, _do)
    report_arguments.add(commands, lambda given: _do("report", given))
    survey_arguments.add(commands, lambda given: _do("surveys", given))
    user_arguments.add(commands, lambda given: _do("user", given))
    audit_arguments.add(commands, lambda given: _do("audit", given))
    token_arguments.add(commands, lambda given: _do("token", given))
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.set_defaults(command=lambda given: _do("migrate", given))
    doctor = commands.add_parser("doctor", help="try every setting and connection, and say what to mend")
    doctor.add_argument("--json", action="store_true", help="for a program to read")
    doctor.set_defaults(command=lambda given: _do("doctor", given))


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="copy the SQLite database while it serves, and check the copy")
    backup.add_argument("file", help="where to; readable by this user only")
    backup.add_argument("--force", action="store_true", help="write over an older copy")
    backup.set_defaults(command=lambda given: _do("backup", given))
    restore = commands.add_parser("restore", help="put a copy in place; nothing that waited is said before you say so")
    restore.add_argument("file", help="what chasqui backup wrote")
    restore.add_argument("--yes", action="store_true", help="do not ask")
    restore.set_defaults(command=lambda given: _do("restore", given))
    recover = commands.add_parser("recover", help="after a restore: what is held back, what was sent; let go, or drop")
    what = recover.add_mutually_exclusive_group()
    what.add_argument("--begin", action="store_true", help="hold back what waits (after a restore on PostgreSQL)")
    what.add_argument("--release", action="store_true", help="end it: what was not sent goes on its way")
    what.add_argument("--drop", action="store_true", help="end it: what was held is not said at all")
    recover.add_argument("--yes", action="store_true", help="do not ask")
    recover.set_defaults(command=lambda given: _do("recover", given))


def _port(written: str) -> int:
    port = int(written) if written.isascii() and written.isdigit() else 0
    if not 0 < port < 65_536:
        raise argparse.ArgumentTypeError(f"{written!r} is not a port. Write a number from 1 to 65535.")
    return port


def _do(name: str, given: argparse.Namespace) -> int:
    from cli import doing

    return doing.do(name, given)


if __name__ == "__main__":
    entry()
