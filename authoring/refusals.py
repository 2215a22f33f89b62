"""What is wrong with a script: the file, the line, and the cure, in words that an author understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One thing to mend. An "error" keeps the content from being used; a "warning" does not."""

    file: str  # relative to content/
    line: int  # from 1; 1 where the whole file is meant
    what: str
    cure: str
    level: str = "error"

    def __str__(self) -> str:
        warning = "warning: " if self.level == "warning" else ""
        return f"{self.file}:{self.line}: {warning}{self.what}. {self.cure}."


class Refuse(Protocol):
    """How a reader reports what it cannot take, without stopping at the first."""

    def __call__(self, line: int, what: str, cure: str, level: str = "error") -> None:
        """Note what is wrong in this line and how to mend it. Both are sentences without the full stop."""


def refusing(file: str, into: list[Refusal]) -> Refuse:
    """The `Refuse` of one file, which adds to `into`."""

    def refuse(line: int, what: str, cure: str, level: str = "error") -> None:
        into.append(Refusal(file=file, line=max(line, 1), what=what, cure=cure, level=level))

    return refuse
