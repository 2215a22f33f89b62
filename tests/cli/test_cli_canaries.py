"""Two providers, two learners, and every log turned up: nobody's number, words or token is in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from authoring.shelf import Shelf
from cli import logs
from messaging.answering import answer_round
from messaging.sending import reconcile
from store.database import Database
from tests.bad_inputs.town import ROSA, SECRET, town
from tests.fakes import telegram_api, twilio_api

BODY = "mi secreto es papagayo canario"


@pytest.fixture(params=["text", "json"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged, at DEBUG, by the program's own formatter."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.set_up(["canary-key", SECRET, telegram_api.TOKEN, twilio_api.TOKEN], log_format=request.param, level="debug")
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for room in logs.ROOMS:
        logging.getLogger(room).setLevel(logging.NOTSET)


async def test_no_log_of_an_end_to_end_run_names_anybody(
    written: io.StringIO, sqlite: Database, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with town(sqlite, shelf) as place:
        await place.talk("VIVERO", "SI", "Rosa", BODY)
        await place.chat("/start VIVERO", "SI", BODY)
        place.twilio.faults += [
            twilio_api.Fault(status=400, code=21211, message=f"The 'To' number {ROSA} is not valid: {BODY}"),
            twilio_api.Fault(status=500),
        ]
        await place.sms("MENU")
        await place.settle()
        await place.sms("MENU", sign="https://somebody.else")
        place.telegram.fail("sendMessage", telegram_api.error(403, f"Forbidden: {BODY}"))
        await place.chat("ESTADO")
        await reconcile(place.house.post)

        def break_(*_: object, **__: object) -> None:
            raise ValueError(f"cannot read {BODY} of {ROSA}")

        monkeypatch.setattr("messaging.answering.step", break_)
        await place.sms(BODY)
        await place.house.database.run(lambda: answer_round(place.house.desk))

    said = written.getvalue()
    assert "Traceback" in said
    assert "ValueError" in said
    assert "Answered" in said
    assert "outbox" in said
    for canary in ("papagayo", ROSA, ROSA[1:], telegram_api.TOKEN, twilio_api.TOKEN, SECRET, "Rosa"):
        assert canary not in said, canary


async def test_a_json_line_carries_the_request_it_belongs_to(
    written: io.StringIO, sqlite: Database, shelf: Shelf
) -> None:
    async with town(sqlite, shelf) as place:
        url = place.url + "/webhooks/twilio/sms"
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-Request-ID": "proxy-7.a"}
        async with place.client.post(url, data=b"From=x", headers=form) as answer:
            assert answer.status == 403
            assert answer.headers["X-Request-ID"] == "proxy-7.a"
        for odd in ("51900000001", "x" * 65, "a b"):
            async with place.client.get(place.url + "/health/live", headers={"X-Request-ID": odd}) as answer:
                assert answer.headers["X-Request-ID"] not in ("", odd)

    lines = [line for line in written.getvalue().splitlines() if "not signed by Twilio" in line]
    assert len(lines) == 1
    if lines[0].startswith("{"):
        assert json.loads(lines[0])["request"] == "proxy-7.a"
    else:
        assert "request=proxy-7.a" in lines[0]
