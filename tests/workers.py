"""A worker of long experience who is certified by message: her phone, her case, and what others enter in it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from bot.certifying import examining
from bot.certifying.cases import Act, Assessor, Case, State
from bot.certifying.deciding import decide
from bot.certifying.standards import Issuer, Standard
from bot.delivering.sms import sms_text
from bot.messages import Address, Channel
from bot.talking.certifying import CASE
from bot.turn import Due
from cli.wiring import House
from store import assessors, cases, dues, exams
from store.database import Database
from tests.changing import replace
from tests.houses import Clock, Phone, build, say

_numbers = count(1)
_REAL = Shelf(Path(__file__).parents[1] / "content")


def catalogue() -> Catalogue:
    """What this repository teaches, with its standard approved and somebody who may issue: as it is on a good day."""
    found = _REAL()
    held = found.standards["CHQ-NURSERY"]
    issuer = Issuer(name="Norandino", valid_from=date(2026, 1, 1), valid_until=None)
    schemes = tuple(replace(each, issuers=(issuer,)) for each in held.schemes)
    approved = replace(held, standing=replace(held.standing, state="validated"), schemes=schemes)
    return replace(found, standards={**found.standards, held.code: approved})


class Worker:
    """Rosa, her phone, and what she knows of her trade: everything, or nothing."""

    def __init__(self, database: Database, *others: Channel) -> None:
        self.database, self.phone, self.clock, self.taught = database, Phone(), Clock(), catalogue()
        self.house: House = build(database, _REAL, [self.phone, *others], self.clock)
        self.house.desk.catalogue = lambda: self.taught

    @property
    def standard(self) -> Standard:
        return self.taught.standards["CHQ-NURSERY"]

    @property
    def case(self) -> Case:
        with self.database.reading() as conn:
            return cases.listed(conn)[0]

    async def writes(self, *texts: str, sent: datetime | None = None) -> list[str]:
        """What she hears to the last of these; `sent`: when they were received, where that was not just now."""
        before = 0
        for each in texts:
            before = len(self.phone.said)
            self.clock.wait(seconds=30)
            await say(self.house, each, first=next(_numbers), sent=sent)
        return [sms_text(each.content) for each in self.phone.said[before:] if each.content.text]

    async def applies(self) -> None:
        await self.writes("POSTULAR", "si", "Rosa Quispe", "1970", "25")
        while self.case.state is State.ORIENTED:
            await self.writes("1")

    async def applies_again(self) -> None:
        await self.writes("POSTULAR", "si", "25")
        while self.case.state is State.ORIENTED:
            await self.writes("1")

    async def answers(self, *, right: bool, most: int = 200) -> None:
        """Answer whatever the test asks, until it asks no more."""
        for _ in range(most):
            with self.database.reading() as conn:
                under_way = exams.under_way(conn, [self.case.id])
            waiting = under_way[0].waiting if under_way else ()
            if not waiting:
                return
            await self.writes(" ".join(answer_to(each, right=right) for each in waiting))

    def enters(self, kind: str, role: str, actor: str, **more: object) -> Case:
        """Somebody else's act, as the command line or a console enters it."""
        with self.database.writing() as conn:
            outcome = decide(
                self.case,
                Act(kind=kind, role=role, actor=actor, **more),  # type: ignore[arg-type]
                self.standard,
                self.clock(),
            )
            assert outcome.act, outcome.refused
            cases.append(conn, self.case.id, outcome.act)
            subject = f"{self.case.id}/{outcome.act.seq}"
            dues.owe(conn, [Due(learner=outcome.case.candidate, kind=CASE, subject=subject, at=self.clock())])
        self.clock.wait(minutes=1)
        return outcome.case

    async def by(self, phone: Address, text: str) -> str:
        """What another phone hears to this."""
        self.clock.wait(seconds=30)
        await say(self.house, text, first=next(_numbers), address=phone)
        return self.phone.texts(phone)[-1]

    def names(self, *ids: str, phone: str = "") -> None:
        """These become assessors."""
        with self.database.writing() as conn:
            for each in ids:
                made = Assessor(
                    id=each,
                    name=each.title(),
                    credential="EV",
                    valid_from=self.clock() - timedelta(days=9),
                    valid_until=self.clock() + timedelta(days=400),
                    standards=frozenset({"CHQ-NURSERY"}),
                    addresses=(phone,) if phone else (),
                )
                assessors.add(conn, made, self.clock())


def answer_to(each: examining.Served, *, right: bool) -> str:
    if each.kind == "choice":
        return "ABCDEF"[each.key if right else (each.key + 1) % len(each.options)]
    if each.kind == "order":
        return each.answer if right else each.answer[::-1]
    return each.answer if right else "987654"
