"""Whose an answer is on a shared phone: by a name in front of it, or by asking who writes, and then it is graded."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.conversation import Prompt, Question
from bot.learning import lessons
from bot.learning.marking import understood
from bot.learning.serving import place_of, turned_to
from bot.people import Learner
from bot.talking import answering, called, joining, readings
from bot.talking.scene import Scene
from bot.talking.understanding import command
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

WHO = "who"
ANSWER = "answer"  # in the prompt's data: what was written before it was known by whom
_LOOKED_AT = 80  # characters
_MOST_NAMES = 3  # words in front of an answer
_MOST_BEFORE = 4  # the place of a name that is introduced: "hola soy la Rosa"
_DASHES = ("-", "–", "—")
_STEM = 4  # letters of a name to which an ending may be joined
_CLAUSES = re.compile(r"[,.;:!\n]+(?=.)")
_PARTS = re.compile(r"[\s:;,.]+")


def with_answer(scene: Scene, words: str) -> Scene | None:
    """ "Rosa: A": the answer of one who learns here, whoever was meant last; None where it is nothing of the kind."""
    prompt = scene.conversation.prompt
    awaits_none = prompt is None or prompt.kind == WHO
    if not ((scene.shared and awaits_none) or joins_beside(scene)):
        return None
    first = {words_of(each.name)[:1]: each for each in scene.record.learners if each.name}
    pieces = [each for each in _PARTS.split(words[:_LOOKED_AT]) if each]
    place = next((place for place, each in enumerate(pieces[:_MOST_BEFORE]) if words_of(each) in first), None)
    if place is None or (place and not _leads(scene, pieces[:place])):
        return _signed(scene, words)
    for end in range(min(place + _MOST_NAMES, len(pieces) - 1), place, -1):
        named = called.bearing(scene, " ".join(pieces[place:end]))
        if len(named) == 1 and named[0].id != scene.conversation.learner:
            return _answered(turned_to(scene, named[0].id), " ".join(pieces[end:]))
    return None


def _leads(scene: Scene, before: list[str]) -> bool:
    """Whether what stands before a name only introduces it: "soy", "hola soy la"."""
    vocabulary = scene.catalogue.vocabulary
    beside = _listed(vocabulary, "greetings", "articles", "courtesies") - _listed(vocabulary, "intros")
    said = [each for each in before if words_of(each) not in beside]
    return words_of(" ".join(said)) in _listed(vocabulary, "intros")


def _signed(scene: Scene, words: str) -> Scene | None:
    """ "la B, soy Rosa", "B. Atte. Rosa", "B -Rosa": the answer of who has written her name beneath it."""
    pieces = words[:_LOOKED_AT].split()
    for count in range(1, min(_MOST_NAMES, len(pieces) - 1) + 1):
        before, name = pieces[:-count], " ".join(pieces[-count:])
        named = called.bearing(scene, name)
        if len(named) != 1 or named[0].id == scene.conversation.learner:
            continue
        answer = before if name.startswith(_DASHES) else _without_lead(scene, before)
        if answer:
            return _answered(turned_to(scene, named[0].id), " ".join(answer).strip(" ,.;:-"))
    return None


def _without_lead(scene: Scene, before: list[str]) -> list[str]:
    """What stands before "soy" or "atte." at the end, behind which her name comes; nothing where neither does."""
    if before and before[-1].strip(".") and before[-1] in _DASHES:
        return before[:-1]
    vocabulary = scene.catalogue.vocabulary
    articles, leads = _listed(vocabulary, "articles", "courtesies"), _listed(vocabulary, "intros", "signatures")
    kept = before[:-1] if before and words_of(before[-1]) in articles and words_of(before[-1]) not in leads else before
    return next((kept[:-n] for n in (2, 1) if len(kept) > n and words_of(" ".join(kept[-n:])) in leads), [])


@lru_cache(maxsize=32)
def _listed(vocabulary: Vocabulary, *names: str) -> frozenset[tuple[str, ...]]:
    """What stands in these lists of any language, in words."""
    lists = vocabulary.lists.values()
    return frozenset(words_of(each) for own in lists for name in names for each in own.get(name, ()))


def joins_beside(scene: Scene) -> bool:
    """Whether somebody else than who learns on this phone is asked for her consent."""
    prompt = scene.conversation.prompt
    asked = prompt is not None and prompt.kind == "consent"
    return asked and scene.learner is None and bool(scene.record.learners)


def of_a_stranger(scene: Scene, words: str) -> Scene | None:
    """ "Luis: b", where nobody of this phone is called so: who writes is asked, and the answer waits."""
    question, learner = scene.conversation.question, scene.learner
    name, colon, answer = words[:_LOOKED_AT].strip().partition(":")
    pieces = name.split()
    if not colon or question is None or scene.conversation.prompt or learner is None or not learner.name:
        return None
    asked = words_of(" ".join((question.text, *question.options)))
    held = {word for each in scene.record.learners for word in words_of(each.name)}
    if not 0 < len(pieces) <= _MOST_NAMES or not held.union(asked).isdisjoint(words_of(name)):
        return None
    if not all(called.is_a_name(scene, each) for each in pieces) or not _may_answer(scene, question, answer.strip()):
        return None
    return joining.another(scene, answer=answer.strip())


def _answered(scene: Scene, words: str) -> Scene | None:
    """Her answer, or her question once more where it is not clear what she answers."""
    question = scene.conversation.question
    found = graded(scene, words)
    if found is None and question and question.learner == scene.conversation.learner:
        return lessons.repeat(scene) if _may_answer(scene, question, words) else None
    return found


def asked(scene: Scene, words: str) -> Scene | None:
    """Who writes, where the phone was quiet for an hour, another's question waits too, and these words may answer
    either. The answer is kept until that is known."""
    question = scene.conversation.question
    if not scene.shared or question is None or scene.conversation.prompt or scene.pressed or not scene.rested:
        return None
    others = (each for each in scene.record.learners if each.id != question.learner and _is_taught(scene, each))
    if not any(place_of(scene, each.id)[1] for each in others) or not _may_answer(scene, question, words):
        return None
    return joining.ask_who(scene, then="REPEAT", answer=words)


def place_said(scene: Scene, prompt: Prompt, words: str) -> int:
    """The place in the list of who says who she is: "soy Rosa", "Rosa", "soy Juan", "su hijo"; -1 where it is none."""
    name = called.says_she_is(scene, words)
    named = [each.id for each in called.bearing(scene, name)] if name else []
    if named:
        return prompt.values.index(named[0]) if len(named) == 1 and named[0] in prompt.values else -1
    if prompt.kind != WHO or "other" not in prompt.values:
        return -1
    other = prompt.values.index("other")
    said = set(words_of(words)) - set(scene.catalogue.vocabulary.lists.get(scene.language, {}).get("articles", ()))
    if called.is_new_here(scene, words) or (said and said < set(words_of(prompt.options[other]))):
        return other
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    kin = ordered is not None and ordered.result == "ANOTHER"
    return other if kin and not scene.shared else -1


def denied(scene: Scene, words: str) -> set[str]:
    """Who of this phone she says that she is not: "no soy Rosa"; what stands behind a comma is said anew."""
    against = {word for each in readings.lists_of(scene).get("joining.denials", ()) for word in words_of(each)}
    found: set[str] = set()
    for clause in _CLAUSES.split(words[:_LOOKED_AT]):
        denies = False
        for word in words_of(clause):
            denies = denies or word in against
            if denies:
                found.update(each.id for each in scene.record.learners if _is_hers(word, each))
    return found


def _is_hers(word: str, learner: Learner) -> bool:
    """Whether a word is her first name, or that with an ending: "Rosachu", "Rosakti"."""
    first = words_of(learner.name)[:1]
    return bool(first) and (word == first[0] or (len(first[0]) >= _STEM and word.startswith(first[0])))


def not_denied(scene: Scene, prompt: Prompt, words: str) -> int | None:
    """The place in the list that is left where she says who she is not; -1 where several are, None where she says no
    such thing, or behind it who she is."""
    gone = denied(scene, words).intersection(prompt.values)
    if not gone:
        return None
    last = _CLAUSES.split(words[:_LOOKED_AT])[-1]
    named = [each.id for each in called.bearing(scene, called.says_she_is(scene, last))]
    if len(named) == 1 and named[0] in prompt.values and named[0] not in gone:
        return prompt.values.index(named[0])
    left = [place for place, value in enumerate(prompt.values) if value not in gone]
    return left[0] if len(left) == 1 and prompt.values[left[0]] in ("other", "none") else -1


def new_name(scene: Scene, words: str) -> str:
    """The name that somebody gives who is not known here; empty where she says only that she is another."""
    return called.says_she_is(scene, words) if called.is_new_here(scene, words) else ""


def introduced(scene: Scene, words: str) -> Scene | None:
    """ "Soy Rosa", says one of those who learn here: it is hers that goes on."""
    if not scene.shared or not (name := called.said_to_be(scene, words)):
        return None
    named = called.bearing(scene, name)
    if len(named) != 1 or named[0].id == scene.conversation.learner or not _is_taught(scene, named[0]):
        return None
    return lessons.repeat(turned_to(scene, named[0].id))


def graded(scene: Scene, words: str) -> Scene | None:
    """The answer to the open question of who is meant now; None where the words are no clear one."""
    question, learner = scene.conversation.question, scene.learner
    if question is None or learner is None or question.learner != learner.id or not _is_taught(scene, learner):
        return None
    if question.kind != "choice":
        reply = readings.clear(scene, question, words)
        return None if reply is None else answering.answer(scene, question, reply=reply)
    reading = readings.letter(scene, question, words)
    choice = ord(reading.result) - ord("A") if len(reading.result) == 1 else -1
    clear = 0 <= choice < len(question.options) and reading.number in (None, question.number)
    return answering.answer(scene, question, choice=choice, reply=words) if clear else None


def _is_taught(scene: Scene, learner: Learner) -> bool:
    return scene.record.consents.get(learner.id, False)


def _may_answer(scene: Scene, question: Question, words: str) -> bool:
    """Whether they are an answer that does not say to which question."""
    if question.kind != "choice":
        return understood(question, readings.plain(scene, question, words))
    reading = readings.letter(scene, question, words)
    return len(reading.result) == 1 and reading.number is None
