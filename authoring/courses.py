"""Build the course of one occupation from its folder: every script read, checked, compared, and put in its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from authoring.checking import Bench, cards_of, check_script, items_of
from authoring.facts import Facts
from authoring.folder import Folder
from authoring.occupations import Occupation, OccupationUnit, read_occupation
from authoring.options import command_words, judge_unit_habits
from authoring.refusals import Refusal, refusing
from authoring.scripts import UNTAUGHT, Script, read_script
from authoring.translations import compare
from bot.catalogue import Course, Item, Lesson, Unit
from bot.talking.vocabulary import Vocabulary

_SCRIPT = re.compile(r"(\d\d[a-z0-9-]*|practice|exam)\.([a-z]{2})\.md")
_NOTES = re.compile(r"README.*|.*\.txt")  # of the authors to themselves
_NOT_ASKED_AGAIN = ("task", "rating")  # a quiz cannot mark them

Scripts = Mapping[str, Mapping[str, Script]]  # base → language → script


def is_script(file: str) -> bool:
    """Whether a file is called as a script is: 01-trees.es.md, practice.es.md, exam.es.md."""
    return _SCRIPT.fullmatch(file.rpartition("/")[2]) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnitScripts:
    """A unit, and its scripts as read."""

    unit: OccupationUnit
    scripts: Scripts
    unread: frozenset[tuple[str, str]]  # base and language of the files that give no script; each is told of already

    @property
    def lessons(self) -> list[str]:
        return [base for base in self.scripts if base not in UNTAUGHT]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCourse:
    """What one occupation's folder gave: the course, its name on disk, whether it is published, every script."""

    course: Course
    folder: str
    published: bool
    scripts: tuple[Script, ...]
    whole: bool  # False where a script could not be read: what is missing for that alone is not told


def read_course(
    name: str, folder: Folder, facts: Facts, vocabulary: Vocabulary, refusals: list[Refusal]
) -> ReadCourse | None:
    """The course in the folder `name`; None where its occupation.toml gives nothing to go by.

    What is wrong in a course or lesson with published = false becomes a warning, so that writers may take their time.
    """
    file = f"{name}/occupation.toml"
    text = folder.read(file, refusals)
    found: list[Refusal] = []
    occupation = read_occupation(text, refusing(file, found)) if text is not None else None
    if occupation is None:
        refusals += found
        return None
    if occupation.id != name:
        cure = "Give the folder the name of its id: media and reports are found by it"
        refusing(file, found)(occupation.table.line("id"), f"the id is “{occupation.id}” in the folder {name}", cure)
    commands = {language: command_words(language, vocabulary) for language in occupation.languages}
    lists = {language: vocabulary.lists.get(language, {}) for language in occupation.languages}
    bench = Bench(folder=folder, facts=facts, commands=commands, lists=lists, policy=occupation.sms_policy)
    units = [_read_unit(name, unit, occupation, folder, found) for unit in occupation.units]
    _judge_leftovers(name, occupation, folder, found)
    for unit in units:
        _check_unit(name, unit, occupation, bench, found)
    scripts = tuple(script for unit in units for group in unit.scripts.values() for script in group.values())
    drafts = {script.file for script in scripts if not script.published}
    for each in found:
        waits = not occupation.published or each.file in drafts
        refusals.append(replace(each, level="warning") if waits else each)
    return ReadCourse(
        course=_course(occupation, units),
        folder=name,
        published=occupation.published,
        scripts=scripts,
        whole=not any(unit.unread for unit in units),
    )


def _read_unit(
    name: str, unit: OccupationUnit, occupation: Occupation, folder: Folder, refusals: list[Refusal]
) -> _UnitScripts:
    """Read every script of a unit's folder; files that are neither scripts nor notes are refused."""
    scripts: dict[str, dict[str, Script]] = {}
    unread = set[tuple[str, str]]()
    for file in folder.under(f"{name}/{unit.folder}"):
        refuse = refusing(file, refusals)
        own = file.removeprefix(f"{name}/{unit.folder}/")
        match = _SCRIPT.fullmatch(own)
        if _NOTES.fullmatch(own):
            continue
        if not match:
            refuse(1, f"{own} is not the name of a script", "Call it 01-trees.es.md, practice.es.md or exam.es.md")
        elif match[2] not in occupation.languages:
            refuse(1, f"{match[2]} is not a language of this course", "Add it to languages in occupation.toml")
        else:
            text = folder.read(file, refusals)
            script = read_script(file, text, unit.id, refuse) if text is not None else None
            if script is not None:
                scripts.setdefault(match[1], {})[match[2]] = script
            else:
                unread.add((match[1], match[2]))
    if not any(base not in UNTAUGHT for base in (*scripts, *(base for base, _ in unread))):
        cure = f"Write {name}/{unit.folder}/01-….{occupation.languages[0]}.md, or take the unit out"
        refusing(f"{name}/occupation.toml", refusals)(unit.line, f"the unit {unit.id} has no lesson", cure)
    return _UnitScripts(unit=unit, scripts=scripts, unread=frozenset(unread))


