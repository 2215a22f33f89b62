"""One request to the API, from the door to the answer: who asks, is it well-formed, do it once, say it."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.cooperating.roles import Forbidden, need
from bot.cooperating.tokens import Token
from console.api import etags, problems
from console.api.document import KEY_PATTERN, TAG_PATTERN
from console.api.pacing import Limits, Meter
from console.api.problems import Fault, Problem, Refusal
from console.api.table import BASE, Call, Route
from console.office import Office
from store import idempotency, tokens
from store.database import Connection
from store.errors import Unavailable
from store.foreseeing import teach
from store.idempotency import Kept

log = logging.getLogger(__name__)

MOST = 256 * 1024
"""Octets of one body."""

_BEARER = re.compile(r"[Bb]earer +([\x21-\x7e]{1,500})")
_KEY = re.compile(KEY_PATTERN)
_MOST_FAULTS = 20
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="chasqui"'}

T = TypeVar("T")
Answerer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Desk:
    """What answering needs: the office, and how often who asked."""

    office: Office
    by_token: Meter
    by_address: Meter


def desk(office: Office, limits: Limits) -> Desk:
    """A desk that has not been asked anything yet."""
    return Desk(office, Meter("token", limits.token), Meter("address", limits.address))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """An answer before it is a response: of a kept one only this is left."""

    status: int
    body: bytes
    location: str = ""


def answering(at: Desk, route: Route) -> Answerer:
    """The handler of one route."""

    async def answer(request: web.Request) -> web.StreamResponse:
        paced: dict[str, str] = {}
        try:
            response = await _answer(at, route, request, paced)
        except Refusal as refusal:
            response = problems.answer(refusal)
        except Forbidden as refused:
            response = problems.answer(Refusal(Problem.FORBIDDEN, f"The right {refused.right.value} is needed."))
        except PermissionError:
            response = problems.answer(problems.missing())  # what is out of reach does not exist
        except Unavailable:
            log.warning("The database did not answer for %s", route.path)
            response = problems.answer(Refusal(Problem.UNAVAILABLE, headers={"Retry-After": "5"}))
        except web.HTTPException as error:
            response = problems.of_framework(error)
        except Exception:
            log.exception("The API failed: %s %s", route.method, route.path)
            response = problems.answer(Refusal(Problem.INTERNAL))
        response.headers.update(paced)
        return response

    return answer


async def _answer(at: Desk, route: Route, request: web.Request, paced: dict[str, str]) -> web.Response:
    office = at.office
    token = await _token(at, request)
    wait, headers = at.by_token.count(token.id, office.wall())
    paced.update(headers)
    if wait:
        raise Refusal(Problem.TOO_MANY)
    if route.right:
        need(token.scope, route.right)
    key = _key(route, request)
    body = await _read(request)
    call = Call(
        office=office,
        token=token,
        now=office.clock(),
        route=route,
        path=dict(request.match_info),
        query=_query(route, request),
        body=_parsed(route, request, body),
        if_match=_edition(route, request),
    )
    said = await (_once(call, key, _digest(request, body)) if key else _carried_out(call))
    return _response(request, route, said)


# --- who asks ---


async def _token(at: Desk, request: web.Request) -> Token:
    """The token of a request. It comes in the header and nowhere else: addresses are written into logs."""
    office, now = at.office, at.office.wall()
    given = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    found = await _look(office, lambda conn: tokens.find(conn, given[1], now)) if given else None
    if found is None:
        wait, headers = at.by_address.count(request.remote or "", now)
        if wait:
            raise Refusal(Problem.TOO_MANY, headers=headers)
        raise Refusal(Problem.UNAUTHORISED, headers=_CHALLENGE)
    if tokens.stale(found, now):
        await _do(office, lambda conn: tokens.touch(conn, found.id, now))
    return found


# --- is it well-formed ---


def _query(route: Route, request: web.Request) -> BaseModel | None:
    given = request.query
    twice = sorted({name for name in given if len(given.getall(name)) > 1})
    unknown = sorted(set(given) - set(route.query.model_fields if route.query else ()))
    faults = [Fault(where=name[:100], detail="Only once.") for name in twice]
    faults += [Fault(where=name[:100], detail="There is no such parameter.") for name in unknown]
    if faults:
        raise Refusal(Problem.BAD_REQUEST, errors=_sayable(faults))
    if route.query is None:
        return None
    try:
        return route.query.model_validate(dict(given))
    except ValidationError as error:
        raise Refusal(Problem.BAD_REQUEST, errors=_faults(error, body=False)) from None


def _key(route: Route, request: web.Request) -> str:
    if not route.makes:
        return ""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        detail = "Send one: letters, digits and . _ : - only, 8 to 128 of them, such as a UUID."
        raise Refusal(Problem.BAD_REQUEST, errors=[Fault(where="Idempotency-Key", detail=detail)])
    return key


def _edition(route: Route, request: web.Request) -> str:
    named = request.headers.get("If-Match")
    if not route.edits or named is None:
        return ""
    if not re.fullmatch(TAG_PATTERN, named):
        raise Refusal(Problem.BAD_REQUEST, errors=[Fault(where="If-Match", detail="Send the ETag that you read.")])
    return named


async def _read(request: web.Request) -> bytes:
    if not request.body_exists:
        return b""
    return await request.clone(client_max_size=MOST).read()


def _parsed(route: Route, request: web.Request, body: bytes) -> BaseModel | None:
    if route.body is None:
        if body.strip() not in (b"", b"{}"):
            raise Refusal(Problem.BAD_REQUEST, "Nothing is taken here: leave the body out.")
        return None
    if request.content_type != "application/json" or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refusal(Problem.MEDIA)
    try:
        return route.body.model_validate_json(body)
    except ValidationError as error:
        if any(each["type"] == "json_invalid" for each in error.errors(include_url=False)):
            raise Refusal(Problem.BAD_REQUEST, "The body is no JSON.") from None
        raise Refusal(Problem.INVALID, errors=_faults(error, body=True)) from None


def _faults(error: ValidationError, *, body: bool) -> list[Fault]:
    """What is wrong, and where; never what was sent."""
    found = []
    for each in error.errors(include_url=False, include_input=False, include_context=False)[:_MOST_FAULTS]:
        steps = [str(step).replace("~", "~0").replace("/", "~1")[:100] for step in each["loc"]]
        where = "/" + "/".join(steps) if body and steps else "".join(steps[:1])
        found.append(Fault(where=where, detail=each["msg"]))
    return _sayable(found)


def _sayable(faults: list[Fault]) -> list[Fault]:
    def plain(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    return [Fault(where=plain(each.where), detail=plain(each.detail)) for each in faults]


# --- do it ---


async def _carried_out(call: Call) -> _Said:
    """Carry it out, in one transaction."""
    database, work = call.office.database, _do if call.route.writes else _look
    if call.route.taught:
        await database.run(lambda: teach(database, call.catalogue))
    said = await work(call.office, lambda conn: _said(call, conn))
    _wake(call)
    return said


def _said(call: Call, conn: Connection) -> _Said:
    call.location = call.learner = ""
    found = call.route.handler(call, conn)
    body = b"" if found is None else found.model_dump_json().encode()
    return _Said(status=call.route.status, body=body, location=call.location)


async def _once(call: Call, key: str, request: str) -> _Said:
    """Carry it out unless this key was answered already. What is done and what is kept are one transaction."""
    office, token, now = call.office, call.token.id, call.office.wall()
    held = await _do(office, lambda conn: idempotency.claim(conn, token, key, request, now))
    if held is not None:
        return _again(held, request)

    def work(conn: Connection) -> _Said:
        said = _said(call, conn)
        kept = idempotency.keep(
            conn,
            token,
            key,
            now,
            status=said.status,
            location=said.location,
            answer=said.body.decode(),
            learner=call.learner,
        )
        if not kept:
            raise Refusal(Problem.IN_USE)
        return said

    try:
        said = await _do(office, work)
    except BaseException:
        await _do(office, lambda conn: idempotency.release(conn, token, key, now))
        raise
    _wake(call)
    return said


def _again(held: Kept, request: str) -> _Said:
    if held.request != request:
        raise Refusal(Problem.REUSED)
    if held.status is None:
        raise Refusal(Problem.IN_USE, headers={"Retry-After": "2"})
    if not held.answer and held.status != 204:
        raise problems.missing()  # whom it was about was erased since
    return _Said(status=held.status, body=held.answer.encode(), location=held.location)


def _digest(request: web.Request, body: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.path_qs}\n".encode() + body).hexdigest()


def _wake(call: Call) -> None:
    if call.route.writes:
        call.office.ring()
        call.office.look()


async def _look(office: Office, work: Callable[[Connection], T]) -> T:
    def in_one() -> T:
        with office.database.reading() as conn:
            return work(conn)

    return await office.database.look(in_one)


async def _do(office: Office, work: Callable[[Connection], T]) -> T:
    def in_one() -> T:
        with office.database.writing() as conn:
            return work(conn)

    return await office.database.run(in_one)


# --- say it ---


def _response(request: web.Request, route: Route, said: _Said) -> web.Response:
    headers = {"Cache-Control": "private, no-cache" if not route.writes else "no-store"}
    if said.location:
        headers["Location"] = BASE + said.location
    if said.status == 204:
        return web.Response(status=204, headers=headers)
    headers["ETag"] = etags.tag(said.body)
    if not route.writes and etags.matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
        return web.Response(status=304, headers=headers)
    return web.Response(status=said.status, body=said.body, content_type="application/json", headers=headers)
