"""The bot's own sentences: looked up by id and language, with plurals and named places filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

# Which form a number takes: index 0 is the singular. Babel knows no rule for rw and qu, and does not know ay at all,
# so the rules are ours; rw, qu and ay mark number elsewhere in the sentence and have one form.
PLURALS: dict[str, Callable[[int], int]] = {
    "es": lambda n: 0 if n == 1 else 1,
    "en": lambda n: 0 if n == 1 else 1,
    "fr": lambda n: 0 if n < 2 else 1,
    "rw": lambda n: 0,
    "qu": lambda n: 0,
    "ay": lambda n: 0,
}

# Who is asked next where a language lacks a sentence: a speaker of Quechua or Aymara reads Spanish sooner than English.
FALLBACK = {"qu": ("es", "en"), "ay": ("es", "en"), "rw": ("en",), "fr": ("en",), "es": ("en",), "en": ()}

_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """All sentences: language → id → forms (one, or as many as the language has plurals)."""

    sentences: Mapping[str, Mapping[str, tuple[str, ...]]]

    def say(self, language: str, id: str, /, **values: object) -> str:
        """The sentence `id` in `language` (or the nearest that has it), with `{name}` places filled from `values`.

        The number `n` picks the plural. A place that is not among `values` stays as it is written: the check of
        content/ refuses such a sentence before it is ever said. Raises KeyError on an id that no language has.
        """
        for candidate in (language, *FALLBACK.get(language, ("en",))):
            forms = self.sentences.get(candidate, {}).get(id)
            if forms:
                number = values.get("n", 1)
                form = PLURALS[candidate](number) if isinstance(number, int) else 0
                text = forms[min(form, len(forms) - 1)]
                return text if "{" not in text else _filled(text, values)
        raise KeyError(id)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have any sentence, in the order in which a menu lists them."""
        return tuple(language for language in PLURALS if self.sentences.get(language))


def _filled(text: str, values: Mapping[str, object]) -> str:
    said = list(_parts(text))
    for at in range(1, len(said), 2):
        name = said[at]
        said[at] = str(values[name]) if name in values else f"{{{name}}}"
    return "".join(said)


@lru_cache(maxsize=2048)  # of some four hundred sentences in six languages
def _parts(text: str) -> tuple[str, ...]:
    """What is said as it stands and, at every odd place, the name of what is filled in."""
    return tuple(_PLACE.split(text))
