"""Questions of learners in the console: who sees which, sharing them out, answering once, and words said often."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, update

from bot.people import OPERATOR
from store import help_requests, snippets
from store.account_tables import audit_entries
from store.snippets import Snippet
from store.tables import help_requests as asked
from store.tables import outbox, threads
from tests.console.consoles import Console
from tests.houses import JUAN, ROSA, settle
from tests.store.planned import people

HERE = "/console/conversation"


@pytest.fixture
def questions(console: Console) -> Console:
    """Rosa of norte and Juan of sur have each written to a person; so has a number from which nobody joined."""
    people(console.database, 1, start=1, name="Rosa Quispe", cooperative="norte")
    people(console.database, 1, start=2, name="Juan Mamani", cooperative="sur")
    written = (
        (1, "l0000001", ROSA, "¿Cuándo es la reunión?"),
        (2, "l0000002", JUAN, "Ayuda con la poda"),
        (3, None, "tel:+51900000077", "¿Quién es?"),
    )
    with console.database.writing() as conn:
        conn.execute(update(threads).values(sender=console.phone.name))
        for id, who, address, text in written:
            row = {"id": id, "learner": who, "address": str(address), "kind": "person", "text": text}
            conn.execute(insert(asked), {**row, "asked_at": console.clock()})
    return console


def acts(console: Console) -> list[str]:
    with console.database.reading() as conn:
        return list(conn.execute(select(audit_entries.c.act).order_by(audit_entries.c.id)).scalars())


async def test_each_sees_the_questions_of_her_cooperatives_and_nobody_elses(questions: Console) -> None:
    everywhere = await questions.signed_in("coordinator")
    norte = await questions.signed_in("facilitator", ["norte"])

    assert "poda" in await everywhere.get(HERE)
    assert "¿Quién es?" in await everywhere.get(HERE)
    page = await norte.get(f"{HERE}?tray=all")
    assert "reunión" in page
    assert "Mamani" not in page
    assert "¿Quién es?" not in page
    for path in (f"{HERE}/2", f"{HERE}/3", f"{HERE}/99", f"{HERE}/99999999999999999999"):
        await norte.get(path, 404)
    await norte.post(f"{HERE}/2", {"text": "Hola", "act": "send"}, 404)
    with questions.database.reading() as conn:
        assert conn.execute(select(outbox.c.id)).first() is None


async def test_an_answer_leaves_once_by_the_way_of_everything_else_and_whoever_is_second_is_told(
    questions: Console,
) -> None:
    first = await questions.signed_in("coordinator")
    second = await questions.signed_in("facilitator", ["norte"])

    told = await first.post(f"{HERE}/1", {"text": "Hola {name}, es el sábado.", "act": "send"})
    late = await second.post(f"{HERE}/1", {"text": "Será el domingo.", "act": "send"}, 409)
    again = await first.post(f"{HERE}/1", {"text": "Hola {name}, es el sábado.", "act": "send"})

    assert "Rosa Quispe está en camino" in told
    assert "respondió primero" in late
    assert "Será el domingo." in late
    assert "No se envió dos veces" in again
    await settle(questions.house)
    (text,) = questions.phone.texts(ROSA)
    assert "Hola Rosa, es el sábado." in text
    assert "Elena Ruiz" in text
    assert acts(questions) == ["conversation.answered"]


async def test_an_empty_answer_and_one_that_is_too_long_come_back_with_what_to_do(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")

    assert "Escriba la respuesta" in await visitor.post(f"{HERE}/1", {"text": "  ", "act": "send"}, 422)
    assert "demasiado largo" in await visitor.post(f"{HERE}/1", {"text": "a" * 1500, "act": "send"}, 422)


async def test_it_shows_before_sending_what_makes_an_sms_dear(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")

    page = await visitor.post(f"{HERE}/1/look", {"text": "Nos vemos 🌱"})
    part = await visitor.raw(
        "POST",
        f"{HERE}/1/look",
        data={"text": "Nos vemos 🌱", "token": await visitor.token()},
        headers={"HX-Request": "true"},
    )

    assert "<mark>🌱</mark>" in page
    assert "<html" in page
    fragment = await part.text()
    assert "<mark>🌱</mark>" in fragment
    assert "<html" not in fragment


async def test_a_question_is_given_to_somebody_who_may_answer_it_and_to_nobody_else(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")
    norte = questions.account("facilitator", ["norte"])
    sur = questions.account("facilitator", ["sur"])

    await visitor.post(f"{HERE}/1/assign", {"to": norte.id})
    assert "No se pudo asignar" in await visitor.post(f"{HERE}/1/assign", {"to": sur.id})
    assert visitor.account is not None
    await visitor.post(f"{HERE}/2/assign", {"to": visitor.account.id})

    mine = await visitor.get(f"{HERE}?tray=mine")
    assert "Mamani" in mine
    assert "Quispe" not in mine
    with questions.database.reading() as conn:
        found = help_requests.one(conn, OPERATOR, 1)
    assert found is not None
    assert found.assigned == norte.id


async def test_closed_with_a_note_nothing_leaves(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")

    await visitor.post(f"{HERE}/1", {"text": "La llamé.", "act": "close"})

    page = await visitor.get(f"{HERE}/1")
    assert "La llamé." in page
    assert "Cerrada sin mensaje" in page
    with questions.database.reading() as conn:
        assert conn.execute(select(outbox.c.id)).first() is None


async def test_kept_answers_are_put_in_by_a_button_and_bounded_like_people(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")
    norte = await questions.signed_in("facilitator", ["norte"])
    sur = await questions.signed_in("facilitator", ["sur"])
    for _ in range(2):  # a double click
        await norte.post(f"{HERE}/snippets/new", {"name": "Reunión", "text": "{name}, es el sábado.", "once": "x1"})

    with questions.database.reading() as conn:
        (made,) = snippets.listed(conn, OPERATOR)
    assert made == Snippet(id=made.id, name="Reunión", text="{name}, es el sábado.", cooperative="norte")
    put = await visitor.post(f"{HERE}/1", {"text": "Buenos días.", "snippet": str(made.id)})
    assert "Buenos días.\n{name}, es el sábado." in put
    assert "Rosa, es el sabado." in put  # as the phone shows it
    assert "sábado" not in await sur.get(f"{HERE}/snippets")
    await sur.get(f"{HERE}/snippets/{made.id}", 404)
    assert "Se quita" in await norte.post(f"{HERE}/snippets/{made.id}", {"act": "remove"})
    await norte.post(f"{HERE}/snippets/{made.id}", {"act": "remove", "sure": "yes"})
    with questions.database.reading() as conn:
        assert snippets.listed(conn, OPERATOR) == []


@pytest.mark.parametrize("query", ["after=-1", "after=abc", f"after={10**20}", "tray=%25", "tray=mine&after=2"])
async def test_odd_questions_to_the_tray_are_answered(questions: Console, query: str) -> None:
    visitor = await questions.signed_in("coordinator")

    await visitor.get(f"{HERE}?{query}")


async def test_others_have_no_tray(questions: Console) -> None:
    for role in ("officer", "auditor", "assessor"):
        visitor = await questions.signed_in(role, ["norte"])
        await visitor.get(HERE, 403)
