"""`chasqui certify`: open cases, enter what coordinators, assessors and panels do, and compute decisions again."""

from __future__ import annotations

import argparse
import csv
import io
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from authoring import evidence_files
from authoring.plain_text import read_text
from authoring.shelf import Shelf
from bot.certifying import codes, judging
from bot.certifying.cases import Act, Case
from bot.certifying.standards import Standard
from bot.cooperating.numbers import BadNumber, e164
from bot.delivering.hours import next_waking, zone_of
from bot.people import OPERATOR
from cli import case_showing, nightly, wiring
from cli.assessing import candidate
from cli.case_showing import found_case
from cli.organising import carried_out
from cli.settings import VAR, Settings, secret_key
from cli.usage import WrongUsage
from store import casework
from store.casework import Opening, Wanted
from store.database import Connection, Database

_LANGUAGES = {"PE": "es", "BO": "es", "RW": "rw"}  # in which a witness is asked of whom nothing is known


def certify(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0. Raises ValueError with a plain sentence where it is refused."""
    actions = {
        "apply": _apply,
        "list": case_showing.cases_listed,
        "show": case_showing.show,
        "act": _act,
        "judge": _judge,
        "conclude": _conclude,
        "exam": _exam,
        "witness": _witness,
        "decide": _decide,
        "issue": _issue,
        "explain": case_showing.explain,
        "check": case_showing.check,
        "appeal": _appeal,
        "tidy": _tidy,
    }
    return carried_out(settings, given, actions)


# --- entering ---


def entered(conn: Connection, database: Database, case: Case, standard: Standard, act: Act) -> Case:
    """Enter an act and let the candidate know; the case after it. Raises ValueError with the reason of a refusal."""
    return casework.enter(conn, OPERATOR, case, standard, act, database.now())


def _apply(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    if not given.agreed:
        raise ValueError("Nobody is assessed who has not agreed. With signed papers at hand: --agreed")
    standard = Shelf(settings.content_dir)().standards.get(given.standard)
    if standard is None:
        raise ValueError(f"There is no standard {given.standard!r}.")
    wanted = [(number, given.experience) for number in given.numbers]
    if given.list:
        wanted += _from_list(Path(given.list))
    if not wanted:
        raise WrongUsage("Write her number, or --list FILE.csv")
    failed = 0
    for number, years in wanted:
        try:
            with database.writing() as conn:
                case = _opened(conn, database, settings, standard, number, years, given)
            print(f"{number}: case {case.number}, {case.state.value}")
        except ValueError as error:
            failed += 1
            print(f"{number}: {error}")
    return 1 if failed else 0


def _from_list(path: Path) -> list[tuple[str, int]]:
    rows = list(csv.DictReader(io.StringIO(read_text(path))))
    if rows and "phone" not in rows[0]:
        raise ValueError(f"{path}: the first line names the columns phone, experience_years.")
    return [(row["phone"], int(row.get("experience_years") or 0)) for row in rows]


def _opened(
    conn: Connection,
    database: Database,
    settings: Settings,
    standard: Standard,
    number: str,
    years: int,
    given: argparse.Namespace,
) -> Case:
    learner = candidate(conn, number, settings)
    opening = Opening(by=given.by, experience=years, presented_by=given.presented_by)
    return casework.opened(conn, OPERATOR, learner, standard, settings.country, opening, database.now())


def _act(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    data = {}
    for each in given.set:
        name, sign, value = each.partition("=")
        if not sign:
            raise WrongUsage(f"{each!r} is no NAME=VALUE.")
        data[name] = value
    if given.kind == "evidence":
        data.setdefault("id", secrets.token_hex(8))
        data.update(_file(given.file))
    act = Act(
        kind=given.kind,
        actor=given.by,
        role=given.role,
        reason=given.why,
        unit=given.unit,
        element=given.element,
        criterion=given.criterion,
        value=given.value,
        data=data,
        note=given.note,
        salt=secrets.token_hex(8) if given.note else "",
        corrects=given.corrects,
    )
    return _enter(settings, given, database, [act])


def _file(name: str) -> dict[str, str]:
    """What an entry says of its file, once that lies in var/evidence under its hash."""
    if not name:
        return {}
    kept = evidence_files.keep(Path(name).read_bytes(), VAR / "evidence")
    return {"sha256": kept.sha256, "media_type": kept.media_type, "size": str(kept.size)}


def _tidy(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Files of people who were erased go; as every night."""
    print(f"{nightly.take_away(database)} files of evidence were taken away.")
    return 0


def _judge(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    marks = dict(each.partition("=")[::2] for each in given.marks)
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
    codes = [each.code for unit in judging.at_stake(case, standard) for each in unit.criteria]
    if given.rest:
        marks = {**dict.fromkeys(codes, given.rest), **marks}
    acts = [
        Act(kind="judge", actor=given.by, role="assessor", criterion=code, value=mark) for code, mark in marks.items()
    ]
    return _enter(settings, given, database, acts)


def _conclude(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
    return _enter(settings, given, database, [casework.conclusion(case, standard, given.by, given.why)])


def _decide(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
    return _enter(settings, given, database, [casework.decision(case, standard, given.by, given.why)])


def _exam(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Open the test of a unit before a person."""
    with database.writing() as conn:
        case, standard = found_case(conn, given.case, settings)
        casework.supervise(conn, OPERATOR, case, standard, given.unit, given.supervised_by, database.now())
    print(f"Case {case.number}: the test of unit {given.unit} is open before {given.supervised_by} for three hours.")
    print("The candidate writes EXAMEN on her own phone.")
    return 0


def _witness(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Ask a witness for a code by which she confirms what she saw."""
    try:
        number, country = e164(given.number, settings.country)
    except BadNumber as error:
        raise ValueError(f"{given.number!r} is no mobile number ({error}). Write it like +51900000009.") from error
    wording = Shelf(settings.content_dir)().wording
    language = _LANGUAGES.get(country, "es")
    places = {"name": "{name}", "ground": "{ground}", "code": "{code}"}
    wanted = Wanted(
        number=number,
        unit=given.unit,
        by=given.by,
        role=given.role,
        task=given.task,
        criteria=tuple(each for each in given.criteria.split(",") if each),
        text=wording.say(language, "case.witness.ask", **places),
        language=language,
    )
    now = database.now()
    policy = wiring.policy_of(settings, database)
    awake = next_waking(now, zone_of("", country), policy.waking, policy.resting, country)
    with database.writing() as conn:
        case, standard = found_case(conn, given.case, settings)
        case, asked = casework.ask_witness(
            conn, OPERATOR, case, standard, wanted, secret=secret_key(settings), now=now, not_before=awake
        )
    if not asked:
        raise ValueError("Recorded, but no sender of SMS is known here that could ask the witness. See: chasqui doctor")
    print(f"Case {case.number}: the witness is asked by SMS. Her code is good for seven days, once.")
    return 0


def _appeal(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    if given.settle:
        act = Act(kind="resolve", actor=given.by, role="panel", value=given.settle, reason=given.why)
        return _enter(settings, given, database, [replace(act, data={"panel": given.panel})])
    act = Act(kind="appeal", actor=given.by, role="coordinator", note=given.why, salt=secrets.token_hex(8))
    return _enter(settings, given, database, [act])


def _enter(settings: Settings, given: argparse.Namespace, database: Database, acts: Sequence[Act]) -> int:
    with database.writing() as conn:
        case, standard = found_case(conn, given.case, settings)
        for act in acts:
            case = entered(conn, database, case, standard, act)
    print(f"Case {case.number}: {case.state.value}")
    return 0


def _issue(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """The credential and the entry of it in one transaction: neither is ever without the other."""
    with database.writing() as conn:
        case, standard = found_case(conn, given.case, settings)
        case, held = casework.issue(conn, OPERATOR, case, standard, given.body, given.by, database.now())
    print(f"Case {case.number}: {case.state.value}, code {codes.shown(held.code)}")
    return 0
