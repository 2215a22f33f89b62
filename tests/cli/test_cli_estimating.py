"""What a learner of a whole course is sent, by estimate: it is what the bot really sends to one who does all right."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.record import Policy
from cli import chatting, estimating
from cli.estimating import estimates
from cli.main import main
from cli.settings import ROOT, Settings
from tests.changing import replace
from tests.transcripts.playing import BEGAN, content

POLICY = Policy(organisation="Norandino", coordinator="Elena Ruiz")


async def test_it_is_what_a_phone_in_the_terminal_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, typed, reply = content(tmp_path / "content"), ["VIVERO"], estimating._reply
    catalogue = Shelf(folder)()
    vivero = replace(catalogue.courses["vivero"], languages=("es",))

    def noted(phone: estimating._Phone) -> str:
        typed.append(reply(phone))
        return typed[-1]

    monkeypatch.setattr(estimating, "_reply", noted)
    (found,) = estimates(replace(catalogue, courses={"vivero": vivero}), POLICY)
    out = io.StringIO()
    settings = Settings(content_dir=folder, organisation=POLICY.organisation, coordinator=POLICY.coordinator)
    await chatting.chat(
        settings, channel="sms", number="+51900000001", given=io.StringIO("\n".join(typed)), out=out, began=BEGAN
    )
    sent = [line for line in out.getvalue().split("\n") if line.startswith("<")]
    assert "Termino Vivero" in sent[-1]
    assert found.segments == sum(int(line[1]) for line in sent)


def test_what_ships_can_be_taken_to_its_end_in_every_language() -> None:
    catalogue = Shelf(ROOT / "content")()
    found = estimates(catalogue, POLICY)
    assert found == estimates(catalogue, POLICY)
    for course in catalogue.courses.values():
        assert [each.language for each in found if each.course == course.id] == list(course.languages)
    nursery = next(each for each in found if (each.course, each.language) == ("coffee-nursery", "es"))
    assert 180 < nursery.segments < 240  # a learner who was measured was sent about 210


def test_cost_says_what_it_counts_and_about_how_many_there_are_in_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = content(tmp_path / "content")
    assert main(["cost", str(folder / "vivero"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["course"], each["language"]) for each in told["learners"]] == [("vivero", "es"), ("vivero", "en")]
    counted, whole = (told[name][0]["segments"] for name in ("totals", "learners"))
    assert main(["cost", str(folder / "vivero")]) == 0
    said = capsys.readouterr().out
    assert f"vivero in es: 2 lessons, {counted} segments of cards and questions" in said
    assert f"a learner: about {whole} with answers, quizzes and the welcome (reminders apart)" in said
    assert whole > 2 * counted
