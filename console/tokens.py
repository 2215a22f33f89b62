"""Connections: the keys with which other programs come in."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.cooperating.hooks import Hook
from bot.cooperating.roles import Right
from bot.cooperating.tokens import LONGEST, USUAL, Token
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from console.token_form import BASE, RIGHTS, Wished, chosen, names_of, reach_of, read_form, shown_form
from store import hooks, tokens
from store.database import Connection


async def listed(asked: Asked) -> web.Response:
    """Every key and every subscription."""

    def work(conn: Connection) -> tuple[list[Token], list[Hook], dict[str, str]]:
        return tokens.listed(conn, asked.scope), hooks.listed(conn, asked.scope), names_of(asked, conn)

    keys, subscribed, names = await asked.look(work)
    now = asked.office.wall()
    return asked.show(
        "tokens/list.html.j2",
        keys=[(each, _state(each, asked)) for each in keys],
        hooks=subscribed,
        reach={
            **{each.id: reach_of(each.cooperatives, names) for each in keys},
            **{each.id: reach_of(each.cooperatives, names) for each in subscribed},
        },
        open=sum(each.opens(now) for each in keys),
    )


def _state(token: Token, asked: Asked) -> str:
    if token.revoked_at:
        return "ended"
    now = asked.office.wall()
    if token.expires_at <= now:
        return "expired"
    return "soon" if token.expires_at - now < timedelta(days=14) else "open"


# --- keys ---


async def new_key(asked: Asked) -> web.Response:
    """The form for a new key."""
    return await shown_form(asked, "tokens/new.html.j2", Wished(rights=[Right.SEE_PEOPLE.value]))


async def make_key(asked: Asked) -> web.Response:
    """Make a key, and show it: once."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    wished = read_form(asked)
    wished.rights = [each for each in asked.form.texts("rights") if each in RIGHTS]
    wished.days = asked.form.whole("days", USUAL.days, low=1, high=LONGEST.days - 1) or USUAL.days
    if not wished.rights:
        wished.wrong["rights"] = asked.t("tokens.wrong_rights")
    if wished.wrong:
        return await shown_form(asked, "tokens/new.html.j2", wished, 422)
    now, once = asked.office.wall(), asked.form.text("once", 64)

    def work(conn: Connection) -> tuple[Token, str]:
        made, written = tokens.add(
            conn,
            asked.scope,
            name=wished.name,
            rights=wished.rights,
            cooperatives=wished.reach,
            expires_at=now + timedelta(days=wished.days),
            by=asked.person.login,
            now=now,
            once=once,
            key=asked.office.secret,
        )
        if made.created_at == now:
            asked.audit(conn, "tokens.made", f"token:{made.id}", name=made.name, rights=" ".join(wished.rights))
        return made, written

    try:
        made, written = await asked.do(work)
    except ValueError:
        return asked.go(BASE, told="tokens.shown_already")
    return asked.show("tokens/made.html.j2", key=made, written=written)


async def ask_revoke(asked: Asked) -> web.Response:
    """What will happen when a key is ended."""
    return asked.show("tokens/revoke.html.j2", key=await _key(asked))


async def revoke(asked: Asked) -> web.Response:
    """End a key."""
    key = await _key(asked)

    def work(conn: Connection) -> bool:
        ended = tokens.revoke(conn, asked.scope, key.id, asked.person.login, asked.office.wall())
        if ended:
            asked.audit(conn, "tokens.revoked", f"token:{key.id}", name=key.name)
        return ended

    await asked.do(work)
    return asked.go(BASE, told="tokens.revoked")


async def _key(asked: Asked) -> Token:
    return await chosen(asked, "token", tokens.get)


_MAY = Right.ACCOUNTS
_KEY = "/tokens/{token:[0-9a-f]{12}}"

PAGES = [
    page("GET", "/tokens", _MAY, listed),
    page("GET", "/tokens/new", _MAY, new_key),
    page("POST", "/tokens/new", _MAY, make_key),
    page("GET", _KEY + "/revoke", _MAY, ask_revoke),
    page("POST", _KEY + "/revoke", _MAY, revoke),
]
