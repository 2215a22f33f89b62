"""`chasqui decide`: work a knowledge decision out again from its answers, and say each step."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from authoring.plain_text import read_text
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.sequential import Answer, Chances, default_chances, explain, sheet, state
from cli import greeting

_FORM = (
    'Write {"policy": {"competent": 0.9, …}, "answers": [{"item": "…", "right": true, "guess": 0.3333}]}; instead of '
    "guess, the chances it was weighed by: competent and not_yet; message, where two were asked together."
)


def decide(given: argparse.Namespace) -> int:
    """Print how the decision comes about. Raises ValueError with a plain sentence on a file that cannot be read so."""
    written = sys.stdin.read() if given.answers == "-" else read_text(Path(given.answers))
    policy, answers = read(written)
    if given.json:
        found = asdict(state(policy, answers))
        print(
            json.dumps({**found, "policy": asdict(policy), "sheet": [asdict(row) for row in sheet(policy)]}, indent=2)
        )
        return 0
    for line in explain(policy, answers, given.lang or greeting.language()):
        print(line)
    return 0


def read(written: str) -> tuple[KnowledgePolicy, list[Answer]]:
    """A policy and answers from JSON. Raises ValueError with a plain sentence."""
    try:
        found = json.loads(written)
    except ValueError:
        raise ValueError(f"The answers are not JSON. {_FORM}") from None
    if not isinstance(found, dict) or not isinstance(found.get("answers"), list):
        raise ValueError(f"There is no list of answers. {_FORM}")
    policy = _policy(found.get("policy", {}))
    return policy, [_answer(policy, number, row) for number, row in enumerate(found["answers"], 1)]


def _policy(row: Any) -> KnowledgePolicy:
    known = {each.name for each in fields(KnowledgePolicy)}
    if not isinstance(row, dict) or row.keys() - known:
        raise ValueError(f"The policy may hold {', '.join(sorted(known))}.")
    try:
        return KnowledgePolicy(**row)
    except TypeError as error:
        raise ValueError(f"The policy cannot be read: {error}") from None


def _answer(policy: KnowledgePolicy, number: int, row: Any) -> Answer:
    try:
        if not isinstance(row["right"], bool):
            raise ValueError("right is true or false")
        if "competent" in row:
            chances = Chances(competent=float(row["competent"]), not_yet=float(row["not_yet"]))
        else:
            chances = default_chances(policy, float(row["guess"]))
        return Answer(item=str(row["item"]), right=row["right"], chances=chances, message=int(row.get("message", 0)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"Answer {number}: {error}. {_FORM}") from None
