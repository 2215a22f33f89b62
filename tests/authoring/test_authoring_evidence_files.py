"""Files of evidence: known by their own bytes, kept by their hash, and without what a camera wrote into them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from authoring import evidence_files
from authoring.evidence_files import BadEvidence, is_whole, keep


def photo() -> bytes:
    """A picture with an owner and a place in it."""
    picture = Image.new("RGB", (40, 20), "green")
    exif = picture.getexif()
    exif[0x013B] = "Rosa Quispe"
    exif.get_ifd(0x8825)[1] = "S"
    exif[0x0112] = 6  # turned
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"taken at home")
    return out.getvalue()


def test_a_photo_is_kept_upright_and_without_owner_and_place(tmp_path: Path) -> None:
    content = photo()
    assert b"Rosa Quispe" in content
    kept = keep(content, tmp_path / "evidence")
    stored = (tmp_path / "evidence" / kept.sha256).read_bytes()
    assert b"Rosa Quispe" not in stored
    assert b"taken at home" not in stored
    with Image.open(io.BytesIO(stored)) as picture:
        assert not picture.getexif()
        assert picture.size == (20, 40)
    assert (kept.media_type, kept.size) == ("image/jpeg", len(stored))
    assert is_whole(tmp_path / "evidence", kept.sha256)


def test_a_file_that_was_exchanged_afterwards_shows(tmp_path: Path) -> None:
    kept = keep(photo(), tmp_path)
    (tmp_path / kept.sha256).write_bytes(b"another")
    assert not is_whole(tmp_path, kept.sha256)


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00 a program", b"<html>", b"\xff\xd8\xff no picture", b"%PDF-" + b"x" * evidence_files.MOST],
    ids=["empty", "program", "page", "broken", "too large"],
)
def test_what_is_no_evidence_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadEvidence):
        keep(content, tmp_path)
    assert not list(tmp_path.iterdir())


def test_recordings_and_documents_are_known_by_their_bytes(tmp_path: Path) -> None:
    assert keep(b"OggS\x00\x02 voice", tmp_path).media_type == "audio/ogg"
    assert keep(b"%PDF-1.7 paper", tmp_path).media_type == "application/pdf"
