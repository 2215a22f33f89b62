"""A worker whose case the console's pages are tried on, with everybody who acts in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image

from authoring.shelf import Shelf
from bot.certifying import codes
from bot.certifying.cases import Act, Assessor, Case
from bot.certifying.standards import Standard
from bot.cooperating.accounts import Account
from bot.people import OPERATOR
from bot.turn import Consented, Joined
from store import assessors, cases, casework
from tests.console.consoles import Console, Visitor
from tests.houses import ROSA, shelf_at
from tests.store.rows import learner, turn

_ISSUER = '[[schemes.issuers]]\nname = "Norandino"\nvalid_from = "2026-01-01"\n\n'


def shelf_with_issuer(folder: Path) -> Shelf:
    """The small courses, with somebody who may issue."""
    shelf_at(folder)
    norm = folder / "vivero" / "standard.toml"
    norm.write_text(norm.read_text(encoding="utf-8").replace("[[units]]", f"{_ISSUER}[[units]]", 1), encoding="utf-8")
    return Shelf(folder)


def photo() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "green").save(out, "JPEG")
    return out.getvalue()


@dataclass
class Norandino:
    """Rosa and her case, Ana who assesses, and the console."""

    console: Console

    @property
    def standard(self) -> Standard:
        return self.console.house.shelf().standards["VIVERO"]

    @property
    def case(self) -> Case:
        with self.console.database.reading() as conn:
            return cases.listed(conn)[0]

    @property
    def path(self) -> str:
        return f"/console/cases/{self.case.number}"

    def rosa(self, cooperative: str = "norandino", id: str = "rosa") -> str:
        """Rosa learns here; her id."""
        given = {"id": id, "name": "Rosa Quispe", "birth_year": 1975, "cooperative": cooperative}
        who = learner(language="es", country="PE", **given)
        yes = Consented(learner=who.id, granted=True, text="si", language="es", method="reply")
        turn(self.console.database, ROSA, Joined(learner=who), yes, now=self.console.clock())
        return str(who.id)

    def assessor(self, name: str = "ana", *, days: int = 400) -> None:
        """She may judge."""
        made = Assessor(
            id=name,
            name=f"{name.title()} Mamani",
            credential="EV-1",
            valid_from=self.console.clock() - timedelta(days=30),
            valid_until=self.console.clock() + timedelta(days=days),
            standards=frozenset({"VIVERO"}),
        )
        with self.console.database.writing() as conn:
            assessors.add(conn, made, self.console.clock())

    def enters(self, kind: str, role: str, actor: str, **more: object) -> None:
        """An act that is entered elsewhere."""
        self.console.clock.wait(seconds=5)
        with self.console.database.writing() as conn:
            act = Act(kind=kind, role=role, actor=actor, **more)  # type: ignore[arg-type]
            casework.entered(conn, self.case, self.standard, act, self.console.clock())

    def answers(self) -> None:
        """What Rosa says of herself by message."""
        for element in ("1.1", "1.2"):
            self.enters("self_assess", "candidate", "candidate", element=element, value="yes")

    async def person(self, role: str, cooperatives: list[str] | None = None, *, assessor: str = "") -> Visitor:
        """A browser of somebody, who may be an assessor as well."""
        account = self.account(role, cooperatives, assessor=assessor)
        visitor = await self.console.visitor()
        visitor.account = account
        token = {"chasqui": self.console.token(account)}
        visitor.client.cookie_jar.update_cookies(token, self.console.server.make_url("/"))
        return visitor

    def account(self, role: str, cooperatives: list[str] | None = None, *, assessor: str = "") -> Account:
        return self.console.account(role, cooperatives, assessor=assessor)

    def opened(self) -> None:
        """Rosa's case, as far as the plan, with Ana assigned."""
        id = self.rosa()
        self.assessor()
        with self.console.database.writing() as conn:
            who = learner(name="Rosa Quispe", language="es", country="PE", birth_year=1975, id=id)
            given = casework.Opening(by="olga", experience=20)
            casework.opened(conn, OPERATOR, who, self.standard, "PE", given, self.console.clock())
        self.enters("admit", "coordinator", "olga")
        self.answers()
        self.enters("plan", "coordinator", "olga", data={"place": "Jaén"})
        self.enters("assign", "coordinator", "olga", value="ana")

    def ready(self) -> None:
        """Everything is there to be judged."""
        self.opened()
        self.enters("identify", "assessor", "ana")
        self.enters("knowledge", "assessor", "ana", unit="1", value="passed")
        data = {"id": "e1", "evidence": "performance", "method": "field_observation"}
        self.enters("evidence", "assessor", "ana", unit="1", data=data)

    def decided(self) -> None:
        """And judged, moderated and decided."""
        self.ready()
        for code in ("1.1.1", "1.2.1"):
            self.enters("judge", "assessor", "ana", criterion=code, value="yes")
        data = {"units": "1", "sampled": "yes"}
        self.enters("conclude", "assessor", "ana", value="competent", data=data)
        self.enters("moderate", "moderator", "marta", value="agreed")
        self.enters("decide", "moderator", "marta", value="competent", data={"units": "1"})

    def certified(self) -> str:
        """And issued; the code."""
        self.decided()
        with self.console.database.writing() as conn:
            _, held = casework.issue(
                conn, OPERATOR, self.case, self.standard, "Norandino", "irma", self.console.clock()
            )
        return codes.shown(held.code)
