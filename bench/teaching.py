"""The shipped content as a catalogue, or a plain word on why there is none."""

from __future__ import annotations

from bench.serving import ROOT
from bot.catalogue import Catalogue


def catalogue() -> Catalogue:
    """Everything under content/. Raises RuntimeError with the first thing that is wrong there."""
    from authoring.loading import load

    loaded = load(ROOT / "content")
    if loaded.catalogue is None:
        raise RuntimeError(f"content/ does not load: {next(iter(loaded.errors), 'no reason given')}")
    if not loaded.catalogue.courses:
        raise RuntimeError("content/ holds no course")
    return loaded.catalogue
