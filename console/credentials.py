"""Credentials: who holds which and how it stands; print, send again, take back by two people, and the register."""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import COMPETENCE, REINSTATED, REVOKED, SUSPENDED, Credential
from bot.cooperating.roles import Right
from bot.delivering.hours import day_of
from console.asked import Asked
from console.case_finding import actor, refused
from console.entering import page
from store import appointing, casework, credential_pages, credential_sending, organisations, takings
from store import credentials as kept
from store.casework import NotEntered
from store.database import Connection
from store.takings import Proposal

if TYPE_CHECKING:
    from authoring.credentials.keys import Ring

BASE = "/console/cases/credentials"
_MOST = 50
_KINDS = {"valid": "good", "expired": "warn", "suspended": "warn", "revoked": "bad", "not_yet": "info"}


async def listed(asked: Asked) -> web.Response:
    """All that were issued, by serial."""
    query = asked.query
    standard, cooperative, after = query.text("standard", 60), query.text("cooperative", 60), query.text("after", 40)
    code = query.text("code", 40)

    def work(conn: Connection) -> dict[str, Any]:
        if code:
            one = credential_pages.one(conn, asked.scope, code)
            found = [one] if one else []
        else:
            found = credential_pages.page(
                conn, asked.scope, standard=standard, cooperative=cooperative, after=after, limit=_MOST + 1
            )
        first = not (standard or cooperative or after or code)
        open_ = takings.every_open(conn, asked.scope) if first else []
        about = [*found, *(each for _, each in open_)]
        return {
            "found": found,
            "names": credential_pages.holders(conn, asked.scope, about),
            "open": open_,
            "by": appointing.called(conn, asked.scope, {each.by for each, _ in open_}),
            "cooperatives": [(each.id, each.name) for each in organisations.all_cooperatives(conn, asked.scope)],
        }

    given = await asked.look(work)
    found = given["found"]
    here = {"standard": standard, "cooperative": cooperative}
    here = {name: value for name, value in here.items() if value}
    more = {**here, "after": found[_MOST - 1].serial} if len(found) > _MOST else {}
    catalogue = asked.office.catalogue()
    standards = [(each.code, each.title(asked.language)) for each in catalogue.standards.values()]
    courses = [(each.id, each.title(asked.language)) for each in catalogue.courses.values()]
    return asked.show(
        "cases/credentials.html.j2",
        rows=[(each, codes.shown(each.code), each.state(asked.now)) for each in found[:_MOST]],
        names=given["names"],
        cooperatives=given["cooperatives"],
        waiting=[(each, held, codes.shown(held.code)) for each, held in given["open"]],
        called=given["by"],
        standards=[*standards, *courses],
        chosen={"standard": standard, "cooperative": cooperative, "code": code},
        kinds=_KINDS,
        next=f"{BASE}?{urlencode(more)}" if more else "",
        first=f"{BASE}?{urlencode(here)}" if after else "",
        register=f"{BASE}/register.zip?{urlencode(here)}",
    )


# --- one ---


async def one(asked: Asked) -> web.Response:
    """What it says, how it stands, all that was done to it, and what can be done."""
    return await _one(asked, {})


async def _one(asked: Asked, wrong: dict[str, str], status: int = 200, trouble: str = "") -> web.Response:
    def work(conn: Connection) -> dict[str, Any]:
        found = _found(asked, conn)
        of = found.award.decision.rpartition("/")[0] if found.award.kind == COMPETENCE else ""
        case = casework.seen(conn, asked.scope, of) if of else None
        done, waiting = kept.acts(conn, found.serial), takings.waiting(conn, asked.scope, found.serial)
        words = {str(each[who]) for each in done for who in ("by", "second") if each[who]}
        words |= {waiting.by} if waiting else set()
        return {
            "found": found,
            "number_of_case": case.number if case else 0,
            "name": credential_pages.holders(conn, asked.scope, [found]).get(found.award.learner, ""),
            "done": done,
            "waiting": waiting,
            "own": waiting is not None and takings.is_own(conn, waiting, actor(asked)),
            "names": appointing.called(conn, asked.scope, words),
        }

    given = await asked.look(work)
    found: Credential = given["found"]
    state = found.state(asked.now)
    able = {
        SUSPENDED: found.word == "" and state == "valid",
        REINSTATED: found.word == SUSPENDED,
        REVOKED: found.word != REVOKED,
    }
    return asked.show(
        "cases/credential.html.j2",
        status=status,
        **given,
        code=codes.shown(found.code),
        state=state,
        kind=_KINDS.get(state, ""),
        able=[(each, asked.t(f"cases.taking.{each}")) for each, ok in able.items() if ok],
        title=found.title(asked.language),
        form=asked.form,
        wrong=wrong,
        trouble=trouble,
        public=asked.office.public_url,
    )


def _found(asked: Asked, conn: Connection) -> Credential:
    found = credential_pages.one(conn, asked.scope, asked.request.match_info["code"])
    if found is None:
        raise asked.missing()
    return found


def _path(found: Credential) -> str:
    return f"{BASE}/{codes.shown(found.code)}"


