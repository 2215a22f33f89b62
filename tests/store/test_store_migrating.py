"""From nothing to the tables of this program, and no further back or forward."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from store import migrating
from store.database import Database
from store.errors import StoreError
from store.schema import metadata
from tests.engines import Server
from tests.store.rows import counts, rows


def test_the_migrations_make_exactly_the_tables_of_the_program(database: Database) -> None:
    with database.writing() as conn:
        context = MigrationContext.configure(conn, opts={"compare_server_default": False, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_it_starts_from_nothing(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/var/chasqui.db")
    database.migrate()
    assert set(counts(database)) == set(metadata.tables)
    database.migrate()
    database.close()


def test_several_processes_may_migrate_at_once(postgres: Server) -> None:
    url = postgres.create(f"at_once_{os.getpid()}")
    program = f"from store.database import Database; Database.open({url!r}).migrate()"
    running = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(3)]
    assert [each.wait(timeout=60) for each in running] == [0, 0, 0]
    postgres.drop(f"at_once_{os.getpid()}")


def test_the_program_knows_every_revision_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    found = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == migrating.REVISIONS


def test_a_newer_schema_is_refused_and_left_alone(database: Database) -> None:
    with database.writing() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"schema 9999.*newer program"):
        database.migrate()
    assert rows(database, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_file_that_cannot_be_written_is_refused(sqlite: Database) -> None:
    assert sqlite.path
    sqlite.path.chmod(0o444)
    with pytest.raises(StoreError, match="cannot be written"):
        sqlite.migrate()


def test_a_database_that_is_up_to_date_needs_no_alembic(sqlite: Database) -> None:
    program = (
        "import sys; from store.database import Database; "
        f"Database.open('sqlite:///{sqlite.path}').migrate(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_going_back_leaves_nothing(sqlite: Database) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with sqlite.writing() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "base")
    assert rows(sqlite, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'") == [
        ("alembic_version",)
    ]
