"""Correct her year of birth, where she clearly states another than the one that is held.

It may decide on a guardian's word. Once a case was judged by it, a person corrects it.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from bot.conversation import Prompt, Question, micros
from bot.learning.offering import pointed
from bot.learning.serving import aside
from bot.people import WANTING, Learner
from bot.talking import ages, certifying, examination, joining, minding, objecting, profile, surveying
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary
from bot.turn import HelpAsked

IS_IT = "year_is"  # whether she was born in the year that she said: a yes or a no
# Prompts whose reply may speak of a year and means something else.
_ELSEWHERE = frozenset({surveying.SURVEY, "person", "community", "cooperative", "erase_first", "erase_second"}) | {
    examination.EXAM,
    objecting.APPEAL,
    objecting.WITHDRAW,
}
_NEAR = 1  # years by which an age alone may be off
_LEAST = 6  # letters that a year or an age and a word for it have
_LOOKED_AT = 160


def heard(scene: Scene, words: str) -> Scene | None:
    """ "Nací en 1985", or "tengo 32 años" where that answers no question: whether it is so, where another year is held.
    None for all other words."""
    learner, prompt = scene.learner, scene.conversation.prompt
    if learner is None or learner.birth_year is None or len(words) < _LEAST or "?" in words:
        return None
    if (prompt and prompt.kind in _ELSEWHERE) or _speaking(scene.catalogue.vocabulary).isdisjoint(
        words_of(words[:160])
    ):
        return None
    born = _stated(scene, learner.birth_year, words)
    if born is None:
        return None
    text = scene.words("year.is", number=born)
    return scene.ask(
        IS_IT, text, scene.yes_no(), listed=False, born=str(born), said=words[:_LOOKED_AT], waits=_waiting(scene)
    )


@lru_cache(maxsize=8)
def _speaking(vocabulary: Vocabulary) -> frozenset[str]:
    keys = ("joining.birth", "joining.own_age")
    listed = (each for lists in vocabulary.lists.values() for key in keys for each in lists.get(key, ()))
    return frozenset(word for each in listed for word in words_of(each) if word.isalpha() and len(word) > 1)


def _stated(scene: Scene, held: int, words: str) -> int | None:
    """The year of birth that is clearly said and is not the one that is held."""
    said = _without_no(words[:_LOOKED_AT])
    lists, this_year = scene.catalogue.vocabulary.lists, scene.now.year
    found = {born for each in lists.values() if (born := _year_in(said, this_year, each)) is not None}
    if found:
        born = found.pop()
        return born if not found and born != held else None
    age = ages.own_age(said, lists)
    if age is None or abs(this_year - age - held) <= _NEAR or _may_answer(scene.conversation.question, age):
        return None
    return this_year - age


def _may_answer(question: Question | None, age: int) -> bool:
    """Whether a number of years may be meant for the open question: all but one of choices without this number."""
    if question is None:
        return False
    return question.kind != "choice" or any(str(age) in words_of(each) for each in (question.text, *question.options))


def _without_no(words: str) -> str:
    """ "No, tengo 32 años" denies what was held, and not what it says."""
    first, _, rest = words.strip().partition(" ")
    return rest if rest and first[-1] in ",.;:" else words


def _year_in(words: str, this_year: int, lists: ages.Lists) -> int | None:
    """The first year behind a word of her birth that is not denied: 1998 in "I was born in 1998 not 2012"."""
    said = ages.spoken(words, lists)
    text = f" {' '.join(said)} "
    starts = [text.find(f" {each} ") for each in map(_plain, lists.get("joining.birth", ())) if f" {each} " in text]
    if not starts:
        return None
    denied = {*lists.get("negations", ())}
    behind = text[min(starts) :].split()
    for before, each in zip(["", *behind], behind, strict=False):
        if each.isdigit() and len(each) == 4 and before not in denied:
            return int(each) if this_year - int(each) in ages.AGES else None
    return None


def _plain(expression: str) -> str:
    return " ".join(words_of(expression))


def _waiting(scene: Scene) -> str:
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind in ("menu", "language"):
        return ""
    return prompt.data.get("waits", "") if prompt.kind == IS_IT else msgspec.json.encode(prompt).decode()


def settled(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """Whether she was born in that year."""
    learner = scene.learner
    if learner is None:
        return scene.turned(prompt=None).say("pause.nobody")
    if not yes:
        return _back(scene, prompt, scene.words("year.kept"))
    born = int(prompt.data.get("born", "0"))
    if certifying.mine(scene):
        return _handed_on(scene, prompt, learner, born)
    said = minding.told(scene, learner, prompt.data.get("said", ""), born)
    scene = scene.changed(learner, **said)
    return _now(scene, prompt, scene.words("year.done", number=born))


def _now(scene: Scene, prompt: Prompt, lead: str) -> Scene:
    """What her year means: her guardian's word is awaited no more, or from this moment on."""
    learner = scene.learner
    if learner is None:
        return scene
    young = profile.needs_guardian(learner, scene.now.year)
    if young and learner.guardian != "given":
        return profile.ask_guardian(aside(scene.changed(learner, guardian="needed")).turned(prompt=None))
    if not young and learner.guardian in WANTING:
        scene = scene.changed(learner, guardian="").turned(prompt=None)
        return joining.start(scene) if scene.enrolment else _back(scene, prompt, lead)
    return _back(scene, prompt, lead)


def _handed_on(scene: Scene, prompt: Prompt, learner: Learner, born: int) -> Scene:
    """A year by which a case was judged is corrected by a person, who sees both."""
    text = scene.words("year.request", first=learner.birth_year or 0, number=born)
    policy = scene.record.policy
    said = scene.words("year.handed", coordinator=policy.coordinator or policy.organisation)
    return _back(scene.fact(HelpAsked(learner=learner.id, text=text)), prompt, said)


def _back(scene: Scene, prompt: Prompt, lead: str) -> Scene:
    """`lead`, and what waited: what was asked of her, the open question, or the next step."""
    try:
        waits = msgspec.json.decode(prompt.data.get("waits", ""), type=Prompt).changed(put=micros(scene.now))
    except msgspec.MsgspecError:
        waits = None
    return pointed(scene.turned(prompt=waits), lead, named=False)
