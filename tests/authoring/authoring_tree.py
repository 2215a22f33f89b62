"""A small content/ that is right in everything, for tests to spoil in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from authoring.loading import Loaded, load
from bot.catalogue import Course

OCCUPATION = """\
id = "coffee-nursery"
isco08 = "6113"
countries = ["PE", "BO"]
languages = ["es", "en"]
drafts = ["en"]
sms_policy = "gsm"
pass_mark = 80
quiz_items = 2
licence = "CC BY 4.0"
authors = ["An author"]
reviewers = []
published = true

[title]
es = "Vivero de café"
en = "Coffee nursery"

[join]
es = ["VIVERO"]
en = ["NURSERY"]

[[units]]
id = "coffee-nursery.seed"
folder = "seed-and-bed"

[units.title]
es = "Semilla"
en = "Seed"
"""

FACTS = """\
[sources]
FAO2 = "fao.org/docrep/008/ae939e"

[[facts]]
id = "N7"
statement = "Sow 1–1.5 cm deep, flat side down."
source = "FAO2"
mark = "●"
checked_on = "2026-11-21"
confirmed_by = ""
countries = ["PE"]

[[facts]]
id = "N12"
statement = "About half shade (50 %) gives sturdy growth."
source = "FAO2"
mark = "✔"
checked_on = "2026-11-21"

[[facts]]
id = "N13"
statement = "Eight months in the nursery."
source = "FAO2"
mark = "▲"
checked_on = "2026-11-21"
confirmed_by = ""
"""

LESSON_ES = """\
+++
id = "coffee-nursery.seed.sow"
title = "Sembrar"
facts = ["N7", "N12"]
sms_budget = 2
+++
Siembre a 1,5 cm de hondo,
con el lado plano abajo.

[telegram]
**Siembre** a 1,5 cm, con el lado *plano* abajo.
![Semilla](media/seed.jpg)

[audio] media/sow.es.ogg

? q1
¿Cómo pone la semilla?
A) De pie              <- No: no brota derecha.
B) Plana abajo *       <- Sí: así brota derecha.
C) A 10 cm de hondo    <- No: 10 cm es mucho.
hint: Piense en el lado plano.
why: La semilla se pone con el lado plano abajo.

? q2 number 50
¿Cuánta sombra, en %, pide el vivero?
tolerance: 5
"""

LESSON_EN = """\
+++
id = "coffee-nursery.seed.sow"
title = "Sowing"
facts = ["N7", "N12"]
+++
Sow 1.5 cm deep, flat side down.

? q1
How do you lay the seed?
A) Upright             <- No: it will not grow straight.
B) Flat down *         <- Yes: so it grows straight.
C) 10 cm deep          <- No: 10 cm is a lot.

? q2 number 50
How much shade, in %, does the nursery need?
tolerance: 5
"""


@dataclass(frozen=True)
class Tree:
    """content/ on disk, and what the check says of it."""

    root: Path

    def write(self, file: str, text: str | bytes) -> Tree:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def edit(self, file: str, old: str, new: str) -> Tree:
        text = (self.root / file).read_text()
        assert old in text, f"{old!r} is not in {file}"
        return self.write(file, text.replace(old, new, 1))

    def understand(self, *languages: str) -> Tree:
        """Words of a few languages, as short as they can be."""
        self.write("words/carrier.toml", 'stops = ["STOP"]\n')
        for language in languages:
            self.write(f"words/{language}.toml", '[commands]\nNEXT = ["SIGUE"]\n')
        return self

    def load(self) -> Loaded:
        return load(self.root, date(2026, 11, 22))  # what was checked the day before is still fresh

    def said(self) -> str:
        """All refusals, one a line, as an author sees them."""
        return "\n".join(map(str, self.load().refusals))

    def course(self) -> Course:
        loaded = self.load()
        assert loaded.catalogue is not None, self.said()
        return loaded.catalogue.courses["coffee-nursery"]


ES = "coffee-nursery/seed-and-bed/01-sow.es.md"
EN = "coffee-nursery/seed-and-bed/01-sow.en.md"
OCC = "coffee-nursery/occupation.toml"
