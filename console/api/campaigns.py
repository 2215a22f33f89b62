"""Campaigns: make, foresee, start, hold, let go, end; how far they have come and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.cooperating.roles import Right
from bot.delivering.campaigns import Campaign, Kind, Schedule, State
from bot.delivering.forming import Entry, formed, id_for, lacks
from bot.delivering.hours import ZONES, zone_of
from console.api import problems, table
from console.api.learners import LANGUAGES
from console.api.paging import PageQuery
from console.api.problems import Fault, Problem, Refusal
from console.api.shapes import Body, Integral, Line, Moment, Page, Shown, Text
from console.api.table import Call, Route
from store import campaign_names, campaign_results, campaigns, launching, progressing, teaching
from store.database import Connection
from store.foreseeing import Foreseen, foresee
from store.launching import NotDone

Words = Annotated[Text, Field(min_length=1, max_length=1000)]
Variant = Annotated[dict[LANGUAGES, Words], Field(min_length=1, max_length=6)]
Which = Annotated[Line, Field(min_length=1, max_length=80)]
Several = Annotated[tuple[Which, ...], Field(max_length=500)]


class CampaignQuery(PageQuery):
    """How a list of campaigns is narrowed."""

    state: Literal["", "draft", "waiting", "running", "paused", "finished", "cancelled"] = ""
    kind: Literal["", "once", "recurring", "drip", "event", "notice"] = ""


class Audience(Body):
    """To whom. Each list that is empty does not narrow; only people who have agreed are ever written to."""

    learner: Several = ()
    occupation: Several = ()
    course: Several = ()
    cohort: Several = ()
    cooperative: Several = ()
    federation: Several = ()
    place: Several = ()
    country: Annotated[tuple[Literal["PE", "BO", "RW"], ...], Field(max_length=3)] = ()
    language: Annotated[tuple[LANGUAGES, ...], Field(max_length=6)] = ()
    sex: Annotated[tuple[Literal["f", "m", "x"], ...], Field(max_length=3)] = ()
    channel: Annotated[tuple[Literal["sms", "telegram"], ...], Field(max_length=2)] = ()
    certified: Annotated[
        tuple[Literal["none", "learning", "ready", "applied", "certified", "expired"], ...], Field(max_length=6)
    ] = ()
    progress: Annotated[str, Field(pattern=r"^(not-started|started|finished|(not-)?unit:[A-Za-z0-9._-]{1,80})?$")] = ""
    silent_days: Annotated[int, Field(ge=1, le=9999), Integral] | None = None
    never_heard: bool = False
    age_from: Annotated[int, Field(ge=0, le=130), Integral] | None = None
    age_to: Annotated[int, Field(ge=0, le=130), Integral] | None = None


class NewCampaign(Body):
    """A campaign as a draft: one of `once`, `every`, `drip`, `event`."""

    name: Which
    texts: Annotated[tuple[Variant, ...], Field(max_length=4)] = Field(
        default=(), description="One for each variant: language → text. A drip has none: its lessons are the text."
    )
    once: date | None = Field(default=None, description="On this day.")
    every: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(max_length=7)] = ()
    drip: Annotated[str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$")] = Field(default="", description="A cohort.")
    event: Annotated[
        str, Field(pattern=r"^((joined|session|silence|unit(:[A-Za-z0-9._-]{1,80})?)([+-][0-9]{1,3})?)?$")
    ] = ""
    hour: Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|own|now)$")] = Field(
        default="own", description="Local time, `own` (each learner's hour) or `now`."
    )
    starts_on: date | None = None
    ends_on: date | None = None
    urgent: bool = False
    cooperative: Annotated[str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$")] = ""
    budget: Annotated[str, Field(pattern="^([0-9]{1,7}([.][0-9]{1,4})?)?$")] = Field(
        default="", description="Money in all."
    )
    to: Audience = Audience()


class CampaignShown(Shown):
    """A campaign as it stands."""

    id: str
    name: str
    kind: str
    state: str
    version: int
    urgent: bool
    cooperative: str
    texts: list[dict[str, str]]
    created_by: str
    created_at: Moment
    started_at: Moment | None


class CampaignPage(Page):
    """Campaigns, the latest first."""

    items: list[CampaignShown]


class SampleShown(Shown):
    """One message as one of its people will get it."""

    name: str
    where: str = Field(description="Masked.")
    at: Moment | None
    language: str
    text: str
    segments: int


class DearShown(Shown):
    """A text whose characters make it dear, and how it reads without them."""

    language: str
    variant: int
    characters: list[str]
    segments: int
    cheaper: str
    cheaper_segments: int


class Preview(Shown):
    """What it would do if it started now. Money in the programme's currency."""

    people: int
    by_chat: int
    segments: int
    money: str
    money_in_all: str
    currency: str
    occurrences: int | None
    seconds: int = Field(description="From the first message to the last.")
    left_out: dict[str, int] = Field(description="Why → how many.")
    sample: list[SampleShown]
    dear: list[DearShown]
    second: list[str] = Field(description="Why a second person has to agree: people, money; empty where nobody has.")


