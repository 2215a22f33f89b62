"""Check one script: does it fit into SMS, do its facts hold, can a learner be led astray by how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from authoring.facts import Facts, numbers
from authoring.folder import Folder
from authoring.options import judge_key_habits, judge_option
from authoring.questions import Question
from authoring.refusals import Refuse
from authoring.scripts import UNTAUGHT, Script, ScriptCard
from authoring.stating import Known, judge_number_words, judge_numbers, known
from bot.catalogue import Card, Item
from bot.delivering.sms import capacity, encoding, fold_text, offenders, segments, sms_text, units
from bot.messages import Choice, Content, labels

MAX_RICH = 4096  # characters of a Telegram message
MAX_CAPTION = 1024  # of the text that goes along with a photo
MAX_QUESTION = 2  # segments of a question with its options
LEAD = "12. "  # a question goes out with its number in front
MAX_REMARK = 1  # segments of a feedback, hint or why
MAX_BYTES = {"photo": 10_000_000, "audio": 1_000_000}  # what Telegram takes as a photo and shows as a voice note
ENDINGS = {"photo": (".jpg", ".jpeg", ".png"), "audio": (".ogg", ".oga", ".opus", ".mp3", ".m4a")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What scripts of one course are checked against."""

    folder: Folder
    facts: Facts
    commands: Mapping[str, Mapping[str, str]]  # language → folded word → command
    lists: Mapping[str, Mapping[str, Sequence[str]]]  # language → the small words, numbers among them
    policy: str  # how SMS folds the course


def check_script(script: Script, listed: Sequence[str], bench: Bench, refuse: Refuse) -> None:
    """Refuse what is wrong in one script whose numbers may stand in the facts `listed`. Where `facts.toml` cannot be
    read, facts and numbers are not judged: that file says so itself."""
    _judge_facts(script, bench.facts, refuse)
    told = known(listed, _readable(script, bench.facts), script.examples, bench.lists[script.language])
    for number, card in enumerate(script.cards, 1):
        _judge_card(f"card {number}" if len(script.cards) > 1 else "the card", card, script.sms_budget, bench, refuse)
        _judge_stated(f"{card.card.text}\n{card.card.rich}", card.line, told, refuse)
    _judge_stated(script.title, script.front.line("title"), told, refuse)
    for question in script.questions:
        _judge_question(question, script.language, told, bench, refuse)
    judge_key_habits("this file", script.front.line(), [each.item for each in script.questions], 2, refuse)
    if script.base not in UNTAUGHT:
        _judge_count(script, refuse)
        if not script.facts and script.states_facts:
            cure = "List in facts = […] what it teaches: nothing is taught that is not in facts.toml"
            refuse(script.front.line("facts"), "the lesson names no fact", cure, "warning")


def question_text(item: Item, policy: str) -> str:
    """A question as SMS carries it: its number, the stem, and the options under their letters."""
    choices = (Choice(label=label, text=option.text) for label, option in zip(labels(8), item.options, strict=False))
    return sms_text(Content(text=f"{LEAD}{item.text}", choices=tuple(choices), policy=policy))


def _readable(script: Script, facts: Facts) -> Facts:
    """The facts, but where this script names them in a way that is refused: its numbers are then not judged too."""
    return facts if facts is not None and script.states_facts and facts.keys() >= set(script.facts) else None


def _judge_count(script: Script, refuse: Refuse) -> None:
    count = len(script.questions)
    if not count:
        refuse(script.front.line(), "the lesson asks nothing", "End it with two or three questions: ? q1 …")
    elif not 2 <= count <= 3:
        refuse(script.front.line(), f"the lesson has {count} questions", "Give it two or three", "warning")


def _judge_facts(script: Script, facts: Facts, refuse: Refuse) -> None:
    line = script.front.line("facts")
    for id in script.facts if facts is not None else ():
        if id not in (facts or {}):
            refuse(line, f"the fact {id} is not in facts.toml", "Add it there with its source, or correct its id")
        elif facts and facts[id].waits:
            cure = "Let a local expert confirm it and write confirmed_by, or do not teach it"
            refuse(line, f"the fact {id} is marked ▲ and nobody has confirmed it", cure)
    for number in script.examples:
        if not any(True for _ in numbers(number)):
            refuse(script.front.line("examples"), f"“{number}” is no number", 'Write examples = ["40", "1.5"]')


