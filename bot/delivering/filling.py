"""Word a campaign for one learner: her language or the nearest, her name filled in, and what she lacks falls away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.delivering.campaigns import Campaign
from bot.messages import Content
from bot.people import Learner
from bot.talking.wording import FALLBACK

PLACES = ("name", "cooperative", "course")
IN_WORDS = {
    "nombre": "name", "nom": "name", "izina": "name",
    "cooperativa": "cooperative", "coopérative": "cooperative", "koperative": "cooperative",
    "curso": "course", "cours": "course", "isomo": "course",
}  # fmt: skip
"""Places as who writes in another language calls them: {nombre} is {name}."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_IN_WORDS = re.compile(rf"\{{({'|'.join(IN_WORDS)})\}}", re.IGNORECASE)
# A place at the head of a sentence takes its comma along, and what follows becomes the head.
_HEAD = r"(?P<head>(?:^|(?<=[.!?…\n]))[^\S\n]*[¿¡\"'“«(]*)\{%s\}[^\S\n]*[,:;!]?[^\S\n]*(?P<next>\w?)"
# Elsewhere it takes the comma and the space before it.
_INSIDE = r"[^\S\n]*,?[^\S\n]*\{%s\}"
_EMPTY = re.compile(r"[^\S\n]*\([^\S\n]*\)")
_BETWEEN = re.compile(r"(?<=\S)[^\S\n]{2,}")


def chosen(texts: Mapping[str, str], language: str, fallback: Sequence[str]) -> tuple[str, str]:
    """The text that she reads and its language: hers, else what her neighbours read (Spanish beside Quechua and
    Aymara, English beside Kinyarwanda and French), else the campaign's own order, else any. ("", "") for no text."""
    for candidate in (language, *FALLBACK.get(language, ()), *fallback, *texts):
        if texts.get(candidate, "").strip():
            return candidate, texts[candidate].strip()
    return "", ""


def message(
    campaign: Campaign, learner: Learner, variant: int, *, language: str, cooperative: str, course: str, shared: bool
) -> Content | None:
    """A variant as this learner reads it; None where nothing is left to say. On a shared phone it carries her name."""
    if not campaign.texts:
        return None
    written, template = chosen(campaign.texts[variant % len(campaign.texts)], language, campaign.fallback)
    template = _named(template)
    name = first_name(learner.name)
    text = filled(template, name=name, cooperative=cooperative, course=course)
    if not text:
        return None
    if shared and name and "{name}" not in template:
        text = f"{name}: {text}"
    return Content(text=text, policy=campaign.policy, language=written)


def first_name(name: str) -> str:
    """What she is called: the first word of her name ("Rosa María Quispe" → "Rosa")."""
    return (name.split() or [""])[0]


def filled(text: str, *, name: str, cooperative: str, course: str) -> str:
    """The text with its places filled in one pass, so that braces in a name mean nothing.

    A place that has no value falls away with its comma: "Hola {name}, mañana" → "Hola, mañana"; "{name}, mañana" →
    "Mañana". Braces around anything else stay as they are written.
    """
    values = {"name": name, "cooperative": cooperative, "course": course}
    text = _named(text)
    for place in PLACES:
        if not values[place]:
            text = _without(text, place)
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_places(text: str) -> tuple[str, ...]:
    """Words in braces that nothing is filled in for: most likely misspelt."""
    return tuple(dict.fromkeys(found for found in re.findall(r"\{([^{}]*)\}", _named(text)) if found not in PLACES))


def _named(text: str) -> str:
    """The text with its places called as here."""
    return _IN_WORDS.sub(lambda found: f"{{{IN_WORDS[found[1].lower()]}}}", text) if "{" in text else text


def _without(text: str, place: str) -> str:
    if f"{{{place}}}" not in text:
        return text
    text = re.sub(_HEAD % place, lambda found: found["head"] + found["next"].upper(), text)
    return _BETWEEN.sub(" ", _EMPTY.sub("", re.sub(_INSIDE % place, "", text))).strip()
