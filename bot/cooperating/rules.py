"""What an administrator may set while the program runs: which rules, within which bounds, and what they change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.delivering.hours import Hours, Rest
from bot.record import Policy

HOLIDAYS = "holidays"
_MOST_HOLIDAYS = 60
_DAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:[ \t]+(.{1,60}))?")


class Unfit(ValueError):
    """A value that cannot be. `why` is one word; `values` are the bounds, for the sentence that says it."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be set. `read` makes of what was written the text that is kept (Raises Unfit); `apply` puts
    it into a policy; `said` reads it out of one."""

    name: str
    group: str
    kind: str  # text, hour, hours, whole, money, list, days
    read: Callable[[str], str]
    apply: Callable[[Policy, str], Policy]
    said: Callable[[Policy], str]


# --- values ---


def _text(least: int, most: int) -> Callable[[str], str]:
    def read(written: str) -> str:
        plain = " ".join(written.split())
        if not least <= len(plain) <= most:
            raise Unfit("text" if plain else "empty", most=most)
        return plain

    return read


def _whole(low: int, high: int) -> Callable[[str], str]:
    def read(written: str) -> str:
        plain = written.strip()
        if not (plain.isascii() and plain.isdigit() and len(plain) < 10 and low <= int(plain) <= high):
            raise Unfit("whole", low=low, high=high)
        return str(int(plain))

    return read


def _money(written: str) -> str:
    plain = written.strip().replace(",", ".")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", plain, re.ASCII):
        raise Unfit("money")
    return plain


def hours_of(text: str) -> Hours:
    """`7-21` as (7, 21). Raises Unfit."""
    found = re.fullmatch(r"\s*(\d{1,2})\s*-\s*(\d{1,2})\s*", text, re.ASCII)
    first, end = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 0 <= first < end <= 24:
        raise Unfit("hours")
    return first, end


def _hours(written: str) -> str:
    first, end = hours_of(written)
    return f"{first}-{end}"


def _steps(written: str) -> str:
    parts = [part for part in re.split(r"[,;\s]+", written.strip()) if part]
    good = all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts)
    steps = [int(part) for part in parts] if good else []
    if not 1 <= len(steps) <= 6 or steps != sorted(set(steps)) or not steps[0] >= 1 or steps[-1] > 720:
        raise Unfit("steps")
    return ", ".join(map(str, steps))


def days_of(text: str) -> list[tuple[date | tuple[int, int], str]]:
    """Days with their names, one a line: `06-24 San Juan` each year, `2026-12-09 Ayacucho` once. Raises Unfit."""
    found: list[tuple[date | tuple[int, int], str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _DAY.fullmatch(line.strip())
        try:
            year, month, day, name = match.groups() if match else (None, "0", "0", "")
            on = date(int(year or 2000), int(month), int(day))  # 2000 has a 29 February
        except ValueError:
            raise Unfit("days", line=number) from None
        found.append((on if year else (on.month, on.day), (name or "").strip()))
    if len(found) > _MOST_HOLIDAYS:
        raise Unfit("many", most=_MOST_HOLIDAYS)
    return found


def _days(written: str) -> str:
    return "\n".join(f"{_day(on)} {name}".strip() for on, name in days_of(written))


def _day(on: date | tuple[int, int]) -> str:
    return on.isoformat() if isinstance(on, date) else f"{on[0]:02d}-{on[1]:02d}"


# --- the rules ---


def _field(name: str, group: str, kind: str, read: Callable[[str], str], value: Callable[[str], Any]) -> Rule:
    def said(policy: Policy) -> str:
        held = getattr(policy, name)
        if kind == "list":
            return ", ".join(map(str, held))
        return f"{held[0]}-{held[1]}" if kind == "hours" else str(held)

    return Rule(
        name=name,
        group=group,
        kind=kind,
        read=read,
        apply=lambda policy, text: replace(policy, **{name: value(text)}),
        said=said,
    )


def _rest(policy: Policy) -> Rest:
    return policy.resting if isinstance(policy.resting, Rest) else Rest(policy.resting)


def _rest_hours(policy: Policy, text: str) -> Policy:
    return replace(policy, resting=replace(_rest(policy), hours=hours_of(text)))


def _rest_days(policy: Policy, text: str) -> Policy:
    days = [on for on, _ in days_of(text)]
    once = frozenset(on for on in days if isinstance(on, date))
    yearly = frozenset(on for on in days if not isinstance(on, date))
    return replace(policy, resting=replace(_rest(policy), dates=once, yearly=yearly))


def _said_days(policy: Policy) -> str:
    rest = _rest(policy)
    return "\n".join([_day(on) for on in sorted(rest.yearly)] + [_day(on) for on in sorted(rest.dates)])


def _said_rest(policy: Policy) -> str:
    first, end = _rest(policy).hours
    return f"{first}-{end}"


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        _field("organisation", "who", "text", _text(1, 60), str),
        _field("coordinator", "who", "text", _text(0, 60), str),
        _field("notice_recipients", "approval", "whole", _whole(1, 1_000_000), int),
        _field("notice_money", "approval", "money", _money, Decimal),
        _field("waking", "hours", "hours", _hours, hours_of),
        Rule(name="resting", group="hours", kind="hours", read=_hours, apply=_rest_hours, said=_said_rest),
        _field("usual_hour", "hours", "hour", _whole(0, 23), int),
        _field("weekly_budget", "messages", "whole", _whole(1, 50), int),
        _field("weekly_messages", "messages", "whole", _whole(1, 50), int),
        _field(
            "reminder_hours",
            "messages",
            "list",
            _steps,
            lambda text: tuple(int(each) for each in text.split(", ")),
        ),
        _field("answer_days", "messages", "whole", _whole(1, 10), int),
        Rule(name=HOLIDAYS, group="holidays", kind="days", read=_days, apply=_rest_days, said=_said_days),
    )
}
"""Everything that can be set, by its name, in the order in which it is shown."""

GROUPS = tuple(dict.fromkeys(rule.group for rule in RULES.values()))


def ruled(policy: Policy, kept: Mapping[str, str]) -> Policy:
    """The policy with what was set. What is unknown or cannot be any more is passed over: an older program kept it."""
    for name, text in kept.items():
        rule = RULES.get(name)
        if rule is None:
            continue
        try:
            policy = rule.apply(policy, rule.read(text))
        except ValueError:
            continue
    return policy


def clash(policy: Policy) -> str:
    """What of a policy does not go together, as the name of the rule to mend; empty where all does."""
    first, end = policy.waking
    return "" if first <= policy.usual_hour < end else "usual_hour"
