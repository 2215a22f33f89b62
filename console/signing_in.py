"""The door: sign in with a password and a second factor, come in by a link for the first time, and sign out."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
from datetime import timedelta

from aiohttp import web

from bot.cooperating.accounts import BY_ADDRESS, BY_LOGIN, LONGEST, Account, Pace, Standing, folded_login
from console import entering, passwords
from console.asked import Asked
from console.entering import open_page, page
from console.office import Office
from store import account_sessions, accounts, auditing, counters, throttling
from store.accounts import Kept
from store.database import Connection

log = logging.getLogger(__name__)

HOME = "/console/"
OWN = "/console/me"
_KNOWN = "chasqui_known"  # the cookie of a browser in which this person was signed in before
_KNOWN_DAYS = 180
_BY_CODE = Pace(burst=5, per=timedelta(minutes=15))  # of a million codes three are good: one in 350 a day, at most
_TICKET = timedelta(minutes=5)


# --- the password ---


async def show(asked: Asked) -> web.Response:
    """The door itself."""
    if asked.session is not None:
        return asked.go(local(asked.query.text("next", 500)))
    return _door(asked, 200)


async def sign_in(asked: Asked) -> web.Response:
    """The password, and then the code where the account has a second factor. Whoever does not exist, or may not come
    in, is answered as somebody with a wrong password is, and in the same time."""
    if asked.form.raw("ticket"):
        return await _second(asked)
    login, password = folded_login(asked.form.text("login", 200)), asked.form.raw("password")
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST:
        return _door(asked, 400, login=login, wrong="signing.too_long")
    key, paces = _paces(asked, login)
    now, office = asked.office.wall(), asked.office
    wait = await asked.do(lambda conn: throttling.try_all(conn, paces, now))
    if wait:
        return _too_many(asked, wait, login)
    kept = await asked.look(lambda conn: accounts.kept(conn, login))
    active = kept is not None and kept.account.state is Standing.ACTIVE
    right = await office.reckoner.is_right(password, kept.password if kept and active else "")
    if kept is None or not right:
        await asked.do(lambda conn: counters.add(conn, {"console_sign_in_refused": 1}, asked.now))
        return _door(asked, 401, login=login, wrong="signing.wrong")
    await _refresh(asked, kept, password, key)
    if kept.account.second_factor:
        return _ask_code(asked, _ticket(asked, kept), 200)
    return await let_in(asked, kept.account)


async def _refresh(asked: Asked, kept: Kept, password: str, key: str) -> None:
    """After the right password: what was tried is forgotten, and an old reckoning is made anew."""
    reckoner = asked.office.reckoner
    newer = await reckoner.hashed(password) if reckoner.is_old(kept.password) else ""

    def work(conn: Connection) -> None:
        throttling.forgive(conn, key)
        if newer:
            accounts.rehash(conn, kept.account.id, kept.password, newer)

    await asked.do(work)


# --- the second factor ---


async def _second(asked: Asked) -> web.Response:
    ticket = asked.form.text("ticket", 300)
    kept = await asked.look(lambda conn: accounts.kept(conn, id=ticket.partition(".")[0] or "-"))
    if kept is None or kept.account.state is not Standing.ACTIVE or not _is_good(asked, ticket, kept):
        return _door(asked, 401, wrong="signing.too_late")
    wait, right = await shown_code(asked, kept, asked.form.text("code", 60))
    if wait:
        return _ask_code(asked, ticket, 429, wait=wait)
    if not right:
        return _ask_code(asked, ticket, 401, wrong=True)
    return await let_in(asked, kept.account, stepped_up=True)


async def ask_second(asked: Asked, account: Account) -> web.Response:
    """Ask somebody whose password has just been shown, or set, for her code."""
    kept = await asked.look(lambda conn: accounts.kept(conn, id=account.id))
    return _door(asked, 401) if kept is None else _ask_code(asked, _ticket(asked, kept), 200)


async def shown_code(asked: Asked, kept: Kept, written: str) -> tuple[timedelta, bool]:
    """How long to wait before another code is looked at, and whether this one was good. It is good once: a code of the
    application for its half minute, a recovery code for ever."""
    account, now = kept.account.id, asked.office.wall()
    key = passwords.shared_key(asked.office.secret, account, kept.seed)

    def work(conn: Connection) -> tuple[timedelta, bool]:
        if wait := throttling.try_all(conn, {f"code:{account}": _BY_CODE}, now):
            return wait, False
        step = passwords.step_of(written, key, kept.last_step, now)
        good = accounts.use_step(conn, account, step) if step is not None else accounts.use_code(conn, account, written)
        if good:
            throttling.forgive(conn, f"code:{account}")
            if step is None:
                left = accounts.codes_left(conn, account)
                auditing.append(conn, kept.account, "signing.recovery", f"account:{account}", {"left": left}, asked.now)
        return timedelta(), good

    return await asked.do(work)


def _ticket(asked: Asked, kept: Kept) -> str:
    """Proof, for some minutes, that the password was right: for this account, and for this password only."""
    until = int((asked.office.wall() + _TICKET).timestamp())
    said = f"{kept.account.id}.{until}.{secrets.token_hex(8)}"
    return f"{said}.{_signed(asked.office, 'ticket', said, kept.password)}"


def _is_good(asked: Asked, ticket: str, kept: Kept) -> bool:
    said, _, signature = ticket.rpartition(".")
    until = said.split(".")[1] if said.count(".") == 2 else ""
    ours = _signed(asked.office, "ticket", said, kept.password)
    late = not until.isdecimal() or int(until) < asked.office.wall().timestamp()
    return hmac.compare_digest(signature.encode(), ours.encode()) and not late


def _signed(office: Office, *parts: str) -> str:
    return hmac.new(office.secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


# --- in and out ---


async def let_in(asked: Asked, account: Account, *, stepped_up: bool = False, to: str = "") -> web.Response:
    """Open a session under a new token, whatever the browser brought, and go to where she wanted to go."""
    now = asked.office.wall()

    def work(conn: Connection) -> str:
        if asked.session is not None:
            account_sessions.end_session(conn, asked.session.account.id, asked.session.id)
        agent = asked.request.headers.get("User-Agent", "")
        accounts.signed_in(conn, account.id, now)
        auditing.append(conn, account, "signing.in", f"account:{account.id}", {"second_factor": stepped_up}, asked.now)
        return account_sessions.open_session(
            conn, account, now, address=address_of(asked.request), agent=agent, stepped_up=stepped_up
        )

    token = await asked.do(work)
    response = asked.go(to or local(asked.form.text("next", 500)))
    entering.remember(asked.office, response, token)
    device = secrets.token_hex(16)
    response.set_cookie(
        _KNOWN,
        f"{device}.{_signed(asked.office, 'known', account.login, device)}",
        path="/console/sign-in",
        max_age=_KNOWN_DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=asked.office.secure,
    )
    return response


async def sign_out(asked: Asked) -> web.Response:
    """End this session, here and in the table."""
    session = asked.session
    if session is not None:

        def work(conn: Connection) -> None:
            account_sessions.end_session(conn, session.account.id, session.id)
            asked.audit(conn, "signing.out", f"account:{session.account.id}")

        await asked.do(work)
    response = asked.go("/console/sign-in", told="signing.out")
    entering.forget(asked.office, response)
    return response


# --- who tries ---


def _paces(asked: Asked, login: str) -> tuple[str, dict[str, Pace]]:
    """The key of the login's own tries, and all that count. A browser in which this person was signed in before has
    tries of its own: strangers who try without end do not lock her out."""
    device, _, signature = asked.request.cookies.get(_KNOWN, "").partition(".")
    ours = _signed(asked.office, "known", login, device)
    if device and hmac.compare_digest(signature.encode(), ours.encode()):
        return (key := f"device:{login}:{device}"), {key: BY_LOGIN}
    key = f"login:{login}"
    return key, {key: BY_LOGIN, f"address:{network_of(address_of(asked.request))}": BY_ADDRESS}


def address_of(request: web.Request) -> str:
    """Who asks. Behind a proxy on this machine or network, whom the proxy names last; never what somebody before it
    has written."""
    remote = request.remote or ""
    try:
        ours = ipaddress.ip_address(remote).is_private
    except ValueError:
        ours = True
    named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() if ours else ""
    return named[:45] or remote


def network_of(address: str) -> str:
    """What tries are counted by: an IPv4 address; of IPv6 the network of one household or firm (/64)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def local(path: str) -> str:
    """A path of the console, or its first page: never another site, however it is written."""
    odd = "//" in path or "\\" in path or any(not sign.isprintable() for sign in path)
    return path if path.startswith("/console/") and not odd and "/sign-" not in path else HOME


