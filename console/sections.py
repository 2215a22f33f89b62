"""Every section of the console: its pages, in one list."""

from __future__ import annotations

from console import (
    accounts,
    auditing,
    calling,
    campaigns,
    cohorts,
    composing,
    confirming,
    content,
    conversation,
    importing,
    learner_acts,
    learners,
    me,
    notices,
    publishing,
    results,
    sessions,
    signing_in,
    snippets,
    starting,
    surveys,
    today,
    translations,
    welcoming,
)
from console.entering import Page

PAGES: list[Page] = [
    # one line a section, in the order of the menu: *today.PAGES, *learners.PAGES, …
    *today.PAGES,
    *calling.PAGES,
    *importing.PAGES,
    *learners.PAGES,
    *learner_acts.PAGES,
    *sessions.PAGES,
    *cohorts.PAGES,
    *conversation.PAGES,
    *snippets.PAGES,
    *composing.PAGES,
    *starting.PAGES,
    *campaigns.PAGES,
    *notices.PAGES,
    *results.PAGES,
    *surveys.PAGES,
    *accounts.PAGES,
    *auditing.PAGES,
    *content.PAGES,
    *translations.PAGES,
    *publishing.PAGES,
    *signing_in.PAGES,
    *welcoming.PAGES,
    *confirming.PAGES,
    *me.PAGES,
]
