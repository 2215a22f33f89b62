"""A cooperative's list of members, row by row: which column is which, what a cell says, and what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.capitals import as_written
from bot.cooperating.headings import AGES, HEADINGS, LANGUAGES, SEXES
from bot.cooperating.numbers import BadNumber, e164
from bot.people import LONGEST_NAME

_OLDEST, _YOUNGEST = 100, 10
_LONGEST = {"name": LONGEST_NAME, "community": 60, "district": 60, "operator": 60, "reference": 60, "guardian": 60}
_TEXTS = ("community", "district", "operator")
_AGE = re.compile(r"(\d{1,3})(?:\.0)?(?: *años)?")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_HOUR = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*(am|pm|a\.\s?m\.|p\.\s?m\.|h|hrs?|horas)?\.?")
# "Ã±" is an ñ that was read in the wrong alphabet; U+FFFD is a letter that is lost.
_GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u0152-\u0178\u2013-\u2122]|\ufffd")
_AS_FORMULA = re.compile(r'="([^"]*)"')  # how some programs keep a leading zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a row: the column (ours), why as one word, and what stands there."""

    field: str
    why: str
    value: str = ""
    known: str = ""  # what it clashes with, or what might have been meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person of a list, as it was understood. What is empty was not said."""

    line: int
    phone: str  # E.164
    country: str
    name: str = ""
    language: str = ""
    sex: str = ""
    birth_year: int | None = None
    community: str = ""
    district: str = ""
    cooperative: str = ""  # as it is written there
    operator: str = ""
    hour: int | None = None
    reference: str = ""
    given_on: date | None = None
    guardian: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of a file is which: our name → its place; and what the file has that we do not use."""

    places: Mapping[str, int]
    unused: tuple[str, ...] = ()
    women_are_m: bool | None = None  # of a column that writes M: with H beside it a woman, with F beside it a man
    ages: bool = False  # whether the column of birth years holds ages


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a row needs to know besides."""

    country: str
    today: date
    languages: tuple[str, ...]
    waking: tuple[int, int] = (7, 21)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, field: str, why: str, value: str = "", known: str = "") -> None:
        """Note what is wrong."""
        self.faults.append(Fault(field=field, why=why, value=value, known=known))


def folded(text: str) -> str:
    """Letters and digits without case, accents and signs, one space between words: for comparing, never for showing."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign if sign.isalnum() else " " for sign in parts if not unicodedata.combining(sign))
    return " ".join(plain.split())


def columns(header: Sequence[str], given: Mapping[str, str] | None = None) -> Columns:
    """Find our columns under their headings; `given` (ours → theirs) wins. Raises KeyError with a heading of `given`
    that the file does not have. The first of two columns that could be one of ours is taken."""
    told = [folded(each) for each in header]
    places: dict[str, int] = {}
    for ours, theirs in (given or {}).items():
        if folded(theirs) not in told:
            raise KeyError(theirs)
        places[ours] = told.index(folded(theirs))
    for ours, words in HEADINGS.items():
        if ours in places:
            continue
        found = [place for place, each in enumerate(told) if each in words and place not in places.values()]
        if found:
            places[ours] = found[0]
    unused = tuple(each.strip() for place, each in enumerate(header) if place not in places.values() and each.strip())
    return Columns(places=places, unused=unused, ages=gives_ages(header, places))


def gives_ages(header: Sequence[str], places: Mapping[str, int]) -> bool:
    """Whether the column that was taken for birth years goes under a heading that means ages."""
    place = places.get("birth_year")
    return place is not None and place < len(header) and folded(header[place]) in AGES


def sexes(written: Iterable[str]) -> bool | None:
    """Whether M means a woman in a column: H/M is hombre and mujer, F/M femenino and masculino; None: it cannot be
    told."""
    held = {folded(each) for each in written}
    if "h" in held and "f" not in held:
        return True
    return False if "f" in held and "h" not in held else None


def cell(written: str) -> str:
    """What a cell says: no signs of the spreadsheet, no invisible ones, single spaces. A formula stays the text that
    it is and is never worked out."""
    text = unicodedata.normalize("NFC", written)
    text = "".join(" " if sign in "\t\r\n\u00a0" else sign for sign in text if _shown(sign)).strip()
    kept = _AS_FORMULA.fullmatch(text)
    text = kept[1] if kept else text.removeprefix("'")
    return " ".join(text.split())


def member(cells: Sequence[str], line: int, columns: Columns, reading: Reading) -> Member | tuple[Fault, ...]:
    """One row as a member, or everything that is wrong with it."""
    reading.faults.clear()
    said = {ours: cell(cells[place]) if place < len(cells) else "" for ours, place in columns.places.items()}
    for ours, text in said.items():
        if _GARBLED.search(text):
            reading.fault(ours, "garbled", text)
    phone, country = _phone(said.get("phone", ""), reading)
    told = Member(
        line=line,
        phone=phone,
        country=country,
        name=_name(said, reading),
        language=_language(said.get("language", ""), reading),
        sex=_sex(said.get("sex", ""), columns, reading),
        birth_year=_birth_year(said.get("birth_year", ""), columns, reading),
        **{ours: _whole(ours, said.get(ours, ""), reading) for ours in _TEXTS},
        cooperative=said.get("cooperative", ""),
        hour=_hour(said.get("hour", ""), reading),
        reference=_whole("reference", said.get("reference", ""), reading),
        given_on=_given_on(said.get("given_on", ""), reading),
        guardian=_whole("guardian", said.get("guardian", ""), reading),
    )
    return tuple(reading.faults) or told


def same_person(one: str, other: str) -> bool:
    """Whether two names on one number can be one person's: one of them is empty, holds all of the other's words, or
    begins with the same one."""
    first, second = folded(one).split(), folded(other).split()
    if not first or not second:
        return True
    shorter, longer = sorted((set(first), set(second)), key=len)
    return shorter <= longer or (first[0] == second[0] and (len(first) == 1 or len(second) == 1 or first[-1] in second))


def _shown(sign: str) -> bool:
    return sign in "\t\r\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def _phone(text: str, reading: Reading) -> tuple[str, str]:
    try:
        return e164(text, reading.country)
    except BadNumber as error:
        reading.fault("phone", str(error), text)
        return "", ""


def _name(said: Mapping[str, str], reading: Reading) -> str:
    """The name as a person is called: given names before the comma's family names, no shouting, no emoji."""
    text = said.get("name", "")
    if text.startswith("="):
        reading.fault("name", "formula", text)
        return ""
    if not text and not said.get("surname"):
        return ""
    family, comma, given = text.partition(",")
    text = f"{given} {family}" if comma else text
    text = " ".join(f"{text} {said.get('surname', '')}".split())
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("So", "Sk")).strip(" .,;:!")
    if sum(sign.isalpha() for sign in text) < 2:
        reading.fault("name", "name", text or said.get("name", ""))
        return ""
    return _whole("name", as_written(text), reading)


