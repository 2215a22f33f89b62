"""Keep a notice that an officer has confirmed, her tries at the PIN, and the tally that she hears once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, literal_column, or_, select, update

from bot.cooperating import notices, pins
from bot.delivering.campaigns import Campaign, Kind, State
from bot.messages import Address, Content
from bot.people import SELF
from bot.record import Policy
from bot.turn import Due, NoticeSent, PinTried
from store import campaigns as kept
from store import offices
from store.campaign_bodies import campaign as read
from store.campaign_tables import campaigns, occurrences
from store.columns import among
from store.organisation_tables import cooperatives, officers
from store.progressing import OF_CAMPAIGN, progress, span
from store.shapes import content_json
from store.tables import consent_states, dues, inbox, learners, outbox, threads

TALLIED_AFTER = timedelta(hours=24)
_SETTLING = timedelta(minutes=2)  # receipts come after the last message; a tally at once would say "sent"
_WAITING = ("queued", "sending", "held")

_OFFICER = (
    select(officers.c.tries, officers.c.locked_until).where(officers.c.id == bindparam("which")).with_for_update()
)
_UNTOLD = (
    select(campaigns)
    .where(
        campaigns.c.kind == Kind.NOTICE.value,
        campaigns.c.tallied_at.is_(None),
        campaigns.c.reply_to != "",
        or_(campaigns.c.started_at.is_not(None), campaigns.c.state == State.CANCELLED.value),
        campaigns.c.state != State.WAITING.value,
    )
    .order_by(campaigns.c.created_at, campaigns.c.id)
    .limit(50)
)
_OUT = (
    select(func.count(learners.c.id.distinct()))
    .select_from(learners.join(consent_states, consent_states.c.learner == learners.c.id))
    .where(
        learners.c.cooperative == bindparam("cooperative"),
        consent_states.c.granted.is_(False),
        consent_states.c.at >= bindparam("since"),
    )
)
_OWED: Select[Any] = select(literal_column("1")).select_from(dues).where(*OF_CAMPAIGN).limit(1)
_WAITS: Select[Any] = (
    select(literal_column("1"))
    .select_from(outbox)
    .where(
        outbox.c.campaign == bindparam("which"),
        outbox.c.campaign != literal_column("''"),
        outbox.c.state.in_(_WAITING),
    )
    .limit(1)
)
_SAID = select(outbox.c.address, outbox.c.campaign).where(
    among(outbox.c.address, "addresses"),
    among(outbox.c.campaign, "campaigns"),
    outbox.c.campaign != literal_column("''"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a notice went, for the officer who sent it."""

    campaign: Campaign
    address: Address
    sender: str
    language: str
    stopped: bool = False
    sent: int = 0  # taken by the providers, delivered or not
    delivered: int = 0
    failed: int = 0
    out: int = 0  # members who have said no since it went out


def begin(conn: Connection, sent: Sequence[tuple[Address, NoticeSent]], now: datetime) -> None:
    """Keep confirmed notices as campaigns that run from now on, or wait for a second person. One that came at the
    same moment from another phone and would be one too many is kept as cancelled, and its officer hears that."""
    for address, effect in sent:
        campaign = effect.campaign
        conn.execute(select(cooperatives.c.id).where(cooperatives.c.id == campaign.cooperative).with_for_update())
        if _one_too_many(conn, campaign, now):
            campaign = replace(campaign, state=State.CANCELLED, started_at=None)
        if kept.create(conn, SELF, campaign, effect.campaign.created_by, now):
            by = update(campaigns).where(campaigns.c.id == campaign.id)
            conn.execute(by.values(officer=effect.officer, reply_to=str(address)))


def _one_too_many(conn: Connection, campaign: Campaign, now: datetime) -> bool:
    office = offices.of(conn, campaign.cooperative, now, Policy())
    if office is None:
        return True
    office = replace(office, others=1)  # who is reached was judged already
    text = next(iter(campaign.texts[0].values())).removeprefix(f"{office.cooperative.name}: ")
    return notices.refused(office, text, now, Policy(), urgent=campaign.urgent) is not None


