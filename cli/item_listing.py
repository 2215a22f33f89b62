"""`chasqui items`: how good the items are, one a line, and below each what its author should look at."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from authoring.shelf import Shelf
from bot.certifying.keying import keyed as of_course
from bot.certifying.quality import FLAGGED_FROM, SHOWN_FROM, Keyed, Quality, findings, qualities
from bot.certifying.quality_words import told
from bot.people import OPERATOR
from cli import greeting, wiring
from cli.settings import Settings
from store.item_answers import responses

_TEXTS = {
    "es": {
        "head": "{item:{width}}  respuestas  aciertos  sin azar  resto  27 %  segundos  opciones",
        "few": "{n} de {all} preguntas tienen {shown} respuestas o más; las señales empiezan con {flagged}.",
        "none": "Todavía nadie ha respondido preguntas de prueba.",
        "course": "No hay ningún curso {course!r}. Hay: {known}.",
    },
    "en": {
        "head": "{item:{width}}  answers  right  unguessed  rest  27 %  seconds  options",
        "few": "{n} of {all} items have {shown} answers or more; they are held against an item from {flagged}.",
        "none": "Nobody has answered any quiz or exam question yet.",
        "course": "There is no course {course!r}. There are: {known}.",
    },
}


def items(settings: Settings, given: argparse.Namespace) -> int:
    """Print the quality of every quiz and exam item that was answered; 1 where the course is not known."""
    said = _TEXTS[given.lang or greeting.language()]
    catalogue = Shelf(settings.content_dir)()
    if given.course and given.course not in catalogue.courses:
        print(said["course"].format(course=given.course, known=", ".join(catalogue.courses)), file=sys.stderr)
        return 1
    database = wiring.open_database(settings)
    try:
        with database.reading() as conn:
            answered = responses(conn, OPERATOR, course=given.course)
    finally:
        database.close()
    courses = [each for each in catalogue.courses.values() if given.course in ("", each.id)]
    keyed = {each.item: each for course in courses for each in of_course(course)}
    found = [each for each in qualities(keyed.values(), answered) if each.answers]
    if given.json:
        print(json.dumps([_as_json(keyed[each.item], each) for each in found], ensure_ascii=False, indent=2))
        return 0
    _print(keyed, found, given.lang or greeting.language())
    return 0


def _as_json(keyed: Keyed, quality: Quality) -> dict[str, object]:
    flags = [{**asdict(each), "es": told(each, "es"), "en": told(each, "en")} for each in findings(keyed, quality)]
    return {**asdict(quality), "guess": keyed.guess, "key": keyed.key, "findings": flags}


def _print(keyed: dict[str, Keyed], found: list[Quality], language: str) -> None:
    said = _TEXTS[language]
    if not found:
        print(said["none"])
        return
    width = max(len(each.item) for each in found)
    head = said["head"].format(item="", width=width)
    shown = [each for each in found if each.facility is not None]
    if shown:
        print(head)
    for each in shown:
        print(_row(each, width, head))
        for finding in findings(keyed[each.item], each):
            print(f"{'':{width}}  ! {told(finding, language)}")
    print(said["few"].format(n=len(shown), all=len(found), shown=SHOWN_FROM, flagged=FLAGGED_FROM))


def _row(each: Quality, width: int, head: str) -> str:
    """Figures right under the names of the columns."""
    cells = (
        str(each.answers),
        _share(each.facility),
        _figure(each.difficulty),
        _figure(each.discrimination),
        _figure(each.upper_lower),
        "-" if each.seconds is None else f"{each.seconds:.0f}",
    )
    columns = [len(column) for column in head[width:].replace("27 %", "27_%").replace("sin azar", "sin_azar").split()]
    row = f"{each.item:{width}}" + "".join(f"  {cell:>{size}}" for cell, size in zip(cells, columns, strict=False))
    return f"{row}  {' '.join(_share(share) for share in each.shares)}".rstrip()


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
