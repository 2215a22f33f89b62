"""The first visit by a link: the first administrator makes her account, everybody else chooses a password."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from bot.cooperating.accounts import Account, Standing, folded_login, weak, wrong_login
from bot.people import OPERATOR
from console import passwords
from console.asked import Asked
from console.entering import open_page
from console.signing_in import HOME, ask_second, let_in
from store import accounts, auditing, invitations
from store.database import Connection
from store.invitations import Kind, Link


class _Gone(LookupError):
    """The link was used, or its login taken, while the form was filled in."""


async def welcome(asked: Asked) -> web.Response:
    """What the link is for. Looking uses nothing up."""
    link = await _link(asked)
    return _gone(asked) if link is None else _form(asked, link, {}, 200)


async def enter(asked: Asked) -> web.Response:
    """Choose a password, and be signed in."""
    link = await _link(asked)
    if link is None:
        return _gone(asked)
    password = asked.form.raw("password")
    wrong = _wrong(asked, link)
    if wrong:
        return _form(asked, link, wrong, 422)
    hashed = await asked.office.reckoner.hashed(password)
    try:
        account = await asked.do(lambda conn: _use(conn, asked, hashed))
    except _Gone:
        return _gone(asked)
    if account.second_factor:  # a link takes the place of a password, never of the telephone
        return await ask_second(asked, account)
    to = "/console/me/second-factor" if account.owes_second_factor(asked.office.wall()) else HOME
    return await let_in(asked, account, to=to)


def _use(conn: Connection, asked: Asked, hashed: str) -> Account:
    now = asked.office.wall()
    link = invitations.use(conn, asked.request.match_info["token"], now)
    if link is None:
        raise _Gone
    account = link.account or _first(asked)
    if link.account is None and not accounts.add(conn, OPERATOR, account):
        raise _Gone
    accounts.set_password(conn, account.id, hashed)
    account = replace(account, state=Standing.ACTIVE)
    auditing.append(conn, account, f"signing.{link.kind.value}", f"account:{account.id}", {"by": link.by}, asked.now)
    return account


def _first(asked: Asked) -> Account:
    now = asked.office.wall()
    return Account(
        id=accounts.new_account_id(now),
        login=folded_login(asked.form.text("login", 200)),
        name=asked.form.text("name", 80),
        role="administrator",
        cooperatives=None,
        language=asked.language,
        created_at=now,
    )


async def _link(asked: Asked) -> Link | None:
    token, now = asked.request.match_info["token"], asked.office.wall()
    return await asked.look(lambda conn: invitations.look(conn, token, now))


def _wrong(asked: Asked, link: Link) -> dict[str, str]:
    """What has to be mended, by the field."""
    form = asked.form
    login, name = folded_login(form.text("login", 200)), form.text("name", 80)
    wrong: dict[str, str] = {}
    if link.account is None:
        if not name:
            wrong["name"] = asked.t("signing.name_missing")
        if (what := wrong_login(login)) != "":
            wrong["login"] = asked.t(f"signing.login_{what}")
    else:
        login, name = link.account.login, link.account.name
    return {**wrong, **wrong_password(asked, login, name)}


def wrong_password(asked: Asked, login: str, name: str) -> dict[str, str]:
    """What has to be mended about a new password that was written twice."""
    password = asked.form.raw("password")
    about = [login, *name.split(), asked.office.policy().organisation, "chasqui"]
    if (what := weak(password, about=about, common=passwords.common())) != "":
        return {"password": asked.t(f"signing.weak_{what}")}
    return {} if password == asked.form.raw("again") else {"again": asked.t("signing.again_differs")}


def _form(asked: Asked, link: Link, wrong: dict[str, str], status: int) -> web.Response:
    return asked.show(
        "signing/welcome.html.j2",
        status=status,
        link=link,
        first=link.kind is Kind.FIRST,
        reset=link.kind is Kind.RESET,
        name=asked.form.text("name", 80),
        login=asked.form.text("login", 200),
        wrong=wrong,
    )


def _gone(asked: Asked) -> web.Response:
    return asked.show("signing/gone.html.j2", status=404)


PAGES = [
    open_page("GET", "/welcome/{token}", welcome),
    open_page("POST", "/welcome/{token}", enter),
]
