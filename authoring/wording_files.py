"""Read content/wording/*.po, the bot's own sentences: English says which there are, and which places they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel.messages.pofile import PoFileError, read_po

from authoring.folder import Folder
from authoring.refusals import Refusal, Refuse, refusing
from bot.talking.wording import PLURALS, Wording

REFERENCE = "en"

_FILE = re.compile(r"wording/([a-z]{2})\.po")
_LINE = re.compile(r'((msgid|msgid_plural|msgctxt|msgstr(\[\d+\])?)\s*)?"(\\.|[^"\\])*"|#.*|')
_PLACE = re.compile(r"\{([a-z_]+)\}")
_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """One message of one language."""

    forms: tuple[str, ...]
    plural: bool
    line: int

    @property
    def places(self) -> frozenset[str]:
        return frozenset(place for form in self.forms for place in _PLACE.findall(form))


def read_wording(folder: Folder, refusals: list[Refusal]) -> Wording:
    """All sentences of all languages. A language without a rule for plurals is refused, as is a missing en.po."""
    read: dict[str, Mapping[str, _Sentence]] = {}
    for file in folder.under("wording"):
        refuse = refusing(file, refusals)
        match = _FILE.fullmatch(file)
        if not file.endswith(".po"):
            continue
        if not match or match[1] not in PLURALS:
            refuse(1, "this is not a language that the bot speaks", f"Call it one of {', '.join(PLURALS)}, with .po")
        elif (text := folder.read(file, refusals)) is not None:
            sentences = _read(text, match[1], refuse)
            if sentences is not None:
                read[match[1]] = sentences
    if read and f"wording/{REFERENCE}.po" not in folder.files:
        refusing(f"wording/{REFERENCE}.po", refusals)(1, "the file is missing", "It says which sentences there are")
    for language, sentences in read.items() if REFERENCE in read else ():  # without it nothing can be compared
        _compare(sentences, read[REFERENCE], language, refusing(f"wording/{language}.po", refusals))
    said = {
        language: {id: each.forms for id, each in sentences.items() if all(each.forms)}
        for language, sentences in read.items()
    }
    return Wording(said)


def _read(text: str, language: str, refuse: Refuse) -> Mapping[str, _Sentence] | None:
    """The sentences of a file; None where it cannot be read as a whole."""
    lines = text.split("\n")
    # Babel passes over what it does not understand, and joins what stands twice.
    strange = [number for number, line in enumerate(lines, 1) if not _LINE.fullmatch(line.strip())]
    for number in strange:
        what = f"“{lines[number - 1].strip()[:60]}” is not understood"
        refuse(number, what, 'Write msgid "…" or msgstr "…", quotes on both sides')
    if strange:
        return None
    try:
        catalog = read_po([line + "\n" for line in lines], abort_invalid=True)
    except PoFileError as error:
        refuse((error.lineno or 0) + 1, str(error), "Open the file in Poedit, which shows the place")
        return None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        refuse(1, f"the file cannot be read ({error})", "Open and save it in Poedit, as UTF-8")
        return None
    _judge_repeated(lines, refuse)
    sentences: dict[str, _Sentence] = {}
    for message in catalog:
        if message.id:
            plural = not isinstance(message.id, str)
            id = message.id if isinstance(message.id, str) else message.id[0]
            forms = tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)
            sentence = _Sentence(forms=tuple(map(str, forms)), plural=plural, line=message.lineno or 1)
            sentences[id] = _whole(id, sentence, language, refuse)
    return sentences


def _judge_repeated(lines: list[str], refuse: Refuse) -> None:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if (match := re.fullmatch(r'msgid\s+"(.+)"', line.strip())) and seen.setdefault(match[1], number) != number:
            refuse(number, f"{match[1]} stands already on line {seen[match[1]]}", "Keep one of the two")


def _whole(id: str, sentence: _Sentence, language: str, refuse: Refuse) -> _Sentence:
    """Judge one sentence by itself: its id, its brackets, its plural forms."""
    if not _ID.fullmatch(id):
        refuse(sentence.line, f"“{id}” is no id", "Write it as consent.ask; the sentence itself is the msgstr")
    for form in sentence.forms:
        if re.search(r"[{}]", _PLACE.sub("", form)):
            refuse(sentence.line, f"{id} has brackets that are no place", "Write a place as {name}, in small letters")
    if not sentence.plural:
        return sentence
    due = max(PLURALS[language](number) for number in range(200)) + 1
    # A header copied from another language makes Babel add an empty form: what the language has not, it needs not.
    if len(sentence.forms) < due or any(sentence.forms[due:]):
        refuse(
            sentence.line,
            f"{id} has {len(sentence.forms)} forms",
            f"{language} has {due}: msgstr[0] to msgstr[{due - 1}]",
        )
    return _Sentence(forms=sentence.forms[:due], plural=True, line=sentence.line)


def _compare(
    sentences: Mapping[str, _Sentence], reference: Mapping[str, _Sentence], language: str, refuse: Refuse
) -> None:
    """Refuse what is missing against English, what English does not know, and places that differ."""
    for id in reference:
        if id not in sentences:
            refuse(1, f"{id} has no translation", f'Add msgid "{id}" with its sentence in {language}')
    for id, sentence in sentences.items():
        if not all(sentence.forms):
            refuse(sentence.line, f"{id} has no translation", "Write the sentence between the quotes of msgstr")
        elif id not in reference:
            refuse(sentence.line, f"{id} is not in {REFERENCE}.po", "Correct the id, or take the message out")
        else:
            for what in _differences(sentence, reference[id]):
                refuse(sentence.line, f"{id} {what}", f"Make it agree with {REFERENCE}.po")


def _differences(sentence: _Sentence, due: _Sentence) -> Iterator[str]:
    if sentence.plural != due.plural:
        yield "counts things in one language and not in the other"
    if extra := sentence.places - due.places:
        yield f"has the place {{{sorted(extra)[0]}}}, which is not filled in"
    if missing := due.places - sentence.places - ({"n"} if due.plural else set()):
        yield f"lacks the place {{{sorted(missing)[0]}}}"
