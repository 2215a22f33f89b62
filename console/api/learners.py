"""Learners: find, read, change, pause, enrol, hand out what is held on one, erase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cooperating.members import cell
from bot.cooperating.profiles import LONGEST, profile_faults
from bot.cooperating.roles import Right, may
from bot.messages import Address
from bot.people import Enrolment, Learner, Scope
from console.api import problems, table
from console.api.learner_shapes import (
    LONGEST_PAUSE,
    Consents,
    CourseShown,
    Enrol,
    EnrolmentShown,
    Held,
    LearnerPage,
    LearnerPatch,
    LearnerQuery,
    LearnerShown,
    Pause,
    Progress,
    QuizShown,
    WordShown,
)
from console.api.table import Call, Route
from store import learner_search, moving, organisations, records, timelines
from store.database import Connection
from store.learner_search import Listed, Sought

# --- reading ---


def list_learners(call: Call, conn: Connection) -> LearnerPage:
    """Find learners."""
    query = call.asked(LearnerQuery)
    after = call.after(str)
    found = learner_search.search(
        conn,
        call.scope,
        Sought(text=query.text, cooperative=query.cooperative, course=query.course, state=query.state),
        call.now,
        after=after[0] if after else "",
        country=call.policy.country,
        limit=query.limit,
    )
    more = call.seal([found.after]) if found.after else None
    return LearnerPage(items=[shown(call.scope, each) for each in found.people], next=more)


def get_learner(call: Call, conn: Connection) -> LearnerShown:
    """Read a learner."""
    return one(call, conn, call.path["learner"])


def get_progress(call: Call, conn: Connection) -> Progress:
    """Read what a learner has done."""
    id = one(call, conn, call.path["learner"]).id
    return Progress(learner=id, enrolments=[_enrolment(call, each) for each in records.enrolled(conn, [id])[id]])


def get_consents(call: Call, conn: Connection) -> Consents:
    """Read what a learner said yes or no to."""
    id = one(call, conn, call.path["learner"]).id
    names = WordShown.model_fields
    words = [
        WordShown(**{name: getattr(each, name) for name in names}) for each in timelines.words(conn, call.scope, id)
    ]
    return Consents(learner=id, words=words)


def get_data(call: Call, conn: Connection) -> Held:
    """Hand out all that is held on a learner."""
    found = timelines.exported(conn, call.scope, call.path["learner"])
    if not found:
        raise problems.missing()
    return Held(learner=call.path["learner"], data=found)


def one(call: Call, conn: Connection, id: str) -> LearnerShown:
    """A learner of the scope, or Refusal."""
    found = learner_search.listed(conn, call.scope, [id], call.now).get(id)
    if found is None:
        raise problems.missing()
    return shown(call.scope, found)


def shown(scope: Scope, each: Listed) -> LearnerShown:
    """A learner as the scope may see her."""
    who: Learner = each.learner
    addresses = [Address.parse(address) for address in each.addresses]
    return LearnerShown(
        id=who.id,
        name=who.name,
        numbers=sorted({number(scope, address.phone) for address in addresses if address.phone}),
        channels=sorted({"sms" if address.phone else "telegram" for address in addresses}),
        language=who.language,
        country=who.country,
        sex=who.sex,
        birth_year=who.birth_year,
        community=who.community,
        district=who.district,
        cooperative=who.cooperative,
        hour=who.hour,
        paused_until=who.paused_until,
        state=each.standing,
        courses=[CourseShown(course=course, lessons_done=done) for course, done in each.courses],
        created_at=who.created_at,
        heard_at=each.heard_at,
    )


def number(scope: Scope, phone: str) -> str:
    """A number as the scope may see it: whole, or its last two digits."""
    return phone if may(scope, Right.SEE_NUMBERS) or not phone else f"…{phone[-2:]}"


def _enrolment(call: Call, each: Enrolment) -> EnrolmentShown:
    course = call.catalogue.courses.get(each.course)
    return EnrolmentShown(
        id=each.id,
        course=each.course,
        content_version=each.content_version,
        enrolled_at=each.enrolled_at,
        lessons_done=sorted(each.done, key=lambda lesson: each.done[lesson]),
        lessons_in_all=len(list(course.ordered_lessons())) if course else None,
        units_passed=sorted(each.passed, key=lambda unit: each.passed[unit]),
        quizzes=[
            QuizShown(unit=unit, right=held.right, of=held.of, passed=held.passed, at=held.at)
            for unit, held in each.quizzes.items()
        ],
    )


# --- changing ---


def change_learner(call: Call, conn: Connection) -> LearnerShown:
    """Change a learner."""
    id, patch = call.path["learner"], call.sent(LearnerPatch)
    before = one(call, conn, id)
    call.must_match(before)
    wished = {name: getattr(patch, name) for name in patch.model_fields_set}
    cooperative = wished.pop("cooperative", None)
    if wished.get("language") and wished["language"] not in call.catalogue.wording.languages:
        raise problems.conflict("language", _PROFILE["language"])
    changes = {
        name: "" if value is None and name in ("name", "sex", "community", "district", "language") else value
        for name, value in wished.items()
    }
    changes |= _texts(call, wished)
    moving.change(conn, call.scope, id, changes)
    if cooperative is not None and cooperative != before.cooperative:
        reachable(call, conn, cooperative)
        moving.belong(conn, call.scope, id, cooperative)
    names = sorted(patch.model_fields_set)
    call.audit(conn, "learner.changed", f"learner:{id}", fields=", ".join(names))
    return one(call, conn, id)


def _texts(call: Call, wished: Mapping[str, Any]) -> dict[str, str]:
    """The texts of a change as they are kept. Raises Refusal where the page of her profile would not take them."""
    texts = {name: cell(wished[name]) for name in LONGEST if isinstance(wished.get(name), str)}
    faults = profile_faults(texts, wished.get("birth_year"), call.now.year)
    if texts.get("name") == "":
        faults["name"] = "name"  # a name is taken away with null, not with spaces
    for name in faults:
        raise problems.conflict(name, _PROFILE[name])
    return texts


def pause_learner(call: Call, conn: Connection) -> LearnerShown:
    """Send a learner nothing for a while."""
    id, until = call.path["learner"], call.sent(Pause).until
    one(call, conn, id)
    if not call.now < until <= call.now + LONGEST_PAUSE:
        raise problems.conflict("until", "Choose a time from now on, within a year.")
    moving.pause(conn, call.scope, id, until)
    call.audit(conn, "learner.paused", f"learner:{id}", until=until.isoformat())
    call.learner = id
    return one(call, conn, id)


def resume_learner(call: Call, conn: Connection) -> LearnerShown:
    """End a learner's pause."""
    id = call.path["learner"]
    one(call, conn, id)
    moving.pause(conn, call.scope, id, None)
    call.audit(conn, "learner.resumed", f"learner:{id}")
    call.learner = id
    return one(call, conn, id)