async def paper(asked: Asked) -> web.Response:
    """The page to hang up, or the card to carry, as PDF."""
    card = asked.request.match_info["form"] == "card"

    def work(conn: Connection) -> tuple[Credential, str]:
        found = _found(asked, conn)
        return found, credential_pages.holders(conn, asked.scope, [found]).get(found.award.learner, "")

    found, name = await asked.look(work)

    def drawn() -> bytes:
        from authoring.credentials import papers  # what draws is loaded for the first paper, not with the pages

        sheet = papers.Sheet(
            credential=found,
            place=_place(asked),
            key=_ring(asked).offline,
            printed_on=day_of(asked.now, "", asked.office.policy().country),
            full_name=name,
        )
        return papers.card(sheet) if card else papers.page(sheet)

    data = await asyncio.to_thread(drawn)
    return asked.download(data, f"{codes.shown(found.code)}{'-card' if card else ''}.pdf", "application/pdf")


def _place(asked: Asked) -> Place:
    return Place(base=asked.base)


def _ring(asked: Asked) -> Ring:
    from authoring.credentials import keys

    return keys.ring(asked.office.keys_dir, asked.now)


async def send(asked: Asked) -> web.Response:
    """Say it to its holder again: the code by SMS, the paper besides on Telegram."""

    def work(conn: Connection) -> tuple[Credential, bool]:
        found = _found(asked, conn)
        sent = credential_sending.again(conn, asked.scope, found, asked.now)
        if sent:
            asked.audit(conn, "credentials.sent", f"credential:{found.serial}")
        return found, sent

    found, sent = await asked.do(work)
    asked.office.look()
    return asked.go(_path(found), told="cases.credential.sent" if sent else "cases.credential.not_sent")


# --- taking back, by two people ---


async def take(asked: Asked) -> web.Response:
    """Propose, carry out, or drop."""
    step = asked.form.text("step", 20)
    if step == "propose":
        return await _propose(asked)
    known = asked.office.catalogue().standard

    def work(conn: Connection) -> Credential:
        found = _found(asked, conn)
        held = takings.waiting(conn, asked.scope, found.serial)
        if held is None or held.id != asked.form.text("proposal", 64):
            return found  # done already, or another one waits by now
        if step == "drop":
            takings.drop(conn, asked.scope, found.serial, actor(asked), asked.now)
            asked.audit(conn, "credentials.dropped", f"credential:{found.serial}", what=held.act)
            return found
        takings.carry_out(conn, asked.scope, found, held, actor(asked), asked.now, known)
        asked.audit(conn, f"credentials.{held.act}", f"credential:{found.serial}", by=held.by, reason=held.reason)
        return found

    try:
        found = await asked.do(work)
    except NotEntered as error:
        return await _one(asked, {}, 422, refused(asked, error))
    asked.office.look()
    return asked.go(_path(found), told="cases.taking.dropped" if step == "drop" else "cases.taking.done")


async def _propose(asked: Asked) -> web.Response:
    act, reason = asked.form.text("what", 20), asked.form.text("reason", 300)
    wrong = {}
    if act not in (SUSPENDED, REINSTATED, REVOKED):
        wrong["what"] = asked.t("cases.taking.which")
    if not reason:
        wrong["reason"] = asked.t("cases.taking.no_reason")
    if wrong:
        return await _one(asked, wrong, 422)

    def work(conn: Connection) -> Credential:
        found = _found(asked, conn)
        made = Proposal(
            id=asked.form.text("once", 64) or found.serial,
            serial=found.serial,
            act=act,
            reason=reason,
            by=actor(asked),
            at=asked.now,
        )
        takings.propose(conn, asked.scope, found, made)
        asked.audit(conn, "credentials.proposed", f"credential:{found.serial}", what=act, reason=reason)
        return found

    try:
        found = await asked.do(work)
    except NotEntered as error:
        return await _one(asked, {}, 422, refused(asked, error))
    return asked.go(_path(found), told="cases.taking.proposed")


# --- the register ---


async def register(asked: Asked) -> web.Response:
    """The list of a cooperative or a standard, with its signed hash, in one file."""
    standard, cooperative = asked.query.text("standard", 60), asked.query.text("cooperative", 60)

    def work(conn: Connection) -> tuple[list[Credential], dict[str, str]]:
        found = list(credential_pages.everything(conn, asked.scope, standard=standard, cooperative=cooperative))
        return found, credential_pages.holders(conn, asked.scope, found)

    found, names = await asked.look(work)
    await asked.do(lambda conn: asked.audit(conn, "credentials.register", "credentials", n=len(found)))
    about = " ".join(part for part in (cooperative, standard) if part) or "everything"

    def made() -> bytes:
        from authoring.credentials import registers

        lines = registers.rows(found, asked.now, names)
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("csv", "xlsx"):
                path = Path(folder) / f"register.{ending}"
                registers.write(path, lines, about, _place(asked), _ring(asked).badge, asked.now)
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
                for each in sorted(Path(folder).iterdir()):
                    file.write(each, each.name)
        return packed.getvalue()

    data = await asyncio.to_thread(made)
    return asked.download(data, f"register-{asked.now:%Y-%m-%d}.zip", "application/zip")


_ONE = r"/cases/credentials/{code:[0-9A-Za-z-]{10,14}}"

PAGES = [
    page("GET", "/cases/credentials", Right.SEE_CASES, listed),
    page("GET", "/cases/credentials/register.zip", Right.CERTIFY, register),
    page("GET", _ONE, Right.SEE_CASES, one),
    page("POST", _ONE, Right.CERTIFY, take),
    page("POST", f"{_ONE}/send", Right.CERTIFY, send),
    page("GET", _ONE + r"/{form:page|card}.pdf", Right.CERTIFY, paper),
]
