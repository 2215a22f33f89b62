"""What somebody without schooling writes for her name, her year of birth and her years of work, before a case opens;
and that these stay asked and are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.capitals import as_written
from bot.certifying.standards import Standard
from bot.conversation import Prompt
from bot.record import CERTIFICATION
from bot.talking import ages, certifying, gleaning, menu, nameless, profile
from bot.talking.ages import spoken
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold
from bot.talking.understanding.folding import words as words_of

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

NAME, YEAR, YEARS = "case_name", "case_year", "case_years"
PROMPTS = frozenset({NAME, YEAR, YEARS})

_MOST_YEARS = 80  # of work
_AGES = range(10, 100)
_NUMBER = re.compile(r"\d+")


def who_she_is(scene: Scene, standard: str, *, ageless: bool = False) -> Scene:
    """What a case must know of her before it begins, one question at a time; `ageless`: she does not know her year."""
    learner = scene.learner
    if learner is None:
        return menu.menu(scene)
    if not learner.name:
        return scene.ask(NAME, scene.words("case.name.ask"), standard=standard)
    if learner.birth_year is None and not ageless:
        return scene.ask(YEAR, scene.words("case.year.ask"), standard=standard)
    return scene.ask(YEARS, scene.words("case.years.ask"), standard=standard)


def unfinished(scene: Scene) -> Standard | None:
    """What she has agreed to be assessed against, where something else came between that and her first case."""
    offered = certifying.offered(scene)
    mine = [each for each in offered if each.course == scene.conversation.course] or offered
    agreed = scene.record.purposes.get((scene.conversation.learner, CERTIFICATION), False)
    return mine[0] if agreed and len(mine) == 1 and not certifying.mine(scene) else None


def status(scene: Scene) -> Scene:
    """ESTADO: how far she is; and where an application is not finished, that, with what it asks of her."""
    begun = unfinished(scene) if scene.learner else None
    if begun is None:
        return menu.status(scene)
    if scene.record.of(scene.conversation.learner):
        scene = menu.status(scene)
    return who_she_is(scene.say("case.unfinished"), begun.code)


def is_unknown(text: str, lists: Lists) -> bool:
    """Whether she says that she does not know."""
    return fold(text) in lists.get("dont_know", ())


def name_in(text: str, lists: Lists) -> str | None:
    """Her name as it goes on the certificate; None for a question, a figure or a whole sentence."""
    said = [fold(each) for each in text.split()]
    if "?" in text or _NUMBER.search(text) or gleaning.is_too_long(said, lists) or is_unknown(text, lists):
        return None
    if ages.is_number(text, lists):
        return None
    found = profile.written("name", text, 0, lists.get("intros", ()))
    return str(found) if found else None


def certified_name(scene: Scene, text: str) -> str | None:
    """The same where she may ask to have it written down, and a yes or a courtesy in any language is none."""
    vocabulary = scene.catalogue.vocabulary
    text = nameless.without_request(text, vocabulary)
    own = nameless.spoken_in(text, vocabulary.lists, vocabulary.lists.get(scene.language, {}))
    if nameless.is_none(text, vocabulary):
        return None
    name = gleaning.name_in(text, own) if gleaning.is_introduced(text, own) else name_in(text, own)
    asks = {words_of(each)[:1] for key in ("asking", "joining.questions") for each in own.get(key, ())}
    if not name or not gleaning.is_name(name, own) or words_of(name)[:1] in asks:
        return None
    return as_written(name)


def year_in(text: str, year: int, lists: Lists) -> int | None:
    """The year in which she was born, by the year or by her age ("58 años", "cuarenta y cinco"); None where it is
    neither. A bare "68" may be the one or the other, and so may "el 68"."""
    found = profile.written("birth_year", text, year, ())
    if found:
        return int(found)
    if ages.tells_how_long(text, lists):
        return None
    numbers = _NUMBER.findall(text)
    others = set(re.findall(r"[^\W\d_]+", fold(text))) - set(lists.get("stop_words", ()))
    if len(numbers) == 1 and int(numbers[0]) in _AGES and others:
        return year - int(numbers[0])
    age = ages.aged(text, lists)
    if age is not None:
        return year - age
    return None if numbers else ages.born(text, year, lists)


def years_in(text: str, year: int, lists: Lists) -> int | None:
    """For how many years she has worked: "unos 30", "20 o 25" (the fewer), "treinta y cinco", "desde 1990"; None where
    none is said."""
    spelled = [each for each in spoken(text, lists) if each.isdigit()]
    # Beside another number "un" and "une" are articles.
    written = _NUMBER.findall(text) or [each for each in spelled if each != "1"] or spelled
    numbers = [int(each) for each in written if len(each) <= 4]
    since = [year - each for each in numbers if 0 <= year - each <= _MOST_YEARS]
    counts = [each for each in numbers if each <= _MOST_YEARS]
    return min(since or counts, default=None)


def meanwhile(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """How far she is: what is asked stays asked."""
    ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    if ordered is None or ordered.result != "STATUS":
        return None
    cases = certifying.mine(scene)
    if cases or scene.record.of(scene.conversation.learner):
        scene = menu.status(scene)
    return asked_again(scene if cases else scene.say("case.unfinished"), prompt)


def asked_again(scene: Scene, prompt: Prompt) -> Scene:
    """What is asked, once more, in the language that she has now."""
    if prompt.kind in PROMPTS:
        shown = scene.words(f"{prompt.kind.replace('_', '.')}.ask")
        prompt = prompt.changed(data={**prompt.data, "shown": shown})
    return scene.turned(prompt=prompt).ask_again(prompt)
