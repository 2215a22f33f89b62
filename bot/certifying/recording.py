"""A learner's own record: the courses, certification cases and credentials of one person, as she may show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.catalogue import Catalogue
from bot.certifying.cases import Case
from bot.certifying.codes import shown
from bot.certifying.credentials import Credential, titled
from bot.certifying.reading import stands
from bot.delivering.hours import zone_of
from bot.learning.progress import lessons_done, lessons_in
from bot.people import Enrolment, Learner


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseLine:
    """One course: lessons finished of all there are, and each unit whose quiz was passed, with the day."""

    title: str
    since: date
    done: int
    of: int
    units: tuple[tuple[str, date | None], ...]  # title → the day on which its quiz was first passed


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One certification case and where it stands (an id of bot.certifying.cases.State)."""

    number: int
    title: str
    standard: str
    version: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialLine:
    """One credential: `kind` and `state` as in bot.certifying.credentials."""

    code: str
    kind: str
    title: str
    state: str
    awarded_on: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRecord:
    """What is printed, in `language`, with days in her time zone."""

    name: str
    language: str
    organisation: str
    made_on: date
    courses: tuple[CourseLine, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    credentials: tuple[CredentialLine, ...] = ()


def recorded(
    learner: Learner,
    enrolments: Sequence[Enrolment],
    cases: Sequence[Case],
    credentials: Sequence[Credential],
    *,
    catalogue: Catalogue,
    organisation: str,
    country: str,
    now: datetime,
    language: str = "",
) -> LearnerRecord:
    """Her record at `now`, in her language unless another is given. A course that is gone from the catalogue is named
    by its id: what she did in it stays done."""
    spoken, zone = language or learner.language or "es", zone_of(learner.timezone, learner.country or country)
    return LearnerRecord(
        name=learner.name,
        language=spoken,
        organisation=organisation,
        made_on=now.astimezone(zone).date(),
        courses=tuple(_course(each, catalogue, spoken, zone) for each in enrolments),
        cases=tuple(_case(each, catalogue, spoken, now) for each in cases if each.state),
        credentials=tuple(_credential(each, spoken, now, zone) for each in credentials),
    )


def _course(enrolment: Enrolment, catalogue: Catalogue, language: str, zone: ZoneInfo) -> CourseLine:
    course = catalogue.courses.get(enrolment.course)
    since = enrolment.enrolled_at.astimezone(zone).date()
    if course is None:
        return CourseLine(title=enrolment.course, since=since, done=len(enrolment.done), of=0, units=())
    passed = {unit: at.astimezone(zone).date() for unit, at in enrolment.passed.items()}
    return CourseLine(
        title=course.title(language),
        since=since,
        done=lessons_done(course, enrolment),
        of=lessons_in(course),
        units=tuple((titled(unit.titles, language), passed.get(unit.id)) for unit in course.units),
    )


def _case(case: Case, catalogue: Catalogue, language: str, now: datetime) -> CaseLine:
    standard = catalogue.standards.get(case.standard)
    return CaseLine(
        number=case.number,
        title=standard.title(language) if standard else case.standard,
        standard=case.standard,
        version=case.version,
        state=stands(case, now).value,
    )


def _credential(each: Credential, language: str, now: datetime, zone: ZoneInfo) -> CredentialLine:
    until = each.award.valid_until
    return CredentialLine(
        code=shown(each.code),
        kind=each.award.kind,
        title=each.title(language),
        state=each.state(now),
        awarded_on=each.award.awarded_on,
        until=until.astimezone(zone).date() if until else None,
    )
