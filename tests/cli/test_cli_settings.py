"""Settings are read once, checked, and refused with a sentence that says what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main
from cli.settings import SettingsError, read, secret_key
from cli.wiring import carrying_of
from store.database import Database

TWILIO = {
    "CHASQUI_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "CHASQUI_TWILIO_AUTH_TOKEN": "canary-one, canary-two",
    "CHASQUI_TWILIO_FROM": "+15005550006",
}
TELEGRAM = {"CHASQUI_TELEGRAM_TOKEN": "110201543:canary-canary-canary"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"CHASQUI_TELEGRAM_TOKN": "x"}, "CHASQUI_TELEGRAM_TOKEN"),
        ({"CHASQUI_WHATEVER": "x"}, "There is no setting CHASQUI_WHATEVER"),
        ({"CHASQUI_COUNTRY": "FR"}, "PE, BO, RW"),
        ({"CHASQUI_PUBLIC_URL": "http://chasqui.example.org"}, "https"),
        ({"CHASQUI_PUBLIC_URL": "https://my_host.example.org"}, "underscore"),
        ({"CHASQUI_TELEGRAM_TOKEN": "not a token"}, "BotFather"),
        ({"CHASQUI_TELEGRAM_MODE": "webhook"}, "CHASQUI_PUBLIC_URL"),
        ({"CHASQUI_TELEGRAM_MODE": "pigeon"}, "polling or webhook"),
        ({"CHASQUI_LOG_FORMAT": "xml"}, "text or json"),
        ({"CHASQUI_TWILIO_FROM": "+15005550006"}, "needs all of"),
        ({**TWILIO, "CHASQUI_TWILIO_FROM": "+0155"}, r"CHASQUI_TWILIO_FROM is '\+0155'. Write your number .*MG"),
        ({**TWILIO, "CHASQUI_TWILIO_FROM": "15005550006"}, "Write your number with its country"),
        ({**TWILIO, "CHASQUI_TWILIO_FROM": "MG12345678901234"}, "MG and 32 more"),
        ({**TWILIO, "CHASQUI_TWILIO_FROM": "Cooperativa Sol"}, "CHASQUI_TWILIO_FROM is"),
        ({"CHASQUI_CLOCK_SPEED": "1440"}, "CHASQUI_REHEARSAL=1"),
        ({"CHASQUI_CLOCK_SPEED": "soon", "CHASQUI_REHEARSAL": "1"}, "1440"),
        ({"CHASQUI_REHEARSAL": "maybe"}, "Write 1"),
        ({"CHASQUI_REHEARSAL": "1", **TELEGRAM}, "must not reach people"),
        ({"CHASQUI_REHEARSAL": "1", **TWILIO}, "must not reach people"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_cure(given: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=said):
        read(given, tmp_path)


def test_a_trailing_slash_is_forgiven_and_two_tokens_are_two(tmp_path: Path) -> None:
    settings, remarks = read({"CHASQUI_PUBLIC_URL": "https://chasqui.example.org/", **TWILIO}, tmp_path)

    assert settings.public_url == "https://chasqui.example.org"
    assert settings.twilio_auth_token == ("canary-one", "canary-two")
    assert (settings.has_twilio, settings.has_telegram, remarks) == (True, False, [])


def test_a_rehearsal_may_speak_to_a_fake_on_loopback(tmp_path: Path) -> None:
    local = {"CHASQUI_TELEGRAM_API_URL": "http://127.0.0.1:9999", "CHASQUI_REHEARSAL": "1", **TELEGRAM}

    settings, _ = read({**local, "CHASQUI_CLOCK_SPEED": "1440"}, tmp_path)

    assert (settings.rehearsal, settings.clock_speed) == (True, 1440)


def test_the_environment_wins_over_the_file_and_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('CHASQUI_COUNTRY=BO\nCHASQUI_ORGANISATION="Fe y Café"\n')

    settings, _ = read({"CHASQUI_COUNTRY": "RW"}, tmp_path)

    assert (settings.country, settings.organisation) == ("RW", "Fe y Café")


def test_a_file_of_secrets_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("CHASQUI_TELEGRAM_TOKEN=110201543:canary-canary-canary\n")
    path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read({}, tmp_path)
    path.chmod(0o600)
    assert read({}, tmp_path)[0].has_telegram


def test_a_telephone_without_its_signing_key_is_said_to_hear_nothing(tmp_path: Path) -> None:
    phone = {"CHASQUI_ANDROID_URL": "https://phone.example.org", "CHASQUI_ANDROID_USERNAME": "sms"}

    _, remarks = read({**phone, "CHASQUI_ANDROID_PASSWORD": "canary-three"}, tmp_path)

    assert remarks == [
        "CHASQUI_ANDROID_SIGNING_KEY is not set: the telephone sends, and what learners write is not heard."
    ]


def test_no_secret_stands_in_the_repr(tmp_path: Path) -> None:
    settings, _ = read({**TWILIO, **TELEGRAM, "CHASQUI_SECRET_KEY": "canary-key"}, tmp_path)

    assert "canary" not in repr(settings)
    assert {"canary-one", "canary-two", "canary-key", TELEGRAM["CHASQUI_TELEGRAM_TOKEN"]} <= set(settings.secrets)


def test_the_secret_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    settings, _ = read({}, tmp_path)
    first = secret_key(settings, tmp_path / "var")

    assert len(first) == 64
    assert secret_key(settings, tmp_path / "var") == first
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("url", ["mysql://localhost/x", "chasqui.db", "", "sqlite+pysqlcipher:///x"])
def test_a_database_that_is_not_understood_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        Database.open(url)


def test_every_setting_stands_in_the_readme() -> None:
    from cli.settings import ROOT, Settings

    readme = (ROOT / "README.md").read_text()
    for name in Settings.__slots__:
        family, _, rest = name.upper().partition("_")
        whole = f"CHASQUI_{name.upper()}" in readme
        short = f"CHASQUI_{family}_" in readme and f"`_{rest}`" in readme
        assert whole or short, f"CHASQUI_{name.upper()} is not in the README"


@pytest.mark.parametrize(
    ("written", "line", "what"),
    [
        (b"# a note\nCHASQUI_ORGANISATION=Cooperaci\xf3n Sol\n", 2, "byte 0xf3"),
        ("CHASQUI_ORGANISATION=Cooperación Sol\n".encode("utf-16"), 1, "UTF-16"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check", "doctor"])
def test_a_file_in_another_alphabet_is_refused_with_its_line_and_cure(
    command: str,
    written: bytes,
    line: int,
    what: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / ".env").write_bytes(written)
    monkeypatch.chdir(tmp_path)

    assert main([command]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f".env:{line}: ")
    assert what in said
    assert said.endswith("Save it as UTF-8.\n")


def test_the_mark_that_notepad_puts_first_hides_no_setting(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("\ufeffCHASQUI_COUNTRY=BO\r\nCHASQUI_ORGANISATION=Fe y Café\r\n".encode())

    settings, _ = read({}, tmp_path)

    assert (settings.country, settings.organisation) == ("BO", "Fe y Café")


@pytest.mark.parametrize(
    "typed",
    [
        ("decide", "--answers", "{file}"),
        ("verify", "--file", "{file}", "--keys", "{file}"),
        ("simulate", "--bank", "{file}"),
    ],
)
def test_what_is_given_in_another_alphabet_is_named(
    typed: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "given.json").write_bytes(b'{"of": "Cooperaci\xf3n"}')

    assert main([each.format(file="given.json") for each in typed]) == 1
    assert "given.json:1: a letter is not in UTF-8 (byte 0xf3). Save it as UTF-8." in capsys.readouterr().err


@pytest.mark.parametrize("sender", ["+15005550006", "4646", "MG" + "0a" * 16])
def test_a_number_a_short_code_and_a_messaging_service_need_no_remark(sender: str, tmp_path: Path) -> None:
    settings, remarks = read({**TWILIO, "CHASQUI_TWILIO_FROM": sender}, tmp_path)
    assert (settings.senders.twilio[0].two_way, remarks) == (True, [])
    assert not carrying_of(settings).one_way


def test_a_name_as_sender_is_said_to_hear_nothing(tmp_path: Path) -> None:
    settings, (remark,) = read({**TWILIO, "CHASQUI_TWILIO_FROM": "abc"}, tmp_path)
    assert "'abc' is a name, not a number: Twilio sends from it, and learners cannot answer." in remark
    assert carrying_of(settings).one_way


def test_a_key_that_can_be_guessed_is_remarked_on_with_how_to_make_one(tmp_path: Path) -> None:
    _, (remark,) = read({"CHASQUI_SECRET_KEY": "x"}, tmp_path)
    assert "CHASQUI_SECRET_KEY has only 1 characters" in remark
    assert "openssl rand -hex 32" in remark
    assert read({"CHASQUI_SECRET_KEY": "ab" * 32}, tmp_path)[1] == []
