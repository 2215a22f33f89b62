"""The pages of certification, as coordinators, officers and assessors use them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import FormData

from authoring.shelf import Shelf
from bot.certifying import codes
from bot.certifying.cases import State
from store import credentials
from tests.console.consoles import Console, Visitor
from tests.console.standing_case import Norandino, photo, shelf_with_issuer
from tests.houses import settle


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.chdir(tmp_path)
    return shelf_with_issuer(tmp_path / "content")


@pytest.fixture
def place(sqlite_console: Console) -> Norandino:
    return Norandino(sqlite_console)


async def sends(visitor: Visitor, path: str, fields: dict[str, str], files: list[bytes], at: str) -> str:
    """Post a form with files."""
    form = FormData()
    form.add_field("token", await visitor.token(at))
    for name, value in fields.items():
        form.add_field(name, value)
    for number, data in enumerate(files):
        form.add_field("files", data, filename=f"photo{number}.jpg", content_type="image/jpeg")
    async with visitor.client.post(visitor.console.url(path), data=form) as response:
        text = await response.text()
        assert response.status in (200, 422), text[:2000]
        return text


async def test_an_assessors_first_page_lists_the_cases_that_are_hers(place: Norandino) -> None:
    place.opened()
    ana, eva = await place.person("assessor", assessor="ana"), await place.person("assessor", assessor="eva")
    page = await ana.get("/console/")
    assert all(each in page for each in ("Sus casos", "Rosa Quispe", place.path))
    assert "Sus casos" not in await eva.get("/console/")


async def test_an_officer_nominates_her_member_and_nobody_elses(place: Norandino) -> None:
    id = place.rosa()
    officer = await place.person("officer", ["norandino"])
    other = await place.person("officer", ["caranavi"])
    fields = {"learner": id, "standard": "VIVERO", "experience": "20", "agreed": "yes", "q": "Rosa"}
    assert "Rosa Quispe" in await officer.get("/console/cases/new?q=Rosa")
    assert "Rosa Quispe" not in await other.get("/console/cases/new?q=Rosa")
    await other.post("/console/cases/new", fields, 422, at="/console/me")
    assert "Sin su firma" in await officer.post("/console/cases/new", {**fields, "agreed": ""}, 422, at="/console/me")
    assert "Caso abierto" in await officer.post("/console/cases/new", fields, at="/console/me")
    assert place.case.state is State.ELIGIBILITY_CHECK
    again = await officer.post("/console/cases/new", fields, 422, at="/console/me")
    assert "Ya tiene un caso abierto" in again
    await officer.get(place.path, 403)


async def test_a_case_goes_from_admission_to_a_certificate_in_the_console(place: Norandino) -> None:
    id = place.rosa()
    place.assessor()
    olga = await place.person("coordinator")
    ana = await place.person("assessor", assessor="ana")
    opened = {"learner": id, "standard": "VIVERO", "experience": "20", "agreed": "yes"}
    await olga.post("/console/cases/new", opened)
    path = place.path
    await olga.post(f"{path}/act/admit", {})
    place.answers()
    for wrong in ("2026-02-31", "2020-01-01", "mañana"):
        assert "Un día del calendario" in await olga.post(f"{path}/act/plan", {"date": wrong, "place": "Jaén"}, 422)
    await olga.post(f"{path}/act/plan", {"date": "2026-03-09", "place": "Jaén"})
    await olga.post(f"{path}/act/assign", {"assessor": "ana"})
    assert "Ana Mamani" in await olga.get(path)
    await ana.post(f"{path}/act/identify", {"sure": "yes"})
    await ana.post(f"{path}/act/knowledge", {"unit": "1", "result": "passed"})
    marks = {"c-1.1.1": "yes", "c-1.2.1": "yes", "head": "OBS", "once": "a1" * 16}
    await sends(ana, f"{path}/sheet/1", marks, [photo()], f"{path}/sheet/1")
    assert place.case.state is State.EVIDENCE_COMPLETE
    await ana.post(f"{path}/judge", {"c-1.1.1": "yes", "c-1.2.1": "yes"})
    await ana.post(f"{path}/judge", {"act": "conclude"})
    assert place.case.state is State.PENDING_MODERATION
    await olga.post(f"{path}/moderate", {"outcome": "agreed"})
    await olga.post(f"{path}/decide", {})
    await olga.post(f"{path}/issue", {"body": "Norandino"})
    case = place.case
    assert case.state is State.CERTIFIED
    page = await olga.get(path)
    assert "Certificada" in page
    assert "El historial está completo" in page
    with place.console.database.reading() as conn:
        held = credentials.of_case(conn, case.id)
        assert held
    place.console.clock.wait(hours=3)
    await settle(place.console.house)
    assert any(codes.shown(held.code) in each for each in place.console.phone.texts())


async def test_a_sheet_that_is_sent_twice_is_entered_once(place: Norandino) -> None:
    place.opened()
    ana = await place.person("assessor", assessor="ana")
    marks = {"c-1.1.1": "yes", "c-1.2.1": "not_seen", "head": "OBS", "once": "b2" * 16}
    for _ in range(2):
        await sends(ana, f"{place.path}/sheet/1", marks, [photo()], f"{place.path}/sheet/1")
    (piece,) = place.case.evidence
    assert piece.criteria == ("1.1.1",)
    assert len(piece.files) == 1


async def test_what_was_marked_is_kept_here_until_it_is_entered(place: Norandino) -> None:
    place.opened()
    ana = await place.person("assessor", assessor="ana")
    sheet = f"{place.path}/sheet/1"
    token = await ana.token(sheet)
    marks = {"token": token, "c-1.1.1": "no"}
    async with ana.client.post(place.console.url(f"{sheet}/draft"), data=marks) as response:
        assert response.status == 204
    shown = await ana.get(sheet)
    assert re.search(r'name="c-1.1.1" value="no" checked', shown)
    assert "Seguir con la ficha" in await ana.get(place.path)
    assert not place.case.evidence
    await ana.post(sheet, {"c-1.1.1": "no", "head": "OBS", "once": "c3" * 16})
    assert "Seguir con la ficha" not in await ana.get(place.path)


async def test_a_photo_is_shown_without_running_and_only_in_its_own_case(place: Norandino) -> None:
    place.opened()
    ana = await place.person("assessor", assessor="ana")
    marks = {"c-1.1.1": "yes", "head": "OBS", "once": "d4" * 16}
    await sends(ana, f"{place.path}/sheet/1", marks, [photo()], f"{place.path}/sheet/1")
    ((sha256, _),) = place.case.evidence[0].files
    view = await ana.raw("GET", f"{place.path}/evidence/{sha256}/view")
    assert (view.status, view.content_type) == (200, "image/jpeg")
    assert view.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in view.headers["Content-Security-Policy"]
    kept = await ana.raw("GET", f"{place.path}/evidence/{sha256}")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    other = "0" * 64
    assert (await ana.raw("GET", f"{place.path}/evidence/{other}/view")).status == 404
    folder = Path("var/evidence")
    (folder / sha256).write_bytes(b"another picture")
    assert (await ana.raw("GET", f"{place.path}/evidence/{sha256}")).status == 404, "it is not what it was"


@pytest.mark.parametrize("content", [b"MZ a program", b"<svg onload=alert(1)>", b"%!PS"])
async def test_a_file_that_is_no_evidence_is_said_beside_its_field(place: Norandino, content: bytes) -> None:
    place.opened()
    ana = await place.person("assessor", assessor="ana")
    marks = {"c-1.1.1": "yes", "head": "OBS", "once": "e5" * 16}
    said = await sends(ana, f"{place.path}/sheet/1", marks, [content], f"{place.path}/sheet/1")
    assert "Un archivo no sirve" in said
    assert re.search(r'name="c-1.1.1" value="yes" checked', said), "nothing that was marked is lost"
    assert not place.case.evidence


@pytest.mark.parametrize(
    ("kind", "said"), [("trainer", "Usted capacitó a esta persona"), ("relative", "declarada como familiar")]
)
async def test_a_conflict_is_refused_and_explained_before_any_work(place: Norandino, kind: str, said: str) -> None:
    place.ready()
    olga = await place.person("coordinator")
    ana = await place.person("assessor", assessor="ana")
    fields = {"step": "tie", "kind": kind, "learner": place.case.candidate}
    assert "Vínculo declarado" in await olga.post("/console/cases/assessors/ana", fields)
    for page in ("judge", "sheet/1"):
        assert said in await ana.get(f"{place.path}/{page}")
    refused = await ana.post(f"{place.path}/judge", {"c-1.1.1": "yes"}, 422)
    assert "No se anotó" in refused
    assert not place.case.judgements


async def test_who_has_judged_neither_moderates_nor_decides_even_under_another_login(place: Norandino) -> None:
    place.ready()
    for code in ("1.1.1", "1.2.1"):
        place.enters("judge", "assessor", "ana", criterion=code, value="yes")
    place.enters("conclude", "assessor", "ana", value="competent", data={"units": "1", "sampled": "yes"})
    both = await place.person("administrator", assessor="ana")
    assert "Usted evaluó este caso" in await both.get(f"{place.path}/decide")
    assert "le toca a otra persona" in await both.post(f"{place.path}/moderate", {"outcome": "agreed"}, 422, at=_ME)


_ME = "/console/me"


async def test_an_assessor_whose_account_is_tied_to_nobody_is_told_so(place: Norandino) -> None:
    place.opened()
    nobody = await place.person("assessor")
    assert "no está unida a una persona evaluadora" in await nobody.get(f"{place.path}/sheet/1")
    await nobody.post(f"{place.path}/sheet/1", {"c-1.1.1": "yes", "head": "OBS", "once": "f6" * 16}, 422, at=_ME)
    assert not place.case.evidence


async def test_a_login_that_is_called_like_an_assessor_is_not_her(place: Norandino) -> None:
    place.ready()
    account = place.console.account("administrator", login="ana")
    visitor = await place.console.visitor()
    token = {"chasqui": place.console.token(account)}
    visitor.client.cookie_jar.update_cookies(token, place.console.server.make_url("/"))
    await visitor.post(f"{place.path}/judge", {"c-1.1.1": "yes", "c-1.2.1": "yes"}, 422, at=_ME)
    await visitor.post(f"{place.path}/exam", {"unit": "1"}, 422, at=_ME)
    assert not place.case.judgements
    assert place.case.acts[-1].kind == "evidence"


async def test_a_certificate_is_taken_back_by_two_people_each_from_her_own_account(place: Norandino) -> None:
    code = place.certified()
    page = f"/console/cases/credentials/{code}"
    olga, pedro = await place.person("coordinator"), await place.person("coordinator")
    fields = {"step": "propose", "what": "suspended", "reason": "Denuncia", "once": "a7" * 16}
    assert "Falta que otra persona" in await olga.post(page, fields)
    shown = await olga.get(page)
    assert "Otra persona tiene que estar de acuerdo" in shown
    proposal = re.search(r'name="proposal" value="(\w+)"', shown)
    assert proposal
    agree = {"step": "agree", "proposal": proposal[1]}
    assert "La segunda persona tiene que ser otra" in await olga.post(page, agree, 422)
    assert place.case.state is State.CERTIFIED
    assert "Hecho" in await pedro.post(page, agree)
    assert place.case.state is State.SUSPENDED
    await pedro.post(page, agree)
    act = place.case.acts[-1]
    assert (act.actor, act.data["second"], act.reason) == (olga.account.login, pedro.account.login, "Denuncia")  # type: ignore[union-attr]


async def test_papers_and_the_register_are_printed_by_who_may_and_nobody_else(place: Norandino) -> None:
    code = place.certified()
    olga, auditor = await place.person("coordinator"), await place.person("auditor")
    for form in ("page", "card"):
        paper = await olga.raw("GET", f"/console/cases/credentials/{code}/{form}.pdf")
        assert (paper.status, paper.content_type) == (200, "application/pdf")
        assert (await auditor.raw("GET", f"/console/cases/credentials/{code}/{form}.pdf")).status == 403
    register = await olga.raw("GET", "/console/cases/credentials/register.zip")
    assert (register.status, register.content_type) == (200, "application/zip")
    assert "Rosa Quispe" in await auditor.get("/console/cases/credentials")


async def test_it_is_sent_again_in_her_hours(place: Norandino) -> None:
    code = place.certified()
    place.console.clock.wait(hours=3)
    await settle(place.console.house)
    before = len(place.console.phone.texts())
    olga = await place.person("coordinator")
    page = f"/console/cases/credentials/{code}"
    for _ in range(2):
        assert "en sus horas" in await olga.post(f"{page}/send", {}, at=page)
    place.console.clock.wait(hours=20)
    await settle(place.console.house)
    again = [each for each in place.console.phone.texts()[before:] if code in each and "VERIFICA" in each]
    assert len(again) == 1


async def test_another_cooperative_sees_nothing_of_it(place: Norandino) -> None:
    code = place.certified()
    other = await place.person("coordinator", ["caranavi"])
    assert "Rosa" not in await other.get("/console/cases?group=all")
    for path in (place.path, f"{place.path}/judge", f"/console/cases/credentials/{code}", f"{place.path}/act/transfer"):
        await other.get(path, 403 if path.endswith("judge") else 404)
    await other.post(f"{place.path}/act/transfer", {"reason": "mine now"}, 404, at=_ME)


async def test_an_assessor_is_appointed_renewed_and_ended(place: Norandino) -> None:
    olga = await place.person("coordinator")
    new = {
        "name": "Eva Condori",
        "credential": "EV-9",
        "until": "2027-12-31",
        "standards": "VIVERO",
        "phone": "900000007",
    }
    assert "Elija una fecha" in await olga.post("/console/cases/assessors/new", {**new, "until": "2020-01-01"}, 422)
    assert "puede evaluar" in await olga.post("/console/cases/assessors/new", new)
    assert "Ya hay una persona" in await olga.post("/console/cases/assessors/new", new, 422)
    page = "/console/cases/assessors/eva-condori"
    assert "31 dic. 2027" in await olga.get(page)
    assert "Renovada" in await olga.post(page, {"step": "renew", "until": "2029-01-31"})
    assert "31 ene. 2029" in await olga.get(page)
    assert "Marque la casilla" in await olga.post(page, {"step": "close"}, 422)
    await olga.post(page, {"step": "close", "sure": "yes"})
    assert "Ya no evalúa" in await olga.get("/console/cases/assessors")


@pytest.mark.parametrize(
    "query",
    ["q=%25%27%20OR%201%3D1", "after=-1", "after=99999999999999999999.x", "group=x", "state=%00", "q=" + "a" * 5_000],
)
async def test_odd_questions_are_answered(place: Norandino, query: str) -> None:
    place.opened()
    olga = await place.person("coordinator")
    await olga.get(f"/console/cases?{query}")
    await olga.get(f"/console/cases/credentials?{query}")


async def test_lists_go_on_by_key(place: Norandino) -> None:
    place.opened()
    olga = await place.person("coordinator")
    assert "Rosa Quispe" in await olga.get("/console/cases?group=hers")
    assert "Rosa Quispe" in await olga.get(f"/console/cases?q={place.case.number}")
    assert "Rosa Quispe" not in await olga.get("/console/cases?group=certified")
    last = f"{int(place.console.clock().timestamp() * 1_000_000)}"
    assert "Rosa Quispe" in await olga.get(f"/console/cases?group=all&after={last}9.0")


async def test_a_test_before_a_person_and_a_witness_are_asked_for_here(place: Norandino) -> None:
    place.opened()
    ana = await place.person("assessor", assessor="ana")
    assert "escriba EXAMEN" in await ana.post(f"{place.path}/exam", {"unit": "1"})
    assert place.case.acts[-1].kind == "supervise"
    asked = {"number": "900000009", "unit": "1", "task": "Llenar bolsas"}
    hers = {**asked, "number": "900000001"}
    assert "ni su familia" in await ana.post(f"{place.path}/witness", hers, 422)
    assert "código al testigo" in await ana.post(f"{place.path}/witness", asked)
    await ana.post(f"{place.path}/witness", asked)
    assert len(place.case.evidence) == 1
