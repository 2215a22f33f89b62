"""The people of the console: invite, change, shut out, and help who has lost a password or a telephone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.cooperating.accounts import Account, Standing, login_for
from bot.cooperating.roles import Right
from console import account_form
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from store import accounts, invitations, organisations
from store.database import Connection

BASE = "/console/accounts"
_MOST = 50


async def listed(asked: Asked) -> web.Response:
    """Everybody, by login."""
    after = asked.query.text("after", 100)

    def work(conn: Connection) -> tuple[list[Account], dict[str, str]]:
        found = accounts.listed(conn, asked.scope, after=after, limit=_MOST + 1)
        return found, account_form.names_of(organisations.all_cooperatives(conn, asked.scope))

    found, cooperatives = await asked.look(work)
    more = f"{BASE}?{urlencode({'after': found[_MOST - 1].login})}" if len(found) > _MOST else ""
    return asked.show(
        "accounts/list.html.j2",
        people=found[:_MOST],
        reach={each.id: _reach(each, cooperatives) for each in found},
        next=more,
        first=BASE if after else "",
        alone=len(found) == 1 and not after,
    )


def _reach(account: Account, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(each, each) for each in sorted(account.cooperatives or ()))


# --- inviting ---


async def invitation(asked: Asked) -> web.Response:
    """The form for somebody new."""
    return await account_form.show(asked, "accounts/new.html.j2", None, {}, 200)


async def invite(asked: Asked) -> web.Response:
    """Make the account, and show its link: once, for it is kept nowhere."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    made, wrong = await account_form.read(asked, None)
    if wrong:
        return await account_form.show(asked, "accounts/new.html.j2", None, wrong, 422)
    now, person = asked.office.wall(), asked.person

    def work(conn: Connection) -> tuple[Account, str] | None:
        if (again := accounts.find(conn, asked.scope, made.id)) is not None:  # the same form a second time
            return again, invitations.again(conn, asked.scope, again, now, by=person.id)
        taken = accounts.logins_like(conn, asked.scope, made.login or login_for(made.name))
        ready = made if made.login else replace(made, login=login_for(made.name, taken))
        token = invitations.invite(conn, asked.scope, ready, now, by=person.id)
        if token is None:
            return None
        asked.audit(conn, "accounts.invited", f"account:{ready.id}", login=ready.login, **_said(ready))
        return ready, token

    done = await asked.do(work)
    if done is None:
        return await account_form.show(
            asked, "accounts/new.html.j2", None, {"login": asked.t("accounts.login_taken")}, 422
        )
    return _link(asked, *done)


async def another_link(asked: Asked) -> web.Response:
    """A new link for somebody who has not come in yet, or has forgotten her password."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    account = await _one(asked)
    if account.state is Standing.DISABLED:
        return asked.go(_path(account), told="accounts.is_out")
    now, person = asked.office.wall(), asked.person

    def work(conn: Connection) -> str:
        token = invitations.again(conn, asked.scope, account, now, by=person.id)
        asked.audit(conn, "accounts.link", f"account:{account.id}")
        return token

    return _link(asked, account, await asked.do(work))


def _link(asked: Asked, account: Account, token: str) -> web.Response:
    address = f"{asked.base}/console/welcome/{token}"
    key = "accounts.message_new" if account.state is Standing.INVITED else "accounts.message_reset"
    said = asked.t(key, name=account.name, organisation=asked.office.policy().organisation)
    return asked.show(
        "accounts/link.html.j2",
        account=account,
        address=address,
        local=not asked.office.public_url,
        telegram=f"https://t.me/share/url?{urlencode({'url': address, 'text': said}, quote_via=quote)}",
        whatsapp=f"https://wa.me/?{urlencode({'text': f'{said} {address}'}, quote_via=quote)}",
    )


# --- one of them ---


async def one(asked: Asked) -> web.Response:
    """Somebody, and what can be done for her."""
    return await account_form.show(asked, "accounts/one.html.j2", await _one(asked), {}, 200)


async def change(asked: Asked) -> web.Response:
    """Another name, role or reach."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    before = await _one(asked)
    after, wrong = await account_form.read(asked, before)
    if wrong:
        return await account_form.show(asked, "accounts/one.html.j2", before, wrong, 422)

    def work(conn: Connection) -> None:
        accounts.change(
            conn,
            asked.scope,
            before.id,
            name=after.name,
            role=after.role,
            cooperatives=after.cooperatives,
            assessor=after.assessor,
        )
        asked.audit(conn, "accounts.changed", f"account:{before.id}", before=_said(before), after=_said(after))

    try:
        await asked.do(work)
    except accounts.LastAdministrator:
        return await account_form.show(asked, "accounts/one.html.j2", before, {"role": asked.t("accounts.last")}, 422)
    return asked.go(_path(before), told="accounts.kept")


