"""Answer a campaign's due: whether it still holds for this learner now, and if so in which words and at what cost."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from bot.cooperating.organisations import DAYS
from bot.delivering.campaigns import Campaign, Catchup, Kind, Spent, State, parted
from bot.delivering.filling import message
from bot.delivering.hours import URGENT, window_end, zone_of
from bot.delivering.spending import estimated, lacking
from bot.messages import Content
from bot.people import OPERATOR, Learner, Scope
from bot.record import LEARNING, NOTICES, Policy
from bot.talking import surveying
from bot.talking.scene import Scene
from bot.turn import Due, Held, Missed, Owed, Say

CAMPAIGN = "campaign"  # kind of what is said; the kind of the due is bot.delivering.campaigns.DUE

# How late an occurrence may be said, counted from when it was owed or let go again after a pause. Owed anew (asleep, no
# money today) it is not late: only time in which nobody kept the clock counts.
_LATEST = {Catchup.LATEST: timedelta(hours=12), Catchup.SKIP: timedelta(hours=1), Catchup.ALL: timedelta(days=3650)}
_LOOK_AGAIN = timedelta(hours=1)
_QUIZ = timedelta(hours=6)  # after which nobody is in the middle of it any more


def announced(scene: Scene, due: Due) -> Scene:
    """Say a campaign's message to the learner of the due, or not: void where it holds no more (edited, cancelled,
    stale, she is out of it), owed again where it only has to wait (paused, a quiz, no money today)."""
    occasion, learner = scene.record.occasion, scene.record.learner(due.learner)
    campaign = occasion.campaign if occasion else None
    if occasion is None or campaign is None or learner is None:
        return scene
    try:
        id, version, on, slot, variant = parted(due.subject)
    except ValueError:
        return scene
    if (campaign.id, campaign.version) != (id, version) or campaign.state is State.CANCELLED:
        return scene
    if occasion.told_here:
        return scene  # a shared phone hears a notice once
    if not scene.record.agrees(learner.id, purpose_of(campaign)):
        return scene.fact(Missed(campaign=id, reason="consent"))
    if not occasion.belongs or _spoke(campaign, occasion.heard_at, scene.now):
        return scene.fact(Missed(campaign=id, reason="audience"))
    if stale(campaign, max(due.at, occasion.resumed_at or due.at), on, scene.now, learner, scene.record.policy):
        return scene.fact(Missed(campaign=id, reason="stale"))
    if campaign.state not in (State.RUNNING, State.FINISHED) or _interrupts(scene, campaign):
        return _later(scene, due, scene.now + _LOOK_AGAIN)
    said, say = _begun(scene, campaign, learner, variant)
    if say is None:
        return scene.fact(Missed(campaign=id, reason="text"))
    exceeded = lacking(campaign, occasion.money or Spent(), say.micros)
    if exceeded == "today":
        return _later(scene, due, _next_day(scene.now))
    if exceeded:
        held = Held(campaign=id, version=version, reason="budget")
        return _later(scene.fact(held), due, scene.now + _LOOK_AGAIN)
    return said.fact(replace(say, occurrence=f"{on.isoformat()}/{slot}"))


def _begun(scene: Scene, campaign: Campaign, learner: Learner, variant: int) -> tuple[Scene, Say | None]:
    """What the campaign says to her; of a survey its first question, which is open from then on. None where there is
    nothing to say: no text is left, the survey is closed, or it was put to her before."""
    if not campaign.survey:
        return scene, worded(scene, campaign, learner, variant)
    occasion = scene.record.occasion
    if occasion is None or occasion.survey is None or occasion.reply is not None:
        return scene, None
    opened, content = surveying.begun(scene, occasion.survey, learner)
    return opened, _priced(scene, campaign, learner, surveying.worded(content, campaign.policy), variant)


def purpose_of(campaign: Campaign) -> str:
    """The consent that a campaign needs: to notices where a cooperative speaks, else to learning."""
    return NOTICES if campaign.kind is Kind.NOTICE or campaign.cooperative else LEARNING


def scope_of(campaign: Campaign) -> Scope:
    """Whom it may reach at all: a cooperative's notice its own members, and nobody else."""
    if campaign.kind is Kind.NOTICE and campaign.cooperative:
        return Scope(role="cooperative", cooperatives=frozenset((campaign.cooperative,)))
    return OPERATOR


