"""Words that are said often: written once, and put into an answer with one press."""

from __future__ import annotations

from aiohttp import web

from bot.cooperating.roles import Right
from console.asked import Asked
from console.entering import page
from store import organisations, snippets
from store.database import Connection
from store.snippets import LONGEST, Snippet

BASE = "/console/conversation/snippets"


async def listed(asked: Asked) -> web.Response:
    """All that this person may use."""
    found = await asked.look(lambda conn: snippets.listed(conn, asked.scope))
    mine = asked.scope.cooperatives
    return asked.show(
        "conversation/snippets.html.j2",
        snippets=found,
        changeable={each.id for each in found if mine is None or each.cooperative in mine},
    )


async def new(asked: Asked) -> web.Response:
    """The form for another one."""
    return await _form(asked, Snippet(id=0, name="", text=asked.query.text("text", LONGEST)), {})


async def add(asked: Asked) -> web.Response:
    """Keep it."""
    made, wrong = _read(asked, 0)
    if asked.scope.cooperatives is not None and made.cooperative not in asked.scope.cooperatives:
        wrong["cooperative"] = asked.t("conversation.snippets.which")
    if wrong:
        return await _form(asked, made, wrong, 422)
    once = asked.form.text("once", 64)

    def work(conn: Connection) -> None:
        if snippets.add(conn, asked.scope, made, asked.person.id, asked.now, once):
            asked.audit(conn, "conversation.snippet_added", "snippet", name=made.name)

    await asked.do(work)
    return asked.go(BASE, told="conversation.snippets.kept")


async def one(asked: Asked) -> web.Response:
    """The form of one."""
    return await _form(asked, await _found(asked), {})


async def change(asked: Asked) -> web.Response:
    """Keep what was changed, or take it away."""
    held = await _found(asked)
    if asked.form.text("act", 20) == "remove":
        if not asked.form.ticked("sure"):
            return asked.show("conversation/snippet_gone.html.j2", shown=held)

        def gone(conn: Connection) -> None:
            if snippets.remove(conn, asked.scope, held.id):
                asked.audit(conn, "conversation.snippet_removed", f"snippet:{held.id}", name=held.name, text=held.text)

        await asked.do(gone)
        return asked.go(BASE, told="conversation.snippets.gone")
    made, wrong = _read(asked, held.id)
    if wrong:
        return await _form(asked, made, wrong, 422)

    def work(conn: Connection) -> None:
        if snippets.change(conn, asked.scope, made, asked.now):
            asked.audit(conn, "conversation.snippet_changed", f"snippet:{held.id}", before=held.text, after=made.text)

    await asked.do(work)
    return asked.go(BASE, told="conversation.snippets.kept")


async def _form(asked: Asked, shown: Snippet, wrong: dict[str, str], status: int = 200) -> web.Response:
    bounded = asked.scope.cooperatives is not None
    known = await asked.look(lambda conn: organisations.all_cooperatives(conn, asked.scope)) if bounded else []
    return asked.show(
        "conversation/snippet.html.j2",
        status=status,
        shown=shown,
        wrong=wrong,
        cooperatives=[(each.id, each.name) for each in known],
        most=LONGEST,
    )


def _read(asked: Asked, id: int) -> tuple[Snippet, dict[str, str]]:
    name, text = asked.form.text("name", 60), asked.form.text("text", LONGEST * 2)
    mine = sorted(asked.scope.cooperatives or ())
    cooperative = asked.form.text("cooperative", 60) if len(mine) > 1 else (mine or [""])[0]
    wrong = {}
    if not name:
        wrong["name"] = asked.t("conversation.snippets.no_name")
    if not text:
        wrong["text"] = asked.t("conversation.snippets.no_text")
    elif len(text) > LONGEST:
        wrong["text"] = asked.t("conversation.long", most=LONGEST)
    return Snippet(id=id, name=name, text=text, cooperative=cooperative), wrong


async def _found(asked: Asked) -> Snippet:
    number = asked.request.match_info["id"]
    found = await asked.look(lambda conn: snippets.one(conn, asked.scope, int(number))) if len(number) < 16 else None
    if found is None:
        raise asked.missing()
    return found


PAGES = [
    page("GET", "/conversation/snippets", Right.ANSWER, listed),
    page("GET", "/conversation/snippets/new", Right.ANSWER, new),
    page("POST", "/conversation/snippets/new", Right.ANSWER, add),
    page("GET", r"/conversation/snippets/{id:\d+}", Right.ANSWER, one),
    page("POST", r"/conversation/snippets/{id:\d+}", Right.ANSWER, change),
]
