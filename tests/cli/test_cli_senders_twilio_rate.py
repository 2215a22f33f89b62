"""How many segments a second a Twilio number carries is said in one place, and paced and foreseen by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.shelf import Shelf
from cli import speaking
from cli.settings import SettingsError, read
from cli.wiring import carrying_of
from messaging.twilio import TwilioChannel

ONE = {"CHASQUI_TWILIO_ACCOUNT_SID": "AC1", "CHASQUI_TWILIO_AUTH_TOKEN": "t", "CHASQUI_TWILIO_FROM": "+15005550006"}


def test_one_long_number_carries_a_segment_a_second_unless_it_is_said_otherwise(tmp_path: Path, shelf: Shelf) -> None:
    settings, _ = read(ONE, tmp_path)
    assert (carrying_of(settings).rate, carrying_of(settings).one_way) == (1.0, False)
    settings, _ = read({**ONE, "CHASQUI_TWILIO_RATE": "100"}, tmp_path)
    assert (carrying_of(settings).rate, carrying_of(settings).one_way) == (100.0, False)
    [channel] = speaking.channels(settings, shelf)
    assert isinstance(channel, TwilioChannel)
    assert channel.allowance.per_second == 100.0


@pytest.mark.parametrize("written", ["fast", "0", "-1", "100000", "nan"])
def test_a_rate_that_is_none_is_refused_by_its_name(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError, match="CHASQUI_TWILIO_RATE"):
        read({**ONE, "CHASQUI_TWILIO_RATE": written}, tmp_path)


def test_each_number_of_the_file_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "senders.toml"
    table = '[[twilio]]\nname = "{0}"\naccount_sid = "AC{0}"\nauth_token = "t"\nfrom = "+1500555000{0}"\nrate = {1}\n'
    path.write_text(table.format(6, 3) + table.format(7, 0.5))
    path.chmod(0o600)
    settings, _ = read({"CHASQUI_SENDERS_FILE": str(path)}, tmp_path)
    assert [each.per_second for each in settings.senders.twilio] == [3.0, 0.5]
