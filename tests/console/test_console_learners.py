"""Learners on the pages: found, looked at, changed, merged, erased; each only by whoever may, and only hers."""

from __future__ import annotations

import json

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from store import call_list, organisations
from tests.console.consoles import Console, Visitor
from tests.console.people_seed import fill
from tests.houses import JUAN, say, settle
from tests.store.rows import rows

LESSONS = ("vivero.semilla.madre", "vivero.semilla.siembra")


async def village(console: Console) -> None:
    """Rosa and Juan have joined by their phones; she is of Norte and he of Sur."""
    with console.database.writing() as conn:
        for word in ("norte", "sur"):
            made = Cooperative(id=word, name=f"Coop {word.title()}", country="PE")
            organisations.add_cooperative(conn, OPERATOR, made, console.clock())
    await say(console.house, "VIVERO", "SI", "Rosa Quispe Mamani", first=1)
    await say(console.house, "VIVERO", "SI", "Juan Huamán", first=50, address=JUAN)
    with console.database.writing() as conn:
        from sqlalchemy import update

        from store import learner_search
        from store.tables import learners

        conn.execute(update(learners).where(learners.c.name.like("Rosa%")).values(cooperative="norte"))
        conn.execute(update(learners).where(learners.c.name.like("Juan%")).values(cooperative="sur"))
        learner_search.keep(conn, list(ids(console).values()))


def ids(console: Console) -> dict[str, str]:
    """First name → id."""
    return {name.split(" ")[0]: id for id, name in rows(console.database, "SELECT id, name FROM learners")}


