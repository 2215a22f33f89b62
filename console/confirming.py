"""Before what is delicate: is it still she who signed in?"""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.cooperating.accounts import BY_LOGIN
from console.asked import TOKEN, Asked
from console.entering import page
from console.signing_in import local, minutes, shown_code
from store import account_sessions, accounts, throttling
from store.database import Connection

_FIELD = "confirm"


async def confirmed(asked: Asked) -> web.Response | None:
    """None where she has shown within ten minutes that it is she, or shows it with this form; else the page that asks
    for it and brings the form along. Call it first in what changes accounts or opens data."""
    session = asked.session
    now = asked.office.wall()
    if session is None:
        raise PermissionError("nobody is signed in")
    if account_sessions.is_stepped_up(session, now):
        return None
    given = asked.form.raw(_FIELD)
    wait, wrong = timedelta(), False
    if given:
        wait, right = await _shown(asked, given)
        if right:
            await asked.do(lambda conn: account_sessions.step_up(conn, session.id, now))
            return None
        wrong = not wait
    return _ask(asked, wrong=wrong, wait=wait)


async def _shown(asked: Asked, given: str) -> tuple[timedelta, bool]:
    kept = await asked.look(lambda conn: accounts.kept(conn, id=asked.person.id))
    if kept is None:
        return timedelta(), False
    if kept.seed:
        return await shown_code(asked, kept, given)
    return await shown_password(asked, kept.account.id, kept.password, given)


async def shown_password(asked: Asked, account: str, hashed: str, given: str) -> tuple[timedelta, bool]:
    """How long to wait before another password is looked at, and whether this one is right."""
    key, now = f"confirm:{account}", asked.office.wall()
    if wait := await asked.do(lambda conn: throttling.try_all(conn, {key: BY_LOGIN}, now)):
        return wait, False
    right = await asked.office.reckoner.is_right(given, hashed)
    if right:

        def work(conn: Connection) -> None:
            throttling.forgive(conn, key)

        await asked.do(work)
    return timedelta(), right


def _ask(
    asked: Asked, *, wrong: bool, wait: timedelta, fields: list[tuple[str, str]] | None = None, status: int = 403
) -> web.Response:
    given = [(name, value) for name, value in asked.form.pairs() if name not in (TOKEN, _FIELD)]
    return asked.show(
        "signing/confirm.html.j2",
        status=429 if wait else status,
        fields=fields or given,
        code=asked.person.second_factor,
        wrong=wrong,
        minutes=minutes(wait) if wait else 0,
    )


async def show(asked: Asked) -> web.Response:
    """Ask before a page that is delicate to look at."""
    to = local(asked.query.text("next", 500))
    if asked.session and account_sessions.is_stepped_up(asked.session, asked.office.wall()):
        return asked.go(to)
    return _ask(asked, wrong=False, wait=timedelta(), fields=[("next", to)], status=200)


async def confirm(asked: Asked) -> web.Response:
    """And go on to it."""
    return await confirmed(asked) or asked.go(local(asked.form.text("next", 500)))


PAGES = [page("GET", "/me/confirm", None, show), page("POST", "/me/confirm", None, confirm)]
