"""Where people reach our pages: the public address, or the port on this machine on which somebody serves them."""

from __future__ import annotations

from pathlib import Path

from cli.settings import Settings, database_url
from store.engines import read_url
from store.lock import served_at

_USUAL = "http://127.0.0.1:8080"


def listens(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    here = "127.0.0.1" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{here}:{port}"


def base_of(settings: Settings, here: str = "") -> str:
    """The address under which people reach this installation. `here`: where this process listens, if it does; other
    commands ask beside a SQLite file where the one that serves it does."""
    return settings.public_url or here or _served(settings) or _USUAL


def _served(settings: Settings) -> str:
    url = read_url(database_url(settings))
    return served_at(Path(url.database)) if url.database and url.get_backend_name() == "sqlite" else ""
