"""The settings under which `chasqui run` is measured: both channels on, both spoken to on the loopback."""

from __future__ import annotations

from pathlib import Path

from bench.inbound import webhook
from bench.serving import HOST, ROOT

DATABASE = "chasqui.db"


def environment(folder: Path, sink_port: int) -> dict[str, str]:
    """What is set, for a database in `folder` and a stand-in for the providers at `sink_port`."""
    provider = f"http://{HOST}:{sink_port}"
    return {
        "CHASQUI_DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "CHASQUI_CONTENT_DIR": str(ROOT / "content"),
        "CHASQUI_SECRET_KEY": "bench-" + "0" * 40,
        "CHASQUI_PUBLIC_URL": webhook.PUBLIC_URL,
        "CHASQUI_COUNTRY": "PE",
        "CHASQUI_TWILIO_ACCOUNT_SID": webhook.ACCOUNT,
        "CHASQUI_TWILIO_AUTH_TOKEN": webhook.TOKEN,
        "CHASQUI_TWILIO_FROM": webhook.OURS,
        "CHASQUI_TWILIO_API_URL": provider,
        "CHASQUI_TELEGRAM_TOKEN": "123456789:" + "b" * 35,
        "CHASQUI_TELEGRAM_SECRET": "bench",
        "CHASQUI_TELEGRAM_API_URL": provider,
        "CHASQUI_TELEGRAM_MODE": "webhook",
    }
