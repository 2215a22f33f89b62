"""Every section of the console: its pages, in one list."""

from __future__ import annotations

from console import accounts, auditing, confirming, conversation, me, signing_in, snippets, welcoming
from console.entering import Page

PAGES: list[Page] = [
    # one line a section, in the order of the menu: *today.PAGES, *learners.PAGES, …
    *conversation.PAGES,
    *snippets.PAGES,
    *accounts.PAGES,
    *auditing.PAGES,
    *signing_in.PAGES,
    *welcoming.PAGES,
    *confirming.PAGES,
    *me.PAGES,
]
