"""Connections: the keys with which other programs come in, and what they are told by themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web

from bot.cooperating import hooks as rules
from bot.cooperating.hooks import EVENTS, Hook, secret_of
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import Right
from bot.cooperating.tokens import GRANTABLE, LONGEST, USUAL, Token
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from store import hooks, organisations, tokens
from store.database import Connection
from store.hooks import Delivery

BASE = "/console/tokens"
_MOST = 50
_DAYS = (30, USUAL.days, 180, LONGEST.days - 1)
_RIGHTS = [right.value for right in Right if right in GRANTABLE]  # in their own order, which is that of the menu


async def listed(asked: Asked) -> web.Response:
    """Every key and every subscription."""

    def work(conn: Connection) -> tuple[list[Token], list[Hook], dict[str, str]]:
        return tokens.listed(conn, asked.scope), hooks.listed(conn, asked.scope), _names(asked, conn)

    keys, subscribed, names = await asked.look(work)
    now = asked.office.wall()
    return asked.show(
        "tokens/list.html.j2",
        keys=[(each, _state(each, asked)) for each in keys],
        hooks=subscribed,
        reach={
            **{each.id: _reach(each.cooperatives, names) for each in keys},
            **{each.id: _reach(each.cooperatives, names) for each in subscribed},
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


def _names(asked: Asked, conn: Connection) -> dict[str, str]:
    return {each.id: each.name for each in organisations.all_cooperatives(conn, asked.scope)}


def _reach(cooperatives: frozenset[str] | None, names: dict[str, str]) -> str:
    return "" if cooperatives is None else ", ".join(names.get(each, each) for each in sorted(cooperatives))


# --- keys ---


@dataclass(slots=True)
class _Wished:
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
        return None if self.everywhere else frozenset(self.cooperatives)


async def new_key(asked: Asked) -> web.Response:
    """The form for a new key."""
    return await _form(asked, "tokens/new.html.j2", _Wished(rights=[Right.SEE_PEOPLE.value]))


async def make_key(asked: Asked) -> web.Response:
    """Make a key, and show it: once."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    wished = _read(asked)
    wished.rights = [each for each in asked.form.texts("rights") if each in _RIGHTS]
    wished.days = asked.form.whole("days", USUAL.days, low=1, high=LONGEST.days - 1) or USUAL.days
    if not wished.rights:
        wished.wrong["rights"] = asked.t("tokens.wrong_rights")
    if wished.wrong:
        return await _form(asked, "tokens/new.html.j2", wished, 422)
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
    id = asked.request.match_info["token"]
    found = await asked.look(lambda conn: tokens.get(conn, asked.scope, id))
    if found is None:
        raise asked.missing()
    return found


# --- subscriptions ---


async def new_hook(asked: Asked) -> web.Response:
    """The form for a new subscription."""
    return await _form(asked, "tokens/hook_new.html.j2", _Wished())


async def make_hook(asked: Asked) -> web.Response:
    """Subscribe another program."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    wished = _read(asked)
    wished.url = asked.form.text("url", rules.LONGEST_URL + 1)
    wished.events = [each for each in asked.form.texts("events") if each in EVENTS]
    if why := rules.wrong_url(wished.url, private=asked.office.private_hooks):
        wished.wrong["url"] = asked.t(f"tokens.wrong_url_{why}")
    if not wished.events:
        wished.wrong["events"] = asked.t("tokens.wrong_events")
    if wished.wrong:
        return await _form(asked, "tokens/hook_new.html.j2", wished, 422)
    now, once = asked.now, asked.form.text("once", 64)
    hook = Hook(
        id="",
        name=wished.name,
        url=wished.url,
        events=frozenset(wished.events),
        cooperatives=wished.reach,
        created_by=asked.person.login,
        created_at=now,
    )

    def work(conn: Connection) -> Hook:
        made = hooks.add(conn, asked.scope, hook, now, once)
        asked.audit(conn, "hooks.made", f"hook:{made.id}", name=made.name, url=made.url)
        return made

    made = await asked.do(work)
    return asked.go(f"{BASE}/hooks/{made.id}", told="tokens.hook_made")


async def one_hook(asked: Asked) -> web.Response:
    """A subscription: what it hears, its secret, and what was sent to it."""
    hook = await _hook(asked)
    before = asked.query.whole("before", 0, low=1, high=10**15) or 0

    def work(conn: Connection) -> tuple[list[Delivery], int, dict[str, str]]:
        sent = hooks.deliveries(conn, asked.scope, hook.id, before=before, limit=_MOST + 1)
        return sent, hooks.waiting(conn, asked.scope, hook.id), _names(asked, conn)

    sent, waiting, names = await asked.look(work)
    path = f"{BASE}/hooks/{hook.id}"
    return asked.show(
        "tokens/hook.html.j2",
        hook=hook,
        reach=_reach(hook.cooperatives, names),
        secret=secret_of(asked.office.secret, hook.id, hook.generation),
        sent=sent[:_MOST],
        waiting=waiting,
        next=f"{path}?before={sent[_MOST - 1].id}" if len(sent) > _MOST else "",
        first=path if before else "",
    )


async def ping(asked: Asked) -> web.Response:
    """Send it something, to try it out."""
    hook = await _hook(asked)
    await asked.do(lambda conn: hooks.ping(conn, asked.scope, hook.id, asked.now))
    return asked.go(f"{BASE}/hooks/{hook.id}", told="tokens.pinged")


async def again(asked: Asked) -> web.Response:
    """Send something once more."""
    hook = await _hook(asked)
    delivery = int(asked.request.match_info["delivery"])
    sent = await asked.do(lambda conn: hooks.again(conn, asked.scope, hook.id, delivery, asked.now))
    if sent is None:
        raise asked.missing()
    return asked.go(f"{BASE}/hooks/{hook.id}", told="tokens.sent_again")


async def rotate(asked: Asked) -> web.Response:
    """Give it a new secret."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    hook = await _hook(asked)

    def work(conn: Connection) -> None:
        hooks.rotate(conn, asked.scope, hook.id, asked.now)
        asked.audit(conn, "hooks.rotated", f"hook:{hook.id}", name=hook.name)

    await asked.do(work)
    return asked.go(f"{BASE}/hooks/{hook.id}", told="tokens.rotated")


