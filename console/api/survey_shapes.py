"""What is sent and answered about surveys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from console.api.campaign_shapes import Which
from console.api.learner_shapes import LANGUAGES
from console.api.shapes import Body, Line, Moment, Page, Shown

KIND = Literal["impression", "objectives", "relevance", "yes_no", "work", "change", "number", "free"]
Cooperative = Annotated[str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$")]
Few = Annotated[tuple[Which, ...], Field(max_length=50)]


class NewQuestion(Body):
    """One question. `texts`: language → text, of one SMS. What is answered in words comes last."""

    kind: KIND
    texts: Annotated[dict[LANGUAGES, Annotated[Line, Field(min_length=1)]], Field(min_length=1, max_length=6)]
    measures: Literal["", "I12", "I13", "I14", "I15"] = Field(default="", description="Which indicator it answers.")


class NewSurvey(Body):
    """A survey as a draft: with questions of its own, or with those of a list (`like`) in `languages`."""

    title: Annotated[Line, Field(min_length=1, max_length=60)]
    purpose: Annotated[Line, Field(min_length=1, max_length=120)] = Field(
        description="What the answers are for, in one sentence: whoever is asked reads it."
    )
    questions: Annotated[tuple[NewQuestion, ...], Field(max_length=10)] = ()
    like: Literal["", "meeting", "follow_up"] = ""
    languages: Annotated[tuple[LANGUAGES, ...], Field(min_length=1, max_length=6)] = ("es",)
    cooperative: Cooperative = Field(default="", description="On whose behalf.")


class SurveyTo(Body):
    """To whom it is put: those of all that is named; nothing named: everybody who has agreed. `finished`: only who has
    finished one of the courses."""

    cohort: Few = ()
    cooperative: Few = ()
    course: Few = ()
    finished: bool = False


class SurveyPreview(Shown):
    """What it would do if it started now. Money, of its first message, in the programme's currency."""

    people: int
    by_chat: int
    segments: int
    money: str
    currency: str
    left_out: dict[str, int] = Field(description="Why → how many.")
    second: list[str] = Field(description="Why a second person has to agree: people, money; empty where nobody has.")


class QuestionShown(Shown):
    """One question. `steps`: how many answers there are to choose from; 0 for a number or free words."""

    kind: str
    texts: dict[str, str]
    measures: str
    steps: int


class SurveyShown(Shown):
    """A survey. Its `campaign`, under the same id, says how far it has come."""

    id: str
    title: str
    purpose: str
    state: str
    cooperative: str
    campaign: str
    created_at: Moment
    closed_at: Moment | None
    questions: list[QuestionShown]


class SurveyPage(Page):
    """Surveys, the latest first."""

    items: list[SurveyShown]


class TallyShown(Shown):
    """How a question was answered: by step, from the first. Null where fewer than five people answered it."""

    kind: str
    counts: list[int] | None
    answered: int | None = Field(description="Of a number or free words: how many.")
    skipped: int | None
    mean: str | None = Field(description="Of the numbers, with one place.")


class TalliesShown(Shown):
    """How a survey was answered so far. Counts of one to four who answered are null."""

    survey: str
    asked: int
    began: int | None
    ended: int | None
    questions: list[TallyShown]
    words: list[str] = Field(description="The latest free words, without who wrote them; none of fewer than five.")
