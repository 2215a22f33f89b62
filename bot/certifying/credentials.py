"""The credential: what was awarded to whom by whom, whether it holds now, and how it reads as an Open Badge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from uuid import UUID

from bot.certifying import codes

COMPLETION, COMPETENCE = "completion", "competence"
KINDS = (COMPLETION, COMPETENCE)
EXAM, PERFORMANCE, ARTIFACT = "Exam", "Performance", "Artifact"
VALID, EXPIRED, SUSPENDED, REVOKED, FUTURE = "valid", "expired", "suspended", "revoked", "not_yet"
NAME, PRIVATE, ALL = "name", "private", "all"  # what whoever holds the code is shown
LIST_BITS = 131_072  # credentials of one status list. Source: Bitstring Status List 1.0 §7.2 (16 KB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of the standard that was achieved."""

    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that was looked at: what it is, when, and the hash of its file where there is one. No names."""

    name: str
    genre: str = ""  # knowledge, performance, product, testimony
    narrative: str = ""
    sha256: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one requirement went. `assessment` is Exam, Performance or Artifact (1EdTech's assessment extension)."""

    name: str
    assessment: str
    status: str = (
        "Completed"  # as OB 3.0 has it: Completed, Enrolled, Failed, InProgress, OnHold, Provisional, Withdrew
    )
    value: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The act by which an authority lets this body certify against this standard."""

    body: str
    act: str
    valid_from: date
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What shall be issued, decided and not yet numbered. `decision` names the decision (competence) or the enrolment
    (completion) that it rests on: without one there is no credential. Raises ValueError where it cannot stand."""

    kind: str
    learner: str
    given_name: str
    initial: str = ""
    language: str = "es"
    standard: str  # code
    version: str
    title: Mapping[str, str]  # language → the occupation or course
    purpose: str = ""
    criteria: str = ""  # what had to be shown, in one paragraph
    units: tuple[Unit, ...] = ()
    isco: str = ""
    cooperative: str = ""
    issuer: str
    authorisation: Authorisation | None = None
    awarded_on: date
    valid_from: datetime
    valid_until: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    results: tuple[Result, ...] = ()
    decision: str
    renews: str = ""  # the serial of the credential that this one continues

    def __post_init__(self) -> None:
        if reason := _wrong(self):
            raise ValueError(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An award with its numbers, and what its acts have made of it by now."""

    award: Award
    code: str
    serial: str
    subject: str  # a random urn:uuid, never made from a number or a name
    list_number: int = 1
    list_index: int
    word: str = ""  # the last act on its standing: "", suspended, revoked
    reason: str = ""  # of that act
    word_at: datetime | None = None
    shows: str = NAME  # what its holder lets be seen
    shared_until: datetime | None = None
    erased: bool = False  # its holder has been taken out

    def state(self, now: datetime) -> str:
        """valid, expired, suspended, revoked or not_yet, at `now`. What was taken back stays so after its end."""
        if self.word in (REVOKED, SUSPENDED):
            return self.word
        if now < self.award.valid_from:
            return FUTURE
        until = self.award.valid_until
        return EXPIRED if until and now >= until else VALID

    def shared(self, now: datetime) -> bool:
        """Whether its holder lets everything be seen at the moment."""
        return self.shared_until is not None and now < self.shared_until

    @property
    def name(self) -> str:
        """The given name and an initial, as it is shown: "Rosa Q."."""
        award = self.award
        return f"{award.given_name} {award.initial}.".strip() if award.initial else award.given_name

    @property
    def initials(self) -> str:
        """Two letters that a card is compared by, offline."""
        return (self.award.given_name[:1] + self.award.initial).upper()

    def title(self, language: str) -> str:
        """The occupation or course in a language, or in the nearest that it has."""
        return titled(self.award.title, language)


def _wrong(award: Award) -> str:
    if award.kind not in KINDS:
        return f"a credential is one of {', '.join(KINDS)}, not {award.kind!r}"
    if not award.decision:
        return "no credential without a decision that it rests on"
    if not award.title or not award.standard or not award.issuer:
        return "a credential needs a title, a standard and an issuer"
    if award.valid_from.tzinfo is None or (award.valid_until and award.valid_until.tzinfo is None):
        return "the times of a credential need a time zone"
    if award.valid_until and award.valid_until <= award.valid_from:
        return "a credential ends after it begins"
    if award.authorisation and not award.authorisation.covers(award.awarded_on):
        return f"the authorisation {award.authorisation.act} does not cover {award.awarded_on.isoformat()}"
    return ""


def numbered(award: Award, chance: Random, *, list_number: int = 1) -> Credential:
    """Give an award its numbers, all drawn at random: the code, the serial, the subject and the place in its status
    list. `chance` must not be foretold; whoever stores it draws again where one of them is taken."""
    return Credential(
        award=award,
        code=codes.draw(chance),
        serial=f"{award.awarded_on.year}-{chance.getrandbits(40):010X}",
        subject=f"urn:uuid:{UUID(int=chance.getrandbits(128), version=4)}",
        list_number=list_number,
        list_index=chance.randrange(LIST_BITS),
    )


def short_name(full: str) -> tuple[str, str]:
    """The given name and the initial of the last word of a name: ("Rosa", "Q") of "Rosa Quispe"."""
    words = full.split()
    return (words[0] if words else "", words[-1][:1].upper() if len(words) > 1 else "")


def titled(title: Mapping[str, str], language: str) -> str:
    """A title in a language, else in Spanish, English or any."""
    return next((title[each] for each in (language, "es", "en") if title.get(each)), next(iter(title.values()), ""))


# --- what becomes of it ---

ISSUED, REINSTATED, RENEWED, SHARED, SHOWN = "issued", "reinstated", "renewed", "shared", "shown"
HOLDER = "holder"


OBJECTIONS: Mapping[str, str] = {
    "act": "that is nothing that can be done to a credential",
    "ground": "a ground is needed, in words that its holder may read",
    "two": "two people are needed: who does it, and a second one who agrees",
    "same": "the second person must be somebody else",
    "revoked": "it is revoked already, and that is for ever; issue a new one instead",
    "suspended": "it is suspended already",
    "not_suspended": "only what is suspended can be reinstated",
}
"""What `objection` says, in English."""


def objection(credential: Credential, act: str, *, by: str, second: str, reason: str) -> str:
    """Why a credential cannot be suspended, reinstated or revoked like this, a key of OBJECTIONS; empty where it can.

    All three need a ground on record and a second person (programme-and-facts §2c). What is revoked stays revoked.
    """
    if act not in (SUSPENDED, REINSTATED, REVOKED):
        return "act"
    if not reason.strip():
        return "ground"
    if not by.strip() or not second.strip():
        return "two"
    if by.strip().casefold() == second.strip().casefold():
        return "same"
    if credential.word == REVOKED:
        return "revoked"
    if act == SUSPENDED and credential.word == SUSPENDED:
        return "suspended"
    if act == REINSTATED and credential.word != SUSPENDED:
        return "not_suspended"
    return ""
