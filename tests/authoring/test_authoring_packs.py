"""Course packs: what we write comes back, and what means us harm does not get in."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from authoring.loading import load
from authoring.packs import PackRefused, read_pack, write_pack
from tests.transcripts.playing import content

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
GOOD = {"bees/occupation.toml": b'id = "bees"', "bees/hive/01-a.es.md": b"x"}


def packed(files: dict[str, bytes], **more: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = more.get("mode", 0) << 16
            made.writestr(entry, data)
    return out.getvalue()


def test_a_pack_comes_back_as_it_went(tmp_path: Path) -> None:
    root = content(tmp_path / "content")
    catalogue = load(root).catalogue
    assert catalogue
    for course in catalogue.courses.values():
        folder, files = read_pack(write_pack(root, course, "Norandino", NOW))
        assert folder == course.id
        assert files == {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted((root / course.id).rglob("*"))
            if path.is_file()
        }


def test_a_pack_without_a_manifest_is_taken() -> None:
    assert read_pack(packed(GOOD)) == ("bees", GOOD)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"bees/../../etc/passwd.md": b""}, "path"),
        ({"/bees/occupation.toml": b""}, "path"),
        ({"bees\\occupation.toml": b""}, "path"),
        ({"C:/bees/occupation.toml": b""}, "path"),
        ({"bees/.git/config.md": b""}, "path"),
        ({"bees/a/b/c/d/e.md": b""}, "path"),
        ({"bees/ñ/01.md": b""}, "path"),
        ({**GOOD, "bees/run.py": b""}, "kind"),
        ({**GOOD, "bees/media/hive.png": b"<svg onload=alert(1)>"}, "kind"),
        ({**GOOD, "bees/CON.txt": b""}, "path"),
        ({**GOOD, "bees/a\nb.txt": b""}, "path"),
        ({**GOOD, "bees/hive/01-A.es.md": b""}, "twice"),
        ({**GOOD, "other/occupation.toml": b""}, "shape"),
        ({"bees/readme.txt": b""}, "shape"),
        ({}, "shape"),
        ({"console/occupation.toml": b""}, "folder"),
        ({**GOOD, "bees/media/a.txt": b"0" * 20_000_000}, "bomb"),
        ({**{f"bees/a{n}.md": b"" for n in range(1600)}, **GOOD}, "many"),
        ({**GOOD, "MANIFEST.json": b"[" * 100_000}, "manifest"),
        ({**GOOD, "MANIFEST.json": json.dumps({"files": {"bees/occupation.toml": "0"}}).encode()}, "changed"),
        ({**GOOD, "MANIFEST.json": json.dumps({"files": dict.fromkeys(GOOD, "0")}).encode()}, "changed"),
    ],
)
def test_what_means_us_harm_is_refused(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(PackRefused) as refused:
        read_pack(packed(files))

    assert refused.value.why == why


def test_a_link_is_refused() -> None:
    with pytest.raises(PackRefused) as refused:
        read_pack(packed({**GOOD, "bees/media/a.txt": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))

    assert refused.value.why == "link"


@pytest.mark.parametrize("raw", [b"", b"PK", b"no zip at all", packed(GOOD)[:-10], packed(GOOD)[20:]])
def test_what_is_no_zip_is_refused(raw: bytes) -> None:
    with pytest.raises(PackRefused):
        read_pack(raw)


def test_an_entry_that_says_too_little_of_itself_is_refused() -> None:
    raw = bytearray(packed({**GOOD, "bees/media/a.txt": b"0" * 5000}))
    real, told = (5000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    with pytest.raises(PackRefused):
        read_pack(bytes(raw).replace(real, told))
