"""Who writes from a number that was given to somebody else hears nothing of who learned there before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.bot.phones import Phone


def test_a_frozen_number_is_offered_lessons_once_and_then_left_in_peace(chat: Callable[[], Phone]) -> None:
    ana = chat()
    ana.record = replace(ana.record, state="frozen", learners=(), enrolments=(), consents={})
    ana.conversation = type(ana.conversation)()
    [first] = ana.write("quien es?")
    assert "Ana" not in first
    assert "Rosa" not in first
    assert ana.write("que dice?") == []