def tried(conn: Connection, tries: Sequence[tuple[int | None, PinTried]], now: datetime) -> None:
    """Count tries at a PIN, whichever phone they came from. The message that held it is not kept."""
    for message, each in tries:
        row = conn.execute(_OFFICER, {"which": each.officer}).first()
        if row is None:
            continue
        so_far = pins.tries_so_far(row[0], row[1], now)
        found = pins.tried(right=each.right, tries=so_far, now=now)
        values = {"tries": found.tries, "locked_until": found.locked_until}
        conn.execute(update(officers).where(officers.c.id == each.officer).values(values))
        if message is not None:
            conn.execute(update(inbox).where(inbox.c.id == message).values(payload="", digest=""))


def said_here(conn: Connection, pairs: Sequence[tuple[Address, str]]) -> frozenset[tuple[Address, str]]:
    """Of these (address, campaign) those where it was said already, to somebody else on the same phone."""
    if not pairs:
        return frozenset()
    addresses = {str(address): address for address, _ in pairs}
    keys = {"addresses": sorted(addresses), "campaigns": sorted({campaign for _, campaign in pairs})}
    return frozenset((addresses[row[0]], row[1]) for row in conn.execute(_SAID, keys))


def due_to(owed: Sequence[tuple[Address, Due]]) -> list[tuple[Address, str]]:
    """The (address, campaign) of the dues that a notice led to."""
    return [(address, due.subject.partition("/")[0]) for address, due in owed if due.subject.startswith("notice-")]


# --- the tally ---


def tallies(conn: Connection, now: datetime) -> list[Tally]:
    """Notices that have come to their end and whose officers have not heard: nothing waits, or a day is over."""
    found = (_tally(conn, read(dict(row)), row["reply_to"], now) for row in conn.execute(_UNTOLD).mappings())
    return [each for each in found if each is not None]


def _tally(conn: Connection, campaign: Campaign, reply_to: str, now: datetime) -> Tally | None:
    stopped = campaign.state is State.CANCELLED
    if not stopped and not _over(conn, campaign, now):
        return None
    how = progress(conn, SELF, campaign.id)  # costs as much as it has messages, so it is counted once
    thread = conn.execute(select(threads.c.sender, threads.c.state).where(threads.c.address == reply_to)).first()
    since = campaign.started_at or campaign.created_at
    return Tally(
        campaign=campaign,
        address=Address.parse(reply_to),
        sender=thread[0] if thread else "",
        language=next(iter(campaign.texts[0]), "es") if campaign.texts else "es",
        stopped=stopped,
        sent=how.sent + how.delivered + how.failed + how.unknown,
        delivered=how.delivered,
        failed=how.failed,
        out=conn.execute(_OUT, {"cooperative": campaign.cooperative, "since": since}).scalar_one(),
    )


def _over(conn: Connection, campaign: Campaign, now: datetime) -> bool:
    """A day has passed, or it is spread to its end and nothing of it waits any more."""
    since = campaign.started_at or campaign.created_at
    if now - since >= TALLIED_AFTER:
        return True
    if now - since < _SETTLING:
        return False
    slots = select(occurrences.c.state).where(occurrences.c.campaign == campaign.id)
    states = set(conn.execute(slots).scalars())
    if "spread" not in states or "planned" in states:
        return False
    return not conn.execute(_OWED, span(campaign)).first() and not conn.execute(_WAITS, {"which": campaign.id}).first()


def tell(conn: Connection, tally: Tally, content: Content, at: datetime, now: datetime) -> bool:
    """Put the tally on its way to the address that the notice came from, from `at` on. False where another clock was
    first, so that it is heard once."""
    once = update(campaigns).where(campaigns.c.id == tally.campaign.id, campaigns.c.tallied_at.is_(None))
    if not conn.execute(once.values(tallied_at=now)).rowcount:
        return False
    if tally.sender:
        conn.execute(
            insert(outbox),
            {
                "sender": tally.sender,
                "address": str(tally.address),
                "kind": "tally",
                "content": content_json(content),
                "not_before": at,
                "created_at": now,
                "unasked": False,
            },
        )
    return True
