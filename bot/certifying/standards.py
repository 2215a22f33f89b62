"""What is certified against: a competency standard, its parts, and the schemes under which it is assessed.

The parts follow functional analysis as ChileValora and CONOCER lay it out: unit → element → criterion, with the range
in which it applies and the evidence that it asks for. Texts are mappings of language → text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.certifying.policies import KnowledgePolicy

STATES = ("draft", "in_validation", "validated", "approved")
STEPS = (
    *("application", "eligibility", "orientation", "self_assessment", "plan", "knowledge", "performance", "product"),
    *("judgement", "moderation", "decision", "credential"),
)
KINDS = ("knowledge", "performance", "product", "attitude")
# Which method can show which kind of evidence. A quiz shows knowledge and nothing else.
METHODS: Mapping[str, tuple[str, ...]] = {
    "knowledge": ("sms_quiz", "written_test", "oral_test"),
    "performance": ("field_observation", "simulation", "testimony"),
    "product": ("product_check", "portfolio"),
    "attitude": ("field_observation", "testimony", "portfolio"),
}
SEEN = ("performance", "product")  # the kinds that somebody sees done or made

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A body that may issue credentials. Without an `act` it issues in its own name, never in the State's."""

    name: str
    act: str = ""  # by which an authority has empowered it
    valid_from: date
    valid_until: date | None = None  # None: until it is withdrawn

    def covers(self, day: date) -> bool:
        """Whether it may issue on this day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """The rules of one country under which a standard is assessed. Naming an authority claims none of its powers."""

    country: str  # PE, BO, RW
    authority: str  # who answers for certification in this country
    act: str  # the law or rule that says so
    competent: Texts  # what the result is called
    not_yet: Texts
    steps: tuple[str, ...]  # out of STEPS, in order
    validity_months: int | None  # None: the credential has no end, which no scheme should want
    checked_on: date  # when somebody last looked these rules up
    assessors: int = 1  # how many must judge
    issuers: tuple[Issuer, ...] = ()  # nobody: then no credential of competence can be issued
    minimum_age: int = 0  # years
    experience_months: int = 0
    cool_offs: tuple[int, ...] = (48, 168)  # hours of waiting after the first, the second … failed test
    facts: tuple[str, ...] = ()  # of facts.toml: where the rules were read, and how surely

    def cool_off(self, failed: int) -> int:
        """Hours to wait after the `failed`-th failed test of a unit (from 1); the last one holds for all later ones."""
        return self.cool_offs[min(failed, len(self.cool_offs)) - 1] if self.cool_offs and failed > 0 else 0

    def may_issue(self, body: str, day: date) -> bool:
        """Whether a body may issue credentials of competence on this day."""
        return any(issuer.name == body and issuer.covers(day) for issuer in self.issuers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a standard has come, and who says so."""

    state: str = "draft"  # one of STATES
    by: str = ""  # who validated or approved it
    act: str = ""  # by which it was approved
    since: date | None = None
    until: date | None = None  # to which day an approval holds


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeStatement:
    """Where the criteria of a unit apply: a category and its classes."""

    category: Texts
    classes: tuple[Texts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What is looked at. A critical one that is not met means not yet competent, whatever the score."""

    code: str  # 1.2.1: unit, element, criterion
    text: Texts
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A part of a unit that one does as a whole."""

    code: str  # 1.2
    titles: Texts
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Evidence that must be there: at least `minimum` pieces of this kind, by this method, for these criteria."""

    kind: str  # one of KINDS
    method: str  # one of METHODS[kind]
    minimum: int
    criteria: tuple[str, ...]  # codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of competency: what is achieved, kept and, where it failed, repeated as a whole."""

    code: str  # 1
    titles: Texts
    purpose: Texts
    taught_by: tuple[str, ...]  # units of the course whose lessons teach it; it may span several
    elements: tuple[Element, ...]
    requirements: tuple[Requirement, ...]
    ranges: tuple[RangeStatement, ...] = ()
    policy: KnowledgePolicy = field(default_factory=KnowledgePolicy)
    mandatory: bool = True
    offered: bool = True  # False: not assessed yet

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria, in order."""
        return tuple(criterion for element in self.elements for criterion in element.criteria)

    def required(self, kind: str) -> tuple[Requirement, ...]:
        """The requirements of one kind."""
        return tuple(each for each in self.requirements if each.kind == kind)

    @property
    def asks_by_message(self) -> bool:
        """Whether its knowledge is tested by message, with assessment items."""
        return any(each.method == "sms_quiz" for each in self.requirements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One version of a competency standard. It may stand under the schemes of several countries."""

    code: str  # CHQ-NURSERY
    version: str
    titles: Texts
    isco08: str
    purpose: Texts
    course: str  # the id of the course that teaches it
    languages: tuple[str, ...]  # the first one is that in which it was written
    drafts: tuple[str, ...]  # languages that no native reader has signed
    standing: Standing
    schemes: tuple[Scheme, ...]
    units: tuple[Unit, ...]
    replaces: str = ""  # code@version
    digest: str = ""  # changes with anything above

    @property
    def name(self) -> str:
        """CHQ-NURSERY@0.1: this version, and no other."""
        return f"{self.code}@{self.version}"

    def title(self, language: str) -> str:
        """What the standard is called, in this language or its first."""
        return told(self.titles, language)

    def scheme(self, country: str) -> Scheme | None:
        """The scheme of a country; None where the standard is not assessed there."""
        return next((scheme for scheme in self.schemes if scheme.country == country), None)

    def unit(self, code: str) -> Unit | None:
        """A unit by its code; None where there is none."""
        return next((unit for unit in self.units if unit.code == code), None)

    def unit_of(self, criterion: str) -> Unit | None:
        """The unit that holds a criterion."""
        return next((unit for unit in self.units if any(each.code == criterion for each in unit.criteria)), None)

    def criterion(self, code: str) -> Criterion | None:
        """A criterion by its code."""
        return next((each for unit in self.units for each in unit.criteria if each.code == code), None)

    def approved(self, day: date) -> bool:
        """Whether an authority's approval holds on this day."""
        held = self.standing
        return (
            held.state == "approved"
            and (held.since is None or held.since <= day)
            and (held.until is None or day <= held.until)
        )

    def mandatory(self) -> Iterator[Unit]:
        """The units without which nobody is competent."""
        return (unit for unit in self.units if unit.mandatory)


def bare(code: str, version: str) -> Standard:
    """A standard of which only the name is known: for cases of a version that is not taught any more. What was issued
    against it can still be suspended, reinstated, revoked and come to its end."""
    texts = {"es": code}
    return Standard(
        code=code,
        version=version,
        titles=texts,
        isco08="",
        purpose=texts,
        course="",
        languages=("es",),
        drafts=(),
        standing=Standing(),
        schemes=(),
        units=(),
    )


def told(texts: Texts, language: str) -> str:
    """A text in this language, or in the first one in which it was written."""
    return texts.get(language) or next(iter(texts.values()), "")
