"""What a figure was measured on: the machine, the interpreter and the versions of the libraries."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sqlite3
import subprocess
import sys

LIBRARIES = (
    "aiohttp", "uvloop", "sqlalchemy", "apscheduler", "python-telegram-bot", "twilio",
    "aiogram", "flask", "django", "gunicorn",
)  # fmt: skip


def machine() -> dict[str, str]:
    """Name → version or size, in the order in which they are printed."""
    found = {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(_cores()),
        "python": f"{platform.python_implementation()} {platform.python_version()} ({sys.version.split('[')[-1][:-1]})",
        "sqlite": sqlite3.sqlite_version,
        "wrk": _wrk(),
    }
    return found | {name: version(name) for name in LIBRARIES}


def version(library: str) -> str:
    """The installed version of a library, or `absent`."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def _cores() -> int:
    # A container often may use fewer cores than the machine has.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _wrk() -> str:
    path = shutil.which("wrk")
    if not path:
        return "absent"
    said = subprocess.run([path, "-v"], capture_output=True, text=True, check=False).stdout
    return said.split("[")[0].removeprefix("wrk").strip() or "present"
