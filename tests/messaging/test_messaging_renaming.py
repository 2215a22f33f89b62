"""Who has a certificate does not change the name on it alone: a person reads what it says and what it should say."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.people import OPERATOR
from store import credentials, help_requests
from store.database import Database
from store.tables import learners
from tests.messaging.test_messaging_completion import finishing
from tests.workers import Worker


@pytest.mark.parametrize(
    "ways", [("mi nombre es Rosa Quispe", "si"), ("MI NOMBRE", "Rosa Quispe")], ids=["sentence", "word"]
)
async def test_a_name_on_a_certificate_is_corrected_by_a_person(database: Database, ways: tuple[str, ...]) -> None:
    worker = Worker(database)
    who = await finishing(worker)
    await worker.writes("Rosa", "SIGUE")
    with database.reading() as conn:
        assert credentials.of(conn, [who])[who]

    said = await worker.writes(*ways)
    assert "ya consta en su certificacion" in said[0]
    with database.reading() as conn:
        assert conn.execute(select(learners.c.name)).scalar_one() == "Rosa"
        (request,) = help_requests.waiting(conn, OPERATOR)
    assert request.kind == "person"
    assert request.text == "Pide corregir su nombre. Ahora: Rosa. Correcto: Rosa Quispe."


async def test_before_that_it_is_hers_to_correct(database: Database) -> None:
    worker = Worker(database)
    await worker.writes("VIVERO", "si", "Rosa", "mi nombre es Rosa Quispe", "si")

    with database.reading() as conn:
        assert conn.execute(select(learners.c.name)).scalar_one() == "Rosa Quispe"
        assert not help_requests.waiting(conn, OPERATOR)
