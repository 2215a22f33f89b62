"""Read a case from its acts: one small function for each kind of act, and nothing is ever taken back but by an act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.certifying.cases import (
    COMPETENT,
    FAILED,
    Act,
    Appeal,
    Case,
    Credentialed,
    Decision,
    Evidence,
    Judgement,
    Moderation,
    State,
)
from bot.certifying.eligibility import failures_read


def read(blank: Case, acts: Iterable[Act]) -> Case:
    """The case as these acts leave it. `blank` says whose it is and against what; acts that a later one corrects
    count for nothing, and stay in `acts`."""
    entries = tuple(acts)
    corrected = {act.corrects for act in entries if act.corrects}
    case = blank
    for act in entries:
        case = _take(case, act, void=act.seq in corrected)
    return case


def taken(case: Case, act: Act) -> Case:
    """The case after one more act."""
    return read(blank(case), (*case.acts, act)) if act.corrects else _take(case, act, void=False)


def stands(case: Case, now: datetime) -> State:
    """Where a case stands at this moment: a credential that has ended is so at once, before its end is entered."""
    until = case.credential.valid_until if case.credential else None
    ended = until is not None and until <= now and case.state in (State.CERTIFIED, State.EXPIRING)
    return State.EXPIRED if ended else case.state


def blank(case: Case) -> Case:
    """Whose case it is and against what, before anything happened in it."""
    return Case(
        id=case.id,
        number=case.number,
        candidate=case.candidate,
        standard=case.standard,
        version=case.version,
        country=case.country,
        opened_at=case.opened_at,
        people=case.people,
    )


def _take(case: Case, act: Act, *, void: bool) -> Case:
    said = _READ.get(act.kind)
    changed = case if void or said is None else said(case, act)
    to = act.data.get("to", "")
    state = State(to) if to else changed.state
    moved = act.at if state != case.state else case.moved_at
    return replace(changed, acts=(*case.acts, act), state=state, moved_at=moved)


def _applied(case: Case, act: Act) -> Case:
    return replace(
        case,
        country=act.data.get("country") or case.country,
        presented_by=act.data.get("presented_by", "self"),
        experience_years=int(act.data.get("experience", "0") or 0),
        age=int(act.data.get("age", "0") or 0),
        pilot=act.data.get("pilot") == "yes",
        failures=failures_read(act.data.get("failed", "")),
    )


def _told(case: Case, act: Act) -> Case:
    years = int(act.data.get("experience", "") or case.experience_years)
    return replace(case, experience_years=years, age=int(act.data.get("age", "") or case.age))


def _self_assessed(case: Case, act: Act) -> Case:
    return replace(case, selves={**case.selves, act.element: act.value})


def _planned(case: Case, act: Act) -> Case:
    facts = {name: act.data[name] for name in ("place", "date", "adjustments") if act.data.get(name)}
    return replace(case, planned={**case.planned, **facts})


def _assigned(case: Case, act: Act) -> Case:
    return replace(case, assigned=(*(each for each in case.assigned if each != act.value), act.value))


def _released(case: Case, act: Act) -> Case:
    return replace(case, assigned=tuple(each for each in case.assigned if each != act.value))


def _identified(case: Case, act: Act) -> Case:
    return replace(case, identified=True)


def _knowledge(case: Case, act: Act) -> Case:
    failed = case.failures
    if act.value == FAILED and act.at:
        failed = {**failed, act.unit: (*failed.get(act.unit, ()), act.at)}
    seen = case.identified or bool(act.data.get("supervised"))
    return replace(case, knowledge={**case.knowledge, act.unit: act.value}, failures=failed, identified=seen)


def _evidence(case: Case, act: Act) -> Case:
    data = act.data
    piece = Evidence(
        id=data.get("id", ""),
        kind=data.get("evidence", ""),
        method=data.get("method", ""),
        unit=act.unit,
        criteria=tuple(each for each in data.get("criteria", "").split(",") if each),
        captured_at=act.at,
        captured_by=act.actor,
        sha256=data.get("sha256", ""),
        media_type=data.get("media_type", ""),
        size=int(data.get("size", "0") or 0),
        # An assessor who has heard a witness herself needs no code; one who has asked for it waits for it.
        confirmed=act.role == "assessor" and data.get("code") != "asked",
        note=act.note,
    )
    return replace(case, evidence=(*case.evidence, piece))


def _confirmed(case: Case, act: Act) -> Case:
    pieces = (replace(each, confirmed=True) if each.id == act.value else each for each in case.evidence)
    return replace(case, evidence=tuple(pieces))


def _attached(case: Case, act: Act) -> Case:
    file = (act.data.get("sha256", ""), act.data.get("media_type", ""))
    pieces = (replace(each, files=(*each.files, file)) if each.id == act.value else each for each in case.evidence)
    return replace(case, evidence=tuple(pieces))


def _not_seen(case: Case, act: Act) -> Case:
    return replace(case, unseen=case.unseen | {act.value})


def _judged(case: Case, act: Act) -> Case:
    found = Judgement(criterion=act.criterion, mark=act.value, assessor=act.actor, at=act.at)
    others = (each for each in case.judgements if (each.criterion, each.assessor) != (found.criterion, found.assessor))
    return replace(case, judgements=(*others, found))


def _concluded(case: Case, act: Act) -> Case:
    if act.value == COMPETENT:
        return replace(case, moderation=Moderation(sampled=act.data.get("sampled") == "yes"))
    return _decided(case, act)


def _moderated(case: Case, act: Act) -> Case:
    sampled = case.moderation.sampled if case.moderation else True
    return replace(case, moderation=Moderation(sampled=sampled, by=act.actor, outcome=act.value, reason=act.reason))


def _decided(case: Case, act: Act) -> Case:
    units = tuple(each for each in act.data.get("units", "").split(",") if each)
    made = Decision(result=act.value, units=units, by=act.actor, at=act.at, reasons=act.reason)
    return replace(case, decisions=(*case.decisions, made), achieved=case.achieved | set(units))


def _certified(case: Case, act: Act) -> Case:
    held = Credentialed(
        serial=act.data.get("serial", ""),
        valid_from=_moment(act.data.get("valid_from", "")),
        valid_until=_moment(act.data.get("valid_until", "")),
    )
    return replace(case, credential=held)


def _again(case: Case, act: Act) -> Case:
    """Only what is not achieved is shown and judged again; what there was before stays to be read in the acts."""
    kept = tuple(each for each in case.judgements if each.criterion.partition(".")[0] in case.achieved)
    shown = tuple(each for each in case.evidence if each.unit in case.achieved)
    return replace(case, judgements=kept, evidence=shown, unseen=frozenset(), moderation=None)


def _left(case: Case, act: Act) -> Case:
    return replace(case, before=case.state)


def _appealed(case: Case, act: Act) -> Case:
    due = _moment(act.data.get("due", ""))
    return replace(case, before=case.state, appeal=Appeal(against=case.state, filed_at=act.at, due_at=due))


def _resolved(case: Case, act: Act) -> Case:
    panel = tuple(each for each in act.data.get("panel", "").split(",") if each)
    held = case.appeal or Appeal(against=case.before)
    return replace(case, appeal=replace(held, panel=(act.actor, *panel), outcome=act.value))


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


_READ: Mapping[str, Callable[[Case, Act], Case]] = {
    "apply": _applied,
    "tell": _told,
    "self_assess": _self_assessed,
    "plan": _planned,
    "assign": _assigned,
    "release": _released,
    "identify": _identified,
    "knowledge": _knowledge,
    "evidence": _evidence,
    "attach": _attached,
    "confirm": _confirmed,
    "not_seen": _not_seen,
    "judge": _judged,
    "conclude": _concluded,
    "moderate": _moderated,
    "decide": _decided,
    "certify": _certified,
    "retry": _again,
    "suspend": _left,
    "lapse": _left,
    "appeal": _appealed,
    "resolve": _resolved,
}
