"""Which database is meant, in one URL: several hosts, words of other drivers, and what is refused before it hurts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database
from store.engines import read_url
from store.errors import Unavailable
from tests.engines import Server


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:p@a/db?sslmode=req", "verify-full"),
        ("postgresql://a/db?ssmode=require", "Did you mean sslmode"),
        ("postgresql://a:99999/db", "port 99999"),
        ("postgresql://a:,b:x/db", "port"),
        ("postgresql://a,/db", "not understood"),
        ("postgresql://a,b/db?target_session_attrs=writable", "read-write"),
        ("mysql://a/db", "postgresql://user:password@host/name"),
        ("nonsense", "sqlite:///"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_with_what_to_write(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        read_url(url)
    assert ":p@" not in str(refused.value)


def test_a_new_file_is_nobodys_but_the_owners_to_read_and_an_old_one_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "chasqui.db"
    before = os.umask(0o022)
    try:
        for rights in (0o600, 0o640):
            database = Database.open(f"sqlite:///{path}")
            database.migrate()
            with database.reading() as conn:
                conn.execute(text("SELECT count(*) FROM outbox"))
            assert {file.name: file.stat().st_mode & 0o777 for file in tmp_path.glob("chasqui.db*")} == dict.fromkeys(
                ("chasqui.db", "chasqui.db-wal", "chasqui.db-shm"), rights
            )
            database.close()
            path.chmod(0o640)
    finally:
        os.umask(before)


def test_several_hosts_are_tried_and_the_one_that_takes_writes_is_meant() -> None:
    found = read_url("postgresql://ana:secret@db1:5432,db2:5433/chasqui?application_name=web")

    assert found.query["host"] == ("db1:5432", "db2:5433")
    assert found.query["target_session_attrs"] == "read-write"
    assert found.query["application_name"] == "web"
    assert (found.username, found.password, found.database) == ("ana", "secret", "chasqui")


def test_what_the_url_says_of_the_session_wins() -> None:
    assert read_url("postgresql://a,b/db?target_session_attrs=any").query["target_session_attrs"] == "any"
    assert "target_session_attrs" not in read_url("postgresql://a/db").query


def test_a_host_that_is_away_is_passed_over(migrated_postgres: tuple[Server, str]) -> None:
    server, name = migrated_postgres
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
        real = read_url(server.of(name))
        if not real.host:
            pytest.skip("this PostgreSQL is reached by a socket's path only")
        user = f"{real.username}:{real.password}@" if real.password else f"{real.username}@"
        database = Database.open(f"postgresql://{user}{nobody},{real.host}:{real.port}/{name}")
        with database.writing() as conn:
            assert conn.execute(text("SELECT 1")).scalar_one() == 1
        database.close()


def test_a_connection_to_a_server_that_became_a_standby_is_left(postgres: Server) -> None:
    name = "standby_test"
    database = Database.open(postgres.create(name))
    with database.writing() as conn:
        conn.execute(text("CREATE TABLE kept (n int)"))
        conn.execute(text("SET SESSION default_transaction_read_only = on"))  # as if it had been demoted

    with pytest.raises(Unavailable), database.writing() as conn:
        conn.execute(text("INSERT INTO kept VALUES (1)"))
    with database.writing() as conn:
        conn.execute(text("INSERT INTO kept VALUES (2)"))
    with database.reading() as conn:
        assert conn.execute(text("SELECT n FROM kept")).scalars().all() == [2]
    database.close()
    postgres.drop(name)


def test_the_skew_of_two_clocks_that_agree_is_nothing(database: Database) -> None:
    database.do(lambda: None)

    assert abs(database.skew) < 1
