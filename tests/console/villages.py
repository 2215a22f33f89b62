"""Cooperatives with something of everything, each with names, numbers, words and ids that are found nowhere else."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy import Connection, insert, select

from bot.cooperating.arriving import Arrival
from bot.cooperating.hooks import Hook
from bot.cooperating.members import Member
from bot.cooperating.organisations import Cohort, Cooperative, Officer
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.people import OPERATOR, Learner, new_id
from bot.reporting.surveys import Question, Survey
from store import campaigns, cases, casework, cohorts, credentials, hooks, importing, organisations, surveys, teaching
from store.case_tables import evidence
from store.tables import enrolments, help_requests, inbox, outbox, threads
from tests.certificates import finished
from tests.console.standing import Standing


@dataclass
class Village:
    """What one cooperative has: ids by what they name, and what nobody else may ever read."""

    word: str
    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    marks: set[str] = field(default_factory=set)

    def add(self, kind: str, id: str, *, secret: bool = True) -> str:
        self.ids[kind].append(id)
        if secret:
            self.marks.add(id)
        return id


def village(there: Standing, word: str, number: int) -> Village:
    """Found a cooperative whose numbers all begin +51 900 and then `number`."""
    made = Village(word=word)
    made.marks |= {f"Cooperativa {word.title()}"}
    made.add("cooperative", word, secret=False)
    with there.database.writing() as conn:
        _found(conn, there, made, number)
        people = _learners(conn, there, made, number)
        _conversation(conn, there, made, people, number)
        _plans(conn, there, made)
        _certificates(conn, there, made, people, number)
        _surveys(conn, there, made)
        _hooks(conn, there, made)
    return made


def _found(conn: Connection, there: Standing, made: Village, number: int) -> None:
    now, word = there.clock(), made.word
    organisations.add_cooperative(
        conn, OPERATOR, Cooperative(id=word, name=f"Cooperativa {word.title()}", country="PE"), now
    )
    officer = Officer(
        id=new_id(now, Random(number)),
        cooperative=word,
        name=f"Elsa {word.title()}",
        addresses=(f"tel:+519{number:02d}000099",),
    )
    organisations.add_officer(conn, OPERATOR, officer, now)
    made.add("officer", officer.id)
    made.marks.add(officer.name)
    if not teaching.is_kept(conn, there.house.shelf()):
        teaching.keep(conn, there.house.shelf())


def _learners(conn: Connection, there: Standing, made: Village, number: int) -> list[Learner]:
    now, catalogue = there.clock(), there.house.shelf()
    course = next(iter(catalogue.courses.values()))
    made.add("course", course.id, secret=False)
    cohort = Cohort(
        id=f"{made.word}-grupo",
        name=f"Grupo {made.word.title()}",
        course=course.id,
        cooperative=made.word,
        starts_on=now.date(),
    )
    cohorts.add_cohort(conn, OPERATOR, cohort, now)
    made.add("cohort", cohort.id)
    session = cohorts.add_session(conn, OPERATOR, cohort, now + timedelta(days=3), f"Local {made.word}", "Injerto")
    made.add("session", str(session.id), secret=False)
    made.marks |= {cohort.name, f"Local {made.word}"}
    arrivals = [
        Arrival(
            member=Member(
                line=each,
                phone=f"+519{number:02d}0000{each:02d}",
                country="PE",
                name=f"Nombre{made.word}{'abcdefgh'[each]} Quispe",
                language="es",
                sex="f" if each % 2 else "m",
                birth_year=1980 + each,
                community=f"Caserio{made.word}",
            ),
            cooperative=made.word,
            reference=f"Hoja{made.word}{each}",
            given_on="2026-01-15",
        )
        for each in range(1, 7)
    ]
    outcomes = importing.take_in(
        conn, OPERATOR, arrivals, b"a key for tests", now, Random(number), cohort=cohort, version=course.version
    )
    people = [each.learner for each in outcomes if each.learner]
    for arrival, person in zip(arrivals, people, strict=True):
        made.add("learner", person.id)
        made.marks |= {
            arrival.member.name.partition(" ")[0],
            arrival.member.phone[1:],
            arrival.reference,
            f"Caserio{made.word}",
        }
    return people


def _conversation(conn: Connection, there: Standing, made: Village, people: list[Learner], number: int) -> None:
    now = there.clock()
    for place, person in enumerate(people[:3], 1):
        address, words = f"tel:+519{number:02d}0000{place:02d}", f"Pregunta{made.word}{place}"
        conn.execute(threads.update().where(threads.c.address == address).values(sender=there.phone.name))
        row = {"learner": person.id, "address": address, "kind": "person", "text": words, "asked_at": now}
        id = conn.execute(insert(help_requests).values(row).returning(help_requests.c.id)).scalar_one()
        made.add("message", str(id), secret=False)
        said = {"text": f"Dicho{made.word}{place}"}
        conn.execute(
            insert(inbox),
            {
                "sender": there.phone.name,
                "provider_id": f"SM{number}{place}",
                "address": address,
                "kind": "text",
                "payload": str(said).replace("'", '"'),
                "received_at": now,
                "state": "answered",
                "not_before": now,
            },
        )
        conn.execute(
            insert(outbox),
            {
                "sender": there.phone.name,
                "address": address,
                "learner": person.id,
                "kind": "lesson",
                "content": '{"text":"Respuesta' + made.word + '"}',
                "state": "sent",
                "not_before": now,
                "created_at": now,
                "sent_at": now,
            },
        )
        made.marks |= {words, f"Dicho{made.word}{place}", f"Respuesta{made.word}"}


def _plans(conn: Connection, there: Standing, made: Village) -> None:
    now = there.clock()
    for kind, name, state in (
        (Kind.ONCE, "borrador", State.DRAFT),
        (Kind.ONCE, "pedida", State.WAITING),
        (Kind.RECURRING, "corriendo", State.RUNNING),
        (Kind.NOTICE, "aviso", State.RUNNING),
    ):
        id = f"{'notice-' if kind is Kind.NOTICE else ''}{made.word}-{name}"
        campaign = Campaign(
            id=id,
            name=f"Plan{made.word} {name}",
            kind=kind,
            state=state,
            audience=Audience(cooperatives=(made.word,)),
            texts=({"es": f"Texto{made.word} {name}"},),
            schedule=Schedule(on=(now + timedelta(days=2)).date(), days=("mon",) if kind is Kind.RECURRING else ()),
            cooperative=made.word,
            created_by=f"autora-{made.word}",
            created_at=now,
        )
        assert campaigns.create(conn, OPERATOR, campaign, f"autora-{made.word}", now)
        made.add("campaign", id)
    made.marks |= {f"Plan{made.word}", f"Texto{made.word}"}


def _certificates(conn: Connection, there: Standing, made: Village, people: list[Learner], number: int) -> None:
    now = there.clock()
    rows = conn.execute(select(enrolments.c.id, enrolments.c.learner)).all()
    of = {row.learner: row.id for row in rows}
    for place, person in enumerate(people[:2]):
        award = finished(
            number * 10 + place,
            learner=person.id,
            given_name=person.name.partition(" ")[0],
            cooperative=made.word,
            decision=of[person.id],
            awarded_on=now.date(),
            valid_from=now,
        )
        held = credentials.issue(conn, award, by="system", now=now, chance=secrets.SystemRandom())
        made.add("credential", held.serial)
        made.marks.add(held.code)
    standard = next(iter(there.house.shelf().standards.values()), None)
    if standard is None:
        return
    for person in people[:2]:
        opening = casework.Opening(by="autora", experience=5, paper=f"Papel{made.word}")
        case = casework.opened(conn, OPERATOR, person, standard, "PE", opening, now)
        made.add("case", case.id)
        made.add("number", str(case.number))
        row = {"id": secrets.token_hex(16), "case": case.id, "sha256": secrets.token_hex(32), "captured_at": now}
        conn.execute(insert(evidence), {**row, "kind": "product", "note": f"Prueba{made.word}"})
        made.add("evidence", row["id"])
        made.add("file", row["sha256"])
        made.marks |= {f"Prueba{made.word}", f"Papel{made.word}"}
    assert cases.having(conn, [person.id for person in people[:2]])


def _surveys(conn: Connection, there: Standing, made: Village) -> None:
    survey = Survey(
        id=new_id(there.clock(), Random(made.word)),
        title=f"Encuesta{made.word}",
        purpose="Saber más.",
        questions=(Question(kind="yes_no", texts={"es": f"Cuestion{made.word}"}),),
        cooperative=made.word,
        created_by="autora",
        created_at=there.clock(),
    )
    assert surveys.create(conn, OPERATOR, survey)
    made.add("survey", survey.id)
    made.marks |= {survey.title, f"Cuestion{made.word}"}


def _hooks(conn: Connection, there: Standing, made: Village) -> None:
    now = there.clock()
    wished = Hook(
        id="",
        name=f"Gancho{made.word}",
        url=f"https://{made.word}.example/hook",
        events=frozenset({"unit.passed"}),
        cooperatives=frozenset({made.word}),
        created_by="autora",
        created_at=now,
    )
    hook = hooks.add(conn, OPERATOR, wished, now)
    made.add("hook", hook.id)
    delivery = hooks.ping(conn, OPERATOR, hook.id, now)
    assert delivery
    made.add("delivery", str(delivery.id), secret=False)
    made.marks |= {wished.name, wished.url}
