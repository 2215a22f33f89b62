"""An observation sheet on Telegram: buttons, photos and voice, over restarts, against a Bot API on loopback."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from authoring import evidence_files
from messaging.fetching import Cupboard, fetch_round, sweep
from messaging.telegram import TelegramChannel, inbound
from store.database import Database
from tests.fakes.telegram_api import TOKEN, TelegramApi, error
from tests.fakes.telegram_updates import CHAT, PRIVATE, ROSA
from tests.houses import settle
from tests.workers import Worker

NAME = "telegram:110201543"
_updates = count(1)


def picture() -> bytes:
    """A photo as a camera makes it: with where it was taken."""
    out = io.BytesIO()
    taken = Image.new("RGB", (640, 480), "green")
    notes = Image.Exif()
    notes[0x010F] = "A camera that says who owns it"
    taken.save(out, "JPEG", exif=notes)
    return out.getvalue()


class Ana:
    """An assessor on Telegram, with her worker's case before her."""

    def __init__(self, worker: Worker, api: TelegramApi, folder: Path) -> None:
        self.worker, self.api, self.folder = worker, api, folder
        house = worker.house
        self.cupboard = Cupboard(
            database=worker.database,
            channels=house.channels,
            folder=folder,
            catalogue=lambda: worker.taught,
            clock=worker.clock,
        )

    async def _hear(self, update: dict[str, Any]) -> str:
        self.worker.clock.wait(seconds=20)
        heard = inbound({"update_id": next(_updates), **update}, sender=NAME, now=self.worker.clock())
        assert heard
        await self.worker.house.receiver.receive(heard)
        await settle(self.worker.house)
        return self.said

    @property
    def said(self) -> str:
        """The last thing that she read."""
        return self.api.called("sendMessage")[-1].params["text"]

    async def writes(self, text: str, **more: Any) -> str:
        return await self._hear({"message": {"message_id": 1, "date": 1, "chat": PRIVATE, "from": ROSA, "text": text}})

    async def sends(self, **media: Any) -> str:
        return await self._hear({"message": {"message_id": 1, "date": 1, "chat": PRIVATE, "from": ROSA, **media}})

    async def presses(self, words: str) -> str:
        """The button with these words, under the last message that has one."""
        last = next(each for each in reversed(self.api.called("sendMessage")) if "reply_markup" in each.params)
        rows = last.json("reply_markup")["inline_keyboard"]
        data = next(each["callback_data"] for row in rows for each in row if each["text"] == words)
        message = {"message_id": 1, "date": 1, "chat": PRIVATE}
        return await self._hear(
            {"callback_query": {"id": "7", "from": ROSA, "chat_instance": "1", "message": message, "data": data}}
        )

    async def fills(self, *marks: str) -> str:
        for each in marks:
            await self.presses(each)
        return self.said


@pytest.fixture
async def ana(database: Database, tmp_path: Path) -> AsyncIterator[Ana]:
    async with TelegramApi() as api:
        channel = TelegramChannel(name=NAME, token=TOKEN, api_url=api.url, timeout=5.0)
        worker = Worker(database, channel)
        await worker.applies()
        await worker.writes("2")
        worker.names("ana", phone=f"telegram:{CHAT}")
        worker.enters("assign", "coordinator", "olga", value="ana")
        yield Ana(worker, api, tmp_path / "evidence")
        await channel.close()
        assert api.violations == []


def criteria(ana: Ana) -> int:
    unit = ana.worker.standard.unit("1")
    assert unit
    return len(unit.criteria)


async def test_she_marks_each_criterion_with_a_button_and_enters_the_sheet(ana: Ana) -> None:
    n = criteria(ana)
    assert f"1/{n}" in await ana.writes(f"OBS {ana.worker.case.number} U1")
    said = await ana.fills("Cumple", "Aún no", "No visto", *["Cumple"] * (n - 3))
    assert "1S 2N 3V 4S" in said
    assert not ana.worker.case.evidence, "nothing is entered before she says so"
    await ana.presses("Anotar")
    (piece,) = ana.worker.case.evidence
    assert (piece.captured_by, piece.method) == ("ana", "field_observation")
    assert ana.worker.case.acts[-1].data["marks"].startswith("1.1.1=yes,1.1.2=no,1.1.3=not_seen")
    assert "1.1.3" not in piece.criteria, "what was not seen is not spoken for"


async def test_a_sheet_goes_on_after_days_and_a_restart(ana: Ana) -> None:
    n = criteria(ana)
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.fills("Cumple", "Cumple")
    ana.worker.clock.wait(days=3)
    again = Worker(ana.worker.database, *[each for each in ana.worker.house.channels.values() if each.name == NAME])
    again.clock = ana.worker.clock
    ana.worker.house = again.house  # another process over the same tables
    assert f"4/{n}" in await ana.fills("Cumple")


