"""The observation sheet where a standard asks for more than one way of looking, and where much is left unmarked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from tests.console.consoles import Console
from tests.console.standing_case import Norandino, shelf_with_issuer

_PRODUCT = '\n[[units.requirements]]\nkind = "product"\nmethod = "product_check"\n'
MARKED = {"c-1.1.1": "yes", "c-1.2.1": "yes"}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "content"
    shelf_with_issuer(folder)
    norm = folder / "vivero" / "standard.toml"
    norm.write_text(norm.read_text(encoding="utf-8") + _PRODUCT, encoding="utf-8")
    return Shelf(folder)


@pytest.fixture
def place(sqlite_console: Console) -> Norandino:
    made = Norandino(sqlite_console)
    made.opened()
    return made


async def test_who_looked_says_in_which_way(place: Norandino) -> None:
    ana = await place.person("assessor", assessor="ana")
    sheet = f"{place.path}/sheet/1"
    shown = await ana.get(sheet)
    assert re.findall(r'name="head" value="(\w+)"( checked)?', shown) == [("OBS", ""), ("PRO", "")]
    said = await ana.post(sheet, {**MARKED, "once": "a1" * 16}, 422)
    assert "Marque qué vio" in said
    assert re.search(r'name="c-1.1.1" value="yes" checked', said), "nothing that was marked is lost"
    assert "Marque qué vio" in await ana.post(sheet, {**MARKED, "head": "SIM", "once": "a1" * 16}, 422)
    assert not place.case.evidence
    await ana.post(sheet, {**MARKED, "head": "PRO", "once": "a1" * 16})
    (piece,) = place.case.evidence
    assert (piece.kind, piece.method) == ("product", "product_check")


async def test_what_was_left_unmarked_is_told(place: Norandino) -> None:
    ana = await place.person("assessor", assessor="ana")
    sheet = f"{place.path}/sheet/1"
    said = await ana.post(sheet, {"head": "OBS", "once": "a1" * 16, "c-1.2.1": "not_seen"}, 422)
    assert "Marque al menos un criterio" in said
    said = await ana.post(sheet, {"head": "OBS", "once": "a2" * 16, "c-1.1.1": "yes"})
    assert "Quedó 1 criterio sin marcar." in said
    assert "Ficha de la unidad 1 anotada." in await ana.post(sheet, {**MARKED, "head": "OBS", "once": "a3" * 16})
