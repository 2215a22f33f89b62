"""Play the learner's lines of a transcript to a fresh bot, and give the whole conversation back."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

from cli import chatting
from cli.settings import ROOT, Settings

HERE = Path(__file__).parent
BEGAN = datetime(2026, 3, 2, 14, tzinfo=UTC)  # a Monday, nine in the morning in Lima


def content(folder: Path) -> Path:
    """The small courses with the real wording and words, as one content folder."""
    if not folder.exists():
        shutil.copytree(HERE / "course", folder)
        for name in ("wording", "words"):
            shutil.copytree(ROOT / "content" / name, folder / name)
    return folder


def head(text: str) -> dict[str, str]:
    """What the remarks say of who is writing."""
    lines = [line[1:].partition(":") for line in text.splitlines() if line.startswith("#")]
    return {name.strip(): value.strip() for name, colon, value in lines if colon and " " not in name.strip()}


async def played(text: str, folder: Path) -> str:
    """The transcript as it comes out when its learner's lines are played."""
    said = head(text)
    lines = [line for line in text.splitlines() if line.startswith((">", "@wait"))]
    given = io.StringIO("".join(f"{line.removeprefix('> ').removeprefix('>')}\n" for line in lines))
    out = io.StringIO()
    settings = Settings(content_dir=content(folder), organisation="Norandino", coordinator="Elena Ruiz")
    code = await chatting.chat(
        settings,
        channel=said.get("channel", "sms"),
        number=said.get("as", "+51900000001"),
        language=said.get("lang", ""),
        given=given,
        out=out,
        began=BEGAN,
    )
    assert code == 0
    remarks = [line for line in text.splitlines() if line.startswith("#")]
    return "\n".join([*remarks, "", out.getvalue()]) if remarks else out.getvalue()
