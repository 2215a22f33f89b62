"""The people of the console: invite, change, shut out, and help who has lost a password or a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.cooperating.accounts import Account, Standing, folded_login, login_for, wrong_login, wrong_reach
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import ROLES, Right
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from console.me import languages
from store import accounts, assessors, invitations, organisations
from store.database import Connection

BASE = "/console/accounts"
_MOST = 50
Wrong = dict[str, str]


async def listed(asked: Asked) -> web.Response:
    """Everybody, by login."""
    after = asked.query.text("after", 100)

    def work(conn: Connection) -> tuple[list[Account], dict[str, str]]:
        found = accounts.listed(conn, asked.scope, after=after, limit=_MOST + 1)
        return found, _names(organisations.all_cooperatives(conn, asked.scope))

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


def _names(known: list[Cooperative]) -> dict[str, str]:
    return {each.id: each.name for each in known}


# --- inviting ---


async def invitation(asked: Asked) -> web.Response:
    """The form for somebody new."""
    return await _form(asked, "accounts/new.html.j2", None, {}, 200)


async def invite(asked: Asked) -> web.Response:
    """Make the account, and show its link: once, for it is kept nowhere."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    made, wrong = await _read(asked, None)
    if wrong:
        return await _form(asked, "accounts/new.html.j2", None, wrong, 422)
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
        return await _form(asked, "accounts/new.html.j2", None, {"login": asked.t("accounts.login_taken")}, 422)
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
    base = asked.office.public_url or f"{asked.request.scheme}://{asked.request.host}"
    address = f"{base}/console/welcome/{token}"
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
    return await _form(asked, "accounts/one.html.j2", await _one(asked), {}, 200)


async def change(asked: Asked) -> web.Response:
    """Another name, role or reach."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    before = await _one(asked)
    after, wrong = await _read(asked, before)
    if wrong:
        return await _form(asked, "accounts/one.html.j2", before, wrong, 422)

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
        return await _form(asked, "accounts/one.html.j2", before, {"role": asked.t("accounts.last")}, 422)
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


# --- the form ---


async def _read(asked: Asked, before: Account | None) -> tuple[Account, Wrong]:
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
        return _names(known), judges

    return work


async def _form(asked: Asked, template: str, account: Account | None, wrong: Wrong, status: int) -> web.Response:
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