def enrol_learner(call: Call, conn: Connection) -> Progress:
    """Enrol a learner in a course."""
    id, wished = call.path["learner"], call.sent(Enrol)
    one(call, conn, id)
    course = call.catalogue.courses.get(wished.course)
    if course is None:
        raise problems.conflict("course", "There is no such course.")
    came = moving.enrol(conn, call.scope, id, course.id, course.version, call.now)
    if came == "no_consent":
        raise problems.conflict("no_consent", "She has not agreed to lessons, and nobody can agree for her.")
    if came == "enrolled":
        call.audit(conn, "learner.enrolled", f"learner:{id}", course=course.id)
    call.learner = id
    return get_progress(call, conn)


def erase_learner(call: Call, conn: Connection) -> None:
    """Erase a learner."""
    id = call.path["learner"]
    if moving.erase(conn, call.scope, id, call.now, call.office.secret) is None:
        raise problems.missing()
    call.audit(conn, "learner.erased", f"learner:{id}")


def reachable(call: Call, conn: Connection, cooperative: str) -> None:
    """Raises Refusal where the scope has no such cooperative that takes members: one outside of it does not exist,
    and a closed one takes nobody."""
    working = {each.id for each in organisations.all_cooperatives(conn, call.scope, closed=False)}
    if cooperative and cooperative not in working:
        raise problems.conflict("cooperative", "There is no such cooperative, or it is closed.")
    if not cooperative and call.scope.cooperatives is not None:
        raise problems.conflict("cooperative", "Name one of this token's cooperatives.")


_PROFILE = {
    "language": "Nothing is taught in this language.",
    "name": "A name has two letters at least.",
    "community": "It is too long.",
    "district": "It is too long.",
    "birth_year": "She would be younger than 10 or older than 100.",
}
_SEE, _EDIT, _ERASE = Right.SEE_PEOPLE, Right.EDIT_PEOPLE, Right.ERASE_PEOPLE
_COOPERATIVE = {
    "cooperative": "There is no such cooperative, it is closed, or none is named where this token is bounded to some."
}

ROUTES: list[Route] = [
    table.get("/learners", _SEE, list_learners, LearnerPage, query=LearnerQuery),
    table.get("/learners/{learner}", _SEE, get_learner, LearnerShown),
    table.get("/learners/{learner}/progress", _SEE, get_progress, Progress),
    table.get("/learners/{learner}/consents", _SEE, get_consents, Consents),
    table.get("/learners/{learner}/data", _ERASE, get_data, Held),
    table.patch(
        "/learners/{learner}",
        _EDIT,
        change_learner,
        LearnerShown,
        body=LearnerPatch,
        conflicts={**_PROFILE, **_COOPERATIVE},
    ),
    table.post(
        "/learners/{learner}/pause",
        _EDIT,
        pause_learner,
        LearnerShown,
        body=Pause,
        conflicts={"until": "It lies behind us, or more than a year away."},
    ),
    table.post("/learners/{learner}/resume", _EDIT, resume_learner, LearnerShown),
    table.post(
        "/learners/{learner}/enrolments",
        _EDIT,
        enrol_learner,
        Progress,
        body=Enrol,
        conflicts={"course": "There is no such course.", "no_consent": "She has not agreed to lessons."},
    ),
    table.delete(
        "/learners/{learner}",
        _ERASE,
        erase_learner,
        description="She is taken out of every table; what she did still counts, under nobody's name. For ever.",
    ),
]  # fmt: skip
