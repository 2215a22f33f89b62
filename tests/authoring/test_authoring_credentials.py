"""Signed credentials, checked by a library that is not ours; status lists, the offline QR, keys, and papers."""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from openbadgeslib.ob3.status import check_credential_status, decode_encoded_list, set_indices
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from authoring.credentials import keys, offline, papers, signing
from authoring.credentials.keys import KeyTrouble, Ring
from authoring.credentials.signing import Tampered
from bot.certifying.badges import Place
from bot.certifying.credentials import LIST_BITS, Credential
from bot.people import LONGEST_NAME
from tests.certificates import YEAR, authorised, award, finished, numbered

# Third parties look at the machine's clock, so these begin yesterday.
TODAY = datetime.now(UTC).replace(microsecond=0)
YESTERDAY = TODAY - timedelta(days=1)
PLACE = Place(base="https://chasqui.example")
DATES = {"valid_from": YESTERDAY, "valid_until": YESTERDAY + 3 * YEAR, "awarded_on": YESTERDAY.date()}


@pytest.fixture(scope="module", params=["ES256", "RS256"])
def ring(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return keys.ring(tmp_path_factory.mktemp("keys"), YESTERDAY, algorithm=request.param)


def made(number: int = 1) -> Credential:
    kind = (award, finished, authorised)[number % 3]
    more = DATES if kind is not finished else {**DATES, "valid_until": None}
    return numbered(kind(number, **more), Random(number))


def verifier(ring: Ring) -> OB3Verifier:
    return OB3Verifier(pubkey_pem=ring.badge.pair.as_pem(private=False))


def changed(token: str, change: Callable[[dict[str, object]], None]) -> str:
    head, payload, signature = token.split(".")
    held = json.loads(base64.urlsafe_b64decode(payload + "=="))
    change(held)
    again = base64.urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")
    return f"{head}.{again}.{signature}"


def test_a_library_that_is_not_ours_verifies_a_hundred_of_a_hundred(ring: Ring) -> None:
    theirs = verifier(ring)
    for number in range(100):
        credential = made(number)
        found = theirs.verify(signing.signed(credential, PLACE, ring.badge))
        assert found.recipient_id == credential.subject


def test_a_library_that_is_not_ours_refuses_a_hundred_tampered_ones_of_a_hundred(ring: Ring) -> None:
    theirs, chance = verifier(ring), Random(7)
    refused = ours = 0
    for number in range(100):
        token = signing.signed(made(number), PLACE, ring.badge)
        if number % 2:
            # One sign of the payload or the signature becomes another; the last may hold bits that nobody reads.
            first = token.index(".") + 1
            place = chance.choice([at for at in range(first, len(token) - 1) if token[at] != "."])
            token = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        else:
            token = changed(token, lambda held: held.update(name="Ingeniera agrónoma"))
        with pytest.raises(OB3VerificationError):
            theirs.verify(token)
        refused += 1
        with pytest.raises(Tampered):
            signing.opened(token, ring.published())
        ours += 1
    assert (refused, ours) == (100, 100)


def test_a_library_that_is_not_ours_refuses_what_has_expired_or_has_another_key(ring: Ring, tmp_path: Path) -> None:
    old = numbered(award(valid_from=TODAY - 3 * YEAR, valid_until=YESTERDAY), Random(1))
    with pytest.raises(OB3VerificationError, match="expired"):
        verifier(ring).verify(signing.signed(old, PLACE, ring.badge))
    other = keys.ring(tmp_path, YESTERDAY, algorithm=ring.badge.algorithm)
    with pytest.raises(OB3VerificationError):
        verifier(other).verify(signing.signed(made(), PLACE, ring.badge))
    with pytest.raises(Tampered, match="does not know"):
        signing.opened(signing.signed(made(), PLACE, ring.badge), other.published())


def test_a_library_that_is_not_ours_reads_the_status_list(ring: Ring) -> None:
    credential = made()
    parsed = verifier(ring).verify(signing.signed(credential, PLACE, ring.badge))
    pem = ring.badge.pair.as_pem(private=False)

    def ask(*revoked: int) -> None:
        token = signing.status_list(revoked, 1, PLACE, ring.badge, YESTERDAY)
        check_credential_status(parsed, lambda url: token.encode(), verify_list=True, list_pubkey_pem=pem)

    ask(0, LIST_BITS - 1)
    with pytest.raises(OB3VerificationError, match="revocation"):
        ask(credential.list_index)


def test_the_list_has_its_length_and_its_order() -> None:
    places = [0, 9, LIST_BITS - 1]
    listed = signing.encoded(places)
    bits = decode_encoded_list(listed)
    assert len(bits) * 8 == LIST_BITS == 131_072
    assert bits[0] == 0x80
    assert set_indices(bits) == frozenset(places)
    assert [place for place in (0, 1, 8, 9, LIST_BITS - 1) if signing.is_set(listed, place)] == places
    with pytest.raises(Tampered):
        signing.is_set(listed, LIST_BITS)
    with pytest.raises(Tampered):
        signing.is_set("unonsense", 1)
    with pytest.raises(IndexError):
        signing.encoded([LIST_BITS])


@pytest.mark.skipif(not shutil.which("node"), reason="no Node here; install it to check with a second implementation")
def test_a_second_implementation_verifies_the_signature(tmp_path: Path) -> None:
    """Node's own cryptography, by the published key alone: a third program, and no library of ours or Python's."""
    ring = keys.ring(tmp_path, YESTERDAY)
    token = signing.signed(made(), PLACE, ring.badge)
    program = """
    const c = require('crypto'); const [token, set] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    const [h, p, s] = token.split('.'); const kid = JSON.parse(Buffer.from(h, 'base64url')).kid;
    const key = c.createPublicKey({key: set.keys.find(k => k.kid === kid), format: 'jwk'});
    const ok = c.verify('sha256', Buffer.from(h + '.' + p), {key, dsaEncoding: 'ieee-p1363'},
                        Buffer.from(s, 'base64url'));
    console.log(ok);
    """
    for text, said in ((token, "true"), (changed(token, lambda held: held.update(name="x")), "false")):
        given = json.dumps([text, ring.published()])
        done = subprocess.run(["node", "-e", program], input=given, capture_output=True, text=True, timeout=60)
        assert done.stdout.strip() == said, done.stderr


# --- keys ---


def test_keys_are_kept_from_others_and_old_ones_stay_published(tmp_path: Path) -> None:
    first = keys.ring(tmp_path / "keys", YESTERDAY)
    assert keys.ring(tmp_path / "keys", TODAY).published() == first.published()
    token, qr = (
        signing.signed(made(), PLACE, first.badge),
        offline.payload(made(), first.offline, date(2026, 11, 20)),
    )
    second = keys.rotate(tmp_path / "keys", TODAY)
    assert second.badge.kid != first.badge.kid
    assert len(second.published()["keys"]) == 4
    assert signing.opened(token, second.published())["sub"] == made().subject
    assert offline.read(qr, second.published()).initials == "RQ"
    assert "d" not in {name for key in second.published()["keys"] for name in key}
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_made_once_where_many_ask_for_the_first_time(tmp_path: Path) -> None:
    """Eight at a time, each told to begin when all are there: everyone gets the same two keys, and reads no half."""
    together = threading.Barrier(8)

    def ask(folder: Path) -> list[str]:
        together.wait()
        return [key.kid for key in keys.ring(folder, YESTERDAY).keys]

    with ThreadPoolExecutor(8) as pool:
        for n in range(20):
            folder = tmp_path / str(n)
            given = list(pool.map(ask, [folder] * 8))
            assert given == given[:1] * 8
            assert len(given[0]) == 2
            assert len(list(folder.iterdir())) == 2


def test_a_key_that_cannot_be_written_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            keys.ring(tmp_path, YESTERDAY)
    assert list(tmp_path.iterdir()) == []
    assert len(keys.ring(tmp_path, YESTERDAY).keys) == 2


def test_a_key_file_that_is_broken_is_named(tmp_path: Path) -> None:
    keys.ring(tmp_path, YESTERDAY)
    next(tmp_path.glob("*.jwk")).write_text("{}")
    with pytest.raises(KeyTrouble, match="backup"):
        keys.ring(tmp_path, YESTERDAY)
    with pytest.raises(KeyTrouble):
        keys.public_keys({"nothing": 1})


# --- offline ---


def test_the_small_qr_says_what_was_printed_and_nothing_of_the_name(ring: Ring) -> None:
    credential = made(3)
    text = offline.payload(credential, ring.offline, YESTERDAY.date())
    found = offline.read(text.lower(), ring.published())
    assert (found.serial, found.initials, found.kind) == (credential.serial, "RQ", "competence")
    assert (found.until, found.printed_on) == ((YESTERDAY + 3 * YEAR).date(), YESTERDAY.date())
    assert "ROSA" not in text
    assert found.state(TODAY.date()) == "valid"
    assert found.state((TODAY + 4 * YEAR).date()) == "expired"


def test_the_small_qr_fits_the_compact_mode_and_a_hand(ring: Ring) -> None:
    import segno

    text = offline.payload(made(3), ring.offline, YESTERDAY.date())
    qr = segno.make(text, error="m", micro=False)
    assert qr.mode == "alphanumeric"
    assert int(qr.version) <= 9


def test_a_forged_or_changed_qr_is_refused_whatever_was_changed(ring: Ring) -> None:
    text = offline.payload(made(3), ring.offline, YESTERDAY.date())
    fields = text.split("*")
    for place in range(1, 9):
        wrong = list(fields)
        wrong[place] = ("2" if wrong[place][0] != "2" else "3") + wrong[place][1:]
        with pytest.raises(Tampered):
            offline.read("*".join(wrong), ring.published())
    for nonsense in ("", "CQ1", "*" * 8, "hola", text + "A", text[:-40]):
        with pytest.raises(Tampered):
            offline.read(nonsense, ring.published())


# --- paper ---


@pytest.mark.parametrize("language", ["es", "en", "fr", "rw", "qu"])
def test_a_paper_is_one_page_and_always_the_same(ring: Ring, language: str) -> None:
    for number in range(3):
        sheet = papers.Sheet(
            credential=made(number),
            place=PLACE,
            key=ring.offline,
            printed_on=date(2026, 11, 20),
            full_name="Ñusta Quispe Huamán",
            language=language,
        )
        page, card = papers.page(sheet), papers.card(sheet)
        assert page == papers.page(sheet)
        assert card == papers.card(sheet)
        assert page.startswith(b"%PDF")
        assert b"/Count 1" in page
        assert b"/Count 2" in card
        assert b"DejaVuSans" in page
        assert len(page) < 120_000


def test_papers_of_the_two_kinds_differ_and_say_what_they_are_not() -> None:
    from authoring.credentials.labels import LABELS

    for said in LABELS.values():
        assert said["competence"] != said["completion"]
        assert set(said) == set(LABELS["es"])
    assert "NO prueba competencia" in LABELS["es"]["is_completion"]
    assert "no es un título ni un certificado del Estado" in LABELS["es"]["is_not"]


def test_the_longest_name_stands_whole_on_a_card(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(papers.Canvas, "drawString", lambda pen, x, y, text: drawn.append(text))
    name = "María Magdalena de los Ángeles Huamanñahui Wamanchumbiaranibar"[:LONGEST_NAME]
    sheet = papers.Sheet(
        credential=made(0), place=PLACE, key=ring.offline, printed_on=date(2026, 11, 20), full_name=name
    )
    papers.card(sheet)

    assert name in " ".join(drawn)
