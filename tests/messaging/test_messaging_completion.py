"""A finished course leads to its proof by itself, once; on Telegram it comes as a document, by SMS as a code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from authoring.credentials import keys
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import COMPLETION
from bot.delivering.sms import fold_text, segments
from bot.messages import Address, Content, Media, Outbound
from messaging.papering import drawing
from messaging.telegram import TelegramChannel
from store import credentials
from store.credential_tables import credentials as rows
from store.database import Database
from store.tables import attempts, enrolments, lessons_done, quiz_results
from tests.changing import replace
from tests.fakes.telegram_api import TOKEN, TelegramApi
from tests.houses import settle
from tests.workers import Worker


async def finishing(worker: Worker) -> str:
    """Rosa has done all of the course but to hear that it is over; her learner id."""
    await worker.writes("VIVERO", "si")
    worker.clock.wait(minutes=5)
    course = worker.taught.courses["coffee-nursery"]
    with worker.database.writing() as conn:
        row = conn.execute(select(enrolments.c.id, enrolments.c.learner)).one()
        for lesson in course.ordered_lessons():
            conn.execute(insert(lessons_done), {"enrolment": row.id, "lesson": lesson, "at": worker.clock()})
        for number, unit in enumerate(course.units):
            id = f"attempt{number}"
            made = {"id": id, "learner": row.learner, "enrolment": row.id, "course": course.id, "unit": unit.id}
            at = worker.clock()
            conn.execute(insert(attempts), {**made, "items": "[]", "right": "[]", "started_at": at, "finished_at": at})
            done = {"attempt": id, "enrolment": row.id, "unit": unit.id, "right": 9, "of": 9, "passed": True}
            conn.execute(insert(quiz_results), {**done, "weak": "[]", "at": at})
    return str(row.learner)


async def test_it_is_issued_once_and_told_with_what_it_does_not_prove(database: Database) -> None:
    worker = Worker(database)
    await finishing(worker)
    await worker.writes("SIGUE")
    for _ in range(3):
        await worker.writes("gracias", "VIVERO")
    worker.clock.wait(hours=5)
    await settle(worker.house)
    with database.reading() as conn:
        (held,) = conn.execute(select(rows.c.code, rows.c.kind)).all()
    assert held.kind == COMPLETION
    told = [each for each in worker.phone.said if codes.shown(held.code) in each.content.text]
    assert len(told) == 1
    assert "NO su competencia" in told[0].content.text
    assert told[0].content.media == (
        Media(kind="document", made=f"credential/{codes.shown(held.code)}", name=f"{codes.shown(held.code)}.pdf"),
    )


@pytest.mark.parametrize("word", ["SIGUE", "ESTADO"])
async def test_whoever_goes_on_or_asks_how_she_stands_has_it_too(database: Database, word: str) -> None:
    worker = Worker(database)
    await finishing(worker)
    await worker.writes(word, "COMPARTIR")
    with database.reading() as conn:
        code = codes.shown(conn.execute(select(rows.c.code)).scalar_one())
    shared = worker.phone.said[-1].content.text
    assert code in shared
    assert "toda su constancia del curso" in shared


@pytest.mark.parametrize("word", ["MI CERTIFICADO", "ESTADO", "quiero ver mi certificado"])
async def test_its_code_is_said_again_to_whoever_asks_how_she_stands(database: Database, word: str) -> None:
    worker = Worker(database)
    await finishing(worker)
    await worker.writes("SIGUE")
    with database.reading() as conn:
        code = codes.shown(conn.execute(select(rows.c.code)).scalar_one())
    await worker.writes(word)
    said = worker.phone.said[-1].content.text
    assert code in said
    assert "curso terminado" in said
    assert segments(fold_text(said, "gsm")) == 1


async def test_on_telegram_the_paper_itself_arrives(database: Database, tmp_path: Path) -> None:
    worker = Worker(database)
    await finishing(worker)
    await worker.writes("SIGUE")
    with database.reading() as conn:
        code = codes.shown(conn.execute(select(rows.c.code)).scalar_one())
    ring = keys.ring(tmp_path / "keys", worker.clock())
    draw = drawing(database, lambda: ring, Place(base="https://chasqui.example"), worker.clock, "PE")
    said = Content(text="Su constancia", media=(Media(kind="document", made=f"credential/{code}", name=f"{code}.pdf"),))
    async with TelegramApi() as api:
        channel = TelegramChannel(name="telegram:1", token=TOKEN, api_url=api.url, timeout=5.0)
        channel.draw_with(draw)
        await channel.send(_to(said, worker.clock))
        with database.writing() as conn:
            credentials.move(
                conn, codes.read(code).code, "revoked", by="a", second="b", reason="Error", now=worker.clock()
            )
        await channel.send(replace(_to(said, worker.clock), id=2))
        await channel.close()
    (sent,) = api.called("sendDocument")
    (content,) = sent.files.values()
    assert content.startswith(b"%PDF-")
    assert len(api.called("sendMessage")) == 2, "what was taken back is not handed out; the text goes alone"
    assert api.violations == []


def _to(content: Content, clock: Callable[[], datetime]) -> Outbound:
    address = Address(scheme="telegram", identity="700001")
    return Outbound(id=1, sender="telegram:1", address=address, content=content, created_at=clock(), not_before=clock())
