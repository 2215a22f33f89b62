"""Try every fault in full and show what came of it: `python -m tests.faults [NAME …] [--short]`.

It needs PostgreSQL's own programs (Debian: the package postgresql) and takes about an hour in full, five minutes short.
The results go to var/faults.json and, as the table of docs/reliability.md, to standard output.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from store.database import Database
from tests.faults import awaiting, killing, outages, pausing, planning, providers
from tests.faults.mill import Place
from tests.faults.results import Result, table
from tests.faults.servers import Server
from tests.houses import shelf_at

NAMES = ("workers", "process", "away", "dues", "pauses", "standby", "awaits", "providers", "clock")


class Ground:
    """Fresh databases of both kinds, and folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = shelf_at(folder / "small")
        self._numbers = itertools.count(1)
        path = folder / "migrated.db"
        database = Database.open(f"sqlite:///{path}")
        database.migrate()
        database.close()
        self.migrated = path.read_bytes()

    def at(self, url: str) -> Place:
        """A place with this database."""
        folder = self.folder / f"place{next(self._numbers)}"
        folder.mkdir()
        return Place(url=url, folder=folder, shelf=self.shelf)

    def sqlite(self) -> Place:
        """A place with a SQLite file of its own."""
        path = self.folder / f"{next(self._numbers)}.db"
        path.write_bytes(self.migrated)
        return self.at(f"sqlite:///{path}")

    def postgresql(self, server: Server) -> Place:
        """A place with a database of its own on this server."""
        name = f"place{next(self._numbers)}"
        server.ask(f"CREATE DATABASE {name} TEMPLATE chasqui")
        return self.at(server.url(name))

    def both(self, server: Server) -> Iterator[Callable[[], Place]]:
        """A maker of places for each kind of database."""
        yield self.sqlite
        yield lambda: self.postgresql(server)


async def results(ground: Ground, names: list[str], *, short: bool) -> AsyncIterator[Result]:
    """One result after the other, as they come."""
    with outages.server() as server:
        for make in ground.both(server):
            if "workers" in names:
                yield await killing.worker_killed(make(), 20 if short else 1_000)
            if "process" in names:
                yield await killing.all_killed(make(), ground.migrated, 10 if short else 200)
            if "awaits" in names:
                yield await awaiting.each_await_fails(make)
            if "providers" in names:
                yield await providers.misbehaving(make(), 24 if short else 200)
            if "clock" in names:
                yield await providers.clock_jumps(make(), 12 if short else 100)
        if "dues" in names:
            yield await planning.each_due_once(ground.postgresql(server), 100 if short else 1_000)
        if "pauses" in names:
            yield await pausing.paused(ground.postgresql(server), 4 if short else 60)
    if "away" in names:
        with outages.server() as server:
            place = ground.at(server.url("chasqui"))
            yield await outages.away(place, server, ground.migrated, 3 if short else 50)
    if "standby" in names:
        yield await outages.lost(ground.at, 1 if short else 20, synchronous=True)
        yield await outages.lost(ground.at, 1 if short else 5, synchronous=False)


async def _try(names: list[str], *, short: bool) -> int:
    found: list[Result] = []
    with _ground() as ground:
        began = time.monotonic()
        async for each in results(ground, names, short=short):
            found.append(each)
            print(f"{time.monotonic() - began:6.0f} s  {'held  ' if each.good else 'BROKEN'}  {each}", file=sys.stderr)
    print(table(found))
    Path("var").mkdir(exist_ok=True)
    Path("var/faults.json").write_text(json.dumps([asdict(each) for each in found], indent=1))
    return 0 if all(each.good for each in found) else 1


@contextmanager
def _ground() -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="chasqui-faults-") as folder:
        yield Ground(Path(folder))


def main() -> int:
    """The exit code: 0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all)")
    parser.add_argument("--short", action="store_true", help="a few tries of each, in minutes")
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no fault {', '.join(sorted(unknown))}; write some of {', '.join(NAMES)}")
    return asyncio.run(_try(given.names or list(NAMES), short=given.short))


if __name__ == "__main__":
    raise SystemExit(main())
