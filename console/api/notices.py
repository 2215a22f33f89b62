"""Notices: what a cooperative tells its members now, within its month's number."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Kind
from console.api import campaigns, problems, table
from console.api.campaign_entries import shown
from console.api.campaign_shapes import CampaignPage, CampaignShown, Variant
from console.api.paging import PageQuery
from console.api.shapes import Body, Shown
from console.api.table import Call, Route
from store import notice_drafts
from store.database import Connection
from store.notice_drafts import Draft


class NewNotice(Body):
    """A notice. The cooperative's name is put before it."""

    cooperative: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,59}$")]
    texts: Variant = Field(description="Language → text; who speaks none of these gets the first.")
    urgent: bool = Field(default=False, description="A warning: it reaches those who pause, too.")


class NoticePreview(Shown):
    """What it would do now."""

    text: str = Field(description="The longest of the texts, as it goes out.")
    people: int
    by_sms: int
    segments: int
    money: str | None
    currency: str
    left_this_month: int
    refused: str | None = Field(description="Why it may not go out, as one word.")
    second: list[str] = Field(description="Why a second person has to agree; empty where nobody has.")


def list_notices(call: Call, conn: Connection) -> CampaignPage:
    """List notices."""
    return campaigns.page(call, conn, None, [Kind.NOTICE])


def preview_notice(call: Call, conn: Connection) -> NoticePreview:
    """Foresee what a notice would do."""
    draft = _drafted(call, conn)
    office, proposal = draft.office, draft.proposal
    return NoticePreview(
        text=proposal.text,
        people=proposal.reached,
        by_sms=proposal.by_sms,
        segments=proposal.segments,
        money=None if proposal.money is None else str(proposal.money),
        currency=call.policy.currency,
        left_this_month=max(0, office.cooperative.monthly_notices - office.sent_this_month),
        refused=_word(draft.refused.sentence) if draft.refused else None,
        second=list(draft.why),
    )


def send_notice(call: Call, conn: Connection) -> CampaignShown:
    """Send a notice, or put it before a second person."""
    draft = _drafted(call, conn)
    if draft.refused:
        raise problems.conflict(_word(draft.refused.sentence), _WHY.get(_word(draft.refused.sentence), ""))
    try:
        made, fresh = notice_drafts.send(
            conn, call.scope, draft, actor=call.token.actor, policy=call.policy, now=call.now
        )
    except ValueError as error:
        raise problems.conflict(_word(str(error)), _WHY.get(_word(str(error)), "")) from None
    if fresh:
        call.audit(conn, "notice.sent", f"campaign:{made.id}", cooperative=made.cooperative, state=made.state.value)
    call.location = f"/campaigns/{made.id}"
    return shown(made)


def _drafted(call: Call, conn: Connection) -> Draft:
    sent = call.sent(NewNotice)
    office = notice_drafts.office(conn, call.scope, sent.cooperative, call.policy, call.now)
    if office is None:
        raise problems.conflict("cooperative", "There is no such cooperative.")
    texts: dict[str, str] = {language: text.strip() for language, text in sent.texts.items() if text.strip()}
    if not texts:
        raise problems.conflict("empty", "Write something.")
    return notice_drafts.drafted(office, texts, call.policy, call.now, urgent=sent.urgent)


def _word(sentence: str) -> str:
    return sentence.removeprefix("notice.").replace(".", "_")


_WHY = {
    "cooperative": "There is no such cooperative.",
    "empty": "There is nothing in it.",
    "too_long": "It is longer than two SMS.",
    "nobody": "It would reach nobody.",
    "again": "The same was said within a day.",
    "apart": "The last one went out a moment ago.",
    "quota": "The month's number is used up.",
    "quota_urgent": "The month's number of urgent ones is used up.",
}

ROUTES: list[Route] = [
    table.get("/notices", Right.SEE_PLANS, list_notices, CampaignPage, query=PageQuery),
    table.post(
        "/notices/preview", Right.NOTICE, preview_notice, NoticePreview, body=NewNotice, makes=False, conflicts=_WHY
    ),
    table.post("/notices", Right.NOTICE, send_notice, CampaignShown, body=NewNotice, status=201, conflicts=_WHY),
]