# --- pages ---


def _door(asked: Asked, status: int, *, login: str = "", wrong: str = "") -> web.Response:
    to = asked.query.text("next", 500) or asked.form.text("next", 500)
    shown = local(to)
    return asked.show(
        "signing/sign_in.html.j2", status=status, login=login, wrong=wrong, to="" if shown == HOME else shown
    )


def _too_many(asked: Asked, wait: timedelta, login: str) -> web.Response:
    log.warning("Somebody tries to sign in too often; the next try is free in %d s", wait.total_seconds())
    response = asked.show("signing/sign_in.html.j2", status=429, login=login, wrong="", to="", minutes=minutes(wait))
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def _ask_code(
    asked: Asked, ticket: str, status: int, *, wrong: bool = False, wait: timedelta | None = None
) -> web.Response:
    response = asked.show(
        "signing/code.html.j2",
        status=status,
        ticket=ticket,
        to=asked.form.text("next", 500),
        wrong=wrong,
        minutes=minutes(wait) if wait else 0,
    )
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def minutes(wait: timedelta) -> int:
    """A wait in whole minutes, rounded up."""
    return max(1, -int(-wait.total_seconds() // 60))


PAGES = [
    open_page("GET", "/sign-in", show),
    open_page("POST", "/sign-in", sign_in),
    page("POST", "/sign-out", None, sign_out),
]