async def test_she_is_found_by_the_beginnings_of_her_names_without_accents(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in()

    assert "Rosa Quispe Mamani" in await coordinator.get("/console/learners?q=quis")
    found = await coordinator.get("/console/learners?q=HUAMAN")
    assert "Juan Huamán" in found
    assert "Rosa" not in found
    assert "Rosa Quispe" in await coordinator.get("/console/learners?q=mam+ros")
    assert "Nadie coincide" in await coordinator.get("/console/learners?q=zz")


async def test_a_number_is_found_by_its_beginning_with_or_without_the_country(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in()

    for typed in ("900000001", "%2B51+900+000+001", "9000000", "51900000001"):
        assert "Rosa Quispe" in await coordinator.get(f"/console/learners?q={typed}")
    assert "Juan" not in await coordinator.get("/console/learners?q=900000001")


async def test_htmx_gets_the_rows_alone(sqlite_console: Console) -> None:
    await village(sqlite_console)
    coordinator = await sqlite_console.signed_in()

    part = await coordinator.get("/console/learners?q=rosa", headers={"HX-Request": "true"})

    assert part.lstrip().startswith('<div id="rows"')
    assert "Rosa Quispe" in part


async def test_an_auditor_sees_no_number_and_finds_it_only_by_all_of_it(console: Console) -> None:
    await village(console)
    auditor = await console.signed_in("auditor")

    page = await auditor.get("/console/learners")
    assert "termina en 01" in page
    assert "900000001" not in page.replace(" ", "")
    assert "Nadie coincide" in await auditor.get("/console/learners?q=9000000")
    assert "Rosa" in await auditor.get("/console/learners?q=900000001")
    rosa = ids(console)["Rosa"]
    for path in ("", "/timeline", "/progress"):
        assert "900000001" not in (await auditor.get(f"/console/learners/{rosa}{path}")).replace(" ", "")


async def test_who_is_of_another_cooperative_is_not_there(console: Console) -> None:
    await village(console)
    south = await console.signed_in("coordinator", ["sur"])
    known = ids(console)

    page = await south.get("/console/learners")
    assert "Juan" in page
    assert "Rosa" not in page
    assert "Nadie coincide" in await south.get("/console/learners?q=rosa")
    assert "Nadie coincide" in await south.get("/console/learners?q=900000001")
    for path in ("", "/timeline", "/progress", "/edit", "/pause", "/places", "/merge", "/erase", "/call"):
        await south.get(f"/console/learners/{known['Rosa']}{path}", status=404)
        await south.get(f"/console/learners/nobody{path}", status=404)
    for path in ("edit", "pause", "resume", "enrol", "cohort", "cooperative", "call", "notes"):
        await south.post(f"/console/learners/{known['Rosa']}/{path}", {"outcome": "stops", "note": "x"}, status=404)
    await south.post(f"/console/learners/{known['Juan']}/merge", {"with": known["Rosa"]}, status=404)
    await south.get(f"/console/learners/{known['Juan']}/merge?with={known['Rosa']}", status=404)
    assert ids(console) == known


async def test_odd_searches_are_answered(sqlite_console: Console) -> None:
    await village(sqlite_console)
    coordinator = await sqlite_console.signed_in()

    for query in ("q=%25'+OR+1%3D1", "q=" + "a" * 5000, "after=-1", "after=abc~", "after=%00", "state=odd", "course=x",
                  "q=12", "q=~~", "q=rosa&after=~", "cooperative='"):  # fmt: skip
        await coordinator.get(f"/console/learners?{query}")
    rosa = ids(sqlite_console)["Rosa"]
    for query in ("before=-1", "before=abc", "before=99999999999999999999"):
        await coordinator.get(f"/console/learners/{rosa}/timeline?{query}")


async def test_her_page_shows_her_consent_with_the_words_and_her_lessons(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in()
    rosa = ids(console)["Rosa"]

    page = await coordinator.get(f"/console/learners/{rosa}")
    assert "Aceptó" in page
    assert "+51 900 000 001" in page
    assert "tel:+51900000001" in page
    assert "0 de 2 lecciones" in page
    timeline = await coordinator.get(f"/console/learners/{rosa}/timeline")
    assert "VIVERO" in timeline
    assert "Enviado" in timeline
    assert "es la que sigue" in await coordinator.get(f"/console/learners/{rosa}/progress")


async def test_a_mistake_in_her_profile_is_said_beside_its_field(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in()
    rosa = ids(console)["Rosa"]
    path = f"/console/learners/{rosa}/edit"

    page = await coordinator.post(path, {"name": "Rosa", "language": "es", "birth_year": "85"}, status=422)
    assert "Escriba el año con cuatro cifras" in page
    assert 'value="85"' in page
    given = {"name": "Rosaura Ñahui", "language": "qu", "sex": "f", "birth_year": "1985", "hour": "7"}
    assert "Se guardaron los datos" in await coordinator.post(path, given)
    assert "Rosaura Ñahui" in await coordinator.get("/console/learners?q=nahui")
    assert "Nadie coincide" in await coordinator.get("/console/learners?q=mamani")
    held = rows(console.database, "SELECT language, sex, birth_year, hour FROM learners WHERE id = :id", id=rosa)
    assert held == [("qu", "f", 1985, 7)]


async def test_she_rests_and_goes_on(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in()
    rosa = ids(console)["Rosa"]

    assert "está en pausa" in await coordinator.post(f"/console/learners/{rosa}/pause", {"days": "30"})
    assert "Rosa" in await coordinator.get("/console/learners?state=paused")
    assert "Juan" not in await coordinator.get("/console/learners?state=paused")
    assert "sigue con sus lecciones" in await coordinator.post(f"/console/learners/{rosa}/resume")
    assert "Rosa" not in await coordinator.get("/console/learners?state=paused")


async def test_nobody_is_enrolled_who_has_not_agreed(console: Console) -> None:
    await village(console)
    await say(console.house, "BAJA", first=90)
    coordinator = await console.signed_in()
    known = ids(console)

    page = await coordinator.post(f"/console/learners/{known['Rosa']}/enrol", {"course": "ahorro"})
    assert "nadie puede aceptar en su lugar" in page
    assert "Entró al curso" in await coordinator.post(f"/console/learners/{known['Juan']}/enrol", {"course": "ahorro"})
    assert "Ya estaba" in await coordinator.post(f"/console/learners/{known['Juan']}/enrol", {"course": "ahorro"})


async def test_two_records_of_one_person_become_one_and_every_table_follows(console: Console) -> None:
    await village(console)
    await say(console.house, "A", first=120, address=JUAN)
    coordinator = await console.signed_in()
    known = ids(console)
    keep, gone = known["Rosa"], known["Juan"]

    page = await coordinator.get(f"/console/learners/{keep}/merge?with={gone}")
    assert "No se puede deshacer" in page
    assert "1 número o cuenta más" in page
    assert "El avance en Vivero de las dos se junta" in page
    page = await coordinator.post(f"/console/learners/{keep}/merge", {"with": gone})
    assert "Las dos fichas son ahora una" in page
    assert set(ids(console).values()) == {keep}
    with console.database.reading() as conn:
        from sqlalchemy import select

        from store.schema import metadata

        for table in metadata.tables.values():
            if table.name != "audit_entries":
                assert gone not in str(conn.execute(select(table)).all()), table.name
    # The second click finds nobody to merge, and the phone of the other goes on as hers.
    await coordinator.post(f"/console/learners/{keep}/merge", {"with": gone}, status=404)
    await say(console.house, "ESTADO", first=140, address=JUAN)
    await settle(console.house)  # the first round still remembered the phone as it was
    assert "Rosa" in console.phone.texts(JUAN)[-1]


def test_merging_knows_every_table_that_names_a_learner() -> None:
    from store.merging import APART, MOVED, UNITED
    from store.schema import metadata

    naming = {name for name, table in metadata.tables.items() if "learner" in table.c and name != "learners"}

    assert naming == {each.name for each in (*MOVED, *APART, *(table for table, _ in UNITED))}


async def test_erasing_is_asked_twice_and_leaves_nothing(console: Console) -> None:
    await village(console)
    administrator = await console.signed_in("administrator")
    rosa = ids(console)["Rosa"]

    await administrator.post(f"/console/learners/{rosa}/notes", {"note": "Rosa Quispe vive lejos", "once": "n"})
    page = await administrator.get(f"/console/learners/{rosa}/erase")
    assert "No se puede deshacer" in page
    await step_up(console, administrator)
    assert "La persona fue borrada" in await administrator.post(f"/console/learners/{rosa}/erase")
    assert set(ids(console)) == {"Juan"}
    assert "Nadie coincide" in await administrator.get("/console/learners?q=rosa")
    assert rows(console.database, "SELECT word FROM learner_words WHERE learner = :id", id=rosa) == []
    assert rows(console.database, "SELECT reason FROM suppressed") == [("erased",)]
    assert rows(console.database, "SELECT note FROM calls") == []


async def test_her_data_are_given_out_whole(console: Console) -> None:
    await village(console)
    coordinator = await console.signed_in("administrator")
    rosa = ids(console)["Rosa"]
    await coordinator.post(f"/console/learners/{rosa}/notes", {"note": "Vive lejos", "once": "one"})
    await step_up(console, coordinator)

    held = json.loads(await coordinator.post(f"/console/learners/{rosa}/export"))

    assert held["profile"]["name"] == "Rosa Quispe Mamani"
    assert held["calls"][0]["note"] == "Vive lejos"
    assert all(held[each] for each in ("messages_in", "messages_out", "consents"))


async def step_up(console: Console, visitor: Visitor) -> None:
    """She has just shown that it is she."""
    with console.database.writing() as conn:
        from sqlalchemy import update

        from store.account_tables import account_sessions

        assert visitor.account
        held = update(account_sessions).where(account_sessions.c.account == visitor.account.id)
        conn.execute(held.values(stepped_up_at=console.house.database.now()))


async def test_a_page_ends_where_fifty_are_shown_and_goes_on_by_its_key(sqlite_console: Console) -> None:
    console = sqlite_console
    fill(console.database, 180, LESSONS)
    coordinator = await console.signed_in()
    seen: list[str] = []
    path = "/console/learners?q=rosa"
    while path:
        page = await coordinator.get(path)
        seen += [part.partition('"')[0] for part in page.split("/console/learners/l")[1:]]
        path = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&") if (
            'rel="next"' in page
        ) else ""  # fmt: skip

    assert len(seen) == len(set(seen)) == 18


async def test_the_call_list_names_the_silent_and_a_call_takes_her_off(console: Console) -> None:
    await village(console)
    console.clock.wait(days=20)
    await say(console.house, "ESTADO", first=200, address=JUAN)
    facilitator = await console.signed_in("facilitator")
    rosa = ids(console)["Rosa"]

    page = await facilitator.get("/console/")
    assert "Rosa Quispe Mamani" in page
    assert "En silencio hace 20 días" in page
    assert "tel:+51900000001" in page
    assert "Juan" not in page
    form = await facilitator.get(f"/console/learners/{rosa}/call")
    assert "Terminó 0 de 2 lecciones" in form
    assert "Elija qué pasó" in await facilitator.post(f"/console/learners/{rosa}/call", {"note": "x"}, status=422)
    given = {"outcome": "not_reached", "note": "Nadie contesta", "once": "click", "again": "2026-04-01"}
    for _ in range(2):
        assert "Se guardó la llamada" in await facilitator.post(f"/console/learners/{rosa}/call", given)
    assert rows(console.database, "SELECT outcome, note FROM calls") == [("not_reached", "Nadie contesta")]
    assert "Rosa" not in await facilitator.get("/console/learners/to-call")
    console.clock.wait(days=3)
    assert "Rosa" not in await facilitator.get("/console/learners/to-call")
    console.clock.wait(days=10)
    facilitator = await console.signed_in("facilitator")
    assert "Rosa" in await facilitator.get("/console/learners/to-call")


async def test_who_asks_to_stop_on_the_telephone_hears_nothing_more(console: Console) -> None:
    await village(console)
    console.clock.wait(days=20)
    facilitator = await console.signed_in("facilitator")
    rosa = ids(console)["Rosa"]

    await facilitator.post(f"/console/learners/{rosa}/call", {"outcome": "stops", "once": "a"})

    page = await facilitator.get(f"/console/learners/{rosa}")
    assert "lo dijo por teléfono" in page
    assert "Dijo que no" in page
    assert rows(console.database, "SELECT kind FROM dues WHERE learner = :id", id=rosa) == []
    with console.database.reading() as conn:
        assert call_list.of(conn, OPERATOR, rosa) is None


async def test_an_auditor_may_look_and_change_nothing(console: Console) -> None:
    await village(console)
    auditor = await console.signed_in("auditor")
    rosa = ids(console)["Rosa"]

    await auditor.get("/console/learners/import", status=403)
    await auditor.get(f"/console/learners/{rosa}/edit", status=403)
    for path in ("edit", "pause", "merge", "erase", "export", "call", "notes"):
        await auditor.post(f"/console/learners/{rosa}/{path}", {}, status=403)
