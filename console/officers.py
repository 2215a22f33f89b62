"""Who may send notices for a cooperative from her own phone: add her, give her a new PIN, end it."""

from __future__ import annotations

import asyncio
import secrets

from aiohttp import web

from bot.cooperating import pins
from bot.cooperating.members import folded
from bot.cooperating.numbers import BadNumber, e164
from bot.cooperating.organisations import Cooperative, Officer
from bot.cooperating.roles import Right
from console.asked import Asked
from console.cooperatives import BASE, cooperative_here
from console.entering import page
from store import organisations
from store.database import Connection

_LONGEST = 80


async def new(asked: Asked) -> web.Response:
    """The form of a new officer."""
    return await _form(asked, {})


async def _form(asked: Asked, errors: dict[str, str]) -> web.Response:
    held = await asked.look(lambda conn: cooperative_here(conn, asked))
    spoken = asked.office.catalogue().wording.languages
    return asked.show(
        "cooperatives/officer.html.j2",
        status=422 if errors else 200,
        held=held,
        form=asked.form,
        errors=errors,
        languages=[(each, asked.t(f"cooperatives.language_{each}")) for each in spoken],
    )


async def add(asked: Asked) -> web.Response:
    """Make an officer and show her PIN, once."""
    name = " ".join(asked.form.text("name", _LONGEST + 1).split())
    errors: dict[str, str] = {}
    if not any(sign.isalpha() for sign in name) or len(name) > _LONGEST:
        errors["name"] = asked.t("cooperatives.name_bad")
    held = await asked.look(lambda conn: cooperative_here(conn, asked))
    address = ""
    try:
        number, _ = e164(asked.form.text("phone", 40), held.country or asked.office.policy().country)
        address = f"tel:{number}"
    except BadNumber as error:
        errors["phone"] = asked.t("cooperatives.phone_missing" if str(error) == "missing" else "cooperatives.phone_bad")
    if errors:
        return await _form(asked, errors)
    pin = pins.made(secrets.randbelow, [address])
    hashed = await asyncio.to_thread(pins.hashed, pin, secrets.token_bytes(16))

    def work(conn: Connection) -> tuple[Cooperative, Officer | None]:
        held = cooperative_here(conn, asked)
        there = organisations.all_officers(conn, asked.scope, cooperative=held.id)
        if any(address in each.addresses and not each.closed for each in there):
            return held, None
        made = Officer(
            id=f"{'-'.join(folded(name).split())[:30] or 'officer'}-{secrets.token_hex(4)}",
            cooperative=held.id,
            name=name,
            language=asked.form.text("language", 2),
            addresses=(address,),
            pin=hashed,
        )
        organisations.add_officer(conn, asked.scope, made, asked.now)
        asked.audit(conn, "cooperatives.officer_added", f"cooperative:{held.id}", officer=made.id)
        return held, made

    held, made = await asked.do(work)
    if made is None:
        return await _form(asked, {"phone": asked.t("cooperatives.officer_there")})
    return asked.show("cooperatives/pin.html.j2", held=held, officer=made, pin=pin)


def _officer_here(conn: Connection, asked: Asked) -> tuple[Cooperative, Officer]:
    held, id = cooperative_here(conn, asked), asked.request.match_info["officer"]
    there = organisations.all_officers(conn, asked.scope, cooperative=held.id)
    found = next((each for each in there if each.id == id and not each.closed), None)
    if found is None:
        raise asked.missing()
    return held, found


async def asking(asked: Asked) -> web.Response:
    """Before a new PIN, or before the end: what it means."""
    held, officer = await asked.look(lambda conn: _officer_here(conn, asked))
    ending = asked.request.path.endswith("/close")
    return asked.show("cooperatives/officer_confirm.html.j2", held=held, officer=officer, ending=ending)


async def new_pin(asked: Asked) -> web.Response:
    """Give her a new PIN; the old one is worth nothing from now on, and a locked office opens."""
    _, officer = await asked.look(lambda conn: _officer_here(conn, asked))
    pin = pins.made(secrets.randbelow, officer.addresses)
    hashed = await asyncio.to_thread(pins.hashed, pin, secrets.token_bytes(16))

    def work(conn: Connection) -> tuple[Cooperative, Officer]:
        held, officer = _officer_here(conn, asked)
        organisations.set_pin(conn, asked.scope, officer.id, hashed)
        asked.audit(conn, "cooperatives.officer_pin", f"cooperative:{held.id}", officer=officer.id)
        return held, officer

    held, officer = await asked.do(work)
    return asked.show("cooperatives/pin.html.j2", held=held, officer=officer, pin=pin)


async def end(asked: Asked) -> web.Response:
    """She speaks for the cooperative no longer."""

    def work(conn: Connection) -> str:
        held, officer = _officer_here(conn, asked)
        if organisations.close_officer(conn, asked.scope, officer.id, asked.now):
            asked.audit(conn, "cooperatives.officer_ended", f"cooperative:{held.id}", officer=officer.id)
        return held.id

    return asked.go(f"{BASE}/{await asked.do(work)}", told="cooperatives.officer_ended_told")


PAGES = [
    page("GET", "/cooperatives/{id}/officers/new", Right.EDIT_PEOPLE, new),
    page("POST", "/cooperatives/{id}/officers/new", Right.EDIT_PEOPLE, add),
    page("GET", "/cooperatives/{id}/officers/{officer}/pin", Right.EDIT_PEOPLE, asking),
    page("POST", "/cooperatives/{id}/officers/{officer}/pin", Right.EDIT_PEOPLE, new_pin),
    page("GET", "/cooperatives/{id}/officers/{officer}/close", Right.EDIT_PEOPLE, asking),
    page("POST", "/cooperatives/{id}/officers/{officer}/close", Right.EDIT_PEOPLE, end),
]
