"""Draw a learner's own record as a PDF: what she did, where her cases stand, and the codes of her credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from authoring.credentials import papers
from authoring.credentials.record_labels import record_labels
from bot.certifying.recording import CourseLine, LearnerRecord
from bot.talking.wording import Wording

_TITLE = ParagraphStyle("title", fontName=papers.BOLD, fontSize=18, leading=23, textColor=papers.INK)
_HEAD = ParagraphStyle("head", fontName=papers.BOLD, fontSize=13, leading=18, spaceBefore=12, textColor=papers.INK)
_TEXT = ParagraphStyle("text", fontName=papers.PLAIN, fontSize=10, leading=14, alignment=TA_LEFT, textColor=papers.INK)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=12, textColor=papers.GREY)
_GRID = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, papers.GREY),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ]
)


def page(record: LearnerRecord, wording: Wording) -> bytes:
    """The record as a PDF of as many A4 pages as it takes. `wording` says the states of cases and credentials."""
    papers.fonts()
    out, said = BytesIO(), record_labels(record.language)
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=f"{said['title']} {record.made_on.isoformat()}",
        author=record.organisation,
        invariant=1,
    )

    def foot(pen: Any, _: Any) -> None:
        pen.setFont(papers.PLAIN, 8)
        pen.drawString(20 * mm, 10 * mm, f"{record.organisation} · {record.made_on.isoformat()}")
        pen.drawRightString(A4[0] - 20 * mm, 10 * mm, str(pen.getPageNumber()))

    document.build(list(_story(record, said, wording)), onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _story(record: LearnerRecord, said: Mapping[str, str], wording: Wording) -> Iterator[Flowable]:
    yield _par(said["title"], _TITLE)
    yield _par(record.name or said["nameless"], _HEAD)
    yield _par(said["made"].format(date=record.made_on.isoformat(), organisation=record.organisation), _TEXT)
    yield _par(said["is_not"], _SMALL)
    yield _par(said["courses"], _HEAD)
    for course in record.courses:
        yield from _course(course, said)
    if not record.courses:
        yield _par(said["none"], _TEXT)
    yield _par(said["cases"], _HEAD)
    if record.cases:
        states = {each.state: wording.say(record.language, f"case.state.{each.state}") for each in record.cases}
        yield _table([(f"{each.number}", f"{each.title} ({each.standard} {each.version})", states[each.state])
                      for each in record.cases])  # fmt: skip
    else:
        yield _par(said["none"], _TEXT)
    yield _par(said["credentials"], _HEAD)
    if record.credentials:
        yield _table([
            (each.code, f"{each.title}. {said[each.kind]}",
             f"{wording.say(record.language, f'verify.state.{each.state}')} · {each.awarded_on.isoformat()} – "
             f"{each.until.isoformat() if each.until else said['forever']}")
            for each in record.credentials
        ])  # fmt: skip
        yield Spacer(0, 3 * mm)
        yield _par(said["verify"], _SMALL)
    else:
        yield _par(said["none"], _TEXT)


def _course(course: CourseLine, said: Mapping[str, str]) -> Iterator[Flowable]:
    of = said["lessons"].format(done=course.done, of=course.of) if course.of else said["lessons_gone"]
    yield _par(f"{course.title} · {said['since'].format(date=course.since.isoformat())} · {of}", _TEXT)
    if course.units:
        yield _table(
            [
                (title, said["passed"].format(date=day.isoformat()) if day else said["open"])
                for title, day in course.units
            ]
        )
        yield Spacer(0, 3 * mm)


def _par(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _table(rows: list[tuple[str, ...]]) -> Table:
    wide = {2: (110 * mm, 60 * mm), 3: (32 * mm, 83 * mm, 55 * mm)}[len(rows[0])]
    return Table([[_par(cell, _TEXT) for cell in row] for row in rows], colWidths=wide, style=_GRID, hAlign="LEFT")
