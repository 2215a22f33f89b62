"""What the API says when it does not do what was asked: problem+json (RFC 9457), from a closed list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
_SPACE = "urn:chasqui:problem:"


class Problem(Enum):
    """Every problem there is: its name in the type, the status, and what it says in general."""

    BAD_REQUEST = ("bad-request", 400, "The request cannot be read.")
    UNAUTHORISED = ("unauthorised", 401, "A valid bearer token is needed.")
    FORBIDDEN = ("forbidden", 403, "This token may not do that.")
    NOT_FOUND = ("not-found", 404, "There is nothing here that this token can see.")
    METHOD = ("method-not-allowed", 405, "This cannot be done here.")
    TIMEOUT = ("timeout", 408, "The request came too slowly.")
    CONFLICT = ("conflict", 409, "As things stand this cannot be done.")
    IN_USE = ("key-in-use", 409, "The first request with this key is still under way.")
    PRECONDITION = ("precondition-failed", 412, "It was changed since you read it.")
    TOO_LARGE = ("too-large", 413, "The request is too large.")
    MEDIA = ("unsupported-media-type", 415, "The body has to be plain application/json.")
    INVALID = ("invalid", 422, "Something in the body is not as it has to be.")
    REUSED = ("key-reused", 422, "This key was used for another request.")
    TOO_MANY = ("too-many-requests", 429, "Too many requests: wait a little.")
    INTERNAL = ("internal", 500, "Something went wrong here.")
    UNAVAILABLE = ("unavailable", 503, "Not now: try again in a moment.")

    def __init__(self, word: str, status: int, title: str) -> None:
        self.word = word
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        """The problem's type."""
        return _SPACE + self.word


class Fault(BaseModel):
    """One thing that is wrong, and where."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(description="A JSON pointer into the body (RFC 6901), or the name of a parameter.")
    detail: str


class ProblemShown(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="forbid", title="Problem")

    type: str = Field(description="One of: " + ", ".join(each.uri for each in Problem))
    title: str
    status: int
    detail: str | None = None
    reason: str | None = Field(default=None, description="Of a conflict: why, as one word for a program.")
    errors: list[Fault] | None = None


class Refusal(Exception):
    """Raised by a handler: ends the request with a problem, and rolls back what was begun."""

    def __init__(
        self,
        problem: Problem,
        detail: str = "",
        *,
        reason: str = "",
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or problem.title)
        self.problem = problem
        self.detail = detail
        self.reason = reason
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def missing() -> Refusal:
    """It does not exist, or not for this token: both look alike."""
    return Refusal(Problem.NOT_FOUND)


def conflict(reason: str, detail: str = "") -> Refusal:
    """As things stand it cannot be done; `reason` is one word."""
    return Refusal(Problem.CONFLICT, detail, reason=reason)


def invalid(where: str, detail: str) -> Refusal:
    """One thing in the body is not as it has to be."""
    return Refusal(Problem.INVALID, errors=[Fault(where=where, detail=detail)])


def answer(refusal: Refusal) -> web.Response:
    """A refusal as a response."""
    problem = refusal.problem
    told: dict[str, Any] = {"type": problem.uri, "title": problem.title, "status": problem.status}
    if refusal.detail:
        told["detail"] = refusal.detail
    if refusal.reason:
        told["reason"] = refusal.reason
    if refusal.errors:
        told["errors"] = [each.model_dump() for each in refusal.errors]
    headers = {"Cache-Control": "no-store", **refusal.headers}
    return web.Response(
        status=problem.status,
        body=json.dumps(told, ensure_ascii=False).encode(),
        content_type=MEDIA_TYPE,
        headers=headers,
    )


_BY_STATUS = {
    400: Problem.BAD_REQUEST,
    403: Problem.FORBIDDEN,
    404: Problem.NOT_FOUND,
    405: Problem.METHOD,
    408: Problem.TIMEOUT,
    413: Problem.TOO_LARGE,
    415: Problem.MEDIA,
    503: Problem.UNAVAILABLE,
}


def of_framework(error: web.HTTPException) -> web.Response:
    """An error that aiohttp or a guard before us raised, in our words; it keeps what it says about the connection."""
    said = answer(Refusal(_BY_STATUS.get(error.status, Problem.INTERNAL)))
    for name in ("Allow", "Connection", "Retry-After"):
        if name in error.headers:
            said.headers[name] = error.headers[name]
    if not error.keep_alive and error.keep_alive is not None:
        said.force_close()
    return said
