"""What the fuzzer does besides: each request that makes something has a key of its own, and most well-formed ones ask
about something that is there."""

from __future__ import annotations

import json
import os
import random
import uuid
from typing import Any

import schemathesis

_THERE: dict[str, list[str]] = json.loads(os.environ.get("FUZZING_IDS", "{}"))
_chance = random.Random(7)


@schemathesis.hook
def before_call(context: Any, case: Any, *args: Any) -> None:
    """A key that is drawn twice is refused, as it has to be; keys have tests of their own."""
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    if case.method == "POST" and (case.headers or {}).get("Idempotency-Key"):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    for name in case.path_parameters or {}:
        if _THERE.get(name) and case.method != "DELETE" and _chance.random() < 0.7:
            case.path_parameters[name] = _chance.choice(_THERE[name])
