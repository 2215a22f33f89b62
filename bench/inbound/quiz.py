"""What every peer plays: a quiz of three questions, whose state and whose replies outlive a power cut."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

QUESTIONS = (
    ("¿De que planta saca la semilla? A) De la mas alta B) De una madre sana C) De cualquiera", "B"),
    ("¿Cuanta sombra necesita el almacigo? A) Ninguna B) La mitad C) Toda", "B"),
    ("¿Cuando riega? A) Al mediodia B) Por la manana C) De noche", "B"),
)
SIZE = len(QUESTIONS)

OUTBOX = "CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, number TEXT NOT NULL, body TEXT NOT NULL)"
SAY = "INSERT INTO outbox (number, body) VALUES (?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one answer leads to. After the last question the quiz begins again, so that load can go on."""

    question: int
    score: int
    reply: str


def answer(question: int, score: int, text: str) -> Step:
    """Mark one answer and say what comes next."""
    right = text.strip().upper() == QUESTIONS[question][1]
    score += right
    said = "Correcto." if right else f"Todavia no: era {QUESTIONS[question][1]}."
    if question + 1 < SIZE:
        return Step(question=question + 1, score=score, reply=f"{said} {QUESTIONS[question + 1][0]}")
    return Step(question=0, score=0, reply=f"{said} Termino: {score} de {SIZE}. {QUESTIONS[0][0]}")


def connect(folder: str | Path) -> sqlite3.Connection:
    """A connection as durable as ours: WAL, and synchronous=FULL, so that a commit is on the disk when it returns."""
    held = sqlite3.connect(Path(folder) / "quiz.sqlite", isolation_level=None, check_same_thread=False, timeout=20)
    held.execute("PRAGMA journal_mode=WAL")
    held.execute("PRAGMA synchronous=FULL")
    held.execute(OUTBOX)
    return held


def replies_kept(folder: str | Path) -> int:
    """How many replies are in a peer's outbox."""
    held = connect(folder)
    try:
        return int(held.execute("SELECT count(*) FROM outbox").fetchone()[0])
    finally:
        held.close()
