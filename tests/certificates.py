"""Awards and credentials to test with, and a house of cards: the decision that a competence rests on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from bot.certifying.credentials import (
    ARTIFACT,
    COMPETENCE,
    COMPLETION,
    EXAM,
    PERFORMANCE,
    Authorisation,
    Award,
    Credential,
    Evidence,
    Result,
    Unit,
    numbered,
)
from store.case_tables import cases, decisions
from store.tables import learners

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


def award(number: int = 1, **more: Any) -> Award:
    given: dict[str, Any] = {
        "kind": COMPETENCE,
        "learner": f"l{number}",
        "given_name": "Rosa",
        "initial": "Q",
        "standard": "CHQ-NURSERY",
        "version": "1.0",
        "title": {"es": "Viverista de café", "en": "Coffee nursery worker"},
        "purpose": "Producir plantones sanos de café.",
        "criteria": "1.1.1 Elige plantas madre sanas.",
        "units": (Unit(code="1", title="Semilla y germinador"),),
        "isco": "6112",
        "cooperative": "norandino",
        "issuer": "Cooperativa Norandino",
        "awarded_on": NOW.date(),
        "valid_from": NOW,
        "valid_until": NOW + 3 * YEAR,
        "evidence": (Evidence(name="Germinador", genre="product", sha256="ab" * 32, at=NOW),),
        "results": (
            Result(name="Conocimiento", assessment=EXAM, unit="1"),
            Result(name="Desempeño", assessment=PERFORMANCE, unit="1"),
            Result(name="Plantón", assessment=ARTIFACT, unit="1"),
        ),
        "decision": f"case{number}/9",
    }
    return Award(**{**given, **more})


def finished(number: int = 1, **more: Any) -> Award:
    given = {"kind": COMPLETION, "decision": f"e{number}", "standard": "coffee-nursery", "valid_until": None}
    return award(number, **{**given, "evidence": (), "results": (), **more})


def authorised(number: int = 1, **more: Any) -> Award:
    act = Authorisation(body="MTPE", act="R.D. 12-2026", valid_from=NOW.date() - YEAR)
    return award(number, authorisation=act, **more)


def credential(seed: int = 1, **more: Any) -> Credential:
    return numbered(award(**more), Random(seed))


def decided(conn: Connection, *numbers: int, result: str = "competent") -> None:
    """Learners l1, l2 …, and the decision of each one's case."""
    at = {"created_at": NOW, "updated_at": NOW}
    conn.execute(insert(learners), [{"id": f"l{each}", "name": "Rosa Quispe", "created_at": NOW} for each in numbers])
    conn.execute(
        insert(cases), [{"id": f"case{each}", "number": each, "learner": f"l{each}", **at} for each in numbers]
    )
    conn.execute(
        insert(decisions), [{"case": f"case{each}", "seq": 9, "result": result, "at": NOW} for each in numbers]
    )
