"""Guards: who may object until when, and which entries may be put right."""

from __future__ import annotations

from datetime import datetime

from bot.certifying.cases import Act, Case
from bot.certifying.guarding.terms import APPEAL_TERM, CORRECTABLE
from bot.certifying.standards import Standard


def in_term(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Within thirty days."""
    late = case.moved_at is not None and now - case.moved_at > APPEAL_TERM
    return f"An appeal is filed within {APPEAL_TERM.days} days." if late else ""


def others_than_decided(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """Who decided does not hear the appeal."""
    panel = {act.actor, *(each for each in act.data.get("panel", "").split(",") if each)}
    involved = {each.by for each in case.decisions} | {each.assessor for each in case.judgements} | set(case.assigned)
    return f"{sorted(panel & involved)[0]} took part in what is appealed against." if panel & involved else ""


def known_resolution(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """What was decided is upheld or overturned."""
    return "" if act.value in ("upheld", "overturned") else "A panel says upheld or overturned."


def correctable(case: Case, act: Act, standard: Standard, now: datetime) -> str:
    """An entry of this case that may be wrong, by whoever made it or a coordinator; outcomes are never corrected so."""
    found = next((each for each in case.acts if each.seq == act.corrects), None)
    if found is None or found.kind not in CORRECTABLE:
        return f"Entry {act.corrects} cannot be corrected."
    if any(each.corrects == found.seq for each in case.acts):
        return f"Entry {act.corrects} has been corrected already."
    if act.role == "assessor" and found.actor != act.actor:
        return "An assessor corrects her own entries."
    return ""
