"""What it costs to learn here: the course nothing, and her own messages what her operator charges for them."""

from __future__ import annotations

from bot.talking.scene import Scene
from bot.talking.understanding.fields import field_of
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import NEIGHBOURS

_LOOKED_AT = 160  # characters


def is_about(scene: Scene, words: str) -> bool:
    """Whether these words speak of a price, in her language or in one that is spoken beside it."""
    said = words_of(words[:_LOOKED_AT])
    lists = scene.catalogue.vocabulary.lists
    languages = (scene.language, *NEIGHBOURS.get(scene.language, ()))
    fields = (field_of(lists.get(each, {}), {"costs": "joining.costs"}) for each in languages)
    return any(field.holds("costs", said) for field in fields)


def told(scene: Scene) -> str:
    """What it costs: by SMS her operator's tariff, in a chat her internet."""
    return scene.words("cost.internet" if scene.record.buttons else "cost.sms")
