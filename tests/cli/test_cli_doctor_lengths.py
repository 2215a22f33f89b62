"""`chasqui doctor` says where the organisation's name makes every learner's first messages cost twice."""

from __future__ import annotations

import pytest

from cli import doctoring_lengths
from cli.settings import Settings

LONG = "Cooperativa Agraria Cafetalera Alto Mayo Ltda"


@pytest.mark.parametrize("name", ["Norandino", "Cooperativa Sol", "Cooperativa El Norandino"])
async def test_a_name_that_fits_is_not_spoken_of(name: str) -> None:
    assert await doctoring_lengths.examine(Settings(organisation=name, coordinator="Elena Ruiz")) == []


async def test_a_long_name_is_said_with_the_messages_and_what_a_short_one_saves() -> None:
    (finding,) = await doctoring_lengths.examine(Settings(organisation=LONG, coordinator="Elena Ruiz"))

    assert finding.level == "look"
    assert finding.said.startswith("CHASQUI_ORGANISATION has 45 letters: these messages take two SMS: ")
    assert "help" in finding.said
    assert finding.cure == "A short name, as people say it, saves 2 SMS per learner."
