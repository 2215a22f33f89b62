"""What time owes a learner, judged when it is said: consent, pause, hours, her week, and whether it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bot.delivering import budgets, campaigns
from bot.delivering.campaigns import Kind, Spent
from bot.delivering.spending import estimated, lacking
from bot.learning import ladder
from bot.learning.ladder import REMINDER
from bot.people import WANTING, Learner
from bot.record import CERTIFICATION, NOTICES
from bot.talking import certifying, informing
from bot.talking.campaigning import announced, purpose_of
from bot.talking.drip import LESSON, lesson
from bot.talking.encouraging import SESSION, SUNDAY, session, sunday
from bot.talking.inviting import INVITATION, invited, may_be_invited
from bot.talking.recalling import BOOSTER, REVIEW, boosted, reviewed
from bot.talking.reminding import reminded, resumed
from bot.talking.scene import Scene
from bot.talking.settling import RESUME
from bot.talking.surveying import SURVEY, once_more
from bot.turn import Counted, Due, Held, Missed, Owed, Say

_TALKING = timedelta(minutes=10)  # so long after her last word she is not interrupted
_PROMPTED = timedelta(hours=1)  # nor so long where something awaits a short reply of hers
_INVITES = timedelta(days=7)  # how long an invitation may wait in the queue, by day
_WAITS = timedelta(days=3)  # how long a notice or a campaign waits for room in her week, or for the end of a pause
# How late each may still be said after nobody kept time; what has a date of its own looks at that.
_LATEST = {
    LESSON: timedelta(hours=12),
    REVIEW: timedelta(hours=24),
    SUNDAY: timedelta(hours=12),
    BOOSTER: timedelta(days=30),
    SURVEY: timedelta(days=2),
}
_NOT_TO_THE_SILENT = frozenset({LESSON, REVIEW, SUNDAY, BOOSTER, SURVEY})
_NEVER_HELD_BACK = frozenset({RESUME, INVITATION, REMINDER})  # by her talking: a reminder counts from her last word


def owed(scene: Scene, due: Due) -> Scene:
    """Answer a due. Nothing is said to who has not agreed, has paused, sleeps, is talking, or has had her week's
    messages; what is said is marked unasked, counts in her week, and ends with the waking hours."""
    learner, answer = scene.record.learner(due.learner), _BY_KIND.get(due.kind)
    if learner is None or answer is None or scene.record.state != "open" or not _agrees(scene, due, learner):
        return scene
    if due.kind in _LATEST and scene.now - due.at > _LATEST[due.kind]:
        return scene
    scene = scene.turned(learner=learner.id) if not scene.shared else scene
    hers = scene.turned(learner=learner.id)  # her hours, whoever holds a shared phone
    awake = hers.next_waking(scene.now, urgent=_is_urgent(scene))
    if awake > scene.now:
        return scene.fact(Owed(due=replace(due, at=awake)))
    paused = learner.paused_until
    if paused and paused > scene.now and due.kind != RESUME and not _is_urgent(scene):  # frost warns who rests too
        return _after_pause(scene, hers, due, paused)
    if due.kind in _NOT_TO_THE_SILENT and ladder.is_silent(scene, learner.id):
        return scene
    if _is_talking(scene) and due.kind not in _NEVER_HELD_BACK and not _is_urgent(scene):
        return scene.fact(Owed(due=replace(due, at=scene.now + _TALKING)))
    return _within_her_week(scene, hers, due, answer(scene, due))


def _agrees(scene: Scene, due: Due, learner: Learner) -> bool:
    """Whether she has agreed to this kind of message. An invitation is the one word that may come before a yes, and
    it never follows a no; of a campaign it is counted who was left out, so that is judged where it is answered."""
    occasion = scene.record.occasion
    if due.kind == INVITATION and may_be_invited(scene, learner):
        return True
    if learner.guardian in WANTING:  # her own yes, or one on paper, is not enough yet
        return False
    if due.kind == certifying.CASE:  # her word on being certified, where she has given one
        return scene.record.agrees(learner.id, CERTIFICATION)
    if due.kind == campaigns.DUE and occasion and occasion.campaign:
        return purpose_of(occasion.campaign) == NOTICES or scene.record.agrees(learner.id)
    return scene.record.agrees(learner.id)


def _is_urgent(scene: Scene) -> bool:
    occasion = scene.record.occasion
    campaign = occasion.campaign if occasion else None
    return bool(campaign and campaign.urgent and campaign.kind is not Kind.DRIP)  # a lesson is never urgent


def _is_talking(scene: Scene) -> bool:
    """Whether somebody is in the middle of something on this thread, or she on another one."""
    occasion = scene.record.occasion
    last = datetime.fromtimestamp(scene.conversation.last_at, UTC)
    if occasion and occasion.heard_at:
        last = max(last, occasion.heard_at)
    return scene.now - last < (_PROMPTED if scene.conversation.prompt else _TALKING)


def _after_pause(scene: Scene, hers: Scene, due: Due, until: datetime) -> Scene:
    """A pause holds everything. What has a date of its own is over when it ends; a booster waits, and a campaign as
    long as a campaign may. A reminder is no longer owed, for the pause ends with a word on what is open."""
    at = hers.when_awake(until + _PROMPTED)
    if due.kind == BOOSTER:
        return scene.fact(Owed(due=replace(due, at=at)))
    return _waits(scene, due, at, "paused") if due.kind == campaigns.DUE else scene


def _within_her_week(scene: Scene, hers: Scene, due: Due, answered: Scene) -> Scene:
    """What was answered, marked and counted; or, where her week is full, what becomes of it: a lesson comes with its
    next slot, a review is left out, a reminder waits for the next week, a campaign too if that is near."""
    says = [each for each in answered.effects if isinstance(each, Say)]
    if not says:
        return answered
    kind, week = _class_of(scene, due), budgets.week_of(scene.now, hers.zone)
    occasion = scene.record.occasion
    spent = occasion.weeks.get(week, 0) if occasion else 0
    counted = sum(not each.exempt for each in says)
    budget = scene.record.policy.weekly_budget
    if due.kind != RESUME and counted and not budgets.has_room(kind, counted, spent, budget):
        following = hers.when_awake(budgets.next_week(scene.now, hers.zone))
        if due.kind in (REMINDER, certifying.CASE):
            return scene.fact(Owed(due=replace(due, at=following)))
        if due.kind == campaigns.DUE:
            return _waits(scene, due, following, "week")
        return scene.fact(_left_out(scene, due))
    # An invitation comes once: where the sender has more of them than an evening carries, it goes on in the morning.
    invites = due.kind == INVITATION
    end = scene.now + _INVITES if invites else hers.window_end(scene.now, urgent=_is_urgent(scene))
    marked = [_of_drip(scene, due, _marked(each, due, week, end)) for each in says]
    short = _lacking(scene, marked) if _drip(scene, due) else ()
    if short:
        return scene.fact(*short)
    said = iter(marked)
    return replace(answered, effects=tuple(next(said) if isinstance(each, Say) else each for each in answered.effects))


def _marked(say: Say, due: Due, week: str, end: datetime) -> Say:
    expires = min(say.expires_at, end) if say.expires_at else end
    purpose = CERTIFICATION if due.kind == certifying.CASE else say.purpose
    return replace(say, unasked=True, week=week, learner=due.learner, expires_at=expires, purpose=purpose)


def _left_out(scene: Scene, due: Due) -> Missed | Counted:
    """A full week leaves it out: told of a lesson with its drip, and of what belongs to no campaign by the day."""
    drip = _drip(scene, due)
    return Missed(campaign=drip, reason="week") if drip else Counted(name=f"{due.kind} left out: full week")


def _drip(scene: Scene, due: Due) -> str:
    """The campaign that a lesson slot belongs to; empty for whatever belongs to none."""
    occasion = scene.record.occasion
    return occasion.campaign.id if due.kind == LESSON and occasion and occasion.campaign else ""


def _of_drip(scene: Scene, due: Due, say: Say) -> Say:
    """A lesson carries its campaign, so that it is counted, paid for and held with it."""
    if not _drip(scene, due):
        return say
    record = scene.record
    segments, micros = estimated(say.content, record.address, record.sender, record.policy.prices)
    occurrence = due.subject.partition("/")[2]
    return replace(say, campaign=_drip(scene, due), occurrence=occurrence, segments=segments, micros=micros)


def _lacking(scene: Scene, says: Sequence[Say]) -> tuple[Held | Missed, ...]:
    """What becomes of a lesson that its drip has no money for: it comes with the next slot, and that is told."""
    occasion = scene.record.occasion
    if occasion is None or occasion.campaign is None:
        return ()
    campaign = occasion.campaign
    short = lacking(campaign, occasion.money or Spent(), sum(each.micros for each in says))
    if not short:
        return ()
    missed = Missed(campaign=campaign.id, reason="money")
    return (
        (Held(campaign=campaign.id, version=campaign.version, reason="budget"), missed) if short == "all" else (missed,)
    )


def _class_of(scene: Scene, due: Due) -> str:
    occasion = scene.record.occasion
    if due.kind != campaigns.DUE or occasion is None or occasion.campaign is None:
        return due.kind
    return budgets.NOTICE if purpose_of(occasion.campaign) == NOTICES else budgets.CAMPAIGN


def _waits(scene: Scene, due: Due, at: datetime, reason: str) -> Scene:
    """A campaign waits until then if that is no more than three days after its date; else it is counted as missed."""
    try:
        campaign, _, on, _, _ = campaigns.parted(due.subject)
    except ValueError:
        return scene
    if at.astimezone(scene.zone).date() - on > _WAITS:
        return scene.fact(Missed(campaign=campaign, reason=reason))
    return scene.fact(Owed(due=replace(due, at=at)))


# Kind of due → who answers it. Further kinds are added here.
_BY_KIND: Mapping[str, Callable[[Scene, Due], Scene]] = {
    RESUME: resumed,
    REMINDER: reminded,
    INVITATION: invited,
    LESSON: lesson,
    REVIEW: reviewed,
    BOOSTER: boosted,
    SUNDAY: sunday,
    SESSION: session,
    campaigns.DUE: announced,
    certifying.CASE: informing.owed,
    SURVEY: once_more,
}