async def test_back_takes_her_one_criterion_back(ana: Ana) -> None:
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.fills("Cumple")
    assert "1/" in await ana.presses("Atrás")


async def test_a_sheet_that_was_wrong_is_put_right_by_further_entries(ana: Ana) -> None:
    n = criteria(ana)
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.fills(*["Cumple"] * n)
    await ana.presses("Anotar")
    wrong = ana.worker.case.acts[-1]
    await ana.presses("Corregir esta ficha")
    await ana.fills("Aún no", *["Cumple"] * (n - 1))
    await ana.presses("Anotar")
    case = ana.worker.case
    mends, right = case.acts[-2:]
    assert (mends.kind, mends.corrects) == ("correct", wrong.seq)
    assert right.data["marks"].startswith("1.1.1=no")
    assert wrong in case.acts
    assert len(case.evidence) == 1


async def test_a_photo_is_fetched_without_its_notes_and_entered_with_the_sheet(ana: Ana) -> None:
    ana.api.files["big"] = picture()
    ana.api.files["talk"] = b"OggS" + b"\0" * 500
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    photo = [{"file_id": "small", "file_unique_id": "s"}, {"file_id": "big", "file_unique_id": "b", "file_size": 9000}]
    assert "Archivo 1" in await ana.sends(photo=photo)
    assert "Archivo 2" in await ana.sends(voice={"file_id": "talk", "file_unique_id": "t", "duration": 3})
    await fetch_round(ana.cupboard)
    assert not ana.worker.case.evidence
    await ana.fills(*["Cumple"] * criteria(ana))
    await ana.presses("Anotar")
    await fetch_round(ana.cupboard)
    (piece,) = ana.worker.case.evidence
    assert [kind for _, kind in piece.files] == ["image/jpeg", "audio/ogg"]
    assert all(evidence_files.is_whole(ana.folder, sha256) for sha256, _ in piece.files)
    kept = (ana.folder / piece.files[0][0]).read_bytes()
    assert b"camera" in ana.api.files["big"]
    assert b"camera" not in kept
    assert [each.kind for each in ana.worker.case.acts[-2:]] == ["attach", "attach"]
    assert await fetch_round(ana.cupboard) == 0


@pytest.mark.parametrize("content", [b"MZ\x90 a program", b"", b"<html>", b"\xff\xd8\xff broken"])
async def test_what_is_no_evidence_is_refused_and_stops_nothing(ana: Ana, content: bytes) -> None:
    ana.api.files["odd"] = content
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.sends(document={"file_id": "odd", "file_unique_id": "o"})
    await fetch_round(ana.cupboard)
    await ana.fills(*["Cumple"] * criteria(ana))
    await ana.presses("Anotar")
    await fetch_round(ana.cupboard)
    assert ana.worker.case.evidence[0].files == ()


async def test_a_file_larger_than_it_says_is_not_taken_into_memory(ana: Ana) -> None:
    ana.api.files["huge"] = b"\xff\xd8\xff" + b"\0" * (evidence_files.MOST + 1)
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    said = await ana.sends(document={"file_id": "huge", "file_unique_id": "h", "file_size": 11 * 2**20})
    assert "10 MB" in said
    await ana.sends(document={"file_id": "huge", "file_unique_id": "h", "file_size": 10})
    await fetch_round(ana.cupboard)
    assert not list(ana.folder.glob("*"))


async def test_what_telegram_cannot_give_now_is_fetched_later(ana: Ana) -> None:
    ana.api.files["big"] = picture()
    ana.api.fail("getFile", error(502, "Bad Gateway"))
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.sends(photo=[{"file_id": "big", "file_unique_id": "b"}])
    await fetch_round(ana.cupboard)
    assert not ana.folder.exists()
    ana.worker.clock.wait(minutes=5)
    await fetch_round(ana.cupboard)
    assert len(list(ana.folder.iterdir())) == 1


async def test_files_of_a_sheet_that_was_thrown_away_go_after_a_week(ana: Ana) -> None:
    ana.api.files["big"] = picture()
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.sends(photo=[{"file_id": "big", "file_unique_id": "b"}])
    await fetch_round(ana.cupboard)
    await ana.fills(*["Cumple"] * criteria(ana))
    await ana.presses("Descartar")
    assert sweep(ana.cupboard) == 0
    ana.worker.clock.wait(days=8)
    assert sweep(ana.cupboard) == 1
    assert not list(ana.folder.iterdir())


async def test_who_may_not_assess_any_more_keeps_her_marks_and_hears_why(ana: Ana) -> None:
    await ana.writes(f"OBS {ana.worker.case.number} U1")
    await ana.fills(*["Cumple"] * criteria(ana))
    ana.worker.clock.wait(days=401)
    await ana.presses("Anotar")
    assert not ana.worker.case.evidence
    texts = [each.params["text"] for each in ana.api.called("sendMessage")[-2:]]
    assert "no puede evaluar" in texts[0]
    assert "1S" in texts[1]
