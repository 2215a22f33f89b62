"""Read a reply by the rules in their order: the carriers' stops, an option's own text, commands, then the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.talking.understanding.alone import is_greeting, yes_or_no
from bot.talking.understanding.amounts import amount
from bot.talking.understanding.commands import (
    LOOKED_AT,
    asked_twice,
    checked,
    is_spared,
    mistaken,
    notices_off,
    phrase,
    whole,
    without,
)
from bot.talking.understanding.contrasting import contrasted
from bot.talking.understanding.folding import REPEATED, tokens, words
from bot.talking.understanding.labels import claimed
from bot.talking.understanding.lexicon import Commands, Lexicon, commands_of, lexicon
from bot.talking.understanding.marking import marks
from bot.talking.understanding.matching import Choices, choices
from bot.talking.understanding.meanwhile import is_busy
from bot.talking.understanding.mistaking import weighed
from bot.talking.understanding.parts import Mark
from bot.talking.understanding.pausing import paused
from bot.talking.understanding.querying import asked_back, asks_again
from bot.talking.understanding.quoting import Heard, heard
from bot.talking.understanding.reading import AMBIGUOUS, LETTERS, NONE, PERHAPS, Reading, letter, unclear
from bot.talking.understanding.retelling import same_text
from bot.talking.understanding.slipping import misspelt
from bot.talking.understanding.speaking import spoken
from bot.talking.understanding.spelling import rejoined, respelt
from bot.talking.understanding.stopping import cries_stop, doubled_stop, hard_stop, has_stop_word, stops_in_a_clause
from bot.talking.understanding.timing import at_another_hour, not_now
from bot.talking.understanding.unread import unread
from bot.talking.understanding.wishing import wished_freely
from bot.talking.understanding.wordforms import in_other_words
from bot.talking.vocabulary import Vocabulary

_THUMBS = "👍👌👎✅✔☑🆗"


def interpret(
    reply: str,
    *,
    language: str,
    options: Sequence[str],
    vocabulary: Vocabulary,
    question: int | None = None,
    greeting_opens_menu: bool = False,
) -> Reading:
    """Read `reply` to an open question with `options` (with or without "A) " in front) in the learner's language.

    `question` is the number under which the question was asked; a reply that names another one keeps its number. What
    is not clear is AMBIGUOUS with a guess worth one yes or no. Raises nothing. Source: the judgement rules R0–R10.
    """
    if len(reply) > REPEATED:
        return _read(reply, language, tuple(options), vocabulary, question, greeting_opens_menu)
    return _read_before(reply, language, tuple(options), vocabulary, question, greeting_opens_menu)


def _read(
    reply: str,
    language: str,
    options: tuple[str, ...],
    vocabulary: Vocabulary,
    question: int | None,
    greeting_opens_menu: bool,
) -> Reading:
    among = choices(options, language, vocabulary)
    bare = reply.strip(" .)!?¡¿\n\t").upper()
    if len(bare) == 1 and bare in LETTERS[: among.count] and bare.casefold() not in among.owners:
        return letter(LETTERS.index(bare))
    known = lexicon(vocabulary, language)
    known_commands = commands_of(vocabulary, language)
    this = rejoined(heard(reply, known, among, vocabulary.reply_marks), known_commands, known, among)
    if not this.tokens:
        return _without_words(reply, this, among)
    found = (
        _commanded(reply, this, known, known_commands, among, vocabulary)
        or _understood(this, known, known_commands, among, question)
        or misspelt(this, known_commands, known, among)
        or _greeted(this, known, greeting_opens_menu)
    )
    if found.result not in LETTERS and found.result != "AMBIGUOUS":
        return found
    if found.result in LETTERS and asks_again(this, known_commands, vocabulary):
        return unclear(LETTERS.index(found.result))
    return asked_back(this, known, among, vocabulary) or found


# Thousands of learners answer the same question with the same few words, and a phrase costs 100 µs to read.
_read_before = lru_cache(maxsize=4096)(_read)


def _commanded(
    reply: str, this: Heard, known: Lexicon, commands: Commands, among: Choices, vocabulary: Vocabulary
) -> Reading | None:
    """A stop by the carriers' words, an option's own text, or a command: in this order."""
    head = this if len(reply) <= LOOKED_AT else heard(reply[:LOOKED_AT], known, among, vocabulary.reply_marks)
    only_notices = notices_off(head, commands)
    if only_notices is not None:
        return only_notices
    same = same_text(this, known, among) or in_other_words(this, commands, known, among)
    own = same is not None and this.words in among.texts and " ".join(this.words) not in commands.hard
    if hard_stop(head, commands, known) and not own:
        return Reading(result="STOP")  # "stop watering" may be an option, "STOP" is the carriers'
    if same is not None:
        return same
    plain = respelt(head, commands, known)
    found = _wished(head, commands, known, among)
    if plain is not head and found in (None, AMBIGUOUS):
        if plain.words in among.texts:
            return letter(among.texts.index(plain.words))  # "vaja" where an option is "Baja"
        respelled = _wished(plain, commands, known, among)
        spared = respelled is not None and respelled.result == "STOP" and is_spared(head, commands)
        found = (
            found if spared else respelled or found
        )  # a slip mended makes no stop of "mon frère a arrêté de cotiser"
    found = not_now(at_another_hour(found, head, commands, known, vocabulary), head, commands, known, among)
    found = found or mistaken(head, commands, known, among)
    found = found or unread(plain, commands, known, among)
    return weighed(found, plain.words, commands.strangers, commands.negations)


def _wished(
    this: Heard, commands: Commands, known: Lexicon, among: Choices | None, entire: Heard | None = None
) -> Reading | None:
    """The command that a reply is or holds, as it is spelt; `entire` is the reply where `this` is only its head."""
    if stops_in_a_clause(this, commands, known, among):
        return Reading(result="STOP")
    if this.quoted and not this.tokens:
        return None
    found = (
        paused(this, commands, known, among)
        or whole(entire or this, commands, known, among)
        or phrase(this, commands, known, among)
    )
    if (found is None or found.argument == PERHAPS) and cries_stop(this, commands, known, among):
        return Reading(result="STOP")
    if found is None and (meant := doubled_stop(this, commands, known)):
        return checked("STOP", (meant,), commands, among)
    return found or asked_twice(this, commands, known, among) or wished_freely(this, commands, known, among)


def _spellings(this: Heard, entire: Heard, commands: Commands, known: Lexicon) -> Iterator[tuple[Heard, Heard]]:
    yield this, entire
    plain = respelt(entire, commands, known)
    if plain is not entire:
        yield respelt(this, commands, known), plain


def _understood(
    this: Heard, known: Lexicon, commands: Commands, among: Choices, question: int | None
) -> Reading | None:
    """What is said about the options: by number, by label, or in their words."""
    if len(set(this.numbers)) > 1:
        return AMBIGUOUS  # answers to several questions at once
    if known.partings.until_an_hour(this.words):
        return NONE
    named = this.numbers[0] if this.numbers else None
    found = marks(this, known, among, question)

    def told(part: Sequence[Mark]) -> Reading | None:
        return claimed(part, this.end, among, question, named) or spoken(part, known, among)

    reading = amount(found, this.end, among) or contrasted(found, told, known, among) or told(found)
    if reading is not None and reading.result in LETTERS:
        plain = respelt(this, commands, known)
        if has_stop_word(plain, commands, known, among):
            return AMBIGUOUS
    return reading


def _without_words(reply: str, this: Heard, among: Choices) -> Reading:
    if this.quoted:
        return NONE
    if "?" in reply or "¿" in reply:
        return Reading(result="HELP")
    if any(sign in reply for sign in _THUMBS) and among.meanings.keys() & {"yes", "no"}:
        return AMBIGUOUS
    return NONE


def _greeted(this: Heard, known: Lexicon, opens_menu: bool) -> Reading:
    if opens_menu and is_greeting(this, known):
        return Reading(result="MENU")
    return NONE


def command(reply: str, *, language: str, vocabulary: Vocabulary) -> Reading | None:
    """The command in `reply` while no question is open: any command word in any language, or a clear wish.

    Greetings are MENU; bare words of agreement are YES or NO. None where it is no command.
    """
    if len(reply) > REPEATED:
        return _command(reply, language, vocabulary)
    return _command_before(reply, language, vocabulary)


def _command(reply: str, language: str, vocabulary: Vocabulary) -> Reading | None:
    known = lexicon(vocabulary, language)
    commands = commands_of(vocabulary, language)
    this = heard(reply[:LOOKED_AT], known, None, vocabulary.reply_marks)
    if not this.tokens:
        return Reading(result="HELP") if "?" in reply else None
    only_notices = notices_off(this, commands)
    if only_notices is not None:
        return only_notices
    if hard_stop(this, commands, known):
        return Reading(result="STOP")
    all_of_it = heard(reply, known, None, vocabulary.reply_marks)  # a notice is longer than a command
    for way, entire in _spellings(this, all_of_it, commands, known):
        found = _wished(way, commands, known, None, entire)
        found = not_now(at_another_hour(found, way, commands, known, vocabulary), way, commands, known, None)
        if found is not None and found.result != "AMBIGUOUS":
            return weighed(found, way.words, commands.strangers, commands.negations)
    other = mistaken(this, commands, known, None) or unread(respelt(this, commands, known), commands, known, None)
    if other is not None:
        return other
    if is_greeting(this, known) or any(is_greeting(this, lexicon(vocabulary, name)) for name in vocabulary.lists):
        return Reading(result="MENU")
    agreed = yes_or_no(reply, language=language, vocabulary=vocabulary)
    if agreed is None or any(word.isdigit() for word in this.words):
        return None
    return Reading(result="YES" if agreed else "NO")


_command_before = lru_cache(maxsize=4096)(_command)


def nearly(reply: str, *, language: str, vocabulary: Vocabulary) -> Reading | None:
    """The harmless command that a reply of one word is a slip away from, where nothing else could be meant by it."""
    known = lexicon(vocabulary, language)
    this = heard(reply[:LOOKED_AT], known, None, vocabulary.reply_marks)
    return misspelt(this, commands_of(vocabulary, language), known, None)


def is_asked_back(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` asks what a word means, or says that she does not know it."""
    known = lexicon(vocabulary, language)
    this = heard(reply[:LOOKED_AT], known, None, vocabulary.reply_marks)
    return asked_back(this, known, None, vocabulary) is not None


