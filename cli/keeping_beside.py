"""What belongs to a database but lies beside it: the issuer's keys and the evidence, copied with it and put back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from cli import issuing
from cli.settings import VAR, Settings


def folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    """(ending, where it lies) of each folder that a backup takes along."""
    yield ".keys", issuing.folder_of(settings)
    yield ".evidence", VAR / "evidence"


def keep(settings: Settings, target: Path) -> Iterator[str]:
    """Copy each folder to beside the backup `target`; a sentence for each. Files are named by what they hold, so those
    that are there already are not copied again."""
    for ending, folder in folders(settings):
        if folder.is_dir() and (files := _files(folder)):
            beside = target.with_name(target.name + ending)
            fresh = _copy(folder, files, beside)
            yield f"{beside}: {len(files)} files of {folder}, {fresh} of them new there. Keep it with the copy."


def put_back(settings: Settings, source: Path) -> Iterator[str]:
    """Put back from beside the backup `source` what is missing; what is there is never written over."""
    for ending, folder in folders(settings):
        beside = source.with_name(source.name + ending)
        if beside.is_dir():
            files = _files(beside)
            fresh = _copy(beside, files, folder)
            yield f"{folder}: {fresh} files were put back, {len(files) - fresh} were there."


def _files(folder: Path) -> list[Path]:
    return sorted(each.relative_to(folder) for each in folder.rglob("*") if each.is_file() and not each.is_symlink())


def _copy(folder: Path, files: list[Path], to: Path) -> int:
    fresh = 0
    for name in files:
        there = to / name
        if there.exists():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        part = there.with_name(there.name + ".part")
        with (folder / name).open("rb") as source, os.fdopen(os.open(part, _NEW, 0o600), "wb") as target:
            shutil.copyfileobj(source, target)
        part.replace(there)  # whole or not at all
        fresh += 1
    if to.is_dir():
        to.chmod(0o700)
    return fresh


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
