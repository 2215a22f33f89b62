"""What a campaign's due needs to know: the campaign as it stands, who is in its audience now, and its money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, select

from bot.delivering.campaigns import parted
from bot.occasion import Occasion
from bot.people import SELF
from bot.talking.campaigning import purpose_of
from bot.turn import Due
from store import audience, campaigns, progressing
from store.audience_events import happened
from store.campaign_tables import campaign_acts
from store.columns import among
from store.organisation_tables import cooperatives
from store.tables import learners

_RESUMED = select(func.max(campaign_acts.c.at)).where(
    campaign_acts.c.campaign == bindparam("which"), campaign_acts.c.act.in_(("resumed", "approved"))
)
_COOPERATIVES = (
    select(learners.c.id, cooperatives.c.name)
    .join(cooperatives, cooperatives.c.id == learners.c.cooperative)
    .where(among(learners.c.id, "who"))
)


def of_campaigns(conn: Connection, found: Mapping[Due, Occasion], now: datetime) -> dict[Due, Occasion]:
    """The occasions with their campaigns; a due whose subject is no campaign's is left without one."""
    by_campaign: defaultdict[tuple[str, date], list[Due]] = defaultdict(list)
    for due in found:
        try:
            id, _, on, _, _ = parted(due.subject)
            by_campaign[id, on].append(due)
        except ValueError:
            continue
    names = {row[0]: row[1] for row in conn.execute(_COOPERATIVES, {"who": sorted({due.learner for due in found})})}
    filled = dict(found)
    for (id, on), dues in by_campaign.items():
        campaign = campaigns.get(conn, SELF, id)
        if campaign is None:
            continue
        who = {due.learner for due in dues}
        event = happened(campaign, on)  # a meeting may have been called off since, and silence broken
        within = audience.still(
            conn, campaign.audience, purpose_of(campaign), who, now, also=event, urgent=campaign.urgent
        )
        money = progressing.spent(conn, SELF, id, now)
        resumed = conn.execute(_RESUMED, {"which": id}).scalar()
        for due in dues:
            filled[due] = replace(
                found[due],
                campaign=campaign,
                belongs=due.learner in within,
                money=money,
                cooperative=names.get(due.learner, ""),
                resumed_at=resumed,
            )
    return filled
