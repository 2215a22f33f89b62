"""An officer's PIN: how it is kept, which ones anybody would guess, and when too many wrong ones close the office."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import scrypt
from hmac import compare_digest
from itertools import pairwise

DIGITS = 6
SHORTEST, LONGEST = 4, 12
TRIES = 5  # wrong ones in a row
LOCKED = timedelta(hours=1)

# Some 40 ms and 16 MiB on a small server (measured): nothing to an officer, and a million PINs take a thief of the
# table half a day each. Kept in the text, so that it can be raised later without asking anybody for a new PIN.
_N, _R, _P, _LENGTH = 2**14, 8, 1, 32
_MOST_MEMORY = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What becomes of an office after a PIN was given."""

    right: bool
    tries: int  # wrong ones since the last right one
    locked_until: datetime | None = None

    @property
    def left(self) -> int:
        """How many more wrong ones are borne."""
        return max(0, TRIES - self.tries)


def hashed(pin: str, salt: bytes) -> str:
    """The PIN as it is kept: `scrypt$N$r$p$salt$hash` with base64. `salt`: at least 16 random bytes, new each time.

    Source: RFC 7914. Raises ValueError for a salt that is too short.
    """
    if len(salt) < 16:
        raise ValueError("a salt needs 16 bytes or more")
    return "$".join(("scrypt", str(_N), str(_R), str(_P), _text(salt), _text(_hash(pin, salt, _N, _R, _P))))


def matches(pin: str, stored: str) -> bool:
    """Whether this is the PIN that was kept. Takes as long for a wrong one; false for whatever cannot be read."""
    try:
        method, n, r, p, salt, kept = stored.split("$")
        if method != "scrypt":
            return False
        return compare_digest(_hash(pin, b64decode(salt), int(n), int(r), int(p)), b64decode(kept))
    except (ValueError, Error):
        return False


def plain(written: str) -> str:
    """The digits of a PIN as people write it: `48 39-20` is 483920, in whatever digits their phone has."""
    return "".join(str(int(each)) for each in written if each.isdecimal())


def weak(pin: str, phones: Iterable[str] = ()) -> str:
    """Why this PIN would be guessed, as one word; empty for a good one.

    `length`: not 4 to 12 digits; `same`: too few different digits; `run`: 123456, 987654; `repeated`: 121212,
    123123; `year`: 1985, 19851985; `phone`: the last digits of one of `phones`.
    """
    if not pin.isdecimal() or not pin.isascii() or not SHORTEST <= len(pin) <= LONGEST:
        return "length"
    if len(set(pin)) <= 2:
        return "same"
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if steps in ({1}, {9}):
        return "run"
    if any(len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in range(1, len(pin))):
        return "repeated"
    if len(pin) == SHORTEST and pin[:2] in ("19", "20"):
        return "year"
    if any(plain(phone).endswith(pin) for phone in phones):
        return "phone"
    return ""


def made(draw: Callable[[int], int], phones: Iterable[str] = (), digits: int = DIGITS) -> str:
    """A PIN that is not weak. `draw(n)`: a number below n, from a source that cannot be foretold (`secrets`)."""
    known = tuple(phones)
    while True:
        pin = f"{draw(10**digits):0{digits}d}"
        if not weak(pin, known):
            return pin


def tried(*, right: bool, tries: int, now: datetime) -> Tried:
    """What becomes of an office that is not locked. The fifth wrong PIN in a row closes it for an hour, and then
    counting starts anew."""
    if right:
        return Tried(right=True, tries=0)
    wrong = tries + 1
    return Tried(right=False, tries=wrong, locked_until=now + LOCKED if wrong >= TRIES else None)


def locked(locked_until: datetime | None, now: datetime) -> bool:
    """Whether the office is closed at this moment: no PIN is looked at, not even the right one."""
    return locked_until is not None and now < locked_until


def tries_so_far(tries: int, locked_until: datetime | None, now: datetime) -> int:
    """The wrong tries that count by now: none of those before a lock that is over."""
    return 0 if locked_until is not None and locked_until <= now else tries


def _hash(pin: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return scrypt(pin.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=_LENGTH)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode()