class Started(Shown):
    """How it stands after a start. `waiting`: a person has to agree in the console first, for the reasons given."""

    id: str
    state: str
    people: int
    money: str
    why: list[str]


class Reason(Body):
    """Why, for the log."""

    reason: Annotated[Line, Field(max_length=200)] = ""


class ProgressShown(Shown):
    """How far it has come. A message is counted once, by where it stands now."""

    planned: int
    waiting: int
    queued: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    cancelled: int
    expired: int
    opted_out: int
    money: str
    next_at: Moment | None


class ShareShown(Shown):
    """Messages by where they stand, and what came back."""

    messages: int
    waiting: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    unsent: int
    answered: int
    opted_out: int
    segments: int
    money: str


class ResultsShown(Shown):
    """What came of it: in all, by variant (from 0), by mobile network or telegram, and why some failed."""

    total: ShareShown
    by_variant: dict[str, ShareShown]
    by_operator: dict[str, ShareShown]
    reasons: dict[str, int]


# --- reading ---


def list_campaigns(call: Call, conn: Connection) -> CampaignPage:
    """List campaigns and notices."""
    query = call.asked(CampaignQuery)
    kinds = [Kind(query.kind)] if query.kind else []
    return page(call, conn, [State(query.state)] if query.state else None, kinds)


def page(call: Call, conn: Connection, states: Sequence[State] | None, kinds: Sequence[Kind]) -> CampaignPage:
    """One page of campaigns of these states and kinds."""
    limit = call.asked(PageQuery).limit
    after = call.after(str, str)
    beyond = (datetime.fromisoformat(after[0]), after[1]) if after else None
    found = campaigns.listed(conn, call.scope, states, limit + 1, kinds=kinds, after=beyond)
    more = call.next(found, lambda each: [each.created_at.isoformat(), each.id])
    return CampaignPage(items=[shown(each) for each in found[:limit]], next=more)


def get_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Read a campaign."""
    return shown(one(call, conn))


def preview_campaign(call: Call, conn: Connection) -> Preview:
    """Foresee what a campaign would do."""
    found = _foreseen(call, conn, one(call, conn))
    ahead = found.preview
    return Preview(
        people=ahead.people,
        by_chat=ahead.by_chat,
        segments=ahead.segments,
        money=str(ahead.money),
        money_in_all=str(ahead.money_in_all),
        currency=call.policy.currency,
        occurrences=ahead.occurrences,
        seconds=int(ahead.takes.total_seconds()),
        left_out=dict(ahead.left_out),
        sample=[
            SampleShown(
                name=each.name,
                where=each.where,
                at=each.at,
                language=each.language,
                text=each.text,
                segments=each.segments,
            )
            for each in ahead.sample
        ],
        dear=[
            DearShown(
                language=each.language,
                variant=each.variant,
                characters=list(each.characters),
                segments=each.segments,
                cheaper=each.cheaper,
                cheaper_segments=each.cheaper_segments,
            )
            for each in ahead.dear
        ],
        second=list(found.why),
    )


def get_campaign_progress(call: Call, conn: Connection) -> ProgressShown:
    """Read how far a campaign has come."""
    found = progressing.progress(conn, call.scope, one(call, conn).id)
    names = [name for name in ProgressShown.model_fields if name != "money"]
    return ProgressShown(**{name: getattr(found, name) for name in names}, money=str(found.money))


def get_campaign_results(call: Call, conn: Connection) -> ResultsShown:
    """Read what came of a campaign."""
    found = campaign_results.results(conn, call.scope, one(call, conn).id)
    return ResultsShown(
        total=_share(found.total),
        by_variant={str(name): _share(each) for name, each in found.by_variant.items()},
        by_operator={name or "unknown": _share(each) for name, each in found.by_operator.items()},
        reasons=dict(found.reasons),
    )


# --- doing ---


def add_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Make a campaign, as a draft."""
    sent = call.sent(NewCampaign)
    base = Campaign(
        id="",
        name="",
        kind=Kind.ONCE,
        schedule=Schedule(zone=ZONES[call.policy.country]),
        created_by=call.token.actor,
        created_at=call.now,
    )
    today = call.now.astimezone(zone_of("", call.policy.country)).date()
    made, faults = formed(base, list(_entries(call, sent)), today)
    faults = faults or lacks(made)
    found = [Fault(where=each.where or "/", detail=each.name) for each in faults]
    if not found:
        unknown = campaign_names.unknown(conn, call.scope, call.catalogue, made)
        found = [Fault(where="/to", detail=f"There is no {each.kind} {each.word!r}.") for each in unknown]
    if found:
        raise Refusal(Problem.CONFLICT, reason="campaign", errors=found)
    made = replace(made, id=id_for(made, today))
    if not teaching.is_kept(conn, call.catalogue):
        teaching.keep(conn, call.catalogue)
    if not _created(call, conn, made):
        raise problems.conflict("taken", f"The same campaign was made today: {made.id}.")
    call.audit(conn, "campaign.made", f"campaign:{made.id}", name=made.name)
    call.location = f"/campaigns/{made.id}"
    return shown(made)


