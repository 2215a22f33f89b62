"""What somebody without schooling writes for her name, her year of birth and her years of work, before a case opens;
and that these stay asked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.conversation import Prompt
from bot.talking import ages, certifying, menu, profile
from bot.talking.ages import spoken
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

NAME, YEAR, YEARS = "case_name", "case_year", "case_years"
PROMPTS = frozenset({NAME, YEAR, YEARS})

_MOST_YEARS = 80  # of work
_AGES = range(10, 100)
_LONGEST_NAME = 6  # words
_NUMBER = re.compile(r"\d+")


def is_unknown(text: str, lists: Lists) -> bool:
    """Whether she says that she does not know."""
    return fold(text) in lists.get("dont_know", ())


def name_in(text: str, lists: Lists) -> str | None:
    """Her name as it goes on the certificate; None for a question, a figure or a whole sentence."""
    if "?" in text or _NUMBER.search(text) or len(text.split()) > _LONGEST_NAME or is_unknown(text, lists):
        return None
    if ages.is_number(text, lists):
        return None
    found = profile.written("name", text, 0, lists.get("intros", ()))
    return str(found) if found else None


def year_in(text: str, year: int, lists: Lists) -> int | None:
    """The year in which she was born, by the year or by her age ("58 años", "cuarenta y cinco"); None where it is
    neither. A bare "68" may be the one or the other, and so may "el 68"."""
    found = profile.written("birth_year", text, year, ())
    if found:
        return int(found)
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
    """How far she is, or to go on where there is no course to go on with: what is asked stays asked."""
    ordered = command(text, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    wanted = ordered.result if ordered else ""
    if wanted == "NEXT" and scene.enrolment is None:
        return asked_again(scene, prompt)
    if wanted != "STATUS" or prompt.kind not in PROMPTS:
        return None
    begun = scene.record.of(scene.conversation.learner) or certifying.mine(scene)
    return asked_again(menu.status(scene) if begun else scene.say("case.unfinished"), prompt)


def asked_again(scene: Scene, prompt: Prompt) -> Scene:
    """What is asked, once more, in the language that she has now."""
    if prompt.kind in PROMPTS:
        shown = scene.words(f"{prompt.kind.replace('_', '.')}.ask")
        prompt = prompt.changed(data={**prompt.data, "shown": shown})
    return scene.turned(prompt=prompt).ask_again(prompt)
