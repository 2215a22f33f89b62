"""`chasqui certify`: open cases, enter what coordinators, assessors and panels do, and compute decisions again."""

from __future__ import annotations

import argparse
import csv
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from authoring import evidence_files
from authoring.shelf import Shelf
from bot.certifying import awarding, codes, judging
from bot.certifying.cases import OPEN, Act, Case
from bot.certifying.deciding import decide
from bot.certifying.guarding import is_pilot
from bot.certifying.standards import Standard
from bot.people import new_id
from bot.talking.certifying import CASE, ENDS
from bot.turn import Due
from cli import case_showing, nightly
from cli.assessing import candidate
from cli.case_showing import found_case
from cli.organising import carried_out
from cli.settings import VAR, Settings
from store import cases, credentials, dues, people
from store.database import Connection, Database

_MODERATED = 5  # one in so many cases found competent is looked at by a moderator
_SAID = frozenset({"assign", "plan"})  # entries that she hears of though the case stays where it is


def certify(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action; 0. Raises ValueError with a plain sentence where it is refused."""
    actions = {
        "apply": _apply,
        "list": case_showing.cases_listed,
        "show": case_showing.show,
        "act": _act,
        "judge": _judge,
        "conclude": _conclude,
        "decide": _decide,
        "issue": _issue,
        "explain": case_showing.explain,
        "appeal": _appeal,
        "tidy": _tidy,
    }
    return carried_out(settings, given, actions)


# --- entering ---


def entered(conn: Connection, database: Database, case: Case, standard: Standard, act: Act) -> Case:
    """Enter an act and let the candidate know; the case after it. Raises ValueError with the reason of a refusal."""
    now = database.now()
    outcome = decide(case, act, standard, now)
    if outcome.act is None:
        raise ValueError(outcome.refused)
    cases.append(conn, case.id, outcome.act)
    if case.candidate and (outcome.act.data.get("to") or act.kind in _SAID):
        due = Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{outcome.act.seq}", at=now)
        dues.owe(conn, [due])
    return outcome.case


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
        raise ValueError("Write her number, or --list FILE.csv")
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
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
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
    held = cases.load(conn, [learner.id]).get(learner.id, ())
    now = database.now()
    country = learner.country or settings.country
    case = Case(
        id=new_id(now, secrets.SystemRandom()),
        number=100_000 + secrets.randbelow(900_000),
        candidate=learner.id,
        standard=standard.code,
        version=standard.version,
        country=country,
        opened_at=now,
    )
    data = {
        "consent": "yes",
        "presented_by": given.presented_by,
        "experience": str(years),
        "age": str(now.year - learner.birth_year if learner.birth_year else 0),
        "country": country,
        "pilot": "yes" if is_pilot(standard, now) else "no",
        "open": str(sum(each.state in OPEN and each.standard == standard.code for each in held)),
    }
    applied = decide(case, Act(kind="apply", actor=given.by, role="coordinator", data=data), standard, now)
    if applied.act is None:
        raise ValueError(applied.refused)
    cases.begin(conn, case, now)
    cases.append(conn, case.id, applied.act)
    return entered(conn, database, applied.case, standard, Act(kind="check", actor="system", role="system"))


def _act(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    data = {}
    for each in given.set:
        name, sign, value = each.partition("=")
        if not sign:
            raise ValueError(f"{each!r} is no NAME=VALUE.")
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
    found = judging.verdict(case, standard)
    sampled = "yes" if secrets.randbelow(_MODERATED) == 0 else "no"
    data = {"units": ",".join(found.units), "sampled": sampled}
    reason = given.why or ", ".join(found.critical or found.unmet)
    act = Act(kind="conclude", actor=given.by, role="assessor", value=found.result, data=data, reason=reason)
    return _enter(settings, given, database, [act])


def _decide(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
    found = judging.verdict(case, standard)
    data = {"units": ",".join(found.units)}
    act = Act(kind="decide", actor=given.by, role="moderator", value=found.result, data=data, reason=given.why)
    return _enter(settings, given, database, [act])


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
        now = database.now()
        learner = people.one(conn, case.candidate)
        if learner is None:
            raise ValueError("The person was erased: nothing is issued.")
        award = awarding.of_case(case, standard, learner, issuer=given.body, now=now)
        until = award.valid_until.isoformat() if award.valid_until else ""
        data = {"body": given.body, "serial": "pending", "valid_from": now.isoformat(), "valid_until": until}
        act = Act(kind="certify", actor=given.by, role="issuer", data=data)
        refused = decide(case, act, standard, now).refused
        if refused:
            raise ValueError(refused)
        held = credentials.issue(conn, award, by=given.by, now=now, chance=secrets.SystemRandom())
        act = replace(act, data={**data, "serial": held.serial, "code": codes.shown(held.code)})
        case = entered(conn, database, case, standard, act)
        if award.valid_until:
            ends = ((what, award.valid_until - timedelta(days=days)) for what, days in ENDS.items())
            dues.owe(
                conn,
                [Due(learner=case.candidate, kind=CASE, subject=f"{case.id}/{what}", at=at) for what, at in ends],
            )
    print(f"Case {case.number}: {case.state.value}, code {codes.shown(held.code)}")
    return 0
