"""A cooperative's word to its members: who it reaches, what it costs, and when it may not go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from bot.cooperating.organisations import Office
from bot.delivering.audiences import Audience
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.hours import zone_of
from bot.delivering.sms import capacity, encoding, fold_text, segments, units
from bot.record import Policy
from bot.talking.understanding import fold

MOST_SEGMENTS = 2
WINDOW = timedelta(minutes=10)  # in which the PIN has to come. Source: NIST SP 800-63B §5.1.3.2
APART = timedelta(hours=2)
COOLING = timedelta(hours=24)  # in which the same text does not go out again
URGENT_A_MONTH = 2  # besides the cooperative's quota; who warns every week is heard no more
_ALIKE = 80  # of 100: "reunion" and "reuniom" are one word, "lunes" and "martes" are two
_FIRST_WORDS = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a notice does not go out: a sentence of the bot, and what stands in its places."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A notice as it would go out now. `digest` binds a confirmation to this text and these people."""

    office: Office
    text: str  # with the name of the cooperative in front
    urgent: bool = False
    reached: int = 0  # phones and accounts; a shared phone is one
    by_sms: int = 0
    segments: int = 0  # in all
    money: Decimal | None = None  # None: what a segment costs has not been settled
    digest: str = ""

    @property
    def first_words(self) -> str:
        """Enough of it to be recognised."""
        return self.text if len(self.text) <= _FIRST_WORDS else f"{self.text[:_FIRST_WORDS].rstrip()}..."


def proposed(office: Office, text: str, policy: Policy, *, urgent: bool = False) -> Proposed:
    """The notice with its count and its cost: segments × those reached by SMS × the price of their sender."""
    office = _all_reached(office) if urgent else office
    worded = f"{office.cooperative.name}: {text.strip()}"
    each = segments(fold_text(worded, "gsm"))
    return Proposed(
        office=office,
        text=worded,
        urgent=urgent,
        reached=office.members,
        by_sms=office.by_sms,
        segments=each * office.by_sms,
        money=_money(office, each, policy),
        digest=digest(office.cooperative.id, worded, urgent=urgent),
    )


def _all_reached(office: Office) -> Office:
    """The office as an urgent notice reaches it: frost warns those who pause as well, and STOP stops even that."""
    senders = {*office.by_sender, *office.paused_by_sender}
    by_sender = {each: office.by_sender.get(each, 0) + office.paused_by_sender.get(each, 0) for each in senders}
    return replace(
        office,
        members=office.members + office.paused,
        others=office.others + office.paused,
        by_sms=office.by_sms + sum(office.paused_by_sender.values()),
        by_sender=by_sender,
        paused=0,
        paused_by_sender={},
    )


def digest(cooperative: str, text: str, *, urgent: bool) -> str:
    """Eight signs that stand for exactly this text to exactly these people."""
    return sha256("\0".join((cooperative, text, "urgent" if urgent else "")).encode()).hexdigest()[:8]


def _money(office: Office, each: int, policy: Policy) -> Decimal | None:
    if not office.by_sms:
        return Decimal(0)
    if not policy.prices:
        return None
    dearest = max(policy.prices.values())  # for a sender without a price, and a phone without a sender
    return sum((policy.prices.get(sender, dearest) * each * n for sender, n in office.by_sender.items()), Decimal(0))


def refused(office: Office, text: str, now: datetime, policy: Policy, *, urgent: bool = False) -> Refused | None:
    """Why this may not go out now, or None. `now` is aware."""
    too_many = too_long(office, text)
    if too_many:
        return Refused(sentence="notice.too_long", values={"n": too_many})
    if not office.others and not (urgent and office.paused):
        return Refused(sentence="notice.nobody", values={"cooperative": office.cooperative.name})
    zone = zone_for(office, policy)
    earlier = _again(office, text, now)
    if earlier:
        return Refused(sentence="notice.again", values={"at": _clock(earlier, zone)})
    used, quota = (
        (office.urgent_this_month, URGENT_A_MONTH)
        if urgent
        else (office.sent_this_month, office.cooperative.monthly_notices)
    )
    if used >= quota:
        renews = month(now, zone)[1].strftime("%d/%m/%Y")
        return Refused(
            sentence="notice.quota.urgent" if urgent else "notice.quota", values={"n": quota, "date": renews}
        )
    latest = max((at for at, _, was_urgent in office.recent if not was_urgent), default=None)
    if latest and not urgent and now - latest < APART:
        return Refused(sentence="notice.apart", values={"at": _clock(latest + APART, zone)})
    return None


def too_long(office: Office, text: str) -> int:
    """How many characters have to go until it is two SMS."""
    folded = fold_text(f"{office.cooperative.name}: {text.strip()}", "gsm")
    if segments(folded) <= MOST_SEGMENTS:
        return 0
    return max(1, units(folded) - capacity(MOST_SEGMENTS, encoding(folded)))


def needs_approval(proposal: Proposed, policy: Policy) -> bool:
    """Whether a second person has to say yes: many people, or much money."""
    return bool(why_second(proposal, policy))


def why_second(proposal: Proposed, policy: Policy) -> tuple[str, ...]:
    """Why a second person has to say yes, if one has: `people`, `money`."""
    dear = proposal.money is not None and proposal.money > policy.notice_money
    beyond = {"people": proposal.reached > policy.notice_recipients, "money": dear}
    return tuple(name for name, is_so in beyond.items() if is_so)


def same(one: str, other: str) -> bool:
    """Whether two notices say the same: but for accents, signs, slips of the keys, order and words of three letters.
    Another number or another day is another notice."""
    first, second = _words(one), _words(other)
    return _covered(first, second) and _covered(second, first)


def _words(text: str) -> list[str]:
    found = "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()
    return [word for word in found if len(word) > 3 or word.isdigit()]


def _covered(words: list[str], by: list[str]) -> bool:
    return all(any(_alike(word, other) for other in by) for word in words)


def _alike(word: str, other: str) -> bool:
    if any(sign.isdigit() for sign in word + other):
        return word == other
    return fuzz.ratio(word, other) >= _ALIKE


def _again(office: Office, text: str, now: datetime) -> datetime | None:
    worded = f"{office.cooperative.name}: {text}"
    return next((at for at, said, _ in office.recent if now - at < COOLING and same(worded, said)), None)


def campaign(
    proposal: Proposed, *, id: str, language: str, actor: str, now: datetime, policy: Policy, approved: bool = False
) -> Campaign:
    """The notice as a campaign that begins at once, or waits for a second person's word."""
    waits = not approved and needs_approval(proposal, policy)
    return Campaign(
        id=id,
        name=proposal.first_words,
        kind=Kind.NOTICE,
        state=State.WAITING if waits else State.RUNNING,
        urgent=proposal.urgent,
        audience=Audience(cooperatives=(proposal.office.cooperative.id,)),
        texts=({language: proposal.text},),
        fallback=(language,),
        schedule=Schedule(zone=zone_for(proposal.office, policy).key),
        cooperative=proposal.office.cooperative.id,
        created_by=actor,
        approved_by="",
        created_at=now,
        started_at=None if waits else now,
    )


def month(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The month of the calendar that `now` falls into: its first moment and the next one's, both aware."""
    local = now.astimezone(zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following


def zone_for(office: Office, policy: Policy) -> ZoneInfo:
    """The time zone by which the cooperative's months and hours are counted."""
    return zone_of("", office.cooperative.country or policy.country)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%d/%m %H:%M")
