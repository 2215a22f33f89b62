"""What a guard is, and the terms and states that guards share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.certifying.cases import OPEN, Act, Case, State
from bot.certifying.standards import Standard

Guard = Callable[[Case, Act, Standard, datetime], str]
"""One rule: empty where the act keeps it, else a plain reason."""

APPEAL_TERM = timedelta(days=30)
ENDING = timedelta(days=90)  # before the end of a credential she is told how to renew it
WINDOW = timedelta(days=7)  # after which a case outside the sample may be decided without a moderator
SILENCE = timedelta(days=180)  # without any entry a case is put to rest; a word takes it up again. Our own proposal
# What waits for us is never put to rest for her silence.
RESTS = OPEN - {State.EVIDENCE_COMPLETE, State.JUDGED, State.DECIDED, State.APPEALED}
VALIDATED = frozenset({"validated", "approved"})
CORRECTABLE = frozenset({"self_assess", "evidence", "attach", "confirm", "judge", "knowledge", "not_seen", "identify"})
