"""One sender in a process of its own: `python -m bench.outbound.sending MODULE PORT SECONDS IN_FLIGHT`."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time

_WARM = 0.3  # seconds


async def _send(module: str, port: int, seconds: float, in_flight: int) -> dict[str, float]:
    async with importlib.import_module(f"bench.outbound.{module}").opened(port, in_flight, seconds + _WARM) as send:
        await send(_WARM)
        began, spent = time.perf_counter(), time.process_time()
        sent = await send(seconds)
        return {"sent": sent, "seconds": time.perf_counter() - began, "cpu": time.process_time() - spent}


def main() -> None:
    """Prints one line of JSON: messages, seconds, CPU seconds."""
    module, port, seconds, in_flight = sys.argv[1:]
    print(json.dumps(asyncio.run(_send(module, int(port), float(seconds), int(in_flight)))))


if __name__ == "__main__":
    main()
