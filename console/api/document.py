"""The OpenAPI 3.1 document, made of the same table that answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from console.api import problems
from console.api.paging import PageQuery
from console.api.problems import Problem, ProblemShown
from console.api.table import BASE, PLACES, Route

KEY_PATTERN = "^[A-Za-z0-9._:-]{8,128}$"
"""An Idempotency-Key: a UUID, say."""

TAG_PATTERN = '^("[0-9a-f]{32}"|\\*)$'
"""What If-Match may be."""

_REF = "#/components/schemas/{model}"
_INTRO = """\
Everything that the console does and another program may do too: learners, cohorts, campaigns, notices, the inbox,
certification, results.

Send `Authorization: Bearer …` with a token made in the console (Settings → Tokens) or by `chasqui token add`. A token
has rights, cooperatives and an end; what lies outside of its cooperatives does not exist for it.

Lists come in pages: send `next` of one page as `cursor` of the following one. Whatever makes or sends something takes
an `Idempotency-Key`: the same request with the same key within a day is answered again and not done again. What goes
wrong is said as `application/problem+json` (RFC 9457).
"""


def document(routes: Sequence[Route], *, version: str, server: str) -> dict[str, Any]:
    """The whole document."""
    models = {each for route in routes for each in (route.body, route.answer) if each} | {ProblemShown}
    _, schemas = models_json_schema(
        [(each, _mode(each, routes)) for each in sorted(models, key=lambda each: each.__name__)], ref_template=_REF
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chasqui", "version": version, "description": _INTRO},
        "servers": [{"url": server or "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.get("$defs", {}),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "headers": _HEADERS,
        },
    }


def _mode(model: type[BaseModel], routes: Sequence[Route]) -> Any:
    return "validation" if any(route.body is model for route in routes) else "serialization"


_HEADERS: dict[str, Any] = {
    "RateLimit": {"description": "What is left; seconds until all of it is there again.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "How many in how many seconds.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "ETag": {"description": "The edition, for If-Match and If-None-Match.", "schema": {"type": "string"}},
    "Location": {"description": "Where what was made is found.", "schema": {"type": "string"}},
}  # fmt: skip


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _operation(route: Route) -> dict[str, Any]:
    needs = f"Needs the right `{route.right.value}`." if route.right else "Any token will do."
    said: dict[str, Any] = {
        "operationId": route.operation,
        "tags": [route.tag],
        "summary": route.summary,
        "description": "\n\n".join(
            each for each in (route.description, needs, _edition(route), _reasons(route)) if each
        ),
        "responses": _responses(route),
    }
    if parameters := _parameters(route):
        said["parameters"] = parameters
    if route.body:
        content = {"application/json": {"schema": {"$ref": _REF.format(model=route.body.__name__)}}}
        said["requestBody"] = {"required": True, "content": content}
    return said


def _reasons(route: Route) -> str:
    if not route.conflicts:
        return ""
    return "Reasons of a 409:\n" + "\n".join(f"- `{name}`: {meaning}" for name, meaning in route.conflicts.items())


def _edition(route: Route) -> str:
    return "With `If-Match` and the ETag that you read it is refused (412) where it was changed since." * route.edits


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": PLACES[name]}}
        for name in route.names
    ]
    if route.query:
        _, defined = models_json_schema([(route.query, "validation")], ref_template=_REF)
        schema = defined["$defs"][route.query.__name__]
        required = schema.get("required", [])
        for name, held in schema["properties"].items():
            plain = {key: value for key, value in held.items() if key not in ("title", "description")}
            each = {"name": name, "in": "query", "required": name in required, "schema": plain}
            found.append(each | ({"description": held["description"]} if "description" in held else {}))
    if route.makes:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Your own word for this request; another one for another request.",
                "schema": {"type": "string", "pattern": KEY_PATTERN},
            }
        )
    return found


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done." if route.writes else "Here it is."}
    names = ["RateLimit", "RateLimit-Policy"]
    if route.answer:
        good["content"] = {"application/json": {"schema": {"$ref": _REF.format(model=route.answer.__name__)}}}
        names.append("ETag")
    if route.status == 201:
        names.append("Location")
    good["headers"] = _headers(*names)
    said = {str(route.status): good}
    if not route.writes:
        said["304"] = {"description": "You have it already (If-None-Match).", "headers": _headers("ETag")}
    for status, problem in sorted(_problems(route).items()):
        waits = ["Retry-After"] if status in (429, 503) else []
        said[str(status)] = {
            "description": problem.title,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _REF.format(model=ProblemShown.__name__)}}},
            **({"headers": _headers(*waits)} if waits else {}),
        }
    return said


def _problems(route: Route) -> dict[int, Problem]:
    found = [Problem.BAD_REQUEST, Problem.UNAUTHORISED, Problem.TOO_MANY, Problem.UNAVAILABLE]
    if route.right:
        found.append(Problem.FORBIDDEN)
    if route.names or (route.query and issubclass(route.query, PageQuery)):
        found.append(Problem.NOT_FOUND)
    if route.body:
        found += [Problem.TOO_LARGE, Problem.MEDIA, Problem.INVALID]
        found.append(Problem.NOT_FOUND)
    if route.makes:
        found += [Problem.CONFLICT, Problem.INVALID]
    if route.conflicts:
        found.append(Problem.CONFLICT)
    if route.edits:
        found.append(Problem.PRECONDITION)
    return {each.status: each for each in reversed(found)}
