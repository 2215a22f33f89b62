"""The forms of a key and of a subscription: what they ask for, and whose data it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from bot.cooperating.hooks import EVENTS
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import Right
from bot.cooperating.tokens import GRANTABLE, LONGEST, USUAL
from bot.people import Scope
from console.asked import Asked
from store import organisations
from store.database import Connection

T = TypeVar("T")

BASE = "/console/tokens"
_DAYS = (30, USUAL.days, 180, LONGEST.days - 1)
RIGHTS = [right.value for right in Right if right in GRANTABLE]  # in their own order, which is that of the menu


@dataclass(slots=True)
class Wished:
    """What a form asks for, and what has to be mended in it."""

    name: str = ""
    rights: list[str] = field(default_factory=list)
    cooperatives: list[str] = field(default_factory=list)
    everywhere: bool = True
    days: int = USUAL.days
    url: str = "https://"
    events: list[str] = field(default_factory=lambda: list(EVENTS))
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def reach(self) -> frozenset[str] | None:
        """Whose data it is about; None for everybody's."""
        return None if self.everywhere else frozenset(self.cooperatives)


async def chosen(asked: Asked, what: str, get: Callable[[Connection, Scope, str], T | None]) -> T:
    """The one whose id stands in the address under `what`. Raises NotThere."""
    id = asked.request.match_info[what]
    found = await asked.look(lambda conn: get(conn, asked.scope, id))
    if found is None:
        raise asked.missing()
    return found


def names_of(asked: Asked, conn: Connection) -> dict[str, str]:
    """What the cooperatives of the reader's scope are called."""
    return {each.id: each.name for each in organisations.all_cooperatives(conn, asked.scope)}


def reach_of(cooperatives: frozenset[str] | None, names: dict[str, str]) -> str:
    """Whose data a key or a subscription is about; empty for everybody's."""
    return "" if cooperatives is None else ", ".join(names.get(each, each) for each in sorted(cooperatives))


def read_form(asked: Asked) -> Wished:
    """What both forms ask for."""
    wished = Wished(name=" ".join(asked.form.text("name", 80).split()))
    wished.everywhere = asked.form.text("reach") != "some"
    wished.cooperatives = asked.form.texts("cooperatives")
    if not wished.name:
        wished.wrong["name"] = asked.t("tokens.wrong_name")
    if not wished.everywhere and not wished.cooperatives:
        wished.wrong["cooperatives"] = asked.t("tokens.wrong_cooperatives")
    return wished


async def shown_form(asked: Asked, template: str, wished: Wished, status: int = 200) -> web.Response:
    """A form, with what was wished and what is wrong with it."""

    def work(conn: Connection) -> list[Cooperative]:
        return organisations.all_cooperatives(conn, asked.scope, closed=False)

    known = await asked.look(work)
    return asked.show(
        template,
        status=status,
        wished=wished,
        cooperatives=[(each.id, each.name) for each in known],
        rights=[(each, asked.t(f"accounts.right_{each}")) for each in RIGHTS],
        days=[(str(each), asked.t("tokens.days", n=each)) for each in _DAYS],
        events=[(each, asked.t(f"tokens.event_{each.replace('.', '_')}")) for each in EVENTS],
        secure=not asked.office.private_hooks,
    )
