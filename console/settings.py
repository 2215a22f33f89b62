"""The settings: what an administrator may change while the program runs, what was changed, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.cooperating.roles import ROLES, Right
from bot.cooperating.rules import GROUPS, RULES, Rule, Unfit, clash, ruled
from bot.delivering.hours import zone_of
from console.asked import Asked
from console.entering import page
from store import settings
from store.database import Connection
from store.settings import Change

BASE = "/console/settings"
_MOST = 50
_FIRST = 5  # words of each command that are shown at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One setting on the page: `value` as it is written, `usual` what holds where nobody has set it."""

    name: str
    kind: str
    value: str
    usual: str
    kept: bool


# --- what holds ---


async def show(asked: Asked) -> web.Response:
    """Everything that is set."""
    return await _page(asked, {}, {}, 200)


async def _page(asked: Asked, written: Mapping[str, str], wrong: Mapping[str, str], status: int) -> web.Response:
    def work(conn: Connection) -> tuple[dict[str, str], list[Change]]:
        return settings.kept(conn), settings.changes(conn, asked.scope, limit=3)

    kept, changes = await asked.look(work)
    return asked.show(
        "settings/list.html.j2",
        status=status,
        groups={group: [_shown(asked, rule, kept, written) for rule in _of(group)] for group in GROUPS},
        wrong=wrong,
        edits=asked.may(Right.SETTINGS),
        changes=changes,
        said=said,
        fixed=_fixed(asked),
        hours=[(str(hour), f"{hour:02d}:00") for hour in range(25)],
        currency=asked.office.policy().currency,
    )


def _of(group: str) -> Sequence[Rule]:
    return [rule for rule in RULES.values() if rule.group == group]


def _shown(asked: Asked, rule: Rule, kept: Mapping[str, str], written: Mapping[str, str]) -> Shown:
    usual = rule.said(asked.office.base())
    value = written.get(rule.name, kept.get(rule.name, usual))
    return Shown(name=rule.name, kind=rule.kind, value=value, usual=usual, kept=rule.name in kept)


def _fixed(asked: Asked) -> list[tuple[str, str, str]]:
    """What only the environment sets: its name in words, what holds, and the variable."""
    policy, office = asked.office.policy(), asked.office
    prices = "; ".join(f"{name} {asked.pen.money(price)}" for name, price in sorted(policy.prices.items()))
    return [
        ("country", policy.country, "CHASQUI_COUNTRY"),
        ("zone", str(zone_of("", policy.country)), "CHASQUI_COUNTRY"),
        ("address", office.public_url, "CHASQUI_PUBLIC_URL"),
        ("bot", policy.telegram_username, "CHASQUI_TELEGRAM_USERNAME"),
        ("prices", prices, "CHASQUI_SENDERS_FILE, CHASQUI_SMS_PRICE"),
        ("lessons", office.content_dir.name, "CHASQUI_CONTENT_DIR"),
    ]


def said(value: str | None) -> str:
    """A kept value on one line."""
    return "" if value is None else " · ".join(value.splitlines())


# --- changing ---


async def change(asked: Asked) -> web.Response:
    """Set one group of settings; what equals what holds anyway is set no longer."""
    group = asked.form.text("group", 20)
    written = {rule.name: _written(asked, rule) for rule in _of(group)}
    values, wrong = _read(asked, written)
    if not wrong:
        wrong = await _clash(asked, values)
    if wrong:
        return await _page(asked, written, wrong, 422)
    now, person = asked.now, asked.person

    def work(conn: Connection) -> int:
        made = settings.change(conn, asked.scope, person, values, now)
        for each in made:
            asked.audit(conn, "settings.changed", f"setting:{each.name}", before=each.before, after=each.after)
        return len(made)

    changed = await asked.do(work)
    await asked.office.settled()
    return asked.go(f"{BASE}#{group}", told="settings.kept" if changed else "settings.same")


