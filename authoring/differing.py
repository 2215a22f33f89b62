"""What a change does to the lessons: file by file, piece by piece, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from authoring.pieces import pieces, written
from bot.learning.drafting import FileChange

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_SCRIPT = re.compile(r"([^/]+)/([^/]+)/([^/]+)\.([a-z]{2})\.md")
_LONG = 20_000  # characters of one text, beyond which words are not compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some text that stayed (""), went ("del") or came ("ins")."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceDiff:
    """One piece that changed: `name` as authoring.pieces says it; "" for lines that are no piece."""

    name: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """One file that changed. `act`: new, gone, changed. `unit`, `lesson`, `language`: empty for what is no script."""

    path: str
    act: str
    unit: str = ""
    lesson: str = ""
    language: str = ""
    title: str = ""
    pieces: tuple[PieceDiff, ...] = ()
    sizes: tuple[int, int] = (0, 0)  # bytes before and after


def differences(changes: Sequence[FileChange]) -> list[FileDiff]:
    """All files that differ, in the order of the changes."""
    return [_file(change) for change in changes if change.before != change.after]


def words(before: str, after: str) -> tuple[Run, ...]:
    """What went and what came, in whole words; spaces between two changed words belong to the change."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(before) + len(after) > _LONG:
        return tuple(run for run in (Run(kind="del", text=before), Run(kind="ins", text=after)) if run.text)
    runs: list[Run] = []
    for act, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act == "equal":
            runs.append(Run(kind="", text="".join(old[i:j])))
            continue
        runs += [Run(kind="del", text="".join(old[i:j]))] * (j > i)
        runs += [Run(kind="ins", text="".join(new[k:m]))] * (m > k)
    return tuple(_gathered(runs))


def _gathered(runs: Sequence[Run]) -> Iterator[Run]:
    """One deletion and one insertion for changes that only a space parts: read, not deciphered."""
    went, came = "", ""
    for index, run in enumerate(runs):
        inside = 0 < index < len(runs) - 1 and bool(went or came)
        if not run.kind and not (inside and run.text.isspace()):
            yield from _told(went, came)
            went, came = "", ""
            yield run
        else:
            went += run.text if run.kind != "ins" else ""
            came += run.text if run.kind != "del" else ""
    yield from _told(went, came)


def _told(went: str, came: str) -> Iterator[Run]:
    if went:
        yield Run(kind="del", text=went)
    if came:
        yield Run(kind="ins", text=came)


def _file(change: FileChange) -> FileDiff:
    match = _SCRIPT.fullmatch(change.path)
    before, after = _text(change.before), _text(change.after)
    act = "new" if change.before is None else "gone" if change.after is None else "changed"
    sizes = len(change.before or b""), len(change.after or b"")
    if before is None or after is None:
        return FileDiff(path=change.path, act=act, sizes=sizes)
    found = _of_script(before, after) if match else _of_lines(before, after)
    return FileDiff(
        path=change.path,
        act=act,
        unit=match[2] if match else "",
        lesson=match[3] if match else "",
        language=match[4] if match else "",
        title=pieces(after or before).get("title", "") if match else "",
        pieces=tuple(found),
        sizes=sizes,
    )


def _text(data: bytes | None) -> str | None:
    """The text of a file; empty for one that is not there, None for one that is no text."""
    if data is None:
        return ""
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _of_script(before: str, after: str) -> Iterator[PieceDiff]:
    """The pieces that changed, and then the lines that are no piece (keys, facts, ids)."""
    old, new = pieces(before), pieces(after)
    for name in dict.fromkeys([*new, *old]):
        if old.get(name, "") != new.get(name, ""):
            yield PieceDiff(name=name, runs=words(old.get(name, ""), new.get(name, "")))
    if before and after:
        # With the same pieces in both, what still differs is what no piece holds.
        yield from _of_lines(written(before, new), after)


def _of_lines(before: str, after: str) -> Iterator[PieceDiff]:
    old, new = before.split("\n"), after.split("\n")
    for act, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if act != "equal" and any(line.strip() for line in [*old[i:j], *new[k:m]]):
            yield PieceDiff(name="", runs=words("\n".join(old[i:j]), "\n".join(new[k:m])))
