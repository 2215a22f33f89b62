"""A change of content/: tried in a copy, written in one go, the version before it kept for its learners."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from authoring.folder import changed, scan
from authoring.loading import KEPT, Loaded, load
from authoring.refusals import Refusal
from bot.catalogue import Course
from bot.learning.drafting import FileChange

_ID = re.compile(rb'^id\s*=\s*"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of trying a change: what the check says, and the version that the course would have."""

    wrong: tuple[Refusal, ...]
    version: str = ""

    @property
    def errors(self) -> tuple[Refusal, ...]:
        """What keeps the change from being used."""
        return tuple(each for each in self.wrong if each.level == "error")


class Stale(Exception):
    """The files were changed by somebody else since; `paths` says which."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(paths)


def loaded(root: Path) -> Loaded:
    """content/ as it lies there now, with what the check says of it. Reads it anew only where it has changed."""
    return _loaded(root, changed(root) or "")


@lru_cache(maxsize=2)
def _loaded(root: Path, stamp: str) -> Loaded:
    return load(root)


def changes(root: Path, files: Mapping[str, bytes | None]) -> list[FileChange]:
    """What these files would change; those that are as they were are left out."""
    found = (FileChange(path=path, before=_bytes(root / path), after=after) for path, after in sorted(files.items()))
    return [each for each in found if each.before != each.after]


def files_of(root: Path, course: str) -> list[str]:
    """The files of a course as they lie there now."""
    return list(scan(root, []).under(course))


def tried(root: Path, course: str, wanted: Sequence[FileChange]) -> Trial:
    """What the check says of content/ with these changes in it, tried in a copy: errors that were not there before, and
    new warnings on this course. Blocks for some hundred milliseconds: call it in a thread."""
    before = loaded(root)
    with tempfile.TemporaryDirectory(prefix="chasqui-content-") as held:
        copy = Path(held) / "content"
        shutil.copytree(root, copy, copy_function=_link, ignore=_hidden, symlinks=True)
        _write(copy, wanted)
        after = load(copy)
    known = {(each.file, each.what) for each in before.refusals}
    fresh = [each for each in after.refusals if (each.file, each.what) not in known]
    mine = [each for each in fresh if each.level == "error" or each.file.startswith(f"{course}/")]
    new = after.catalogue.courses.get(course) if after.catalogue else None
    wrong = (*_renamed(wanted), *_lost(course, before, after), *mine)
    return Trial(wrong=wrong, version=new.version if new else "")


def apply(root: Path, wanted: Sequence[FileChange]) -> None:
    """Write the changes: each file whole, and where one cannot be written, none. Twice is as once. Raises Stale where a
    file is neither what it was nor what it becomes, OSError where the folder cannot be written."""
    now = {each.path: _bytes(root / each.path) for each in wanted}
    stale = [each.path for each in wanted if now[each.path] not in (each.before, each.after)]
    if stale:
        raise Stale(stale)
    try:
        _write(root, wanted)
    except OSError:
        _write(root, [FileChange(path=path, before=None, after=data) for path, data in now.items()])
        raise


def keep(root: Path, course: Course) -> None:
    """Keep the files of a course as they are now, under its version, for those who began with it."""
    place = root / KEPT / f"{course.id}@{course.version}"
    if place.exists() or not (root / course.id).is_dir():
        return
    half = root / KEPT / f".{place.name}"
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(root / course.id, half / course.id, ignore=_hidden)
    half.replace(place)


def forget(root: Path, course: str, used: Collection[str]) -> None:
    """Let go of the versions of a course that nobody is taught any more."""
    for place in (root / KEPT).glob(f"{course}@*"):
        if place.name.partition("@")[2] not in used:
            shutil.rmtree(place, ignore_errors=True)


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(root: Path, wanted: Sequence[FileChange]) -> None:
    """Every new text beside its place first, then all into their places, then what goes."""
    halves: list[tuple[Path, Path]] = []
    try:
        for each in wanted:
            place = _inside(root, each.path)
            if each.after is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                half = place.with_name(f".{place.name}.half")
                half.write_bytes(each.after)
                halves.append((half, place))
        for half, place in halves:
            half.replace(place)
    finally:
        for half, _ in halves:
            half.unlink(missing_ok=True)
    for each in wanted:
        if each.after is None:
            _inside(root, each.path).unlink(missing_ok=True)


def _inside(root: Path, path: str) -> Path:
    """A place under the folder, and nowhere else: no way out by dots, none by a link."""
    place = root / path
    home = root.resolve()
    if not place.parent.resolve().is_relative_to(home) or ".." in Path(path).parts or Path(path).is_absolute():
        raise OSError(f"{path} leads out of the folder")
    return place


def _link(source: str, target: str) -> None:
    """A second name for the same file costs no copy; it is only ever replaced, never written into."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _hidden(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith(".")}


def _renamed(wanted: Sequence[FileChange]) -> list[Refusal]:
    """An id is for ever: results are found by it."""
    found = []
    for each in wanted:
        old, new = (_ID.search(data or b"") for data in (each.before, each.after))
        if each.path.endswith(".md") and old and new and old[1] != new[1]:
            what = f"the id was “{old[1].decode(errors='replace')}” and becomes “{new[1].decode(errors='replace')}”"
            found.append(Refusal(file=each.path, line=1, what=what, cure="Keep the id: results are found by it"))
    return found


def _lost(course: str, before: Loaded, after: Loaded) -> list[Refusal]:
    """Questions that go away, which their author may not have meant."""
    if before.catalogue is None or after.catalogue is None:
        return []
    old, new = before.catalogue.courses.get(course), after.catalogue.courses.get(course)
    gone = sorted(_items(old) - _items(new)) if old and new else []
    if not gone:
        return []
    what = f"these questions go: {', '.join(gone[:8])}{', …' * (len(gone) > 8)}"
    cure = "Go on if you mean it: their answers stay, and nobody is asked them again"
    return [Refusal(file=f"{course}/occupation.toml", line=1, what=what, cure=cure, level="warning")]


def _items(course: Course) -> set[str]:
    return {id for id, _ in [*course.items, *course.exam_items]}
