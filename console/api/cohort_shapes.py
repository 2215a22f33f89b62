"""What is sent and answered about cohorts, cooperatives and sessions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from console.api.learner_shapes import Hour
from console.api.paging import PageQuery
from console.api.shapes import Body, Instant, Line, Moment, Page, Shown

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Word = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,59}$")]
LearnerId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class CooperativeShown(Shown):
    """An organisation that learners belong to."""

    id: str
    name: str
    federation: str
    country: str
    monthly_notices: int
    closed: bool


class CooperativePage(Page):
    """Cooperatives, by their word."""

    items: list[CooperativeShown]


class CohortQuery(PageQuery):
    """How a list of cohorts is narrowed."""

    closed: Literal["true", "false"] = Field(default="false", description="Those that have ended, too.")


class CohortShown(Shown):
    """A group that takes a course together."""

    id: str
    name: str
    course: str
    cooperative: str
    days: list[str]
    hour: int | None = Field(description="Null: each learner's own.")
    starts_on: date
    ends_on: date | None
    closed: bool


class CohortPage(Page):
    """Cohorts, by their word."""

    items: list[CohortShown]


class NewCohort(Body):
    """A cohort to be made."""

    id: Word = Field(description="A short word, for ever.")
    name: Annotated[Line, Field(min_length=1, max_length=80)]
    course: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,79}$")]
    cooperative: Annotated[str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$")] = ""
    days: Annotated[list[Day], Field(max_length=7)] = Field(default=["mon", "wed", "fri"])
    hour: Hour | None = None
    starts_on: date
    ends_on: date | None = None


class MemberShown(Shown):
    """Somebody in a cohort. `agreed` to lessons; null: she has not said."""

    learner: str
    name: str
    agreed: bool | None
    joined_at: Moment


class MemberPage(Page):
    """Who is in a cohort, by id."""

    items: list[MemberShown]


class Members(Body):
    """Learners, by id. Those whom the token cannot see are passed over."""

    learners: Annotated[list[LearnerId], Field(min_length=1, max_length=500)]


class Joined(Shown):
    """What came of it."""

    joined: int = Field(description="Who were not in it.")
    enrolled: int = Field(description="Who have agreed and were not yet in its course.")


class Left(Shown):
    """What came of it."""

    left: int


class SessionQuery(PageQuery):
    """How a list of dates is narrowed."""

    cohort: str = Field(default="", max_length=60)


class SessionShown(Shown):
    """A date on which a cohort meets in person."""

    id: str
    cohort: str
    at: Moment
    place: str
    topic: str
    cancelled: bool


class SessionPage(Page):
    """Dates from a day ago on, the next one first."""

    items: list[SessionShown]


class NewSession(Body):
    """A date to be set."""

    at: Instant
    place: Annotated[Line, Field(max_length=80)] = ""
    topic: Annotated[Line, Field(max_length=80)] = ""
