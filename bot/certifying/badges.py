"""A credential as others read it: Open Badges 3.0 on W3C Verifiable Credentials 2.0, ready for signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.certifying import codes
from bot.certifying.credentials import COMPETENCE, COMPLETION, Award, Credential, Evidence, titled

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
_TYPE = {COMPETENCE: "Certification", COMPLETION: "CertificateOfCompletion"}
_SAYS = {
    COMPETENCE: "Assessed competence: every mandatory requirement of the standard was judged by an assessor.",
    COMPLETION: "The course was completed. This proves no competence.",
}
_IS_NOT = "This is not a State certificate."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the issuer is reached: everything in a badge that is an address begins with `base`, without a slash."""

    base: str

    @property
    def issuer(self) -> str:
        """The issuer's own address, at which its profile is."""
        return f"{self.base}/credentials/issuer.json"

    def status(self, number: int) -> str:
        """The address of a status list."""
        return f"{self.base}/credentials/status/{number}"

    def page(self, code: str) -> str:
        """The address of the page of a credential."""
        return f"{self.base}/verify/{codes.shown(code)}"


def open_badge(credential: Credential, place: Place) -> dict[str, object]:
    """The credential as OB 3.0 on VC 2.0, ready for signing. Its subject is a random id and nothing leads from it to a
    number; the name goes along only as given name and initial.

    Source: Open Badges 3.0 §B.1 (OpenBadgeCredential), W3C VC 2.0 §4, Bitstring Status List 1.0 §2.1. Suspension is
    left to the page: OB 3.0 has place for one status entry, and that is the one that is for ever.
    """
    award = credential.award
    badge: dict[str, object] = {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{_uuid(credential)}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": credential.title(award.language),
        "issuer": {"id": place.issuer, "type": ["Profile"], "name": award.issuer, "url": place.base},
        "awardedDate": _second(award.valid_from),
        "validFrom": _second(award.valid_from),
        "credentialSubject": _subject(credential, place),
        "credentialStatus": _status(credential, place),
    }
    if award.valid_until:
        badge["validUntil"] = _second(award.valid_until)
    if award.evidence:
        badge["evidence"] = [_evidence(each) for each in award.evidence]
    return badge


def _subject(credential: Credential, place: Place) -> dict[str, object]:
    award = credential.award
    subject: dict[str, object] = {
        "id": credential.subject,
        "type": ["AchievementSubject"],
        "licenseNumber": credential.serial,
        "achievement": _achievement(credential, place),
    }
    if award.given_name and not credential.erased:
        subject["identifier"] = [
            {"type": "IdentityObject", "hashed": False, "identityHash": credential.name, "identityType": "name"}
        ]
    if award.results:
        subject["result"] = [
            {
                "type": ["Result"],
                "resultDescription": _described(credential, number),
                "status": each.status,
                **({"value": each.value} if each.value else {}),
            }
            for number, each in enumerate(award.results)
        ]
    return subject


def _achievement(credential: Credential, place: Place) -> dict[str, object]:
    award = credential.award
    standing = (
        f"Authorised by {award.authorisation.body}, {award.authorisation.act}." if award.authorisation else _IS_NOT
    )
    achievement: dict[str, object] = {
        "id": f"{place.base}/credentials/standards/{award.standard}/{award.version}",
        "type": ["Achievement"],
        "achievementType": _TYPE[award.kind],
        "name": credential.title(award.language),
        "description": " ".join(part for part in (award.purpose, _SAYS[award.kind], standing) if part),
        "criteria": {"narrative": award.criteria or _SAYS[award.kind]},
        "humanCode": award.standard,
        "version": award.version,
        "inLanguage": award.language,
        "alignment": _alignment(award, place),
    }
    if award.results:
        achievement["resultDescription"] = [
            {
                "id": _described(credential, number),
                "type": ["ResultDescription"],
                "name": f"{each.name} ({each.assessment})",
                "resultType": "Status",
            }
            for number, each in enumerate(award.results)
        ]
    return achievement


def _alignment(award: Award, place: Place) -> list[dict[str, object]]:
    here = f"{place.base}/credentials/standards/{award.standard}/{award.version}"
    found: list[dict[str, object]] = [_aligned(titled(award.title, "en"), here, award.standard, award.standard)]
    found += [_aligned(each.title, f"{here}#{each.code}", each.code, award.standard) for each in award.units]
    if award.isco:
        at = f"http://data.europa.eu/esco/isco/C{award.isco}"
        found.append(_aligned(titled(award.title, "en"), at, award.isco, "ISCO-08"))
    return found


def _aligned(name: str, url: str, code: str, framework: str) -> dict[str, object]:
    return {
        "type": ["Alignment"],
        "targetName": name,
        "targetUrl": url,
        "targetCode": code,
        "targetFramework": framework,
        "targetType": "CFItem",
    }


def _evidence(each: Evidence) -> dict[str, object]:
    told = [each.narrative] if each.narrative else []
    told += [f"Seen {each.at.date().isoformat()}."] if each.at else []
    told += [f"SHA-256 {each.sha256}."] if each.sha256 else []
    out: dict[str, object] = {"type": ["Evidence"], "name": each.name}
    return out | ({"genre": each.genre} if each.genre else {}) | ({"narrative": " ".join(told)} if told else {})


def _status(credential: Credential, place: Place) -> dict[str, object]:
    url = place.status(credential.list_number)
    return {
        "id": f"{url}#{credential.list_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(credential.list_index),
        "statusListCredential": url,
    }


def _described(credential: Credential, number: int) -> str:
    return f"urn:uuid:{_uuid(credential)}#result-{number}"


def _uuid(credential: Credential) -> UUID:
    """Another id than the subject's, and always the same for one credential."""
    return UUID(int=UUID(credential.subject).int ^ 0xC0DE, version=4)


def _second(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def badge_type(kind: str) -> str:
    """What OB 3.0 calls this kind."""
    return _TYPE[kind]
