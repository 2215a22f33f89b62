"""Cooperatives and federations: the list, a new one, and the page of one with those who may speak for it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cooperating.calendars import is_word
from bot.cooperating.members import folded
from bot.cooperating.organisations import Cooperative, Federation
from bot.cooperating.roles import Right
from bot.messages import Address, masked
from console.asked import Asked
from console.entering import page
from store import cohort_progress, organisations, rearranging
from store.database import Connection

BASE = "/console/cooperatives"
_LONGEST = 80
_COUNTRIES = ("PE", "BO", "RW")
_MOST_NOTICES = 100
_COHORTS = 50  # on the page of a cooperative; the others are in their own list


async def listed(asked: Asked) -> web.Response:
    """Every cooperative of the reader's scope, by federation."""

    def work(conn: Connection) -> tuple[list[Cooperative], list[Federation]]:
        return organisations.seen(conn, asked.scope), organisations.all_federations(conn)

    found, federations = await asked.look(work)
    return asked.show(
        "cooperatives/list.html.j2",
        rows=found,
        federations={each.id: each.name for each in federations},
        may_make=_may_make(asked),
    )


def _may_make(asked: Asked) -> bool:
    """Whether she may add to what there is: nobody who is bounded to some cooperatives makes another."""
    return asked.may(Right.EDIT_PEOPLE) and asked.scope.cooperatives is None


# --- a new one, and changes ---


async def new(asked: Asked) -> web.Response:
    """The form of a new cooperative."""
    return await _form(asked, None, {})


async def edit(asked: Asked) -> web.Response:
    """The form of one that is there."""
    return await _form(asked, await asked.look(lambda conn: cooperative_here(conn, asked)), {})


async def _form(asked: Asked, held: Cooperative | None, errors: dict[str, str]) -> web.Response:
    if not _may_make(asked):
        raise asked.missing()
    federations = await asked.look(organisations.all_federations)
    form = asked.form
    given = {
        "name": form.text("name", _LONGEST) or (held.name if held else ""),
        "federation": form.text("federation", 40) or (held.federation if held else ""),
        "country": form.text("country", 2) or (held.country if held else asked.office.policy().country),
        "notices": form.text("notices", 4) or str(held.monthly_notices if held else 4),
    }
    return asked.show(
        "cooperatives/form.html.j2",
        status=422 if errors else 200,
        held=held,
        values=given,
        errors=errors,
        federations=[(each.id, each.name) for each in federations],
        countries=[(each, asked.t(f"cooperatives.country_{each.lower()}")) for each in _COUNTRIES],
    )


async def make(asked: Asked) -> web.Response:
    """Make a cooperative, and a federation where a new one is named."""
    if not _may_make(asked):
        raise asked.missing()
    name, errors = _named(asked, "name")
    country = asked.form.text("country", 2)
    country = country if country in _COUNTRIES else asked.office.policy().country
    notices = _notices(asked, errors)
    above = asked.form.text("new_federation", _LONGEST)
    if errors:
        return await _form(asked, None, errors)

    def work(conn: Connection) -> tuple[str, bool]:
        federations = organisations.all_federations(conn)
        known = organisations.all_cooperatives(conn, asked.scope)
        same = next((each for each in known if folded(each.name) == folded(name) and not each.closed), None)
        if same:
            return same.id, False
        federation = asked.form.text("federation", 40)
        if above:
            federation = _federation(conn, asked, federations, above, country)
        elif federation not in {each.id for each in federations}:
            federation = ""
        made = Cooperative(
            id=_free(name, {each.id for each in known}),
            name=name,
            federation=federation,
            country=country,
            monthly_notices=notices,
        )
        organisations.add_cooperative(conn, asked.scope, made, asked.now)
        asked.audit(conn, "cooperatives.made", f"cooperative:{made.id}", name=name, federation=federation)
        return made.id, True

    id, fresh = await asked.do(work)
    return asked.go(f"{BASE}/{id}", told="cooperatives.made_told" if fresh else "cooperatives.there_told")


async def change(asked: Asked) -> web.Response:
    """Give a cooperative another name or quota, or open it again."""
    name, errors = _named(asked, "name")
    notices = _notices(asked, errors)
    held = await asked.look(lambda conn: cooperative_here(conn, asked))
    if errors:
        return await _form(asked, held, errors)

    def work(conn: Connection) -> None:
        rearranging.change_cooperative(conn, asked.scope, held.id, name=name, notices=notices, opened=held.closed)
        before = {"name": held.name, "notices": held.monthly_notices, "closed": held.closed}
        asked.audit(conn, "cooperatives.changed", f"cooperative:{held.id}", before=before, name=name, notices=notices)

    if not _may_make(asked):
        raise asked.missing()
    await asked.do(work)
    return asked.go(f"{BASE}/{held.id}", told="cooperatives.changed_told")


