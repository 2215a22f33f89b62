"""How far a campaign or a notice has come, as its page shows it: counted, or kept where counting takes long."""

from __future__ import annotations

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign
from bot.delivering.planning import Progress
from console.asked import Asked
from store import progress_kept, progressing
from store.database import Connection


async def progress(asked: Asked, held: Campaign) -> Progress:
    """How far it has come; of a large one some seconds ago while it goes out, and some minutes ago when it does not."""
    keeps = asked.may(Right.SEE_RESULTS)

    def work(conn: Connection) -> tuple[Progress, bool]:
        known = progress_kept.kept(conn, asked.scope, held, asked.now) if keeps else None
        return progressing.progress(conn, asked.scope, held.id, known), known is None

    how, fresh = await asked.look(work)
    if keeps and fresh and how.messages > progress_kept.LARGE:
        await asked.do(lambda conn: progress_kept.keep(conn, asked.scope, held, how, asked.now))
    return how
