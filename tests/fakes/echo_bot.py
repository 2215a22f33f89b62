"""A bot of ten lines behind the phone simulator: it greets, asks one question, and echoes the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.messages import Address, Choice, Content, Heard, Inbound, Media
from messaging.simulator import Line, line_of

NOW = datetime(2026, 3, 2, 15, 4, tzinfo=UTC)

GREETING = "Hola, soy Chasqui. Le enseño por mensajes cortos y gratis. " * 3
QUESTION = Content(
    text="3) ¿De que parte toma la cereza?",
    rich="**3)** ¿De qué parte toma la cereza?",
    choices=(Choice(label="A", text="De la punta"), Choice(label="B", text="Del tercio medio")),
    token="t3",
)
DATA = Content(text="Estos son sus datos.", media=(Media(kind="document", data='{"a": 1}', name='mis "datos".json'),))


@dataclass
class EchoBot:
    """What was said, per address, and what came in."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    heard: list[Inbound] = field(default_factory=list)

    async def receive(self, inbound: Inbound) -> None:
        said = self.lines[str(inbound.address)]
        self.heard.append(inbound)
        said.append(line_of(inbound, id=f"in{len(said)}"))
        answers = {"VIVERO": QUESTION, "MIS DATOS": DATA, "HOLA": Content(text=GREETING)}
        content = answers.get(inbound.text, Content(text=f"<b>{inbound.text}</b>"))
        if inbound.kind is Heard.PRESS:
            content = Content(text="Sí: del tercio medio.")
        said.append(Line(mine=False, at=inbound.received_at, content=content, id=f"out{len(said)}"))

    async def history(self, address: Address) -> list[Line]:
        return self.lines.get(str(address), [])

    def owe(self, address: str, text: str) -> None:
        """A message that comes by itself, such as a reminder."""
        at = NOW + timedelta(days=1)
        said = self.lines[address]
        said.append(Line(mine=False, at=at, content=Content(text=text), id=f"out{len(said)}"))


def courses(language: str) -> list[tuple[str, str]]:
    return [("Vivero de café", "VIVERO")] if language == "es" else [("Coffee nursery", "NURSERY")]
