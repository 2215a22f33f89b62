"""The pages of certification in a browser: in Spanish, on a phone and on a laptop, with and without a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.console.browsing import LAPTOP, PHONE, Tab, chromium, tab
from tests.console.consoles import Console
from tests.console.standing_case import Norandino, photo, shelf_with_issuer


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.chdir(tmp_path)
    return shelf_with_issuer(tmp_path / "content")


@pytest.fixture
def place(sqlite_console: Console) -> Norandino:
    return Norandino(sqlite_console)


async def marks(opened: Tab, code: str, words: str) -> None:
    """Press a mark of a criterion."""
    group = opened.page.get_by_role("group", name=code)
    await group.get_by_text(words, exact=True).click()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_every_page_is_calm_and_can_be_read_by_everybody(
    place: Norandino, size: dict[str, int], tmp_path: Path
) -> None:
    place.ready()
    from authoring import evidence_files

    kept = evidence_files.keep(photo(), tmp_path / "var" / "evidence")
    data = {"sha256": kept.sha256, "media_type": kept.media_type, "size": str(kept.size)}
    place.enters("attach", "assessor", "ana", unit="1", value="e1", data=data)
    both = place.account("administrator", assessor="ana")
    case = place.path
    async with chromium() as browser, tab(browser, place.console, both, size=size) as opened:
        for name, path in (
            ("cases", "/console/cases?group=all"),
            ("cases-none", "/console/cases?group=closed"),
            ("case", case),
            ("case-judge", f"{case}/judge"),
            ("case-sheet", f"{case}/sheet/1"),
            ("case-new", "/console/cases/new?q=Rosa"),
            ("case-transfer", f"{case}/act/transfer"),
            ("case-witness", f"{case}/witness"),
            ("assessors", "/console/cases/assessors"),
            ("assessor", "/console/cases/assessors/ana"),
            ("assessor-new", "/console/cases/assessors/new"),
            ("credentials-none", "/console/cases/credentials"),
        ):
            await opened.go(path)
            await opened.check(name)


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
async def test_a_certificate_and_its_second_person(place: Norandino, size: dict[str, int]) -> None:
    code = place.certified()
    olga, pedro = place.account("coordinator"), place.account("coordinator")
    page = f"/console/cases/credentials/{code}"
    async with chromium() as browser:
        async with tab(browser, place.console, olga, size=size) as opened:
            await opened.go("/console/cases/credentials")
            await opened.check("credentials")
            await opened.go(page)
            await opened.check("credential")
            await opened.page.get_by_text("Suspender", exact=True).click()
            await opened.page.get_by_label("Motivo").fill("Denuncia de la cooperativa")
            await opened.page.get_by_role("button", name="Proponer").click()
            await opened.page.get_by_text("Falta que otra persona").wait_for()
        async with tab(browser, place.console, pedro, size=size, dark=True) as opened:
            await opened.go(page)
            await opened.check("credential-waits")
            await opened.page.get_by_role("button", name="Estoy de acuerdo").click()
            await opened.page.get_by_text("Suspendido").first.wait_for()
    assert place.case.state.value == "suspended"


async def test_a_sheet_in_the_field_survives_a_lost_line_and_is_entered_once(place: Norandino) -> None:
    place.opened()
    ana = place.account("assessor", assessor="ana")
    async with chromium() as browser, tab(browser, place.console, ana, size=PHONE) as opened:
        page = opened.page
        await opened.go(f"{place.path}/sheet/1")
        await page.context.set_offline(True)
        await marks(opened, "1.1.1", "Cumple")
        await marks(opened, "1.2.1", "Aún no")
        await page.get_by_text("Sin señal").wait_for()
        await page.get_by_role("button", name="Anotar la ficha").click()
        await page.get_by_text("se enviará sola").wait_for()
        await opened.picture("sheet-offline")
        assert not place.case.evidence
        await page.context.set_offline(False)
        await page.get_by_text("Ficha de la unidad 1 anotada.").wait_for()
        (piece,) = place.case.evidence
        assert piece.criteria == ("1.1.1", "1.2.1")
        await opened.go(f"{place.path}/sheet/1")
        assert await page.locator("input:checked").count() == 0, "what was entered is no draft any more"


async def test_a_draft_survives_an_empty_battery(place: Norandino) -> None:
    place.opened()
    ana = place.account("assessor", assessor="ana")
    async with chromium() as browser, tab(browser, place.console, ana, size=PHONE) as opened:
        await opened.go(f"{place.path}/sheet/1")
        await marks(opened, "1.1.1", "Cumple")
        await opened.page.get_by_text("Guardado").wait_for()
        await opened.page.close()
        opened.page = await browser.contexts[-1].new_page()
        await opened.page.goto(opened.origin + f"{place.path}/sheet/1")
        assert await opened.page.locator("input[name='c-1.1.1']:checked").get_attribute("value") == "yes"
    async with chromium() as browser, tab(browser, place.console, ana, size=LAPTOP) as elsewhere:
        await elsewhere.go(f"{place.path}/sheet/1")  # and another machine of hers knows it too
        assert await elsewhere.page.locator("input[name='c-1.1.1']:checked").get_attribute("value") == "yes"


async def test_without_a_script_everything_still_works(place: Norandino) -> None:
    place.opened()
    ana = place.account("assessor", assessor="ana")
    async with chromium() as browser, tab(browser, place.console, ana, size=PHONE, script=False) as opened:
        await opened.go(place.path)
        await opened.page.get_by_role("link", name="Llenar ficha").click()
        await marks(opened, "1.1.1", "Cumple")
        await marks(opened, "1.2.1", "Cumple")
        await opened.page.get_by_role("button", name="Anotar la ficha").click()
        await opened.page.get_by_text("Ficha de la unidad 1 anotada").wait_for()
        await opened.check("case-plain")
        assert len(place.case.evidence) == 1
