"""A case from application to certificate at the terminal, as an office without the program's author does it; and what
every face of a certificate says when it is suspended, given back, taken away, or at its end."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from authoring.credentials import keys, offline
from authoring.shelf import Shelf
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import Credential
from bot.messages import Address, Channel
from bot.turn import Consented, Joined
from cli.main import main
from store import cases, credentials
from store.credential_tables import credentials as credential_rows
from store.database import Database
from tests.houses import ROSA, Clock, Phone, build, say, settle
from tests.store.rows import learner, turn
from tests.transcripts.playing import content
from webhooks.verify import routes

_ISSUER = '[[schemes.issuers]]\nname = "Norandino"\nvalid_from = "2026-01-01"\n\n'
_numbers = count(1)
EMPLOYER = Address(scheme="tel", identity="+51900000009")
TWO = ("--by", "irma", "--second", "pedro", "--reason", "Denuncia")


class Office:
    """Runs commands on one database; the candidate's telephone hangs on the same one."""

    def __init__(self, capsys: pytest.CaptureFixture[str], database: Database, folder: Path) -> None:
        self._capsys, self.database, self.shelf, self.folder = capsys, database, Shelf(folder), folder
        self.phone, self.clock = Phone(), Clock(now=database.now())
        channels: list[Channel] = [self.phone]
        self.house = build(database, self.shelf, channels, self.clock)
        self.number = ""

    def __call__(self, *arguments: str, refused: bool = False) -> str:
        code = main(arguments)
        told = self._capsys.readouterr()
        assert code == int(refused), told.err + told.out
        return told.err + told.out

    def enters(self, kind: str, role: str, by: str, *more: str, refused: bool = False) -> str:
        return self("certify", "act", self.number, kind, "--role", role, "--by", by, *more, refused=refused)

    def applied(self) -> None:
        opened = self("certify", "apply", ROSA.identity, "--standard", "VIVERO", "--experience", "20", "--agreed",
                      "--by", "coord")  # fmt: skip
        self.number = re.search(r"case (\d{6})", opened)[1]  # type: ignore[index]

    def decided(self) -> None:
        """Everything up to the decision, each step by its own command."""
        self.decided_until_evidence()
        self("certify", "judge", self.number, "--rest", "yes", "--by", "ana")
        self("certify", "conclude", self.number, "--by", "ana")
        self.enters("moderate", "moderator", "marta", "--value", "agreed")
        assert "decided" in self("certify", "decide", self.number, "--by", "marta")

    def decided_until_evidence(self) -> None:
        self("assessor", "add", "ana", "Ana Mamani", "--credential", "EV-1", "--until", "2099-01-01",
             "--standard", "VIVERO")  # fmt: skip
        self.applied()
        self.enters("admit", "coordinator", "coord")
        for element in ("1.1", "1.2"):
            self.enters("self_assess", "coordinator", "coord", "--element", element, "--value", "yes")
        self.enters("plan", "coordinator", "coord", "--set", "place=Caranavi")
        self.enters("assign", "coordinator", "coord", "--value", "ana")
        self.enters("identify", "assessor", "ana")
        self.enters("knowledge", "assessor", "ana", "--unit", "1", "--value", "passed")
        self.enters("evidence", "assessor", "ana", "--unit", "1", "--set", "evidence=performance",
                    "--set", "method=field_observation")  # fmt: skip

    def issued(self) -> str:
        self.decided()
        said = self("certify", "issue", self.number, "--body", "Norandino", "--by", "irma")
        return re.search(r"code (\S+)", said)[1]  # type: ignore[index]

    async def hears(self, address: Address = ROSA) -> list[str]:
        before = len(self.phone.texts(address))
        self.clock.now = max(self.clock.now, self.database.now())
        for _ in range(4):  # whatever the hour, nobody is woken at night
            self.clock.wait(hours=6)
            await settle(self.house)
        return self.phone.texts(address)[before:]

    async def faces(self, code: str, client: TestClient[web.Request, web.Application]) -> set[str]:
        """What each face says of it: case, credential, VERIFICA by SMS, terminal, page and JSON."""
        with self.database.reading() as conn:
            held = credentials.by_code(conn, codes.read(code).code)
        assert held
        shown = json.loads(self("certify", "list", "--json"))[0]["state"]
        self.clock.now = max(self.clock.now, self.database.now()) + timedelta(hours=2)
        await say(self.house, f"VERIFICA {code}", first=next(_numbers), address=EMPLOYER)
        page = await (await client.get(f"/verify/{code}", headers={"Accept": "text/html"})).text()
        machine = await (await client.get(f"/verify/{code}", headers={"Accept": "application/json"})).json()
        at_hand = json.loads(self._json(code))
        words = {"VÁLIDO": "valid", "SUSPENDIDO": "suspended", "ANULADO": "revoked", "VENCIDO": "expired"}
        sms = self.phone.texts(EMPLOYER)[-1]
        said = {mean for word, mean in words.items() if word in sms.upper()}
        on_page = {mean for word, mean in words.items() if re.search(rf"\b{word}\b", page.upper())}
        states = {"certified": "valid", "expiring": "valid"}
        return {states.get(shown, shown), held.state(self.database.now()), machine["state"], at_hand["state"],
                *said, *on_page}  # fmt: skip

    def offline(self, code: str, at: datetime) -> str:
        """What the small QR of a paper says on a day, by the keys alone."""
        with self.database.reading() as conn:
            held = credentials.by_code(conn, codes.read(code).code)
        assert held
        now = held.award.valid_from
        ring = keys.ring(Path("var/keys"), now)
        return offline.read(offline.payload(held, ring.offline, now.date()), ring.published()).state(at.date())

    def _json(self, code: str) -> str:
        main(("verify", code, "--json"))
        return self._capsys.readouterr().out


