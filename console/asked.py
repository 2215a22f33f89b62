"""One request to the console: who asks, in which language, what came with it, and the ways to answer."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from aiohttp import web
from jinja2 import Environment
from markupsafe import Markup

from bot.cooperating.accounts import Account, Session
from bot.cooperating.roles import Right, may
from bot.delivering.hours import zone_of
from bot.people import Scope
from console import drawing
from console.drawing import Pen
from console.forms import Form
from console.office import Office
from store import auditing
from store.database import Connection

T = TypeVar("T")

TOKEN = "token"  # noqa: S105 - the name of the field
TOLD = "chasqui_told"  # the cookie of a message that the next page shows


class NotThere(LookupError):
    """What was asked for does not exist, or not for this person: both look alike."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request, with its person where somebody is signed in."""

    request: web.Request
    office: Office
    environment: Environment
    session: Session | None
    language: str
    now: datetime
    form: Form
    query: Form
    section: str = ""
    places: Mapping[str, str]  # where the static files are
    menu: Callable[[Asked], list[tuple[str, str, str]]]

    @property
    def person(self) -> Account:
        """Who is signed in. Raises PermissionError where nobody is."""
        if self.session is None:
            raise PermissionError("nobody is signed in")
        return self.session.account

    @property
    def scope(self) -> Scope:
        """Whose data this person may touch: the first argument of every query."""
        return self.person.scope

    @property
    def zone(self) -> tzinfo:
        """The reader's time zone."""
        policy = self.office.policy()
        return zone_of(self.session.account.timezone if self.session else "", policy.country)

    @property
    def pen(self) -> Pen:
        """How this reader is written to."""
        return Pen(
            words=self.office.words,
            language=self.language,
            zone=self.zone,
            now=self.now,
            currency=self.office.policy().currency,
        )

    @property
    def base(self) -> str:
        """Where people reach our pages: the public address; where none is set, as whoever asks reached them."""
        return self.office.public_url or f"{self.request.scheme}://{self.request.host}"

    @property
    def by_htmx(self) -> bool:
        """Whether htmx asks, for a part of a page."""
        return self.request.headers.get("HX-Request") == "true"

    def t(self, id: str, /, **values: object) -> str:
        """A sentence in the reader's language."""
        return self.office.words.say(self.language, id, **values)

    def may(self, right: Right) -> bool:
        """Whether this person has a right."""
        return self.session is not None and may(self.scope, right)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Read in a transaction of a reader's thread."""
        database = self.office.database

        def in_one() -> T:
            with database.reading() as conn:
                return work(conn)

        return await database.look(in_one)

    async def do(self, work: Callable[[Connection], T]) -> T:
        """Write in one transaction of the writer's thread; rolled back where `work` raises. It may be run again."""
        database = self.office.database

        def in_one() -> T:
            with database.writing() as conn:
                return work(conn)

        return await database.run(in_one)

    def audit(self, conn: Connection, act: str, subject: str = "", **details: object) -> None:
        """Note in the log who did what, in the transaction in which it is done."""
        auditing.append(conn, self.person, act, subject, details, self.now)

    # --- answers ---

    def show(self, template: str, /, status: int = 200, **values: Any) -> web.Response:
        """A whole page."""
        told = unquote(self.request.cookies.get(TOLD, ""))[:500]
        drawn = drawing.page(self.environment, template, {**self._values(), "told": told, **values})
        response = _html(drawn, status)
        if told:
            response.del_cookie(TOLD, path="/console")
        return response

    def part(self, template: str, block: str, /, status: int = 200, **values: Any) -> web.Response:
        """One block of a page, for htmx."""
        drawn = drawing.block(self.environment, template, block, {**self._values(), "told": "", **values})
        return _html(drawn, status)

    def go(self, path: str, /, told: str = "", **values: object) -> web.Response:
        """After a form: to another page, which shows the sentence `told`."""
        headers = {"Location": path, "Cache-Control": "no-store"}
        response = web.Response(status=303, headers=headers)
        if told:
            text = quote(self.t(told, **values)[:500])
            response.set_cookie(
                TOLD, text, path="/console", max_age=60, httponly=True, samesite="Lax", secure=self.office.secure
            )
        return response

    def download(self, data: bytes, name: str, media_type: str) -> web.Response:
        """A file to keep: never shown in the page's own context."""
        plain = "".join(each if each.isascii() and (each.isalnum() or each in "._-") else "-" for each in name)
        headers = {
            "Content-Disposition": f'attachment; filename="{plain}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return web.Response(body=data, content_type=media_type, headers=headers)

    def missing(self) -> NotThere:
        """`raise asked.missing()`: the page that says that there is nothing here."""
        return NotThere(self.request.path)

    def token(self) -> str:
        """A token for this session's forms, another one each time, so that compression gives nothing away."""
        if self.session is None:
            return ""
        salt = secrets.token_hex(8)
        return salt + _signed(self.session.csrf, salt)

    def is_ours(self, token: str) -> bool:
        """Whether a token is one of this session's."""
        salt, signature = token[:16], token[16:]
        return self.session is not None and hmac.compare_digest(
            signature.encode(), _signed(self.session.csrf, salt).encode()
        )

    def _values(self) -> dict[str, Any]:
        """What every template may use."""
        return {
            **self.pen.spread(),
            "asked": self,
            "lang": self.language,
            "now": self.now,
            "person": self.session.account if self.session else None,
            "may": self.may,
            "Right": Right,
            "menu": self.menu(self) if self.session else [],
            "section": self.section,
            "static": lambda name: self.places[name],
            "token": lambda: drawing.hidden(TOKEN, self.token()),
            "once": lambda: drawing.hidden("once", secrets.token_hex(16)),
            "path": self.request.path,
            "organisation": self.office.policy().organisation,
            "unserved": self.office.unserved,
            "query": self.query,
            "Markup": Markup,
        }


def _signed(key: str, salt: str) -> str:
    return hmac.new(key.encode(), f"form:{salt}".encode(), hashlib.sha256).hexdigest()[:32]


def _html(drawn: str, status: int) -> web.Response:
    response = web.Response(text=drawn, status=status, content_type="text/html", headers={"Vary": "HX-Request"})
    if len(drawn) > 2_000:
        response.enable_compression(web.ContentCoding.gzip)
    return response
