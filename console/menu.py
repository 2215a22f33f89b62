"""The menu: the sections that a person's rights open to her."""

from __future__ import annotations

from bot.cooperating.roles import Right
from console.asked import Asked

_ENTRIES = (
    # section, path, the rights of which one is needed (none: everybody)
    ("today", "/console/", ()),
    ("learners", "/console/learners", (Right.SEE_PEOPLE,)),
    ("conversation", "/console/conversation", (Right.ANSWER,)),
    ("cohorts", "/console/cohorts", (Right.SEE_PEOPLE,)),
    ("campaigns", "/console/campaigns", (Right.PLAN, Right.APPROVE)),
    ("notices", "/console/notices", (Right.NOTICE,)),
    ("cooperatives", "/console/cooperatives", (Right.SEE_PEOPLE,)),
    ("cases", "/console/cases", (Right.SEE_CASES, Right.NOMINATE)),
    ("content", "/console/content", (Right.SEE_CONTENT,)),
    ("results", "/console/results", (Right.SEE_RESULTS,)),
    ("surveys", "/console/surveys", (Right.SURVEY,)),
    ("accounts", "/console/accounts", (Right.ACCOUNTS,)),
    ("tokens", "/console/tokens", (Right.ACCOUNTS,)),
    ("audit", "/console/audit", (Right.AUDIT,)),
    ("settings", "/console/settings", (Right.SEE_SETTINGS, Right.SETTINGS)),
)


def menu(asked: Asked) -> list[tuple[str, str, str]]:
    """(section, path, name) of each entry that this person may open."""
    return [
        (section, path, asked.t(f"frame.menu.{section}"))
        for section, path, rights in _ENTRIES
        if not rights or any(asked.may(right) for right in rights)
    ]
