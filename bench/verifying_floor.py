"""`python -m bench.verifying_floor PORT [FILE]`: an aiohttp handler alone; with FILE it looks into SQLite."""

from __future__ import annotations

import sqlite3
import sys

from aiohttp import web

_ANSWER = {
    "state": "valid", "valid": True, "code": "7K4M-9QXT-HG", "kind": "completion", "occupation": "Vivero de café",
    "name": "Rosa Q.", "issuer": "Cooperativa Norandino", "standard": "coffee-nursery 1.0", "isco08": "6113",
    "awarded_on": "2026-11-20", "valid_until": None, "state_certificate": False, "authorised_by": None,
    "proves_competence": False,
}  # fmt: skip


def main() -> None:
    """Serve until SIGTERM."""
    held = sqlite3.connect(sys.argv[2]) if len(sys.argv) > 2 else None

    async def verify(request: web.Request) -> web.Response:
        if held:
            code = request.match_info["code"].replace("-", "")
            if held.execute("SELECT body FROM credentials WHERE code = ?", (code,)).fetchone() is None:
                return web.Response(status=404)
        return web.json_response(_ANSWER)

    app = web.Application()
    app.router.add_get("/verify/{code}", verify)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
