"""The scripts that we ship: every one loads, and none is dearer than it was promised to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.loading import Loaded, load
from authoring.pricing import prices, totals

CONTENT = Path(__file__).resolve().parents[2] / "content"


@pytest.fixture(scope="module")
def shipped() -> Loaded:
    if not any(CONTENT.glob("*/occupation.toml")):
        pytest.skip("there are no scripts in content/ yet")
    return load(CONTENT)


def test_every_shipped_script_loads_without_an_error(shipped: Loaded) -> None:
    assert "\n".join(map(str, shipped.errors)) == ""
    assert shipped.catalogue is not None


def test_every_shipped_course_teaches_in_all_its_languages(shipped: Loaded) -> None:
    assert shipped.catalogue is not None
    for course in shipped.catalogue.courses.values():
        for lesson in course.ordered_lessons():
            assert {language for language in course.languages if (lesson, language) in course.lessons} == set(
                course.languages
            )


def test_folding_saves_two_fifths_of_each_spanish_course(shipped: Loaded) -> None:
    assert shipped.catalogue is not None
    spanish = [each for each in totals(prices(shipped.catalogue)) if each.language == "es"]
    assert {each.course: each.segments for each in spanish if each.segments > 0.6 * each.segments_unfolded} == {}
