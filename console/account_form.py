"""The form of somebody of the console: what it says of name, role and reach, and what has to be mended in it."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiohttp import web

from bot.cooperating.accounts import Account, Standing, folded_login, wrong_login, wrong_reach
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import ROLES
from console.asked import Asked
from console.me import languages
from store import accounts, assessors, invitations, organisations
from store.database import Connection

Wrong = dict[str, str]


def names_of(known: list[Cooperative]) -> dict[str, str]:
    """Cooperative → its name."""
    return {each.id: each.name for each in known}


async def read(asked: Asked, before: Account | None) -> tuple[Account, Wrong]:
    """The account as the form says, and what has to be mended in it, by the field."""
    form, now = asked.form, asked.office.wall()
    role, reach = form.text("role", 40), form.text("reach", 10)
    known, judges = await asked.look(_choices(asked))
    chosen = frozenset(form.texts("cooperatives")) & known.keys()
    everywhere = role == "administrator" or (reach == "all" and role != "officer")
    assessor = form.text("assessor", 60)
    made = Account(
        id=before.id if before else _new_id(asked),
        login=before.login if before else folded_login(form.text("login", 200)),
        name=form.text("name", 80),
        role=role,
        cooperatives=None if everywhere else chosen,
        language=before.language if before else form.text("language", 5),
        assessor=assessor if assessor in judges and role == "assessor" else "",
        state=before.state if before else Standing.INVITED,
        created_at=before.created_at if before else now,
    )
    wrong: Wrong = {}
    if not made.name:
        wrong["name"] = asked.t("signing.name_missing")
    if made.login and (what := wrong_login(made.login)) != "":
        wrong["login"] = asked.t(f"signing.login_{what}")
    if (what := wrong_reach(role, made.cooperatives)) != "":
        wrong["role" if what == "role" else "cooperatives"] = asked.t(f"accounts.reach_{what}")
    return made, wrong


def _new_id(asked: Asked) -> str:
    """The form's own number, so that a double click makes one account."""
    once = asked.form.text("once", 40)
    return once if re.fullmatch("[0-9a-f]{32}", once) else accounts.new_account_id(asked.office.wall())


def _choices(asked: Asked) -> Callable[[Connection], tuple[dict[str, str], dict[str, str]]]:
    def work(conn: Connection) -> tuple[dict[str, str], dict[str, str]]:
        known = organisations.all_cooperatives(conn, asked.scope, closed=False)
        judges = {each.id: each.name for each in assessors.known(conn).values() if each.closed_at is None}
        return names_of(known), judges

    return work


async def show(asked: Asked, template: str, account: Account | None, wrong: Wrong, status: int) -> web.Response:
    """The form, filled with the account, or with what was sent where that has to be mended."""
    known, judges = await asked.look(_choices(asked))
    form = asked.form
    given = bool(wrong)
    everywhere = account is None or account.cooperatives is None
    link = None
    if account is not None:
        now = asked.office.wall()
        link = await asked.look(lambda conn: invitations.waiting(conn, account.id, now))
    return asked.show(
        template,
        status=status,
        account=account,
        wrong=wrong,
        roles=[(role, asked.t(f"accounts.role_{role}"), asked.t(f"accounts.about_{role}")) for role in ROLES],
        cooperatives=sorted(known.items(), key=lambda each: each[1].casefold()),
        judges=sorted(judges.items(), key=lambda each: each[1].casefold()),
        languages=languages(asked),
        link_until=link,
        name=form.text("name", 80) if given else (account.name if account else ""),
        login=form.text("login", 200),
        role=form.text("role", 40) if given else (account.role if account else "coordinator"),
        reach=(form.text("reach", 10) if given else ("all" if everywhere else "some")) or "all",
        chosen=form.texts("cooperatives") if given else sorted((account and account.cooperatives) or ()),
        assessor=form.text("assessor", 60) if given else (account.assessor if account else ""),
    )
