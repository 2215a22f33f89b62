"""Course packs: one occupation's folder as a zip with a manifest, looked at before it is unpacked.

Whoever sends us a pack may mean us harm: what unpacks to a hundred times its size, paths that lead out of the folder,
links, hidden files and programs are refused, and nothing of it is ever written where the zip says.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from authoring.folder import scan
from authoring.refusals import Refusal
from bot.catalogue import Course

MOST_PACKED = 25 * 10**6  # bytes
MOST_UNPACKED = 60 * 10**6
_MOST_RATIO = 100
_MOST_ENTRIES = 1_500
_SMALL = 10**6  # bytes unpacked, below which the ratio says nothing
_DEEPEST = 4
_ENDINGS = (".md", ".toml", ".txt", ".jpg", ".jpeg", ".png", ".ogg", ".oga", ".opus", ".mp3", ".m4a")
# How a file of each kind begins: a name proves nothing.
_BEGINS: Mapping[str, tuple[tuple[int, bytes], ...]] = {
    ".jpg": ((0, b"\xff\xd8\xff"),),
    ".jpeg": ((0, b"\xff\xd8\xff"),),
    ".png": ((0, b"\x89PNG\r\n\x1a\n"),),
    ".ogg": ((0, b"OggS"),),
    ".oga": ((0, b"OggS"),),
    ".opus": ((0, b"OggS"),),
    ".mp3": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")),
    ".m4a": ((4, b"ftyp"),),
}
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # what Windows takes for no file
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._ -]*")
MANIFEST = "MANIFEST.json"
FORMAT = 1


class PackRefused(Exception):
    """A pack that is not taken: `why` in one word, and what belongs to it."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


def read_pack(raw: bytes) -> tuple[str, Mapping[str, bytes]]:
    """The folder that a pack is of, and its files by path relative to content/. Raises PackRefused."""
    if len(raw) > MOST_PACKED:
        raise PackRefused("large", most=str(MOST_PACKED // 10**6))
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            entries = [each for each in packed.infolist() if not each.is_dir()]
            _judge(entries)
            given = {_name(each): _unpacked(packed, each) for each in entries}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise PackRefused("broken") from error
    except RuntimeError as error:  # how zipfile says that a password is wanted
        raise PackRefused("locked") from error
    manifest = given.pop(MANIFEST, b"")
    folder, files = _folder(given)
    if manifest:
        _prove(manifest, files)
    return folder, files


def write_pack(root: Path, course: Course, organisation: str, now: datetime) -> bytes:
    """The folder of a course as a pack, with the hash of every file in its manifest."""
    wrong: list[Refusal] = []
    files = {path: (root / path).read_bytes() for path in scan(root, wrong).under(course.id)}
    manifest = {
        "format": FORMAT,
        "course": course.id,
        "version": course.version,
        "languages": list(course.languages),
        "origin": organisation,
        "made_at": now.isoformat(timespec="seconds"),
        "files": {path: hashlib.sha256(data).hexdigest() for path, data in files.items()},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_entry(MANIFEST, now), json.dumps(manifest, ensure_ascii=False, indent=1))
        for path, data in files.items():
            packed.writestr(_entry(path, now), data)
    return out.getvalue()


def _entry(path: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, (max(now.year, 1980), now.month, now.day, now.hour, now.minute, now.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _judge(entries: list[zipfile.ZipInfo]) -> None:
    """What an archive says of itself, before any of it is unpacked."""
    if len(entries) > _MOST_ENTRIES:
        raise PackRefused("many", most=str(_MOST_ENTRIES))
    if any(each.flag_bits & 1 for each in entries):
        raise PackRefused("locked")
    unpacked = sum(each.file_size for each in entries)
    packed = sum(each.compress_size for each in entries) or 1
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked / packed > _MOST_RATIO):
        raise PackRefused("bomb")
    seen = set[str]()
    for each in entries:
        name = _name(each)
        if stat.S_ISLNK(each.external_attr >> 16):
            raise PackRefused("link", path=_shown(name))
        if name.casefold() in seen:
            raise PackRefused("twice", path=_shown(name))
        seen.add(name.casefold())
        parts = name.split("/")
        if len(parts) > _DEEPEST or not all(map(_is_plain, parts)):
            raise PackRefused("path", path=_shown(name))
        if name != MANIFEST and not name.lower().endswith(_ENDINGS):
            raise PackRefused("kind", path=_shown(name))


def _is_plain(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and not part.endswith((".", " ")) and not _DEVICES.fullmatch(part)


def _name(entry: zipfile.ZipInfo) -> str:
    return unicodedata.normalize("NFC", entry.filename)


def _shown(name: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in name)[:80]


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of an entry, and never more than it said it had."""
    with packed.open(entry) as opened:
        data = opened.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise PackRefused("bomb")
    begins = _BEGINS.get(Path(entry.filename).suffix.lower())
    if begins and not any(data[at : at + len(sign)] == sign for at, sign in begins):
        raise PackRefused("kind", path=_shown(_name(entry)))
    return data


def _folder(given: Mapping[str, bytes]) -> tuple[str, Mapping[str, bytes]]:
    """All files lie in one folder, which holds occupation.toml."""
    tops = {name.partition("/")[0] for name in given}
    if len(tops) != 1 or (folder := tops.pop()) + "/occupation.toml" not in given:
        raise PackRefused("shape")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", folder) or folder in ("console", "wording", "words", "standards"):
        raise PackRefused("folder", path=_shown(folder))
    return folder, dict(sorted(given.items()))


def _prove(manifest: bytes, files: Mapping[str, bytes]) -> None:
    """Every file is as the manifest says, and there are no others."""
    try:
        told = json.loads(manifest)["files"]
        hashes = {str(path): str(digest) for path, digest in told.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PackRefused("manifest") from error
    for path in sorted(hashes.keys() ^ files.keys()):
        raise PackRefused("changed", path=_shown(path))
    for path, data in files.items():
        if hashlib.sha256(data).hexdigest() != hashes[path]:
            raise PackRefused("changed", path=_shown(path))
