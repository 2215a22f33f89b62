"""`chasqui campaign start`, approve, pause, resume, cancel, edit: what they ask, and what they answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping

from bot.delivering.campaigns import Campaign, State
from bot.people import OPERATOR
from cli.campaign_desk import Desk, Refused
from cli.campaign_making import foreseen, formed_by
from cli.campaign_showing import money
from cli.campaign_words import day
from store import launching
from store.foreseeing import Foreseen
from store.launching import Launched, NotDone

_DONE = {"pause": "paused", "resume": "resumed", "cancel": "cancelled"}


def start(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Start it, after one look at what it will do; a second start changes nothing."""
    held = desk.find(given.id)
    if held.state is State.RUNNING:
        return [desk.say("started.already", id=held.id)]
    if held.state is State.PAUSED:
        return _move(desk, held, "resume", "")
    found = desk.foresee(held)
    if held.state is State.DRAFT and not given.yes:
        _refuse_in_vain(desk, found)
        if not agreed(desk, held, found):
            raise Refused(desk.say("not_started", id=held.id))
    try:
        with desk.database.writing() as conn:
            done = launching.start(conn, OPERATOR, found, actor=desk.actor, now=desk.database.now())
    except NotDone as refused:
        raise _refused(desk, held, refused) from None
    if done.state is State.WAITING:
        return [asked(desk, held, done)]
    if done.already:
        return [desk.say("started.already", id=held.id)]
    return [desk.say("started", id=held.id, people=done.people)]


def _refuse_in_vain(desk: Desk, found: Foreseen) -> None:
    """Nobody is asked about what cannot start."""
    try:
        launching.refuse_in_vain(found, desk.database.now())
    except NotDone as refused:
        raise _refused(desk, found.campaign, refused) from None


def agreed(desk: Desk, held: Campaign, found: Foreseen) -> bool:
    """Show what it will do, and ask whether to start it; nobody at the terminal is a no."""
    for told in foreseen(desk, held, found):
        print(told)
    try:
        typed = input(desk.say("ask")) if sys.stdin.isatty() else ""
    except EOFError:
        typed = ""
    return typed.strip().upper() == desk.say("ask.word")


def approve(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Agree to a large one that somebody else wrote."""
    held = desk.find(given.id)
    try:
        with desk.database.writing() as conn:
            now = desk.database.now()
            launching.approve(conn, OPERATOR, held.id, actor=desk.actor, reason=given.reason, now=now)
    except NotDone as refused:
        raise _refused(desk, held, refused) from None
    return [desk.say("approved", id=held.id, actor=desk.actor)]


def change(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Pause, resume or cancel it."""
    return _move(desk, desk.find(given.id), given.action, given.reason)


def _move(desk: Desk, held: Campaign, action: str, reason: str) -> Iterable[str]:
    now = desk.database.now()
    try:
        with desk.database.writing() as conn:
            moved = launching.change(conn, OPERATOR, held.id, action, actor=desk.actor, reason=reason, now=now)
    except NotDone as refused:
        raise _refused(desk, held, refused) from None
    return [desk.say(_DONE[action] if moved else f"done.{action}", id=held.id)]


def edit(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Change it; a running one that becomes larger than one person may start waits for a second one."""
    held = desk.find(given.id)
    if held.state not in launching.OPEN:
        raise _refused(desk, held, NotDone("move", state=held.state, wish="edit"))
    changed = formed_by(desk, given, held)
    if changed == held:
        raise Refused(desk.say("edited.same"))
    now = desk.database.now()
    try:
        with desk.database.writing() as conn:
            kept = launching.edit(conn, OPERATOR, changed, actor=desk.actor, now=now)
    except NotDone as refused:
        raise _refused(desk, held, refused) from None
    told = [desk.say("edited", id=held.id, version=kept.version, before=held.version)]
    if held.state not in (State.RUNNING, State.PAUSED):
        return told
    before, after = desk.foresee(held), desk.foresee(kept)
    with desk.database.writing() as conn:
        waits = launching.ask_anew(conn, OPERATOR, before, after, actor=desk.actor, now=now)
    return [*told, asked(desk, kept, waits)] if waits else told


def asked(desk: Desk, held: Campaign, done: Launched) -> str:
    """That it waits for a second person, and who that cannot be."""
    cost, authors = money(done.money, desk.policy.currency), ", ".join(done.authors)
    return desk.say("asked", id=held.id, people=done.people, money=cost, authors=authors)


def _refused(desk: Desk, held: Campaign, refused: NotDone) -> Refused:
    values: Mapping[str, object] = refused.values
    match refused.name:
        case "move":
            state, wish = desk.say(f"state.{values['state']}"), desk.say(f"wish.{values['wish']}")
            return Refused(desk.say("move", id=held.id, state=state, wish=wish))
        case "not_asked":
            return Refused(desk.say("not_asked", id=held.id, state=desk.say(f"state.{values['state']}")))
        case "past" | "past.recurring":
            when = day(desk.language, values["day"])  # type: ignore[arg-type]
            return Refused(desk.say(refused.name, day=when, id=held.id, today=desk.today.isoformat()))
    return Refused(desk.say(refused.name, id=held.id, **values))
