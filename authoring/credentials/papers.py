"""Draw a certificate: one A4 page to hang up, and a small card (ISO ID-1) to carry; the same sheet, the same octets.

The two kinds cannot be mistaken: competence has a broad green frame, completion a thin blue one with gaps, and each
says in its title and in a line of its own what it is and what it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cache
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from authoring.credentials import offline
from authoring.credentials.keys import Key
from authoring.credentials.labels import labels
from bot.certifying import codes
from bot.certifying.badges import Place
from bot.certifying.credentials import COMPETENCE, Credential

PLAIN, BOLD = "ChasquiSans", "ChasquiSans-Bold"
CARD = (85.6 * mm, 53.98 * mm)  # ISO/IEC 7810 ID-1
_FONTS = {PLAIN: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
INK, GREY = HexColor(0x1D1D1B), HexColor(0x57534A)
_GREEN, _BLUE = HexColor(0x17652F), HexColor(0x23527C)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed: a credential, where it is verified, the key of the small QR, and the day of printing.
    `full_name` is the holder's whole name, which stands on the paper alone and in nothing that is published."""

    credential: Credential
    place: Place
    key: Key
    printed_on: date
    full_name: str = ""
    language: str = ""  # hers unless given


def page(sheet: Sheet) -> bytes:
    """The certificate as a PDF of one A4 page."""
    pen, out = _pen(sheet, A4)
    width, height = A4
    found, said = sheet.credential, labels(sheet.language or sheet.credential.award.language)
    _frame(pen, sheet, 10 * mm)
    y = height - 38 * mm
    y = _centred(pen, sheet.credential.award.issuer, PLAIN, 13, y, width, GREY) - 8 * mm
    y = _centred(pen, said[found.award.kind], BOLD, 25, y, width, _colour(sheet)) - 12 * mm
    y = _centred(pen, said["to"], PLAIN, 12, y, width, GREY) - 5 * mm
    y = _centred(pen, sheet.full_name or found.name, BOLD, 24, y, width, INK) - 7 * mm
    y = _centred(pen, said["for" if found.award.kind == COMPETENCE else "after"], PLAIN, 12, y, width, GREY) - 4 * mm
    y = _centred(pen, found.title(sheet.language or found.award.language), BOLD, 19, y, width, INK) - 8 * mm
    units = " · ".join(f"{each.code} {each.title}" if len(each.code) < 9 else each.title for each in found.award.units)
    if units:
        y = _wrapped(pen, f"{said['units']}: {units}", PLAIN, 11.5, 28 * mm, y, width - 56 * mm, most=5) - 3 * mm
    for line in _facts(sheet):
        y = _wrapped(pen, line, PLAIN, 11.5, 28 * mm, y, width - 56 * mm)
    y -= 3 * mm
    for line in _is_and_is_not(sheet):
        y = _wrapped(pen, line, BOLD, 11, 28 * mm, y, width - 56 * mm)
    code = codes.shown(found.code)
    _centred(pen, code, BOLD, 22, 78 * mm, width, INK)
    how = said["how"].format(code=code, url=sheet.place.page(found.code))
    _wrapped(pen, how, PLAIN, 10, 28 * mm, 71 * mm, width - 56 * mm, most=3)
    _qr(pen, sheet.place.page(found.code), 32 * mm, 24 * mm, 36 * mm, said["online"])
    _qr(pen, _payload(sheet), width - 72 * mm, 24 * mm, 40 * mm, _printed(sheet))
    return _done(pen, out)


def card(sheet: Sheet) -> bytes:
    """The certificate as a card to carry, both sides on two pages of the card's size: the facts, and the second QR."""
    pen, out = _pen(sheet, CARD)
    width, height = CARD
    found, said = sheet.credential, labels(sheet.language or sheet.credential.award.language)
    _frame(pen, sheet, 2 * mm)
    left, room = 5 * mm, width - 34 * mm
    y = height - 8 * mm
    y = _wrapped(pen, said[found.award.kind], BOLD, 7.5, left, y, width - 10 * mm, colour=_colour(sheet)) - 1 * mm
    name = sheet.full_name or found.name
    y = _wrapped(pen, name, BOLD, _fitting(name, BOLD, 10, room, most=2), left, y, room, most=2)
    y = _wrapped(pen, found.title(sheet.language or found.award.language), PLAIN, 8, left, y, room, most=2) - 1 * mm
    for line in _facts(sheet)[:3]:
        y = _wrapped(pen, line, PLAIN, 6, left, y, room, most=2)
    _wrapped(pen, codes.shown(found.code), BOLD, 11, left, 6 * mm, room)
    _qr(pen, sheet.place.page(found.code), width - 29 * mm, 9 * mm, 24 * mm, said["online"], size=5)
    pen.showPage()
    _frame(pen, sheet, 2 * mm)
    _qr(pen, _payload(sheet), 5 * mm, 9 * mm, 34 * mm, _printed(sheet), size=4.5)
    y = height - 9 * mm
    for line in _is_and_is_not(sheet):
        y = _wrapped(pen, line, PLAIN, 6, 42 * mm, y, width - 47 * mm) - 1.5 * mm
    # Broken before the code, for an address has no space and the card no room.
    url = sheet.place.page(found.code).removeprefix("https://").replace("/verify/", "/verify/ ")
    how = said["how"].format(code=codes.shown(found.code), url=url)
    _wrapped(pen, how, PLAIN, 6, 42 * mm, y, width - 47 * mm, most=7)
    return _done(pen, out)


