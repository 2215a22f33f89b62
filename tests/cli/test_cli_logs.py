"""No line of a log names a secret or a person's number."""

from __future__ import annotations

import json
import logging

from cli.logs import Redacting

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # the example of Telegram's own documentation


def line(message: str, *, as_json: bool = False, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("httpx", logging.INFO, "", 1, message, (), info)
    return Redacting(["canary-secret"], as_json=as_json).format(record)


def test_numbers_keep_their_last_two_digits() -> None:
    assert "to tel:+…01 failed" in line("to tel:+51900000001 failed")
    assert "900000" not in line("to tel:+51900000001 failed")


def test_numbers_in_a_query_are_struck_out_too() -> None:
    written = line("refused /sms?From=%2B51987654321&a=To%3D51987654322%26b%3D%2B51987654323")
    assert "5198765" not in written
    assert "To%3D…22" in written
    assert "5198765" not in line("refused /sms?x=From%3D%252B51987654321")


def test_a_bot_token_in_a_url_is_struck_out_even_if_nobody_said_it_is_one() -> None:
    said = line(f"HTTP Request: POST https://api.telegram.org/bot{TOKEN}/sendMessage")

    assert TOKEN not in said
    assert "bot***/sendMessage" in said


def test_secrets_are_struck_out_of_tracebacks_too() -> None:
    try:
        raise ValueError("the password is canary-secret of +250788000001")
    except ValueError as error:
        said = line("it broke", error=error)

    assert "Traceback" in said
    assert "canary" not in said
    assert "788000001" not in said


def test_a_json_log_is_one_object_a_line() -> None:
    said = line("first\nsecond of +51900000001", as_json=True)

    assert json.loads(said)["message"].endswith("first\nsecond of +…01")
    assert "\n" not in said
