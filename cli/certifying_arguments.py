"""The arguments of `chasqui certify` and `chasqui assessor`: read here, carried out in cli.certifying and
cli.assessing."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.certifying.deciding import RULES

Commands = argparse._SubParsersAction  # argparse gives it no public name
Do = Callable[[str, argparse.Namespace], int]
ROLES = sorted({role for rule in RULES.values() for role in rule.roles} - {"system"})


def add(commands: Commands[argparse.ArgumentParser], do: Do) -> None:
    """Add the two commands; `do` carries one out by its name."""
    certify = commands.add_parser("certify", help="certification cases: apply, list, show, act, judge, decide, explain")
    certify.set_defaults(lang="", command=lambda given: do("certify", given))
    _cases(certify.add_subparsers(dest="action", metavar="ACTION", required=True))
    assessor = commands.add_parser("assessor", help="who may judge, until when, and whose relative or trainer she is")
    assessor.set_defaults(lang="", command=lambda given: do("assessor", given))
    _assessors(assessor.add_subparsers(dest="action", metavar="ACTION", required=True))


def _cases(actions: Commands[argparse.ArgumentParser]) -> None:
    apply = actions.add_parser("apply", help="open a case for people who agreed on paper, one or a cooperative's list")
    apply.add_argument("numbers", nargs="*", metavar="NUMBER", help="her phone number")
    apply.add_argument("--list", default="", metavar="FILE.csv", help="columns: phone, experience_years")
    apply.add_argument("--standard", required=True, metavar="CODE")
    apply.add_argument("--experience", type=int, default=0, metavar="YEARS", help="for those not in a list")
    apply.add_argument("--presented-by", default="self", metavar="WORD", help="the cooperative or union")
    apply.add_argument("--agreed", action="store_true", help="each has signed that she agrees to be assessed")
    _by(apply)
    listing = actions.add_parser("list", help="cases, the latest moved first")
    listing.add_argument("--state", default="")
    listing.add_argument("--standard", default="", metavar="CODE")
    _json(listing)
    show = actions.add_parser("show", help="every entry of a case, what it lacks, and whether its chain holds")
    show.add_argument("case", metavar="CASE", help="its number")
    _json(show)
    _act(actions)
    judge = actions.add_parser("judge", help="an assessor's judgement: criterion=yes, no or not_seen")
    judge.add_argument("case", metavar="CASE")
    judge.add_argument("marks", nargs="*", metavar="1.1.1=yes")
    judge.add_argument("--rest", default="", choices=("yes", "no", "not_seen"), help="of all criteria not named")
    _by(judge)
    for name, help_ in (
        ("conclude", "what the judgements come to; draws whether the case is moderated"),
        ("decide", "a person who has not judged decides on a case found competent"),
    ):
        command = actions.add_parser(name, help=help_)
        command.add_argument("case", metavar="CASE")
        command.add_argument("--why", default="", help="reasons, which the candidate reads")
        _by(command)
    exam = actions.add_parser("exam", help="open the test of a unit before a person, on the candidate's own phone")
    exam.add_argument("case", metavar="CASE")
    exam.add_argument("unit", metavar="UNIT")
    exam.add_argument("--supervised-by", required=True, metavar="WORD", help="the assessor who looks on")
    witness = actions.add_parser("witness", help="ask somebody who saw a field task to confirm it by a code")
    witness.add_argument("case", metavar="CASE")
    witness.add_argument("unit", metavar="UNIT")
    witness.add_argument("number", metavar="NUMBER", help="the witness's mobile number")
    witness.add_argument("--task", default="", metavar="TEXT", help="what was done, in a few words that she reads")
    witness.add_argument("--criteria", default="", metavar="1.1.1,1.1.2", help="(default: all of the unit)")
    witness.add_argument("--role", choices=("coordinator", "assessor"), default="coordinator", help="as whom you ask")
    _by(witness)
    issue = actions.add_parser("issue", help="the credential of a case that is decided")
    issue.add_argument("case", metavar="CASE")
    issue.add_argument("--body", required=True, metavar="NAME", help="who issues, as the scheme names it")
    _by(issue)
    explain = actions.add_parser("explain", help="compute every decision of a case again, step by step")
    explain.add_argument("case", metavar="CASE")
    explain.add_argument("--language", default="en", help="es or en (default %(default)s)")
    actions.add_parser("check", help="every case against its entries, tests, credential and files; 1 where one differs")
    actions.add_parser("tidy", help="take away the files of people who were erased")
    appeal = actions.add_parser("appeal", help="file an appeal for her, or settle one")
    appeal.add_argument("case", metavar="CASE")
    appeal.add_argument("--why", required=True, help="the ground, or the reason of the panel")
    appeal.add_argument("--settle", default="", choices=("upheld", "overturned"))
    appeal.add_argument("--panel", default="", metavar="A,B", help="who heard it besides you")
    _by(appeal)


def _act(actions: Commands[argparse.ArgumentParser]) -> None:
    act = actions.add_parser(
        "act", help="any other entry: admit, refuse, assign, identify, evidence, moderate, revoke …"
    )
    act.add_argument("case", metavar="CASE")
    act.add_argument(
        "kind",
        choices=sorted(set(RULES) - {"certify", "confirm", "supervise"}),
        metavar="KIND",
        help=", ".join(sorted(RULES)),
    )
    act.add_argument("--role", choices=ROLES, required=True, help="as whom")
    for name in ("value", "unit", "element", "criterion", "note"):
        act.add_argument(f"--{name}", default="")
    act.add_argument("--why", default="", help="the reason, kept with the entry")
    act.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="further facts of the entry")
    act.add_argument("--corrects", type=int, default=0, metavar="N", help="with `correct`: the number of the entry")
    act.add_argument("--file", default="", help="with `evidence`: a photo, recording or document")
    _by(act)


def _assessors(actions: Commands[argparse.ArgumentParser]) -> None:
    new = actions.add_parser("add", help="a new assessor")
    new.add_argument("id", metavar="WORD", help="a short word for her, such as ana")
    new.add_argument("name", help="her full name")
    new.add_argument("--credential", required=True, help="her certificate as an assessor")
    new.add_argument("--trade", default="", help="her certificate in the trade")
    new.add_argument("--from", dest="since", default="", metavar="2026-01-31", help="(default: today)")
    new.add_argument("--until", required=True, metavar="2027-01-31", help="when her certificate ends")
    new.add_argument("--standard", action="append", required=True, metavar="CODE", help="once for each")
    new.add_argument("--phone", action="append", default=[], metavar="NUMBER", help="from which she writes")
    listing = actions.add_parser("list", help="assessors, and until when they are valid")
    _json(listing)
    tie = actions.add_parser("conflict", help="declare that she is a relative of a candidate, or has trained her")
    tie.add_argument("assessor", metavar="WORD")
    tie.add_argument("number", metavar="NUMBER", help="the candidate's phone number")
    tie.add_argument("--kind", choices=("relative", "trainer", "other"), required=True)
    _by(tie)
    renew = actions.add_parser("renew", help="her certificate holds longer")
    renew.add_argument("assessor", metavar="WORD")
    renew.add_argument("--until", required=True, metavar="2028-01-31")
    actions.add_parser("close", help="she judges no more; what she judged stays").add_argument("assessor")


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", required=True, metavar="NAME", help="who does this")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for a program to read")
