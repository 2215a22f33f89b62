"""`chasqui doctor`: try every setting and every connection, and say what to mend."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from authoring.loading import load
from cli import wiring
from cli.settings import Settings, database_url
from store.errors import StoreError
from store.health import Figures, figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was tried. `cure` is empty where nothing is to be mended."""

    what: str
    well: bool
    said: str
    cure: str = ""


async def examine(settings: Settings, *, as_json: bool = False) -> int:
    """Print what was found, one line each; 1 where something has to be mended, else 0."""
    checks: list[Callable[[Settings], Awaitable[list[Finding]]]] = [_content, _database, _telegram, _twilio]
    findings = [finding for check in checks for finding in await check(settings)]
    for finding in findings:
        print(f"{'ok  ' if finding.well else 'MEND'}  {finding.what}: {finding.said}")
        if finding.cure:
            print(f"      {finding.cure}")
    return int(any(not finding.well for finding in findings))


async def _content(settings: Settings) -> list[Finding]:
    loaded = await asyncio.to_thread(load, settings.content_dir)
    if loaded.catalogue is None:
        said = f"errors in {settings.content_dir}: {len(loaded.errors)}"
        return [Finding(what="lesson scripts", well=False, said=said, cure="The list: chasqui check")]
    return [Finding(what="lesson scripts", well=True, said=f"{len(loaded.catalogue.courses)} courses")]


async def _database(settings: Settings) -> list[Finding]:
    try:
        database = wiring.open_database(settings)
    except (StoreError, ValueError) as error:
        return [Finding(what="database", well=False, said=str(error), cure="Mend CHASQUI_DATABASE_URL")]
    try:
        with database.reading() as conn:
            found = figures(conn, database.now())
    finally:
        database.close()
    version = f", SQLite {sqlite3.sqlite_version}" if database.dialect == "sqlite" else ""
    said = f"{database_url(settings) if database.dialect == 'sqlite' else database.url}{version}"
    return [Finding(what="database", well=True, said=said), *_queues(found)]


def _queues(found: Figures) -> list[Finding]:
    waiting = f"{found.inbox_waiting} to answer, {found.outbox_waiting} to send, {found.dues_waiting} due"
    slow = max(found.inbox_oldest, found.outbox_oldest) > 300
    findings = [
        Finding(
            what="queues",
            well=not slow,
            said=waiting,
            cure="The oldest waits longer than five minutes: is `chasqui run` running?" if slow else "",
        )
    ]
    if found.outbox_unknown:
        said = f"{found.outbox_unknown} messages of which the provider has not said whether they left"
        cure = "They are asked about, or said once more after 60 s, while `chasqui run` is running."
        findings.append(Finding(what="unknown outcome", well=False, said=said, cure=cure))
    if found.inbox_spoiled:
        said = f"{found.inbox_spoiled} messages whose turn failed five times"
        findings.append(Finding(what="spoiled", well=False, said=said, cure="The log of `chasqui run` says why."))
    if found.help_open:
        findings.append(
            Finding(what="questions", well=True, said=f"{found.help_open} wait for a person: chasqui inbox")
        )
    given_up = found.counters.get("outbox given up", 0)
    if given_up:
        findings.append(Finding(what="given up", well=True, said=f"{given_up} messages after asking twice, so far"))
    return findings


async def _telegram(settings: Settings) -> list[Finding]:
    if not settings.has_telegram:
        return [Finding(what="Telegram", well=True, said="off (CHASQUI_TELEGRAM_TOKEN is not set)")]
    from bot.messages import SendFailed
    from messaging.telegram import TelegramChannel

    channel = TelegramChannel(
        name=wiring.telegram_name(settings), token=settings.telegram_token, api_url=settings.telegram_api_url
    )
    try:
        me = await channel.call("getMe", {})
    except SendFailed as failure:
        cure = f"Is the network up, and {settings.telegram_api_url} what it should be?"
        if failure.reason == "credentials":
            cure = "Ask @BotFather for the token again, and set CHASQUI_TELEGRAM_TOKEN."
        return [Finding(what="Telegram", well=False, said=str(failure), cure=cure)]
    finally:
        await channel.close()
    username = me.get("username", "") if isinstance(me, dict) else getattr(me, "username", "")
    findings = [Finding(what="Telegram", well=True, said=f"speaks as @{username}")]
    if settings.telegram_username.lstrip("@") != username:
        cure = f"Set CHASQUI_TELEGRAM_USERNAME={username}, so that links to the bot are right."
        findings.append(
            Finding(what="Telegram name", well=False, said=settings.telegram_username or "not set", cure=cure)
        )
    return findings


async def _twilio(settings: Settings) -> list[Finding]:
    if not settings.has_twilio:
        return [Finding(what="Twilio", well=True, said="off (CHASQUI_TWILIO_ACCOUNT_SID is not set)")]
    from messaging.twilio import TwilioChannel

    channel = TwilioChannel(
        name=wiring.twilio_name(settings),
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token[0],
        sender=settings.twilio_from,
        api_url=settings.twilio_api_url,
    )
    trouble = await _trouble(channel.reach)
    await channel.close()
    if trouble:
        cure = "Compare CHASQUI_TWILIO_ACCOUNT_SID and _AUTH_TOKEN with the Twilio console; is the network up?"
        return [Finding(what="Twilio", well=False, said=trouble, cure=cure)]
    findings = [Finding(what="Twilio", well=True, said=f"sends as {settings.twilio_from}")]
    if not settings.public_url:
        cure = "Set CHASQUI_PUBLIC_URL=https://… so that Twilio can deliver what learners write."
        findings.append(Finding(what="Twilio webhook", well=False, said="no public address", cure=cure))
    return findings


async def _trouble(ask: Callable[[], Awaitable[object]]) -> str:
    from bot.messages import SendFailed

    try:
        await ask()
    except SendFailed as failure:
        return str(failure)
    return ""
