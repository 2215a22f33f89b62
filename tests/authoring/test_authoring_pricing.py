"""What lessons cost by SMS."""

from __future__ import annotations

from authoring_tree import ES, Tree

from authoring.pricing import prices, totals


def test_a_lesson_costs_its_cards_and_its_questions(tree: Tree) -> None:
    tree.edit(ES, "con el lado plano abajo.", "con el lado plano más abajo. " + "x" * 120)
    catalogue = tree.load().catalogue
    assert catalogue is not None
    rows = prices(catalogue)
    assert [(row.lesson, row.language, row.segments, row.segments_unfolded) for row in rows] == [
        ("coffee-nursery.seed.sow", "es", 4, 6),  # as sent 2 + 1 + 1; unfolded 3 + 2 + 1
        ("coffee-nursery.seed.sow", "en", 3, 3),
    ]
    assert [(each.language, each.lessons, each.segments, each.segments_unfolded) for each in totals(rows)] == [
        ("es", 1, 4, 6),
        ("en", 1, 3, 3),
    ]
