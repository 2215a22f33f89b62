"""Load content/ into the catalogue: whatever is wrong comes back as refusals, never as an exception."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from authoring.assessing import check_exams, check_standard
from authoring.courses import ReadCourse, digest, is_script, read_course
from authoring.facts import Facts, read_facts
from authoring.folder import Folder, changed, scan
from authoring.options import command_words, fold_word
from authoring.refusals import Refusal, refusing
from authoring.standards import EDITIONS, FILE, ReadStandard, read_standard
from authoring.wording_files import REFERENCE, read_wording
from authoring.words import load_words
from bot.catalogue import Catalogue, Course
from bot.certifying.standards import Standard
from bot.talking.vocabulary import Vocabulary
from bot.talking.wording import PLURALS

__all__ = ["KEPT", "Loaded", "Refusal", "changed", "load"]

KEPT = ".kept"
"""The folder of older versions of courses, for those who began with them; a hidden one, and so no content itself."""

_VERSIONED = re.compile(r"([a-z0-9-]+)@([0-9a-f]{12})")

FACTS = "facts.toml"
_SHARED = re.compile(rf"{re.escape(FACTS)}|(wording|words)(/.*)?")  # what every course needs is told first
_PUT_BACK = "Put it back, or copy that of another language and translate it"
_NAMES_FACTS = re.compile(r"""^facts\s*=\s*\[\s*["']""", re.MULTILINE)
_WORDS_ERROR = re.compile(r"(.+?):(\d+): (.+?)\. (.+)\.", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What content/ gave: the catalogue, or None where anything was refused as an error. Keep the old one then."""

    catalogue: Catalogue | None
    refusals: tuple[Refusal, ...]
    files: int  # how many there are

    @property
    def errors(self) -> tuple[Refusal, ...]:
        """The refusals that keep the content from being used."""
        return tuple(each for each in self.refusals if each.level == "error")


def load(path: Path | str, today: date | None = None) -> Loaded:
    """Read, check and build everything under `path`. Blocks for some hundred milliseconds: call it in a thread.

    `today` is the day on which the rules of a certifying scheme must still be fresh; that of this machine if None.
    """
    root = Path(path)
    refusals: list[Refusal] = []
    if not root.is_dir():
        refusing(root.name, refusals)(1, "there is no such folder", "Give the folder that holds the occupations")
        return Loaded(catalogue=None, refusals=tuple(refusals), files=0)
    folder = scan(root, refusals)
    facts = _facts(folder, refusals)
    vocabulary = _vocabulary(folder, refusals)
    wording = read_wording(folder, refusals)
    courses = _courses(folder, facts, vocabulary, refusals)
    _judge_words(folder, courses, refusals)
    _judge_ids(courses, refusals)
    _judge_join_words(courses, vocabulary, refusals)
    standards = _standards(folder, courses, facts, today or datetime.now(UTC).date(), refusals)
    editions = _editions(folder, courses, facts, refusals)
    refusals.sort(key=lambda each: (_SHARED.fullmatch(each.file) is None, each.file, each.line))
    catalogue = Catalogue(
        courses={read.course.id: read.course for read in courses if read.published},
        wording=wording,
        vocabulary=vocabulary,
        facts={id: fact.told() for id, fact in (facts or {}).items()},
        version=digest(
            [read.course.version for read in courses if read.published],
            [read.standard.digest for read in standards],
            [each.digest for each in editions.values()],
            wording,
            _told(vocabulary),
        ),
        standards={read.standard.code: read.standard for read in standards},
        editions=editions,
        kept=_kept(root, facts, vocabulary),
    )
    broken = any(each.level == "error" for each in refusals)
    return Loaded(catalogue=None if broken else catalogue, refusals=tuple(refusals), files=len(folder.files))


def _facts(folder: Folder, refusals: list[Refusal]) -> Facts:
    """The fact bank; None where it cannot be read, or is missing though something names facts of it."""
    if FACTS not in folder.files:
        if not any(_NAMES_FACTS.search(folder.read(file, []) or "") for file in folder.files if _may_name(file)):
            return {}
        cure = "Put the file back: it holds what may be taught, and where it was read"
        refusing(FACTS, refusals)(1, "the file is missing", cure)
        return None
    text = folder.read(FACTS, refusals)
    return read_facts(text, refusing(FACTS, refusals)) if text is not None else None


def _may_name(file: str) -> bool:
    return file.endswith((".md", f"/{FILE}"))


def _vocabulary(folder: Folder, refusals: list[Refusal]) -> Vocabulary:
    """The words of words/; none where there is no such folder, or a file of it is refused."""
    if not folder.holds("words"):
        return Vocabulary()
    try:
        return load_words(folder.root / "words")
    except (OSError, ValueError, RecursionError) as error:
        _refuse_words(str(error), folder.root, refusals)
        return Vocabulary()


def _judge_words(folder: Folder, courses: Sequence[ReadCourse], refusals: list[Refusal]) -> None:
    """Whoever is spoken to in a language must be understood in it: without its words nobody can stop or ask for help.
    And whoever is taught in one must be spoken to in it. A folder with courses alone speaks to nobody."""
    written = {Path(file).stem for file in folder.under("wording") if file.endswith(".po")}
    if not written and not folder.holds("words"):
        return
    taught = {language for read in courses for language in read.course.languages}
    for language in sorted(written & PLURALS.keys() | taught):
        if f"words/{language}.toml" not in folder.files:
            what = f"the file is missing: what learners write in {language} is not understood, nor how they stop"
            refusing(f"words/{language}.toml", refusals)(1, what, _PUT_BACK)
    for language in sorted(taught & PLURALS.keys() - written - {REFERENCE} if written else ()):
        what = f"the file is missing: a course is taught in {language}, and the bot cannot speak it"
        refusing(f"wording/{language}.po", refusals)(1, what, _PUT_BACK)


def _refuse_words(said: str, root: Path, refusals: list[Refusal]) -> None:
    """Take over what `load_words` says: `file:line: what is wrong. What to do.`"""
    if match := _WORDS_ERROR.fullmatch(said):
        file = Path(match[1]).relative_to(root).as_posix() if Path(match[1]).is_relative_to(root) else match[1]
        refusing(file, refusals)(int(match[2]), match[3], match[4])
    else:
        refusing("words", refusals)(1, f"the words cannot be read ({said})", "Compare them with another language's")


def _told(vocabulary: Vocabulary) -> list[object]:
    """All that a vocabulary holds, in an order that is the same in every process (that of a set is not)."""
    held = (getattr(vocabulary, field.name) for field in fields(vocabulary))
    return [sorted(each) if isinstance(each, frozenset) else each for each in held]


def _courses(folder: Folder, facts: Facts, vocabulary: Vocabulary, refusals: list[Refusal]) -> Sequence[ReadCourse]:
    """Every folder with an occupation.toml, in order of their names."""
    found: list[ReadCourse] = []
    for file in folder.files:
        name, _, own = file.rpartition("/")
        if own != "occupation.toml":
            continue
        if "/" in name or not name:
            refusing(file, refusals)(1, "occupation.toml does not lie here", "Put it into a folder of content/ itself")
        elif read := read_course(name, folder, facts, vocabulary, refusals):
            found.append(read)
    _judge_headless(folder, refusals)
    return found


def _judge_headless(folder: Folder, refusals: list[Refusal]) -> None:
    """Scripts in a folder without an occupation.toml would be lost without a word, and a course that was there too."""
    scripts = [file for file in folder.files if is_script(file)]
    for name in dict.fromkeys(file.partition("/")[0] for file in scripts if "/" in file):
        head = f"{name}/occupation.toml"
        if head not in folder.files and "occupation.toml" not in folder.files:
            what = "the file is missing: the scripts of this folder belong to no course"
            refusing(head, refusals)(1, what, f"Write it, or move the scripts out of {name}/")
    for file in scripts:
        if "/" not in file:
            refusing(file, refusals)(1, "the script lies in no course", "Put it into the folder of a unit of a course")


def _kept(root: Path, facts: Facts, vocabulary: Vocabulary) -> Mapping[tuple[str, str], Course]:
    """Older versions of courses (.kept/<course>@<version>/<course>/). They were checked when they were new: what is
    amiss by today's rules does not take a lesson away from whoever is in the middle of it."""
    found: dict[tuple[str, str], Course] = {}
    for place in sorted((root / KEPT).glob("*@*")):
        if (match := _VERSIONED.fullmatch(place.name)) and place.is_dir():
            read = read_course(match[1], scan(place, []), facts, vocabulary, [])
            if read is not None:
                found[match[1], match[2]] = replace(read.course, version=match[2])
    return found


def _standards(
    folder: Folder, courses: Sequence[ReadCourse], facts: Facts, today: date, refusals: list[Refusal]
) -> Sequence[ReadStandard]:
    """The standards of the published courses. What is wrong with that of an unpublished course is a warning."""
    standards: dict[str, ReadStandard] = {}
    for course in courses:
        file, found = f"{course.folder}/{FILE}", list[Refusal]()
        text = folder.read(file, found) if file in folder.files else None
        read = read_standard(file, text, course.course, facts, refusing(file, found)) if text is not None else None
        if read is not None:
            check_standard(read, course, today, found)
            code = read.standard.code
            if standards.setdefault(code, read) is not read:
                what = f"the code {code} is that of {standards[code].file} too"
                refusing(file, found)(1, what, "Give it a code of its own")
        if read is not None or text is None:  # a file that cannot be read says so once
            check_exams(course, read, found)
        refusals += found if course.published else [replace(each, level="warning") for each in found]
    published = {course.folder for course in courses if course.published}
    return [read for read in standards.values() if read.file.partition("/")[0] in published]


def _editions(
    folder: Folder, courses: Sequence[ReadCourse], facts: Facts, refusals: list[Refusal]
) -> Mapping[str, Standard]:
    """Older versions of the standards (standards/<version>.toml of an occupation): cases that began under one are
    judged by it to their end. Nothing new begins, so what is amiss there is a warning, and the file is left out."""
    found: dict[str, Standard] = {}
    for course in courses:
        beside = f"{course.folder}/{FILE}"
        for file in folder.under(f"{course.folder}/{EDITIONS}"):
            wrong = list[Refusal]()
            refuse = refusing(file, wrong)
            text = folder.read(file, wrong)
            read = read_standard(file, text, course.course, facts, refuse) if text is not None else None
            if read and not file.endswith(f"/{EDITIONS}/{read.standard.version}.toml"):
                refuse(1, f"the version is {read.standard.version}", f"Call the file {read.standard.version}.toml")
            elif read and read.standard.units:
                found[read.standard.name] = read.standard
            elif text is not None and not wrong:
                refuse(1, "this is no standard", f"Put here what was {beside} before")
            refusals += [replace(each, level="warning") for each in wrong]
    return found


def _judge_ids(courses: Sequence[ReadCourse], refusals: list[Refusal]) -> None:
    """An id names one thing, for ever: a course, a unit, a lesson (in all its languages)."""
    owners: dict[str, str] = {}

    def claim(id: str, owner: str, file: str, line: int) -> None:
        if owners.setdefault(id, owner) != owner:
            what = f"the id “{id}” is that of {owners[id]} too"
            refusing(file, refusals)(line, what, "Give it an id of its own")

    for read in courses:
        file = f"{read.folder}/occupation.toml"
        claim(read.course.id, read.folder, file, 1)
        for unit in read.course.units:
            claim(unit.id, f"{read.folder}/{unit.id}", file, 1)
        for script in (each for each in read.scripts if each.id):
            owner = script.file.removesuffix(f".{script.language}.md")
            claim(script.id, owner, script.file, script.front.line("id"))


def _judge_join_words(courses: Sequence[ReadCourse], vocabulary: Vocabulary, refusals: list[Refusal]) -> None:
    """A join word opens one course, and is no command."""
    owners: dict[str, str] = {}
    for read in courses:
        for language, words in read.course.join_words.items():
            commands = command_words(language, vocabulary)
            for word in words:
                refuse = refusing(f"{read.folder}/occupation.toml", refusals)
                folded = fold_word(word)
                cure = "Choose another word"
                if not folded or " " in folded:
                    refuse(1, f"the join word “{word}” is not one word", "Write one word that is easily typed")
                elif folded in commands:
                    refuse(1, f"the join word “{word}” is the command word for {commands[folded]}", cure)
                elif owners.setdefault(folded, read.folder) != read.folder:
                    refuse(1, f"the join word “{word}” is that of {owners[folded]} too", cure)
