"""Carry out a command, and turn whatever goes wrong for a known reason into one plain sentence."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from cli import settings as settings_
from cli.settings import Settings, SettingsError
from cli.usage import WrongUsage

_Doing = Callable[[argparse.Namespace, Settings], int]


def do(name: str, given: argparse.Namespace) -> int:
    """Run the command `name`; 0, 1 after a refusal that was explained on standard error, or 2 on wrong usage. Raises
    BrokenPipeError where whoever reads the output has gone."""
    try:
        settings, remarks = settings_.read()
    except SettingsError as error:
        return _refuse(str(error))
    if name in ("run", "doctor"):
        for remark in remarks:
            print(remark, file=sys.stderr)
    if name in ("segments", "interpret", "check", "cost"):
        return _COMMANDS[name](given, settings)
    return _with_logs(name, given, settings)


def _with_logs(name: str, given: argparse.Namespace, settings: Settings) -> int:
    import logging

    from authoring.shelf import ContentError
    from cli import logs
    from store.errors import StoreError

    quiet = name != "run"
    logs.set_up(settings.secrets, log_format=settings.log_format, level=logging.ERROR if quiet else settings.log_level)
    try:
        return _COMMANDS[name](given, settings)
    except ContentError as error:
        return _refuse(f"content/ cannot be used:\n{error}\nMend it and look again with: chasqui check")
    except BrokenPipeError:
        raise
    except OSError as error:
        return _refuse(f"{error.filename or 'The file'}: {error.strerror}. Can this user write there?")
    except WrongUsage as error:
        _refuse(str(error))
        return 2
    except (StoreError, ValueError) as error:
        return _refuse(logs.Redacting(settings.secrets, as_json=False).redacted(str(error)))


def _refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def _run(given: argparse.Namespace, settings: Settings) -> int:
    gc.disable()  # until `wiring.settle`: what is loaded at the start stays, so looking through it is time lost
    from cli import running

    return running.run(settings, role=given.role, host=given.host, port=given.port)


def _chat(given: argparse.Namespace, settings: Settings) -> int:
    from bot.cooperating.numbers import BadNumber, dialled
    from cli import chatting

    try:
        number = dialled(given.number, settings.country)
    except BadNumber:
        return _refuse(f"{given.number!r} is not a phone number. Write it like +51900000001.")
    talk = chatting.chat(
        settings, channel=given.channel, number=number, language=given.lang, scratch=not given.database
    )
    return asyncio.run(talk)


def _check(given: argparse.Namespace, settings: Settings) -> int:
    from cli import scripts

    return scripts.check(Path(given.path) if given.path else settings.content_dir, given.json, sys.stdout)


def _cost(given: argparse.Namespace, settings: Settings) -> int:
    from cli import scripts
    from cli.policies import who_we_are

    path = Path(given.path) if given.path else settings.content_dir
    return scripts.cost(path, given.json, sys.stdout, who_we_are(settings))


def _standards(given: argparse.Namespace, settings: Settings) -> int:
    from authoring.shelf import Shelf
    from cli import standards

    return standards.show(Shelf(settings.content_dir)(), given.code, given.lang, sys.stdout)


def _segments(given: argparse.Namespace, settings: Settings) -> int:
    from cli import scripts

    return scripts.segments(given.policy, sys.stdin, sys.stdout)


def _interpret(given: argparse.Namespace, settings: Settings) -> int:
    from authoring.words import load_words
    from cli.interpret import interpret

    try:
        vocabulary = load_words(settings.content_dir / "words")
    except (OSError, ValueError) as error:
        return _refuse(str(error))
    return interpret(sys.stdin, sys.stdout, vocabulary)


def _inbox(given: argparse.Namespace, settings: Settings) -> int:
    from cli import operating

    return operating.inbox(settings, given.action, given.number, " ".join(given.text))


def _learners(given: argparse.Namespace, settings: Settings) -> int:
    if given.action == "import":
        from cli import importing

        return importing.take_in(settings, given)
    if given.action == "move":
        from cli import rearranging

        return rearranging.move_members(settings, given)
    if given.action == "export":
        from cli import exporting

        return exporting.write_out(settings, given)
    from cli import operating

    return operating.learners(settings, given.action, getattr(given, "learner", ""), given.lang)


def _notice(given: argparse.Namespace, settings: Settings) -> int:
    from cli import noticing

    return noticing.notice(given, settings)


def _organising(given: argparse.Namespace, settings: Settings) -> int:
    from cli import cohorting, officers, organising

    actions = {
        "federation": organising.federation,
        "cooperative": organising.cooperative,
        "officer": officers.officer,
        "cohort": cohorting.cohort,
        "session": cohorting.session,
    }
    return actions[given.noun](settings, given)


def _campaign(given: argparse.Namespace, settings: Settings) -> int:
    from cli import campaigning

    return campaigning.campaign(given, settings)


def _migrate(given: argparse.Namespace, settings: Settings) -> int:
    from cli import operating

    return operating.migrate(settings)


def _verify(given: argparse.Namespace, settings: Settings) -> int:
    from cli import verifying

    return verifying.verify(given, settings)


def _credentials(given: argparse.Namespace, settings: Settings) -> int:
    from cli import credentials

    return credentials.credential(given, settings)


def _doctor(given: argparse.Namespace, settings: Settings) -> int:
    from cli import doctoring

    return asyncio.run(doctoring.examine(settings, as_json=given.json))


def _backup(given: argparse.Namespace, settings: Settings) -> int:
    from cli import backup

    return backup.back_up(settings, given.file, force=given.force)


def _restore(given: argparse.Namespace, settings: Settings) -> int:
    from cli import backup

    return backup.restore(settings, given.file, yes=given.yes)


def _recover(given: argparse.Namespace, settings: Settings) -> int:
    from cli import backup

    return backup.recover(settings, begin=given.begin, release=given.release, drop=given.drop, yes=given.yes)


def _simulate(given: argparse.Namespace, settings: Settings) -> int:
    from cli import simulating

    return simulating.simulate(settings, given)


def _decide(given: argparse.Namespace, settings: Settings) -> int:
    from cli import deciding

    return deciding.decide(given)


def _items(given: argparse.Namespace, settings: Settings) -> int:
    from cli import item_listing

    return item_listing.items(settings, given)


def _certify(given: argparse.Namespace, settings: Settings) -> int:
    from cli import certifying

    return certifying.certify(given, settings)


def _assessor(given: argparse.Namespace, settings: Settings) -> int:
    from cli import assessing

    return assessing.assessor(given, settings)


def _token(given: argparse.Namespace, settings: Settings) -> int:
    from cli import tokens

    return tokens.token(settings, given)


def _user(given: argparse.Namespace, settings: Settings) -> int:
    from cli import users

    return users.user(settings, given)


def _report(given: argparse.Namespace, settings: Settings) -> int:
    from cli import reporting

    return reporting.report(settings, given)


def _surveys(given: argparse.Namespace, settings: Settings) -> int:
    from cli import surveying

    return surveying.survey(settings, given)


def _audit(given: argparse.Namespace, settings: Settings) -> int:
    from cli import audit_log

    return audit_log.audit(settings, given)


_COMMANDS: dict[str, _Doing] = {
    "run": _run,
    "chat": _chat,
    "check": _check,
    "cost": _cost,
    "standards": _standards,
    "segments": _segments,
    "interpret": _interpret,
    "inbox": _inbox,
    "learners": _learners,
    **dict.fromkeys(("federation", "cooperative", "officer", "cohort", "session"), _organising),
    "campaign": _campaign,
    "migrate": _migrate,
    "notice": _notice,
    "report": _report,
    "surveys": _surveys,
    "verify": _verify,
    "credentials": _credentials,
    "doctor": _doctor,
    "backup": _backup,
    "restore": _restore,
    "recover": _recover,
    "simulate": _simulate,
    "decide": _decide,
    "items": _items,
    "certify": _certify,
    "assessor": _assessor,
    "user": _user,
    "audit": _audit,
    "token": _token,
}
