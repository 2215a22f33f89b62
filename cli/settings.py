"""What the operator has set: CHASQUI_… from the environment or a .env file, checked before anything starts."""

from __future__ import annotations

import difflib
import io
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from authoring.plain_text import NotText, read_text
from cli import senders
from cli.senders import Senders
from cli.senders_file import SendersError

ROOT = Path(__file__).resolve().parent.parent
VAR = Path("var")


class SettingsError(Exception):
    """A setting that cannot be used. Its text says which, why, and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, read. Secrets are left out of the repr by `__repr__`."""

    database_url: str = ""
    public_url: str = ""
    content_dir: Path = ROOT / "content"
    secret_key: str = ""
    country: str = "PE"
    log_format: str = "text"
    organisation: str = "Chasqui"
    coordinator: str = ""
    metrics_token: str = ""
    log_level: str = "info"
    backup_dir: str = ""
    telegram_token: str = ""
    telegram_secret: str = ""
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: str = ""
    telegram_username: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: tuple[str, ...] = ()
    twilio_from: str = ""
    twilio_api_url: str = "https://api.twilio.com"
    twilio_rate: str = ""  # segments a second
    android_url: str = ""
    android_username: str = ""
    android_password: str = ""
    android_signing_key: str = ""
    android_sims: str = ""
    android_device: str = ""
    android_every: str = ""
    android_daily: str = ""
    http_profile: str = ""
    http_url: str = ""
    http_method: str = ""
    http_headers: str = ""
    http_body: str = ""
    http_username: str = ""
    http_password: str = ""
    http_from: str = ""
    http_charset: str = ""
    http_coding: str = ""
    http_max_parts: str = ""
    http_reply_ok: str = ""
    http_reply_id: str = ""
    http_reply_bad_number: str = ""
    http_reply_busy: str = ""
    http_inbound_from: str = ""
    http_inbound_text: str = ""
    http_inbound_id: str = ""
    http_status_id: str = ""
    http_status_value: str = ""
    http_statuses: str = ""
    http_ack: str = ""
    http_secret: str = ""
    http_two_way: str = ""
    http_operator: str = ""
    http_rate: str = ""
    http_daily: str = ""
    senders_file: str = ""
    keys_dir: str = ""
    credential_algorithm: str = "ES256"
    sms_price: str = ""
    approval_money: str = "20"
    hooks_private: bool = False
    rehearsal: bool = False
    clock_speed: float = 1.0

    def __repr__(self) -> str:
        return f"Settings(country={self.country!r}, public_url={self.public_url!r})"

    @property
    def has_telegram(self) -> bool:
        """Whether a bot can be spoken through."""
        return bool(self.telegram_token)

    @property
    def has_twilio(self) -> bool:
        """Whether SMS can be sent and received through Twilio."""
        return bool(self.twilio_account_sid and self.twilio_auth_token and self.twilio_from)

    @property
    def senders(self) -> Senders:
        """Every sender that is set, those of CHASQUI_SENDERS_FILE included."""
        return senders.of(self)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never stand in a log."""
        held = (self.secret_key, self.metrics_token, self.telegram_secret, *self.twilio_auth_token)
        return tuple(each for each in (*held, *self.senders.secrets()) if each)


_PREFIX = "CHASQUI_"
_SHORTEST_KEY = 32  # characters, for a remark
_KNOWN = tuple(name.upper() for name in Settings.__slots__)
_COUNTRIES = ("PE", "BO", "RW")


def read(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> tuple[Settings, list[str]]:
    """The settings, and remarks on those without effect. Raises SettingsError with the first that cannot be used.

    The environment wins over `.env` in `folder` (the current one unless given).
    """
    environment = os.environ if environment is None else environment
    found = {**_from_file((folder or Path()) / ".env"), **environment}
    given = {name[len(_PREFIX) :]: value.strip() for name, value in found.items() if name.startswith(_PREFIX)}
    given = {name: value for name, value in given.items() if not name.startswith("TEST_")}
    _refuse_unknown(given)
    values: dict[str, object] = {name.lower(): value for name, value in given.items() if name in _KNOWN and value != ""}
    settings = _checked(values)
    return settings, _remarks(settings)


def _from_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    try:
        written = io.StringIO(read_text(path))
    except NotText as error:
        raise SettingsError(str(error)) from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}. Let this user read it.") from None
    values = {name: value or "" for name, value in dotenv_values(stream=written, interpolate=False).items()}
    if os.name == "posix" and path.stat().st_mode & stat.S_IROTH and any("TOKEN" in n or "KEY" in n for n in values):
        raise SettingsError(f"{path} holds secrets and everybody may read it. Write: chmod 600 {path}")
    return values


def _refuse_unknown(given: Mapping[str, str]) -> None:
    for name in given:
        if name not in _KNOWN:
            near = difflib.get_close_matches(name, _KNOWN, 1, 0.6)
            meant = f"Did you mean {_PREFIX}{near[0]}?" if near else "The README lists the settings."
            raise SettingsError(f"There is no setting {_PREFIX}{name}. {meant}")


def _remarks(settings: Settings) -> list[str]:
    found = [
        "CHASQUI_ANDROID_SIGNING_KEY is not set: the telephone sends, and what learners write is not heard."
        for phone in settings.senders.android[:1]
        if settings.android_url and not phone.signing_key
    ]
    found += [
        f"{each.number!r} is a name, not a number: Twilio sends from it, and learners cannot answer. "
        "To hear them write a number (+1…) or the sid of a Messaging Service (MG…)."
        for each in settings.senders.twilio
        if not each.two_way
    ]
    if settings.secret_key and len(settings.secret_key) < _SHORTEST_KEY:
        # Refusing it would stop a house that began with it: with another key erased numbers are not recognised.
        found.append(
            f"CHASQUI_SECRET_KEY has only {len(settings.secret_key)} characters and can be guessed. A new installation "
            "should have 64: openssl rand -hex 32. With another key, numbers erased so far are not recognised."
        )
    return found


def _checked(values: dict[str, object]) -> Settings:
    if "content_dir" in values:
        values["content_dir"] = Path(str(values["content_dir"]))
    values["country"] = str(values.get("country", "PE")).upper()
    if values["country"] not in _COUNTRIES:
        raise SettingsError(f"CHASQUI_COUNTRY is {values['country']!r}. Write one of {', '.join(_COUNTRIES)}.")
    values["public_url"] = _public_url(str(values.get("public_url", "")))
    for name in ("telegram_api_url", "twilio_api_url"):
        if name in values:
            values[name] = str(values[name]).rstrip("/")
    tokens = str(values.get("twilio_auth_token", ""))
    values["twilio_auth_token"] = tuple(each.strip() for each in tokens.split(",") if each.strip())
    values["hooks_private"] = _switch("CHASQUI_HOOKS_PRIVATE", str(values.get("hooks_private", "")))
    values["rehearsal"] = _switch("CHASQUI_REHEARSAL", str(values.get("rehearsal", "")))
    values["clock_speed"] = _speed(str(values.get("clock_speed", "1")), rehearsing=bool(values["rehearsal"]))
    settings = Settings(**values)  # type: ignore[arg-type]
    _refuse_contradictions(settings)
    return settings


def _public_url(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise SettingsError(f"CHASQUI_PUBLIC_URL is {url!r}. Providers call https only: write https://your.host")
    if not parts.hostname or "_" in parts.hostname:
        raise SettingsError(
            f"CHASQUI_PUBLIC_URL is {url!r}. Twilio refuses a host with an underscore: use another name."
        )
    return url.rstrip("/")


def _switch(name: str, written: str) -> bool:
    if written.lower() not in ("", "0", "false", "no", "1", "true", "yes"):
        raise SettingsError(f"{name} is {written!r}. Write 1, or leave it out.")
    return written.lower() in ("1", "true", "yes")


def _speed(written: str, *, rehearsing: bool) -> float:
    try:
        speed = float(written)
    except ValueError:
        speed = 0
    if not 0 < speed <= 100_000:
        raise SettingsError(f"CHASQUI_CLOCK_SPEED is {written!r}. Write how many times faster, such as 1440.")
    if speed != 1 and not rehearsing:
        raise SettingsError("CHASQUI_CLOCK_SPEED needs CHASQUI_REHEARSAL=1: a clock that runs fast is for rehearsing.")
    return speed


def _refuse_contradictions(settings: Settings) -> None:
    some = (settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_from)
    if any(some) and not all(some):
        raise SettingsError(
            "Twilio needs all of CHASQUI_TWILIO_ACCOUNT_SID, CHASQUI_TWILIO_AUTH_TOKEN and CHASQUI_TWILIO_FROM."
        )
    if settings.telegram_token and not re.fullmatch(r"\d{3,}:[A-Za-z0-9_-]{10,}", settings.telegram_token):
        raise SettingsError("CHASQUI_TELEGRAM_TOKEN is not a bot token. BotFather gives it: digits, a colon, letters.")
    if settings.telegram_secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", settings.telegram_secret):
        raise SettingsError("CHASQUI_TELEGRAM_SECRET may hold A-Z a-z 0-9 _ - only, at most 256 of them.")
    if settings.telegram_mode not in ("", "polling", "webhook"):
        raise SettingsError(f"CHASQUI_TELEGRAM_MODE is {settings.telegram_mode!r}. Write polling or webhook.")
    if settings.telegram_mode == "webhook" and not settings.public_url:
        raise SettingsError("CHASQUI_TELEGRAM_MODE=webhook needs CHASQUI_PUBLIC_URL, so that Telegram can reach us.")
    if settings.log_level not in ("debug", "info", "warning", "error"):
        raise SettingsError(f"CHASQUI_LOG_LEVEL is {settings.log_level!r}. Write debug, info, warning or error.")
    if not re.fullmatch(r"\d{1,9}(\.\d{1,2})?", settings.approval_money):
        raise SettingsError(f"CHASQUI_APPROVAL_MONEY is {settings.approval_money!r}. Write an amount, such as 20.")
    if settings.credential_algorithm not in ("ES256", "RS256"):
        raise SettingsError(f"CHASQUI_CREDENTIAL_ALGORITHM is {settings.credential_algorithm!r}. Write ES256 or RS256.")
    if settings.log_format not in ("text", "json"):
        raise SettingsError(f"CHASQUI_LOG_FORMAT is {settings.log_format!r}. Write text or json.")
    try:
        addresses = list(settings.senders.addresses())
        settings.senders.money()
    except (senders.Wrong, SendersError) as error:
        raise SettingsError(str(error)) from None
    if settings.rehearsal and any(map(_is_real, addresses)):
        raise SettingsError(
            "CHASQUI_REHEARSAL=1 is refused together with a real provider: a rehearsal must not reach people."
        )


def _is_real(url: str) -> bool:
    return urlsplit(url).hostname not in ("localhost", "127.0.0.1", "::1")


def database_url(settings: Settings) -> str:
    """The configured database, or the SQLite file under var/ in the current folder."""
    return settings.database_url or f"sqlite:///{VAR / 'chasqui.db'}"


def secret_key(settings: Settings, folder: Path = VAR) -> bytes:
    """The key of keyed hashes: the one that was set, else one made at the first start and kept in var/ for ever.

    Losing it means that erased numbers are no longer recognised on an import, so it belongs into the backup.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    path = folder / "secret.key"
    if not path.exists():
        from authoring import whole_files  # only the first start makes one

        folder.mkdir(parents=True, exist_ok=True)
        with whole_files.writing_in(folder):
            if not path.exists():  # another process may have made it meanwhile
                whole_files.put(path, secrets.token_hex(32).encode())
    return path.read_bytes().strip()
