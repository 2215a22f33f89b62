"""Check what ties a standard to its course: is each unit taught, each criterion assessed, each item fit for an exam."""

from __future__ import annotations

from datetime import date

from rapidfuzz import fuzz

from authoring.courses import ReadCourse
from authoring.questions import Question
from authoring.refusals import Refusal, Refuse, refusing
from authoring.scripts import Script
from authoring.standards import FILE, ReadStandard
from bot.catalogue import Item
from bot.certifying.items import ASKED, assessment_items
from bot.certifying.standards import SEEN, Scheme, Unit
from bot.talking.understanding.folding import words

LEAST = 12  # assessment items of a unit in each language (learning-design §5.5)
FRESH = 366  # days for which the rules of a scheme are believed
ALIKE = 80  # token_sort_ratio of stem and right answer from which two questions are the same one
_BALANCED = 8  # choice items from which on the letters of their keys are compared


def check_standard(read: ReadStandard, course: ReadCourse, today: date, refusals: list[Refusal]) -> None:
    """Refuse what is missing between a standard and the course that teaches it."""
    refuse = refusing(read.file, refusals)
    for unit in read.standard.units:
        _judge_critical(unit, read, refuse)
        if not course.whole:
            continue
        _judge_teaching(unit, read, course, refuse)
        _judge_coverage(unit, read, course, refuse)
        if unit.offered and unit.asks_by_message:
            _judge_bank(unit, read, course, refuse)
    for scheme in read.standard.schemes:
        _judge_age(scheme, read.line(scheme.country), today, refuse)


def check_exams(course: ReadCourse, read: ReadStandard | None, refusals: list[Refusal]) -> None:
    """Refuse exam items that were practised, that tell their answer, or that assess nothing."""
    for script in course.scripts:
        refuse = refusing(script.file, refusals)
        _judge_ids(script, course, refuse)
        if script.base != "exam":
            _judge_practice(script, refuse)
            continue
        if read is None:
            refuse(1, f"there is no {FILE} that these questions assess", f"Write {course.folder}/{FILE} first")
        for question in script.questions:
            _judge_item(question, script, course, read, refuse)
        _judge_names(script, course, refuse)
        _judge_letters(script, refuse)
        _judge_alike(script, course, refuse)


def _judge_teaching(unit: Unit, read: ReadStandard, course: ReadCourse, refuse: Refuse) -> None:
    known = {each.id: each for each in course.course.units}
    line = read.line(unit.code)
    for id in unit.taught_by:
        if id not in known:
            cure = f"Write some of {', '.join(known)}"
            refuse(line, f"unit {unit.code} is taught by {id}, which the course does not have", cure)
    if not any(known[id].lessons for id in unit.taught_by if id in known):
        refuse(line, f"no lesson teaches unit {unit.code}", "Name units of the course with lessons in taught_by")


def _judge_coverage(unit: Unit, read: ReadStandard, course: ReadCourse, refuse: Refuse) -> None:
    """Each criterion needs an item, or somebody who looks."""
    seen = {code for each in unit.requirements if each.kind != "knowledge" for code in each.criteria}
    first = course.course.languages[0]
    asked = {code for item in assessment_items(unit, course.course, first) for code in item.criteria}
    for criterion in unit.criteria:
        if criterion.code not in seen | asked:
            cure = f"Write an exam item with criterion: {criterion.code}, or name it in a requirement that is observed"
            refuse(read.line(criterion.code), f"nothing assesses criterion {criterion.code}", cure)
    known = {code for each in unit.required("knowledge") for code in each.criteria}
    if asked and not known:
        refuse(read.line(unit.code), f"unit {unit.code} has exam items and asks for no knowledge", "Add a requirement")


def _judge_critical(unit: Unit, read: ReadStandard, refuse: Refuse) -> None:
    """What is critical must be seen done or made: a quiz shows only that somebody knows it."""
    seen = {code for each in unit.requirements if each.kind in SEEN for code in each.criteria}
    for criterion in unit.criteria:
        if criterion.critical and criterion.code not in seen:
            what = f"criterion {criterion.code} is critical, and no performance or product is asked for"
            refuse(read.line(criterion.code), what, "Add a requirement of kind performance or product that names it")


def _judge_bank(unit: Unit, read: ReadStandard, course: ReadCourse, refuse: Refuse) -> None:
    for language in course.course.languages:
        found = len(assessment_items(unit, course.course, language))
        due = max(LEAST, unit.policy.cap)
        if found < due:
            what = f"unit {unit.code} has {found} assessment items in {language}, and {due} are due"
            cure = f"Write more in exam.{language}.md, join it to another unit, or set offered = false"
            refuse(read.line(unit.code), what, cure)


