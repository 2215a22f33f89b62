"""What is sent and answered about learners."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.people import LONGEST_NAME
from console.api.paging import PageQuery
from console.api.shapes import Body, Instant, Integral, Line, Moment, Page, Shown

LANGUAGES = Literal["es", "en", "rw", "fr", "qu", "ay"]
SEXES = Literal["f", "m", "x"]
STATES = Literal["", "learning", "invited", "paused", "stopped", "guardian", "unreachable", "joined", "silent"]
LONGEST_PAUSE = timedelta(days=366)

Name = Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME)]
Place = Annotated[Line, Field(max_length=60)]
Born = Annotated[int, Field(ge=1900, le=2100), Integral]
Hour = Annotated[int, Field(ge=7, le=20, description="The local hour at which she wants lessons."), Integral]
Cooperative = Annotated[
    str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$", description="A cooperative's word, or empty.")
]


class LearnerQuery(PageQuery):
    """How a list of learners is narrowed."""

    text: str = Field(default="", max_length=200, description="Of a name, a place or a number.")
    cooperative: str = Field(default="", max_length=60)
    course: str = Field(default="", max_length=80)
    state: STATES = Field(default="", description="How she stands; `silent`: has not written for two weeks.")


class CourseShown(Shown):
    """A course of hers."""

    course: str
    lessons_done: int


class LearnerShown(Shown):
    """A learner. Empty texts and nulls were not told."""

    id: str
    name: str
    numbers: list[str] = Field(description="With the right `see_numbers` in E.164, otherwise the last two digits.")
    channels: list[str] = Field(description="How she is reached: `sms`, `telegram`.")
    language: str
    country: str
    sex: str
    birth_year: int | None
    community: str
    district: str
    cooperative: str
    hour: int | None
    paused_until: Moment | None
    state: str = Field(description="How she stands: learning, invited, paused, stopped, guardian, unreachable, joined.")
    courses: list[CourseShown]
    created_at: Moment
    heard_at: Moment | None = Field(description="When she last wrote.")


class LearnerPage(Page):
    """Learners: those who came last first, or by what was sought."""

    items: list[LearnerShown]


class LearnerPatch(Body):
    """What is to be changed; what is left out stays."""

    name: Name | None = None
    language: LANGUAGES | None = None
    sex: SEXES | None = None
    birth_year: Born | None = None
    community: Place | None = None
    district: Place | None = None
    hour: Hour | None = None
    cooperative: Cooperative | None = None


class Pause(Body):
    """Until when nothing goes out to her unasked."""

    until: Instant


class Enrol(Body):
    """The course to take."""

    course: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,79}$")]


class QuizShown(Shown):
    """The latest quiz of a unit."""

    unit: str
    right: int
    of: int
    passed: bool
    at: Moment


class EnrolmentShown(Shown):
    """A course of hers, with what is done in it."""

    id: str
    course: str
    content_version: str
    enrolled_at: Moment
    lessons_done: list[str]
    lessons_in_all: int | None = Field(description="Null where the course is no longer taught.")
    units_passed: list[str]
    quizzes: list[QuizShown]


class Progress(Shown):
    """What a learner has done."""

    learner: str
    enrolments: list[EnrolmentShown]


class WordShown(Shown):
    """A line of the ledger of consent."""

    at: Moment
    granted: bool
    purpose: str
    method: str
    text: str
    language: str
    reference: str = Field(description="Of a paper: its number.")
    given_on: str = Field(description="Of a paper: its date.")
    guardian: str


class Consents(Shown):
    """What a learner said yes or no to, the latest first."""

    learner: str
    words: list[WordShown]


class Held(Shown):
    """Everything that is held on a learner, as she would get it herself."""

    learner: str
    data: dict[str, Any]
