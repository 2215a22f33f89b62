"""The state machine of a case as one table: which act, from where, by whom, under which guards, to where.

Source: programme-and-facts §2c, after the steps that CONOCER, ChileValora and Kenya's TVET CDACC have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.certifying import guarding as guard
from bot.certifying import judging
from bot.certifying.cases import BEFORE_PLAN, GATHERING, OPEN, Act, Case, State
from bot.certifying.chaining import chained, set_apart
from bot.certifying.guarding import Guard
from bot.certifying.reading import stands, taken
from bot.certifying.standards import Standard

Where = Callable[[Case, Act, Standard], State]  # the case as the act leaves it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an act: the case with it, or a plain reason why not. `code` names the reason for programs."""

    case: Case
    act: Act | None = None
    refused: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of act. `to` is None where the case stays where it is."""

    frm: frozenset[State]
    to: State | Where | None = None
    roles: frozenset[str]
    guards: tuple[Guard, ...] = ()


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


def _stage(case: Case, act: Act, standard: Standard) -> State:
    return judging.stage(case, standard)


def _all_said(case: Case, act: Act, standard: Standard) -> State:
    return State.SELF_ASSESSED if not judging.unanswered(case, standard) else case.state


def _all_judged(case: Case, act: Act, standard: Standard) -> State:
    return State.JUDGED if judging.judged_by_enough(case, standard) else case.state


def _by_result(case: Case, act: Act, standard: Standard) -> State:
    return State.PENDING_MODERATION if act.value == "competent" else State.NOT_YET_COMPETENT


def _moderated(case: Case, act: Act, standard: Standard) -> State:
    return State.PENDING_MODERATION if act.value == "agreed" else State.EVIDENCE_COMPLETE


def _as_before(case: Case, act: Act, standard: Standard) -> State:
    return case.before


def _reinstated(case: Case, act: Act, standard: Standard) -> State:
    """As before, unless the credential ended while it was suspended."""
    return stands(replace(case, state=case.before), act.at) if act.at else case.before


def _resolved(case: Case, act: Act, standard: Standard) -> State:
    if act.value == "upheld":
        return case.before
    return State.ELIGIBILITY_CHECK if case.before is State.INELIGIBLE else State.JUDGED


def _corrected(case: Case, act: Act, standard: Standard) -> State:
    return judging.stage(case, standard) if case.state in GATHERING else case.state


_HERS = _roles("candidate", "coordinator")
_FROM_HERE = frozenset({State.NONE})
_UNDER_WAY = GATHERING | {State.JUDGED}
_LIVE = frozenset({State.CERTIFIED, State.EXPIRING})

RULES: Mapping[str, Rule] = {
    "interest": Rule(frm=_FROM_HERE, to=State.INTERESTED, roles=_HERS),
    "apply": Rule(
        frm=_FROM_HERE | {State.INTERESTED}, to=State.APPLIED, roles=_HERS, guards=(guard.consented, guard.no_other)
    ),
    "tell": Rule(frm=frozenset({State.APPLIED, State.ELIGIBILITY_CHECK}), roles=_HERS),
    "check": Rule(
        frm=frozenset({State.APPLIED}),
        to=State.ELIGIBILITY_CHECK,
        roles=_roles("system"),
        guards=(guard.scheme_active, guard.standard_open),
    ),
    "admit": Rule(
        frm=frozenset({State.ELIGIBILITY_CHECK}),
        to=State.ORIENTED,
        roles=_roles("coordinator", "system"),
        guards=(guard.old_enough, guard.experienced),
    ),
    "refuse": Rule(
        frm=frozenset({State.ELIGIBILITY_CHECK}),
        to=State.INELIGIBLE,
        roles=_roles("coordinator"),
        guards=(guard.reasoned,),
    ),
    "self_assess": Rule(
        frm=frozenset({State.ORIENTED, State.SELF_ASSESSED, State.TRAINING_ADVISED}),
        to=_all_said,
        roles=_HERS,
        guards=(guard.known_element,),
    ),
    "advise": Rule(
        frm=frozenset({State.SELF_ASSESSED}), to=State.TRAINING_ADVISED, roles=_HERS, guards=(guard.has_gaps,)
    ),
    "plan": Rule(
        frm=frozenset({State.SELF_ASSESSED, State.TRAINING_ADVISED}) | GATHERING,
        to=_stage,
        roles=_HERS | {"assessor"},
        guards=(guard.assessor,),
    ),
    "assign": Rule(
        frm=BEFORE_PLAN | _UNDER_WAY, roles=_roles("coordinator"), guards=(guard.assignable, guard.not_hers)
    ),
    "release": Rule(frm=BEFORE_PLAN | _UNDER_WAY, roles=_roles("coordinator"), guards=(guard.reasoned,)),
    "identify": Rule(frm=GATHERING, to=_stage, roles=_roles("assessor"), guards=(guard.assessor,)),
    "knowledge": Rule(
        frm=GATHERING,
        to=_stage,
        roles=_roles("system", "assessor"),
        guards=(guard.known_result, guard.assessor, guard.supervisor_free),
    ),
    "evidence": Rule(
        frm=GATHERING,
        to=_stage,
        roles=_roles("candidate", "coordinator", "assessor"),
        guards=(guard.known_evidence, guard.free_witness, guard.assessor),
    ),
    "attach": Rule(
        frm=GATHERING | {State.JUDGED},
        roles=_roles("candidate", "coordinator", "assessor"),
        guards=(guard.evidence_known, guard.assessor),
    ),
    "confirm": Rule(
        frm=GATHERING, to=_stage, roles=_roles("witness"), guards=(guard.evidence_there, guard.free_witness)
    ),
    "supervise": Rule(frm=GATHERING, roles=_roles("assessor"), guards=(guard.supervisable,)),
    "not_seen": Rule(
        frm=GATHERING, to=_stage, roles=_roles("assessor"), guards=(guard.assessor, guard.lacking, guard.reasoned)
    ),
    "judge": Rule(
        frm=frozenset({State.EVIDENCE_COMPLETE, State.JUDGED}),
        to=_all_judged,
        roles=_roles("assessor"),
        guards=(guard.assessor, guard.known_mark, guard.seen_not_told),
    ),
    "conclude": Rule(
        frm=frozenset({State.JUDGED}),
        to=_by_result,
        roles=_roles("assessor"),
        guards=(guard.assessor, guard.enough_judges, guard.follows),
    ),
    "moderate": Rule(
        frm=frozenset({State.PENDING_MODERATION}),
        to=_moderated,
        roles=_roles("moderator"),
        guards=(guard.disinterested, guard.known_moderation),
    ),
    "decide": Rule(
        frm=frozenset({State.PENDING_MODERATION}),
        to=State.DECIDED,
        roles=_roles("moderator"),
        guards=(
            guard.disinterested,
            guard.moderated,
            guard.complete,
            guard.judges_were_valid,
            guard.all_seen,
            guard.follows,
        ),
    ),
    "certify": Rule(
        frm=frozenset({State.DECIDED}),
        to=State.CERTIFIED,
        roles=_roles("issuer"),
        guards=(guard.decided, guard.authorised, guard.dated),
    ),
    "expiring": Rule(
        frm=frozenset({State.CERTIFIED}), to=State.EXPIRING, roles=_roles("system"), guards=(guard.ending,)
    ),
    "expire": Rule(frm=_LIVE, to=State.EXPIRED, roles=_roles("system"), guards=(guard.ended,)),
    "renew": Rule(frm=_LIVE | {State.EXPIRED}, roles=_HERS | {"system"}),
    "suspend": Rule(frm=_LIVE, to=State.SUSPENDED, roles=_roles("issuer"), guards=(guard.reasoned, guard.two)),
    "reinstate": Rule(
        frm=frozenset({State.SUSPENDED}),
        to=_reinstated,
        roles=_roles("issuer"),
        guards=(guard.reasoned, guard.two),
    ),
    "revoke": Rule(
        frm=_LIVE | {State.SUSPENDED, State.EXPIRED},
        to=State.REVOKED,
        roles=_roles("issuer"),
        guards=(guard.reasoned, guard.two),
    ),
    "retry": Rule(
        frm=frozenset({State.NOT_YET_COMPETENT}),
        to=_stage,
        roles=_HERS | {"assessor"},
        guards=(guard.assessor,),
    ),
    "appeal": Rule(
        frm=frozenset({State.NOT_YET_COMPETENT, State.REVOKED, State.INELIGIBLE}),
        to=State.APPEALED,
        roles=_HERS,
        guards=(guard.in_term,),
    ),
    "resolve": Rule(
        frm=frozenset({State.APPEALED}),
        to=_resolved,
        roles=_roles("panel"),
        guards=(guard.disinterested, guard.others_than_decided, guard.known_resolution, guard.reasoned),
    ),
    "withdraw": Rule(frm=OPEN, to=State.WITHDRAWN, roles=_HERS),
    "lapse": Rule(frm=OPEN - {State.DECIDED, State.APPEALED}, to=State.LAPSED, roles=_roles("system")),
    "resume": Rule(frm=frozenset({State.LAPSED}), to=_as_before, roles=_HERS | {"system"}),
    "transfer": Rule(
        frm=OPEN | {State.NOT_YET_COMPETENT, State.LAPSED},
        to=State.TRANSFERRED,
        roles=_roles("coordinator", "system"),
        guards=(guard.reasoned,),
    ),
    "correct": Rule(
        frm=GATHERING | frozenset({State.ORIENTED, State.SELF_ASSESSED}),
        to=_corrected,
        roles=_roles("coordinator", "assessor"),
        guards=(guard.reasoned, guard.assessor, guard.correctable),
    ),
}


def decide(case: Case, act: Act, standard: Standard, now: datetime) -> Outcome:
    """What becomes of an act at this moment. Pure: the case comes back with the act at its end, or unchanged with the
    reason why it may not be. Who may judge is read from `case.people`."""
    rule = RULES.get(act.kind)
    if rule is None:
        return _refused(case, "unknown", f"There is no act {act.kind!r}.")
    if (case.standard, case.version) != (standard.code, standard.version):
        return _refused(case, "standard", f"This case is against {case.standard}@{case.version}, not {standard.name}.")
    if case.state not in rule.frm:
        return _refused(case, "state", f"A case that is {case.state.value or 'not opened'} takes no {act.kind!r}.")
    if act.role not in rule.roles:
        return _refused(
            case, "role", f"{act.kind!r} is not for a {act.role}; it is for: {', '.join(sorted(rule.roles))}."
        )
    if act.corrects and act.kind != "correct":
        return _refused(case, "corrects", "Only a correction names the entry that it puts right.")
    if case.acts and case.acts[-1].at and case.acts[-1].at > now:
        return _refused(case, "time", "The last act of this case is later than this moment.")
    for each in rule.guards:
        reason = each(case, act, standard, now)
        if reason:
            return _refused(case, each.__name__, reason)
    plain = replace(act, at=now, data={name: value for name, value in act.data.items() if name != "to"})
    seen = taken(case, replace(plain, seq=len(case.acts) + 1))
    to = rule.to(seen, plain, standard) if callable(rule.to) else rule.to
    moving = {"to": to.value} if to is not None and to is not case.state else {}
    entry = chained(case.id, case.acts, set_apart(replace(plain, data={**plain.data, **moving})))
    return Outcome(case=taken(case, entry), act=entry)


def _refused(case: Case, code: str, reason: str) -> Outcome:
    return Outcome(case=case, refused=reason, code=code)
