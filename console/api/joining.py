"""Take people in: one, or a list of up to 500, with the paper on which they agreed or an invitation to agree."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from bot.cooperating.arriving import INVITED, PAPER, Arrival, Terms, arrived
from bot.cooperating.members import Fault, Member, same_person
from bot.cooperating.numbers import COUNTRIES
from bot.cooperating.organisations import Cohort, Cooperative
from bot.cooperating.profiles import is_of_age
from bot.cooperating.roles import Right, need
from console.api import learners, problems, table
from console.api.learner_shapes import LANGUAGES, SEXES, Born, Hour, LearnerShown, Name, Place
from console.api.problems import Problem, Refusal
from console.api.shapes import Body, Line, Phone, Shown
from console.api.table import Call, Route
from store import cohorts, importing, organisations
from store.database import Connection
from store.importing import Fate, Outcome, Overtaken

_MOST = 500

Day = Annotated[date, Field(description="ISO 8601.")]
Word = Annotated[str, Field(pattern="^([a-z0-9][a-z0-9-]{0,59})?$")]


class Paper(Body):
    """The paper on which she agreed to lessons by message. Without one she is asked by message first."""

    reference: Annotated[Line, Field(min_length=1, max_length=60)] = Field(description="Its number or file.")
    given_on: Day
    guardian: Annotated[Line, Field(max_length=60)] = Field(default="", description="Of a child: who signed.")


class NewLearner(Body):
    """Somebody to be taken in."""

    phone: Phone
    name: Name = ""
    language: LANGUAGES | None = None
    sex: SEXES | None = None
    birth_year: Born | None = None
    community: Place = ""
    district: Place = ""
    cooperative: Word = Field(default="", description="A cooperative's word; may be left out where a token has one.")
    operator: Annotated[Line, Field(max_length=30)] = ""
    hour: Hour | None = None
    paper: Paper | None = None


class NewLearners(Body):
    """A list of people. `dry_run`: say what would become of each, and change nothing."""

    learners: Annotated[list[NewLearner], Field(min_length=1, max_length=_MOST)]
    cohort: Word = Field(default="", description="Take them into this cohort as well.")
    dry_run: bool = False


class Taken(Shown):
    """What became of one."""

    phone: str
    fate: Literal["new", "filled", "known", "bad"] = Field(
        description="`filled`: she was known, and something is known of her now that was not."
    )
    learner: str | None = Field(
        description="Her id; null where she was not taken in, and in a dry run of somebody new."
    )
    agreed: bool = Field(description="By this paper, and not before.")
    field: str = Field(description="Of a bad one: what is wrong with what.")
    reason: str


class TakenAll(Shown):
    """What became of a list, in its order."""

    dry_run: bool
    results: list[Taken]


def add_learner(call: Call, conn: Connection) -> LearnerShown:
    """Take a learner in."""
    (came,) = _taken(call, conn, [call.sent(NewLearner)], None, dry_run=False)
    if isinstance(came, Fault) or came.fault or came.learner is None:
        fault = came if isinstance(came, Fault) else came.fault
        reason = fault.why if fault else "bad"
        raise problems.conflict(reason, f"{fault.field if fault else 'phone'}: {reason}")
    id = came.learner.id
    call.audit(conn, "learner.taken_in", f"learner:{id}", fate=came.fate.value)
    call.location, call.learner = f"/learners/{id}", id
    return learners.one(call, conn, id)


def import_learners(call: Call, conn: Connection) -> TakenAll:
    """Take a list of learners in."""
    sent = call.sent(NewLearners)
    cohort = _cohort(call, conn, sent.cohort)
    came = _taken(call, conn, sent.learners, cohort, dry_run=sent.dry_run)
    results = [_result(wished, each, dry_run=sent.dry_run) for wished, each in zip(sent.learners, came, strict=True)]
    if not sent.dry_run:
        counts = {fate: sum(each.fate == fate for each in results) for fate in ("new", "filled", "known", "bad")}
        call.audit(conn, "learners.imported", f"cohort:{cohort.id}" if cohort else "", **counts)
    return TakenAll(dry_run=sent.dry_run, results=results)


def _taken(
    call: Call, conn: Connection, wished: Sequence[NewLearner], cohort: Cohort | None, *, dry_run: bool
) -> list[Outcome | Fault]:
    """What became of each, in their order. Each number is taken once."""
    need(call.scope, Right.EDIT_PEOPLE)
    known = organisations.all_cooperatives(conn, call.scope, closed=False)
    seen: dict[str, str] = {}
    came: dict[int, Outcome | Fault] = {}
    arrivals: list[tuple[int, Arrival]] = []
    for place, each in enumerate(wished):
        before = seen.get(each.phone)
        if before is not None:
            same = same_person(before, each.name)
            came[place] = Fault(field="phone", why="repeated" if same else "twice", value=each.phone)
            continue
        seen[each.phone] = each.name
        arrival, faults = _arrived(call, known, place, each)
        if faults:
            came[place] = faults[0]
            continue
        arrivals.append((place, arrival))
    chance = Random(secrets.randbits(64))
    rows = [arrival for _, arrival in arrivals]
    if dry_run:
        outcomes = importing.judge(conn, call.scope, rows, call.office.secret, call.now, chance)
    else:
        outcomes = _take_in(call, conn, rows, cohort, chance)
    came |= {place: outcome for (place, _), outcome in zip(arrivals, outcomes, strict=True)}
    return [came[place] for place in range(len(wished))]


def _take_in(
    call: Call, conn: Connection, rows: Sequence[Arrival], cohort: Cohort | None, chance: Random
) -> list[Outcome]:
    course = call.catalogue.courses.get(cohort.course) if cohort else None
    try:
        return importing.take_in(
            conn,
            call.scope,
            rows,
            call.office.secret,
            call.now,
            chance,
            cohort=cohort,
            version=course.version if course else "",
        )
    except Overtaken:
        # Somebody of this list writes to us at this very moment.
        raise Refusal(Problem.UNAVAILABLE, headers={"Retry-After": "1"}) from None


def _cohort(call: Call, conn: Connection, word: str) -> Cohort | None:
    found = {each.id: each for each in cohorts.all_cohorts(conn, call.scope)} if word else {}
    if word and word not in found:
        raise problems.conflict("cohort", "There is no such cohort.")
    return found.get(word)


def _arrived(
    call: Call, known: Sequence[Cooperative], place: int, each: NewLearner
) -> tuple[Arrival, tuple[Fault, ...]]:
    """Somebody as every list takes her in, and what speaks against it."""
    today, bounds, paper = call.now.date(), call.scope.cooperatives, each.paper
    faults = [Fault(field=name, why=name) for name, odd in _odd(call, each, today).items() if odd]
    if bounds is not None and not each.cooperative and len(bounds) > 1:
        faults.append(Fault(field="cooperative", why="cooperative"))
    member = Member(
        line=place + 1,
        phone=each.phone,
        country=_country(each.phone),
        name=" ".join(each.name.split()),
        language=each.language or "",
        sex=each.sex or "",
        birth_year=each.birth_year,
        community=each.community.strip(),
        district=each.district.strip(),
        cooperative=each.cooperative,
        operator=each.operator.strip(),
        hour=each.hour,
        reference=paper.reference if paper else "",
        given_on=paper.given_on if paper else None,
        guardian=paper.guardian if paper else "",
    )
    terms = Terms(
        country=member.country,
        today=today,
        now=call.now,
        languages=tuple(call.catalogue.wording.languages),
        cooperatives=known,
        cooperative=next(iter(bounds)) if bounds is not None and len(bounds) == 1 else "",
        basis=PAPER if paper else INVITED,
    )
    arrival, more = arrived(terms, member)
    return arrival, (*faults, *more)


def _odd(call: Call, each: NewLearner, today: date) -> dict[str, bool]:
    """What the reading of a list would find odd in a cell: these are the cells of ours that can be."""
    born, paper = each.birth_year, each.paper
    return {
        "language": bool(each.language) and each.language not in call.catalogue.wording.languages,
        "birth_year": born is not None and not is_of_age(born, today.year),
        "given_on": paper is not None and (paper.given_on > today or paper.given_on.year < today.year - 20),
    }


def _country(phone: str) -> str:
    return next(country for code, country in COUNTRIES.items() if phone.startswith(f"+{code}"))


def _result(wished: NewLearner, came: Outcome | Fault, *, dry_run: bool) -> Taken:
    fault = came if isinstance(came, Fault) else came.fault
    if fault or isinstance(came, Fault):
        told = fault or Fault(field="", why="")
        return Taken(phone=wished.phone, fate="bad", learner=None, agreed=False, field=told.field, reason=told.why)
    known = came.learner is not None and not (dry_run and came.fate is Fate.NEW)
    return Taken(
        phone=wished.phone,
        fate=came.fate.value,
        learner=came.learner.id if came.learner and known else None,
        agreed=came.agrees,
        field="",
        reason="",
    )


_WHY = {
    "cooperative": "There is no such cooperative, or none is named where this token is bounded to several.",
    "erased": "She asked us to forget her, and has to join by herself.",
    "said_no": "She has said no.",
    "unreachable": "This number cannot be reached.",
    "shared": "This number is somebody else's; two people of one phone join by themselves.",
    "member_of": "She is a member of another cooperative.",
    "elsewhere": "This number cannot be taken in with this token.",
    "language": "Nothing is taught in this language.",
    "birth_year": "She would be younger than 10 or older than 100.",
    "given_on": "The paper's date lies ahead of us, or too far back.",
    "year_needed": "In Rwanda the year of birth is needed with a paper.",
    "guardian": "In Rwanda an adult signs for a child.",
}

ROUTES: list[Route] = [
    table.post(
        "/learners",
        Right.EDIT_PEOPLE,
        add_learner,
        LearnerShown,
        body=NewLearner,
        status=201,
        conflicts=_WHY,
        description="With a paper she has agreed to lessons; without one she is asked by message first. Who is known "
        "already is not made twice: what was empty is filled.",
    ),
    table.post(
        "/learners/import",
        Right.EDIT_PEOPLE,
        import_learners,
        TakenAll,
        body=NewLearners,
        conflicts={"cohort": "There is no such cohort."},
    ),
]  # fmt: skip
