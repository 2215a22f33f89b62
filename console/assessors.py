"""Assessors: who may judge, against what and until when; appoint, renew, end, and declare whose relative or trainer."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, time
from typing import Any

from aiohttp import web

from bot.certifying.cases import Assessor, Conflict
from bot.cooperating.numbers import BadNumber, e164
from bot.cooperating.roles import Right
from console.asked import Asked
from console.entering import page
from store import appointing, learner_search
from store.database import Connection
from store.learner_search import Sought

BASE = "/console/cases/assessors"
TIES = ("relative", "trainer", "other")


async def listed(asked: Asked) -> web.Response:
    """All of them: who is in force, whose credential ends soon, and who has ended."""
    found = await asked.look(lambda conn: appointing.listed(conn, asked.scope))
    return asked.show(
        "cases/assessors.html.j2", rows=[(each, state_of(each, asked.now)) for each in found], titles=_titles(asked)
    )


def state_of(assessor: Assessor, now: datetime) -> tuple[str, str]:
    """(word, kind of sign) of how an assessor stands."""
    if assessor.closed_at is not None and assessor.closed_at <= now:
        return "closed", ""
    if now < assessor.valid_from:
        return "not_yet", "info"
    if now >= assessor.valid_until:
        return "ended", "bad"
    return ("soon", "warn") if (assessor.valid_until - now).days < 30 else ("valid", "good")


def _titles(asked: Asked) -> dict[str, str]:
    return {each.code: each.title(asked.language) for each in asked.office.catalogue().standards.values()}


# --- appointing ---


async def new(asked: Asked) -> web.Response:
    """The form for another one."""
    return _new(asked, {})


def _new(asked: Asked, wrong: dict[str, str]) -> web.Response:
    return asked.show(
        "cases/assessor_new.html.j2",
        status=422 if wrong else 200,
        given=asked.form,
        wrong=wrong,
        titles=list(_titles(asked).items()),
    )


async def appoint(asked: Asked) -> web.Response:
    """Appoint her, with the number from which she will write."""
    made, wrong = _read(asked)
    if made is None:
        return _new(asked, wrong)

    def work(conn: Connection) -> bool:
        done = appointing.appoint(conn, asked.scope, made, asked.now)
        if done:
            asked.audit(conn, "assessors.appointed", f"assessor:{made.id}", until=f"{made.valid_until:%Y-%m-%d}")
        return done

    if not await asked.do(work):
        return _new(asked, {"name": asked.t("cases.assessor.twice")})
    return asked.go(f"{BASE}/{made.id}", told="cases.assessor.made", name=made.name)


def _read(asked: Asked) -> tuple[Assessor | None, dict[str, str]]:
    form = asked.form
    wrong: dict[str, str] = {}
    name = form.text("name", 80)
    standards = [each for each in form.texts("standards", 20) if each in _titles(asked)]
    until, since = _day(asked, form.text("until", 10)), _day(asked, form.text("since", 10))
    if not name:
        wrong["name"] = asked.t("cases.assessor.no_name")
    if not form.text("credential", 120):
        wrong["credential"] = asked.t("cases.assessor.no_credential")
    if not standards:
        wrong["standards"] = asked.t("cases.assessor.no_standard")
    if until is None or until <= (since or asked.now):
        wrong["until"] = asked.t("cases.assessor.no_until")
    address = ""
    if form.text("phone", 40):
        try:
            address = f"tel:{e164(form.text('phone', 40), asked.office.policy().country)[0]}"
        except BadNumber:
            wrong["phone"] = asked.t("cases.witness.bad_number")
    if wrong or until is None:
        return None, wrong
    made = Assessor(
        id=word_of(name),
        name=name,
        credential=form.text("credential", 120),
        trade_credential=form.text("trade", 120),
        valid_from=since or asked.now,
        valid_until=until,
        standards=frozenset(standards),
        addresses=(address,) if address else (),
    )
    return made, {}


def word_of(name: str) -> str:
    """A short word for a person, from her name: "Ana Mamani" → ana-mamani."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = "".join(each if each.isalnum() else " " for each in plain).split()
    return "-".join(words)[:40] or "assessor"


def _day(asked: Asked, written: str) -> datetime | None:
    """The beginning of a day as the reader's zone has it: what she wrote is what she is shown."""
    try:
        return datetime.combine(date.fromisoformat(written), time(), asked.zone).astimezone(UTC)
    except ValueError:
        return None


# --- one ---


async def one(asked: Asked) -> web.Response:
    """Her credential, the cases she judges, and her ties."""
    return await _one(asked, {})


async def _one(asked: Asked, wrong: dict[str, str]) -> web.Response:
    words = asked.query.text("q", 60)
    country = asked.office.policy().country

    def work(conn: Connection) -> dict[str, Any]:
        found = appointing.one(conn, asked.scope, asked.request.match_info["assessor"])
        if found is None:
            raise asked.missing()
        ties = appointing.ties(conn, asked.scope, found.id)
        people: list[Any] = []
        if words and asked.may(Right.SEE_PEOPLE):
            sought = Sought(text=words)
            people = list(learner_search.search(conn, asked.scope, sought, asked.now, country=country, limit=10).people)
        return {"found": found, "ties": ties, "people": people}

    given = await asked.look(work)
    found: Assessor = given["found"]
    return asked.show(
        "cases/assessor.html.j2",
        status=422 if wrong else 200,
        **given,
        state=state_of(found, asked.now),
        titles=_titles(asked),
        words=words,
        kinds=[(each, asked.t(f"cases.tie.{each}")) for each in TIES],
        form=asked.form,
        wrong=wrong,
    )


async def change(asked: Asked) -> web.Response:
    """Renew, end, or declare a tie."""
    form, id = asked.form, asked.request.match_info["assessor"]
    step = form.text("step", 20)
    until = _day(asked, form.text("until", 10))
    if step == "renew" and (until is None or until <= asked.now):
        return await _one(asked, {"until": asked.t("cases.assessor.no_until")})
    if step == "close" and not form.ticked("sure"):
        return await _one(asked, {"sure": asked.t("cases.field.sure_missing")})
    if step == "tie" and (form.text("kind", 20) not in TIES or not form.text("learner", 40)):
        return await _one(asked, {"learner": asked.t("cases.assessor.no_person")})

    def work(conn: Connection) -> bool:
        found = appointing.one(conn, asked.scope, id)
        if found is None:
            raise asked.missing()
        if step == "renew" and until is not None:
            done = appointing.renew(conn, asked.scope, id, until)
        elif step == "close":
            done = appointing.close(conn, asked.scope, id, asked.now)
        else:
            tie = Conflict(assessor=id, learner=form.text("learner", 40), kind=form.text("kind", 20))
            done = appointing.declare(conn, asked.scope, tie, asked.person.login, asked.now)
        if done:
            asked.audit(conn, f"assessors.{step}", f"assessor:{id}", until=form.text("until", 10))
        return done

    if step not in ("renew", "close", "tie") or not await asked.do(work):
        return asked.go(f"{BASE}/{id}", told="cases.not_now")
    return asked.go(f"{BASE}/{id}", told=f"cases.assessor.{step}_done")


_ONE = r"/cases/assessors/{assessor:[a-z0-9][a-z0-9_-]{0,40}}"

PAGES = [
    page("GET", "/cases/assessors", Right.SEE_CASES, listed),
    page("GET", "/cases/assessors/new", Right.CERTIFY, new),
    page("POST", "/cases/assessors/new", Right.CERTIFY, appoint),
    page("GET", _ONE, Right.SEE_CASES, one),
    page("POST", _ONE, Right.CERTIFY, change),
]
