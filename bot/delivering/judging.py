"""Judge a message that nobody asked for once more, at the moment when it would leave: go, wait, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivering.hours import next_waking, window_end, zone_of
from bot.people import WANTING
from bot.record import CERTIFICATION, LEARNING, NOTICES, Policy

HOLD = timedelta(minutes=1)  # how long what belongs to a paused campaign is put aside before it is looked at again
_INVITATION = "invitation"  # asks for the word, so it cannot need one; a no stands against it all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds now for one queued message and the learner whom it is for."""

    kind: str = ""
    purpose: str = ""  # empty: learning
    thread: str = "open"
    known: bool = True  # False: it names a learner who is not there any more
    learning: bool | None = None  # her latest word; None: she has not said
    notices: bool | None = None
    certification: bool | None = None
    paused_until: datetime | None = None
    timezone: str = ""
    country: str = ""
    campaign: str = "running"  # the state of its campaign; running where it has none
    guardian: str = ""  # of a child: needed or refused until a guardian has agreed
    urgent: bool = False  # a safety notice: frost does not wait for the morning
    suppressed: bool = False  # a provider has said since she was last heard that nobody can be reached there
    overtaken: bool = False  # said again because it was not delivered, and something newer has been said since
    personal: bool = True  # it is for a learner, not for a thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`why` is empty where it may go, until `closes` at the latest. With `at` it waits until then, else it is over."""

    why: str = ""
    at: datetime | None = None
    closes: datetime | None = None


def judged(standing: Standing, policy: Policy, now: datetime) -> Verdict:
    """Whether a message may leave now: the thread, her word for its purpose and her guardian's, her pause, its
    campaign, her hours. A safety notice leaves into a pause and at five in the morning, and never after a no."""
    if standing.thread != "open":
        return Verdict(why="closed")
    if not standing.known:
        return Verdict(why="erased")
    if standing.suppressed:
        return Verdict(why="unreachable")
    if standing.overtaken:
        return Verdict(why="overtaken")
    if standing.campaign == "cancelled":
        return Verdict(why="campaign")
    if standing.campaign == "paused":
        return Verdict(why="campaign", at=now + HOLD)
    if standing.personal and not _agrees(standing):
        return Verdict(why="consent")
    if standing.guardian in WANTING and standing.kind != _INVITATION:
        return Verdict(why="guardian")
    if standing.paused_until and standing.paused_until > now and not standing.urgent:
        return Verdict(why="pause", at=standing.paused_until)
    if standing.urgent:
        return Verdict()
    return _in_her_hours(standing, policy, now)


def _agrees(standing: Standing) -> bool:
    word = standing.notices if standing.purpose == NOTICES and standing.notices is not None else standing.learning
    if standing.purpose == CERTIFICATION and standing.certification is not None:
        return standing.certification
    if standing.purpose == CERTIFICATION:
        return bool(standing.learning)
    if standing.purpose not in ("", LEARNING, NOTICES) or standing.kind == _INVITATION:
        return word is not False
    return bool(word)


def _in_her_hours(standing: Standing, policy: Policy, now: datetime) -> Verdict:
    country = standing.country or policy.country
    zone = zone_of(standing.timezone, country)
    opening = next_waking(now, zone, policy.waking, policy.resting, country)
    if opening > now:
        return Verdict(why="hours", at=opening)
    return Verdict(closes=window_end(now, zone, policy.waking, policy.resting, country))
