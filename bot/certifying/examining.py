"""A unit's knowledge test by message: what is asked next, what an answer is worth, and what the test comes to.

It is Wald's sequential test (bot.certifying.sequential) over items that chance draws (bot.certifying.drawing). What
somebody practised is no prior and is never asked; what was served stays with the answer, so that anybody can compute
the decision again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from bot.catalogue import Course, Item
from bot.certifying import drawing, sequential
from bot.certifying.cases import FAILED, PASSED, REFERRED, Case
from bot.certifying.drawing import Candidate, SoFar
from bot.certifying.items import assessment_items, guess
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Chances
from bot.certifying.standards import Scheme, Standard, Unit
from bot.conversation import Question
from bot.learning import marking
from bot.messages import labels

RESULT: Mapping[str, str] = {
    sequential.COMPETENT: PASSED,
    sequential.NOT_YET: FAILED,
    sequential.ASSESSOR: REFERRED,
}

VOID = "void"  # a test that ended without a result
SITTING = timedelta(hours=3)  # how long a test before a person may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One question of a test as it was read, and what was answered."""

    place: int  # from 1; the number in front of it
    message: int  # two of one message are weighed together
    item: str
    digest: str
    kind: str
    text: str
    options: tuple[str, ...]
    order: tuple[int, ...]  # served position → position in the script
    key: int  # the served index of the right option; -1 where there are no options
    answer: str = ""
    tolerance: str = "0"
    chances: Chances
    served_at: datetime
    reply: str = ""
    right: bool | None = None  # None: not answered yet
    answered_at: datetime | None = None

    @property
    def shown(self) -> str:
        """The question as SMS carries it."""
        named = [f"{label}) {text}" for label, text in zip(labels(len(self.options)), self.options, strict=True)]
        return "\n".join([f"{self.place}. {self.text}", *named])


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """The test of one unit, under way or over."""

    id: str
    case: str
    unit: str
    policy: KnowledgePolicy
    supervised_by: str = ""  # the assessor before whom it is taken
    started_at: datetime
    finished_at: datetime | None = None
    decision: str = ""
    served: tuple[Served, ...] = ()

    @property
    def waiting(self) -> tuple[Served, ...]:
        """What was asked and is not answered."""
        return tuple(each for each in self.served if each.right is None)

    @property
    def answers(self) -> tuple[sequential.Answer, ...]:
        """What was answered, as the sequential test weighs it."""
        return tuple(
            sequential.Answer(item=each.item, right=each.right, chances=each.chances, message=each.message)
            for each in self.served
            if each.right is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was asked before: of her, when; of everybody, how often."""

    seen: Mapping[str, datetime] = field(default_factory=dict)  # item → when she last saw it
    shown: Mapping[str, int] = field(default_factory=dict)  # item → to how many people
    people: Mapping[str, int] = field(default_factory=dict)  # unit → how many took a test of it


def pending(case: Case, standard: Standard) -> tuple[Unit, ...]:
    """The units whose knowledge is still to be tested by message, in order."""
    return tuple(
        unit
        for unit in standard.mandatory()
        if unit.offered
        and unit.asks_by_message
        and unit.code not in case.achieved
        and case.knowledge.get(unit.code) not in (PASSED, REFERRED)
    )


def free_from(case: Case, unit: str, scheme: Scheme | None) -> datetime | None:
    """When a unit may be tried again after it was failed; None where it was not."""
    failed = case.failures.get(unit, ())
    if not failed or scheme is None:
        return None
    return failed[-1] + timedelta(hours=scheme.cool_off(len(failed)))


def open_now(case: Case, standard: Standard, now: datetime) -> tuple[Unit, ...]:
    """The units that may be tested at this moment."""
    scheme = standard.scheme(case.country)
    return tuple(unit for unit in pending(case, standard) if (free_from(case, unit.code, scheme) or now) <= now)


def alone(case: Case, standard: Standard, now: datetime) -> tuple[Unit, ...]:
    """The units that she may be tested in at this moment without anybody looking on."""
    return tuple(unit for unit in open_now(case, standard, now) if not unit.policy.supervised)


def opened(case: Case, unit: Unit, by: str, id: str, under_way: Sequence[Exam], now: datetime) -> tuple[Exam, ...]:
    """The test that an assessor opens before a person, after those under way, which end without a result: what was
    answered unseen does not count on. Nothing is served before she asks for it on her own phone."""
    over = tuple(voided(each, now) for each in under_way if each.case == case.id and not each.decision)
    return (*over, Exam(id=id, case=case.id, unit=unit.code, policy=unit.policy, supervised_by=by, started_at=now))


def stale(exam: Exam, now: datetime) -> bool:
    """Whether a supervised test was left lying for so long that nobody can say any more who looked on."""
    return bool(exam.supervised_by) and now - exam.started_at > SITTING


def voided(exam: Exam, now: datetime) -> Exam:
    """A test that ends without a result: what was answered stays to be read, and counts for nothing."""
    return replace(exam, decision=VOID, finished_at=now)


def bank(course: Course, unit: Unit, policy: KnowledgePolicy, language: str, history: History) -> list[Candidate]:
    """The items of the bank for a unit, as they stand for this person: those that assess one of its criteria."""
    wanted = {each.code for each in unit.criteria}
    practised = {item for each in course.units for item in each.practice}
    return [
        Candidate(
            item=item.id,
            chances=sequential.default_chances(policy, guess(item)),
            criterion=next((code for code in item.criteria if code in wanted), ""),
            shown=history.shown.get(item.id, 0),
            seen_at=history.seen.get(item.id),
            practice=item.id in practised,
            # Two letters answer a pair; what is typed is asked alone.
            text=_as_sms(item) if item.kind == "choice" else "",
        )
        for item in assessment_items(unit, course, language)
    ]


def _as_sms(item: Item) -> str:
    named = [f"{label}) {each.text}" for label, each in zip(labels(len(item.options)), item.options, strict=True)]
    return "\n".join([f"12. {item.text}", *named])


def asked(
    exam: Exam,
    candidates: Sequence[Candidate],
    people: int,
    course: Course,
    language: str,
    now: datetime,
    chance: Random,
    *,
    both: bool = True,
) -> Exam:
    """The test with the next message served: one question, or two where both fit one SMS. Unchanged where the bank has
    nothing left that she may see: then an assessor decides."""
    tested = SoFar(asked=tuple(each.item for each in exam.served), people=people)
    room = exam.policy.cap - len(exam.served)
    if room <= 0:
        return exam
    drawn = drawing.message(candidates, tested, now, chance, most=min(room, 2 if both else 1))
    message = 1 + max((each.message for each in exam.served), default=0)
    served = list(exam.served)
    for each in drawn:
        item = course.exam_item(each.item, language)
        if item is not None:
            served.append(_served(item, each, len(served) + 1, message, now, chance))
    return replace(exam, served=tuple(served))


def _served(item: Item, drawn: Candidate, place: int, message: int, now: datetime, chance: Random) -> Served:
    order = drawing.shuffled(item, chance)
    return Served(
        place=place,
        message=message,
        item=item.id,
        digest=item.digest,
        kind=item.kind,
        text=item.text,
        options=tuple(item.options[at].text for at in order),
        order=order,
        key=order.index(item.key) if item.key >= 0 else -1,
        answer=item.answer,
        tolerance=item.tolerance,
        chances=drawn.chances,
        served_at=now,
    )


# --- answers ---

_PART = re.compile(r"(?:(\d{1,2})\W{0,2})?([A-Ha-h])(?![^\W\d_])")


def parted(waiting: Sequence[Served], reply: str) -> dict[int, str] | None:
    """Which part of a reply is for which of two questions: "AB", "a c", "3B 4A", "4a"; None where it cannot be told.

    Only questions with options are asked in pairs that one reply answers by letters alone.
    """
    packed = reply.strip(" .!").upper()
    if re.fullmatch(r"[A-H]{2,3}", packed) and len(packed) == len(waiting):
        return {each.place: letter for each, letter in zip(waiting, packed, strict=True)}
    parts = _PART.findall(reply)
    if not parts or re.sub(r"[\W\d_]", "", _PART.sub("", reply)):
        return None
    places = [each.place for each in waiting]
    found: dict[int, str] = {}
    if all(number for number, _ in parts):
        found = {int(number): letter.upper() for number, letter in parts}
    elif len(parts) == len(waiting) and not any(number for number, _ in parts):
        found = {place: letter.upper() for place, (_, letter) in zip(places, parts, strict=True)}
    return found if found and set(found) <= set(places) else None


def answered(exam: Exam, replies: Mapping[int, tuple[int, str]], now: datetime) -> Exam:
    """The test with these answers: place → (served index or -1, what was written). Each is marked against the question
    as it was served, and once answered it stays."""
    served = tuple(
        _marked(each, *replies[each.place], now) if each.place in replies and each.right is None else each
        for each in exam.served
    )
    return replace(exam, served=served)


def question_of(each: Served) -> Question:
    """What was served, as a question of a lesson is read and marked."""
    return Question(
        token="",
        number=each.place,
        kind=each.kind,
        text=each.text,
        options=each.options,
        key=each.key,
        answer=each.answer,
        tolerance=str(Decimal(each.tolerance)),
    )


def _marked(each: Served, choice: int, reply: str, now: datetime) -> Served:
    question = question_of(each)
    right = marking.is_right(question, choice=choice, reply=reply)
    return replace(each, right=right, reply=reply[:160], answered_at=now)


def finished(exam: Exam, now: datetime, *, exhausted: bool = False) -> Exam:
    """The test with its decision, where nothing waits and the answers come to one. A bank that is `exhausted` before
    that leaves the decision to an assessor."""
    if exam.waiting or exam.decision:
        return exam
    found = sequential.state(exam.policy, exam.answers).decision
    if found == sequential.OPEN:
        if not exhausted:
            return exam
        found = sequential.ASSESSOR
    return replace(exam, decision=RESULT[found], finished_at=now)


def recomputed(exam: Exam) -> str:
    """The decision worked out again from the answers alone: passed, failed, referred, or empty where there is none."""
    return RESULT.get(sequential.state(exam.policy, exam.answers).decision, "")
