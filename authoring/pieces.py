"""A script as pieces that a writer or a translator changes one by one: title, cards, stems, options, hints.

Everything that is not a piece (ids, facts, keys, kinds, media) stays as it stands in the file, letter for letter.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SECTION = re.compile(r"\[(telegram|sms|audio)\]\s*(.*)")
_OPTION = re.compile(r"([A-H])\)\s*(.*)")
_NAMED = re.compile(r"(hint|why|tolerance|criterion)\s*:\s*(.*)", re.IGNORECASE)
_TITLE = re.compile(r"\s*title\s*=")
_SPACES = re.compile(r"\s+")
_WIDE = 26  # columns before <-, as the scripts are written


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Some lines of a script that hold one or two pieces, and how they are written."""

    kind: str  # title, text, section, option, named, answer
    start: int
    end: int  # exclusive
    values: Mapping[str, str]  # name → text; empty where the piece could stand and does not
    head: str = ""  # what stands before the text: "A", "hint", "telegram", "? q1 text"
    key: bool = False


def pieces(text: str) -> dict[str, str]:
    """The pieces of a script by name, in order: title, card1, card1.telegram, q1, q1.A, q1.A.feedback, q1.hint, q1.why.

    A piece that could stand and does not is empty. Raises nothing: what cannot be read has no pieces.
    """
    return {name: value for spot in _spots(text.split("\n")) for name, value in spot.values.items()}


def written(text: str, values: Mapping[str, str]) -> str:
    """The script with some of its pieces changed; names that it has no place for are left out."""
    lines = text.split("\n")
    for spot in reversed(list(_spots(lines))):
        wanted = {name: _tidy(spot.kind, values.get(name, value)) for name, value in spot.values.items()}
        if wanted != {name: _tidy(spot.kind, value) for name, value in spot.values.items()}:
            lines[spot.start : spot.end] = _lines(spot, list(wanted.values()))
    return "\n".join(lines)


def piece_at(text: str, line: int) -> str:
    """The piece that stands on a line (from 1) of a script, as a refusal names it; empty where there is none."""
    spots = (spot for spot in _spots(text.split("\n")) if spot.start < line <= max(spot.end, spot.start))
    return next((name for spot in spots for name in spot.values), "")


def _tidy(kind: str, value: str) -> str:
    if kind in ("text", "section"):
        return "\n".join(line.rstrip() for line in value.replace("\r\n", "\n").strip().split("\n"))
    return _SPACES.sub(" ", value).strip()


def _lines(spot: _Spot, values: list[str]) -> list[str]:
    """The lines of a spot, written anew."""
    value = values[0]
    match spot.kind:
        case "title":
            return [f"title = {json.dumps(value, ensure_ascii=False)}"]
        case "text":
            return value.split("\n")
        case "section":
            return ["", f"[{spot.head}]", *value.split("\n")] if value else []
        case "option":
            option = f"{spot.head}) {value.rstrip('* ')}{' *' * spot.key}"
            return [f"{f'{option} ':{_WIDE}}<- {values[1]}" if values[1] else option]
        case "answer":
            return [f"{spot.head} {value}"]
        case _:
            return [f"{spot.head}: {value}"] if value else []


def _spots(lines: list[str]) -> Iterator[_Spot]:
    """Every spot in the order of the file."""
    first = 0
    if lines and lines[0].rstrip() == "+++":
        first = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "+++"), len(lines)) + 1
        for index in range(1, min(first - 1, len(lines))):
            if _TITLE.match(lines[index]) and (title := _toml(lines[index])) is not None:
                yield _Spot(kind="title", start=index, end=index + 1, values={"title": title})
    heads = [index for index in range(first, len(lines)) if lines[index].startswith("?")]
    yield from _cards(lines, first, heads[0] if heads else len(lines))
    for start, end in zip(heads, [*heads[1:], len(lines)], strict=False):
        yield from _question(lines, start, end)


def _toml(line: str) -> str | None:
    try:
        value = tomllib.loads(line).get("title")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def _cards(lines: list[str], first: int, last: int) -> Iterator[_Spot]:
    breaks = [index for index in range(first, last) if lines[index].rstrip() == "---"]
    start = first
    for number, end in enumerate([*breaks, last], 1):
        if any(lines[index].strip() for index in range(start, end)):
            yield from _card(lines, f"card{number}", start, end)
        start = end + 1