def is_put_off(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` says that she will answer later ("mañana le respondo") and no more, or that she cannot now."""
    if is_busy(reply, vocabulary):
        return True
    known = lexicon(vocabulary, language)
    said = heard(reply[:LOOKED_AT], known, None, vocabulary.reply_marks).words
    if len(said) < 2 or not known.partings.puts_off(said, ()):
        return False
    others = [known.roles(word) for word in said if not known.partings.holds(word)]
    return all(roles and "negations" not in roles for roles in others)


def has_finished(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` says that she is through ("listo, ya termine") and nothing else. It is no wish to stop."""
    known = lexicon(vocabulary, language)
    said = tuple(token.word for token in tokens(reply[:LOOKED_AT])[0])
    bare = without(said, known, "greetings", "courtesies", "weak_yes")
    listed = {words(each) for lists in vocabulary.lists.values() for each in lists.get("finished", ())}
    return bool(bare) and (said in listed or bare in listed)


def takes_back(reply: str, *, language: str, vocabulary: Vocabulary) -> bool:
    """Whether `reply` begins by correcting what was said before it: "digo la C", "no, I meant C"."""
    known = lexicon(vocabulary, language)
    said = words(reply[:LOOKED_AT])
    starts = (0, 1) if said and "no" in known.roles(said[0]) else (0,)
    return any(
        known.is_one_of(said[start : start + known.longest_at(said, start)], "corrections")
        for start in starts
        if start < len(said)
    )
