"""Where somebody is led who writes nothing but our address."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cli.serving import application
from store.database import Database
from tests.changing import replace
from tests.houses import Clock, Phone, build, shelf_at


@pytest.mark.parametrize(
    ("public_url", "place", "last"),
    [("", "/try", "/try"), ("https://chasqui.example.org", "/console/", "/console/sign-in")],
)
async def test_the_bare_address_leads_to_a_page(
    sqlite: Database, tmp_path: Path, public_url: str, place: str, last: str
) -> None:
    house = build(sqlite, shelf_at(tmp_path / "content"), [Phone()], Clock())
    house = replace(house, settings=replace(house.settings, public_url=public_url))
    async with TestClient(TestServer(application(house))) as client:
        answer = await client.get("/", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (302, place)
        followed = await client.get("/")
        assert (followed.status, followed.url.path) == (200, last)