def stale(campaign: Campaign, owed_at: datetime, on: date, now: datetime, learner: Learner, policy: Policy) -> bool:
    """Whether an occurrence comes too late to be said, or a later one of the same campaign has come since."""
    if now - owed_at > _LATEST[campaign.catchup]:
        return True
    if campaign.kind is not Kind.RECURRING or campaign.catchup is Catchup.ALL:
        return False
    local = now.astimezone(zone_of(learner.timezone, policy.country))
    hour = int(campaign.schedule.hour[:2]) if campaign.schedule.hour else _her_hour(learner, policy)
    last = local.date() if local.hour >= hour else local.date() - timedelta(days=1)
    if campaign.schedule.ends_on:
        last = min(last, campaign.schedule.ends_on)
    return any(
        DAYS[(on + timedelta(days=day)).weekday()] in campaign.schedule.days
        for day in range(1, min((last - on).days, 7) + 1)
    )


def worded(scene: Scene, campaign: Campaign, learner: Learner, variant: int) -> Say | None:
    """The message as this learner gets it on this thread, with what it costs by estimate; None where no text is left.

    On a shared phone it carries her name.
    """
    language = learner.language or scene.conversation.language or scene.default_language
    content = message(
        campaign,
        learner,
        variant,
        language=language,
        cooperative=_cooperative(scene, campaign, learner),
        course=_course(scene, campaign, learner, language),
        shared=scene.shared and campaign.kind is not Kind.NOTICE,  # a notice is for all who share the phone
    )
    return None if content is None else _priced(scene, campaign, learner, content, variant)


def _priced(scene: Scene, campaign: Campaign, learner: Learner, content: Content, variant: int) -> Say:
    segments, micros = estimated(content, scene.record.address, scene.record.sender, scene.record.policy.prices)
    return Say(
        content=content,
        kind=CAMPAIGN,
        learner=learner.id,
        expires_at=_closes(scene, learner, urgent=campaign.urgent),
        unasked=True,
        purpose=purpose_of(campaign),
        exempt=campaign.urgent,
        campaign=campaign.id,
        variant=variant,
        segments=segments,
        micros=micros,
    )


def _closes(scene: Scene, learner: Learner, *, urgent: bool) -> datetime:
    policy, country = scene.record.policy, learner.country or scene.record.policy.country
    zone = zone_of(learner.timezone, country)
    if urgent:
        return window_end(scene.now, zone, URGENT)
    return window_end(scene.now, zone, policy.waking, policy.resting, country)


def _spoke(campaign: Campaign, heard_at: datetime | None, now: datetime) -> bool:
    """What follows silence is void once she has written again."""
    schedule = campaign.schedule
    silence = campaign.kind is Kind.EVENT and schedule.event == "silence"
    return silence and heard_at is not None and now - heard_at < timedelta(days=max(schedule.offset - 1, 0))


def _interrupts(scene: Scene, campaign: Campaign) -> bool:
    """Somebody on this phone is in the middle of a quiz; only a safety notice speaks into it. A survey waits for
    another one as well, so that a number never answers the wrong one."""
    if campaign.survey and surveying.is_open(scene):
        return True
    question = scene.conversation.question
    if campaign.urgent or question is None or question.purpose != "quiz":
        return False
    return not question.asked_at or scene.now - datetime.fromisoformat(question.asked_at) < _QUIZ


def _later(scene: Scene, due: Due, at: datetime) -> Scene:
    awake = scene.turned(learner=due.learner).next_waking(at)  # by her clock, whoever writes on a shared phone
    return scene.fact(Owed(due=replace(due, at=awake)))


def _next_day(now: datetime) -> datetime:
    # The budget of a day is that of UTC: the same day everywhere.
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _her_hour(learner: Learner, policy: Policy) -> int:
    return policy.usual_hour if learner.hour is None else learner.hour


def _cooperative(scene: Scene, campaign: Campaign, learner: Learner) -> str:
    named = scene.record.occasion.cooperative if scene.record.occasion else ""
    return named or learner.cooperative or campaign.cooperative


def _course(scene: Scene, campaign: Campaign, learner: Learner, language: str) -> str:
    """The course that is meant: of those that the campaign is about the one she is in, else her latest."""
    hers = [each.course for each in scene.record.of(learner.id)]
    meant = [each for each in hers if each in campaign.audience.courses] or hers[-1:] or list(campaign.audience.courses)
    course = scene.catalogue.courses.get(meant[0]) if meant else None
    return course.title(language) if course else ""
