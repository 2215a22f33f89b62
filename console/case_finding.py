"""The case that a page is about, who acts in it, and why an act was refused, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from bot.certifying import judging
from bot.certifying.cases import Act, Assessor, Case, State
from bot.certifying.deciding import RULES
from bot.certifying.guarding import unfit
from bot.certifying.reading import stands
from bot.certifying.standards import Standard, bare
from bot.cooperating.roles import may
from console.asked import Asked
from store import casework, people
from store.casework import NotEntered
from store.database import Connection

BASE = "/console/cases"
GROUPS: dict[str, frozenset[State]] = {
    "ours": frozenset(
        {
            State.ELIGIBILITY_CHECK,
            State.EVIDENCE_COMPLETE,
            State.JUDGED,
            State.PENDING_MODERATION,
            State.DECIDED,
            State.APPEALED,
        }
    ),
    "hers": frozenset(
        {
            State.INTERESTED,
            State.APPLIED,
            State.ORIENTED,
            State.SELF_ASSESSED,
            State.TRAINING_ADVISED,
            State.PLAN_AGREED,
            State.KNOWLEDGE_PASSED,
            State.PRACTICE_OBSERVED,
        }
    ),
    "certified": frozenset({State.CERTIFIED, State.EXPIRING}),
    "not_yet": frozenset({State.NOT_YET_COMPETENT}),
    "held": frozenset({State.EXPIRED, State.SUSPENDED, State.REVOKED}),
    "closed": frozenset({State.INELIGIBLE, State.WITHDRAWN, State.LAPSED, State.TRANSFERRED}),
}
"""Cases as people ask for them: which wait for us, which for her, which are over."""
_GOOD = GROUPS["certified"] | {State.DECIDED}
_BAD = frozenset({State.REVOKED, State.EXPIRED, State.SUSPENDED, State.INELIGIBLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A case with its standard and the name of its candidate; `known` where the standard is still kept."""

    case: Case
    standard: Standard
    known: bool
    name: str
    state: State

    @property
    def path(self) -> str:
        """Its page."""
        return f"{BASE}/{self.case.number}"


def found_in(asked: Asked, conn: Connection) -> Found:
    """The case whose number stands in the address. Raises NotThere."""
    case = casework.seen(conn, asked.scope, asked.request.match_info["number"])
    if case is None:
        raise asked.missing()
    standard = asked.office.catalogue().standard(case.standard, case.version)
    names = people.names(conn, [case.candidate]) if case.candidate else {}
    return Found(
        case=case,
        standard=standard or bare(case.standard, case.version),
        known=standard is not None,
        name=names.get(case.candidate, ""),
        state=stands(case, asked.now),
    )


async def found(asked: Asked) -> Found:
    """The case that this page is about. Raises NotThere."""
    return await asked.look(lambda conn: found_in(asked, conn))


def actor(asked: Asked) -> str:
    """By which name this person acts in cases: as the assessor that she is, so that nobody is two people."""
    return asked.person.assessor or asked.person.login


def acting(asked: Asked, kind: str, role: str, /, **more: object) -> Act:
    """An act of this person. Nobody assesses by a login that happens to be called like an assessor."""
    who = asked.person.assessor if role == "assessor" else actor(asked)
    return Act(kind=kind, actor=who, role=role, **more)  # type: ignore[arg-type]


def may_enter(asked: Asked, case: Case, kind: str, role: str) -> bool:
    """Whether this person may try this act in this state: the guards say the rest when it is entered."""
    act = acting(asked, kind, role)
    rule = RULES[kind]
    able = may(asked.scope, casework.right_for(asked.scope, act)) and role in rule.roles and case.state in rule.frm
    return able and (role != "assessor" or bool(asked.person.assessor))


def why_unfit(asked: Asked, found: Found) -> str:
    """Why this person may not assess this case today, in her words; empty where she may."""
    me = asked.person.assessor
    if not me:
        return asked.t("cases.unfit.none")
    held: Assessor | None = found.case.people.assessors.get(me)
    if held is None:
        return asked.t("cases.unfit.none")
    if held.learner and held.learner == found.case.candidate:
        return asked.t("cases.unfit.self")
    kinds = sorted(kind for who, kind in found.case.people.conflicts if who == me)
    if kinds:
        return asked.t(f"cases.unfit.{kinds[0]}")
    if unfit(found.case, me, found.standard, asked.now):
        return asked.t("cases.unfit.ended")
    return "" if me in found.case.assigned else asked.t("cases.unfit.assigned")


def refused(asked: Asked, error: Exception) -> str:
    """Why an act was refused, in the reader's words."""
    code = error.code if isinstance(error, NotEntered) else ""
    return asked.t(f"cases.refused.{code}") if code in REASONS else asked.t("cases.refused.other")


def badge_of(state: State) -> str:
    """The kind of sign beside a state."""
    if state in _GOOD:
        return "good"
    if state in _BAD:
        return "bad"
    return "warn" if state in GROUPS["ours"] else "info" if state in GROUPS["hers"] else ""


def lacks(found: Found) -> list[judging.Missing]:
    """What the case lacks, where its standard is kept."""
    return list(judging.missing(found.case, found.standard)) if found.known else []


REASONS = frozenset(
    {
        *("state", "role", "standard", "time", "missing", "erased", "unit", "corrects", "consented", "no_other"),
        *(
            "scheme_active",
            "standard_open",
            "old_enough",
            "experienced",
            "known_element",
            "has_gaps",
            "reasoned",
            "two",
        ),
        *("assessor", "assignable", "not_hers", "disinterested", "known_result", "known_evidence", "evidence_there"),
        *("free_witness", "evidence_known", "supervisable", "supervisor_free", "seen_not_told", "all_seen", "lacking"),
        *("known_mark", "enough_judges", "follows", "known_moderation", "moderated", "complete", "judges_were_valid"),
        *("decided", "authorised", "dated", "in_term", "others_than_decided", "known_resolution", "correctable"),
        *("ground", "same", "revoked", "suspended", "not_suspended"),
    }
)
