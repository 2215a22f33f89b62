"""Results and surveys in a browser: on a phone and a laptop, by day and by night, and once without script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console
from tests.console.test_console_results import found_village
from tests.houses import settle
from tests.scheduler.test_scheduler_surveys import FORM
from tests.store.planned import people


@pytest.fixture
def village(sqlite_console: Console) -> Console:
    console = sqlite_console
    found_village(console.database, console)
    for month in range(1, 7):
        then = console.clock().replace(day=1) if month == 1 else console.clock().replace(year=2025, month=6 + month)
        people(console.database, 6 + month, start=100 * month, sex="fm"[month % 2], course="vivero", created_at=then)
        with console.database.writing() as conn:
            first, last = f"l{100 * month:07d}", f"l{100 * month + 99:07d}"
            conn.exec_driver_sql(
                "UPDATE enrolments SET enrolled_at = ? WHERE learner BETWEEN ? AND ?",
                (int(then.timestamp()) * 10**6, first, last),
            )
    return console


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_she_finds_how_many_women_completed_and_prints_a_report(village: Console, size: dict[str, int]) -> None:
    account = village.account()
    async with chromium() as browser, tab(browser, village, account, size=size) as page:
        await page.go("/console/results")
        await page.check("results")
        await page.page.get_by_role("link", name="Inscritas", exact=True).click()
        await page.page.get_by_label("Separar por").select_option("sex")
        await page.page.get_by_role("button", name="Mostrar").click()
        await page.page.get_by_text("Mujeres").first.wait_for()
        await page.check("results-one", wire=False)
        for path, name in (
            ("/console/results/I3?by=month", "results-months"),
            ("/console/results/I3?by=sex&by=cooperative", "results-two"),
            ("/console/results/money?staff=1500", "results-money"),
            ("/console/results/missing", "results-missing"),
            ("/console/results/report", "results-report"),
        ):
            await page.go(path)
            await page.check(name)


async def walk(village: Console, page: Tab) -> None:
    """Make a survey from the list, put it to a cooperative, see the answers come, close it."""
    await page.go("/console/surveys")
    await page.check("surveys-empty")
    await page.page.get_by_role("link", name="Hacer una encuesta").last.click()
    await page.page.get_by_label("Título").fill("la reunión de Jaén")
    await page.page.get_by_label("Para qué se pregunta").fill("Mejorar las reuniones")
    await page.check("surveys-new", wire=False)
    await page.page.get_by_role("button", name="Guardar el borrador").click()
    await page.page.get_by_text("Todavía no salió nada").wait_for()
    await page.check("surveys-draft", wire=False)
    await page.page.get_by_role("link", name="Enviar a").click()
    await page.page.get_by_label("Cooperativa", exact=True).select_option("norte")
    await page.page.get_by_role("button", name="Ver a cuántas llega").click()
    await page.page.get_by_text("Llega a 12 personas").wait_for()
    await page.check("surveys-put", wire=False)
    await page.page.get_by_role("button", name="Enviar la encuesta").click()
    await page.page.get_by_text("va en camino").wait_for()
    await settle(village.house)
    await page.check("surveys-running", wire=False)
    await page.page.get_by_role("link", name="Cerrar la encuesta").click()
    await page.check("surveys-close", wire=False)
    await page.page.get_by_role("button", name="Sí, cerrar").click()
    await page.page.get_by_text("La encuesta está cerrada").wait_for()


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
async def test_she_makes_a_survey_and_puts_it(village: Console, size: dict[str, int]) -> None:
    async with chromium() as browser, tab(browser, village, village.account(), size=size) as page:
        await walk(village, page)


async def test_all_of_it_works_without_script(village: Console) -> None:
    async with chromium() as browser, tab(browser, village, village.account(), script=False) as page:
        await walk(village, page)
        await page.go("/console/results/I3?by=sex")
        await page.check("results-one-plain")


async def test_the_answers_of_a_survey_are_drawn(village: Console) -> None:
    await _answered(village)
    for size in (PHONE, LAPTOP):
        async with chromium() as browser, tab(browser, village, village.account(), size=size) as page:
            await page.go("/console/surveys/s-1")
            await page.check("surveys-answers")
            await page.go("/console/surveys")
            await page.check("surveys")
            await page.go("/console/results/report")
            await page.check("results-report-surveys")


async def _answered(village: Console) -> None:
    """Eighteen replies as turns write them."""
    from bot.messages import Address
    from bot.people import OPERATOR
    from bot.reporting.surveys import made
    from bot.turn import SurveyAnswered, SurveyAsked
    from store import survey_replies, surveys

    survey = made(FORM, id="s-1", cooperative="", by="ana", now=village.clock())
    said: list[Any] = []
    where = Address(scheme="tel", identity="+51900000001")
    for number in range(12):
        who, reply = f"l{number:07d}", f"r{number}"
        said.append((where, SurveyAsked(reply=reply, survey="s-1", learner=who, language="es")))
        given = {"reply": reply, "survey": "s-1", "learner": who}
        said.append((where, SurveyAnswered(**given, place=0, choice=number % 3 // 2)))
        said.append((where, SurveyAnswered(**given, place=1, choice=number % 4 // 3)))
        said.append((where, SurveyAnswered(**given, place=2, value=str(40 + number))))
        said.append((where, SurveyAnswered(**given, place=3, text="Más práctica en el vivero", last=True)))
    with village.database.writing() as conn:
        surveys.create(conn, OPERATOR, survey)
        surveys.begin(conn, OPERATOR, "s-1", "")
        survey_replies.write(conn, said, village.clock())