def _judge_leftovers(name: str, occupation: Occupation, folder: Folder, refusals: list[Refusal]) -> None:
    """Scripts in a folder that occupation.toml does not list would be lost without a word."""
    listed = {unit.folder for unit in occupation.units} | {"media"}
    for file in folder.under(name):
        own = file.split("/")
        if len(own) == 2 and is_script(file):
            refusing(file, refusals)(1, "the script lies in no unit", f"Put it into the folder of a unit of {name}/")
        if len(own) > 2 and own[1] not in listed and file.endswith(".md"):
            cure = f'Add [[units]] with folder = "{own[1]}" to {name}/occupation.toml'
            refusing(file, refusals)(1, f"the folder {own[1]} belongs to no unit", cure)


def _check_unit(name: str, unit: _UnitScripts, occupation: Occupation, bench: Bench, refusals: list[Refusal]) -> None:
    for base, group in unit.scripts.items():
        compare(group, occupation.languages, {language for each, language in unit.unread if each == base}, refusals)
        for language, script in group.items():
            listed, known = script.facts, bench
            if base == "practice":  # it practises what the unit teaches
                listed = (*listed, *(fact for each in unit.lessons for fact in _facts(unit.scripts[each], language)))
                if any(each not in unit.scripts for each, _ in unit.unread):
                    known = replace(bench, facts=None)
            check_script(script, listed, known, refusing(script.file, refusals))
    refuse = refusing(f"{name}/occupation.toml", refusals)
    first = occupation.languages[0]
    asked = len(_practice(unit, first))
    if unit.lessons and asked < occupation.quiz_items and not unit.unread:
        what = f"the unit {unit.unit.id} has {asked} questions to practise, and a quiz asks {occupation.quiz_items}"
        refuse(unit.unit.line, what, f"Write more in practice.{first}.md", "warning")
    for language in occupation.languages:
        groups = [
            list(items_of([group[language]]))
            for base, group in unit.scripts.items()
            if base != "exam" and language in group
        ]
        judge_unit_habits(f"{unit.unit.folder} in {language}", unit.unit.line, groups, refuse)


def _facts(group: Mapping[str, Script], language: str) -> tuple[str, ...]:
    """What a lesson teaches in a language; where that file cannot be read, what it teaches in the others."""
    scripts = [group[language]] if language in group else group.values()
    return tuple(fact for script in scripts for fact in script.facts)


def _practice(unit: _UnitScripts, language: str) -> tuple[str, ...]:
    """The ids of what a unit quiz may ask: lessons first, then practice.*."""
    bases = [*unit.lessons, *(["practice"] if "practice" in unit.scripts else [])]
    scripts = [unit.scripts[base][language] for base in bases if language in unit.scripts[base]]
    asked = items_of(script for script in scripts if script.published)
    return tuple(item.id for item in asked if item.kind not in _NOT_ASKED_AGAIN)


def _exam(unit: _UnitScripts, language: str) -> tuple[str, ...]:
    """The ids of what is kept for assessment."""
    script = unit.scripts.get("exam", {}).get(language)
    return tuple(item.id for item in items_of([script])) if script and script.published else ()


def _course(occupation: Occupation, units: Sequence[_UnitScripts]) -> Course:
    """Everything in its place. Where something was refused it may be incomplete: then nobody is taught by it."""
    scripts = [
        script for unit in units for group in unit.scripts.values() for script in group.values() if script.published
    ]
    lessons = {(each.id, each.language): _lesson(each) for each in scripts if each.base not in UNTAUGHT}
    items: dict[tuple[str, str], Item] = {}
    exam_items: dict[tuple[str, str], Item] = {}
    for script in scripts:
        into = exam_items if script.base == "exam" else items
        into |= {(item.id, script.language): item for item in items_of([script])}
    first = occupation.languages[0]
    course = Course(
        id=occupation.id,
        isco08=occupation.isco08,
        titles=occupation.titles,
        join_words=occupation.join_words,
        countries=occupation.countries,
        languages=occupation.languages,
        drafts=occupation.drafts,
        units=tuple(_unit(unit, first) for unit in units),
        lessons=lessons,
        items=items,
        exam_items=exam_items,
        sms_policy=occupation.sms_policy,
        pass_mark=occupation.pass_mark,
        quiz_items=occupation.quiz_items,
        reviewers=occupation.reviewers,
    )
    return replace(course, version=digest(course))


def _unit(unit: _UnitScripts, first: str) -> Unit:
    groups = [unit.scripts[base] for base in unit.lessons]
    lessons = tuple(group[first].id for group in groups if first in group and group[first].published)
    return Unit(
        id=unit.unit.id,
        titles=unit.unit.titles,
        lessons=lessons,
        practice=_practice(unit, first),
        exam=_exam(unit, first),
    )


def _lesson(script: Script) -> Lesson:
    lesson = Lesson(
        id=script.id,
        title=script.title,
        language=script.language,
        cards=cards_of(script),
        items=tuple(item.id for item in items_of([script])),
        facts=script.facts,
        sms_budget=script.sms_budget,
    )
    return replace(lesson, digest=digest(lesson, *(item.digest for item in items_of([script]))))


def digest(*values: object) -> str:
    """A short text that changes with what is said: the first 12 hex digits of SHA-256."""
    return hashlib.sha256("\x1f".join(map(repr, values)).encode("utf-8", "replace")).hexdigest()[:12]
