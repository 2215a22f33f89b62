"""Every section of the console: its pages, in one list."""

from __future__ import annotations

from console.entering import Page

PAGES: list[Page] = [
    # one line a section, in the order of the menu: *today.PAGES, *learners.PAGES, …
]
