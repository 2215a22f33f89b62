"""`python -m bench.issuing FOLDER N`: issue N credentials with their PDF, and do the PDF and the signatures alone."""

from __future__ import annotations

import json
import secrets
import sys
import time
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import insert

from authoring.credentials import keys, offline, papers, signing
from authoring.credentials.keys import Ring
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import COMPLETION, Award, Credential, Unit
from bot.people import OPERATOR
from store import credentials
from store.database import Database
from store.tables import learners

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
_PAGE = 500
_PLACE = Place(base="https://chasqui.example")


def award(number: int) -> Award:
    """One of many."""
    return Award(
        kind=COMPLETION, learner=f"l{number:07d}", given_name="Rosa", initial="Q", standard="coffee-nursery",
        version="1.0", title={"es": "Vivero de café", "en": "Coffee nursery"}, purpose="Plantones sanos.",
        units=tuple(Unit(code=str(each), title=f"Unidad {each} del vivero") for each in range(1, 5)), isco="6113",
        cooperative="norandino", issuer="Cooperativa Norandino", awarded_on=NOW.date(), valid_from=NOW,
        valid_until=NOW + timedelta(days=1095), decision=f"e{number:07d}",
    )  # fmt: skip


def fill(database: Database, size: int) -> list[str]:
    """Issue so many, and give back their codes as they are shown."""
    found: list[str] = []
    for start in range(0, size, 5_000):
        numbers = range(start, min(start + 5_000, size))
        found += [codes.shown(each.code) for each in _issued(database, numbers)]
    return found


def _issued(database: Database, numbers: range) -> list[Credential]:
    with database.writing() as conn:
        conn.execute(insert(learners), [{"id": f"l{each:07d}", "created_at": NOW} for each in numbers])
        awards = [award(each) for each in numbers]
        return credentials.issue_all(conn, awards, by="bench", now=NOW, chance=secrets.SystemRandom())


def ours(database: Database, size: int, ring: Ring) -> float:
    """Everything: numbers, rows, signature, small QR and the page; seconds."""
    began = time.perf_counter()
    for start in range(0, size, _PAGE):
        for each in _issued(database, range(start, min(start + _PAGE, size))):
            signing.signed(each, _PLACE, ring.badge)
            sheet = papers.Sheet(credential=each, place=_PLACE, key=ring.offline, printed_on=NOW.date())
            papers.page(sheet)
        _bar(min(start + _PAGE, size), size)
    return time.perf_counter() - began


def alone(database: Database, size: int, ring: Ring) -> float:
    """The least that the libraries need for such a page: the same words at fixed places, two QR, two signatures."""
    papers.fonts()
    credential = _any(database)
    claims = signing.opened(signing.signed(credential, _PLACE, ring.badge), ring.published())
    began = time.perf_counter()
    for number in range(size):
        signing.stated(claims, ring.badge)
        small = offline.payload(credential, ring.offline, NOW.date())
        out = BytesIO()
        pen = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
        for line, (font, size_, text) in enumerate(_LINES):
            pen.setFont(font, size_)
            pen.drawString(60, 780 - 30 * line, text)
        for place, text in enumerate((f"{_PLACE.page(credential.code)}{number}", small)):
            path = pen.beginPath()
            for row, modules in enumerate(segno.make(text, error="m", micro=False, mask=3).matrix):
                for column, dark in enumerate(modules):
                    if dark and not (column and modules[column - 1]):
                        run = next((end for end in range(column, len(modules)) if not modules[end]), len(modules))
                        path.rect(60 + 250 * place + 2 * column, 200 - 2 * row, 2 * (run - column), 2)
            pen.drawPath(path, stroke=0, fill=1)
        pen.showPage()
        pen.save()
    return time.perf_counter() - began


_LINES = (
    (papers.PLAIN, 13, "Cooperativa Norandino"),
    (papers.BOLD, 25, "CONSTANCIA DE CURSO"),
    (papers.PLAIN, 12, "Se otorga a"),
    (papers.BOLD, 24, "Rosa Q."),
    (papers.PLAIN, 12, "por haber terminado el curso"),
    (papers.BOLD, 19, "Vivero de café"),
    (papers.PLAIN, 11.5, "Unidades: 1 Unidad 1 del vivero · 2 Unidad 2 del vivero · 3 Unidad 3 del vivero"),
    (papers.PLAIN, 11.5, "Vale hasta: 2029-11-19"),
    (papers.PLAIN, 11.5, "Emite: Cooperativa Norandino"),
    (papers.PLAIN, 11.5, "Norma: coffee-nursery 1.0 · ISCO-08 6113"),
    (papers.PLAIN, 11.5, "Otorgado: 2026-11-20 · Serie: 2026-0123456789"),
    (papers.BOLD, 11, "Qué es: terminó las lecciones y los cuestionarios del curso. NO prueba competencia."),
    (papers.BOLD, 11, "Qué no es: no es un título ni un certificado del Estado, ni una licencia."),
    (papers.BOLD, 22, "7K4M-9QXT-HG"),
    (
        papers.PLAIN,
        10,
        "Para verificar: envíe VERIFICA 7K4M-9QXT-HG por SMS o Telegram, o abra https://chasqui.example",
    ),
    (papers.PLAIN, 8, "Estado de hoy"),
    (papers.PLAIN, 8, "Sin conexión: según lo impreso el 2026-11-20"),
)


def _any(database: Database) -> Credential:
    with database.reading() as conn:
        return credentials.listed(conn, OPERATOR, limit=1)[0]


def _bar(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r[{'#' * (30 * done // of):.<30}] {done:,}/{of:,}", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Returns 0; prints the seconds of both as JSON."""
    folder, size = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "issuing.db"
    for each in folder.glob("*.db*"):
        each.unlink()
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    ring = keys.ring(folder / "keys", NOW)
    took = ours(database, size, ring)
    least = alone(database, size, ring)
    database.close()
    print(json.dumps({"credentials": size, "ours": took, "alone": least}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