def start_campaign(call: Call, conn: Connection) -> Started:
    """Start a campaign, or put it before a second person."""
    held = one(call, conn)
    try:
        came = launching.start(conn, call.scope, _foreseen(call, conn, held), actor=call.token.actor, now=call.now)
    except NotDone as refused:
        raise _conflict(refused) from None
    if not came.already:
        call.audit(conn, "campaign.started", f"campaign:{held.id}", state=came.state.value, people=came.people)
    return Started(id=held.id, state=came.state.value, people=came.people, money=str(came.money), why=list(came.why))


def pause_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Hold a campaign back."""
    return _changed(call, conn, "pause")


def resume_campaign(call: Call, conn: Connection) -> CampaignShown:
    """Let a paused campaign go on."""
    return _changed(call, conn, "resume")


def cancel_campaign(call: Call, conn: Connection) -> CampaignShown:
    """End a campaign: what has not left does not leave."""
    return _changed(call, conn, "cancel")


def _changed(call: Call, conn: Connection, action: str) -> CampaignShown:
    held, reason = one(call, conn), call.sent(Reason).reason
    try:
        moved = launching.change(conn, call.scope, held.id, action, actor=call.token.actor, reason=reason, now=call.now)
    except NotDone as refused:
        raise _conflict(refused) from None
    if moved:
        call.audit(conn, f"campaign.{action}", f"campaign:{held.id}", reason=reason)
    return shown(one(call, conn))


def _conflict(refused: NotDone) -> Refusal:
    if refused.name == "unknown":
        return problems.missing()
    return problems.conflict(refused.name.replace(".", "_"), _WHY.get(refused.name.partition(".")[0], ""))


def _created(call: Call, conn: Connection, made: Campaign) -> bool:
    try:
        return campaigns.create(conn, call.scope, made, call.token.actor, call.now)
    except PermissionError as error:
        if hasattr(error, "right"):
            raise
        raise problems.conflict("reach", "It reaches beyond this token's cooperatives.") from None


def _foreseen(call: Call, conn: Connection, held: Campaign) -> Foreseen:
    return foresee(conn, call.scope, call.catalogue, held, call.policy, call.office.carrying, call.now)


# --- shapes ---


def one(call: Call, conn: Connection) -> Campaign:
    """The campaign of the path, or Refusal."""
    found = campaigns.get(conn, call.scope, call.path["campaign"])
    if found is None:
        raise problems.missing()
    return found


def shown(each: Campaign) -> CampaignShown:
    """A campaign as it is told."""
    return CampaignShown(
        id=each.id,
        name=each.name,
        kind=each.kind.value,
        state=each.state.value,
        version=each.version,
        urgent=each.urgent,
        cooperative=each.cooperative,
        texts=[dict(texts) for texts in each.texts],
        created_by=each.created_by,
        created_at=each.created_at,
        started_at=each.started_at,
    )


def _share(each: campaign_results.Share) -> ShareShown:
    names = [name for name in ShareShown.model_fields if name != "money"]
    return ShareShown(**{name: getattr(each, name) for name in names}, money=str(each.money))


def _entries(call: Call, sent: NewCampaign) -> Iterator[Entry]:
    """What was sent, as the one reader of campaigns takes it."""
    cooperative = sent.cooperative
    if not cooperative and call.scope.cooperatives is not None and len(call.scope.cooperatives) == 1:
        cooperative = next(iter(call.scope.cooperatives))
    told: Mapping[str, str] = {
        "name": sent.name,
        "once": sent.once.isoformat() if sent.once else "",
        "every": " ".join(sent.every),
        "drip": sent.drip,
        "event": sent.event,
        "hour": sent.hour,
        "from": sent.starts_on.isoformat() if sent.starts_on else "",
        "until": sent.ends_on.isoformat() if sent.ends_on else "",
        "urgent": "yes" if sent.urgent else "",
        "cooperative": cooperative,
        "budget": sent.budget,
    }
    where = {"from": "starts_on", "until": "ends_on"}
    for key, value in told.items():
        if value:
            yield Entry(key=key, value=value, where=f"/{where.get(key, key)}")
    for variant, texts in enumerate(sent.texts):
        for language, text in texts.items():
            yield Entry(key=f"text.{language}", value=text, where=f"/texts/{variant}/{language}", variant=variant)
    yield from _narrowing(call, sent.to, cooperative)


def _narrowing(call: Call, to: Audience, cooperative: str) -> Iterator[Entry]:
    singles = {
        "progress": to.progress,
        "silent": "" if to.silent_days is None else str(to.silent_days),
        "never-heard": "yes" if to.never_heard else "",
    }
    if to.age_from is not None or to.age_to is not None:
        singles["age"] = f"{to.age_from or 0}-{130 if to.age_to is None else to.age_to}"
    for key, value in singles.items():
        if value:
            yield Entry(key=f"to.{key}", value=value, where=f"/to/{key}")
    lists = [name for name, held in Audience.model_fields.items() if held.default == ()]
    for name in lists:
        for place, value in enumerate(getattr(to, name)):
            yield Entry(key=f"to.{name}", value=value, where=f"/to/{name}/{place}")
    if call.scope.cooperatives is not None and not to.cooperative and cooperative:
        yield Entry(key="to.cooperative", value=cooperative, where="/to/cooperative")


_WHY = {
    "move": "Its state does not allow that.",
    "past": "Its day is over.",
    "nobody": "It would reach nobody.",
    "second": "A second person has to do that.",
    "overtaken": "Somebody else changed it just now.",
}
_CAMPAIGN = "/campaigns/{campaign}"
_SEE, _PLAN = Right.SEE_PLANS, Right.PLAN

ROUTES: list[Route] = [
    table.get("/campaigns", _SEE, list_campaigns, CampaignPage, query=CampaignQuery),
    table.post(
        "/campaigns",
        _PLAN,
        add_campaign,
        CampaignShown,
        body=NewCampaign,
        status=201,
        conflicts={
            "campaign": "Something does not fit together; `errors` say what.",
            "taken": "The same campaign was made today.",
            "reach": "It reaches beyond this token's cooperatives.",
        },
    ),
    table.get(_CAMPAIGN, _SEE, get_campaign, CampaignShown),
    table.get(_CAMPAIGN + "/preview", _SEE, preview_campaign, Preview),
    table.get(_CAMPAIGN + "/progress", _SEE, get_campaign_progress, ProgressShown),
    table.get(_CAMPAIGN + "/results", _SEE, get_campaign_results, ResultsShown),
    table.post(_CAMPAIGN + "/start", _PLAN, start_campaign, Started, conflicts=_WHY),
    table.post(_CAMPAIGN + "/pause", _PLAN, pause_campaign, CampaignShown, body=Reason, conflicts=_WHY),
    table.post(_CAMPAIGN + "/resume", _PLAN, resume_campaign, CampaignShown, body=Reason, conflicts=_WHY),
    table.post(_CAMPAIGN + "/cancel", _PLAN, cancel_campaign, CampaignShown, body=Reason, conflicts=_WHY),
]
