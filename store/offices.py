"""Who may speak for a cooperative from an address, and what a notice of hers would reach: read for her alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    Connection,
    Subquery,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from bot.cooperating import notices
from bot.cooperating.organisations import Cooperative, Office, Officer
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Kind, State
from bot.messages import Address
from bot.record import NOTICES, Policy
from store.audience_filters import matching, not_paused, reached
from store.campaign_bodies import campaign
from store.campaign_tables import campaigns, spendings, unreachable
from store.columns import among
from store.organisation_tables import cooperatives, officer_addresses, officers
from store.tables import learners, thread_learners, threads

_OFFICERS = (
    select(officer_addresses.c.address, officers, cooperatives)
    .select_from(
        officer_addresses.join(officers, officers.c.id == officer_addresses.c.officer).join(
            cooperatives, cooperatives.c.id == officers.c.cooperative
        )
    )
    .where(
        among(officer_addresses.c.address, "addresses"),
        officers.c.closed_at.is_(None),
        cooperatives.c.closed_at.is_(None),
    )
    .order_by(cooperatives.c.id, officers.c.id)
    .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)  # both tables have an id and a name
)
_THEIRS = (
    select(officer_addresses.c.officer, officer_addresses.c.address, threads.c.sender)
    .select_from(officer_addresses.outerjoin(threads, threads.c.address == officer_addresses.c.address))
    .where(among(officer_addresses.c.officer, "officers"))
    .order_by(officer_addresses.c.address)
)
_OPEN = select(threads.c.address, threads.c.sender).where(
    among(threads.c.address, "addresses"), threads.c.state == literal_column("'open'"), threads.c.sender != ""
)
_LATELY = select(campaigns).where(
    campaigns.c.kind == Kind.NOTICE.value,
    campaigns.c.cooperative == bindparam("which"),
    campaigns.c.created_at >= bindparam("since"),
    # One that was stopped before anybody had it is as if it had not been written.
    or_(
        campaigns.c.state != State.CANCELLED.value,
        exists(literal_column("1")).where(spendings.c.campaign == campaigns.c.id, spendings.c.messages > 0),
    ),
)


def load(conn: Connection, addresses: Iterable[Address], now: datetime, policy: Policy) -> dict[Address, list[Office]]:
    """The offices of those addresses that have any. Asked only for messages that may be an officer's, for counting
    costs as much as the cooperative has members."""
    names = {name: address for address in addresses for name in _names(address)}
    rows = conn.execute(_OFFICERS, {"addresses": sorted(names)}).mappings().all() if names else []
    if not rows:
        return {}
    theirs = _theirs(conn, {row["officers_id"] for row in rows})
    found: defaultdict[Address, list[Office]] = defaultdict(list)
    for row in rows:
        address = names[row["officer_addresses_address"]]
        officer = _officer(row, theirs[row["officers_id"]])
        office = Office(officer=officer, cooperative=_cooperative(row))
        if office.cooperative.id not in {each.cooperative.id for each in found[address]}:
            found[address].append(counted(conn, _elsewhere(conn, office, address), now, policy))
    return dict(found)


def of(conn: Connection, cooperative: str, now: datetime, policy: Policy) -> Office | None:
    """The office of nobody in particular: what a notice of this cooperative would reach, for whoever acts for it."""
    query = select(cooperatives).where(cooperatives.c.id == cooperative, cooperatives.c.closed_at.is_(None))
    row = conn.execute(query.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)).mappings().first()
    if row is None:
        return None
    nobody = Officer(id="", cooperative=cooperative, name="")
    return counted(conn, Office(officer=nobody, cooperative=_cooperative(row)), now, policy)


def counted(conn: Connection, office: Office, now: datetime, policy: Policy) -> Office:
    """The office with the people whom a notice would reach now, and with what went out this month."""
    return lately(conn, _reach(conn, office, now), now, policy)


def lately(conn: Connection, office: Office, now: datetime, policy: Policy) -> Office:
    """The office with what went out this month and in the last day."""
    first, _ = notices.month(now, notices.zone_for(office, policy))
    since = min(first, now - notices.COOLING)
    sent = [
        campaign(dict(row))
        for row in conn.execute(_LATELY, {"which": office.cooperative.id, "since": since}).mappings()
    ]
    this_month = [each for each in sent if each.created_at >= first]
    return replace(
        office,
        sent_this_month=sum(not each.urgent for each in this_month),
        urgent_this_month=sum(each.urgent for each in this_month),
        recent=tuple(
            (each.created_at, text, each.urgent)
            for each in sent
            if now - each.created_at < notices.COOLING
            for texts in each.texts
            for text in texts.values()
        ),
    )


def _reach(conn: Connection, office: Office, now: datetime) -> Office:
    """Each phone or account once: a shared phone hears a notice once, and whoever has two threads on Telegram."""
    chosen = _chosen(Audience(cooperatives=(office.cooperative.id,)), now)
    resting = chosen.c.resting
    own = [name for address in office.officer.addresses for name in _names(Address.parse(address))]
    query = (
        select(
            threads.c.sender,
            chosen.c.paid,
            resting,
            func.count(),
            func.sum(case((threads.c.address.in_(own or [""]), 0), else_=1)),
        )
        .select_from(chosen.join(threads, threads.c.address == chosen.c.address))
        .group_by(threads.c.sender, chosen.c.paid, resting)
    )
    by_sender: defaultdict[str, int] = defaultdict(int)
    paused: defaultdict[str, int] = defaultdict(int)
    members = others = by_sms = asleep = 0
    for sender, paid, rests, n, strangers in conn.execute(query):
        if rests:
            asleep, paused[sender] = asleep + n, paused[sender] + (n if paid else 0)
            continue
        members, others = members + n, others + int(strangers or 0)
        if paid:
            by_sms, by_sender[sender] = by_sms + n, by_sender[sender] + n
    return replace(
        office,
        members=members,
        others=others,
        by_sms=by_sms,
        by_sender=dict(by_sender),
        paused=asleep,
        paused_by_sender=dict(paused),
    )


def _chosen(audience: Audience, now: datetime) -> Subquery:
    """The addresses at which an audience is reached, each once, Telegram before a phone; those who pause are marked,
    for only a safety notice reaches them."""
    free = or_(threads.c.address.like("telegram:%"), threads.c.address.like("simulator:chat:%"))
    suppressed = exists(literal_column("1")).where(
        unreachable.c.address == threads.c.address, unreachable.c.suppressed_at.is_not(None)
    )
    best = (
        select(
            func.min(case((free, "0"), else_="1") + threads.c.address).label("best"),
            func.min(case((not_paused(now), 0), else_=1)).label("resting"),
        )
        .select_from(
            learners.join(thread_learners, thread_learners.c.learner == learners.c.id).join(
                threads, threads.c.address == thread_learners.c.address
            )
        )
        .where(threads.c.state == literal_column("'open'"), ~suppressed)
        .where(*matching(audience, now), *reached(NOTICES, now, urgent=True))
        .group_by(learners.c.id)
        .subquery("best")
    )
    return (
        select(
            func.substr(best.c.best, 2).label("address"),
            (func.substr(best.c.best, 1, 1) == "1").label("paid"),
            func.min(best.c.resting).label("resting"),  # all who share it do
        )
        .group_by(best.c.best)
        .subquery("chosen")
    )


def _names(address: Address) -> tuple[str, ...]:
    # In a rehearsal an officer writes from the simulator's phone; her PIN is asked for there as well.
    if address.scheme == "simulator" and address.phone:
        return str(address), f"tel:{address.phone}"
    return (str(address),)


def _theirs(conn: Connection, officers_: Collection[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for officer, address, _ in conn.execute(_THEIRS, {"officers": sorted(officers_)}):
        found[officer].append(address)
    return found


def _elsewhere(conn: Connection, office: Office, address: Address) -> Office:
    """Where a code can go: an open thread of hers on another phone or account, another kind of channel first."""
    here = set(_names(address))
    others = [each for each in office.officer.addresses if each not in here]
    rows: Sequence[Any] = conn.execute(_OPEN, {"addresses": others}).all() if others else ()
    ordered = sorted((row[0].partition(":")[0] == address.scheme, row[0], row[1]) for row in rows)
    return replace(office, elsewhere=tuple((at, via) for _, at, via in ordered))


def _officer(row: Any, addresses: Sequence[str]) -> Officer:
    return Officer(
        id=row["officers_id"],
        cooperative=row["officers_cooperative"],
        name=row["officers_name"],
        language=row["officers_language"],
        addresses=tuple(addresses),
        pin=row["officers_pin"],
        tries=row["officers_tries"],
        locked_until=row["officers_locked_until"],
    )


def _cooperative(row: Any) -> Cooperative:
    return Cooperative(
        id=row["cooperatives_id"],
        name=row["cooperatives_name"],
        federation=row["cooperatives_federation"],
        country=row["cooperatives_country"],
        monthly_notices=row["cooperatives_monthly_notices"],
    )
