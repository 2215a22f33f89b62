"""Surveys by the API: made, foreseen, started by the rules of every campaign, read, closed."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from bot.cooperating.organisations import Cooperative
from bot.people import OPERATOR
from bot.reporting.survey_lists import LISTS
from bot.reporting.surveys import COUNTS, KINDS, MOST_QUESTIONS
from console.api.survey_shapes import KIND, NewQuestion, NewSurvey
from console.survey_forms import LANGUAGES
from store import auditing, organisations
from tests.console.consoles import Console
from tests.console.partners import Partner, partner
from tests.store.planned import people

FAIR: dict[str, Any] = {
    "title": "La feria",
    "purpose": "Mejorar la próxima.",
    "questions": [
        {"kind": "impression", "texts": {"es": "¿Cómo fue la feria?", "en": "How was the fair?"}},
        {"kind": "work", "texts": {"es": "¿Trabaja?", "en": "Do you work?"}, "measures": "I12"},
        {"kind": "free", "texts": {"es": "¿Algo más?", "en": "Anything else?"}},
    ],
}


@pytest.fixture
async def norandino(console: Console) -> Partner:
    with console.database.writing() as conn:
        for id in ("norte", "sur"):
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), console.clock())
    return await partner(console)


def wrong(said: Any) -> list[str]:
    assert said["reason"] == "survey", said
    return [each["where"] for each in said["errors"]]


async def test_a_survey_goes_from_its_questions_to_its_end(norandino: Partner) -> None:
    people(norandino.console.database, 3, cooperative="norte")
    people(norandino.console.database, 2, start=10, cooperative="sur")
    made = await norandino.post("/surveys", FAIR, 201)
    path = f"/surveys/{made['id']}"
    assert (made["state"], [each["steps"] for each in made["questions"]]) == ("draft", [3, 3, 0])
    assert await norandino.get(path) == made
    to = {"cooperative": ["norte"]}
    assert (await norandino.post(f"{path}/preview", to))["people"] == 3
    for _ in range(2):
        started = await norandino.post(f"{path}/start", to, Idempotency_Key="start-the-fair")
        assert (started["state"], started["people"]) == ("running", 3)
    assert (await norandino.post(f"{path}/start", {}))["people"] == 0  # it runs already: nothing is put anew
    assert (await norandino.get(f"/campaigns/{made['id']}"))["survey"] == made["id"]
    tallies = await norandino.get(f"{path}/tallies")
    assert (tallies["asked"], tallies["words"], tallies["questions"][0]["counts"]) == (0, [], None)
    assert (await norandino.post(f"{path}/close"))["state"] == "closed"
    assert (await norandino.get(f"/campaigns/{made['id']}"))["state"] == "cancelled"
    assert (await norandino.post(f"{path}/start", to, 409))["reason"] == "closed"
    with norandino.console.database.reading() as conn:
        acts = [each.act for each in auditing.found(conn, OPERATOR, subject=f"survey:{made['id']}")]
    assert acts == ["survey.closed", "survey.put", "survey.made"]


async def test_a_list_of_questions_is_ready_to_use(norandino: Partner) -> None:
    plain = {"title": "Después del curso", "purpose": "Saber si sirvió."}
    made = await norandino.post("/surveys", plain | {"like": "follow_up", "languages": ["es", "en"]}, 201)
    assert [each["kind"] for each in made["questions"]] == [kind for kind, _, _ in LISTS["follow_up"]]
    assert all(set(each["texts"]) == {"es", "en"} for each in made["questions"])
    assert (await norandino.post("/surveys", plain | {"like": "follow_up", "languages": ["es", "en"]}, 409))[
        "reason"
    ] == "taken"


async def test_everything_that_is_wrong_is_said_at_its_place(norandino: Partner) -> None:
    last, first, *_ = FAIR["questions"][::-1]
    assert wrong(await norandino.post("/surveys", FAIR | {"questions": [last, first]}, 409)) == ["/questions/0/kind"]
    assert wrong(await norandino.post("/surveys", FAIR | {"questions": []}, 409)) == ["/questions"]
    assert wrong(await norandino.post("/surveys", FAIR | {"like": "meeting"}, 409)) == ["/like"]
    assert wrong(await norandino.post("/surveys", FAIR | {"cooperative": "oeste"}, 409)) == ["/cooperative"]
    with norandino.console.database.writing() as conn:
        organisations.close_cooperative(conn, OPERATOR, "sur", norandino.console.clock())
    assert wrong(await norandino.post("/surveys", FAIR | {"cooperative": "sur"}, 409)) == ["/cooperative"]
    bad = {"kind": "yes_no", "texts": {"es": "¿Trabaja?"}, "measures": "I12"}
    assert wrong(await norandino.post("/surveys", FAIR | {"questions": [bad]}, 409)) == ["/questions/0/measures"]
    long = {"kind": "yes_no", "texts": {"es": "¿" + "a" * 150}}
    said = await norandino.post("/surveys", FAIR | {"questions": [long]}, 409)
    assert said["errors"][0] == {
        "where": "/questions/0/texts",
        "detail": "Question 1 is long: at most 140 letters, in one SMS.",
    }
    await norandino.post("/surveys", FAIR | {"questions": [{"kind": "stars", "texts": {"es": "¿?"}}]}, 422)
    assert (await norandino.get("/surveys"))["items"] == []


async def test_nobody_and_somewhere_that_is_not_are_refused(norandino: Partner) -> None:
    made = await norandino.post("/surveys", FAIR, 201)
    path = f"/surveys/{made['id']}"
    assert (await norandino.post(f"{path}/start", {}, 409))["reason"] == "nobody"
    said = await norandino.post(f"{path}/preview", {"cohort": ["nadie"]}, 409)
    assert (said["reason"], said["errors"][0]["where"]) == ("audience", "/cohort")
    assert (await norandino.get(path))["state"] == "draft"


async def test_a_large_one_waits_for_a_person(norandino: Partner) -> None:
    people(norandino.console.database, 1100, cooperative="norte")
    made = await norandino.post("/surveys", FAIR, 201)
    started = await norandino.post(f"/surveys/{made['id']}/start", {})
    assert (started["state"], started["why"], started["people"]) == ("waiting", ["people"], 1100)


async def test_a_bounded_program_asks_its_own_members_only(norandino: Partner) -> None:
    console = norandino.console
    people(console.database, 3, cooperative="norte")
    people(console.database, 2, start=10, cooperative="sur")
    norte = await partner(console, cooperatives=["norte"])
    made = await norte.post("/surveys", FAIR, 201)
    path = f"/surveys/{made['id']}"
    assert made["cooperative"] == "norte"
    assert wrong(await norte.post("/surveys", FAIR | {"cooperative": "sur"}, 409)) == ["/cooperative"]
    assert (await norte.post(f"{path}/start", {"cooperative": ["sur"]}, 409))["reason"] == "reach"
    assert (await norte.post(f"{path}/start", {}))["people"] == 3
    theirs = await norandino.post("/surveys", FAIR | {"cooperative": "sur"}, 201)
    for each in ("preview", "start"):
        await norte.post(f"/surveys/{theirs['id']}/{each}", {}, 404)
    await norte.post(f"/surveys/{theirs['id']}/close", None, 404)
    reader = await partner(console, ["see_results", "survey"])
    assert (await reader.post(f"{path}/start", {}, 403))["type"].endswith("forbidden")


def test_the_shapes_name_what_the_rules_know() -> None:
    assert set(get_args(KIND)) == set(KINDS)
    question, survey = NewQuestion.model_fields, NewSurvey.model_fields
    assert set(get_args(question["measures"].annotation)) == {"", *COUNTS}
    assert set(get_args(survey["like"].annotation)) == {"", *LISTS}
    assert MOST_QUESTIONS in [getattr(each, "max_length", None) for each in survey["questions"].metadata]
    assert set(LANGUAGES) == {"es", "en", "fr", "rw", "qu", "ay"}
