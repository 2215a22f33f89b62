"""Show cases at the terminal, and compute their decisions again, step by step."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from authoring import evidence_files
from authoring.shelf import Shelf
from bot.certifying import examining, judging, sequential
from bot.certifying.cases import Act, Case
from bot.certifying.reading import stands
from bot.certifying.standards import Standard, bare
from cli.settings import VAR, Settings
from store import case_checks, cases, exams
from store.database import Connection, Database


def found_case(conn: Connection, named: str, settings: Settings) -> tuple[Case, Standard]:
    """The case of this number with its standard. Raises ValueError where either is not there."""
    case = cases.find(conn, named)
    if case is None:
        raise ValueError(f"There is no case {named!r}. The list: chasqui certify list")
    standard = Shelf(settings.content_dir)().standard(case.standard, case.version)
    if standard is None:
        if case.credential:
            return case, bare(case.standard, case.version)
        raise ValueError(f"{case.standard}@{case.version} is not in content/ any more: transfer the case first.")
    return case, standard


def cases_listed(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Cases, the latest moved first."""
    now = database.now()
    with database.reading() as conn:
        found = cases.listed(conn, state=given.state, standard=given.standard, now=now)
    if given.json:
        rows = [
            {"number": each.number, "standard": each.standard, "state": stands(each, now).value, "pilot": each.pilot}
            for each in found
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for each in found:
        moved = f"{each.moved_at:%Y-%m-%d %H:%M}" if each.moved_at else ""
        print(
            f"{each.number}  {moved}  {each.standard}@{each.version}  {stands(each, now).value}{'  pilot' * each.pilot}"
        )
    if not found:
        print("No cases. A worker writes POSTULAR. Or: chasqui certify apply NUMBER --standard CODE --agreed --by NAME")
    return 0


def show(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Every entry of a case, what it lacks, and whether its chain holds."""
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
        broken = cases.broken_at(conn, case.id)
    lacks = [each.key for each in judging.missing(case, standard)]
    state = stands(case, database.now()).value
    if given.json:
        entries = [
            {"seq": each.seq, "at": each.at.isoformat() if each.at else "", "kind": each.kind, "by": each.actor,
             "role": each.role, "value": each.value, "reason": each.reason, "data": dict(each.data)}
            for each in case.acts
        ]  # fmt: skip
        whole = {"number": case.number, "state": state, "lacks": lacks, "broken_at": broken, "acts": entries}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return 1 if broken else 0
    print(f"Case {case.number}  {standard.name}  {state}{'  PILOT: no credential' * case.pilot}")
    for each in case.acts:
        print(f"  {each.seq:>3}  {each.at:%Y-%m-%d %H:%M}  {_line(each)}")
    print(f"  lacks: {', '.join(lacks) or 'nothing'}")
    print(f"  the chain {'does NOT hold from entry ' + str(broken) if broken else 'of entries holds'}")
    return 1 if broken else 0


def _line(act: Act) -> str:
    about = " ".join(each for each in (act.unit or act.element or act.criterion, act.value) if each)
    to = f" -> {act.data['to']}" if act.data.get("to") else ""
    mends = f" corrects {act.corrects}" if act.corrects else ""
    return f"{act.kind} {about}{mends}{to}  by {act.actor} ({act.role}){f': {act.reason}' if act.reason else ''}"


def explain(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Every test again from its answers, and the verdict again from the judgements; 1 where anything differs."""
    with database.reading() as conn:
        case, standard = found_case(conn, given.case, settings)
        taken = exams.all_of(conn, case.id)
        wrong = case_checks.faults(conn, case)
    differs = bool(wrong)
    for exam in taken:
        before = f" before {exam.supervised_by}" if exam.supervised_by else ""
        print(f"Test of unit {exam.unit}, {exam.started_at:%Y-%m-%d}{before}")
        for line in sequential.explain(exam.policy, exam.answers, given.language):
            print(f"  {line}")
        again = examining.recomputed(exam)
        # An exhausted bank leaves an open test to an assessor, which no arithmetic shows.
        same = again == exam.decision or (exam.decision == "referred" and not again) or exam.decision == examining.VOID
        differs = differs or not same
        print(f"  recorded: {exam.decision or 'open'}; computed again: {again or 'open'}{'' if same else '  DIFFERS'}")
    found = judging.verdict(case, standard)
    print(f"Judgements: {len(case.judgements)} by {', '.join(judging.judges(case, standard)) or 'nobody'}")
    print(f"  come to: {found.result}; units {', '.join(found.units) or 'none'}")
    if found.critical:
        print(f"  critical and not met: {', '.join(found.critical)}")
    for each in case.decisions:
        print(f"Decision: {each.result} by {each.by} on {each.at:%Y-%m-%d}; units {', '.join(each.units) or 'none'}")
    for fault in wrong:
        print(f"WRONG: {fault}.")
    if not wrong:
        print("The chain of entries holds, and its tests and its credential follow from it.")
    return 1 if differs else 0


def check(settings: Settings, given: argparse.Namespace, database: Database) -> int:
    """Every case against its entries, its tests, its credential and its files; 1 where anything is not what it was."""
    folder, wrong, n, after = VAR / "evidence", 0, 0, ""
    while True:
        with database.reading() as conn:
            ids = case_checks.everything(conn, after)
            for id in ids:
                case = cases.find(conn, id)
                if case is None:
                    continue
                n += 1
                found = [*case_checks.faults(conn, case), *_lost(folder, case)]
                wrong += bool(found)
                for each in found:
                    print(f"Case {case.number}: {each}.")
        if not ids:
            break
        after = ids[-1]
    print(f"{n} cases looked at; {f'{wrong} are not what they were' if wrong else 'all of them hold'}.")
    return 1 if wrong else 0


def _lost(folder: Path, case: Case) -> list[str]:
    """Files of evidence that are gone or were replaced; those of people who were erased are meant to be gone."""
    held = case_checks.files(case) if case.candidate else frozenset()
    return [
        f"the file {each[:12]}… of its evidence is gone, or was replaced"
        for each in sorted(held)
        if not evidence_files.is_whole(folder, each)
    ]
