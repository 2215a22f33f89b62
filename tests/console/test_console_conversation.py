"""Questions of learners in the console: who sees which, sharing them out, answering once, and words said often."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select, update

from bot.people import OPERATOR
from store import help_requests, snippets
from store.account_tables import audit_entries
from store.snippets import Snippet
from store.tables import help_requests as asked
from store.tables import learners, outbox, threads
from tests.console.consoles import Console
from tests.houses import JUAN, ROSA, say, settle
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


async def test_what_is_urgent_stands_first_and_is_marked_in_the_tray_and_on_the_first_page(questions: Console) -> None:
    with questions.database.writing() as conn:
        conn.execute(update(asked).where(asked.c.id == 2).values(kind="urgent"))
    who = await questions.signed_in("coordinator")

    page = await who.get(HERE)
    assert page.index("poda") < page.index("reunión")
    assert "Puede estar en peligro" in page
    assert "Urgente: 1" in await who.get("/console/")


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


async def test_what_was_asked_is_always_in_sight_and_an_sms_is_shown_whole(console: Console) -> None:
    await say(console.house, "VIVERO", "SI", "Rosa", "quiero hablar con una persona")
    await say(console.house, "mis plantitas se ponen amarillas", *["REPITE"] * 15, first=11)
    visitor = await console.signed_in("coordinator")
    with console.database.reading() as conn:
        [request] = help_requests.page(conn, OPERATOR, help_requests.ALL, person="", after=None, limit=5)
    page = await visitor.get(f"{HERE}/{request.id}")
    assert re.search(r"<blockquote[^>]*><p>" + re.escape(request.text), page)
    assert re.search(r"\bB\) ", page), "the options stand on a basic phone as text"
    assert "<blockquote" not in await visitor.get(f"{HERE}/{request.id}?all=yes")


async def test_closed_with_a_note_nothing_leaves(questions: Console) -> None:
    visitor = await questions.signed_in("coordinator")

    assert "Escriba arriba qué pasó" in await visitor.post(f"{HERE}/1", {"text": " ", "act": "close"}, 422)
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


def open_ones(console: Console) -> list[tuple[str, str]]:
    with console.database.reading() as conn:
        return [(each.kind, each.text) for each in help_requests.waiting(conn, OPERATOR)]


async def test_the_word_for_a_person_and_the_question_after_it_are_one_request(console: Console) -> None:
    await say(console.house, "VIVERO", "SI", "Rosa Quispe")
    with console.database.writing() as conn:
        conn.execute(update(learners).values(cooperative="norte"))
    elena = await console.signed_in("coordinator", ["norte"])

    await say(console.house, "PERSONA", first=20)
    [(kind, about)] = open_ones(console)
    await say(console.house, "¿Cuándo llega el abono?", first=30)

    assert open_ones(console) == [(kind, f"¿Cuándo llega el abono?\n{about}".strip())]
    page = await elena.get(HERE)
    assert page.count("¿Cuándo llega el abono?") == 1
    await say(console.house, "PERSONA", "PERSONA ¿Y las plantas?", first=40)
    assert [text.split("\n")[0] for _, text in open_ones(console)] == ["¿Cuándo llega el abono?", "¿Y las plantas?"]


async def test_a_number_from_which_nobody_joined_is_one_request_too(console: Console) -> None:
    await say(console.house, "PERSONA", "¿Quiénes son ustedes?")

    assert open_ones(console) == [("person", "¿Quiénes son ustedes?")]


async def test_a_question_that_comes_after_the_answer_is_a_request_of_its_own(console: Console) -> None:
    """She was called as soon as she asked for a person; what she had written then waits to be read."""
    await say(console.house, "VIVERO", "SI", "Rosa Quispe", "PERSONA")
    with console.database.writing() as conn:
        [first] = help_requests.waiting(conn, OPERATOR)
        assert help_requests.close(conn, OPERATOR, first.id, "La llamé.", console.clock())

    await say(console.house, "¿Cuándo llega el abono?", first=30)

    assert open_ones(console) == [("person", "¿Cuándo llega el abono?")]
    with console.database.reading() as conn:
        assert help_requests.one(conn, OPERATOR, first.id).text == first.text


async def test_a_question_does_not_join_somebody_elses_request_on_the_same_phone(console: Console) -> None:
    await say(console.house, "PERSONA", "¿Quiénes son?", "VIVERO", "SI", "Rosa", "PERSONA", "¿Y el abono?")

    assert [text.split("\n")[0] for _, text in open_ones(console)] == ["¿Quiénes son?", "¿Y el abono?"]
