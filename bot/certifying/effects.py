"""What a turn may lead to in certification: entries of cases, tests, witnesses, files, and what a holder shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.certifying.cases import Act, Case
from bot.certifying.credentials import Award
from bot.certifying.examining import Exam
from bot.certifying.witnessing import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Showed:
    """The holder of these credentials chooses what they show: everything until then, and `what` from now on."""

    serials: tuple[str, ...]
    until: datetime
    what: str = ""  # name, private; empty: as before


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A certification case begins; its first act follows."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseActed:
    """A case has one entry more, for ever: judged by bot.certifying.deciding, and chained to those before it."""

    case: str
    act: Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamMoved:
    """A knowledge test has begun, asked, heard an answer or come to its decision: the test as it stands now."""

    exam: Exam


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessAsked:
    """Somebody is asked on her own phone whether she saw a field task: with a code, which is kept as a keyed hash."""

    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTried:
    """The code of a witness was written: a right one has done its work, and a wrong one counts against each that it
    may have been meant for."""

    keys: tuple[str, ...]
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHeard:
    """An assessor sent a photo or a recording with her sheet; it is fetched, looked at and kept after the turn."""

    id: str
    case: str
    evidence: str
    by: str
    file: str  # what the provider calls it


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A course is finished: the award of it, which is issued once."""

    award: Award
