"""A standard and an exam that are right in everything, for the small content/ of these tests."""

from __future__ import annotations

from authoring_tree import Tree

STANDARD = """\
code = "CHQ-TEST"
version = "0.1"
isco08 = "6113"
title = { es = "Viverista", en = "Nursery worker" }
purpose = { es = "Sembrar a 1 cm.", en = "To sow at 1 cm." }
facts = ["N7"]

[standing]
state = "draft"
by = ""

[[schemes]]
country = "PE"
authority = "A ministry"
act = "Act 7"
competent = { es = "competente", en = "competent" }
not_yet = { es = "aún no", en = "not yet" }
steps = ["application", "knowledge", "decision"]
validity_months = 36
checked_on = "2026-11-21"
assessors = 2
minimum_age = 18
cool_offs = [48, 168]
facts = ["K1"]

[[schemes.issuers]]
name = "A cooperative"
valid_from = "2026-11-21"
valid_until = "2027-11-21"

[[units]]
code = "1"
title = { es = "Sembrar", en = "Sow" }
purpose = { es = "Que nazca.", en = "That it comes up." }
taught_by = ["coffee-nursery.seed"]

[units.knowledge]
at_cap = "assessor"
cap = 12

[[units.ranges]]
category = { es = "Semilla", en = "Seed" }
classes = [{ es = "propia", en = "own" }]

[[units.elements]]
code = "1.1"
title = { es = "Poner", en = "Lay" }

[[units.elements.criteria]]
code = "1.1.1"
text = { es = "La pone plana.", en = "Lays it flat." }
critical = true

[[units.elements.criteria]]
code = "1.1.2"
text = { es = "Da sombra.", en = "Gives shade." }

[[units.requirements]]
kind = "knowledge"
method = "sms_quiz"

[[units.requirements]]
kind = "performance"
method = "field_observation"
minimum = 2
criteria = ["1.1.1"]
"""

_FACT = """
[[facts]]
id = "K1"
statement = "Act 7 says who certifies."
source = "FAO2"
mark = "●"
checked_on = "2026-11-21"
"""

STD = "coffee-nursery/standard.toml"
EXAM_ES = "coffee-nursery/seed-and-bed/exam.es.md"
EXAM_EN = "coffee-nursery/seed-and-bed/exam.en.md"

# Twelve subjects that share no word, in two languages.
_ES = [
    "luna",
    "perro",
    "mesa",
    "lluvia",
    "camino",
    "zapato",
    "puente",
    "harina",
    "reloj",
    "tambor",
    "espejo",
    "ventana",
]
_EN = ["moon", "dog", "table", "rain", "road", "shoe", "bridge", "flour", "clock", "drum", "mirror", "window"]


def exam(subjects: list[str]) -> str:
    """Twelve items, whose keys go round A, B, C, D."""
    lines = ["+++", 'facts = ["N7"]', "+++"]
    for number, subject in enumerate(subjects):
        options = [f"{subject} {letter}" + " *" * (number % 4 == place) for place, letter in enumerate("wxyz")]
        lines += ["", f"? e{number + 1}", subject, *map("{}) {}".format, "ABCD", options)]
        lines += [f"criterion: 1.1.{number % 2 + 1}"]
    return "\n".join(lines) + "\n"


def with_standard(tree: Tree) -> Tree:
    """The tree with a standard, the fact on which its scheme rests, and an exam in both languages."""
    facts = (tree.root / "facts.toml").read_text()
    tree.write("facts.toml", facts + _FACT).write(STD, STANDARD)
    return tree.write(EXAM_ES, exam(_ES)).write(EXAM_EN, exam(_EN))
