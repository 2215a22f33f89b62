"""Certification by the API: a program nominates, hands on what a candidate wants, and asks for what people do."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.certifying.cases import State
from bot.people import OPERATOR
from store import auditing, tokens
from tests.console.consoles import Console
from tests.console.partners import Partner, partner
from tests.console.standing_case import Norandino, shelf_with_issuer

ROSA = "019b" * 8
GROUND = {"reason": "El papel era de otra persona"}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.chdir(tmp_path)
    return shelf_with_issuer(tmp_path / "content")


@pytest.fixture
def place(sqlite_console: Console) -> Norandino:
    return Norandino(sqlite_console)


@pytest.fixture
async def norandino(place: Norandino) -> Partner:
    return await partner(place.console)


def nomination(learner: str) -> dict[str, object]:
    return {"learner": learner, "standard": "VIVERO", "experience_years": 20, "paper": "F-31"}


# --- nominating ---


async def test_a_program_nominates_somebody_who_signed(place: Norandino, norandino: Partner) -> None:
    rosa = place.rosa(id=ROSA)
    for _ in range(2):
        made = await norandino.post("/cases", nomination(rosa), 201, Idempotency_Key="nominate-rosa")
    assert (made["learner"], made["state"]) == (rosa, "eligibility_check")
    assert place.case.id == made["id"]
    assert await norandino.get(f"/cases/{made['id']}") == made
    again = await norandino.post("/cases", nomination(rosa), 409)
    assert again["reason"] == "no_other"
    with place.console.database.reading() as conn:
        (entry,) = auditing.found(conn, OPERATOR, subject=f"case:{made['number']}")
    assert (entry.act, entry.actor.partition(":")[0]) == ("cases.opened", "token")


async def test_nobody_is_nominated_without_her_paper_or_from_another_cooperative(place: Norandino) -> None:
    rosa = place.rosa("caranavi", ROSA)
    norte = await partner(place.console, cooperatives=["norandino"])
    unsigned = {name: value for name, value in nomination(rosa).items() if name != "paper"}
    await norte.post("/cases", unsigned, 422)
    foreign, unknown = [await norte.post("/cases", nomination(id), 409) for id in (rosa, "0" * 32)]
    assert foreign["reason"] == "learner"
    assert foreign == unknown  # or it could be found out who is a learner elsewhere
    assert (await norte.post("/cases", nomination(rosa) | {"standard": "PAN"}, 409))["reason"] == "standard"
    nominator = await partner(place.console, ["nominate"], ["caranavi"])
    made = await nominator.post("/cases", nomination(rosa), 201)
    await nominator.get(f"/cases/{made['id']}", 403)
    await nominator.post(f"/cases/{made['id']}/wishes", {"wish": "withdraw"}, 403)


# --- what she wants ---


async def test_a_candidate_who_withdraws_is_withdrawn_once(place: Norandino, norandino: Partner) -> None:
    made = await norandino.post("/cases", nomination(place.rosa(id=ROSA)), 201)
    path = f"/cases/{made['id']}/wishes"
    for _ in range(2):
        done = await norandino.post(path, {"wish": "withdraw", "words": "Se muda"}, Idempotency_Key="rosa-moves")
    assert done["state"] == "withdrawn"
    assert "Se muda" not in str(done)
    assert place.case.acts[-1].note == "Se muda"
    assert (await norandino.post(path, {"wish": "withdraw"}, 409))["reason"] == "state"
    assert (await norandino.post("/cases", nomination(made["learner"]), 201))["id"] != made["id"]


async def test_what_only_people_may_do_cannot_be_wished(place: Norandino, norandino: Partner) -> None:
    made = await norandino.post("/cases", nomination(place.rosa(id=ROSA)), 201)
    path = f"/cases/{made['id']}/wishes"
    for wish in ("admit", "judge", "decide", "certify", "revoke", "refuse"):
        await norandino.post(path, {"wish": wish}, 422)
    assert (await norandino.post(path, {"wish": "appeal"}, 409))["reason"] == "words"
    assert (await norandino.post(path, {"wish": "appeal", "words": "No"}, 409))["reason"] == "state"
    other = await partner(place.console, cooperatives=["caranavi"])
    await other.post(path, {"wish": "withdraw"}, 404)
    assert place.case.state is State.ELIGIBILITY_CHECK


# --- revocation ---


async def asked_for(norandino: Partner) -> tuple[str, dict[str, str]]:
    """A revocation asked for by a program; the path of its credential, and what it was told."""
    (held,) = (await norandino.get("/credentials"))["items"]
    path = f"/credentials/{held['serial']}"
    return path, await norandino.post(f"{path}/revocation-requests", GROUND, 201)


async def test_a_revocation_that_a_program_asks_for_waits_for_a_person(place: Norandino, norandino: Partner) -> None:
    code = place.certified()
    path, asked = await asked_for(norandino)
    assert (asked["what"], asked["state"], asked["reason"]) == ("revoked", "open", GROUND["reason"])
    assert (await norandino.get(path))["state"] == "valid"
    assert (await norandino.post(f"{path}/revocation-requests", GROUND, 409))["reason"] == "waiting"
    olga = await place.person("coordinator")
    listed = await olga.get("/console/cases/credentials")
    assert "Esperan a una segunda persona" in listed
    assert "a partner propone: Anular para siempre" in listed
    assert "Certificados por decidir" in await olga.get("/console/")
    page = f"/console/cases/credentials/{code}"
    proposal = re.search(r'name="proposal" value="(\w+)"', await olga.get(page))
    assert proposal
    assert "Hecho" in await olga.post(page, {"step": "agree", "proposal": proposal[1]})
    assert place.case.state is State.REVOKED
    assert (await norandino.get(path))["state"] == "revoked"
    act = place.case.acts[-1]
    assert (act.actor, act.data["second"]) == (asked["asked_by"], olga.account.login)  # type: ignore[union-attr]
    assert [each["state"] for each in (await norandino.get(f"{path}/revocation-requests"))["items"]] == ["done"]
    assert (await norandino.post(f"{path}/revocation-requests", GROUND, 409))["reason"] == "revoked"
    assert "Esperan a una segunda persona" not in await olga.get("/console/cases/credentials")
    assert "Certificados por decidir" not in await olga.get("/console/")


async def test_who_made_the_key_is_not_the_second_person(place: Norandino, norandino: Partner) -> None:
    code = place.certified()
    maker = await place.person("administrator", assessor="ana")
    with place.console.database.writing() as conn:
        _, norandino.token = tokens.add(
            conn,
            OPERATOR,
            name="her own key",
            rights=["certify", "see_cases"],
            cooperatives=None,
            expires_at=place.console.clock() + timedelta(days=30),
            by=maker.account.login,  # type: ignore[union-attr]
            now=place.console.clock(),
        )
    await asked_for(norandino)
    page = f"/console/cases/credentials/{code}"
    shown = await maker.get(page)
    assert "Otra persona tiene que estar de acuerdo" in shown
    assert 'value="agree"' not in shown
    proposal = re.search(r'name="proposal" value="(\w+)"', shown)
    assert proposal
    agree = {"step": "agree", "proposal": proposal[1]}
    assert "La segunda persona tiene que ser otra" in await maker.post(page, agree, 422)
    assert place.case.state is State.CERTIFIED
    assert "Se dejó como estaba" in await maker.post(page, agree | {"step": "drop"})


async def test_a_program_does_not_push_aside_what_a_person_proposed(place: Norandino, norandino: Partner) -> None:
    code = place.certified()
    olga = await place.person("coordinator")
    fields = {"step": "propose", "what": "suspended", "reason": "Denuncia", "once": "a7" * 16}
    await olga.post(f"/console/cases/credentials/{code}", fields)
    (held,) = (await norandino.get("/credentials"))["items"]
    path = f"/credentials/{held['serial']}/revocation-requests"
    assert (await norandino.post(path, GROUND, 409))["reason"] == "waiting"
    (kept,) = (await norandino.get(path))["items"]
    assert (kept["what"], kept["asked_by"]) == ("suspended", olga.account.login)  # type: ignore[union-attr]
    other = await partner(place.console, cooperatives=["caranavi"])
    await other.get(path, 404)
    await other.post(path, GROUND, 404)