async def switch(asked: Asked) -> web.Response:
    """Switch it on or off."""
    hook = await _hook(asked)

    def work(conn: Connection) -> None:
        hooks.switch(conn, asked.scope, hook.id, on=not hook.live, now=asked.now)
        asked.audit(conn, "hooks.disabled" if hook.live else "hooks.enabled", f"hook:{hook.id}", name=hook.name)

    await asked.do(work)
    return asked.go(f"{BASE}/hooks/{hook.id}", told="tokens.hook_off" if hook.live else "tokens.hook_on")


async def ask_remove(asked: Asked) -> web.Response:
    """What will happen when a subscription is ended."""
    return asked.show("tokens/hook_remove.html.j2", hook=await _hook(asked))


async def remove(asked: Asked) -> web.Response:
    """End a subscription."""
    hook = await _hook(asked)

    def work(conn: Connection) -> None:
        if hooks.remove(conn, asked.scope, hook.id, asked.now):
            asked.audit(conn, "hooks.removed", f"hook:{hook.id}", name=hook.name)

    await asked.do(work)
    return asked.go(BASE, told="tokens.hook_removed")


async def _hook(asked: Asked) -> Hook:
    id = asked.request.match_info["hook"]
    found = await asked.look(lambda conn: hooks.get(conn, asked.scope, id))
    if found is None:
        raise asked.missing()
    return found


# --- forms ---


def _read(asked: Asked) -> _Wished:
    wished = _Wished(name=" ".join(asked.form.text("name", 80).split()))
    wished.everywhere = asked.form.text("reach") != "some"
    wished.cooperatives = asked.form.texts("cooperatives")
    if not wished.name:
        wished.wrong["name"] = asked.t("tokens.wrong_name")
    if not wished.everywhere and not wished.cooperatives:
        wished.wrong["cooperatives"] = asked.t("tokens.wrong_cooperatives")
    return wished


async def _form(asked: Asked, template: str, wished: _Wished, status: int = 200) -> web.Response:
    def work(conn: Connection) -> list[Cooperative]:
        return organisations.all_cooperatives(conn, asked.scope, closed=False)

    known = await asked.look(work)
    return asked.show(
        template,
        status=status,
        wished=wished,
        cooperatives=[(each.id, each.name) for each in known],
        rights=[(each, asked.t(f"accounts.right_{each}")) for each in _RIGHTS],
        days=[(str(each), asked.t("tokens.days", n=each)) for each in _DAYS],
        events=[(each, asked.t(f"tokens.event_{each.replace('.', '_')}")) for each in EVENTS],
        secure=not asked.office.private_hooks,
    )


_MAY = Right.ACCOUNTS
_HOOK = "/tokens/hooks/{hook:hook_[0-9a-f]{16}}"
_KEY = "/tokens/{token:[0-9a-f]{12}}"

PAGES = [
    page("GET", "/tokens", _MAY, listed),
    page("GET", "/tokens/new", _MAY, new_key),
    page("POST", "/tokens/new", _MAY, make_key),
    page("GET", "/tokens/hooks/new", _MAY, new_hook),
    page("POST", "/tokens/hooks/new", _MAY, make_hook),
    page("GET", _HOOK, _MAY, one_hook),
    page("POST", _HOOK + "/ping", _MAY, ping),
    page("POST", _HOOK + "/rotate", _MAY, rotate),
    page("POST", _HOOK + "/switch", _MAY, switch),
    page("GET", _HOOK + "/remove", _MAY, ask_remove),
    page("POST", _HOOK + "/remove", _MAY, remove),
    page("POST", _HOOK + "/deliveries/{delivery:[1-9][0-9]{0,17}}", _MAY, again),
    page("GET", _KEY + "/revoke", _MAY, ask_revoke),
    page("POST", _KEY + "/revoke", _MAY, revoke),
]
