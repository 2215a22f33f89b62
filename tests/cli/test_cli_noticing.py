"""`chasqui notice` as a coordinator uses it: count and cost first, a second person above the limit, stop, tally."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminals import Terminal

HEADS = "name,phone,language\n"


@pytest.fixture
def chasqui(terminal: Terminal, tmp_path: Path) -> Terminal:
    terminal("cooperative", "add", "norte", "Norte", "--country", "PE")
    (tmp_path / "members.csv").write_text(HEADS + "Ana,+51900000001,es\nBea,+51900000002,es\n")
    terminal(
        *("learners", "import", "members.csv", "--cooperative", "norte", "--basis", "paper"),
        *("--reference", "F-1", "--given-on", "2026-01-02"),
    )
    return terminal


def send(chasqui: Terminal, text: str, *more: str, **how: object) -> str:
    given = ("notice", "send", "--cooperative", "norte", "--text", f"es={text}", "--by", "Elena", *more)
    return chasqui(*given, **how)  # type: ignore[arg-type]


def test_it_says_count_and_first_words_and_sends_only_on_the_word(chasqui: Terminal) -> None:
    said = send(chasqui, "Asamblea el domingo a las 9", typed="yes\n", refused=True)
    assert "reaches 2, 2 of them by SMS = 2 segments" in said
    assert "Norte: Asamblea el domingo a las 9" in said
    assert "Nothing was sent" in said
    assert "No notices" in chasqui("notice", "list")
    assert "on its way to 2" in send(chasqui, "Asamblea el domingo a las 9", typed="SEND\n")
    assert "went out on" in send(chasqui, "asamblea el domingo a las 9", "--yes", refused=True)
    assert "2 hours apart" in send(chasqui, "Se compra cacao", "--yes", refused=True)
    assert "on its way" in send(chasqui, "Helada", "--urgent", "--yes")
    assert "URGENT" in chasqui("notice", "list")
    assert '"state": "running"' in chasqui("notice", "list", "--json")


def test_it_can_be_stopped_and_shows_by_whom(chasqui: Terminal) -> None:
    send(chasqui, "Asamblea el domingo a las 9", "--yes")
    assert "is stopped" in chasqui("notice", "stop", "notice-norte", "--by", "Jorge", "--why", "wrong date")
    assert "nothing left to stop" in chasqui("notice", "stop", "notice-norte", refused=True)
    shown = chasqui("notice", "show", "notice-norte")
    assert "cancelled by Jorge: wrong date" in shown
    assert "created by Elena" in shown
    # Nobody had it, so it counts for nothing.
    assert "on its way" in send(chasqui, "Asamblea el lunes a las 9", "--yes")


def test_somebody_else_has_to_approve_what_goes_to_more_than_a_thousand(chasqui: Terminal, tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text(HEADS + "".join(f",+5190001{n:04d},es\n" for n in range(1000)))
    chasqui(
        *("learners", "import", "many.csv", "--cooperative", "norte", "--basis", "paper"),
        *("--reference", "F-2", "--given-on", "2026-01-02"),
    )
    assert "waits" in send(chasqui, "Asamblea el domingo", "--yes")
    assert "somebody else" in chasqui("notice", "approve", "notice-", "--by", "Elena", refused=True)
    assert "was approved by Jorge" in chasqui("notice", "approve", "notice-", "--by", "Jorge")
    assert "nothing to approve" in chasqui("notice", "approve", "notice-", "--by", "Jorge", refused=True)


def test_what_cannot_be_read_is_refused_with_the_cure(chasqui: Terminal) -> None:
    wrong = ("notice", "send", "--cooperative", "norte", "--by", "Elena", "--text")
    assert 'Write it like --text es="' in chasqui(*wrong, "Asamblea", refused=True)
    assert "characters too many" in chasqui(*wrong, f"es={'a' * 400}", refused=True)
    assert "sur" in chasqui("notice", "send", "--cooperative", "sur", "--by", "E", "--text", "es=x", refused=True)
    assert "There is no notice" in chasqui("notice", "show", "nada", refused=True)
