"""Check the options of questions: what a learner could send by mistake, and what gives the key away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from authoring.refusals import Refuse
from bot.catalogue import Item
from bot.talking.understanding.folding import words
from bot.talking.vocabulary import Vocabulary

BUTTON = 20  # characters that a button shows on a small screen
VISIBLY = 2  # characters by which the longest option stands out
_UNIT_HABIT = 3  # questions from which on a habit of a whole unit can be seen

# "All of the above", as the course languages say it, folded. It rewards whoever knows that two options are right.
_ALL_OF_THEM = re.compile(
    r"(todas? (las|estas) (anteriores|opciones|respuestas)|todos (los anteriores|estos)|todas son correctas"
    r"|todo lo anterior|ningun[ao] de (las|los) anteriores|(all|none|both) of (the above|these|them)|all are correct"
    r"|toutes (les|ces) reponses( ci-dessus)?|tout ce qui precede|aucune (de ces reponses|des reponses)( ci-dessus)?"
    r"|byose ni byo|ibi byose|ibisubizo byose|llapankupas|llapan kutichiykuna|tukuy kutichiykuna|taqpacha(ni)?)"
)


def judge_option(text: str, line: int, commands: Mapping[str, str], refuse: Refuse) -> None:
    """Refuse an option that a learner cannot send back, or that is a trick."""
    folded = fold_word(text)
    if len(text) > BUTTON:
        what = f"“{text}” has {len(text)} characters, and a button shows {BUTTON}"
        refuse(line, what, f"Shorten it by {len(text) - BUTTON}", "warning")
    if _ALL_OF_THEM.fullmatch(folded):
        refuse(line, f"“{text}” can be guessed without knowing", "Ask for one thing, and write a wrong answer instead")
    if command := commands.get(folded):
        refuse(line, f"“{text}” is the command word for {command}", "Say it in other words")


def judge_key_habits(where: str, line: int, items: Sequence[Item], least: int, refuse: Refuse) -> None:
    """Refuse a run of at least `least` choice questions whose key can be told from its letter or its length."""
    choices = [item for item in items if item.kind == "choice" and item.key >= 0 and len(item.options) > 1]
    if len(choices) < least:
        return
    letters = {item.key for item in choices}
    if len(letters) == 1:
        letter = "ABCDEFGH"[letters.pop()]
        refuse(line, f"the key is always {letter} in {where}", "Change the order of the options of some questions")
    if all(_key_stands_out(item) for item in choices):
        refuse(line, f"the longest option is always the key in {where}", "Shorten a key, or lengthen a wrong answer")


def judge_unit_habits(file: str, line: int, groups: Sequence[Sequence[Item]], refuse: Refuse) -> None:
    """The same over a unit, where its files are too short to show it one by one."""
    if all(sum(item.kind == "choice" for item in items) < 2 for items in groups):
        judge_key_habits(f"the unit of {file}", line, [item for items in groups for item in items], _UNIT_HABIT, refuse)


def fold_word(text: str) -> str:
    """A word or phrase as it is compared: no case, accents, punctuation or apostrophes."""
    return " ".join(words(text))


def command_words(language: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Folded word → its command: those of `language`, and those for stopping, which hold in every language."""
    found = {fold_word(word): "stopping all messages" for word in vocabulary.carrier_stops}
    for each, commands in vocabulary.commands.items():
        for command, meant in commands.items():
            if each == language or command == "STOP":
                found.update({fold_word(word): command for word in meant})
    return found


def _key_stands_out(item: Item) -> bool:
    others = max(len(option.text) for option in item.options if not option.key)
    return len(item.options[item.key].text) >= others + VISIBLY
