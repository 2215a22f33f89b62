"""`python -m bench.pages_floor PORT`: a page of fifty rows by aiohttp-jinja2 alone, with no session and no database."""

from __future__ import annotations

import sys

import aiohttp_jinja2
import jinja2
from aiohttp import web

_PAGE = """<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><table><thead><tr><th>Nombre</th><th>Estado</th><th>Lugar</th></tr></thead><tbody>
{% for row in rows %}<tr><th><a href="/people/{{ row.id }}">{{ row.name }}</a></th><td>{{ row.state }}</td><td>{{
row.place }}</td></tr>{% endfor %}</tbody></table></body></html>"""
_ROWS = [{"id": n, "name": f"Rosa Quispe {n}", "state": "Aprende", "place": "San Ignacio"} for n in range(50)]


def main() -> None:
    """Serve until SIGTERM."""

    @aiohttp_jinja2.template("page")
    async def show(request: web.Request) -> dict[str, object]:
        return {"title": "Participantes", "rows": _ROWS}

    app = web.Application()
    aiohttp_jinja2.setup(app, loader=jinja2.DictLoader({"page": _PAGE}))
    app.router.add_get("/", show)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
