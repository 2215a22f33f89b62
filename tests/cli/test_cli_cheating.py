"""Attempts to cheat the certification: rows edited by hand, files replaced, judges with ties, one person as two."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cooperating.accounts import Account
from bot.cooperating.organisations import Cooperative, Officer
from bot.people import OPERATOR
from store import accounts, assessors, erasure, organisations, people
from tests.cli.test_cli_certifying import TWO, Office
from tests.cli.test_cli_certifying import office as office  # a fixture
from tests.houses import ROSA

_REVOKED = {
    "an entry that was changed": "UPDATE case_acts SET value = 'no' WHERE kind = 'judge' AND criterion = '1.1.1'",
    "an actor who was changed": "UPDATE case_acts SET actor = 'berta' WHERE kind = 'moderate'",
    "the last entry taken out": "DELETE FROM case_acts WHERE kind = 'revoke'",
    "the state set back": "UPDATE cases SET state = 'certified'",
    "the revocation taken out": "DELETE FROM credential_acts WHERE kind = 'revoked'",
    "an end put off": "UPDATE credentials SET valid_until = valid_until + 86400000000",
    "the credential taken out": "DELETE FROM credential_acts; DELETE FROM credentials",
}


def _by_hand(statements: str) -> None:
    with closing(sqlite3.connect("c.db")) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.executescript(statements)
        conn.commit()


@pytest.mark.parametrize("edit", _REVOKED.values(), ids=_REVOKED.keys())
async def test_what_was_edited_by_hand_is_told_by_one_command(office: Office, edit: str) -> None:
    code = office.issued()
    office("credentials", "revoke", code, *TWO)
    assert "1 cases looked at; all of them hold" in office("certify", "check")
    _by_hand(edit)
    told = office("certify", "check", refused=True)
    assert f"Case {office.number}: " in told
    assert "1 are not what they were" in told
    office("certify", "explain", office.number, refused=True)


async def test_a_file_of_evidence_that_was_replaced_is_told(office: Office) -> None:
    office.decided_until_evidence()
    photo = Path("photo.pdf")
    photo.write_bytes(b"%PDF-1.4 a bag of two hundred plants")
    office.enters("evidence", "assessor", "ana", "--unit", "1", "--set", "evidence=performance",
                  "--set", "method=field_observation", "--file", str(photo))  # fmt: skip
    assert "all of them hold" in office("certify", "check")
    (kept,) = Path("var/evidence").iterdir()
    kept.chmod(0o600)
    kept.write_bytes(b"%PDF-1.4 somebody else's plants")
    assert "was replaced" in office("certify", "check", refused=True)


async def test_who_writes_from_the_candidates_own_phone_does_not_assess_her(office: Office) -> None:
    office("assessor", "add", "ana", "Ana Mamani", "--credential", "EV-1", "--until", "2099-01-01",
           "--standard", "VIVERO")  # fmt: skip
    office.applied()
    with office.database.writing() as conn:
        found = assessors.known(conn)["ana"]
        assessors.add(conn, replace(found, id="rosa", addresses=(str(ROSA),), learner=""), office.database.now())
    said = office.enters("assign", "coordinator", "coord", "--value", "rosa", refused=True)
    assert "tied to the candidate" in said


async def test_an_officer_of_her_cooperative_does_not_assess_her(office: Office) -> None:
    office.applied()
    now = office.database.now()
    with office.database.writing() as conn:
        organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name="Norte", country="PE"), now)
        elsa = Officer(id="elsa", cooperative="norte", name="Elsa", addresses=("tel:+51900000077",), pin="x")
        organisations.add_officer(conn, OPERATOR, elsa, now)
        (rosa,) = [each.learner for each in people.at(conn, OPERATOR, str(ROSA))]
        conn.exec_driver_sql("UPDATE learners SET cooperative = 'norte' WHERE id = ?", (rosa.id,))
    office("assessor", "add", "elsa", "Elsa Rojas", "--credential", "EV-2", "--until", "2099-01-01",
           "--standard", "VIVERO", "--phone", "+51900000077")  # fmt: skip
    said = office.enters("assign", "coordinator", "coord", "--value", "elsa", refused=True)
    assert "officer of her cooperative" in said


async def test_two_accounts_of_one_person_are_no_two_people(office: Office) -> None:
    code = office.issued()
    with office.database.writing() as conn:
        for login in ("irma", "irma.q"):
            made = Account(
                id=login,
                login=login,
                name="Irma  QUISPE" if "q" in login else "Irma Quispe",
                role="administrator",
                created_at=office.database.now(),
            )
            accounts.keep(conn, made)
    same = ("--by", "irma", "--second", "irma.q", "--reason", "Denuncia")
    office("credentials", "suspend", code, *same, refused=True)
    office.enters("suspend", "issuer", "irma", "--why", "Denuncia", "--set", "second=irma.q", refused=True)
    office.enters("suspend", "issuer", "irma", "--why", "Denuncia", "--set", "second=IRMA ", refused=True)
    office("credentials", "suspend", code, *TWO)


async def test_who_has_judged_does_not_decide_by_another_account(office: Office) -> None:
    office.decided_until_evidence()
    office("certify", "judge", office.number, "--rest", "yes", "--by", "ana")
    office("certify", "conclude", office.number, "--by", "ana")
    with office.database.writing() as conn:
        accounts.keep(
            conn,
            Account(id="a2", login="anita", name="Ana Mamani", role="administrator", created_at=office.database.now()),
        )
    said = office.enters("moderate", "moderator", "anita", "--value", "agreed", refused=True)
    assert "under another name" in said


async def test_the_ground_of_a_suspension_goes_with_her_and_the_entry_stays(office: Office) -> None:
    code = office.issued()
    ground = "Rosa Quispe falsificó su cuaderno"
    office("credentials", "suspend", code, "--by", "irma", "--second", "pedro", "--reason", ground)
    with office.database.writing() as conn:
        (rosa,) = [each.learner for each in people.at(conn, OPERATOR, str(ROSA))]
        erasure.erase(conn, [rosa.id], office.database.now(), b"a key for tests")
    with closing(sqlite3.connect("c.db")) as conn:
        whole = "\n".join(conn.iterdump())
    assert "falsific" not in whole
    assert "suspend" in office("certify", "show", office.number)
    assert "all of them hold" in office("certify", "check")
    assert "suspended" in office("credentials", "show", code)
