"""Play the learner's lines of a transcript to a fresh bot, and give the whole conversation back."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.conversation import Conversation
from bot.cooperating import pins
from bot.cooperating.organisations import Cooperative, Officer
from bot.messages import Address
from bot.people import OPERATOR, Learner
from bot.turn import Consented, Joined, Turn
from cli import chatting
from cli.settings import ROOT, Settings
from cli.wiring import House
from store import organisations, turns

_DRAWN = re.compile(r"Su codigo: [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}")  # of a certificate: by true chance

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


def office(said: dict[str, str], number: str) -> Callable[[House], None]:
    """Make who writes an officer: `# officer: Norte 482915 3` speaks for three members of Norte, with this PIN."""
    name, pin, members = said["officer"].rsplit(" ", 2)

    def prepare(house: House) -> None:
        with house.database.writing() as conn:
            organisations.add_cooperative(conn, OPERATOR, Cooperative(id="norte", name=name, country="PE"), BEGAN)
            officer = Officer(
                id="elsa",
                cooperative="norte",
                name="Elsa",
                addresses=(f"tel:{number}", f"simulator:telegram:{number}"),
                pin=pins.hashed(pin, b"a salt for tests"),
            )
            organisations.add_officer(conn, OPERATOR, officer, BEGAN)
            turns.write(conn, BEGAN, [_member(each) for each in range(int(members))])

    return prepare


def _member(number: int) -> turns.Answering:
    id = f"member{number}"
    learner = Learner(id=id, language="es", cooperative="norte", created_at=BEGAN)
    yes = Consented(learner=id, granted=True, text="si", language="es", method="reply")
    return turns.Answering(
        address=Address(scheme="simulator", identity=f"sms:+519000001{number:02d}"),
        sender="simulator:sms",
        version=0,
        turn=Turn(conversation=Conversation(), effects=(Joined(learner=learner), yes)),
    )


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
        prepare=office(said, said.get("as", "+51900000001")) if "officer" in said else lambda house: None,
    )
    assert code == 0
    remarks = [line for line in text.splitlines() if line.startswith("#")]
    told = _DRAWN.sub("Su codigo: XXXX-XXXX-XX", out.getvalue())
    return "\n".join([*remarks, "", told]) if remarks else told
