"""One's own account: language, password, second factor, and the browsers in which one is signed in."""

from __future__ import annotations

import hmac
from hashlib import sha256
from urllib.parse import quote, urlencode

from aiohttp import web

from authoring.credentials.squares import square_svg
from bot.cooperating.accounts import Account
from console import entering, passwords
from console.asked import Asked
from console.confirming import shown_password
from console.entering import page
from console.signing_in import HOME, OWN, address_of, local, minutes
from console.welcoming import wrong_password
from store import account_sessions, accounts
from store.database import Connection

ZONES = (
    "America/Lima",
    "America/La_Paz",
    "Africa/Kigali",
    "America/Bogota",
    "America/Guayaquil",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "America/New_York",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Zurich",
    "Africa/Nairobi",
    "UTC",
)
"""Where people who run such programmes are."""

LANGUAGES = {"es": "Español", "en": "English", "fr": "Français", "rw": "Ikinyarwanda"}
_FACTOR = f"{OWN}/second-factor"


async def show(asked: Asked) -> web.Response:
    """The page of one's own account."""
    now, person = asked.office.wall(), asked.person

    def work(conn: Connection) -> tuple[list[account_sessions.Session], int]:
        return account_sessions.sessions_of(conn, person, now), accounts.codes_left(conn, person.id)

    sessions, codes = await asked.look(work)
    return asked.show(
        "signing/me.html.j2",
        sessions=sessions,
        browsers={each.id: browser(each.agent) or asked.t("signing.unknown_browser") for each in sessions},
        this=asked.session.id if asked.session else "",
        codes=codes,
        languages=languages(asked),
        zones=zones(person),
    )


def languages(asked: Asked) -> list[tuple[str, str]]:
    """The console's languages that are there, by their own names."""
    return [(code, name) for code, name in LANGUAGES.items() if code in asked.office.words.languages]


def zones(person: Account) -> list[tuple[str, str]]:
    """Time zones to choose from, hers among them."""
    offered = (*ZONES, *({person.timezone} - {"", *ZONES}))
    return [(zone, zone.rpartition("/")[2].replace("_", " ")) for zone in offered]


_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


