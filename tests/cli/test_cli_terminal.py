"""How a dialogue looks in a terminal."""

from __future__ import annotations

import re

import pytest

from cli.terminal import dialogue_block, prompt, quiet, transcript_line, wants_colour


@pytest.mark.parametrize(
    ("text", "incoming", "segments", "line"),
    [
        ("HOLA", True, None, "> HOLA"),
        ("HOLA", True, 1, "> HOLA"),
        ("Bienvenida.", False, None, "< Bienvenida."),
        ("Bienvenida.", False, 0, "< Bienvenida."),
        ("Bienvenida.", False, 1, "<1 Bienvenida."),
        ("¿Cual?\nA) Una\r\nB) Dos", False, 2, "<2 ¿Cual? ⏎ A) Una ⏎ B) Dos"),
        ("a\n\nb", False, None, "< a ⏎  ⏎ b"),
    ],
)
def test_a_transcript_has_one_line_a_message(text: str, incoming: bool, segments: int | None, line: str):
    assert transcript_line(text, incoming, segments) == line


def test_the_buttons_of_a_chat_follow_their_message_on_its_line():
    assert transcript_line("¿Cual?", False, None, ["A) Una", "B) Dos"]) == "< ¿Cual? [A) Una] [B) Dos]"


def test_no_message_can_command_the_terminal():
    assert transcript_line("a\x1b[31mb\x07\x9b1mc", True) == "> a[31mb1mc"
    assert "\x07" not in dialogue_block("x\x07", True)


def test_each_side_has_its_place_and_an_sms_its_segments():
    block = dialogue_block("¿Cual?\nA) Una", False, 2, colour=False)
    assert block == " ▌ ¿Cual?\n ▌ A) Una\n   2 SMS"
    assert dialogue_block("A", True, 1, colour=False) == "      ▌ A"
    assert dialogue_block("¿Cual?", False, None, ["A", "B"], colour=False) == " ▌ ¿Cual?\n ▌ [A]  [B]"


def test_long_messages_are_wrapped_to_the_terminal_without_losing_a_word():
    text = "Escoja plantas productivas, con poca o ninguna roya y buena taza. " * 3
    block = dialogue_block(text, False, colour=False, width=50)
    assert max(map(len, block.splitlines())) <= 50
    assert block.replace(" ▌ ", "").split() == text.split()


def test_colour_only_adds_colour():
    coloured = dialogue_block("Hola", False, 1, ["A"])
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == dialogue_block("Hola", False, 1, ["A"], colour=False)
    assert "\x1b" not in quiet("fin", colour=False) + prompt(colour=False)
    assert quiet("fin") != quiet("fin", colour=False)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({"TERM": "xterm"}, True, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({}, False, False),
    ],
)
def test_colour_is_for_terminals_and_nobody_who_refuses_it(
    environment: dict[str, str], is_terminal: bool, colour: bool
):
    assert wants_colour(environment, is_terminal) is colour
