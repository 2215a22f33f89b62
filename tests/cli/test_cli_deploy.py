"""What deploy/ says is what the program understands; what this machine can check of it, it checks."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from cli.running import ROLES
from cli.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KNOWN = {f"CHASQUI_{name.upper()}" for name in Settings.__slots__}
UNITS = ("chasqui.service", "chasqui@.service")


def read(name: str) -> str:
    return (DEPLOY / name).read_text()


@pytest.mark.parametrize("path", [*DEPLOY.iterdir(), ROOT / "docs/operating.md", ROOT / "docs/scale.md"], ids=str)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bCHASQUI_[A-Z_]+[A-Z]\b", path.read_text()))
    assert named - KNOWN - {"CHASQUI_TEST_POSTGRES_URL"} == set()


def test_compose_runs_every_role_once_and_migrates_before() -> None:
    text = read("compose.yaml")
    commands = re.findall(r'command: \["run", "--role", "(\w+)"', text)

    assert sorted(commands) == sorted(set(ROLES) - {"all"})
    assert 'command: ["migrate"]' in text
    assert "service_completed_successfully" in text
    assert not re.search(r"PASSWORD: \w", text)  # no secret stands in it


def test_the_image_holds_every_room_and_is_not_run_by_root() -> None:
    text = read("Dockerfile")
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    rooms = {name.partition(".")[0] for name in packages} | {"content"}

    assert set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE)) == rooms
    assert re.search(r"^USER chasqui$", text, re.MULTILINE)
    assert "--require-hashes" in text
    assert "/health/live" in text


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_ends_gently_and_may_do_little(name: str) -> None:
    text = read(name)
    for line in (
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "KillSignal=SIGTERM",
        "TimeoutStopSec=30",
        "User=chasqui",
    ):
        assert line in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here to check the units with")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_understands_the_units(name: str, tmp_path: Path) -> None:
    unit = tmp_path / name
    # The program itself is not installed under /opt here; everything else is checked as it stands.
    unit.write_text(read(name).replace("/opt/chasqui/.venv/bin/chasqui", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if "chasqui" in line]
    assert complaints == []


def compose() -> list[str]:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            done = subprocess.run([*command, "version"], capture_output=True, timeout=30, check=False)
            if done.returncode == 0:
                return command
    return []


def test_compose_understands_the_file(tmp_path: Path) -> None:
    command = compose()
    if not command:
        pytest.skip("no docker compose here; compose.yaml was held against the settings only")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    (tmp_path / "deploy/compose.env").write_text("POSTGRES_PASSWORD=x\n")
    given = ["-f", "deploy/compose.yaml", "--env-file", "deploy/compose.env", "config", "--quiet"]
    done = subprocess.run([*command, *given], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("caddy"), reason="no caddy here to check the Caddyfile with")
def test_caddy_understands_the_file() -> None:
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