def _judge_card(name: str, card: ScriptCard, budget: int, bench: Bench, refuse: Refuse) -> None:
    text = fold_text(card.card.text, bench.policy)
    if segments(text) > budget:
        refuse(card.line, *over_budget(name, text, budget))
    rich = card.card.rich or card.card.text
    most = MAX_CAPTION if card.card.photo else MAX_RICH
    if len(rich) > most:
        what = f"{name} has {len(rich):,} letters on Telegram, which takes {most:,}"
        refuse(card.line, f"{what}{' with a picture' * bool(card.card.photo)}", f"Shorten it by {len(rich) - most:,}")
    for kind, path, line in _media(card):
        _judge_media(kind, path, line, bench.folder, refuse)


def over_budget(name: str, text: str, budget: int) -> tuple[str, str]:
    """What to say of a folded `text` that takes more segments than `budget`, and the cure."""
    coding = encoding(text)
    room = capacity(budget, coding)
    over = max(units(text) - room, 1)  # a pair at the border may cost a segment that the plain count does not show
    letters = f"{over} letter{'s' * (over != 1)}"
    what = f"{name} takes {segments(text)} segments by SMS where {budget} is the budget: {letters} over {room}"
    cure = f"Shorten it by {letters}"
    if coding == "UCS-2":
        found = offenders(text)
        named = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in found[:5]) + ", …" * (len(found) > 5)
        without = segments("".join(letter for letter in text if letter not in found))
        what += f"; {named} made it UCS-2"
        cure += f", or take out {named}: then it takes {without}"
    return what, cure


def _media(card: ScriptCard) -> Iterator[tuple[str, str, int]]:
    if card.card.photo:
        yield "photo", card.card.photo, card.photo_line
    if card.card.audio:
        yield "audio", card.card.audio, card.audio_line


def _judge_media(kind: str, path: str, line: int, folder: Folder, refuse: Refuse) -> None:
    """A media file lies in the occupation's own folder: paths that lead elsewhere are not among its files."""
    size = folder.files.get(path)
    if not path.lower().endswith(ENDINGS[kind]):
        refuse(line, f"{path} is no {kind} that phones show", f"Save it as {' or '.join(ENDINGS[kind])}")
    elif size is None:
        refuse(line, f"{path} is missing", "Put the file there, or correct the path: it starts with media/")
    elif size > MAX_BYTES[kind]:
        most = MAX_BYTES[kind] // 1_000_000
        refuse(line, f"{path} has {size / 1_000_000:.1f} MB", f"Make it smaller than {most} MB")


def _judge_question(question: Question, language: str, told: Known, bench: Bench, refuse: Refuse) -> None:
    item = question.item
    text = question_text(item, bench.policy)
    if segments(text) > MAX_QUESTION:
        refuse(question.line(), *over_budget("the question with its options", text, MAX_QUESTION), "warning")
    for letter, option in zip(labels(8), item.options, strict=False):
        judge_option(option.text, question.line(letter), bench.commands[language], refuse)
        _judge_remark(f"the feedback on {letter}", option.feedback, question.line(letter), bench.policy, refuse)
    _judge_remark("the hint", item.hint, question.line("hint"), bench.policy, refuse)
    _judge_remark("the why", item.why, question.line("why"), bench.policy, refuse)
    for said, piece in _stated(question):
        _judge_stated(said, question.line(piece), told, refuse)
    # A hint may narrow down in words ("more than twenty, fewer than thirty"): that teaches no number.
    judge_numbers(item.hint, question.line("hint"), told, refuse)
    # A wrong answer may hold any number, and what is said about it may repeat that number.
    wrong = told.and_those_in([option.text for option in item.options])
    for letter, option in zip(labels(8), item.options, strict=False):
        if not option.key:
            _judge_stated(option.feedback, question.line(letter), wrong, refuse)


def _stated(question: Question) -> Iterator[tuple[str, str]]:
    """What a question states as true but in its hint, and the piece of it that says so."""
    item = question.item
    yield item.text, ""
    yield item.why, "why"
    if item.kind == "number" and "answer" not in question.unread:
        yield item.answer, ""
    for letter, option in zip(labels(8), item.options, strict=False):
        if option.key:
            yield f"{option.text}\n{option.feedback}", letter


def _judge_remark(name: str, text: str, line: int, policy: str, refuse: Refuse) -> None:
    folded = fold_text(text, policy)
    if segments(folded) > MAX_REMARK:
        refuse(line, *over_budget(name, folded, MAX_REMARK), "warning")


def _judge_stated(text: str, line: int, told: Known, refuse: Refuse) -> None:
    """Each number that a text states, in figures or in words, must stand in a listed fact."""
    judge_numbers(text, line, told, refuse)
    judge_number_words(text, line, told, refuse)


def cards_of(script: Script) -> tuple[Card, ...]:
    """The cards without their lines."""
    return tuple(each.card for each in script.cards)


def items_of(scripts: Iterable[Script]) -> Iterator[Item]:
    """The items of some scripts, in order."""
    return (question.item for script in scripts for question in script.questions)