def _whole(ours: str, text: str, reading: Reading) -> str:
    """What can be kept whole. Nothing is cut behind the back of who wrote it: a name stands on a certificate."""
    most = _LONGEST[ours]
    if len(text) > most:
        reading.fault(ours, "too_long", text, known=str(most))
    return text


def _language(text: str, reading: Reading) -> str:
    if not text:
        return ""
    code = LANGUAGES.get(folded(text), "")
    if code not in reading.languages:
        reading.fault("language", "language", text)
        return ""
    return code


def _sex(text: str, columns: Columns, reading: Reading) -> str:
    said = folded(text)
    if not said:
        return ""
    if said == "m":
        if columns.women_are_m is None:
            reading.fault("sex", "sex_m", text)
            return ""
        return "f" if columns.women_are_m else "m"
    if said not in SEXES:
        reading.fault("sex", "sex", text)
        return ""
    return SEXES[said]


def _birth_year(text: str, columns: Columns, reading: Reading) -> int | None:
    """The year; of an age the later of the two that it can be, by which nobody passes for grown up too early."""
    if not text:
        return None
    age = _AGE.fullmatch(text) if columns.ages else None
    found = [str(reading.today.year - int(age[1]))] if age else _YEAR.findall(text)
    born = int(found[0]) if len(found) == 1 else 0
    if not reading.today.year - _OLDEST <= born <= reading.today.year - _YOUNGEST:
        reading.fault("birth_year", "birth_year", text)
        return None
    return born


def _hour(text: str, reading: Reading) -> int | None:
    if not text:
        return None
    found = _HOUR.fullmatch(text.casefold())
    hour = int(found[1]) if found else -1
    if found and found[3] and found[3][0] == "p" and hour < 12:
        hour += 12
    if not reading.waking[0] <= hour < reading.waking[1]:
        reading.fault("hour", "hour", text)
        return None
    return hour


def day_of(text: str) -> date | None:
    """A date as it is written: 2026-03-02, or day first as 2/3/2026; None for what is no date."""
    iso, first = _ISO.fullmatch(text.strip()), _DAY_FIRST.fullmatch(text.strip())
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        return date(int(first[3]), int(first[2]), int(first[1])) if first else None
    except ValueError:
        return None


def _given_on(text: str, reading: Reading) -> date | None:
    if not text:
        return None
    found = day_of(text)
    if found is None or found > reading.today or found.year < reading.today.year - 20:
        reading.fault("given_on", "given_on", text)
        return None
    return found
