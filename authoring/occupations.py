"""Read occupation.toml: what an occupation is called in each language, its units in order, its rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from authoring.refusals import Refuse
from authoring.tables import Table, read_table
from bot.delivering.sms import POLICIES

COUNTRIES = ("PE", "BO", "RW")
LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")

_KNOWN = (
    *("id", "isco08", "countries", "languages", "drafts", "sms_policy", "pass_mark", "quiz_items", "licence"),
    *("authors", "reviewers", "published", "title", "join", "units"),
)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*")
_FOLDER = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationUnit:
    """A unit as listed: its lessons are the files of its folder."""

    id: str
    folder: str
    titles: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupation:
    """occupation.toml, as read."""

    id: str
    isco08: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    drafts: tuple[str, ...]
    sms_policy: str
    pass_mark: int
    quiz_items: int
    reviewers: tuple[str, ...]
    published: bool
    titles: Mapping[str, str]
    join_words: Mapping[str, tuple[str, ...]]
    units: tuple[OccupationUnit, ...]
    table: Table


def read_occupation(text: str, refuse: Refuse) -> Occupation | None:
    """Parse occupation.toml; None where it is not TOML or names no language. What is wrong in it is refused."""
    table = read_table(text, 1, refuse)
    if table is None:
        return None
    table.only(*_KNOWN)
    languages = _listed(table, "languages", LANGUAGES)
    occupation = Occupation(
        id=_id(table),
        isco08=_isco08(table),
        countries=_listed(table, "countries", COUNTRIES),
        languages=languages,
        drafts=_listed(table, "drafts", languages, ()),
        sms_policy=table.one_of("sms_policy", POLICIES, "gsm"),
        pass_mark=table.number("pass_mark", 80, 1, 100),
        quiz_items=table.number("quiz_items", 8, 1, 40),
        reviewers=table.texts("reviewers", ()),
        published=table.flag("published", True),
        titles=_titles(table, languages),
        join_words=_join_words(table),
        units=_units(table, languages),
        table=table,
    )
    table.text("licence")  # kept in the file for people; the catalogue has no use for it yet
    table.texts("authors")
    return occupation if languages and occupation.id else None


def _listed(
    table: Table, key: str, allowed: tuple[str, ...], default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """A list out of a closed set, each once."""
    values = table.texts(key, default)
    for value in values:
        if value not in allowed or values.count(value) > 1:
            what = "stands twice" if value in allowed else "is not known"
            table.refuse(
                table.line(key), f"“{value}” {what} in {key}", f"Write some of {', '.join(allowed)}, each once"
            )
    if not values and default is None and key in table.values:
        table.refuse(table.line(key), f"{key} is empty", f"Write at least one of {', '.join(allowed)}")
    return tuple(dict.fromkeys(value for value in values if value in allowed))


def _id(table: Table) -> str:
    id = table.text("id")
    if id and not _ID.fullmatch(id):
        table.refuse(table.line("id"), f"“{id}” is no id", "Write small letters, figures and -, parted by full stops")
    return id


def _isco08(table: Table) -> str:
    code = table.text("isco08")
    if code and not re.fullmatch(r"\d{1,4}", code):
        table.refuse(table.line("isco08"), f"“{code}” is no ISCO-08 code", 'Write its figures: isco08 = "6113"')
    return code


def _titles(table: Table, languages: tuple[str, ...]) -> Mapping[str, str]:
    titles = table.table("title")
    titles.only(*LANGUAGES)  # a menu may name the course in a language in which it is not taught
    known = [language for language in LANGUAGES if language in languages or language in titles.values]
    return {language: titles.text(language) for language in known}


def _join_words(table: Table) -> Mapping[str, tuple[str, ...]]:
    words = table.table("join")
    words.only(*LANGUAGES)
    return {language: words.texts(language) for language in LANGUAGES if language in words.values}


def _units(table: Table, languages: tuple[str, ...]) -> tuple[OccupationUnit, ...]:
    units: list[OccupationUnit] = []
    for each in table.tables("units"):
        each.only("id", "folder", "title")
        unit = OccupationUnit(
            id=_id(each), folder=each.text("folder"), titles=_titles(each, languages), line=each.line("id")
        )
        if unit.folder and not _FOLDER.fullmatch(unit.folder):
            each.refuse(each.line("folder"), f"“{unit.folder}” is no folder here", "Write letters, figures and - only")
        elif unit.folder in [known.folder for known in units]:
            each.refuse(each.line("folder"), f"the folder {unit.folder} stands twice", "Give each unit its own")
        elif unit.id in [known.id for known in units]:
            each.refuse(each.line("id"), f"the unit {unit.id} stands twice", "Give each unit an id of its own")
        else:
            units.append(unit)
    if not units:
        table.refuse(table.line(), "there are no units", 'Write [[units]] with id = "…" and folder = "…"')
    return tuple(units)
