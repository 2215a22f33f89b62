"""What one route is: the row of the table that drives routing, validation and the document alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.catalogue import Catalogue
from bot.cooperating.roles import Right
from bot.cooperating.tokens import Token
from bot.people import Scope
from bot.record import Policy
from console.api import etags, paging
from console.api.paging import PageQuery
from console.api.problems import Problem, Refusal
from console.office import Office
from store import auditing
from store.database import Connection

BASE = "/api/v1"

M = TypeVar("M", bound=BaseModel)


@dataclass(slots=True, kw_only=True)
class Call:
    """One request that may be carried out: who asks, for what, with what."""

    office: Office
    token: Token
    now: datetime
    route: Route
    path: Mapping[str, str]
    query: BaseModel | None = None
    body: BaseModel | None = None
    if_match: str = ""
    location: str = field(default="", init=False)  # of what was made
    learner: str = field(default="", init=False)  # whom the answer is about, where it is kept

    @property
    def scope(self) -> Scope:
        """Whose data this token may touch: the first argument of every query."""
        return self.token.scope

    @property
    def catalogue(self) -> Catalogue:
        """The lessons as they are now."""
        return self.office.catalogue()

    @property
    def policy(self) -> Policy:
        """What we are and what a message costs."""
        return self.office.policy()

    def asked(self, kind: type[M]) -> M:
        """The query, as its model."""
        if not isinstance(self.query, kind):
            raise TypeError(f"{self.route.path} takes no {kind.__name__}")
        return self.query

    def sent(self, kind: type[M]) -> M:
        """The body, as its model."""
        if not isinstance(self.body, kind):
            raise TypeError(f"{self.route.path} takes no {kind.__name__}")
        return self.body

    def audit(self, conn: Connection, act: str, subject: str = "", **details: object) -> None:
        """Note in the log who did what, in the transaction in which it is done."""
        auditing.append(conn, actor=self.token.actor, act=act, subject=subject, details=details, now=self.now)

    def must_match(self, current: BaseModel) -> None:
        """Raises Refusal where the caller edits something else than what it read (If-Match)."""
        if self.if_match and not etags.matches(self.if_match, etags.tag(current.model_dump_json().encode())):
            raise Refusal(Problem.PRECONDITION)

    def after(self, *kinds: type) -> list[Any] | None:
        """The key after which the page begins; None: from the first."""
        return paging.opened(self._cursor_key, self.route.path, self.asked(PageQuery), kinds)

    def next(self, found: Sequence[Any], key: Callable[[Any], Sequence[Any]]) -> str | None:
        """The cursor after a page that was asked for with one more than its limit; None where it is the last one."""
        limit = self.asked(PageQuery).limit
        return self.seal(key(found[limit - 1])) if len(found) > limit else None

    def seal(self, key: Sequence[Any]) -> str:
        """The cursor after this key."""
        return paging.sealed(self._cursor_key, self.route.path, self.asked(PageQuery), key)

    @property
    def _cursor_key(self) -> bytes:
        # Another token has other bounds, so a cursor is its own.
        return self.office.secret + self.token.id.encode()


Handler = Callable[[Call, Connection], BaseModel | None]
"""What carries a request out, in one transaction of a thread. It may be run again from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked for. `path` is below the base; `right` None: any token will do."""

    method: str
    path: str
    right: Right | None
    handler: Handler
    answer: type[BaseModel] | None = None  # None: 204
    status: int = 200
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    makes: bool = False  # it makes or sends something, so it takes an Idempotency-Key
    edits: bool = False  # it takes If-Match
    taught: bool = False  # it asks the tables what is taught, so they are told before
    conflicts: Mapping[str, str] = field(default_factory=dict)  # the reasons for a 409, and what each means
    description: str = ""

    @property
    def writes(self) -> bool:
        """Whether it needs a transaction that writes."""
        return self.method not in ("GET", "HEAD")

    @property
    def names(self) -> tuple[str, ...]:
        """The names in its path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def place(self) -> str:
        """Its path for the router: with what may stand in each place of it."""
        return BASE + re.sub(r"{(\w+)}", lambda name: f"{{{name[1]}:{PLACES[name[1]][1:-1]}}}", self.path)

    def is_at(self, path: str) -> bool:
        """Whether this path is one of its own."""
        return re.fullmatch(re.sub(r"{(\w+)}", lambda name: PLACES[name[1]][1:-1], BASE + self.path), path) is not None

    @property
    def tag(self) -> str:
        """The subject under which the document lists it."""
        return self.path.split("/")[1]

    @property
    def summary(self) -> str:
        """What it does, in a few words: the first line of what its handler says of itself."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0].rstrip(".")

    @property
    def operation(self) -> str:
        """Its id in the document."""
        return self.handler.__name__


# What can stand in a path; anything else is not found.
PLACES: Mapping[str, str] = {
    "learner": "^[0-9a-f]{32}$",
    "cohort": "^[a-z0-9][a-z0-9-]{0,59}$",
    "cooperative": "^[a-z0-9][a-z0-9-]{0,59}$",
    "session": "^[1-9][0-9]{0,17}$",
    "campaign": "^[a-z0-9][a-z0-9.-]{0,79}$",
    "message": "^[1-9][0-9]{0,17}$",
    "case": "^[0-9a-f]{32}$",
    "credential": "^[0-9]{4}-[0-9A-F]{10}$",
    "course": "^[a-z0-9][a-z0-9-]{0,79}$",
    "survey": "^[0-9A-Za-z-]{1,80}$",
    "hook": "^hook_[0-9a-f]{16}$",
    "delivery": "^[1-9][0-9]{0,17}$",
    "indicator": "^[a-z0-9][a-z0-9_-]{0,59}$",
}


def get(path: str, right: Right | None, handler: Handler, answer: type[BaseModel], **more: Any) -> Route:
    """A route that reads."""
    return Route(method="GET", path=path, right=right, handler=handler, answer=answer, **more)


def post(path: str, right: Right | None, handler: Handler, answer: type[BaseModel], **more: Any) -> Route:
    """A route that makes or does something; with an Idempotency-Key unless `makes` is False."""
    given = {"makes": True, **more}
    return Route(method="POST", path=path, right=right, handler=handler, answer=answer, **given)


def patch(path: str, right: Right | None, handler: Handler, answer: type[BaseModel], **more: Any) -> Route:
    """A route that changes something, with If-Match."""
    given = {"edits": True, **more}
    return Route(method="PATCH", path=path, right=right, handler=handler, answer=answer, **given)


def delete(path: str, right: Right | None, handler: Handler, **more: Any) -> Route:
    """A route that takes something away; answers nothing."""
    return Route(method="DELETE", path=path, right=right, handler=handler, status=204, **more)