def _facts(sheet: Sheet) -> Sequence[str]:
    award, said = sheet.credential.award, labels(sheet.language or sheet.credential.award.language)
    until = award.valid_until.astimezone(UTC).date().isoformat() if award.valid_until else said["forever"]
    isco = f" · ISCO-08 {award.isco}" if award.isco else ""
    return (
        f"{said['until']}: {until}",
        f"{said['issuer']}: {award.issuer}",
        f"{said['standard']}: {award.standard} {award.version}{isco}",
        f"{said['awarded']}: {award.awarded_on.isoformat()} · {said['serial']}: {sheet.credential.serial}",
    )


def _is_and_is_not(sheet: Sheet) -> Sequence[str]:
    award, said = sheet.credential.award, labels(sheet.language or sheet.credential.award.language)
    given = award.authorisation
    is_not = said["authorised"].format(body=given.body, act=given.act) if given else said["is_not"]
    return said[f"is_{award.kind}"], is_not


def _payload(sheet: Sheet) -> str:
    return offline.payload(sheet.credential, sheet.key, sheet.printed_on)


def _printed(sheet: Sheet) -> str:
    said = labels(sheet.language or sheet.credential.award.language)
    return said["offline"].format(date=sheet.printed_on.isoformat())


# --- drawing ---


def _pen(sheet: Sheet, size: tuple[float, float]) -> tuple[Canvas, BytesIO]:
    fonts()
    out = BytesIO()
    # invariant: no time of making and no random id, so that a paper can be printed again, octet by octet.
    pen = Canvas(out, pagesize=size, invariant=1, pageCompression=1)
    pen.setTitle(f"{sheet.credential.award.standard} {codes.shown(sheet.credential.code)}")
    pen.setAuthor(sheet.credential.award.issuer)
    pen.setSubject(sheet.credential.serial)
    return pen, out


def _done(pen: Canvas, out: BytesIO) -> bytes:
    pen.showPage()
    pen.save()
    return out.getvalue()


@cache
def fonts() -> None:
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file)))


def _colour(sheet: Sheet) -> HexColor:
    return _GREEN if sheet.credential.award.kind == COMPETENCE else _BLUE


def _frame(pen: Canvas, sheet: Sheet, inset: float) -> None:
    width, height = pen._pagesize
    pen.saveState()
    pen.setStrokeColor(_colour(sheet))
    if sheet.credential.award.kind == COMPETENCE:
        pen.setLineWidth(inset / 4)
    else:
        pen.setLineWidth(inset / 16)
        pen.setDash(inset / 3, inset / 5)
    pen.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    pen.restoreState()


def _centred(pen: Canvas, text: str, font: str, size: float, y: float, width: float, colour: HexColor) -> float:
    pen.setFillColor(colour)
    for line in simpleSplit(text, font, size, width - 50 * mm):
        pen.setFont(font, size)
        pen.drawCentredString(width / 2, y, line)
        y -= size * 1.3
    return y


def _wrapped(
    pen: Canvas,
    text: str,
    font: str,
    size: float,
    x: float,
    y: float,
    width: float,
    *,
    most: int = 4,
    colour: HexColor = INK,
) -> float:
    """Lines from `y` down; returns where the next one goes. What is longer than `most` lines ends in dots."""
    pen.setFillColor(colour)
    pen.setFont(font, size)
    lines = simpleSplit(text, font, size, width)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    for line in lines:
        pen.drawString(x, y, line)
        y -= size * 1.35
    return y


def _fitting(text: str, font: str, size: float, width: float, *, most: int) -> float:
    """The size at which the text takes at most so many lines: this one, or down to a half of it a smaller one."""
    sizes = [size - step * 0.5 for step in range(int(size) + 1)]
    return next((each for each in sizes if len(simpleSplit(text, font, each, width)) <= most), sizes[-1])


def _qr(pen: Canvas, text: str, x: float, y: float, side: float, below: str, *, size: float = 8) -> None:
    """A QR of `side`, its quiet zone inside, with a line of words below."""
    # Any mask can be read; trying all eight for the prettiest takes as long as the rest of the page.
    matrix = segno.make(text, error="m", micro=False, mask=3).matrix
    step = side / (len(matrix) + 4)
    pen.setFillColor(INK)
    path = pen.beginPath()
    for row, modules in enumerate(matrix):
        start = 0
        while start < len(modules):
            end = start
            while end < len(modules) and modules[end]:
                end += 1
            if end > start:  # a run of dark modules is one rectangle: hundreds instead of thousands
                top = y + side - (row + 3) * step
                path.rect(x + (start + 2) * step, top, (end - start) * step, step)
            start = end + 1
    pen.drawPath(path, stroke=0, fill=1)
    pen.setFillColor(GREY)
    pen.setFont(PLAIN, size)
    pen.drawCentredString(x + side / 2, y - size * 0.9, below)
