"""Compare the languages of one lesson: ids, questions, kinds, keys and number of options must be the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from authoring.questions import Question
from authoring.refusals import Refusal, refusing
from authoring.scripts import Script
from bot.catalogue import Item


def compare(
    scripts: Mapping[str, Script], languages: Sequence[str], unread: Collection[str], refusals: list[Refusal]
) -> None:
    """Refuse what differs among the scripts of one lesson, by language; the course's first language is the measure.
    The languages `unread` have a file that could not be read, and that is told of already."""
    measure = next(scripts[language] for language in languages if language in scripts)
    for language in languages:
        if language not in scripts and language not in unread and measure.published:
            missing = measure.file.replace(f".{measure.language}.md", f".{language}.md")
            cure = f"Write {missing}, or set published = false in this lesson"
            refusing(measure.file, refusals)(1, f"the {language} translation is missing", cure)
    for script in scripts.values():
        if script is not measure:
            _compare(script, measure, refusals)


def _compare(script: Script, measure: Script, refusals: list[Refusal]) -> None:
    refuse = refusing(script.file, refusals)
    of = measure.file.rpartition("/")[2]
    if script.id != measure.id and script.id and measure.id:
        what = f"the id is “{script.id}”, and “{measure.id}” in {of}"
        refuse(script.front.line("id"), what, "Give all languages of a lesson the same id")
    if script.published != measure.published:
        refuse(script.front.line("published"), f"published is not the same as in {of}", "Make them agree")
    if len(script.cards) != len(measure.cards):
        what = f"{len(script.cards)} cards, and {len(measure.cards)} in {of}"
        refuse(script.front.line(), what, "Give all languages the same number of cards")
    asked, due = ([_name(question.item) for question in each.questions] for each in (script, measure))
    named = not any("name" in question.unread for each in (script, measure) for question in each.questions)
    if asked != due and named:
        what = f"the questions are {', '.join(asked) or 'none'}, and {', '.join(due) or 'none'} in {of}"
        refuse(script.front.line(), what, "Ask the same questions in the same order in all languages")
    measured = {_name(question.item): question for question in measure.questions}
    for question in script.questions:
        if _name(question.item) in measured:
            for what in _differences(question, measured[_name(question.item)]):
                refuse(question.line(), f"{what} in {of}", "Make the languages agree")


def _differences(question: Question, measure: Question) -> Iterator[str]:
    """What is not the same; a piece that could not be read in one of the two has been told of already."""
    item, due, unread = question.item, measure.item, question.unread | measure.unread
    if "kind" in unread:
        return
    if item.kind != due.kind:
        yield f"the question is of the kind {item.kind}, and {due.kind}"
    elif "options" not in unread and len(item.options) != len(due.options):
        yield f"the question has {len(item.options)} options, and {len(due.options)}"
    elif "options" not in unread and item.key != due.key and min(item.key, due.key) >= 0:
        yield f"the key is {'ABCDEFGH'[item.key]}, and {'ABCDEFGH'[due.key]}"
    elif "answer" not in unread and item.kind in ("number", "order") and item.answer != due.answer:
        yield f"the answer is {item.answer}, and {due.answer}"
    elif "criterion" not in unread and item.criteria != due.criteria:
        yield f"the criterion is {', '.join(item.criteria) or 'none'}, and {', '.join(due.criteria) or 'none'}"
    elif "tolerance" not in unread and item.tolerance != due.tolerance:
        yield f"the tolerance is {item.tolerance}, and {due.tolerance}"


def _name(item: Item) -> str:
    """q1: what the question is called within its lesson."""
    return item.id.rpartition(".")[2]