def _named(asked: Asked, field: str) -> tuple[str, dict[str, str]]:
    name = " ".join(asked.form.text(field, _LONGEST + 1).split())
    if not any(sign.isalpha() for sign in name) or len(name) > _LONGEST:
        return name, {field: asked.t("cooperatives.name_bad")}
    return name, {}


def _notices(asked: Asked, errors: dict[str, str]) -> int:
    found = asked.form.whole("notices", None, high=_MOST_NOTICES)
    if found is None:
        errors["notices"] = asked.t("cooperatives.notices_bad")
    return found or 0


def _federation(conn: Connection, asked: Asked, known: list[Federation], name: str, country: str) -> str:
    """The id of the federation of this name, which is made where there is none."""
    name = " ".join(name.split())
    same = next((each for each in known if folded(each.name) == folded(name)), None)
    if same:
        return same.id
    made = Federation(id=_free(name, {each.id for each in known}), name=name, country=country)
    organisations.add_federation(conn, made, asked.now)
    asked.audit(conn, "cooperatives.federation_made", f"federation:{made.id}", name=name)
    return made.id


def _free(name: str, taken: set[str]) -> str:
    """A word for something of this name that nothing else is called by."""
    base = "-".join(folded(name).split())[:36].strip("-")
    base = base if is_word(base) else "cooperativa"
    numbers = iter(range(2, 100_000))
    word = base
    while word in taken:
        word = f"{base}-{next(numbers)}"
    return word


# --- one ---


def cooperative_here(conn: Connection, asked: Asked) -> Cooperative:
    """The cooperative that the path names. Raises NotThere where there is none for this reader."""
    id = asked.request.match_info["id"]
    found = next((each for each in organisations.seen(conn, asked.scope) if each.id == id), None)
    if found is None:
        raise asked.missing()
    return found


async def one(asked: Asked) -> web.Response:
    """Its members, who speaks for it, its cohorts."""

    def work(conn: Connection) -> dict[str, Any]:
        held = cooperative_here(conn, asked)
        federations = {each.id: each.name for each in organisations.all_federations(conn)}
        return {
            "held": held,
            "federation": federations.get(held.federation, ""),
            "members": organisations.members(conn, asked.scope, held.id),
            "officers": organisations.all_officers(conn, asked.scope, cooperative=held.id),
            "cohorts": cohort_progress.newest(conn, asked.scope, _COHORTS + 1, cooperative=held.id),
        }

    found = await asked.look(work)
    groups = found.pop("cohorts")
    return asked.show(
        "cooperatives/one.html.j2",
        **found,
        cohorts=groups[:_COHORTS],
        more=len(groups) > _COHORTS,
        shown=lambda each: _shown(asked, each),
        edits=_may_make(asked),
    )


def _shown(asked: Asked, address: str) -> str:
    """A number as far as the reader may see it."""
    identity = Address.parse(address).identity
    return identity if asked.may(Right.SEE_NUMBERS) else masked(identity)


async def closing(asked: Asked) -> web.Response:
    """What closing it means."""
    held = await asked.look(lambda conn: cooperative_here(conn, asked))
    return asked.show("cooperatives/close.html.j2", held=held)


async def close(asked: Asked) -> web.Response:
    """Close it: its members stay, nobody speaks for it any more."""

    def work(conn: Connection) -> str:
        held = cooperative_here(conn, asked)
        if organisations.close_cooperative(conn, asked.scope, held.id, asked.now):
            asked.audit(conn, "cooperatives.closed", f"cooperative:{held.id}", name=held.name)
        return held.id

    return asked.go(f"{BASE}/{await asked.do(work)}", told="cooperatives.closed_told")


PAGES = [
    page("GET", "/cooperatives", Right.SEE_PEOPLE, listed),
    page("GET", "/cooperatives/new", Right.EDIT_PEOPLE, new),
    page("POST", "/cooperatives/new", Right.EDIT_PEOPLE, make),
    page("GET", "/cooperatives/{id}", Right.SEE_PEOPLE, one),
    page("GET", "/cooperatives/{id}/edit", Right.EDIT_PEOPLE, edit),
    page("POST", "/cooperatives/{id}/edit", Right.EDIT_PEOPLE, change),
    page("GET", "/cooperatives/{id}/close", Right.EDIT_PEOPLE, closing),
    page("POST", "/cooperatives/{id}/close", Right.EDIT_PEOPLE, close),
]