async def ask_out(asked: Asked) -> web.Response:
    """What will happen when somebody is shut out."""
    return asked.show("accounts/disable.html.j2", account=await _one(asked))


async def disable(asked: Asked) -> web.Response:
    """Shut somebody out, at once."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    account = await _one(asked)

    def work(conn: Connection) -> None:
        if accounts.disable(conn, asked.scope, account.id):
            asked.audit(conn, "accounts.disabled", f"account:{account.id}")

    try:
        await asked.do(work)
    except accounts.LastAdministrator:
        return asked.go(_path(account), told="accounts.last")
    return asked.go(_path(account), told="accounts.disabled", name=account.name)


async def enable(asked: Asked) -> web.Response:
    """Let somebody in again."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    account = await _one(asked)

    def work(conn: Connection) -> None:
        if accounts.enable(conn, asked.scope, account.id):
            asked.audit(conn, "accounts.enabled", f"account:{account.id}")

    await asked.do(work)
    return asked.go(_path(account), told="accounts.enabled", name=account.name)


async def ask_factor(asked: Asked) -> web.Response:
    """What will happen when a second factor is taken away."""
    return asked.show("accounts/factor.html.j2", account=await _one(asked))


async def drop_factor(asked: Asked) -> web.Response:
    """Take away the second factor of somebody who has lost her telephone and her codes."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    account = await _one(asked)

    def work(conn: Connection) -> None:
        if accounts.drop_second_factor(conn, asked.scope, account.id):
            asked.audit(conn, "accounts.factor_dropped", f"account:{account.id}")

    await asked.do(work)
    return asked.go(_path(account), told="accounts.factor_dropped", name=account.name)


async def _one(asked: Asked) -> Account:
    id = asked.request.match_info["id"]
    found = await asked.look(lambda conn: accounts.find(conn, asked.scope, id))
    if found is None:
        raise asked.missing()
    return found


def _path(account: Account) -> str:
    return f"{BASE}/{account.id}"


def _said(account: Account) -> dict[str, object]:
    """What of an account the log says."""
    return {
        "name": account.name,
        "role": account.role,
        "cooperatives": "*" if account.cooperatives is None else sorted(account.cooperatives),
        "assessor": account.assessor,
    }


PAGES = [
    page("GET", "/accounts", Right.ACCOUNTS, listed),
    page("GET", "/accounts/new", Right.ACCOUNTS, invitation),
    page("POST", "/accounts/new", Right.ACCOUNTS, invite),
    page("GET", "/accounts/{id}", Right.ACCOUNTS, one),
    page("POST", "/accounts/{id}", Right.ACCOUNTS, change),
    page("POST", "/accounts/{id}/link", Right.ACCOUNTS, another_link),
    page("GET", "/accounts/{id}/disable", Right.ACCOUNTS, ask_out),
    page("POST", "/accounts/{id}/disable", Right.ACCOUNTS, disable),
    page("POST", "/accounts/{id}/enable", Right.ACCOUNTS, enable),
    page("GET", "/accounts/{id}/factor", Right.ACCOUNTS, ask_factor),
    page("POST", "/accounts/{id}/factor", Right.ACCOUNTS, drop_factor),
]
