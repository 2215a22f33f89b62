"""The document and the routes are one: each route answers, and what it answers is what the document says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import requests

from authoring.shelf import Shelf
from console.api.routing import ROUTES
from console.api.table import BASE, PLACES, Route
from tests.console.partners import make_token
from tests.console.standing import Standing, fresh_copy, standing
from tests.console.villages import Village, village

CONTENT = Path(__file__).parents[2] / "content"

BODIES: dict[str, Any] = {
    "add_learner": {"phone": "+51900000071", "name": "Ana Rojas"},
    "import_learners": {"learners": [{"phone": "+51900000072", "name": "Berta Rojas"}], "cohort": "norte-grupo"},
    "change_learner": {"name": "Ana Huamán"},
    "pause_learner": {"until": "2026-03-20T12:00:00-05:00"},
    "enrol_learner": {"course": "{course}"},
    "add_cohort": {"id": "tercero", "name": "Tercero", "course": "{course}", "starts_on": "2026-03-09"},
    "add_members": {"learners": ["{learner}"]},
    "remove_members": {"learners": ["{learner}"]},
    "add_session": {"at": "2026-04-01T09:00:00-05:00", "place": "Local"},
    "add_campaign": {"name": "Feria", "once": "2026-03-10", "texts": [{"es": "Vengan a la feria"}]},
    "edit_campaign": {"hour": "17:30"},
    "pause_campaign": {},
    "resume_campaign": {},
    "cancel_campaign": {},
    "preview_notice": {"cooperative": "norte", "texts": {"es": "Reunión el lunes"}},
    "send_notice": {"cooperative": "norte", "texts": {"es": "Reunión el lunes"}},
    "answer_message": {"text": "Riegue por la mañana"},
    "close_message": {"note": "La llamé"},
    "open_case": {"learner": "{learner}", "standard": "CHQ-NURSERY", "paper": "F-9"},
    "enter_wish": {"wish": "withdraw"},
    "ask_to_revoke": {"reason": "Un error en el nombre"},
    "add_survey": {"title": "La feria", "purpose": "Mejorarla.", "like": "meeting", "languages": ["es", "en"]},
    "preview_survey": {"cooperative": ["{cooperative}"]},
    "start_survey": {"cooperative": ["{cooperative}"]},
    "add_hook": {"url": "https://partner.example/hook", "events": ["unit.passed"]},
}
QUERIES = {"verify_code": "?code=7K4M9QXTH2"}


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes) -> Iterator[Standing]:
    """A console with something of everything in it, and the real lessons and standards."""
    database = fresh_copy(tmp_path_factory.mktemp("drifting"), migrated_sqlite)
    with standing(database, Shelf(CONTENT)) as made:
        yield made
    database.close()


@pytest.fixture(scope="module")
def norte(there: Standing) -> Village:
    return village(there, "norte", 11)


@pytest.fixture(scope="module")
def token(there: Standing) -> str:
    return make_token(there)


@pytest.fixture(scope="module")
def said(there: Standing) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{there.url}{BASE}/openapi.json", timeout=10).json()
    return found


def filled(value: object, ids: dict[str, list[str]]) -> str:
    text = json.dumps(value)
    for name, held in ids.items():
        text = text.replace(f"{{{name}}}", held[0])
    return text


# What takes things away comes last.
_ORDER = {"cancel": 1, "close": 1, "remove": 1, "DELETE": 2}


def _late(route: Route) -> int:
    return max((rank for word, rank in _ORDER.items() if word in f"{route.method} {route.path}"), default=0)


@pytest.mark.parametrize("route", sorted(ROUTES, key=_late), ids=lambda route: f"{route.method} {route.path}")
def test_each_route_answers_as_the_document_says(
    there: Standing, norte: Village, token: str, said: dict[str, Any], route: Route
) -> None:
    path = filled(route.path, norte.ids).strip('"')
    if "indicator" in route.names:
        path = path.replace("{indicator}", "i3")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"drift-{route.operation}"}
    more: dict[str, Any] = {}
    if route.body:
        more = {"data": filled(BODIES[route.operation], norte.ids).encode()}
        headers["Content-Type"] = "application/json"
    url = f"{there.url}{BASE}{path}{QUERIES.get(route.operation, '')}"
    response = requests.request(route.method, url, headers=headers, timeout=30, **more)
    assert response.status_code in (route.status, 409), response.text
    told = said["paths"][BASE + route.path][route.method.lower()]["responses"][str(response.status_code)]
    if response.status_code == 204:
        assert response.content == b""
        return
    (kind, held), *_ = told["content"].items()
    assert response.headers["Content-Type"].partition(";")[0] == kind
    validator = jsonschema_rs.validator_for({**held["schema"], "components": said["components"]})
    assert [str(each) for each in validator.iter_errors(response.json())] == []


def test_the_document_holds_every_route_and_no_other(said: dict[str, Any]) -> None:
    told = {(method.upper(), path) for path, methods in said["paths"].items() for method in methods}
    assert told == {(each.method, BASE + each.path) for each in ROUTES}


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(said: dict[str, Any]) -> None:
    operations = [each for methods in said["paths"].values() for each in methods.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))
    assert all(each["summary"] for each in operations)


def test_each_place_in_a_path_is_known() -> None:
    assert {name for each in ROUTES for name in each.names} <= set(PLACES)


def test_whatever_makes_something_takes_a_key_and_whatever_edits_an_edition() -> None:
    for each in ROUTES:
        assert each.makes == (each.method == "POST" and not each.path.endswith("/preview")), each.path
        assert each.edits == (each.method == "PATCH"), each.path


def test_every_route_needs_a_right_but_verifying() -> None:
    assert [each.path for each in ROUTES if each.right is None] == ["/verifications"]
