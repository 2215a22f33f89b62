"""The small QR for where there is no network: a few words in capitals, signed with Ed25519, that a program checks.

It holds no name, only initials, and says what was true on the day on which it was printed: whether the credential has
been taken back since, only the page or an SMS can tell.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authoring.credentials.keys import Key, KeyTrouble, public_keys
from authoring.credentials.signing import Tampered
from bot.certifying.credentials import COMPETENCE, COMPLETION, EXPIRED, VALID, Credential

MARK = "CQ1"
_PARTS = 8  # before the signature
# QR's alphanumeric mode takes 5.5 bits a sign, and of these signs only; base32 fits it without loss of meaning.
_FIT = re.compile(r"[^0-9A-Z \-.]")
_KIND = {COMPETENCE: "C", COMPLETION: "F"}
_FOREVER = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a card says of itself, once its signature was found right."""

    key: str  # the issuer's key
    serial: str
    kind: str
    standard: str  # code and version, in capitals
    initials: str
    until: date | None
    printed_on: date

    def state(self, today: date) -> str:
        """valid or expired, by its date alone."""
        return EXPIRED if self.until and today > self.until else VALID


def payload(credential: Credential, key: Key, printed_on: date) -> str:
    """The text of the QR: CQ1*key*serial*kind*standard*initials*until*printed*signature."""
    award = credential.award
    until = f"{award.valid_until.astimezone(UTC).date():%Y%m%d}" if award.valid_until else _FOREVER
    fields = (
        MARK,
        key.kid,
        credential.serial,
        _KIND[award.kind],
        _fit(f"{award.standard} {award.version}"),
        _fit(credential.initials) or _FOREVER,
        until,
        f"{printed_on:%Y%m%d}",
    )
    said = "*".join(fields)
    private = key.pair.private_key
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyTrouble(f"The key {key.kid} is for {key.algorithm}; the small QR is signed with Ed25519.")
    return f"{said}*{base64.b32encode(private.sign(said.encode())).decode().rstrip('=')}"


def is_whole(text: str) -> bool:
    """Whether the text has all the parts of a payload, whoever signed it."""
    fields = text.strip().upper().split("*")
    return len(fields) == _PARTS + 1 and fields[0] == MARK


def read(text: str, published: Mapping[str, Any]) -> Printed:
    """What a payload says, if a key of this set (JWK set) signed it. Raises Tampered with a plain sentence, KeyTrouble
    for a set that is none."""
    if not is_whole(text):
        raise Tampered("This is no QR of a certificate.")
    said, _, signature = text.strip().upper().rpartition("*")
    fields = said.split("*")
    key = public_keys(published).get(fields[1])
    public = key.public_key if key else None
    if not isinstance(public, Ed25519PublicKey):
        raise Tampered("It was signed by a key that this issuer does not know. Are these the newest keys?")
    try:
        public.verify(base64.b32decode(signature + "=" * (-len(signature) % 8)), said.encode())
    except (InvalidSignature, binascii.Error):
        raise Tampered("The signature does not fit: this card was forged or changed.") from None
    kinds = {short: kind for kind, short in _KIND.items()}
    return Printed(
        key=fields[1],
        serial=fields[2],
        kind=kinds.get(fields[3], ""),
        standard=fields[4],
        initials="" if fields[5] == _FOREVER else fields[5],
        until=None if fields[6] == _FOREVER else _day(fields[6]),
        printed_on=_day(fields[7]),
    )


def _fit(text: str) -> str:
    """In capitals, with what QR's alphanumeric mode lacks left out; an accent only costs the accent."""
    from unicodedata import normalize

    plain = normalize("NFKD", text.upper()).encode("ascii", "ignore").decode()
    return _FIT.sub("-", plain)


def _day(written: str) -> date:
    return datetime.strptime(written, "%Y%m%d").replace(tzinfo=UTC).date()
