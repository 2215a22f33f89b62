"""What is sent and answered about campaigns."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from console.api.learner_shapes import LANGUAGES
from console.api.paging import PageQuery
from console.api.shapes import Body, Integral, Line, Moment, Page, Shown, Text

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


def _without_defaults(schema: dict[str, Any]) -> None:
    for each in schema["properties"].values():
        each.pop("default", None)  # what is left out of a patch stays, and is not what a new one would have


class CampaignPatch(NewCampaign):
    """What is to be another; what is left out stays. `texts` and `to` take the place of all that was there; an empty
    `budget`, `starts_on` or `ends_on` takes it away."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Which = ""


class AudienceShown(Shown):
    """To whom; what is empty does not narrow."""

    learner: list[str]
    occupation: list[str]
    course: list[str]
    cohort: list[str]
    cooperative: list[str]
    federation: list[str]
    place: list[str]
    country: list[str]
    language: list[str]
    sex: list[str]
    channel: list[str]
    certified: list[str]
    progress: str
    silent_days: int | None
    never_heard: bool
    age_from: int | None
    age_to: int | None


class CampaignShown(Shown):
    """A campaign as it stands. `once` to `budget` and `to` are as they are sent; a notice has none of the former."""

    id: str
    name: str
    kind: str
    state: str
    version: int
    urgent: bool
    cooperative: str
    texts: list[dict[str, str]]
    once: date | None
    every: list[str]
    drip: str
    event: str
    hour: str
    starts_on: date | None
    ends_on: date | None
    budget: str
    to: AudienceShown
    survey: str = Field(description="Whose questions it puts; or empty.")
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
