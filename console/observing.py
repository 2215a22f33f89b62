"""The observation sheet of a unit: a plain form first, fit for a phone in the field; with a script it keeps what was
marked in the browser and, while there is a line, here; it is entered once, however often it is sent."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web

from authoring import evidence_files
from authoring.evidence_files import MOST, BadEvidence, Kept
from bot.certifying.cases import NO, NOT_SEEN, YES, Act
from bot.certifying.standards import Unit
from bot.cooperating.roles import Right
from bot.talking.sheets import METHODS, observation
from console.asked import Asked
from console.case_finding import Found, acting, found, found_in, refused, why_unfit
from console.entering import page
from store import casework, sheet_drafts
from store.casework import NotEntered
from store.database import Connection

_FILES = 6  # of one sheet
_TOGETHER = MOST * 2 + 512 * 1024
_BY_SCRIPT = "X-Chasqui-Script"
_HASH = re.compile(r"[0-9a-f]{64}")
_SHOWN = frozenset({"image/jpeg", "image/png", "audio/ogg", "video/mp4"})
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "audio/ogg": "ogg", "video/mp4": "mp4", "application/pdf": "pdf"}


async def sheet(asked: Asked) -> web.Response:
    """The sheet, with what was marked before."""

    def work(conn: Connection) -> tuple[Found, dict[str, str]]:
        held = found_in(asked, conn)
        unit = asked.request.match_info["unit"]
        return held, sheet_drafts.kept(conn, asked.scope, asked.person.id, held.case.id, unit)

    held, draft = await asked.look(work)
    return _sheet(asked, held, draft)


def _sheet(
    asked: Asked, found: Found, marks: dict[str, str], wrong: dict[str, str] | None = None, trouble: str = ""
) -> web.Response:
    unit = found.standard.unit(asked.request.match_info["unit"])
    if unit is None:
        raise asked.missing()
    heads = _heads(unit)
    return asked.show(
        "cases/sheet.html.j2",
        status=422 if wrong or trouble else 200,
        found=found,
        unit=unit,
        title=_told(asked, unit.titles),
        elements=[
            (each, _told(asked, each.titles), [(one, _told(asked, one.text)) for one in each.criteria])
            for each in unit.elements
        ],
        marks=marks,
        options=[(each, asked.t(f"cases.mark.{each}")) for each in (YES, NO, NOT_SEEN)],
        heads=[(each, asked.t(f"cases.method.{METHODS[each][1]}")) for each in heads],
        method=marks.get("head", ""),
        why_not=why_unfit(asked, found),
        wrong=wrong or {},
        trouble=trouble,
        corrects=asked.query.whole("corrects", 0) or int(marks.get("corrects", "0") or 0),
        name=f"sheet-{found.case.number}-{unit.code}",
    )


def _heads(unit: Unit) -> list[str]:
    """In which ways this unit is looked at; where there are several, who looked says which."""
    return [each for each in ("OBS", "SIM", "PRO") if _asked_for(unit, each)] or ["OBS"]


def _asked_for(unit: Unit, head: str) -> bool:
    kind, method = METHODS[head]
    return any((each.kind, each.method) == (kind, method) for each in unit.requirements)


def _told(asked: Asked, texts: Any) -> str:
    return texts.get(asked.language) or next(iter(texts.values()), "")


def _marks(asked: Asked, unit: Unit) -> dict[str, str]:
    """What the form says: the marks by criterion, the method and the note."""
    form = asked.form
    found = {each.code: form.text(f"c-{each.code}", 10) for each in unit.criteria}
    marks = {code: mark for code, mark in found.items() if mark in (YES, NO, NOT_SEEN)}
    more = {name: form.text(name, 500) for name in ("head", "note", "corrects") if form.text(name, 500)}
    return {**marks, **more}


async def draft(asked: Asked) -> web.Response:
    """Keep what was marked so far; nothing is entered."""

    def work(conn: Connection) -> bool:
        held = found_in(asked, conn)
        unit = held.standard.unit(asked.request.match_info["unit"])
        if unit is None:
            return False
        marks = _marks(asked, unit)
        sheet_drafts.keep(conn, asked.scope, asked.person.id, held.case.id, unit.code, marks, asked.now)
        return True

    if not await asked.do(work):
        raise asked.missing()
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


async def enter(asked: Asked) -> web.Response:
    """Enter the sheet: one piece of evidence with its marks and files. Sent twice, it is entered once."""
    held = await found(asked)
    unit = held.standard.unit(asked.request.match_info["unit"])
    if unit is None:
        raise asked.missing()
    marks = _marks(asked, unit)
    codes = {each.code: marks[each.code] for each in unit.criteria if each.code in marks}
    head, id = marks.get("head", ""), asked.form.text("once", 64)
    if head not in _heads(unit):
        return _sheet(asked, held, marks, {"head": asked.t("cases.sheet.no_method")})
    if not set(codes.values()) - {NOT_SEEN} or not id.isalnum():
        return _sheet(asked, held, marks, {f"c-{unit.criteria[0].code}": asked.t("cases.sheet.nothing")})
    try:
        files = await _kept(asked)
    except BadEvidence:
        return _sheet(asked, held, marks, {"files": asked.t("cases.sheet.bad_file", most=MOST // 2**20)})
    wrong = int(marks.get("corrects", "0") or 0)

    def work(conn: Connection) -> None:
        now_held = found_in(asked, conn)
        if any(piece.id == id for piece in now_held.case.evidence):
            return  # the same sheet, sent twice
        acts: list[Act] = []
        if wrong:
            acts.append(acting(asked, "correct", "assessor", corrects=wrong, reason=_MENDED))
        acts.append(observation(id, asked.person.assessor, unit, head, codes))
        for each in files:
            data = {"sha256": each.sha256, "media_type": each.media_type, "size": str(each.size)}
            acts.append(acting(asked, "attach", "assessor", unit=unit.code, value=id, data=data))
        casework.enter_all(conn, asked.scope, now_held.case, now_held.standard, acts, asked.now)
        sheet_drafts.forget(conn, asked.scope, asked.person.id, now_held.case.id, unit.code)
        asked.audit(conn, "cases.observed", f"case:{now_held.case.number}", unit=unit.code, files=len(files))

    try:
        await asked.do(work)
    except NotEntered as error:
        return _sheet(asked, held, marks, trouble=refused(asked, error))
    asked.office.look()
    return _entered(asked, f"{held.path}?sheet={unit.code}", unit, len(unit.criteria) - len(codes))


def _entered(asked: Asked, path: str, unit: Unit, left: int) -> web.Response:
    """On to the case, which says that it is entered and what was left unmarked. A script goes there by itself: had it
    followed us, the page that nobody sees would have said so."""
    what = "cases.sheet.part" if left else "cases.sheet.done"
    answer = asked.go(path, told=what, unit=unit.code, n=left)
    if asked.request.headers.get(_BY_SCRIPT):
        answer.set_status(201)
    return answer


_MENDED = "the sheet was wrong: a new one follows"


async def _kept(asked: Asked) -> list[Kept]:
    """The files of a sheet, looked at and kept by their hash. Raises BadEvidence."""
    folder = asked.office.evidence_dir
    uploads = asked.form.files("files")[:_FILES]
    return [await asyncio.to_thread(evidence_files.keep, each.data, folder) for each in uploads]


# --- looking at evidence ---


async def file(asked: Asked) -> web.StreamResponse:
    """A file of evidence of this case, to keep."""
    kind, data = await _file(asked)
    name = f"{asked.request.match_info['number']}-{asked.request.match_info['sha256'][:10]}.{_ENDINGS.get(kind, 'bin')}"
    return asked.download(data, name, kind or "application/octet-stream")


async def view(asked: Asked) -> web.StreamResponse:
    """A photo or a recording, shown in the page: only kinds that can hold no program, by their own first bytes."""
    kind, data = await _file(asked)
    if kind not in _SHOWN:
        raise asked.missing()
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
        "Content-Disposition": "inline",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.Response(body=data, content_type=kind, headers=headers)


async def _file(asked: Asked) -> tuple[str, bytes]:
    """What this case holds under a hash. Raises NotThere where it holds none, or the file is not what it was."""
    wanted = asked.request.match_info["sha256"]
    held = await found(asked)
    known = {each.sha256 for each in held.case.evidence} | {
        sha256 for each in held.case.evidence for sha256, _ in each.files
    }
    if wanted not in known or not _HASH.fullmatch(wanted):
        raise asked.missing()

    def read() -> bytes | None:
        folder = asked.office.evidence_dir
        return (folder / wanted).read_bytes() if evidence_files.is_whole(folder, wanted) else None

    data = await asyncio.to_thread(read)
    if data is None:
        raise asked.missing()
    return evidence_files.media_type(data), data


_SHEET = r"/cases/{number:\d{6}}/sheet/{unit:[0-9]{1,2}}"
_FILE = r"/cases/{number:\d{6}}/evidence/{sha256:[0-9a-f]{64}}"

PAGES = [
    page("GET", _SHEET, Right.ASSESS, sheet),
    page("POST", _SHEET, Right.ASSESS, enter, most=_TOGETHER),
    page("POST", f"{_SHEET}/draft", Right.ASSESS, draft),
    page("GET", _FILE, Right.SEE_CASES, file),
    page("GET", f"{_FILE}/view", Right.SEE_CASES, view),
]
