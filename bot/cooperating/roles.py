"""Who may do what: the roles of the people who run a programme, and the rights of each.

Rights say what may be done, a scope's cooperatives whose data it may be done to. The query layer asks `need` first, so
that no page and no program can forget to.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.people import Scope


class Right(StrEnum):
    """One thing that a role may or may not do."""

    SEE_PEOPLE = "see_people"  # learners, their progress, cohorts and sessions
    SEE_NUMBERS = "see_numbers"  # whole telephone numbers; without it they are masked
    EDIT_PEOPLE = "edit_people"  # import, edit, merge, move, pause; cohorts and sessions
    ERASE_PEOPLE = "erase_people"  # erase, and export what is known of a person
    CALL = "call"  # log a call and write a note
    ANSWER = "answer"  # read and answer what learners write to a person
    SEE_PLANS = "see_plans"  # campaigns and notices
    PLAN = "plan"  # make and start campaigns
    APPROVE = "approve"  # start what is above the threshold, as the second person
    NOTICE = "notice"  # send a notice to the members, within the quota
    SEE_CONTENT = "see_content"
    WRITE_CONTENT = "write_content"  # upload lessons, draft translations
    PUBLISH = "publish"  # as the second person
    SEE_CASES = "see_cases"
    NOMINATE = "nominate"  # propose members for certification
    ASSESS = "assess"  # observe, judge, moderate
    DECIDE = "decide"
    CERTIFY = "certify"  # open and move cases; issue, suspend and revoke credentials; appoint assessors
    SEE_RESULTS = "see_results"
    SURVEY = "survey"  # make and start surveys
    SEE_SETTINGS = "see_settings"
    SETTINGS = "settings"
    ACCOUNTS = "accounts"  # invite, change and shut out the people of the console; API tokens
    AUDIT = "audit"  # read who did what


_SEE = frozenset({Right.SEE_PEOPLE, Right.SEE_PLANS, Right.SEE_CONTENT, Right.SEE_CASES, Right.SEE_RESULTS})

ROLES: Mapping[str, frozenset[Right]] = {
    "administrator": frozenset(Right),
    "coordinator": frozenset(Right) - {Right.SETTINGS, Right.ACCOUNTS, Right.ASSESS},
    "officer": frozenset({Right.SEE_PEOPLE, Right.SEE_PLANS, Right.NOTICE, Right.NOMINATE, Right.SEE_RESULTS}),
    "assessor": frozenset({Right.SEE_CASES, Right.SEE_CONTENT, Right.ASSESS}),
    "facilitator": _SEE - {Right.SEE_CASES} | {Right.SEE_NUMBERS, Right.CALL, Right.ANSWER},
    "auditor": _SEE | {Right.SEE_SETTINGS, Right.AUDIT},
}
"""The roles that a person of the console can have."""

_INTERNAL = frozenset({"operator", "self", "cooperative"})  # the command line, the bot, and what it does for an officer


class Forbidden(PermissionError):
    """This role may not do that. `right` says what."""

    def __init__(self, right: Right) -> None:
        super().__init__(right.value)
        self.right = right


def may(scope: Scope, right: Right) -> bool:
    """Whether the role of this scope has a right, or the token that it stands for."""
    if scope.rights is not None:
        return right.value in scope.rights
    return scope.role in _INTERNAL or right in ROLES.get(scope.role, frozenset())


def need(scope: Scope, right: Right) -> None:
    """Raises Forbidden where the role of this scope lacks a right."""
    if not may(scope, right):
        raise Forbidden(right)
