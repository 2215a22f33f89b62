"""Changes of lessons: brought as a workbook or a pack, looked at word by word, published by a second person."""

from __future__ import annotations

import asyncio
import io
import random
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from aiohttp import web

from authoring import drafting, lesson_books, packs
from authoring.differing import differences
from authoring.lesson_books import RowRefused
from authoring.packs import PackRefused
from authoring.refusals import Refusal
from authoring.workbooks import UnreadableList
from bot.cooperating.roles import Right
from bot.learning.drafting import LONGEST_NOTE, Draft, DraftState, FileChange, Reach, why_not
from bot.people import new_id
from console.asked import Asked
from console.content import BASE, crumbs, said
from console.entering import page
from console.forms import Upload
from store import publishing
from store.database import Connection

_MOST = 27 * 10**6
_PAGE = 50
_STATES = tuple(DraftState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What an upload gave: the files of a course, or why it is refused."""

    course: str = ""
    kind: str = ""
    files: Mapping[str, bytes | None] = field(default_factory=dict)
    error: str = ""  # a sentence
    rows: Sequence[RowRefused] = ()


async def drafted(
    asked: Asked, course: str, kind: str, title: str, changes: Sequence[FileChange], trial: drafting.Trial
) -> str:
    """Keep a change that the check lets through; the id under which it waits for its second person."""
    draft = Draft(
        id=new_id(asked.now, random.Random(secrets.randbits(64))),
        course=course,
        kind=kind,
        title=title[:200],
        note=asked.form.text("note", LONGEST_NOTE),
        by=asked.person.id,
        by_name=asked.person.name,
        created_at=asked.now,
        wrong=tuple(asdict(each) for each in trial.wrong),
    )
    once = asked.form.text("once", 64) or secrets.token_hex(16)

    def work(conn: Connection) -> str:
        kept = publishing.add(conn, asked.scope, draft, changes, once)
        if kept == draft.id:
            asked.audit(conn, "content.drafted", f"content:{course}", change=draft.id, title=draft.title)
        return kept

    return await asked.do(work)


# --- the list and one change ---


async def listed(asked: Asked) -> web.Response:
    """Changes that wait, or were published or dropped."""
    state, before = asked.query.text("state", 20), asked.query.text("after", 40)
    state = state if state in _STATES else DraftState.WAITING.value
    rows = await asked.look(lambda conn: publishing.listed(conn, asked.scope, state, before=before, limit=_PAGE + 1))
    shown, more = rows[:_PAGE], len(rows) > _PAGE
    base = f"{BASE}/changes"
    return asked.show(
        "content/changes.html.j2",
        drafts=shown,
        state=state,
        states=[(each, f"{base}?state={each}", asked.t(f"content.state_{each}")) for each in _STATES],
        next=f"{base}?state={state}&after={shown[-1].id}" if more else "",
        first=f"{base}?state={state}" if before else "",
        crumbs=crumbs(asked),
    )


async def _found(asked: Asked) -> Draft:
    id = asked.request.match_info["change"]
    draft = await asked.look(lambda conn: publishing.found(conn, asked.scope, id))
    if draft is None:
        raise asked.missing()
    return draft


async def _changes(asked: Asked, draft: Draft) -> list[FileChange]:
    return await asked.look(lambda conn: publishing.changes(conn, asked.scope, draft.id))


async def one(asked: Asked) -> web.Response:
    """One change, word by word, and what can be done with it."""
    draft = await _found(asked)
    files = await asyncio.to_thread(differences, await _changes(asked, draft))
    course = asked.office.catalogue().courses.get(draft.course)
    return asked.show(
        "content/change.html.j2",
        draft=draft,
        files=files,
        course=course,
        why=why_not(draft, asked.person.id),
        wrong=said(asked, [Refusal(**each) for each in draft.wrong]),  # type: ignore[arg-type]
        reaches=[(each.value, asked.t(f"content.reach_{each.value}")) for each in Reach],
        crumbs=[*crumbs(asked), (f"{BASE}/changes", asked.t("content.changes"))],
    )


async def publish(asked: Asked) -> web.Response:
    """Write the files, once more checked, where a second person says so."""
    draft = await _found(asked)
    here = f"{BASE}/changes/{draft.id}"
    if why := why_not(draft, asked.person.id):
        return asked.go(here, told=f"content.not_{why}")
    root, wanted = asked.office.content_dir, await _changes(asked, draft)
    trial = await asyncio.to_thread(drafting.tried, root, draft.course, wanted)
    if trial.errors:
        wrong = [asdict(each) for each in trial.wrong]
        await asked.do(lambda conn: publishing.judged(conn, asked.scope, draft.id, wrong, len(trial.errors)))
        return asked.go(here, told="content.not_wrong")
    reach = Reach.ALL if asked.form.text("reach", 10) == Reach.ALL else Reach.NEW
    try:
        done = await _write(asked, draft, wanted, reach, trial.version)
    except drafting.Stale:
        return asked.go(here, told="content.stale")
    except OSError:
        return asked.go(here, told="content.readonly")
    await asyncio.to_thread(asked.office.read_again)
    return asked.go(here, told="content.published" if done else "content.not_decided")


async def _write(asked: Asked, draft: Draft, wanted: Sequence[FileChange], reach: Reach, version: str) -> bool:
    """In one transaction with the word that it is published: where the files cannot be written, nothing was said."""
    root, before = asked.office.content_dir, asked.office.catalogue().courses.get(draft.course)
    who = asked.person

    def work(conn: Connection) -> bool:
        if not publishing.publish(conn, asked.scope, draft.id, who.id, who.name, reach, asked.now):
            return False
        moved = publishing.move_all(conn, asked.scope, draft.course, version) if reach is Reach.ALL and version else 0
        details = {"change": draft.id, "title": draft.title, "by": draft.by_name, "reach": reach.value, "moved": moved}
        asked.audit(conn, "content.published", f"content:{draft.course}", version=version, **details)
        if before is not None and reach is Reach.NEW:
            publishing.stay(conn, asked.scope, draft.course, before.version)
            drafting.keep(root, before)
        drafting.apply(root, wanted)
        drafting.forget(root, draft.course, publishing.used(conn, draft.course))
        return True

    return await asked.do(work)


async def ask_to_drop(asked: Asked) -> web.Response:
    """What dropping a change means."""
    draft = await _found(asked)
    return asked.show(
        "content/drop.html.j2", draft=draft, crumbs=[*crumbs(asked), (f"{BASE}/changes", asked.t("content.changes"))]
    )


async def drop(asked: Asked) -> web.Response:
    """Put a change aside; it stays readable."""
    draft = await _found(asked)

    def work(conn: Connection) -> bool:
        dropped = publishing.drop(conn, asked.scope, draft.id, asked.person.id, asked.person.name, asked.now)
        if dropped:
            asked.audit(conn, "content.dropped", f"content:{draft.course}", change=draft.id, title=draft.title)
        return dropped

    dropped = await asked.do(work)
    return asked.go(f"{BASE}/changes", told="content.dropped" if dropped else "content.not_decided")


async def undo(asked: Asked) -> web.Response:
    """A new change that takes a published one back; it too needs a second person."""
    draft = await _found(asked)
    here = f"{BASE}/changes/{draft.id}"
    if draft.state is not DraftState.PUBLISHED:
        return asked.go(here, told="content.not_decided")
    back = [FileChange(path=each.path, before=each.after, after=each.before) for each in await _changes(asked, draft)]
    trial = await asyncio.to_thread(drafting.tried, asked.office.content_dir, draft.course, back)
    if trial.errors:
        return asked.go(here, told="content.not_undone")
    id = await drafted(asked, draft.course, draft.kind, asked.t("content.undo_title", title=draft.title), back, trial)
    return asked.go(f"{BASE}/changes/{id}", told="content.drafted")


# --- upload ---


async def upload_form(asked: Asked) -> web.Response:
    """Where a workbook or a pack is brought."""
    return _upload_page(asked, Brought(), ())


def _upload_page(asked: Asked, brought: Brought, wrong: Sequence[Refusal], status: int = 200) -> web.Response:
    courses = asked.office.catalogue().courses.values()
    return asked.show(
        "content/upload.html.j2",
        status=status,
        courses=[(each.id, each.title(asked.language)) for each in courses],
        course=asked.form.text("course", 60) or asked.query.text("course", 60),
        reason=asked.form.text("note", LONGEST_NOTE),
        brought=brought,
        wrong=said(asked, wrong),
        crumbs=crumbs(asked),
    )


async def upload(asked: Asked) -> web.Response:
    """Look at what was brought, check it, and keep it as a change."""
    file = asked.form.file("file")
    if file is None:
        return _upload_page(asked, Brought(error=asked.t("content.upload_none")), (), 422)
    brought = await asyncio.to_thread(_read, asked, file)
    if brought.error or brought.rows:
        return _upload_page(asked, brought, (), 422)
    root = asked.office.content_dir
    changes = await asyncio.to_thread(drafting.changes, root, brought.files)
    if not changes:
        return _upload_page(asked, Brought(error=asked.t("content.upload_same")), (), 422)
    trial = await asyncio.to_thread(drafting.tried, root, brought.course, changes)
    if trial.errors:
        return _upload_page(asked, brought, trial.errors[:100], 422)
    title = " ".join(file.name.replace("\\", "/").rpartition("/")[2].split()) or asked.t(f"content.kind_{brought.kind}")
    id = await drafted(asked, brought.course, brought.kind, title, changes, trial)
    return asked.go(f"{BASE}/changes/{id}", told="content.drafted")


def _read(asked: Asked, file: Upload) -> Brought:
    """A workbook of one course, or a pack of a whole one: told apart by what is in it, not by its name."""
    return _book(asked, file.data) if _is_book(file.data) else _pack(asked, file.data)


def _is_book(raw: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return any(name.startswith("xl/") or name == "[Content_Types].xml" for name in packed.namelist()[:2000])
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def _book(asked: Asked, raw: bytes) -> Brought:
    course = asked.office.catalogue().courses.get(asked.form.text("course", 60))
    if course is None:
        return Brought(error=asked.t("content.upload_course"))
    if len(raw) > lesson_books.MOST_BYTES:
        return Brought(error=asked.t("content.pack_large", most=lesson_books.MOST_BYTES // 10**6))
    try:
        files, rows = lesson_books.read_book(raw, asked.office.content_dir, course.id, course.languages)
    except UnreadableList as refused:
        return Brought(error=asked.t(_BOOK_REFUSED.get(refused.why, "content.book_broken"), **refused.values))
    return Brought(course=course.id, kind="sheet", files=files, rows=rows[:200])


_BOOK_REFUSED = {
    "bomb": "content.pack_bomb",
    "locked": "content.pack_locked",
    "macros": "content.book_macros",
    "too_long": "content.book_long",
    "too_wide": "content.book_long",
}


def _pack(asked: Asked, raw: bytes) -> Brought:
    try:
        course, files = packs.read_pack(raw)
    except PackRefused as refused:
        return Brought(error=asked.t(f"content.pack_{refused.why}", **refused.values))
    there = drafting.files_of(asked.office.content_dir, course)
    gone: dict[str, bytes | None] = {path: None for path in there if path not in files}
    return Brought(course=course, kind="pack", files={**gone, **files})


PAGES = [
    page("GET", "/content/changes", Right.WRITE_CONTENT, listed),
    page("GET", "/content/changes/{change}", Right.WRITE_CONTENT, one),
    page("POST", "/content/changes/{change}", Right.PUBLISH, publish),
    page("GET", "/content/changes/{change}/drop", Right.WRITE_CONTENT, ask_to_drop),
    page("POST", "/content/changes/{change}/drop", Right.WRITE_CONTENT, drop),
    page("POST", "/content/changes/{change}/undo", Right.WRITE_CONTENT, undo),
    page("GET", "/content/upload", Right.WRITE_CONTENT, upload_form),
    page("POST", "/content/upload", Right.WRITE_CONTENT, upload, most=_MOST),
]
