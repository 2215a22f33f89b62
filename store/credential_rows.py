"""How credentials lie in their rows, and how the acts that followed are read into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from bot.certifying.credentials import (
    REINSTATED,
    REVOKED,
    SHARED,
    SHOWN,
    SUSPENDED,
    Authorisation,
    Award,
    Credential,
    Evidence,
    Result,
    Unit,
)
from store.shapes import clean, dumps, loads


def act_row(
    serial: str,
    kind: str,
    at: datetime,
    *,
    by: str,
    second: str = "",
    reason: str = "",
    value: str = "",
    until: datetime | None = None,
) -> dict[str, Any]:
    """The row of an act."""
    return {
        "credential": serial,
        "kind": kind,
        "by": by,
        "second": second,
        "reason": reason,
        "value": value,
        "until": until,
        "at": at,
    }


def credential_row(each: Credential) -> dict[str, Any]:
    """The row of a credential."""
    award = each.award
    return {
        "serial": each.serial,
        "code": each.code,
        "learner": award.learner or None,
        "kind": award.kind,
        "given_name": clean(award.given_name),
        "initial": clean(award.initial),
        "subject": each.subject,
        "standard": award.standard,
        "version": award.version,
        "cooperative": award.cooperative,
        "language": award.language,
        "body": _body(award),
        "decision": award.decision,
        "renews": award.renews,
        "awarded_on": award.awarded_on.isoformat(),
        "valid_from": award.valid_from,
        "valid_until": award.valid_until,
        "list_number": each.list_number,
        "list_index": each.list_index,
    }


def _body(award: Award) -> str:
    given = award.authorisation
    held: dict[str, Any] = {
        "title": dict(award.title),
        "purpose": award.purpose,
        "criteria": award.criteria,
        "isco": award.isco,
        "issuer": award.issuer,
        "units": [[each.code, each.title] for each in award.units],
        "results": [[each.name, each.assessment, each.status, each.value, each.unit] for each in award.results],
        "evidence": [
            [each.name, each.genre, each.narrative, each.sha256, each.at.isoformat() if each.at else ""]
            for each in award.evidence
        ],
    }
    if given:
        until = given.valid_until.isoformat() if given.valid_until else ""
        held["authorisation"] = [given.body, given.act, given.valid_from.isoformat(), until]
    return clean(dumps(held))


def folded(rows: Sequence[Row[Any]]) -> list[Credential]:
    """One credential for each run of rows, with its acts in their order."""
    found: dict[str, Credential] = {}
    for row in rows:
        known = found.get(row.serial) or _credential(row)
        if row.act:
            known = after(known, row.act, row.act_at, row.act_reason, row.act_value, row.act_until)
        found[row.serial] = known
    return list(found.values())


def after(known: Credential, act: str, at: datetime, reason: str, value: str, until: datetime | None) -> Credential:
    """What an act makes of a credential."""
    changes: Mapping[str, Callable[[], Credential]] = {
        SUSPENDED: lambda: replace(known, word=SUSPENDED, reason=reason, word_at=at),
        REVOKED: lambda: replace(known, word=REVOKED, reason=reason, word_at=at),
        REINSTATED: lambda: replace(known, word="", reason="", word_at=None),
        SHARED: lambda: replace(known, shared_until=until),
        SHOWN: lambda: replace(known, shows=value),
    }
    if known.word == REVOKED and act in (SUSPENDED, REINSTATED):
        return known  # for ever, whatever was written after it
    return changes[act]()


def _credential(row: Row[Any]) -> Credential:
    held: Mapping[str, Any] = loads(row.body)
    given = held.get("authorisation")
    award = Award(
        kind=row.kind,
        learner=row.learner or "",
        given_name=row.given_name,
        initial=row.initial,
        language=row.language,
        standard=row.standard,
        version=row.version,
        title=held["title"],
        purpose=held["purpose"],
        criteria=held["criteria"],
        units=tuple(Unit(code=code, title=title) for code, title in held["units"]),
        isco=held["isco"],
        cooperative=row.cooperative,
        issuer=held["issuer"],
        authorisation=_authorisation(*given) if given else None,
        awarded_on=date.fromisoformat(row.awarded_on),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        evidence=tuple(_evidence(*each) for each in held["evidence"]),
        results=tuple(
            Result(name=name, assessment=assessment, status=status, value=value, unit=unit)
            for name, assessment, status, value, unit in held["results"]
        ),
        decision=row.decision,
        renews=row.renews,
    )
    return Credential(
        award=award,
        code=row.code,
        serial=row.serial,
        subject=row.subject,
        list_number=row.list_number,
        list_index=row.list_index,
        erased=row.learner is None,
    )


def _authorisation(body: str, act: str, since: str, until: str) -> Authorisation:
    ends = date.fromisoformat(until) if until else None
    return Authorisation(body=body, act=act, valid_from=date.fromisoformat(since), valid_until=ends)


def _evidence(name: str, genre: str, narrative: str, sha256: str, at: str) -> Evidence:
    return Evidence(
        name=name, genre=genre, narrative=narrative, sha256=sha256, at=datetime.fromisoformat(at) if at else None
    )
