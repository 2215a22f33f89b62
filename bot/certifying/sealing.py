"""The seal of a knowledge test: a hash of what was asked and whether it was answered right, which the case's chain
keeps, so that answers that were changed afterwards show."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from bot.certifying.examining import Exam

SEAL = "answers"
"""In the data of the entry of a result."""


def sealed(exam: Exam) -> str:
    """The seal of a test that is over. Her own words are not in it, for they go when she is erased."""
    asked = [
        [each.place, each.message, each.item, each.digest, _chance(each.chances.competent),
         _chance(each.chances.not_yet), each.right]
        for each in exam.served
    ]  # fmt: skip
    facts = [exam.id, exam.case, exam.unit, asdict(exam.policy), exam.supervised_by, exam.decision, asked]
    plain = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _chance(value: float) -> str:
    return f"{value:.9f}"
