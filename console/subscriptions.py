"""What other programs are told by themselves: subscriptions, and what was sent to each."""

from __future__ import annotations

from aiohttp import web

from bot.cooperating import hooks as rules
from bot.cooperating.hooks import EVENTS, Hook, secret_of
from bot.cooperating.roles import Right
from console.asked import Asked
from console.confirming import confirmed
from console.entering import page
from console.token_form import BASE, Wished, chosen, names_of, reach_of, read_form, shown_form
from store import hooks
from store.database import Connection
from store.hooks import Delivery

_MOST = 50


async def new_hook(asked: Asked) -> web.Response:
    """The form for a new subscription."""
    return await shown_form(asked, "tokens/hook_new.html.j2", Wished())


async def make_hook(asked: Asked) -> web.Response:
    """Subscribe another program."""
    if (ask := await confirmed(asked)) is not None:
        return ask
    wished = read_form(asked)
    wished.url = asked.form.text("url", rules.LONGEST_URL + 1)
    wished.events = [each for each in asked.form.texts("events") if each in EVENTS]
    if why := rules.wrong_url(wished.url, private=asked.office.private_hooks):
        wished.wrong["url"] = asked.t(f"tokens.wrong_url_{why}")
    if not wished.events:
        wished.wrong["events"] = asked.t("tokens.wrong_events")
    if wished.wrong:
        return await shown_form(asked, "tokens/hook_new.html.j2", wished, 422)
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
        return sent, hooks.waiting(conn, asked.scope, hook.id), names_of(asked, conn)

    sent, waiting, names = await asked.look(work)
    path = f"{BASE}/hooks/{hook.id}"
    return asked.show(
        "tokens/hook.html.j2",
        hook=hook,
        reach=reach_of(hook.cooperatives, names),
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
    return await chosen(asked, "hook", hooks.get)


_MAY = Right.ACCOUNTS
_HOOK = "/tokens/hooks/{hook:hook_[0-9a-f]{16}}"

PAGES = [
    page("GET", "/tokens/hooks/new", _MAY, new_hook),
    page("POST", "/tokens/hooks/new", _MAY, make_hook),
    page("GET", _HOOK, _MAY, one_hook),
    page("POST", _HOOK + "/ping", _MAY, ping),
    page("POST", _HOOK + "/rotate", _MAY, rotate),
    page("POST", _HOOK + "/switch", _MAY, switch),
    page("GET", _HOOK + "/remove", _MAY, ask_remove),
    page("POST", _HOOK + "/remove", _MAY, remove),
    page("POST", _HOOK + "/deliveries/{delivery:[1-9][0-9]{0,17}}", _MAY, again),
]