def _written(asked: Asked, rule: Rule) -> str:
    """What stands in the form: of hours, both ends."""
    if rule.kind == "hours":
        return f"{asked.form.text(f'{rule.name}_from', 4)}-{asked.form.text(f'{rule.name}_to', 4)}"
    return asked.form.text(rule.name, 5_000)


def _read(asked: Asked, written: Mapping[str, str]) -> tuple[dict[str, str | None], dict[str, str]]:
    """The values to keep (None: not set), and what has to be mended, by the setting."""
    values: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name, text in written.items():
        rule = RULES[name]
        try:
            value = rule.read(text)
        except Unfit as unfit:
            wrong[name] = asked.t(f"settings.unfit_{unfit.why}", **unfit.values)
            continue
        values[name] = None if value == rule.said(asked.office.base()) else value
    return values, wrong


async def _clash(asked: Asked, values: Mapping[str, str | None]) -> dict[str, str]:
    kept = await asked.look(settings.kept)
    after = {name: text for name, text in {**kept, **values}.items() if text is not None}
    name = clash(ruled(asked.office.base(), after))
    return {name: asked.t("settings.unfit_outside")} if name and name in values else {}


# --- and back ---


async def changes(asked: Asked) -> web.Response:
    """Every change, the latest first."""
    before = asked.query.whole("before", 0, high=10**15) or 0
    found = await asked.look(lambda conn: settings.changes(conn, asked.scope, before=before, limit=_MOST + 1))
    shown = found[:_MOST]
    return asked.show(
        "settings/changes.html.j2",
        changes=shown,
        said=said,
        edits=asked.may(Right.SETTINGS),
        next=f"{BASE}/changes?{urlencode({'before': shown[-1].id})}" if len(found) > _MOST else "",
        first=f"{BASE}/changes" if before else "",
    )


async def undo(asked: Asked) -> web.Response:
    """Take one change back."""
    id, now, person = asked.form.whole("change", 0, high=10**15) or 0, asked.now, asked.person

    def work(conn: Connection) -> bool:
        made = settings.undo(conn, asked.scope, person, id, now)
        if made is None:
            return False
        asked.audit(conn, "settings.undone", f"setting:{made.name}", before=made.before, after=made.after)
        return True

    done = await asked.do(work)
    await asked.office.settled()
    return asked.go(BASE, told="settings.undone" if done else "settings.not_undone")


# --- to look at ---


async def roles(asked: Asked) -> web.Response:
    """Who may do what."""
    rows = [(asked.t(f"accounts.right_{right.value}"), [right in ROLES[role] for role in ROLES]) for right in Right]
    return asked.show("settings/roles.html.j2", roles=list(ROLES), rows=rows)


async def words(asked: Asked) -> web.Response:
    """What learners may write, by language."""
    vocabulary = asked.office.catalogue().vocabulary
    languages = [each for each in vocabulary.commands if vocabulary.commands[each]]
    chosen = asked.query.text("language", 5)
    chosen = chosen if chosen in languages else (asked.language if asked.language in languages else languages[0])
    most = 10_000 if asked.query.ticked("all") else _FIRST
    rows = sorted(
        (asked.t(f"settings.command_{command.lower()}"), ", ".join(each[:most]), max(0, len(each) - most))
        for command, each in vocabulary.commands[chosen].items()
        if each
    )
    return asked.show("settings/words.html.j2", languages=languages, chosen=chosen, rows=rows, all=most > _FIRST)


PAGES = [
    page("GET", "/settings", Right.SEE_SETTINGS, show),
    page("POST", "/settings", Right.SETTINGS, change),
    page("GET", "/settings/changes", Right.SEE_SETTINGS, changes),
    page("POST", "/settings/undo", Right.SETTINGS, undo),
    page("GET", "/settings/roles", Right.SEE_SETTINGS, roles),
    page("GET", "/settings/words", Right.SEE_SETTINGS, words),
]
