"""`chasqui credentials`: issue, list, take back, print and hand over what was awarded."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from authoring.credentials import keys, papers, registers, signing
from authoring.credentials.keys import KeyTrouble
from authoring.shelf import Shelf
from bot.certifying import awarding, codes, verifying
from bot.certifying.awarding import NoAward
from bot.certifying.credentials import REINSTATED, REVOKED, SUSPENDED, Award, Credential, objection
from bot.delivering.hours import day_of
from bot.people import OPERATOR
from bot.record import Policy
from cli import issuing, naming, wiring
from cli.credential_words import say
from cli.files import put
from cli.recording import record
from cli.settings import Settings
from cli.usage import WrongUsage
from store import credentials, people, takings
from store.database import Connection, Database
from store.finishing import finished

_PAGE = 500
_ACTS = {"suspend": SUSPENDED, "reinstate": REINSTATED, "revoke": REVOKED}


def credential(given: argparse.Namespace, settings: Settings) -> int:
    """Carry out one action. Raises StoreError or ValueError with a plain sentence."""
    if given.action in ("keys", "rotate"):
        return _keys(given, settings)
    database = wiring.open_database(settings)
    try:
        return _ACTIONS[given.action](given, settings, database)
    except FileExistsError as error:
        print(say("exists", file=error.filename or error), file=sys.stderr)
        return 1
    except KeyTrouble as error:
        print(str(error), file=sys.stderr)
        return 1
    finally:
        database.close()


# --- issuing ---


def _issue(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    catalogue = Shelf(settings.content_dir)()
    course = naming.course(catalogue, given.course)
    now, policy = database.now(), wiring.policy_of(settings, database)
    awards: list[Award] = []
    with database.reading() as conn:
        candidates = finished(conn, OPERATOR, course.id, learner=given.learner)
    for learner, enrolment in candidates:
        try:
            awards.append(awarding.completion(learner, course, enrolment, issuer=_issuer(policy), now=now))
        except NoAward as error:
            if given.learner:
                print(str(error), file=sys.stderr)
                return 1
    issued: list[Credential] = []
    for start in range(0, len(awards), _PAGE):
        with database.writing() as conn:
            page = credentials.unissued(conn, awards[start : start + _PAGE])
            issued += credentials.issue_all(conn, page, by=given.by, now=now, chance=secrets.SystemRandom())
    if given.out:
        names = {learner.id: learner.name for learner, _ in candidates}
        _print_all(issued, names, Path(given.out), settings, database)
    for each in issued:
        print(f"{codes.shown(each.code)}  {each.serial}  {each.name}")
    print(say("issued", n=len(issued), had=len(awards) - len(issued)))
    return 0


def _issuer(policy: Policy) -> str:
    return policy.organisation


def _print_all(
    issued: list[Credential], names: dict[str, str], folder: Path, settings: Settings, database: Database
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ring = issuing.ring_of(settings, database.now())
    for number, each in enumerate(issued, 1):
        sheet = papers.Sheet(
            credential=each,
            place=issuing.place_of(settings),
            key=ring.offline,
            printed_on=day_of(database.now(), "", settings.country),
            full_name=names.get(each.award.learner, ""),
        )
        put(folder / f"{codes.shown(each.code)}.pdf", papers.page(sheet))
        _bar(number, len(issued))


def _bar(done: int, of: int) -> None:
    """How far it is, on a terminal only."""
    if sys.stderr.isatty() and (done % 10 == 0 or done == of):
        filled = 30 * done // of
        end = "\n" if done == of else ""
        print(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{of}", end=end, file=sys.stderr, flush=True)


# --- looking ---


def _list(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    now = database.now()
    found = list(_some(given, database))
    if given.json:
        lines = registers.rows(found, now, {})
        print(json.dumps([dict(zip(registers.HEADER, line, strict=True)) for line in lines], ensure_ascii=False))
        return 0
    for each in found:
        until = each.award.valid_until.date().isoformat() if each.award.valid_until else say("no_end")
        state, kind = say(f"state.{each.state(now)}"), say(f"kind.{each.award.kind}")
        print(
            f"{codes.shown(each.code)}  {state:<10}  {kind:<11}  {until:<10}  "
            f"{each.name}, {each.title(each.award.language)} ({each.award.standard} {each.award.version})"
        )
    print(say("listed", n=len(found)))
    return 0


def _show(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    with database.reading() as conn:
        found = _one(conn, given.code)
        acts = credentials.acts(conn, found.serial)
    for name, held in verifying.as_json(verifying.verified(found.code, found, database.now())).items():
        print(f"{name:<18} {held if held is not None else '-'}")
    for act in acts:
        more = ", ".join(str(act[name]) for name in ("by", "second", "reason", "value") if act[name])
        print(f"{act['at']:%Y-%m-%d %H:%M}   {act['kind']}  {more}")
    return 0


def _some(given: argparse.Namespace, database: Database) -> Iterator[Credential]:
    after = ""
    while True:
        with database.reading() as conn:
            page = credentials.listed(
                conn, OPERATOR, cooperative=given.cooperative, standard=given.standard, after=after, limit=_PAGE
            )
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].serial


def _one(conn: Connection, written: str) -> Credential:
    found = credentials.by_code(conn, codes.read(written).code)
    if found is None:
        raise ValueError(say("unknown", code=written))
    return found


# --- taking back ---


def _move(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    """On a competence it is an entry of its case, which takes the credential with it; a completion has no case."""
    code = codes.read(given.code).code
    by, second, reason = given.by.strip(), given.second.strip(), given.reason.strip()
    with database.writing() as conn:
        found = credentials.by_code(conn, code)
        if found is None:
            raise ValueError(say("unknown", code=given.code))
        if why := objection(found, _ACTS[given.action], by=by, second=second, reason=reason):
            raise ValueError(say("refused", why=say(f"objection.{why}")))
        moved = takings.move(
            conn,
            OPERATOR,
            found,
            _ACTS[given.action],
            by=by,
            second=second,
            reason=reason,
            now=database.now(),
            known=Shelf(settings.content_dir)().standard,
        )
    print(say("moved", code=codes.shown(moved.code), state=say(f"state.{moved.state(database.now())}")))
    return 0


# --- handing over ---


def _export(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    with database.reading() as conn:
        found = _one(conn, given.code)
        names = _names(database, [found])
    ring, place = issuing.ring_of(settings, database.now()), issuing.place_of(settings)
    sheet = papers.Sheet(
        credential=found,
        place=place,
        key=ring.offline,
        printed_on=day_of(database.now(), "", settings.country),
        full_name=names.get(found.award.learner, ""),
    )
    made: dict[str, Callable[[], bytes]] = {
        given.jwt: lambda: (signing.signed(found, place, ring.badge) + "\n").encode(),
        given.pdf: lambda: papers.page(sheet),
        given.card: lambda: papers.card(sheet),
    }
    made.pop("", None)
    if not made:
        raise WrongUsage(say("what"))
    for name, make in made.items():
        put(Path(name), make())
        print(name)
    if not settings.public_url:
        print(say("local"), file=sys.stderr)
    return 0


def _register(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    found, now = list(_some(given, database)), database.now()
    lines = registers.rows(found, now, _names(database, found))
    about = " ".join(part for part in (given.cooperative, given.standard) if part) or "everything"
    ring, place = issuing.ring_of(settings, now), issuing.place_of(settings)
    beside = registers.write(Path(given.file), lines, about, place, ring.badge, now)
    print(say("register", file=given.file, n=len(lines), beside=beside.name))
    return 0


def _dossier(given: argparse.Namespace, settings: Settings, database: Database) -> int:
    found, now = list(_some(given, database)), database.now()
    with database.reading() as conn:
        acts = {each.serial: credentials.acts(conn, each.serial) for each in found}
        revoked = {number: credentials.revoked(conn, number) for number in {each.list_number for each in found}}
    ring, place = issuing.ring_of(settings, now), issuing.place_of(settings)
    names = _names(database, found)
    registers.dossier(Path(given.file), found, acts, revoked, names, place, ring, now)
    print(say("dossier", file=given.file, n=len(found)))
    return 0


def _names(database: Database, found: list[Credential]) -> dict[str, str]:
    """Whole names, for papers and for lists that only those may see who issue."""
    with database.reading() as conn:
        return people.names(conn, [each.award.learner for each in found if each.award.learner])


def _keys(given: argparse.Namespace, settings: Settings) -> int:
    database = wiring.open_database(settings)
    now = database.now()
    database.close()
    if given.action == "rotate":
        ring = keys.rotate(issuing.folder_of(settings), now, algorithm=settings.credential_algorithm)
        print(say("rotated", badge=ring.badge.kid, offline=ring.offline.kid))
        return 0
    print(json.dumps(issuing.ring_of(settings, now).published(), indent=1))
    return 0


_ACTIONS: dict[str, Callable[[argparse.Namespace, Settings, Database], int]] = {
    "issue": _issue,
    "list": _list,
    "show": _show,
    **dict.fromkeys(_ACTS, _move),
    "export": _export,
    "record": record,
    "register": _register,
    "dossier": _dossier,
}
