"""The small courses of the transcripts, and a phone that has just joined one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from phones import Phone

from authoring.shelf import Shelf
from bot.catalogue import Catalogue
from tests.transcripts.playing import content


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The courses of the transcripts with the real wording and words."""
    return Shelf(content(tmp_path_factory.mktemp("turns") / "content"))()


@pytest.fixture(scope="session")
def real() -> Catalogue:
    """What this repository teaches."""
    return Shelf(Path(__file__).parents[2] / "content")()


@pytest.fixture
def rosa(small: Catalogue) -> Phone:
    """Rosa, by SMS, with her first question open."""
    phone = Phone(catalogue=small)
    phone.write("VIVERO", "SI", "Rosa")
    return phone


@pytest.fixture
def chat(small: Catalogue) -> Callable[[], Phone]:
    """Ana, on Telegram, with her first question open."""

    def joined() -> Phone:
        phone = Phone(catalogue=small, address="telegram:77", buttons=True)
        phone.write("VIVERO", "SI", "Ana")
        return phone

    return joined


@pytest.fixture
def alice(real: Catalogue) -> Phone:
    """Alice in Rwanda, by SMS, in English, with the first question of the savings course open: a number, 25."""
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "YES", "Uwera Alice", "1980")
    return phone