def _judge_age(scheme: Scheme, line: int, today: date, refuse: Refuse) -> None:
    if scheme.checked_on > today:
        refuse(line, f"the scheme of {scheme.country} was checked on a day to come", "Correct checked_on")
    elif (today - scheme.checked_on).days > FRESH and scheme.checked_on != date.min:
        what = f"the rules of {scheme.country} were last checked on {scheme.checked_on}"
        refuse(line, what, "Ask the authority, and write the new day in checked_on", "warning")
    if scheme.validity_months is None:
        what = f"a credential of {scheme.country} would never end"
        refuse(line, what, "Write validity_months: certification is recognition for a time", "warning")


def _judge_practice(script: Script, refuse: Refuse) -> None:
    for question in script.questions:
        if question.item.criteria:
            cure = "Take the line out, or move the question to exam.*"
            refuse(question.line("criterion"), "only assessment items name a criterion", cure)


def _judge_item(
    question: Question, script: Script, course: ReadCourse, read: ReadStandard | None, refuse: Refuse
) -> None:
    """An exam item can be marked, tells nothing about its answer, and names the criterion that it assesses."""
    item = question.item
    if item.kind not in ASKED:
        refuse(question.line(), f"an exam asks no {item.kind}", f"Write one of {', '.join(ASKED)}")
    if item.kind == "choice" and len(item.options) < 3:
        refuse(question.line(), "two options are guessed too easily", "Give an exam item three or four")
    for piece in ("hint", "why"):
        if piece in question.lines:
            refuse(question.line(piece), f"an exam item has no {piece}", "Take the line out")
    for letter, option in zip("ABCDEFGH", item.options, strict=False):
        if option.feedback:
            refuse(question.line(letter), "an exam item gives no feedback", "Take out <- and what follows")
    if not item.criteria and "criterion" not in question.unread:
        refuse(question.line(), "the item names no criterion", "Write criterion: 1.1.1 below it, from standard.toml")
    for code in item.criteria if read else ():
        unit = read.standard.unit_of(code) if read else None
        taught = next((each.id for each in course.course.units if item.id in each.exam), "")
        if unit is None:
            refuse(question.line("criterion"), f"{code} is no criterion of {FILE}", "Correct its code")
        elif taught and taught not in unit.taught_by:
            what = f"criterion {code} belongs to unit {unit.code}, which {taught} does not teach"
            refuse(question.line("criterion"), what, f"Add {taught} to its taught_by, or move the question")


def _judge_ids(script: Script, course: ReadCourse, refuse: Refuse) -> None:
    """An id of an exam is not practised, and an id of practice is not examined: both files hear of it."""
    others = {
        question.item.id: each.file
        for each in course.scripts
        if each.language == script.language and (each.base == "exam") != (script.base == "exam")
        for question in each.questions
    }
    for question in script.questions:
        if file := others.get(question.item.id):
            what = f"the id {question.item.id} stands in {file} too"
            refuse(question.line(), what, "Give one of them its own: an exam asks nothing that was practised")


def _judge_names(script: Script, course: ReadCourse, refuse: Refuse) -> None:
    """A question of practice and one of the exam of a unit have different names, so that nobody mixes them."""
    practised = {
        _name(question.item): each.file
        for each in course.scripts
        if each.base == "practice" and _folder(each) == _folder(script)
        for question in each.questions
    }
    for question in script.questions:
        if file := practised.get(_name(question.item)):
            what = f"{_name(question.item)} is a question of {file}"
            refuse(question.line(), what, "Call exam items e1, e2 …, and never move one to practice or back")


def _judge_letters(script: Script, refuse: Refuse) -> None:
    """The key is at no letter more than half of the time."""
    keys = [question.item.key for question in script.questions if question.item.kind == "choice"]
    for letter in set(keys):
        if len(keys) >= _BALANCED and keys.count(letter) * 2 > len(keys):
            what = f"the key is {'ABCDEFGH'[letter]} in {keys.count(letter)} of {len(keys)} questions"
            refuse(script.front.line(), what, "Change the order of the options of some", "warning")


def _judge_alike(script: Script, course: ReadCourse, refuse: Refuse) -> None:
    """No exam item is one that was practised, or another exam item, in hardly other words."""
    others = [
        (each.file, question.item, _gist(question.item))
        for each in course.scripts
        if each.language == script.language and each.file != script.file
        for question in each.questions
    ]
    for question in script.questions:
        gist = _gist(question.item)
        for file, item, said in others:
            if fuzz.token_sort_ratio(gist, said) >= ALIKE:
                what = f"{_name(question.item)} asks what {_name(item)} of {file} asks"
                refuse(question.line(), what, "Ask something else: an exam never repeats practice")
                break
        others.append((script.file, question.item, gist))


def _gist(item: Item) -> str:
    """What a question asks and what is right: two sums with the same words and other numbers differ by the answer."""
    options = [option.text for option in item.options if option.key or item.kind == "order"]
    return " ".join(words(" ".join([item.text, item.answer * 3, *options])))


def _name(item: Item) -> str:
    return item.id.rpartition(".")[2]


def _folder(script: Script) -> str:
    return script.file.rpartition("/")[0]
