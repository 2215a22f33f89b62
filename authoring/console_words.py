"""Read content/console/<language>/*.po, the words of the coordinators' pages: one file a section, ids by section."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from bot.talking.wording import PLURALS, Wording

REFERENCE = "es"
"""The language that has every sentence; the others may lag behind and fall back."""


class WordsError(Exception):
    """A file of the console's words cannot be used; the text says which and how to mend it."""


def read_console_words(content: Path) -> Wording:
    """All words of all languages. A draft (fuzzy) is used where a whole language is a draft. Raises WordsError."""
    said: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted((content / "console").glob("*/*.po")):
        language = file.parent.name
        if language not in PLURALS:
            raise WordsError(f"console/{language}: no such language. Call the folder one of {', '.join(PLURALS)}.")
        said.setdefault(language, {}).update(_sentences(file))
    if REFERENCE not in said:
        raise WordsError(f"console/{REFERENCE} is missing in {content}. Restore the folder.")
    return Wording(said)


def _sentences(file: Path) -> Mapping[str, tuple[str, ...]]:
    try:
        with file.open("rb") as opened:
            catalog = read_po(opened, abort_invalid=True)
    except (PoFileError, ValueError, OSError) as error:
        raise WordsError(f"{file}: {error}. Open the file in Poedit, which shows the place.") from error
    found: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if not message.id:
            continue
        id = message.id if isinstance(message.id, str) else message.id[0]
        forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if not id.startswith(f"{file.stem}."):
            raise WordsError(f"{file}: “{id}” is no word of this section. Begin it with “{file.stem}.”.")
        if all(forms):
            found[id] = tuple(map(str, forms))
    return found