@pytest.fixture
def office(
    tmp_path: Path, migrated_sqlite: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Office:
    (tmp_path / "c.db").write_bytes(migrated_sqlite)
    folder = content(tmp_path / "content")
    norm = folder / "vivero" / "standard.toml"
    norm.write_text(norm.read_text(encoding="utf-8").replace("[[units]]", f"{_ISSUER}[[units]]", 1), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHASQUI_DATABASE_URL", f"sqlite:///{tmp_path}/c.db")
    monkeypatch.setenv("CHASQUI_CONTENT_DIR", str(folder))
    monkeypatch.setenv("CHASQUI_SECRET_KEY", "a key for tests")
    database = Database.open(f"sqlite:///{tmp_path}/c.db")
    rosa = learner(name="Rosa Quispe", language="es", country="PE", birth_year=1975)
    yes = Consented(learner=rosa.id, granted=True, text="si", language="es", method="reply")
    turn(database, ROSA, Joined(learner=rosa), yes, now=database.now())
    return Office(capsys, database, folder)


@pytest.fixture
async def client(office: Office, tmp_path: Path) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    async def find(code: str) -> Credential | None:
        with office.database.reading() as conn:
            return credentials.by_code(conn, code)

    async def revoked(number: int) -> list[int] | None:
        return []

    ring = keys.ring(tmp_path / "keys", office.database.now())
    app = web.Application()
    place = Place(base="https://chasqui.example")
    app.add_routes(
        routes(
            find=find,
            revoked=revoked,
            ring=lambda: ring,
            place=place,
            organisation="Norandino",
            clock=lambda: office.database.now(),
        )
    )
    async with TestClient(TestServer(app)) as open_:
        yield open_


async def test_a_decided_case_becomes_a_certificate_and_she_is_told_what_it_is(office: Office) -> None:
    code = office.issued()
    [told] = [each for each in await office.hears() if code in each]
    assert "certificado de competencia" in told
    assert "No es título del Estado" in told
    assert f"VERIFICA {code}" in told
    with office.database.reading() as conn:
        held = credentials.by_code(conn, codes.read(code).code)
        case = cases.find(conn, office.number)
    assert held
    assert case
    assert case.credential
    assert (held.serial, held.award.valid_until) == (case.credential.serial, case.credential.valid_until)
    assert f"{held.award.valid_until:%d/%m/%Y}" in told
    assert {each.genre for each in held.award.evidence} == {"performance"}
    assert {each.assessment for each in held.award.results} == {"Exam", "Performance"}
    assert "holds" in office("certify", "show", office.number)
    assert "takes no 'certify'" in office("certify", "issue", office.number, "--body", "Norandino", "--by", "irma",
                                        refused=True)  # fmt: skip


async def test_without_a_decision_or_an_authorised_body_nothing_is_issued(office: Office) -> None:
    office.decided()
    assert "may not issue" in office("certify", "issue", office.number, "--body", "Sur", "--by", "irma", refused=True)
    with office.database.reading() as conn:
        case = cases.find(conn, office.number)
        assert not conn.execute(credential_rows.select()).all()
    assert case
    assert case.state.value == "decided"
    office("certify", "apply", ROSA.identity, "--standard", "VIVERO", "--agreed", "--by", "coord", refused=True)


async def test_every_face_says_the_same_whoever_moved_it(
    office: Office, client: TestClient[web.Request, web.Application]
) -> None:
    code = office.issued()
    assert await office.faces(code, client) == {"valid"}
    office.enters("suspend", "issuer", "irma", "--why", "Denuncia", refused=True)
    assert await office.faces(code, client) == {"valid"}
    office.enters("suspend", "issuer", "irma", "--why", "Denuncia", "--set", "second=pedro")
    assert await office.faces(code, client) == {"suspended"}
    office("credentials", "reinstate", code, *TWO)
    assert await office.faces(code, client) == {"valid"}
    office("credentials", "suspend", code, *TWO)
    assert await office.faces(code, client) == {"suspended"}
    office.enters("reinstate", "issuer", "irma", "--why", "Aclarado", "--set", "second=pedro")
    assert await office.faces(code, client) == {"valid"}
    office("credentials", "revoke", code, *TWO)
    assert await office.faces(code, client) == {"revoked"}
    await office.hears()
    assert any("anulado" in each and "Denuncia" in each for each in office.phone.texts())
    office("credentials", "reinstate", code, *TWO, refused=True)
    assert await office.faces(code, client) == {"revoked"}


async def test_what_was_certified_is_taken_back_though_its_standard_is_gone(
    office: Office, client: TestClient[web.Request, web.Application]
) -> None:
    code = office.issued()
    norm = office.folder / "vivero" / "standard.toml"
    norm.write_text(norm.read_text(encoding="utf-8").replace('version = "1.0"', 'version = "2.0"'), encoding="utf-8")
    office("credentials", "revoke", code, *TWO)
    assert await office.faces(code, client) == {"revoked"}


async def test_the_end_is_seen_on_every_face_at_once_before_anybody_enters_it(
    office: Office, client: TestClient[web.Request, web.Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = office.issued()
    with office.database.reading() as conn:
        case = cases.find(conn, office.number)
    assert case
    assert case.credential
    assert case.credential.valid_until
    assert json.loads(office("certify", "list", "--json", "--state", "expired")) == []
    later = case.credential.valid_until + timedelta(seconds=1)
    monkeypatch.setattr(Database, "now", lambda self: later)
    assert await office.faces(code, client) == {"expired"}
    assert [each["number"] for each in json.loads(office("certify", "list", "--json", "--state", "expired"))] == [
        case.number
    ]
    assert json.loads(office("certify", "list", "--json", "--state", "certified")) == []
    assert office.offline(code, later) == "expired", "and the card says so without a network"


async def test_who_agreed_on_paper_hears_of_her_case_without_lessons_and_can_stop_it(office: Office) -> None:
    other = Address(scheme="tel", identity="+51900000005")
    eva = learner(id="eva", name="Eva Huaman", language="es", country="PE", birth_year=1970)
    turn(office.database, other, Joined(learner=eva), now=office.database.now())
    opened = office(
        "certify", "apply", other.identity, "--standard", "VIVERO", "--experience", "9", "--agreed", "--by", "coord"
    )
    office.number = re.search(r"case (\d{6})", opened)[1]  # type: ignore[index]
    office.enters("admit", "coordinator", "coord")
    assert any(office.number in each for each in await office.hears(other))
    office.clock.wait(hours=1)
    await say(office.house, "BAJA", first=next(_numbers), address=other)
    office.enters("self_assess", "coordinator", "coord", "--element", "1.1", "--value", "yes")
    office.enters("self_assess", "coordinator", "coord", "--element", "1.2", "--value", "yes")
    assert await office.hears(other) == [], "stopping is stopping"
    await say(office.house, "ALTA", first=next(_numbers), address=other)
    office.enters("plan", "coordinator", "coord", "--set", "place=Caranavi")
    assert await office.hears(other)


async def test_a_test_is_opened_before_a_person_from_the_office(office: Office) -> None:
    office("assessor", "add", "ana", "Ana Mamani", "--credential", "EV-1", "--until", "2099-01-01", "--standard",
           "VIVERO")  # fmt: skip
    opened = office("certify", "apply", ROSA.identity, "--standard", "VIVERO", "--experience", "20", "--agreed",
                    "--by", "coord")  # fmt: skip
    office.number = re.search(r"case (\d{6})", opened)[1]  # type: ignore[index]
    office.enters("admit", "coordinator", "coord")
    for element in ("1.1", "1.2"):
        office.enters("self_assess", "coordinator", "coord", "--element", element, "--value", "yes")
    office.enters("plan", "coordinator", "coord")
    assert "no assessor" in office("certify", "exam", office.number, "1", "--supervised-by", "eva", refused=True)
    assert "three hours" in office("certify", "exam", office.number, "1", "--supervised-by", "ana")
    await say(office.house, "EXAMEN", first=next(_numbers))
    await say(office.house, "1", first=next(_numbers))  # it is she who writes
    assert any("ante Ana Mamani" in each for each in office.phone.texts()), office.phone.texts()


async def test_a_witness_is_asked_from_the_office_and_shows_in_the_case(office: Office) -> None:
    office.house.clock()
    opened = office("certify", "apply", ROSA.identity, "--standard", "VIVERO", "--experience", "20", "--agreed",
                    "--by", "coord")  # fmt: skip
    office.number = re.search(r"case (\d{6})", opened)[1]  # type: ignore[index]
    office.enters("admit", "coordinator", "coord")
    for element in ("1.1", "1.2"):
        office.enters("self_assess", "coordinator", "coord", "--element", element, "--value", "yes")
    office.enters("plan", "coordinator", "coord")
    asked = ("certify", "witness", office.number, "1")
    assert "her own witness" in office(*asked, ROSA.identity, "--by", "coord", refused=True)
    assert "asked by SMS" in office(*asked, EMPLOYER.identity, "--task", "injerto", "--by", "coord")
    (said,) = await office.hears(EMPLOYER)
    code = re.search(r"\b\d{6}\b", said)
    assert code
    await say(office.house, code[0], first=next(_numbers), address=EMPLOYER)
    shown = office("certify", "show", office.number)
    assert "confirm" in shown
    assert "(witness)" in shown
