"""Sign credentials and status lists as VC-JWT, and refuse whatever was changed after it was signed."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from authoring.credentials.keys import Key, KeyTrouble, public_keys
from bot.certifying.badges import CONTEXT, Place, open_badge
from bot.certifying.credentials import LIST_BITS, Credential

_ALLOWED = ["ES256", "RS256"]
_MOST = LIST_BITS // 8


class _Registry(jws.JWSRegistry):
    # The library's 512 octets are fewer than a head takes that carries an RSA key.
    max_header_length = 2048


_REGISTRY = _Registry(algorithms=_ALLOWED)


class Tampered(Exception):
    """What was presented is not what was signed, or was not signed by a key of this issuer; its text says which."""


def signed(credential: Credential, place: Place, key: Key) -> str:
    """The credential as a VC-JWT. The badge is the payload itself, with iss, sub, jti, nbf (and exp) beside it.

    Source: Open Badges 3.0 §8.2 (JSON Web Token proof format).
    """
    badge = open_badge(credential, place)
    award = credential.award
    claims = badge | {
        "iss": place.issuer,
        "sub": credential.subject,
        "jti": badge["id"],
        "nbf": int(award.valid_from.timestamp()),
        "iat": int(award.valid_from.timestamp()),
    }
    if award.valid_until:
        claims["exp"] = int(award.valid_until.timestamp())
    return _compact(claims, key)


def status_list(revoked: Iterable[int], number: int, place: Place, key: Key, now: datetime) -> str:
    """A status list as a VC-JWT: one bit for each place, set where the credential is revoked.

    Source: Bitstring Status List 1.0 §2.2 and §3.2: 16 KB at least, GZIP, multibase base64url; bit 0 is the leftmost.
    """
    url = place.status(number)
    second = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    claims: dict[str, Any] = {
        "@context": [CONTEXT[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": place.issuer,
        "validFrom": second,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
        "iss": place.issuer,
        "sub": f"{url}#list",
        "jti": url,
        "nbf": int(now.timestamp()),
        "iat": int(now.timestamp()),
    }
    return _compact(claims, key)


def opened(token: str, published: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of a VC-JWT that a key of this set signed. Raises Tampered, and KeyTrouble for a set that is none.

    It says that the credential is authentic, not that it still holds: look at its dates and its status list too.
    """
    keys = public_keys(published)
    try:
        header = json.loads(_decoded(token.partition(".")[0]))
        key = keys.get(str(header.get("kid")))
    except (ValueError, AttributeError):
        raise Tampered("This is no signed credential.") from None
    if key is None:
        raise Tampered("It was signed by a key that this issuer does not know.")
    try:
        found = jws.deserialize_compact(token.encode(), key, registry=_REGISTRY)
        payload = json.loads(found.payload)
    except (JoseError, ValueError, TypeError):
        raise Tampered("The signature does not fit: it was changed after it was signed.") from None
    if not isinstance(payload, dict):
        raise Tampered("This is no signed credential.")
    return payload


def encoded(places: Iterable[int]) -> str:
    """A bitstring of 131,072 bits with these set. Raises IndexError for a place outside."""
    bits = bytearray(_MOST)
    for place in places:
        if place < 0:
            raise IndexError(place)
        bits[place >> 3] |= 0x80 >> (place & 7)
    # No time in its head: the same list is always the same text.
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def is_set(encoded_list: str, place: int) -> bool:
    """Whether the bit of a place is set. Raises Tampered for what is no list, or is one of another length."""
    try:
        inflator = zlib.decompressobj(wbits=31)
        bits = inflator.decompress(_decoded(encoded_list.removeprefix("u")), 16 * _MOST)
    except (ValueError, zlib.error):
        raise Tampered("This is no status list.") from None
    if len(bits) < _MOST or not 0 <= place < len(bits) * 8:
        raise Tampered("The status list is too short for this credential.")
    return bool(bits[place >> 3] & (0x80 >> (place & 7)))


def _compact(claims: Mapping[str, Any], key: Key) -> str:
    if key.algorithm not in _ALLOWED:
        raise KeyTrouble(f"The key {key.kid} is for {key.algorithm}; credentials are signed with ES256 or RS256.")
    public = {name: held for name, held in key.public.items() if name not in ("alg", "use", "kid")}
    header = {"alg": key.algorithm, "typ": "JWT", "kid": key.kid, "jwk": public}
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    return str(jws.serialize_compact(header, payload, key.pair, registry=_REGISTRY))


def _decoded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def stated(claims: Mapping[str, Any], key: Key) -> str:
    """Any statement of ours as a JWT, such as the hash of a register; `opened` reads it."""
    return _compact(claims, key)
