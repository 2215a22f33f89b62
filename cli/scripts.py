"""The authors' commands: check the scripts, price them, and show how a text travels by SMS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

from authoring.loading import FACTS, Loaded, Refusal, load
from authoring.pricing import Price, Total, prices, totals
from bot.delivering import sms
from bot.record import Policy

_OCCUPATION = "occupation.toml"
_SHARED = (FACTS, "wording", "words")  # what lies beside the occupations and is checked with them


def check(path: Path | str, as_json: bool, out: TextIO) -> int:
    """Print what is wrong with the scripts under `path`: content/, an occupation's folder, or one file.

    Returns 1 where there is an error, else 0; warnings alone are 0. The JSON has `refusals`, `errors`, `warnings`
    and `files`.
    """
    root, below, loaded = _loaded(Path(path))
    refusals = [each for each in loaded.refusals if _concerns(each, below)]
    errors = sum(each.level == "error" for each in refusals)
    warnings = len(refusals) - errors
    if as_json:
        found = [asdict(each) | {"file": _shown(root, each.file)} for each in refusals]
        _print_json({"refusals": found, "errors": errors, "warnings": warnings, "files": loaded.files}, out)
    else:
        _print_refusals(root, refusals, out)
        print(f"{loaded.files} files, {_counted(errors, 'error')}, {_counted(warnings, 'warning')}.", file=out)
    return int(errors > 0)


def cost(path: Path | str, as_json: bool, out: TextIO, policy: Policy | None = None) -> int:
    """Print the segments of each lesson (cards and questions), the totals of each course and language, and about how
    many one learner is sent in all; `policy` says whose name is in the welcome.

    Returns 1 where the scripts have errors, which are printed instead: what is not whole has no price. The JSON has
    `rows`, `totals` and `learners`.
    """
    from cli.estimating import estimates  # the whole conversation, which `check` does without

    root, below, loaded = _loaded(Path(path))
    if loaded.catalogue is None:
        return _refuse_to_price(root, loaded, as_json, out)
    course = below.partition("/")[0]
    rows = [row for row in prices(loaded.catalogue) if course in ("", row.course)]
    whole = estimates(loaded.catalogue, policy or Policy(organisation="Chasqui"), course)
    if as_json:
        told = {"rows": [asdict(each) for each in rows], "totals": [asdict(each) for each in totals(rows)]}
        _print_json({**told, "learners": [asdict(each) for each in whole]}, out)
    else:
        _print_table(rows, totals(rows), {(each.course, each.language): each.segments for each in whole}, out)
    return 0


def segments(policy: str, stdin: TextIO, stdout: TextIO) -> int:
    """Read one text a line (a line break written \\n, a backslash \\\\); answer each with a JSON object on a line.

    Raises ValueError on a policy that is not one of `bot.delivering.sms.POLICIES`.
    """
    for line in _lines(stdin):
        text = sms.fold_text(_unescaped(line), policy)
        parts = sms.parts(text)
        told = {"text": text, "encoding": sms.encoding(text), "segments": len(parts), "parts": parts}
        print(json.dumps(told), file=stdout, flush=True)
    return 0


def _lines(stdin: TextIO) -> Iterator[str]:
    """The lines of standard input, parted by \\n alone: any other line break belongs to the text."""
    for raw in getattr(stdin, "buffer", stdin):
        line = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        yield line.removesuffix("\n")


def _unescaped(line: str) -> str:
    return re.sub(r"\\([n\\])", lambda escape: "\n" if escape[1] == "n" else "\\", line)


def _loaded(path: Path) -> tuple[Path, str, Loaded]:
    """The content folder that `path` belongs to, what of it is meant, and what it gave: where there are no lessons, a
    refusal that says what was expected."""
    root, below = _root(path)
    if (root / below).exists() and (below or any(root.glob(f"*/{_OCCUPATION}"))):
        return root, below, load(root)
    if not (root / below).exists():
        what = "there is no such file or folder"
    elif root.is_dir():
        what = "there are no lessons in this folder"
    else:
        what = "this file belongs to no lessons"
    cure = f"Give content/, the folder of an occupation (with {_OCCUPATION} in it), or a file in one of them"
    refusal = Refusal(file=below, line=1, what=what, cure=cure)
    return root, below, Loaded(catalogue=None, refusals=(refusal,), files=0)


def _concerns(refusal: Refusal, below: str) -> bool:
    """Whether a refusal is of what is meant, or keeps it from being judged: without facts no lesson can be."""
    return not below or f"{refusal.file}/".startswith(f"{below}/") or refusal.file == FACTS


def _root(path: Path) -> tuple[Path, str]:
    """The content folder that `path` belongs to, and what of it is meant: "" for everything."""
    path = path.resolve()
    for folder in (path, *path.parents):
        if (folder / _OCCUPATION).is_file():
            return folder.parent, path.relative_to(folder.parent).as_posix()
    for folder in path.parents:
        below = path.relative_to(folder)
        if below.parts[0] in _SHARED and any(folder.glob(f"*/{_OCCUPATION}")):
            return folder, below.as_posix()
    return path, ""


def _shown(root: Path, file: str) -> str:
    """The file as a person in this folder would type it."""
    path = root / file if file != root.name or root.is_dir() else root
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _refuse_to_price(root: Path, loaded: Loaded, as_json: bool, out: TextIO) -> int:
    if as_json:
        found = [asdict(each) | {"file": _shown(root, each.file)} for each in loaded.errors]
        _print_json({"rows": [], "totals": [], "refusals": found}, out)
    else:
        _print_refusals(root, loaded.errors, out)
    return 1


def _print_refusals(root: Path, refusals: Sequence[Refusal], out: TextIO) -> None:
    for each in refusals:
        print(replace(each, file=_shown(root, each.file)), file=out)


def _print_table(
    rows: Sequence[Price], sums: Sequence[Total], whole: Mapping[tuple[str, str], int], out: TextIO
) -> None:
    width = max((len(row.lesson) for row in rows), default=6)
    print(f"{'lesson':{width}}  lang  segments  unfolded", file=out)
    for row in rows:
        print(f"{row.lesson:{width}}  {row.language:4}  {row.segments:8}  {row.segments_unfolded:8}", file=out)
    print(file=out)
    for each in sums:
        share = each.segments / max(each.segments_unfolded, 1)
        lessons = _counted(each.lessons, "lesson")
        told = f"{each.segments} segments of cards and questions, {each.segments_unfolded} without folding"
        print(f"{each.course} in {each.language}: {lessons}, {told} ({share:.2f})", file=out)
        if about := whole.get((each.course, each.language)):
            print(f"  a learner: about {about} with answers, quizzes and the welcome (reminders apart)", file=out)


def _print_json(value: object, out: TextIO) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2), file=out)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"
