"""Say a credential to its holder again, wherever she is reached: by the clock's way, so that her hours and her word
hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.certifying.credentials import COMPLETION, REVOKED, SUSPENDED, Credential
from bot.cooperating.roles import Right, need
from bot.people import Scope
from bot.talking.certifying import CASE
from bot.talking.informing import AGAIN
from bot.talking.informing import COMPLETION as FINISHED
from bot.turn import Due
from store import dues
from store.tables import dues as waiting


def again(conn: Connection, scope: Scope, found: Credential, now: datetime) -> bool:
    """Owe it to her now; False where there is nobody to tell, or it does not hold. Sent twice, it is said once."""
    need(scope, Right.CERTIFY)
    if found.erased or found.state(now) in (REVOKED, SUSPENDED):
        return False
    kind = FINISHED if found.award.kind == COMPLETION else AGAIN
    subject = f"{kind}/{found.code}/{found.award.standard}"
    held = select(waiting.c.at).where(
        waiting.c.learner == found.award.learner, waiting.c.kind == CASE, waiting.c.subject == subject
    )
    if conn.execute(held).first() is None:
        dues.owe(conn, [Due(learner=found.award.learner, kind=CASE, subject=subject, at=now)])
    return True
