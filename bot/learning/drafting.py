"""A change of lessons on its way: who wrote it, who may publish it, and whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_NOTE = 500  # characters


class DraftState(StrEnum):
    """Where a change stands. It moves once: somebody else publishes it, or somebody drops it."""

    WAITING = "waiting"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Reach(StrEnum):
    """Who is taught what was published: those who begin from then on, or everybody from the next lesson on."""

    NEW = "new"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change to the files of one course. `wrong` says what the check refused when it was last asked."""

    id: str
    course: str  # the occupation's folder
    kind: str  # text, translation, sheet, pack
    title: str
    note: str = ""
    by: str  # the id of an account
    by_name: str
    created_at: datetime
    state: DraftState = DraftState.WAITING
    files: int = 0  # how many it changes
    errors: int = 0
    wrong: tuple[dict[str, object], ...] = ()
    reach: str = ""
    decided_by: str = ""
    decided_by_name: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file of a change: what it was (None: there was none) and what it becomes (None: it goes)."""

    path: str  # relative to content/
    before: bytes | None
    after: bytes | None


def why_not(draft: Draft, account: str) -> str:
    """Why this person may not publish it: decided, own (who wrote it never publishes it), wrong; empty where she may.

    Who has the right to publish at all is asked elsewhere.
    """
    if draft.state is not DraftState.WAITING:
        return "decided"
    if draft.by == account:
        return "own"
    return "wrong" if draft.errors else ""
