"""Passwords and second factors: reckoned off the event loop, two at a time, and alike for people who do not exist."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.cooperating.accounts import LONGEST, RECOVERY_CODES, STEP, steps

T = TypeVar("T")

_COMMON = Path(__file__).parent / "common_passwords.txt"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else; 32 signs are 5 bits each
_AT_ONCE = 2  # each takes 64 MiB: a flood of logins must not take the whole machine's memory


class Reckoner:
    """argon2id (RFC 9106), two reckonings at a time in threads. `hasher`: a cheaper one, for tests."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
        self._slots: asyncio.Semaphore | None = None
        self._nobody = ""

    async def hashed(self, password: str) -> str:
        """The password as it is kept: argon2id with 16 bytes of salt and all its costs in the text."""
        return await self._run(lambda: self._hasher.hash(_octets(password)))

    async def is_right(self, password: str, kept: str) -> bool:
        """Whether this is the password, exactly as it was given. An empty `kept` (nobody, or nobody yet) takes as long,
        and so does one that is wrong. What is longer than 1,024 octets is wrong without a look."""
        if len(_octets(password)) > LONGEST:
            return False
        return await self._run(lambda: self._verify(password, kept))

    def is_old(self, kept: str) -> bool:
        """Whether it was reckoned with other costs than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, password: str, kept: str) -> bool:
        self._nobody = self._nobody or self._hasher.hash(secrets.token_bytes(32))
        try:
            return self._hasher.verify(kept or self._nobody, _octets(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._slots is None:
            self._slots = asyncio.Semaphore(_AT_ONCE)
        async with self._slots:
            return await asyncio.to_thread(work)


def _octets(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@cache
def common() -> frozenset[str]:
    """The passwords that everybody tries first, in small letters."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


# --- the second factor ---


def new_seed() -> str:
    """What is kept of a new second factor."""
    return secrets.token_hex(16)


def shared_key(secret: bytes, account: str, seed: str) -> str:
    """The key that a telephone's application keeps (base32, 160 bits): made of the seed and the key of this
    installation, so that a copy of the database alone opens nothing. Source: RFC 4226 §4, R6."""
    made = hmac.new(secret, f"second-factor:{account}:{seed}".encode(), hashlib.sha256).digest()[:20]
    return base64.b32encode(made).decode()


def key_uri(key: str, login: str, organisation: str) -> str:
    """What the square says to the application that is held before it."""
    return pyotp.TOTP(key).provisioning_uri(name=login, issuer_name=organisation)


def code_at(key: str, now: datetime) -> str:
    """The code of this moment."""
    return pyotp.TOTP(key).at(now)


def step_of(code: str, key: str, last: int, now: datetime) -> int | None:
    """The step whose code this is; None where it is none of those that are good now."""
    written = "".join(sign for sign in code if sign.isdecimal())
    plain = "".join(str(int(sign)) for sign in written)
    found = None
    for step in steps(now, last):  # each is looked at, so that the time says nothing
        if hmac.compare_digest(plain.encode(), pyotp.TOTP(key).at(step * STEP).encode()):
            found = step
    return found


def recovery_codes() -> list[str]:
    """Ten codes of 80 bits for the day on which the telephone is lost, as XXXX-XXXX-XXXX-XXXX."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]
