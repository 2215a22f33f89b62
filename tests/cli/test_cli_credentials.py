"""`chasqui credentials` and `chasqui verify` as an issuer and an employer use them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import SystemRandom

import pytest
from sqlalchemy import insert

from bot.certifying import codes
from cli.credential_words import WORDS
from store import credentials
from store.tables import enrolments
from tests.certificates import NOW, award, decided
from tests.cli.terminals import Terminal


@pytest.fixture
def chasqui(terminal: Terminal) -> Terminal:
    terminal.monkeypatch.setenv("CHASQUI_PUBLIC_URL", "https://chasqui.example")
    return terminal


@pytest.fixture
def code(chasqui: Terminal) -> str:
    with chasqui.database.writing() as conn:
        decided(conn, 1, 2)
        awards = [award(1), award(2, given_name="=cmd", cooperative="caranavi")]
        made = credentials.issue_all(conn, awards, by="ana", now=NOW, chance=SystemRandom())
    return codes.shown(made[0].code)


def test_a_code_is_verified_at_the_terminal(chasqui: Terminal, code: str) -> None:
    assert "VÁLIDO" in chasqui("verify", code.lower())
    assert json.loads(chasqui("verify", code, "--json"))["valid"] is True
    assert "No credential" in chasqui("verify", "7K4M-9QXT-H2", refused=True)
    assert "never has 0" in chasqui("verify", "7K4O-9QXT-H2", refused=True)
    assert "Name one thing" in chasqui("verify", refused=2)


def test_taking_back_needs_two_people_and_shows_at_once(chasqui: Terminal, code: str) -> None:
    alone = ("credentials", "revoke", code, "--by", "Ana", "--second", "ana", "--reason", "Fraude")
    assert "somebody else" in chasqui(*alone, refused=True)
    assert "suspended" in chasqui("credentials", "suspend", code, "--by", "A", "--second", "B", "--reason", "Denuncia")
    assert "SUSPENDIDO" in chasqui("verify", code, refused=True)
    chasqui("credentials", "reinstate", code, "--by", "A", "--second", "B", "--reason", "Aclarado")
    chasqui("credentials", "revoke", code, "--by", "A", "--second", "B", "--reason", "Fraude")
    assert "ANULADO" in chasqui("verify", code, refused=True)
    shown = chasqui("credentials", "show", code)
    assert all(act in shown for act in ("issued", "suspended", "reinstated", "revoked", "Denuncia"))
    assert "revoked" in chasqui("credentials", "list", "--cooperative", "norandino")


def test_files_are_made_and_verified_without_a_database(
    chasqui: Terminal, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chasqui("credentials", "export", code, "--jwt", "r.jwt", "--pdf", "r.pdf", "--card", "card.pdf")
    assert Path("r.pdf").read_bytes().startswith(b"%PDF")
    assert "exists already" in chasqui("credentials", "export", code, "--jwt", "r.jwt", refused=True)
    Path("keys.json").write_text(chasqui("credentials", "keys"))
    chasqui("credentials", "rotate")
    monkeypatch.setenv("CHASQUI_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    assert "GENUINE: Certification" in chasqui("verify", "--file", "r.jwt", "--keys", "keys.json")
    Path("bad.jwt").write_text(Path("r.jwt").read_text().replace(".eyJ", ".eyK"))
    assert "NOT GENUINE" in chasqui("verify", "--file", "bad.jwt", "--keys", "keys.json", refused=True)
    assert "NOT GENUINE" in chasqui("verify", "--offline", "CQ1*X", "--keys", "keys.json", refused=True)


def test_an_offline_qr_is_verified_by_the_keys_alone(chasqui: Terminal, code: str, tmp_path: Path) -> None:
    from authoring.credentials import keys, offline

    ring = keys.ring(tmp_path / "var" / "keys", NOW)
    with chasqui.database.reading() as conn:
        found = credentials.by_code(conn, codes.read(code).code)
    assert found
    payload = offline.payload(found, ring.offline, NOW.date())
    Path("keys.json").write_text(json.dumps(ring.published()))
    said = chasqui("verify", "--offline", payload, "--keys", "keys.json")
    assert "VALID as printed on 2026-11-20; revocation was not checked" in said
    forged = payload.replace("RQ", "JM")
    assert "forged or changed" in chasqui("verify", "--offline", forged, "--keys", "keys.json", refused=True)


def test_a_register_is_signed_holds_no_formula_and_a_changed_one_is_noticed(chasqui: Terminal, code: str) -> None:
    assert "2 credentials" in chasqui("credentials", "register", "all.csv")
    assert "GENUINE" in chasqui("verify", "--file", "all.csv")
    rows = list(csv.DictReader(Path("all.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["name"] for row in rows} == {"Rosa Quispe"}
    assert "1 credentials" in chasqui("credentials", "register", "one.xlsx", "--cooperative", "norandino")
    assert "GENUINE" in chasqui("verify", "--file", "one.xlsx")
    changed = Path("all.csv").read_bytes().replace(b"valid", b"VALID")
    Path("all.csv").write_bytes(changed)
    assert "changed afterwards" in chasqui("verify", "--file", "all.csv", refused=True)


def test_a_dossier_holds_list_credentials_history_and_keys(chasqui: Terminal, code: str) -> None:
    chasqui("credentials", "dossier", "authority", "--standard", "CHQ-NURSERY")
    folder = Path("authority")
    assert len(list((folder / "credentials").glob("*.jwt"))) == 2
    names = {each.name for each in folder.iterdir()}
    assert names == {"register.csv", "register.csv.sig", "status-1.jwt", "acts.json", "keys.json", "credentials"}
    one = str(next((folder / "credentials").glob("*.jwt")))
    assert "GENUINE" in chasqui("verify", "--file", one, "--keys", str(folder / "keys.json"))
    assert "exists already" in chasqui("credentials", "dossier", "authority", refused=True)


def test_completion_is_issued_only_to_who_has_finished(chasqui: Terminal) -> None:
    assert "0 issued" in chasqui("credentials", "issue", "--course", "VIVERO", "--by", "Ana")


def test_her_own_record_comes_as_json_with_signed_credentials_and_as_pdf(chasqui: Terminal, code: str) -> None:
    assert "--pdf" in chasqui("credentials", "record", "l1", refused=2)
    assert "no learner nobody" in chasqui("credentials", "record", "nobody", "--pdf", "x.pdf", refused=True)

    with chasqui.database.writing() as conn:
        conn.execute(
            insert(enrolments), [{"id": "e1", "learner": "l1", "course": "coffee-nursery", "enrolled_at": NOW}]
        )
    chasqui("credentials", "record", "l1", "--json", "rosa.json", "--pdf", "rosa.pdf")

    held = json.loads(Path("rosa.json").read_text(encoding="utf-8"))
    assert [each["code"] for each in held["credentials"]] == [code]
    Path("one.jwt").write_text(held["credentials"][0]["signed"], encoding="utf-8")
    assert "GENUINE" in chasqui("verify", "--file", "one.jwt")
    assert Path("rosa.pdf").read_bytes().startswith(b"%PDF")
    assert Path("rosa.pdf").stat().st_mode & 0o777 == 0o600


def test_the_issuer_is_spoken_to_in_her_language(chasqui: Terminal, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_PE.UTF-8")

    assert "2 certificados." in chasqui("credentials", "list")
    assert "válido" in chasqui("credentials", "list")
    assert "No se cambió nada" in chasqui(
        "credentials", "revoke", code, "--by", "Ana", "--second", "ana", "--reason", "Fraude", refused=True
    )


def test_both_languages_have_the_same_sentences() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()