def browser(agent: str) -> str:
    """What a browser calls itself, as people say it: Chrome, Android. Empty where nobody would know it."""
    found = (next((name for sign, name in known.items() if sign in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))


async def prefer(asked: Asked) -> web.Response:
    """Another language or time zone for oneself."""
    person = asked.person
    language = asked.form.text("language", 5)
    zone = asked.form.text("timezone", 60)
    language = language if language in dict(languages(asked)) else person.language
    zone = zone if zone == "" or zone in dict(zones(person)) else person.timezone

    def work(conn: Connection) -> None:
        accounts.prefer(conn, person.id, language=language, timezone=zone)
        before = {"language": person.language, "timezone": person.timezone}
        after = {"language": language, "timezone": zone}
        asked.audit(conn, "signing.preferred", f"account:{person.id}", before=before, after=after)

    await asked.do(work)
    asked.language = language or asked.language
    return asked.go(OWN, told="signing.kept")


# --- the password ---


async def password(asked: Asked) -> web.Response:
    """The form for a new password."""
    return asked.show("signing/password.html.j2", wrong={})


async def change_password(asked: Asked) -> web.Response:
    """A new password, which ends every other session; the old one is asked for."""
    person = asked.person
    kept = await asked.look(lambda conn: accounts.kept(conn, id=person.id))
    wrong = wrong_password(asked, person.login, person.name)
    if kept is None or wrong:
        return asked.show("signing/password.html.j2", wrong=wrong, status=422)
    wait, right = await shown_password(asked, person.id, kept.password, asked.form.raw("old"))
    if wait:
        wrong = {"old": asked.t("signing.wait", n=minutes(wait))}
        return asked.show("signing/password.html.j2", wrong=wrong, status=429)
    if not right:
        return asked.show("signing/password.html.j2", wrong={"old": asked.t("signing.old_wrong")}, status=422)
    hashed = await asked.office.reckoner.hashed(asked.form.raw("password"))

    def work(conn: Connection) -> str:
        accounts.set_password(conn, person.id, hashed)
        asked.audit(conn, "signing.password", f"account:{person.id}")
        return _anew(conn, asked)

    token = await asked.do(work)
    response = asked.go(OWN, told="signing.password_changed")
    entering.remember(asked.office, response, token)
    return response


def _anew(conn: Connection, asked: Asked) -> str:
    """This browser signed in under a new token, and no other browser any more."""
    now, agent = asked.office.wall(), asked.request.headers.get("User-Agent", "")
    account_sessions.end_all(conn, asked.person.id)
    return account_sessions.open_session(
        conn, asked.person, now, address=address_of(asked.request), agent=agent, stepped_up=True
    )


# --- the second factor ---


async def second_factor(asked: Asked) -> web.Response:
    """Set one up, or another one after it was shown that it is she."""
    session, now = asked.session, asked.office.wall()
    if asked.person.second_factor and not (session and account_sessions.is_stepped_up(session, now)):
        return asked.go(f"{OWN}/confirm?next={quote(_FACTOR, safe='')}")
    return _factor(asked, passwords.new_seed(), 200)


def _factor(asked: Asked, seed: str, status: int, *, wrong: bool = False) -> web.Response:
    person = asked.person
    key = passwords.shared_key(asked.office.secret, person.id, seed)
    proof = _proof(asked, seed)
    to = asked.query.text("next", 500) or asked.form.text("next", 500)
    return asked.show(
        "signing/second_factor.html.j2",
        status=status,
        seed=seed,
        proof=proof,
        picture=f"{_FACTOR}.svg?{urlencode({'seed': seed, 'proof': proof})}",
        uri=passwords.key_uri(key, person.login, asked.office.policy().organisation),
        key=" ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        owes=person.role == "administrator" and not person.second_factor,
        wrong=wrong,
        to=local(to),
    )


async def square(asked: Asked) -> web.Response:
    """The square that the application is held before."""
    seed = asked.query.text("seed", 64)
    if not hmac.compare_digest(asked.query.text("proof", 100).encode(), _proof(asked, seed).encode()):
        raise asked.missing()
    key = passwords.shared_key(asked.office.secret, asked.person.id, seed)
    uri = passwords.key_uri(key, asked.person.login, asked.office.policy().organisation)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return web.Response(body=square_svg(uri), content_type="image/svg+xml", headers=headers)


async def enrol(asked: Asked) -> web.Response:
    """The first code proves that the application has the key; then the recovery codes are shown, once."""
    person, session, now = asked.person, asked.session, asked.office.wall()
    if person.second_factor and not (session and account_sessions.is_stepped_up(session, now)):
        return asked.go(f"{OWN}/confirm?next={quote(_FACTOR, safe='')}")
    seed = asked.form.text("seed", 64)
    if not hmac.compare_digest(asked.form.text("proof", 100).encode(), _proof(asked, seed).encode()):
        return asked.go(_FACTOR)
    key = passwords.shared_key(asked.office.secret, person.id, seed)
    step = passwords.step_of(asked.form.text("code", 20), key, 0, now)
    if step is None:
        return _factor(asked, seed, 422, wrong=True)
    codes = passwords.recovery_codes()

    def work(conn: Connection) -> str:
        kept = accounts.kept(conn, id=person.id)
        if kept is None or kept.seed == seed:
            return ""  # the same form a second time: what it did stands, and its codes were shown
        accounts.set_second_factor(conn, person.id, seed, step, codes)
        asked.audit(conn, "signing.second_factor", f"account:{person.id}")
        return _anew(conn, asked)

    token = await asked.do(work)
    if not token:
        return asked.go(OWN)
    response = asked.show("signing/codes.html.j2", codes=codes, to=local(asked.form.text("next", 500)))
    entering.remember(asked.office, response, token)
    return response


async def later(asked: Asked) -> web.Response:
    """An administrator's second factor waits until tomorrow."""
    person, now = asked.person, asked.office.wall()
    if person.second_factor:
        return asked.go(OWN)

    def work(conn: Connection) -> None:
        accounts.put_off(conn, person.id, now)
        asked.audit(conn, "signing.put_off", f"account:{person.id}")

    await asked.do(work)
    return asked.go(local(asked.form.text("next", 500)))


async def new_codes(asked: Asked) -> web.Response:
    """Ten new recovery codes; the old ones are worth nothing any more."""
    person, session, now = asked.person, asked.session, asked.office.wall()
    if not person.second_factor:
        return asked.go(_FACTOR)
    if not (session and account_sessions.is_stepped_up(session, now)):
        return asked.go(f"{OWN}/confirm?next={quote(OWN, safe='')}", told="signing.codes_confirm")
    codes = passwords.recovery_codes()

    def work(conn: Connection) -> None:
        accounts.set_codes(conn, person.id, codes)
        asked.audit(conn, "signing.codes", f"account:{person.id}")

    await asked.do(work)
    return asked.show("signing/codes.html.j2", codes=codes, to=HOME)


def _proof(asked: Asked, seed: str) -> str:
    """That we made this seed, for this person in this session."""
    said = f"enrol\n{asked.session.id if asked.session else ''}\n{asked.person.id}\n{seed}"
    return hmac.new(asked.office.secret, said.encode(), sha256).hexdigest()


# --- sessions ---


async def end(asked: Asked) -> web.Response:
    """End one of one's own sessions, or all the others."""
    person, session = asked.person, asked.session
    which = asked.form.text("session", 40)

    def work(conn: Connection) -> int:
        if which:
            ended = int(account_sessions.end_session(conn, person.id, which))
        else:
            ended = account_sessions.end_all(conn, person.id, but=session.id if session else "")
        if ended:
            asked.audit(conn, "signing.ended", f"account:{person.id}", sessions=ended)
        return ended

    await asked.do(work)
    return asked.go(OWN, told="signing.ended")


PAGES = [
    page("GET", "/me", None, show),
    page("POST", "/me", None, prefer),
    page("GET", "/me/password", None, password),
    page("POST", "/me/password", None, change_password),
    page("GET", "/me/second-factor", None, second_factor),
    page("GET", "/me/second-factor.svg", None, square),
    page("POST", "/me/second-factor", None, enrol),
    page("POST", "/me/second-factor/later", None, later),
    page("POST", "/me/codes", None, new_codes),
    page("POST", "/me/sessions", None, end),
]
