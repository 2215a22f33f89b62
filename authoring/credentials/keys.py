"""The issuer's keys: kept in files that only this user reads, followed by newer ones, and never thrown away."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey

from authoring import whole_files

BADGE, OFFLINE = "badge", "offline"  # what a key signs: credentials and lists, or the small QR
ALGORITHMS = ("ES256", "RS256")
ED25519 = "Ed25519"
_SUFFIX = ".jwk"


class KeyTrouble(Exception):
    """A key cannot be read or used; its text says which and what to do."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key pair. `kid` begins with the day on which it was made, and names it for ever."""

    kid: str
    use: str  # badge or offline
    algorithm: str  # ES256, RS256 or Ed25519
    made_at: datetime
    jwk: Mapping[str, Any]  # with the private part, where we hold it

    @cached_property
    def pair(self) -> ECKey | RSAKey | OKPKey:
        """The key as the signing library takes it."""
        return _imported(dict(self.jwk))

    @cached_property
    def public(self) -> dict[str, Any]:
        """What is published of it: never the private part."""
        return {**self.pair.as_dict(private=False), "kid": self.kid, "alg": self.algorithm, "use": "sig"}


@dataclass(frozen=True, kw_only=True)
class Ring:
    """All keys of an issuer, oldest first."""

    keys: tuple[Key, ...]

    @cached_property
    def badge(self) -> Key:
        """The key that credentials are signed with from now on."""
        return self._newest(BADGE)

    @cached_property
    def offline(self) -> Key:
        """The key that the small QR is signed with from now on."""
        return self._newest(OFFLINE)

    def published(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK set (RFC 7517): every key that ever signed, newest first, so that an old paper can be checked."""
        return {"keys": [key.public for key in reversed(self.keys)]}

    def _newest(self, use: str) -> Key:
        return [key for key in self.keys if key.use == use][-1]


def ring(folder: Path, now: datetime, *, algorithm: str = "ES256") -> Ring:
    """The keys in `folder`, oldest first. The first time, one of each use is made. Raises KeyTrouble where one cannot
    be read, OSError where the folder cannot be written."""
    held = list(_read(folder))
    if len({key.use for key in held}) < 2:
        with whole_files.writing_in(folder):
            held = list(_read(folder))  # another one may have made them meanwhile
            for use in {BADGE, OFFLINE} - {key.use for key in held}:
                held.append(_made(folder, use, algorithm, now))
    return Ring(keys=tuple(sorted(held, key=lambda key: (key.made_at, key.kid))))


def rotate(folder: Path, now: datetime, *, algorithm: str = "ES256") -> Ring:
    """New keys from now on. The old ones stay and stay published, for what they signed is still out there."""
    ring(folder, now, algorithm=algorithm)
    with whole_files.writing_in(folder):
        for use in (BADGE, OFFLINE):
            _made(folder, use, algorithm, now)
    return ring(folder, now, algorithm=algorithm)


def public_keys(published: object) -> dict[str, ECKey | RSAKey | OKPKey]:
    """The keys of a published JWK set by their kid. Raises KeyTrouble where it is none."""
    listed = published.get("keys") if isinstance(published, Mapping) else None
    if not isinstance(listed, list):
        raise KeyTrouble('This is no key set: a JSON object with "keys" is expected, as at /credentials/keys.json.')
    try:
        return {str(each["kid"]): _imported(dict(each)) for each in listed}
    except (KeyError, TypeError, ValueError) as error:
        raise KeyTrouble(f"A key of this set cannot be used: {error}") from None


def _imported(jwk: dict[str, Any]) -> ECKey | RSAKey | OKPKey:
    match jwk.get("kty"):
        case "EC":
            return ECKey.import_key(jwk)
        case "RSA":
            return RSAKey.import_key(jwk)
        case "OKP":
            return OKPKey.import_key(jwk)
    raise KeyTrouble(f"A key of type {jwk.get('kty')!r} is not known here.")


def _read(folder: Path) -> Iterator[Key]:
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            made_at = datetime.fromisoformat(held["made_at"])
            yield Key(kid=held["kid"], use=held["use"], algorithm=held["alg"], made_at=made_at, jwk=dict(held["jwk"]))
        except (ValueError, KeyError, TypeError) as error:
            raise KeyTrouble(f"{path} holds no key of ours: {error}. Put it back from a backup.") from None


def _made(folder: Path, use: str, algorithm: str, now: datetime) -> Key:
    if algorithm not in ALGORITHMS:
        raise KeyTrouble(f"{algorithm} is not offered. Write one of {', '.join(ALGORITHMS)}.")
    pair: ECKey | RSAKey | OKPKey
    if use == OFFLINE:
        algorithm, pair = ED25519, OKPKey.generate_key("Ed25519")
    elif algorithm == "RS256":
        pair = RSAKey.generate_key(2048)
    else:
        pair = ECKey.generate_key("P-256")
    # Upper case, so that the small QR can hold it in its alphanumeric mode.
    kid = f"{now:%y%m%d}{hashlib.sha256(pair.thumbprint().encode()).hexdigest()[:8]}".upper()
    key = Key(kid=kid, use=use, algorithm=algorithm, made_at=now, jwk=pair.as_dict(private=True))
    held = {"kid": kid, "use": use, "alg": algorithm, "made_at": now.isoformat(), "jwk": key.jwk}
    whole_files.put(folder / f"{use}-{kid}{_SUFFIX}", json.dumps(held).encode())
    return key
