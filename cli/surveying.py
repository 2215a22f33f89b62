"""`chasqui surveys`: make a survey, put it to people, read how it was answered, close it; by the rules of its page."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from authoring.members import read
from authoring.workbooks import UnreadableList
from bot.delivering.campaigns import State as Going
from bot.people import OPERATOR
from bot.reporting import survey_lists, survey_plans
from bot.reporting import surveys as rules
from bot.reporting.survey_files import written as of_table
from bot.reporting.surveys import State, Survey, Written
from bot.talking.wording import PLURALS
from cli import campaign_moving, reporting, wiring
from cli.campaign_desk import Desk, Refused, carried_out
from cli.campaign_entries import missing, shown
from cli.settings import Settings
from cli.survey_words import say
from store import auditing, organisations, survey_starting, surveys
from store.database import Connection
from store.foreseeing import Foreseen, teach
from store.launching import Launched, NotDone

_ACTOR = "operator"
_MOST = 500  # in which a beginning is looked for


def survey(settings: Settings, given: argparse.Namespace) -> int:
    """Carry out one action; 0, or 1 after a refusal that was explained."""
    if given.action in ("list", "results"):
        return _read(settings, given)
    return carried_out(settings, given, {"add": _add, "start": _start, "close": _close}[given.action])


def _read(settings: Settings, given: argparse.Namespace) -> int:
    """The list, or the answers of one, as `chasqui report` tells them."""
    if given.survey and carried_out(settings, given, _named):
        return 1
    return reporting.report(settings, argparse.Namespace(**{**vars(given), "action": "surveys"}))


def _named(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    given.survey = _found(desk, given.survey).id
    return ()


# --- made ---


def _add(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """A draft; asked for twice on one day it is one."""
    found = _written(desk, given)
    words = wiring.console_words(desk.settings)
    wrong = [
        words.say(desk.language, f"surveys.fault.{each.what}", place=each.question, value=each.value)
        for each in rules.faults(found)
    ]
    with desk.database.reading() as conn:
        known = {each.id for each in organisations.all_cooperatives(conn, OPERATOR)}
    if given.cooperative and given.cooperative not in known:
        wrong.append(say(desk.language, "cooperative", id=given.cooperative))
    if wrong:
        raise Refused("\n".join([*wrong, say(desk.language, "refused")]))
    id = survey_plans.id_for(found.title, survey_plans.mark_for(found, given.cooperative, desk.today))
    made = rules.made(found, id=id, cooperative=given.cooperative, by=desk.actor, now=desk.database.now())
    with desk.database.writing() as conn:
        fresh = surveys.create(conn, OPERATOR, made)
        if fresh:
            _note(conn, desk, made, "survey.made", title=made.title, questions=len(made.questions))
    return [say(desk.language, "made" if fresh else "made.already", id=id)]


def _written(desk: Desk, given: argparse.Namespace) -> Written:
    if given.file and given.like:
        raise Refused(say(desk.language, "both"))
    spoken = given.language or ["es"]
    for each in spoken:
        if each not in PLURALS:
            raise Refused(say(desk.language, "language", language=each, known=", ".join(PLURALS)))
    found = Written(title="", purpose="")
    if given.like:
        listed = survey_lists.questions(given.like, desk.catalogue().wording, spoken)
        found = replace(found, questions=listed)
    if given.file:
        try:
            sheet = read(Path(given.file))
        except (UnreadableList, OSError):
            raise Refused(say(desk.language, "unread", file=given.file)) from None
        found = of_table([sheet.header, *(row for _, row in sheet.rows)])
    return replace(found, title=given.title or found.title, purpose=given.purpose or found.purpose)


# --- put, and closed ---


def _start(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Send it on its way, after one look at whom it reaches; a second start changes nothing."""
    held = _found(desk, given.id)
    if held.state is State.RUNNING:
        return [say(desk.language, "started.already", id=held.id)]
    if held.state is State.CLOSED:
        raise Refused(say(desk.language, "closed", id=held.id))
    found = _foreseen(desk, held, given)
    if not found.preview.people:
        raise Refused(say(desk.language, "nobody"))
    if not given.yes and not campaign_moving.agreed(desk, found.campaign, found):
        raise Refused(say(desk.language, "not_started", id=held.id))
    done = _put(desk, held, found)
    if done.already:
        return [say(desk.language, "started.already", id=held.id)]
    if done.state is Going.WAITING:
        return [campaign_moving.asked(desk, found.campaign, done)]
    return [say(desk.language, "started", id=held.id, people=done.people)]


def _foreseen(desk: Desk, held: Survey, given: argparse.Namespace) -> Foreseen:
    catalogue = desk.catalogue()
    teach(desk.database, catalogue)
    to = survey_plans.audience(
        cohorts=given.cohort, cooperatives=given.cooperative, courses=given.course, finished=given.finished
    )
    with desk.database.reading() as conn:
        found = survey_starting.foreseen(
            conn,
            OPERATOR,
            catalogue,
            held,
            to,
            desk.policy,
            desk.carrying,
            actor=desk.actor,
            now=desk.database.now(),
        )
    unknown = missing(desk.database, catalogue, found.campaign, desk.language)
    if unknown:
        raise Refused("\n".join(shown(unknown, desk.language)))
    return found


def _put(desk: Desk, held: Survey, found: Foreseen) -> Launched:
    try:
        with desk.database.writing() as conn:
            now = desk.database.now()
            done = survey_starting.start(conn, OPERATOR, held, found, actor=desk.actor, now=now)
            if not done.already:
                _note(conn, desk, held, "survey.put", people=found.preview.people)
            return done
    except NotDone as refused:
        name = "nobody" if refused.name == "nobody" else "overtaken"
        raise Refused(say(desk.language, name, id=held.id)) from None


def _close(desk: Desk, given: argparse.Namespace) -> Iterable[str]:
    """Put it to nobody any more."""
    held = _found(desk, given.id)
    with desk.database.writing() as conn:
        done = survey_starting.close(conn, OPERATOR, held, actor=desk.actor, now=desk.database.now())
        if done:
            _note(conn, desk, held, "survey.closed", title=held.title)
    return [say(desk.language, "ended" if done else "ended.already", id=held.id)]


def _found(desk: Desk, id: str) -> Survey:
    """The survey of this id, or of the only id that begins so. Raises Refused."""
    with desk.database.reading() as conn:
        exact = surveys.get(conn, OPERATOR, id)
        begun = [] if exact else [each.survey for each in surveys.listed(conn, OPERATOR, limit=_MOST)]
    if exact:
        return exact
    found = [each for each in begun if id and each.id.startswith(id)]
    if len(found) > 1:
        raise Refused(say(desk.language, "several", id=id, ids=", ".join(each.id for each in found)))
    if not found:
        raise Refused(say(desk.language, "unknown", id=id))
    return found[0]


def _note(conn: Connection, desk: Desk, held: Survey, act: str, **details: object) -> None:
    """Into the log, in the same transaction."""
    auditing.append(conn, _ACTOR, act, f"survey:{held.id}", {**details, "by": desk.actor}, desk.database.now())
