"""The files under content/: which there are, whether they may be read at all, and whether they have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from authoring.plain_text import NotText, text_of
from authoring.refusals import Refusal, refusing

MAX_FILES = 5_000
MAX_TEXT = 1_000_000  # bytes of one script; a lesson is about 2,000
# What a desktop leaves behind, and what is there for people: none of it is content.
_LEFT_BEHIND = ("~", ".bak", ".swp", ".tmp", ".orig")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What lies under content/: relative path (with /) → size in bytes. Symlinks are refused, and never followed."""

    root: Path
    files: Mapping[str, int]

    def under(self, folder: str) -> Iterator[str]:
        """The files of a folder and of all below it, in order of their names."""
        return (file for file in self.files if file.startswith(folder + "/"))

    def holds(self, folder: str) -> bool:
        """Whether there is anything in a folder."""
        return next(self.under(folder), None) is not None

    def read(self, file: str, refusals: list[Refusal]) -> str | None:
        """The text of a file, line ends as \\n; None where it cannot be read, and then it is refused."""
        refuse = refusing(file, refusals)
        if self.files[file] > MAX_TEXT:
            refuse(1, f"the file has {self.files[file]:,} bytes", f"A script has at most {MAX_TEXT:,}: split it")
            return None
        try:
            raw = (self.root / file).read_bytes()
        except OSError as error:
            refuse(1, f"the file cannot be read ({error.strerror})", "Give the program leave to read it")
            return None
        try:
            text = text_of(raw)
        except NotText as error:
            refuse(error.line, error.what, error.cure)
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")


def scan(root: Path, refusals: list[Refusal]) -> Folder:
    """List content/. Symlinks, special files and more than 5,000 files are refused; hidden files are passed over."""
    files: dict[str, int] = {}
    for entry, path in _entries(root):
        name = path.encode("utf-8", "replace").decode()
        refuse = refusing(name, refusals)
        if name != path:
            refuse(1, "the name of the file is not in UTF-8", "Rename it with plain letters")
        elif entry.is_symlink():
            refuse(1, "this is a link to another place", "Put the file itself here: links are not followed")
        elif not entry.is_file(follow_symlinks=False):
            refuse(1, "this is not a file", "Take it out of the folder")
        elif len(files) == MAX_FILES:
            refuse(1, f"there are more than {MAX_FILES:,} files", "Take out what is not content")
            break
        else:
            files[path] = _size(entry)
    return Folder(root=root, files=dict(sorted(files.items())))


def stamp(root: Path) -> str:
    """A short text that changes whenever a file under content/ is written, added or taken away. Reads no file."""
    found = hashlib.sha256()
    for entry, path in islice(_entries(root), MAX_FILES + 1):
        try:
            seen = entry.stat(follow_symlinks=False)
        except OSError:  # taken away while we looked: the next look sees it
            continue
        found.update(f"{path!r} {seen.st_mtime_ns} {seen.st_size}\n".encode())
    return found.hexdigest()


def changed(root: Path | str, previous: str = "") -> str | None:
    """The new stamp of content/ where it is not `previous`, else None. Takes milliseconds; call it in a thread."""
    now = stamp(Path(root))
    return now if now != previous else None


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:  # taken away while we looked: reading it says so
        return 0


def _entries(root: Path) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Everything under `root` but folders and hidden things, with its relative path."""
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = folder + entry.name
            if entry.name.startswith((".", "__")) or entry.name.endswith(_LEFT_BEHIND):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path + "/")
            else:
                yield entry, path