def _card(lines: list[str], name: str, start: int, end: int) -> Iterator[_Spot]:
    """The plain text, then what stands under [telegram] and [sms]; a [telegram] that is not there could be added."""
    marks = [index for index in range(start, end) if _SECTION.fullmatch(lines[index].strip())]
    bounds = [*marks, end]
    yield _text(lines, name, start, bounds[0])
    telegram = False
    for mark, until in zip(marks, bounds[1:], strict=True):
        match = _SECTION.fullmatch(lines[mark].strip())
        if match is None or match[1] == "audio":
            continue
        telegram = telegram or match[1] == "telegram"
        body = [match[2], *lines[mark + 1 : until]]
        stop = mark + 1 + _filled(lines, mark + 1, until)
        value = "\n".join(body).strip()
        before = mark - (mark > start and not lines[mark - 1].strip())
        yield _Spot(kind="section", start=before, end=stop, values={f"{name}.{match[1]}": value}, head=match[1])
    if not telegram:
        at = start + _filled(lines, start, bounds[0])
        yield _Spot(kind="section", start=at, end=at, values={f"{name}.telegram": ""}, head="telegram")


def _text(lines: list[str], name: str, start: int, end: int) -> _Spot:
    """Some lines of prose without the blank ones around them."""
    while start < end and not lines[start].strip():
        start += 1
    stop = start + _filled(lines, start, end)
    return _Spot(kind="text", start=start, end=stop, values={name: "\n".join(lines[start:stop]).strip()})


def _filled(lines: list[str], start: int, end: int) -> int:
    """How many lines there are until the last that is not blank."""
    while end > start and not lines[end - 1].strip():
        end -= 1
    return max(end - start, 0)


def _question(lines: list[str], start: int, end: int) -> Iterator[_Spot]:
    words = lines[start][1:].split(None, 2)
    name = words[0] if words else "?"
    if len(words) > 1 and words[1] == "text":
        head = f"? {name} text"
        yield _Spot(
            kind="answer",
            start=start,
            end=start + 1,
            values={f"{name}.answer": words[2] if len(words) > 2 else ""},
            head=head,
        )
    end = start + 1 + _filled(lines, start + 1, end)
    marks = [index for index in range(start + 1, end) if _is_mark(lines[index])]
    yield _text(lines, name, start + 1, marks[0] if marks else end)
    there = set[str]()
    for mark, until in zip(marks, [*marks[1:], end], strict=False):
        spot = _marked(lines, name, mark, mark + max(_filled(lines, mark, until), 1))
        there.add(spot.head)
        if spot.values:
            yield spot
    for head in ("hint", "why"):
        if head not in there:
            at = _place(lines, marks, end) if head == "hint" else end
            yield _Spot(kind="named", start=at, end=at, values={f"{name}.{head}": ""}, head=head)


def _place(lines: list[str], marks: list[int], end: int) -> int:
    """Where a hint would stand: before the why, else at the end."""
    return next((mark for mark in marks if lines[mark].strip().lower().startswith("why")), end)


def _is_mark(line: str) -> bool:
    return bool(_OPTION.fullmatch(line.strip()) or _NAMED.fullmatch(line.strip()))


def _marked(lines: list[str], name: str, start: int, end: int) -> _Spot:
    """An option, or a line that begins with hint:, why:, tolerance: or criterion:, with what goes on below it."""
    told = " ".join(line.strip() for line in lines[start:end])
    if match := _OPTION.fullmatch(told):
        option, _, feedback = (each.strip() for each in match[2].partition("<-"))
        key = option.endswith("*") and not option.endswith("**")
        values = {f"{name}.{match[1]}": option.rstrip("*").strip() if key else option}
        values[f"{name}.{match[1]}.feedback"] = feedback
        return _Spot(kind="option", start=start, end=end, values=values, head=match[1], key=key)
    match = _NAMED.fullmatch(told)
    head = match[1].lower() if match else ""
    values = {f"{name}.{head}": match[2].strip()} if match and head in ("hint", "why") else {}
    return _Spot(kind="named", start=start, end=end, values=values, head=head)
