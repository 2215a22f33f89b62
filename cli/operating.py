"""What the operator does at the terminal before there are pages: read and answer questions, see and erase a learner."""

from __future__ import annotations

import contextlib
import getpass
import json
import sys
from datetime import datetime

from authoring.shelf import Shelf
from bot.cooperating.numbers import BadNumber, e164
from bot.delivering.hours import zone_of
from bot.people import OPERATOR
from bot.talking.personal import answered
from cli import wiring
from cli.people_words import WORDS, say, speak
from cli.settings import Settings, secret_key
from cli.usage import WrongUsage
from store import erasure, help_requests, people
from store.database import Database
from store.help_requests import HelpRequest
from store.people import Person

_PAGE = 500
_KINDS = {
    "wrong_number": " WRONG NUMBER",
    "urgent": " URGENT: SOMEBODY MAY BE IN DANGER",
    "death": " URGENT: SOMEBODY HAS DIED",
}


def inbox(settings: Settings, action: str, number: int | None, text: str) -> int:
    """List what waits for a person, or answer one request, which goes to the learner's phone. Raises WrongUsage."""
    if action == "answer" and (number is None or not text.strip()):
        raise WrongUsage('Say which request and what to answer: chasqui inbox answer 7 "Riegue por la mañana."')
    if action == "list" and number is not None:
        raise WrongUsage(f'The list takes no number. To answer: chasqui inbox answer {number} "…"')
    database = wiring.open_database(settings)
    try:
        if action == "answer" and number is not None:
            return _answer(settings, database, number, text)
        with database.reading() as conn:
            waiting = help_requests.waiting(conn, OPERATOR, _PAGE)
        for request in waiting:
            print(_line(request, settings))
        print(_summary(len(waiting)))
        return 0
    finally:
        database.close()


def _answer(settings: Settings, database: Database, number: int, text: str) -> int:
    wording, policy = Shelf(settings.content_dir)().wording, wiring.policy_of(settings, database)
    with database.reading() as conn:
        request = help_requests.one(conn, OPERATOR, number)
    if request is None or request.answered_at:
        return _refuse(f"There is no open request {number}. The list: chasqui inbox")
    said = answered(wording, request.language, text, policy, name=request.name)
    with database.writing() as conn:
        done = help_requests.answer(conn, OPERATOR, number, said, database.now(), by=getpass.getuser())
    if done is None:
        return _refuse(f"Request {number} has just been answered by somebody else, or its learner is gone.")
    print(f"The answer to request {number} is on its way.")
    return 0


def _line(request: HelpRequest, settings: Settings) -> str:
    at = _local(request.asked_at, settings)
    who = request.name or "(no name)"
    kind = _KINDS.get(request.kind, "")
    return f"{request.id:>5}  {at}  {who}  {request.address}{kind}\n       {request.text}"


def _summary(count: int) -> str:
    if not count:
        return "Nobody is waiting for an answer."
    return f"{count} waiting. To answer: chasqui inbox answer NUMBER TEXT"


def learners(settings: Settings, action: str, who: str, language: str = "") -> int:
    """List learners, print everything held on one as JSON, or erase one for good."""
    speak(language)
    database = wiring.open_database(settings)
    try:
        if action == "list":
            return _list(database)
        found = _found(database, who, settings.country)
        if found is None:
            return _refuse(say("learners.unknown", who=who))
        if action == "data":
            with database.reading() as conn:
                print(json.dumps(people.dump(conn, found.learner.id), ensure_ascii=False, indent=2))
            return 0
        return _erase(settings, database, found)
    finally:
        database.close()


def _list(database: Database) -> int:
    after = ""
    while True:
        with database.reading() as conn:
            page = people.find(conn, OPERATOR, after=after, limit=_PAGE)
        if not (page or after):
            print(say("learners.none"))
        for each in page:
            reached = ", ".join(address for address, _ in each.threads)
            print(f"{each.learner.id}  {each.learner.name or '-':<20}  {each.learner.language or '-':<3} {reached}")
        if len(page) < _PAGE:
            return 0
        after = page[-1].learner.id


def _found(database: Database, who: str, country: str) -> Person | None:
    with contextlib.suppress(BadNumber):
        who, _ = e164(who, country)
    after = ""
    while who:
        with database.reading() as conn:
            page = people.find(conn, OPERATOR, after=after, limit=_PAGE)
        for each in page:
            if each.learner.id == who or any(address.endswith(f":{who}") for address, _ in each.threads):
                return each
        if len(page) < _PAGE:
            return None
        after = page[-1].learner.id
    return None


def _erase(settings: Settings, database: Database, person: Person) -> int:
    question = say("learners.erase", name=person.learner.name or person.learner.id)
    if _typed(question).strip() not in {words["learners.erase.word"] for words in WORDS.values()}:
        return _refuse(say("learners.kept"))
    with database.writing() as conn:
        erasure.erase(conn, [person.learner.id], database.now(), secret_key(settings))
    print(say("learners.erased"))
    return 0


def _typed(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to say it
        print()
        return ""


def migrate(settings: Settings) -> int:
    """Bring the database to this version's schema."""
    database = wiring.open_database(settings)
    print(f"{database.url} is at this version's schema.")
    database.close()
    return 0


def _local(at: datetime, settings: Settings) -> str:
    return at.astimezone(zone_of("", settings.country)).strftime("%Y-%m-%d %H:%M")


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1
