"""Hold a value against the machine-readable Bot API, where that file is on this machine."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CHASQUI_TEST_DATA", ROOT.parent / "shared" / "data"))
SPEC = DATA / "specs" / "telegram_bot_api.json"
NO_SPEC = f"no {SPEC}; set CHASQUI_TEST_DATA to the folder that holds specs/telegram_bot_api.json"

_PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float), "True": bool}


@cache
def spec() -> dict[str, Any] | None:
    """The whole description, or None where it is not there."""
    return json.loads(SPEC.read_text()) if SPEC.exists() else None


def check_call(method: str, params: dict[str, Any], files: dict[str, bytes]) -> list[str]:
    """What is wrong with a request. A form carries every value as text, so texts are read as JSON where one is due."""
    described = spec()
    if described is None:
        return []
    known = described["methods"].get(method)
    if known is None:
        return [f"{method}: no such method"]
    fields = {field["name"]: field for field in known.get("fields", [])}
    wrong = [f"{method}.{name}: no such field" for name in (params | files) if name not in fields]
    wrong += [
        f"{method}.{name}: is missing"
        for name, field in fields.items()
        if field["required"] and name not in params and name not in files
    ]
    wrong += [
        f"{method}.{name}: a file where none is due"
        for name in files
        if name in fields and "InputFile" not in fields[name]["types"]
    ]
    for name, value in params.items():
        if name in fields and not any(not check(decoded(value, kind), kind) for kind in fields[name]["types"]):
            kinds = fields[name]["types"]
            detail = [problem for kind in kinds for problem in check(decoded(value, kind), kind)]
            wrong.append(f"{method}.{name}: {value!r} is none of {kinds}: {detail[:3]}")
    return wrong


def check_result(method: str, result: Any) -> list[str]:
    """What is wrong with the `result` of a method."""
    described = spec()
    if described is None or method not in described["methods"]:
        return []
    kinds = described["methods"][method]["returns"]
    problems = [check(result, kind) for kind in kinds]
    return [] if not all(problems) else [f"result of {method}: {problems}"]


def decoded(value: Any, kind: str) -> Any:
    """A form's text as the kind that is due; the text itself where it cannot be that."""
    if kind in ("String", "InputFile") or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def check(value: Any, kind: str) -> list[str]:
    """What is wrong with a value that ought to be of a kind of the Bot API."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{value!r} is not a list"]
        return [problem for one in value for problem in check(one, kind.removeprefix("Array of "))]
    if kind in _PLAIN:
        right = isinstance(value, _PLAIN[kind]) and (isinstance(value, bool) == (_PLAIN[kind] is bool))
        return [] if right else [f"{value!r} is not {kind}"]
    if kind == "InputFile":
        return [f"{value!r} is not a file"]
    described = (spec() or {"types": {}})["types"].get(kind, {})
    if subtypes := described.get("subtypes"):
        problems = [check(value, subtype) for subtype in subtypes]
        return [] if not all(problems) else min(problems, key=len)
    if not isinstance(value, dict):
        return [f"{value!r} is not {kind}"]
    return _check_fields(value, kind, {field["name"]: field for field in described.get("fields", [])})


def _check_fields(value: dict[str, Any], kind: str, fields: dict[str, Any]) -> list[str]:
    wrong = [f"{kind}.{name}: no such field" for name in value if name not in fields]
    wrong += [f"{kind}.{name}: is missing" for name, field in fields.items() if field["required"] and name not in value]
    for name, inner in value.items():
        if name in fields:
            problems = [check(inner, inner_kind) for inner_kind in fields[name]["types"]]
            wrong += [] if not all(problems) else [f"{kind}.{name}: {problem}" for problem in problems[0]]
    return wrong
