"""The people of the console as they are kept: sessions, links that end, and the last administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.cooperating.accounts import Account, Standing
from bot.cooperating.roles import Forbidden
from bot.people import OPERATOR, Scope
from store import account_sessions, accounts, invitations
from store.database import Database
from store.invitations import Kind
from tests.changing import replace
from tests.store.rows import NOW, rows

ADMINISTRATOR = Scope(role="administrator")


def person(login: str = "ana", **more: Any) -> Account:
    given: dict[str, Any] = {"role": "coordinator", "cooperatives": None, "state": Standing.ACTIVE, **more}
    return Account(id=f"id-{login}", login=login, name=login.title(), created_at=NOW, **given)


def kept(database: Database, login: str = "ana", **more: Any) -> Account:
    made = person(login, **more)
    with database.writing() as conn:
        assert accounts.add(conn, OPERATOR, made)
    return made


def opened(database: Database, account: Account, **more: Any) -> str:
    with database.writing() as conn:
        return account_sessions.open_session(conn, account, more.pop("now", NOW), **more)


def is_open(database: Database, token: str, after: timedelta = timedelta()) -> bool:
    with database.reading() as conn:
        return account_sessions.find_session(conn, token, NOW + after) is not None


def test_it_gives_an_account_back_as_it_was_kept(database: Database) -> None:
    made = kept(
        database, "luz", role="officer", cooperatives=frozenset({"norte", "sur"}), language="es", assessor="as1"
    )
    with database.reading() as conn:
        assert accounts.get(conn, made.id) == made
        assert accounts.by_login(conn, "luz") == made
        assert accounts.get(conn, "nobody") is None


def test_it_refuses_a_login_that_is_taken(database: Database) -> None:
    kept(database)
    with database.writing() as conn:
        assert not accounts.add(conn, OPERATOR, replace(person(), id="another"))


def test_it_keeps_of_a_token_only_its_hash(database: Database) -> None:
    token = opened(database, kept(database))
    assert len(token) >= 43  # 256 bits
    assert token not in str(rows(database, "SELECT * FROM account_sessions"))


def test_a_session_ends_after_half_an_hour_of_quiet(database: Database) -> None:
    token = opened(database, kept(database))
    assert is_open(database, token, timedelta(minutes=29))
    assert not is_open(database, token, timedelta(minutes=30))


def test_a_session_that_is_used_lives_for_twelve_hours_and_no_longer(database: Database) -> None:
    token = opened(database, kept(database))
    for minutes in range(25, 12 * 60, 25):
        now = NOW + timedelta(minutes=minutes)
        with database.writing() as conn:
            found = account_sessions.find_session(conn, token, now)
            assert found
            assert account_sessions.is_stale(found, now)
            account_sessions.touch_session(conn, found.id, now)
    assert not is_open(database, token, timedelta(hours=12))


def test_it_does_not_write_at_every_page_view(database: Database) -> None:
    token = opened(database, kept(database))
    with database.reading() as conn:
        found = account_sessions.find_session(conn, token, NOW)
    assert found
    assert not account_sessions.is_stale(found, NOW + timedelta(seconds=59))
    assert account_sessions.is_stale(found, NOW + timedelta(seconds=60))


def test_who_is_shut_out_is_out_at_once(database: Database) -> None:
    account = kept(database)
    token = opened(database, account)
    with database.writing() as conn:
        assert accounts.disable(conn, ADMINISTRATOR, account.id)
    assert not is_open(database, token)
    with database.writing() as conn:  # even a session that somebody put back
        opened_again = account_sessions.open_session(conn, account, NOW)
    assert not is_open(database, opened_again)


def test_a_new_password_ends_every_session(database: Database) -> None:
    account = kept(database)
    token = opened(database, account)
    with database.writing() as conn:
        accounts.set_password(conn, account.id, "hash")
    assert not is_open(database, token)


def test_it_ends_one_session_of_an_account_and_never_anothers(database: Database) -> None:
    ana, eva = kept(database, "ana"), kept(database, "eva")
    hers, others = opened(database, ana), opened(database, eva)
    with database.writing() as conn:
        found = account_sessions.find_session(conn, others, NOW)
        assert found
        assert not account_sessions.end_session(conn, ana.id, found.id)
        assert account_sessions.end_session(conn, eva.id, found.id)
    assert is_open(database, hers)
    assert not is_open(database, others)


def test_it_ends_all_sessions_but_the_one_at_hand(database: Database) -> None:
    account = kept(database)
    tokens = [opened(database, account) for _ in range(3)]
    with database.writing() as conn:
        here = account_sessions.find_session(conn, tokens[1], NOW)
        assert here
        assert account_sessions.end_all(conn, account.id, but=here.id) == 2
    assert [is_open(database, each) for each in tokens] == [False, True, False]


def test_it_keeps_at_most_twenty_browsers_of_one_person(database: Database) -> None:
    account = kept(database)
    tokens = [opened(database, account, now=NOW + timedelta(seconds=n)) for n in range(22)]
    after = timedelta(seconds=30)
    assert [is_open(database, each, after) for each in tokens] == [False, False, *[True] * 20]


@pytest.mark.parametrize("act", ["disable", "demote"])
def test_the_last_administrator_can_neither_be_disabled_nor_demoted(database: Database, act: str) -> None:
    first, second = kept(database, "ana", role="administrator"), kept(database, "eva", role="administrator")
    kept(database, "invited", role="administrator", state=Standing.INVITED)

    def out(account: Account) -> None:
        with database.writing() as conn:
            if act == "disable":
                accounts.disable(conn, ADMINISTRATOR, account.id)
            else:
                name, rest = account.name, {"role": "auditor", "cooperatives": None, "assessor": ""}
                accounts.change(conn, ADMINISTRATOR, account.id, name=name, **rest)  # type: ignore[arg-type]

    out(first)
    with pytest.raises(accounts.LastAdministrator):
        out(second)
    with database.reading() as conn:
        assert accounts.has_administrator(conn)


def test_a_step_of_the_second_factor_opens_once(database: Database) -> None:
    account = kept(database)
    with database.writing() as conn:
        assert accounts.use_step(conn, account.id, 100)
        assert not accounts.use_step(conn, account.id, 100)
        assert not accounts.use_step(conn, account.id, 99)
        assert accounts.use_step(conn, account.id, 101)


def test_a_recovery_code_opens_once_however_it_is_written(database: Database) -> None:
    account, other = kept(database), kept(database, "eva")
    with database.writing() as conn:
        accounts.set_codes(conn, account.id, ["ABCD-2345-EFGH-67JK", "ZZZZ-2345-EFGH-67JK"])
        assert not accounts.use_code(conn, other.id, "ABCD-2345-EFGH-67JK")
        assert accounts.use_code(conn, account.id, "abcd 2345 efgh 67jk")
        assert not accounts.use_code(conn, account.id, "ABCD-2345-EFGH-67JK")
        assert accounts.codes_left(conn, account.id) == 1
    assert "ZZZZ" not in str(rows(database, "SELECT * FROM account_codes"))


@pytest.mark.parametrize("role", ["coordinator", "officer", "assessor", "facilitator", "auditor"])
def test_only_administrators_reach_accounts(database: Database, role: str) -> None:
    account, scope = kept(database), Scope(role=role)
    with database.writing() as conn:
        for forbidden in (
            lambda: accounts.listed(conn, scope),
            lambda: accounts.find(conn, scope, account.id),
            lambda: accounts.add(conn, scope, person("eva")),
            lambda: accounts.disable(conn, scope, account.id),
            lambda: accounts.enable(conn, scope, account.id),
            lambda: accounts.drop_second_factor(conn, scope, account.id),
        ):
            with pytest.raises(Forbidden):
                forbidden()


def test_a_link_is_good_once_and_the_newest_of_an_account_alone(database: Database) -> None:
    account = kept(database, state=Standing.INVITED)
    with database.writing() as conn:
        old = invitations.make(conn, Kind.INVITATION, NOW, account=account.id)
        new = invitations.again(conn, ADMINISTRATOR, account, NOW, by="eva")
        assert invitations.look(conn, old, NOW) is None
        found = invitations.look(conn, new, NOW)
        assert found
        assert (found.kind, found.account, found.by) == (Kind.INVITATION, account, "eva")
        assert invitations.use(conn, new, NOW)
        assert invitations.use(conn, new, NOW) is None
    assert new not in str(rows(database, "SELECT * FROM account_links"))


def test_a_link_of_somebody_who_was_shut_out_is_good_for_nothing(database: Database) -> None:
    account = kept(database)
    with database.writing() as conn:
        token = invitations.again(conn, ADMINISTRATOR, account, NOW, by="eva")
        accounts.disable(conn, ADMINISTRATOR, account.id)
        again = invitations.make(conn, Kind.RESET, NOW, account=account.id)  # even one that is made afterwards
        assert invitations.use(conn, token, NOW) is None
        assert invitations.use(conn, again, NOW) is None
