"""The nouns of certification: a case is its acts, in order, and everything else about it is read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

COMPETENT, NOT_YET = "competent", "not_yet"
YES, NO, NOT_SEEN = "yes", "no", "not_seen"  # a criterion is met, is not, or could not be seen
PARTLY = "partly"  # in a self-assessment: yes, partly or no
MARKS = frozenset({YES, NO, NOT_SEEN})
SELF_MARKS = frozenset({YES, PARTLY, NO})
PASSED, FAILED, REFERRED = "passed", "failed", "referred"  # a knowledge test; referred: an assessor decides
CANDIDATE, SYSTEM = "candidate", "system"  # actors without a name: the person of the case, and the program


class State(StrEnum):
    """Where a case stands (programme-and-facts §2c)."""

    NONE = ""
    INTERESTED = "interested"
    APPLIED = "applied"
    ELIGIBILITY_CHECK = "eligibility_check"
    INELIGIBLE = "ineligible"
    ORIENTED = "oriented"
    SELF_ASSESSED = "self_assessed"
    TRAINING_ADVISED = "training_advised"
    PLAN_AGREED = "plan_agreed"
    KNOWLEDGE_PASSED = "knowledge_passed"
    PRACTICE_OBSERVED = "practice_observed"
    EVIDENCE_COMPLETE = "evidence_complete"
    JUDGED = "judged"
    NOT_YET_COMPETENT = "not_yet_competent"
    PENDING_MODERATION = "competent_pending_moderation"
    DECIDED = "decided"
    CERTIFIED = "certified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"
    APPEALED = "appealed"


GATHERING = frozenset({State.PLAN_AGREED, State.KNOWLEDGE_PASSED, State.PRACTICE_OBSERVED, State.EVIDENCE_COMPLETE})
BEFORE_PLAN = frozenset(
    {
        State.INTERESTED,
        State.APPLIED,
        State.ELIGIBILITY_CHECK,
        State.ORIENTED,
        State.SELF_ASSESSED,
        State.TRAINING_ADVISED,
    }
)
OPEN = BEFORE_PLAN | GATHERING | {State.JUDGED, State.PENDING_MODERATION, State.DECIDED, State.APPEALED}
CLOSED = frozenset({State.INELIGIBLE, State.WITHDRAWN, State.TRANSFERRED, State.REVOKED, State.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of a case, for ever. What is wrong is put right by a further act that names it in `corrects`.

    `data` holds short facts by name, never words that somebody wrote; those are the `note`, of which the chain keeps
    only a salted hash, so that a person can be taken out and the act stays.
    """

    kind: str
    actor: str  # "candidate", "system", or the id of an assessor or of whoever works the console
    role: str  # candidate, system, coordinator, assessor, moderator, issuer, panel, witness
    reason: str = ""
    unit: str = ""
    element: str = ""
    criterion: str = ""
    value: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    salt: str = ""
    corrects: int = 0  # the number of the act that this one puts right
    seq: int = 0  # from 1 in its case
    at: datetime | None = None
    digest: str = ""  # chained: of this act and of the digest before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that shows what a person can do. Its file, where there is one, is kept by its hash."""

    id: str
    kind: str  # knowledge, performance, product, attitude
    method: str  # field_observation, product_check, testimony …
    unit: str
    criteria: tuple[str, ...] = ()  # that it speaks for; none: all of the unit
    captured_at: datetime | None = None
    captured_by: str = ""
    sha256: str = ""
    media_type: str = ""
    size: int = 0  # bytes
    confirmed: bool = False  # a witness gave the one-time code
    files: tuple[tuple[str, str], ...] = ()  # (hash, media type) of photos and recordings that were added to it
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one assessor found of one criterion; a later one of the same assessor takes its place."""

    criterion: str
    mark: str  # yes, no, not_seen
    assessor: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The outcome of an assessment, with the units that are achieved whatever became of the whole."""

    result: str  # competent, not_yet
    units: tuple[str, ...]
    by: str
    at: datetime | None = None
    reasons: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """A second look at how a case was judged, where it fell into the sample."""

    sampled: bool
    by: str = ""
    outcome: str = ""  # agreed, returned
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Her objection to a decision, and what a panel of others made of it."""

    against: State
    filed_at: datetime | None = None
    due_at: datetime | None = None
    panel: tuple[str, ...] = ()
    outcome: str = ""  # upheld, overturned


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentialed:
    """The credential that a case led to, by its serial; what it says is kept with the credentials."""

    serial: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """Who may judge: by a credential of her own that ends, for named standards, in a trade of her own."""

    id: str
    name: str
    credential: str  # of being an assessor
    valid_from: datetime
    valid_until: datetime
    standards: frozenset[str] = frozenset()
    trade_credential: str = ""
    learner: str = ""  # where she learns here too
    pin: str = ""  # salted hash; what she writes by SMS is hers only with it or from her own number
    addresses: tuple[str, ...] = ()
    closed_at: datetime | None = None

    def valid(self, standard: str, at: datetime) -> bool:
        """Whether she may judge against this standard on this day."""
        closed = self.closed_at is not None and self.closed_at <= at
        return not closed and self.valid_from <= at < self.valid_until and standard in self.standards


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A declared tie between an assessor and a candidate: relative or trainer (or another, in words)."""

    assessor: str
    learner: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who may act in a case: the assessors that are known, and the ties between them and its candidate."""

    assessors: Mapping[str, Assessor] = field(default_factory=dict)
    conflicts: frozenset[tuple[str, str]] = frozenset()  # (assessor, kind) with the candidate of this case


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The certification of one person against one version of one standard. `candidate` is her learner id and stands
    outside the chain, so that she can be taken out of it."""

    id: str
    number: int  # short, by which people speak of it
    candidate: str
    standard: str  # its code
    version: str
    country: str = ""  # whose scheme holds
    acts: tuple[Act, ...] = ()
    opened_at: datetime | None = None
    # What follows is read from the acts by bot.certifying.reading.
    state: State = State.NONE
    before: State = State.NONE  # an appeal, a lapse or a suspension: where it stood before
    presented_by: str = "self"
    experience_years: int = 0
    age: int = 0
    pilot: bool = False  # against a standard that is not validated yet: it leads to no credential
    selves: Mapping[str, str] = field(default_factory=dict)  # element → yes, partly, no
    planned: Mapping[str, str] = field(default_factory=dict)  # place, date
    assigned: tuple[str, ...] = ()
    knowledge: Mapping[str, str] = field(default_factory=dict)  # unit → passed, failed, referred
    failures: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)  # unit → when its test was failed
    identified: bool = False  # a person has seen that it is she
    unseen: frozenset[str] = frozenset()  # requirements marked as not seen: unit/kind/method
    evidence: tuple[Evidence, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    moderation: Moderation | None = None
    appeal: Appeal | None = None
    credential: Credentialed | None = None
    achieved: frozenset[str] = frozenset()  # units that are kept from an earlier decision
    moved_at: datetime | None = None  # when it came to this state
    people: People = field(default_factory=People)
