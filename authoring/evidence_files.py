"""Keep files of evidence by their hash: kind and size looked at in the file itself, a camera's own notes left out.

Pillow reads a picture and writes its pixels anew, so that place, time, owner and thumbnail go with the old file.
Recordings, films and PDF are kept as they came.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from authoring import whole_files

MOST = 10 * 1024 * 1024  # bytes
_MOST_PIXELS = 40_000_000
# How a file of each kind begins; a name or a sender's word for it proves nothing.
_BEGINS: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"OggS", 0, "audio/ogg"),
    (b"ftyp", 4, "video/mp4"),
    (b"%PDF-", 0, "application/pdf"),
)
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}


class BadEvidence(ValueError):
    """A file that is not kept; its text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file as it lies in the folder: under its hash, without metadata."""

    sha256: str
    media_type: str
    size: int  # bytes


def media_type(content: bytes) -> str:
    """What a file is by its own first bytes; empty where it is none of the kinds that we keep."""
    return next((kind for sign, at, kind in _BEGINS if content[at : at + len(sign)] == sign), "")


def keep(content: bytes, folder: Path) -> Kept:
    """Keep a file under its hash in `folder`. Raises BadEvidence where it is too large, of no known kind, or broken."""
    if not 0 < len(content) <= MOST:
        raise BadEvidence(f"A file of evidence has at most {MOST // 1024 // 1024} MB, and is not empty.")
    kind = media_type(content)
    if not kind:
        raise BadEvidence("Evidence is a JPEG or PNG picture, an OGG recording, an MP4 film or a PDF.")
    plain = _without_metadata(content, _PICTURES[kind]) if kind in _PICTURES else content
    digest = hashlib.sha256(plain).hexdigest()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / digest
    if not path.exists():
        whole_files.put(path, plain)
    return Kept(sha256=digest, media_type=kind, size=len(plain))


def is_whole(folder: Path, sha256: str) -> bool:
    """Whether the file of this hash is there and is what it was."""
    path = folder / sha256
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def remove(folder: Path, sha256: str) -> bool:
    """Take a file away, with the person whom it showed; False where it is not there."""
    path = folder / sha256
    if len(sha256) != 64 or not path.is_file():
        return False
    path.unlink()
    return True


def _without_metadata(content: bytes, form: str) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError  # loaded for the first picture, not at the start

    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise BadEvidence("The picture has more than 40 million pixels.")
            upright = ImageOps.exif_transpose(picture)
            bare = Image.new(upright.mode if upright.mode in ("RGB", "L", "RGBA") else "RGB", upright.size)
            bare.paste(upright.convert(bare.mode))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, BadEvidence):
            raise
        raise BadEvidence("The picture cannot be read.") from error
    out = io.BytesIO()
    if form == "JPEG":
        bare.convert("RGB").save(out, form, quality=88)
    else:
        bare.save(out, form)
    return out.getvalue()
