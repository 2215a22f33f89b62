"""People and rights, the log and the settings, as an administrator works with them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.cooperating.accounts import Standing
from bot.cooperating.organisations import Cooperative
from bot.cooperating.roles import ROLES, Right
from bot.cooperating.rules import RULES, Unfit
from bot.people import OPERATOR
from cli import governing
from console import passwords
from store import account_sessions, accounts, auditing, organisations, settings
from tests.console.consoles import Console, Visitor

NEW = "/console/accounts/new"


async def administrator(console: Console, *, stepped_up: bool = True) -> Visitor:
    """An administrator who has just shown that it is she."""
    visitor = await console.signed_in("administrator")
    assert visitor.account
    if stepped_up:
        with console.database.writing() as conn:
            for each in account_sessions.sessions_of(conn, visitor.account, console.clock()):
                account_sessions.step_up(conn, each.id, console.clock())
    return visitor


def cooperatives(console: Console, *ids: str) -> None:
    with console.database.writing() as conn:
        for id in ids:
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id=id, name=id.title()), console.clock())


def account_of(console: Console, login: str) -> Any:
    with console.database.reading() as conn:
        found = accounts.by_login(conn, login)
    assert found
    return found


# --- people ---


async def test_inviting_shows_a_link_once_that_opens_the_console(console: Console) -> None:
    cooperatives(console, "norte", "sur")
    visitor = await administrator(console)
    fields = [("name", "Rosa Huamán"), ("role", "coordinator"), ("reach", "some"), ("cooperatives", "norte")]
    page = await visitor.post(NEW, fields, at=NEW)
    link = re.search(r"/console/welcome/[\w-]{43}", page)
    assert link
    assert "https://t.me/share/url?url=http" in page
    assert link[0] not in await visitor.get("/console/accounts")
    rosa = account_of(console, "rosa.huaman")
    assert (rosa.state, rosa.cooperatives) == (Standing.INVITED, frozenset({"norte"}))
    guest = await console.visitor()
    assert "Hola, Rosa Huamán" in await guest.get(link[0])
    await guest.raw("POST", link[0], data={"password": "la lluvia cae", "again": "la lluvia cae"})
    assert "Rosa Huamán" in await guest.get("/console/me")
    assert "Norte" in await visitor.get("/console/accounts")


async def test_a_form_that_lacks_something_says_what_and_makes_nobody(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    for fields, sentence in (
        ({"name": "", "role": "coordinator", "reach": "all"}, "Escriba su nombre"),
        ({"name": "Eva", "role": "king", "reach": "all"}, "Elija un papel"),
        ({"name": "Eva", "role": "officer", "reach": "all"}, "Marque al menos una cooperativa"),
        ({"name": "Eva", "role": "coordinator", "reach": "some", "cooperatives": "unknown"}, "Marque al menos una"),
        ({"name": "Eva", "role": "coordinator", "reach": "all", "login": "a b"}, "Use solo letras"),
    ):
        assert sentence in await visitor.post(NEW, fields, 422, at=NEW)
    assert visitor.account
    taken = {"name": "Eva", "role": "auditor", "reach": "all", "login": visitor.account.login}
    assert "Ya hay alguien con ese usuario" in await visitor.post(NEW, taken, 422, at=NEW)
    with sqlite_console.database.reading() as conn:
        assert len(accounts.listed(conn, OPERATOR)) == 1


async def test_a_double_click_invites_once(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    fields = {"name": "Rosa Huamán", "role": "auditor", "reach": "all", "once": "0f" * 16}
    links = [re.search(r"/console/welcome/[\w-]+", await visitor.post(NEW, fields, at=NEW)) for _ in range(2)]
    assert account_of(sqlite_console, "rosa.huaman").id == "0f" * 16
    with sqlite_console.database.reading() as conn:
        assert accounts.by_login(conn, "rosa.huaman2") is None
    assert links[1]
    await (await sqlite_console.visitor()).get(links[1][0])


async def test_what_is_delicate_asks_again_and_brings_the_form_along(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console, stepped_up=False)
    assert visitor.account
    fields = {"name": "Eva Ríos", "role": "auditor", "reach": "all"}
    page = await visitor.post(NEW, fields, 403, at=NEW)
    assert 'name="name" value="Eva Ríos"' in page
    with sqlite_console.database.reading() as conn:
        kept = accounts.kept(conn, id=visitor.account.id)
    assert kept
    key = passwords.shared_key(sqlite_console.house.desk.secret, visitor.account.id, kept.seed)
    assert "Este código no sirve" in await visitor.post(NEW, {**fields, "confirm": "000000"}, 403, at=NEW)
    code = passwords.code_at(key, sqlite_console.clock())
    assert "Enlace para Eva" in await visitor.post(NEW, {**fields, "confirm": code}, at=NEW)
    await visitor.post(NEW, {**fields, "login": "otra"}, at=NEW)  # not asked again for ten minutes
    sqlite_console.clock.wait(minutes=11)
    await visitor.post(NEW, {**fields, "login": "mas"}, 403, at=NEW)


async def test_role_and_reach_can_be_changed_and_hold_at_her_next_click(console: Console) -> None:
    cooperatives(console, "norte")
    visitor = await administrator(console)
    other = await console.signed_in("coordinator")
    assert other.account
    await other.get("/console/audit")
    path = f"/console/accounts/{other.account.id}"
    fields = [("name", "Otra"), ("role", "facilitator"), ("reach", "some"), ("cooperatives", "norte")]
    assert "Cambios guardados" in await visitor.post(path, fields, at=path)
    await other.get("/console/audit", 403)
    with console.database.reading() as conn:
        entry = auditing.found(conn, OPERATOR, act="accounts.changed")[0]
    assert (entry.details["before"]["role"], entry.details["after"]["role"]) == ("coordinator", "facilitator")


async def test_shutting_out_is_asked_twice_and_works_at_once(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    other = await sqlite_console.signed_in("coordinator")
    assert other.account
    path = f"/console/accounts/{other.account.id}/disable"
    assert "sale de la consola ahora mismo" in await visitor.get(path)
    await other.get("/console/me")
    assert "ya no puede entrar" in await visitor.post(path, at=path)
    assert (await other.raw("GET", "/console/me")).status == 303
    assert "puede entrar otra vez" in await visitor.post(f"/console/accounts/{other.account.id}/enable")


async def test_the_last_administrator_cannot_be_shut_out_or_made_less(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    assert visitor.account
    path = f"/console/accounts/{visitor.account.id}"
    assert "única persona que administra" in await visitor.post(f"{path}/disable", at=path)
    fields = {"name": "Ana", "role": "auditor", "reach": "all"}
    assert "única persona que administra" in await visitor.post(path, fields, 422, at=path)
    assert account_of(sqlite_console, visitor.account.login).role == "administrator"


async def test_a_second_factor_is_taken_away_with_its_sessions(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    other = await sqlite_console.signed_in("administrator")
    assert other.account
    path = f"/console/accounts/{other.account.id}/factor"
    assert "Asegúrese por teléfono" in await visitor.get(path)
    await visitor.post(path, at=path)
    assert not account_of(sqlite_console, other.account.login).second_factor
    assert (await other.raw("GET", "/console/me")).status == 303


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
async def test_nobody_else_reaches_people_and_rights(sqlite_console: Console, role: str) -> None:
    other = sqlite_console.account("auditor")
    visitor = await sqlite_console.signed_in(role, ["norte"] if role == "officer" else None)
    for path in ("/console/accounts", NEW, f"/console/accounts/{other.id}", "/console/accounts/nobody"):
        await visitor.get(path, 403)
    for path in (
        NEW,
        f"/console/accounts/{other.id}/disable",
        f"/console/accounts/{other.id}/link",
        "/console/settings",
    ):
        await visitor.post(path, {"role": "administrator"}, 403)


async def test_ids_that_do_not_exist_are_nowhere_and_odd_keys_harmless(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    for path in ("nobody", "%00", "..%2f", "' OR 1=1 --", "é" * 500):
        response = await visitor.raw("GET", f"/console/accounts/{path}")
        assert response.status == 404
    for after in ("%' OR 1=1", "x" * 2_000, "-1", "\u0000"):
        await visitor.get("/console/accounts", params={"after": after})


async def test_the_list_goes_on_by_key(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    for number in range(60):
        sqlite_console.account("auditor", login=f"persona{number:02d}")
    page = await visitor.get("/console/accounts")
    more = re.search(r'href="(/console/accounts\?after=[^"]+)" rel="next"', page)
    assert more
    assert "persona59" not in page
    assert "persona59" in await visitor.get(more[1])


def test_every_role_and_right_has_its_words(sqlite_console: Console) -> None:
    from tests.console.test_console_words import WORDS

    for id in [f"accounts.right_{right.value}" for right in Right] + [f"accounts.role_{role}" for role in ROLES]:
        assert id in WORDS.sentences["es"], id


# --- the log ---


async def test_the_log_shows_who_did_what_and_whether_it_is_whole(console: Console) -> None:
    visitor = await administrator(console)
    assert visitor.account
    await visitor.post("/console/me", {"language": "es", "timezone": "America/La_Paz"})
    page = await visitor.get("/console/audit")
    assert "Cambió su idioma o su hora" in page
    assert visitor.account.name in page
    assert "zona horaria:</span> – → America/La_Paz" in page
    assert "El registro está completo" in await visitor.get("/console/audit/check")
    await visitor.get("/console/audit?actor=nobody")
    assert "Nadie hizo eso" in await visitor.get("/console/audit?act=nothing")
    with console.database.writing() as conn:
        conn.execute(text("UPDATE audit_entries SET actor = 'somebody' WHERE id = 1"))
    assert "alguien la cambió o la borró" in await visitor.get("/console/audit/check")
    assert "alguien cambió o borró después" in await visitor.get("/console/audit")


async def test_the_log_is_filtered_by_day_in_the_readers_zone(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    with sqlite_console.database.writing() as conn:
        for hours in (0, 24, 48):
            at = sqlite_console.clock() + timedelta(hours=hours)
            auditing.append(conn, "operator", f"day.{hours}", "", {}, at)
    found = await visitor.get("/console/audit?since=2026-03-03&until=2026-03-03")
    shown = re.findall(r"<td[^>]*>(day\.\d+)</td>", found)
    assert shown == ["day.24"]
    for odd in ("2026-02-30", "ayer", "9999-12-31", "0001-01-01", "x" * 2_000):
        await visitor.get("/console/audit", params={"since": odd, "until": odd, "before": odd})


async def test_a_copy_of_the_log_holds_no_formulas_and_stands_in_the_log(sqlite_console: Console) -> None:
    visitor = await administrator(sqlite_console)
    with sqlite_console.database.writing() as conn:
        auditing.append(conn, "=cmd|' /C calc'!A0", "+act", "@subject", {"name": "=1+1"}, sqlite_console.clock())
    token = await visitor.token()
    response = await visitor.raw("POST", "/console/audit/copy", data={"token": token})
    assert response.status == 200
    assert "attachment" in response.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO((response._body or b"").decode("utf-8-sig"))))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert "Descargó el registro" in await visitor.get("/console/audit")


# --- the settings ---


async def test_what_is_set_holds_at_once_and_can_be_undone(console: Console) -> None:
    visitor = await administrator(console)
    house = console.house
    fields = {
        "group": "hours",
        "waking_from": "6",
        "waking_to": "20",
        "resting_from": "9",
        "resting_to": "20",
        "usual_hour": "17",
    }
    assert "Vale desde ahora" in await visitor.post("/console/settings", fields, at="/console/settings")
    assert (house.desk.policy.waking, house.desk.policy.usual_hour) == ((6, 20), 17)
    assert house.post.policy is house.desk.policy
    with console.database.reading() as conn:
        assert settings.kept(conn) == {"waking": "6-20", "usual_hour": "17"}  # what is as delivered is not kept
        changes = settings.changes(conn, OPERATOR)
        assert {each.act for each in auditing.found(conn, OPERATOR)} == {"settings.changed"}
    assert "No había nada que cambiar" in await visitor.post("/console/settings", fields, at="/console/settings")
    waking = next(each for each in changes if each.name == "waking")
    assert "Deshecho" in await visitor.post("/console/settings/undo", {"change": str(waking.id)})
    assert house.desk.policy.waking == (7, 21)
    assert "No se deshizo" in await visitor.post("/console/settings/undo", {"change": str(waking.id)})
    page = await visitor.get("/console/settings/changes")
    assert page.count("Deshacer") == 2  # the undoing itself, and the hour


async def test_another_process_follows_what_was_set(console: Console) -> None:
    visitor = await administrator(console)
    fields = {"group": "holidays", "holidays": "06-24 San Juan"}
    await visitor.post("/console/settings", fields, at="/console/settings")
    console.house.desk.policy = console.house.post.policy = governing.policy_of(console.house.settings)
    assert await governing.look(console.house)
    assert not await governing.look(console.house)
    resting = console.house.desk.policy.resting
    assert getattr(resting, "yearly", None) == {(6, 24)}


async def test_a_value_that_cannot_be_is_refused_beside_its_field_and_what_was_written_stays(
    sqlite_console: Console,
) -> None:
    visitor = await administrator(sqlite_console)
    at = "/console/settings"
    fields = {
        "group": "messages",
        "weekly_budget": "999",
        "weekly_messages": "9",
        "reminder_hours": "9, 3",
        "answer_days": "1",
    }
    page = await visitor.post(at, fields, 422, at=at)
    assert "Escriba un número de 1 a 50" in page
    assert 'value="9, 3"' in page
    outside = {
        "group": "hours",
        "waking_from": "7",
        "waking_to": "12",
        "resting_from": "9",
        "resting_to": "12",
        "usual_hour": "18",
    }
    assert "dentro de las horas" in await visitor.post(at, outside, 422, at=at)
    for group in ("", "nothing", "x" * 5000):
        await visitor.post(at, {"group": group}, at=at)
    with sqlite_console.database.reading() as conn:
        assert settings.kept(conn) == {}


async def test_who_may_only_look_at_settings_sees_no_form(sqlite_console: Console) -> None:
    visitor = await sqlite_console.signed_in("auditor")
    page = await visitor.get("/console/settings")
    assert 'name="usual_hour"' not in page
    assert "CHASQUI_COUNTRY" in page
    for path in (
        "roles",
        "words",
        "words?language=qu",
        "words?language=%00",
        "senders",
        "changes",
        "changes?before=-1",
    ):
        await visitor.get(f"/console/settings/{path}")


async def test_a_test_message_leaves_by_the_sender_that_was_chosen(console: Console) -> None:
    visitor = await administrator(console)
    at, sender = "/console/settings/senders", console.phone.name
    assert sender.partition(":")[2] in await visitor.get(at)
    assert "no es un número" in (await visitor.post(at, {"sender": sender, "number": "hola"}, 422, at=at)).lower()
    await visitor.post(at, {"sender": "twilio:other", "number": "+51900000001"}, 422, at=at)
    assert "va en camino" in await visitor.post(at, {"sender": sender, "number": "900 000 001"}, at=at)
    from tests.houses import settle

    await settle(console.house)
    assert [str(each.address) for each in console.phone.said] == ["tel:+51900000001"]
    twice = {"sender": sender, "number": "+51900000001", "once": "a" * 32}
    await visitor.post(at, twice, at=at)
    await visitor.post(at, twice, at=at)
    await settle(console.house)
    assert len(console.phone.said) == 2
    page = await visitor.get(at)
    assert "En marcha" in page
    assert "+51900000001" not in str(await visitor.get("/console/audit"))


def test_each_reason_for_a_refusal_has_its_words() -> None:
    from tests.console.test_console_words import WORDS

    reasons = set()
    for rule in RULES.values():
        for odd in ("", "x" * 6000, "-1", "9-7", "1-1\n" * 99):
            try:
                rule.read(odd)
            except Unfit as unfit:
                reasons.add(unfit.why)
    assert {f"settings.unfit_{why}" for why in reasons} <= set(WORDS.sentences["es"])
    for name in RULES:
        assert {f"settings.name_{name}", f"settings.hint_{name}"} <= set(WORDS.sentences["es"])


def test_each_command_of_learners_has_its_words() -> None:
    from authoring.words import load_words
    from tests.console.test_console_words import ROOT, WORDS

    commands = {name for each in load_words(ROOT / "content" / "words").commands.values() for name in each}
    assert {f"settings.command_{name.lower()}" for name in commands} <= set(WORDS.sentences["es"])
