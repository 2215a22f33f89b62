"""Read CHASQUI_SENDERS_FILE: any number of bots, numbers, telephones and gateways; errors name line and cure."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NoReturn, TypeVar

from authoring.plain_text import NotText, read_text
from authoring.tables import Table, read_table
from cli import senders, senders_making
from cli.senders import AndroidPhone, HttpSender, Senders, Sim, TelegramBot, TwilioNumber, Wrong

_Kind = TypeVar("_Kind")

_TELEGRAM = ("name", "token", "secret", "api_url")
_TWILIO = ("name", "account_sid", "auth_token", "from", "api_url", "operator", "price", "rate")
_ANDROID = (
    "name", "url", "username", "password", "signing_key", "device", "country", "every", "daily", "price", "sims",
)  # fmt: skip
_SIM = ("slot", "number", "operator", "price")
_HTTP = (
    "name", "profile", "url", "method", "headers", "body", "username", "password", "from", "charset", "coding",
    "max_parts", "reply_ok", "reply_id", "reply_bad_number", "reply_busy", "inbound_from", "inbound_text",
    "inbound_id", "inbound_coding", "inbound_hex", "status_id", "status_value", "status_query", "statuses", "ack",
    "secret", "two_way", "operator", "rate", "daily", "price", "country",
)  # fmt: skip


class SendersError(ValueError):
    """The file of senders cannot be used. Its text is `file:line: what is wrong. What to do.`"""


def read(path: str, country: str, *, public: bool) -> Senders:
    """The senders in this TOML file. `country` is that of senders that name none; `public`: gateways can reach us.
    Raises SendersError."""
    file = Path(path)
    try:
        found = file.stat()
    except OSError as error:
        raise SendersError(
            f"CHASQUI_SENDERS_FILE is {path!r}, which cannot be read ({error.strerror}). Write the path of a TOML file."
        ) from None
    if os.name == "posix" and found.st_mode & stat.S_IROTH:
        raise SendersError(f"{path} holds secrets and everybody may read it. Write: chmod 600 {path}")
    return _read(file, country, public, found.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(file: Path, country: str, public: bool, _changed: int) -> Senders:
    def refuse(line: int, what: str, cure: str, level: str = "error") -> NoReturn:
        raise SendersError(f"{file}:{line}: {what}. {cure.rstrip('.')}.")

    try:
        text = read_text(file)
    except NotText as error:
        raise SendersError(str(error)) from None
    except OSError as error:
        raise SendersError(f"{file}:1: this file cannot be read ({error.strerror}). Let this user read it.") from None
    whole = read_table(text, 1, refuse)
    if whole is None:
        raise SendersError(f"{file}:1: this is not TOML. Compare it with docs/gateways.md.")
    whole.only("telegram", "twilio", "android", "http")
    made = Senders(
        telegram=_all(whole, "telegram", _TELEGRAM, lambda table: _telegram(_texts(table))),
        twilio=_all(whole, "twilio", _TWILIO, lambda table: _twilio(_texts(table))),
        android=_all(whole, "android", _ANDROID, lambda table: _android(table, country)),
        http=_all(whole, "http", _HTTP, lambda table: _http(table, country, public)),
    )
    names: set[str] = set()
    for name in made.names():
        if name in names:
            raise SendersError(f"{file}:1: the sender {name} is there twice. Keep one of the two.")
        names.add(name)
    return made


def _all(whole: Table, kind: str, known: tuple[str, ...], make: Callable[[Table], _Kind]) -> tuple[_Kind, ...]:
    made = []
    for table in whole.tables(kind):
        table.only(*known)
        try:
            made.append(make(table))
        except Wrong as wrong:
            table.refuse(table.line(wrong.key), f"{wrong.key} {wrong.what} (in [[{kind}]])", wrong.cure)
    return tuple(made)


def _texts(table: Table) -> dict[str, str]:
    """The values as texts, so that they are judged as the plain settings are."""
    found = {}
    for key, value in table.values.items():
        if isinstance(value, bool):
            found[key] = "1" if value else "0"
        elif isinstance(value, str | int | float):
            found[key] = str(value).strip()
        elif key == "headers" and isinstance(value, list):
            found[key] = "|".join(map(str, value))
        elif key != "sims":
            raise Wrong(key, "is no text", f'Put quotes: {key} = "…"')
    return found


def _telegram(given: dict[str, str]) -> TelegramBot:
    token, secret = given.get("token", ""), given.get("secret", "")
    if not re.fullmatch(r"\d{3,}:[A-Za-z0-9_-]{10,}", token):
        raise Wrong("token", "is not a bot token", "BotFather gives it: digits, a colon, letters")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise Wrong("secret", "cannot be used", "Write A-Z a-z 0-9 _ - only, at most 256 of them")
    api_url = senders_making.url("api_url", given.get("api_url", senders.TELEGRAM_API))
    return TelegramBot(token=token, secret=secret, api_url=api_url, route=senders_making.name_of(given.get("name", "")))


def _twilio(given: dict[str, str]) -> TwilioNumber:
    for key in ("account_sid", "auth_token", "from"):
        if not given.get(key):
            raise Wrong(key, "is missing", "Twilio needs account_sid, auth_token and from")
    return TwilioNumber(
        account_sid=given["account_sid"],
        auth_token=tuple(each.strip() for each in given["auth_token"].split(",") if each.strip()),
        number=senders_making.twilio_from("from", given["from"]),
        api_url=senders_making.url("api_url", given.get("api_url", senders.TWILIO_API)),
        operator=given.get("operator", "").lower(),
        price=senders_making.price("price", given.get("price", "")),
        per_second=senders_making.rate("rate", given.get("rate", "")),
        route=senders_making.name_of(given.get("name", "")),
    )


def _android(table: Table, country: str) -> AndroidPhone:
    given = _texts(table)
    if isinstance(table.values.get("sims"), str):  # written as in the plain setting
        return senders_making.android({**given, "sims": str(table.values["sims"])}, country, _route(given))
    made = senders_making.android(given, country, _route(given))
    found = _all(table, "sims", _SIM, lambda each: _sim(_texts(each), made.sims[0].price))
    return replace(made, sims=found) if found else made


def _sim(given: dict[str, str], price: str) -> Sim:
    if given.get("slot", "1") not in ("1", "2", "3", "4"):
        raise Wrong("slot", f"is {given['slot']!r}", "Write the SIM's slot, from 1")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", given.get("number", "")):
        raise Wrong("number", f"is {given.get('number', '')!r}", "Write the SIM's number with its country: +51…")
    written = ":".join((given.get("slot", "1"), given.get("number", ""), given.get("operator", "")))
    (made,) = senders_making.sims(written, "", senders_making.price("price", given.get("price", "")) or price)
    return made


def _http(table: Table, country: str, public: bool) -> HttpSender:
    given = _texts(table)
    # A secret is asked for always: whoever keeps a file of senders is not on one machine alone.
    return senders_making.http(given, country, _route(given), public=public, guarded=True)


def _route(given: dict[str, str]) -> str:
    return senders_making.name_of(given.get("name", ""))
