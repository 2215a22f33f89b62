"""What the fuzzer does besides: each request that makes something is one of its own, with a key of its own."""

from __future__ import annotations

import uuid
from typing import Any

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, *args: Any) -> None:
    """A key that was drawn twice would be refused, as it has to be; keys have tests of their own."""
    if (case.headers or {}).get("Idempotency-Key") and case.method == "POST":
        meta = case.meta
        if meta is None or meta.generation.mode.is_positive:
            case.headers["Idempotency-Key"] = str(uuid.uuid4())
