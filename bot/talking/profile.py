"""Who she is: name first, then one question after each of the first lessons, every one of which may be skipped."""

from __future__ import annotations

import re
import unicodedata

from bot.people import LONGEST_NAME, Learner
from bot.talking.scene import Scene

# After the first lesson, one at a time. A name and, where the law needs it, the birth year are asked before.
ORDER = ("name", "sex", "birth_year", "community", "cooperative", "phone")
FREE_TEXT = ("name", "community", "cooperative", "birth_year", "phone")
OLD_ENOUGH = 16  # years of age, in Rwanda, from which nobody else is asked for a word
_LONGEST = {"name": LONGEST_NAME, "community": 60, "cooperative": 60}
_OLDEST, _YOUNGEST = 100, 5  # years of age that a birth year may stand for; a child's is heard, for its guardian
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


def ask_next(scene: Scene) -> Scene:
    """Ask the next profile question that was never put to her; nothing once all were."""
    learner = scene.learner
    if learner is None:
        return scene
    for field in ORDER:
        # A number is asked for only where a button can share it, and where we do not have it already.
        known = not scene.record.buttons or scene.record.address.phone if field == "phone" else getattr(learner, field)
        if field not in learner.asked and not known:
            return ask(scene.changed(learner, asked=(*learner.asked, field)), field)
    return scene


def ask(scene: Scene, field: str, *, then: str = "") -> Scene:
    """Put one profile question. `then` says what follows the answer: "start" the course, or nothing."""
    if field == "sex":
        options = [(value, scene.words(f"sex.{value}")) for value in ("f", "m", "x")]
        return scene.ask("sex", scene.words("sex.ask"), options, then=then)
    skip = [("skip", scene.words("skip"))]
    asked = scene.words(f"{field}.ask")
    return scene.ask(field, asked, skip, listed=False, asks_contact=field == "phone", then=then)


def ask_name_apart(scene: Scene, name: str, *, then: str) -> Scene:
    """Another on this phone has her name: ask once what to call her instead."""
    skip = [("skip", scene.words("skip"))]
    return scene.ask("name", scene.words("name.taken", name=name), skip, listed=False, then=then, taken=name)


def written(field: str, text: str, year: int, intros: tuple[str, ...]) -> str | int | None:
    """What a free-text reply says for a field; None where it cannot be that (a name without letters, a wrong year).

    `year` is the current one. `intros` are folded openings such as "me llamo", which are not part of a name.
    """
    text = " ".join("".join(sign for sign in unicodedata.normalize("NFC", text) if _is_said(sign)).split())
    if field == "phone":
        return None  # a number counts when it is shared by its owner, not when it is typed
    if field == "birth_year":
        found = _YEAR.findall(text)
        born = int(found[0]) if len(found) == 1 else 0
        return born if year - _OLDEST <= born <= year - _YOUNGEST else None
    text = _without_intro(text, intros)[: _LONGEST[field]].strip(" .,;:!")
    return text if sum(sign.isalpha() for sign in text) > 1 else None


def _is_said(sign: str) -> bool:
    # A flower or a heart behind a name would make every SMS that says the name cost twice.
    return unicodedata.category(sign) not in ("So", "Sk", "Cf", "Cs", "Co", "Cn") and sign not in "\ufe0f\u20e3"


def _without_intro(text: str, intros: tuple[str, ...]) -> str:
    lowered = text.casefold()
    for intro in sorted(intros, key=len, reverse=True):
        if lowered.startswith(f"{intro} ") and len(text) > len(intro) + 2:
            return text[len(intro) + 1 :]
    return text


def of_age(born: int) -> str:
    """What stands among what she was asked where she gave that very age: the year alone would leave a doubt."""
    return f"of_age:{born}"


def needs_guardian(learner: Learner, year: int) -> bool:
    """Whether a guardian must consent: Rwanda, under 16 (Law 058/2021, art. 9).

    Where only the year is known, whoever may still be fifteen counts as fifteen; who said that she is sixteen is not.
    """
    if learner.country != "RW" or learner.birth_year is None or of_age(learner.birth_year) in learner.asked:
        return False
    return year - learner.birth_year <= OLD_ENOUGH


def name_comes_first(scene: Scene) -> bool:
    """Whether her name was asked before the first lesson and neither given nor declined."""
    learner, enrolment = scene.learner, scene.enrolment
    if learner is None or enrolment is None or enrolment.done:
        return False
    return not learner.name and "name" not in learner.asked


def declined(scene: Scene, field: str) -> Scene:
    """She would rather not say: it is not asked again by itself."""
    learner = scene.learner
    if learner is None or field in learner.asked:
        return scene
    return scene.changed(learner, asked=(*learner.asked, field))


def year_comes_first(learner: Learner) -> bool:
    """Whether the birth year is asked before any lesson: where it decides on a guardian's consent, and was neither
    given nor declined."""
    return learner.country == "RW" and learner.birth_year is None and "birth_year" not in learner.asked


def ask_guardian(scene: Scene) -> Scene:
    """A guardian's yes, given on the same phone, with the text that was shown and the name that was written."""
    text = scene.words("guardian.ask", organisation=scene.record.policy.organisation)
    return scene.ask("guardian", text, scene.yes_no(), listed=False)
