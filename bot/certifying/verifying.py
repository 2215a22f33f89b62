"""Is this certificate genuine, and does it hold? One answer with several faces: one SMS, JSON, and the page's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.certifying import codes
from bot.certifying.credentials import (
    COMPETENCE,
    PRIVATE,
    REVOKED,
    SUSPENDED,
    Authorisation,
    Credential,
    Evidence,
    Result,
    Unit,
)
from bot.delivering.sms import fold_text, segments
from bot.talking.wording import Wording

NOT_FOUND, MIXED_UP = "not_found", "letters"
_SHORTEST = (24, 14)  # characters that the occupation and the issuer keep, however long the rest is


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was looked up because a message holds a right code."""

    code: str
    found: Credential | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What whoever holds a code may know. Everything but `state` and `code` is empty where nothing is found, so that
    an unknown code, a mistyped one and an invented one cannot be told apart."""

    state: str  # valid, expired, suspended, revoked, not_yet; not_found; letters: the code holds 0, O, 1, I or L
    code: str = ""  # as it is shown
    kind: str = ""
    title: str = ""
    name: str = ""  # empty where the holder does not show it
    issuer: str = ""
    standard: str = ""  # code and version
    isco: str = ""
    serial: str = ""
    awarded_on: date | None = None
    until: date | None = None  # the last day, in UTC
    authorisation: Authorisation | None = None
    reason: str = ""  # of a suspension or a revocation
    since: date | None = None  # of that
    shared_until: datetime | None = None  # what follows is there only while the holder shares it
    units: tuple[Unit, ...] = ()
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is such a credential, whatever its state."""
        return bool(self.kind)

    @property
    def holds(self) -> bool:
        """Whether it may be relied on now."""
        return self.state == "valid"


def verified(code: str, found: Credential | None, now: datetime, *, language: str = "es") -> Verification:
    """What a code is worth at `now` (aware). `found` is the credential of that code, None where there is none. Days
    are those of UTC. Every face of verification begins here, so that all of them say the same."""
    read = codes.read(code)
    if found is None or read.code != found.code:
        wrong = MIXED_UP if read.wrong == "letters" else NOT_FOUND
        return Verification(state=wrong, code=read.written)
    award = found.award
    open_ = found.shared(now)
    taken_back = found.word in (SUSPENDED, REVOKED)
    return Verification(
        state=found.state(now),
        code=codes.shown(found.code),
        kind=award.kind,
        title=found.title(language),
        name="" if found.erased or (found.shows == PRIVATE and not open_) else found.name,
        issuer=award.issuer,
        standard=f"{award.standard} {award.version}",
        isco=award.isco,
        serial=found.serial,
        awarded_on=award.awarded_on,
        until=award.valid_until.astimezone(UTC).date() if award.valid_until else None,
        authorisation=award.authorisation,
        reason=found.reason if taken_back else "",
        since=found.word_at.astimezone(UTC).date() if taken_back and found.word_at else None,
        shared_until=found.shared_until if open_ else None,
        units=award.units if open_ else (),
        results=award.results if open_ else (),
        evidence=award.evidence if open_ else (),
    )


# --- by SMS ---


def sms(found: Verification, wording: Wording, language: str) -> str:
    """The answer as one SMS segment: state, occupation, name, issuer, until when, and what it is not."""
    if not found.found:
        return wording.say(language, "verify.letters" if found.state == MIXED_UP else "verify.none", code=found.code)
    title, issuer = found.title, found.issuer
    text = _worded(found, wording, language, title, issuer)
    while segments(fold_text(text, "gsm")) > 1 and (len(title) > _SHORTEST[0] or len(issuer) > _SHORTEST[1]):
        # The longer one first, so that both can still be recognised.
        if len(title) - _SHORTEST[0] >= len(issuer) - _SHORTEST[1]:
            title = _shorter(title)
        else:
            issuer = _shorter(issuer)
        text = _worded(found, wording, language, title, issuer)
    return text


def _shorter(text: str) -> str:
    return text.removesuffix("...")[:-4].rstrip() + "..."


def _worded(found: Verification, wording: Wording, language: str, title: str, issuer: str) -> str:
    said = "verify.completion"
    if found.kind == COMPETENCE:
        said = "verify.authorised" if found.authorisation else "verify.competence"
    # "Suspended (until 2029)" would be read as its end: what was taken back says since when.
    day, which = (found.since, "verify.since") if found.state in (SUSPENDED, REVOKED) else (found.until, "verify.until")
    until = wording.say(language, which, date=f"{day:%d/%m/%Y}") if day else ""
    return wording.say(
        language,
        said,
        state=wording.say(language, f"verify.state.{found.state}"),
        course=title,
        name=found.name.rstrip(".") or wording.say(language, "verify.private"),
        who=issuer,
        until=until,
    )


# --- as JSON ---


def as_json(found: Verification) -> dict[str, object]:
    """The answer for a program. A code that is unknown gives the state alone, whatever is wrong with it."""
    if not found.found:
        return {"state": NOT_FOUND, "valid": False}
    out: dict[str, object] = {
        "state": found.state,
        "valid": found.holds,
        "code": found.code,
        "kind": found.kind,
        "occupation": found.title,
        "name": found.name or None,
        "issuer": found.issuer,
        "standard": found.standard,
        "isco08": found.isco or None,
        "awarded_on": _day(found.awarded_on),
        "valid_until": _day(found.until),
        "state_certificate": False,
        "authorised_by": _authority(found.authorisation),
        "proves_competence": found.kind == COMPETENCE,
    }
    if found.reason or found.since:
        out |= {"reason": found.reason or None, "since": _day(found.since)}
    if found.shared_until:
        out |= {
            "shared_until": found.shared_until.isoformat(timespec="seconds"),
            "serial": found.serial,
            "units": [{"code": each.code, "title": each.title} for each in found.units],
            "results": [_result(each) for each in found.results],
        }
    return out


def _result(each: Result) -> dict[str, str]:
    return {"name": each.name, "assessment": each.assessment, "status": each.status, "unit": each.unit}


def _authority(found: Authorisation | None) -> dict[str, object] | None:
    return {"body": found.body, "act": found.act, "until": _day(found.valid_until)} if found else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
