"""The catalogue in use: a changed script is picked up, a broken one is refused while the old one stays."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from authoring.loading import Refusal, changed, load
from bot.catalogue import Catalogue

log = logging.getLogger(__name__)


class ContentError(Exception):
    """content/ cannot be used; `refusals` say where and why, and how to mend it."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("\n".join(str(each) for each in refusals))
        self.refusals = tuple(refusals)


class Shelf:
    """Holds one loaded catalogue. Opening it raises ContentError where content/ has errors."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = changed(path) or ""
        loaded = load(path)
        if loaded.catalogue is None:
            raise ContentError(loaded.errors)
        self._catalogue = loaded.catalogue

    def __call__(self) -> Catalogue:
        """The catalogue as it was last loaded without an error."""
        return self._catalogue

    def look_again(self) -> bool:
        """Load what has changed since; returns whether the catalogue is a new one. Blocks: call it in a thread."""
        stamp = changed(self._path, self._stamp)
        if stamp is None:
            return False
        self._stamp = stamp
        loaded = load(self._path)
        if loaded.catalogue is None:
            for refusal in loaded.errors[:5]:
                log.error("content/ has changed and is not used: %s", refusal)
            return False
        self._catalogue = loaded.catalogue
        log.info("content/ has changed and is used from now on")
        return True
