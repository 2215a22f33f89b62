"""Any number of senders in a file: what cannot be used is named by line with its cure, and no secret is shown."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from authoring.shelf import Shelf
from bot.messages import Allowance
from cli import greeting, speaking
from cli.settings import ROOT, Settings, SettingsError, read
from cli.wiring import channels_of, policy_of

PHONE = {
    "CHASQUI_ANDROID_URL": "http://127.0.0.1:8080",
    "CHASQUI_ANDROID_USERNAME": "sms",
    "CHASQUI_ANDROID_PASSWORD": "canary-phone",
    "CHASQUI_ANDROID_SIGNING_KEY": "canary-signing",
}
KANNEL = {
    "CHASQUI_HTTP_URL": "http://127.0.0.1:13013",
    "CHASQUI_HTTP_PROFILE": "kannel",
    "CHASQUI_HTTP_USERNAME": "chasqui",
    "CHASQUI_HTTP_PASSWORD": "canary-kannel",
    "CHASQUI_HTTP_FROM": "4545",
}
WHOLE = """
[[telegram]]
token = "110201543:canary-canary-canary"

[[telegram]]
name = "bolivia"
token = "220201543:canary-canary-canary"

[[twilio]]
account_sid = "AC1"
auth_token = "canary-twilio"
from = "+15005550006"
price = "0.08 USD"

[[android]]
name = "puno"
url = "http://192.168.1.20:8080"
username = "sms"
password = "canary-android"
signing_key = "canary-key"
every = "4-8"
daily = 200

[[android.sims]]
slot = 1
number = "+51900000009"
operator = "Claro"
price = "0.01 USD"

[[android.sims]]
slot = 2
number = "+51900000008"

[[http]]
name = "tigo"
profile = "jasmin"
url = "http://10.0.0.5:1401"
username = "chasqui"
password = "canary-jasmin"
from = "4646"
secret = "canary-path"
country = "BO"
rate = 10
headers = ["X-Api-Key: canary-header"]
"""


def written(folder: Path, text: str) -> dict[str, str]:
    path = folder / "senders.toml"
    path.write_text(text)
    path.chmod(0o600)
    return {"CHASQUI_SENDERS_FILE": str(path)}


def test_the_file_mixes_with_the_plain_settings(tmp_path: Path) -> None:
    settings, _ = read({**written(tmp_path, WHOLE), **KANNEL, "CHASQUI_SMS_PRICE": "0.02 USD"}, tmp_path)

    assert list(settings.senders.names()) == [
        "telegram:110201543", "telegram:220201543", "twilio:+15005550006", "android:+51900000009",
        "android:+51900000008", "http:4545", "http:tigo",
    ]  # fmt: skip
    assert settings.senders.operators() == {"android:+51900000009": "claro"}
    policy = policy_of(settings)
    assert (policy.prices["android:+51900000009"], policy.prices["http:4545"]) == (Decimal("0.01"), Decimal("0.02"))
    assert policy.currency == "USD"


def test_the_first_of_each_kind_has_the_plain_path_and_the_others_a_name(tmp_path: Path) -> None:
    settings, _ = read({**written(tmp_path, WHOLE), **KANNEL}, tmp_path)
    senders = settings.senders

    assert [speaking.telegram_path(each) for each in senders.telegram] == [
        "/webhooks/telegram",
        "/webhooks/telegram/bolivia",
    ]
    assert [speaking.http_path(each) for each in senders.http] == ["/webhooks/http", "/webhooks/http/tigo"]
    assert [speaking.android_path(each) for each in senders.android] == ["/webhooks/android"]


async def test_each_sim_is_a_channel_with_its_own_pace(tmp_path: Path, shelf: Shelf) -> None:
    settings, _ = read(written(tmp_path, WHOLE), tmp_path)
    found = {each.name: each for each in channels_of(settings, shelf)}

    assert found["android:+51900000009"].allowance == Allowance(  # type: ignore[attr-defined]
        per_second=1 / 6, jitter=2 / 6, per_day=200
    )
    assert found["http:tigo"].allowance == Allowance(per_second=10.0)  # type: ignore[attr-defined]
    assert found["android:+51900000009"].operator == "claro"  # type: ignore[attr-defined]
    for each in found.values():
        await each.close()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[telegram]]\ntoken = "no"\n', 2, "BotFather"),
        ("[[telegram]]\ntokn = 5\n", 2, "Write token"),
        ('[[twilio]]\nfrom = "+1"\n', 1, "account_sid is missing"),
        ('[[android]]\nurl = "http://a"\nusername = "x"\n', 1, "password is missing"),
        ('[[android]]\nusername = "x"\npassword = "x"\nurl = "ftp://a"\n', 4, "https://host"),
        (WHOLE.replace("slot = 1", "slot = 9"), 25, "from 1"),
        (WHOLE.replace('every = "4-8"', 'every = "often"'), 21, "5-15"),
        (WHOLE.replace("daily = 200", 'daily = "many"'), 22, "whole number"),
        (WHOLE.replace("rate = 10", "rate = 0"), 43, "segments per second"),
        (WHOLE.replace('"jasmin"', '"nokia"'), 36, "kannel, jasmin"),
        (WHOLE.replace('secret = "canary-path"', ""), 34, "secret is missing"),
        (WHOLE.replace('name = "tigo"', 'name = "sms"'), 35, "not sms or status"),
        (WHOLE.replace('price = "0.01 USD"', 'price = "cheap"'), 28, "0.05 USD"),
        (WHOLE.replace('price = "0.01 USD"', 'price = "1e999 USD"'), 28, "0.05 USD"),
        (WHOLE.replace('price = "0.01 USD"', 'price = "inf"'), 28, "0.05 USD"),
        (WHOLE.replace('country = "BO"', 'country = "XX"'), 42, "PE, BO, RW"),
        ("[android]\nurl = 1\n", 1, "[[android]]"),
        ("[[pigeon]]\n", 1, "pigeon is not known"),
        ('[[http]]\nurl = "x\n', 2, "quote"),
    ],
)
def test_what_cannot_be_used_is_named_by_line_with_its_cure(tmp_path: Path, text: str, line: int, said: str) -> None:
    given = written(tmp_path, text)

    with pytest.raises(SettingsError) as caught:
        read(given, tmp_path)

    assert str(caught.value).startswith(f"{given['CHASQUI_SENDERS_FILE']}:{line}: ")
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"CHASQUI_ANDROID_URL": "http://a"}, "CHASQUI_ANDROID_USERNAME is missing"),
        ({**PHONE, "CHASQUI_ANDROID_SIMS": "+51900000009"}, "1:+51"),
        ({**PHONE, "CHASQUI_ANDROID_SIMS": "1:+51900000009,1:+51900000008"}, "one slot twice"),
        ({**PHONE, "CHASQUI_ANDROID_EVERY": "15-5"}, "5-15"),
        (
            {**PHONE, "CHASQUI_REHEARSAL": "1", "CHASQUI_ANDROID_URL": "http://192.168.1.9:8080"},
            "must not reach people",
        ),
        ({**KANNEL, "CHASQUI_REHEARSAL": "1", "CHASQUI_HTTP_URL": "http://box.example"}, "must not reach people"),
        ({"CHASQUI_HTTP_PROFILE": "kannel"}, "CHASQUI_HTTP_URL is missing"),
        ({**KANNEL, "CHASQUI_PUBLIC_URL": "https://chasqui.example.org"}, "CHASQUI_HTTP_SECRET is missing"),
        ({**KANNEL, "CHASQUI_HTTP_SECRET": "a b"}, "8 to 128"),
        ({**KANNEL, "CHASQUI_HTTP_BODY": "{nobody}", "CHASQUI_HTTP_METHOD": "POST"}, "{nobody}"),
        ({"CHASQUI_HTTP_URL": "http://{to}.example/", "CHASQUI_HTTP_BODY": "x"}, "placeholder in its host"),
        ({"CHASQUI_HTTP_URL": "file:///etc/passwd", "CHASQUI_HTTP_BODY": "x"}, "https://"),
        ({"CHASQUI_HTTP_URL": "http://a", "CHASQUI_HTTP_BODY": "x", "CHASQUI_HTTP_REPLY_ID": "id"}, "brackets"),
        ({**KANNEL, "CHASQUI_HTTP_STATUSES": "1=arrived"}, "theirs=ours"),
        ({**KANNEL, "CHASQUI_HTTP_CHARSET": "klingon"}, "utf-8"),
        ({"CHASQUI_SMS_PRICE": "cheap", **PHONE}, "0.05 USD"),
        ({"CHASQUI_SENDERS_FILE": "nowhere.toml"}, "cannot be read"),
    ],
)
def test_a_plain_setting_that_cannot_be_used_is_named(given: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(given, tmp_path)
    assert said in str(caught.value)


def test_a_file_that_everybody_may_read_and_a_sender_that_is_there_twice_are_refused(tmp_path: Path) -> None:
    given = written(tmp_path, WHOLE)
    with pytest.raises(SettingsError, match="is set besides"):
        read({**given, **PHONE, "CHASQUI_ANDROID_SIMS": "1:+51900000009"}, tmp_path)
    with pytest.raises(SettingsError, match="is there twice"):
        read(written(tmp_path, WHOLE + WHOLE.replace('name = "tigo"', 'name = "two"')), tmp_path)
    Path(given["CHASQUI_SENDERS_FILE"]).chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        read(given, tmp_path)


def test_bi086_no_secret_of_any_sender_stands_in_a_repr_and_each_is_struck_from_logs(tmp_path: Path) -> None:
    settings, _ = read({**written(tmp_path, WHOLE), **KANNEL}, tmp_path)

    assert "canary" not in repr(settings) + repr(settings.senders)
    assert all("canary" not in repr(each) for kind in ("telegram", "twilio", "android") for each in
               getattr(settings.senders, kind))  # fmt: skip
    held = set(settings.secrets)
    for secret in ("twilio", "android", "key", "jasmin", "path", "header", "kannel"):
        assert f"canary-{secret}" in held


def test_the_greeting_says_what_is_live_and_what_would_switch_on_the_rest() -> None:
    said = greeting._TEXTS["en"]
    off = Settings()
    on, _ = read({**PHONE, "CHASQUI_ANDROID_SIMS": "1:+51900000009:claro", **KANNEL}, Path("/nowhere"))

    assert "CHASQUI_ANDROID_URL" in greeting._android(off, said)[0]
    assert "CHASQUI_HTTP_URL" in greeting._http(off, said)[0]
    assert "+51900000009 (claro)" in greeting._android(on, said)[0]
    assert "4545" in greeting._http(on, said)[0]
    assert "canary" not in "".join(greeting._android(on, said) + greeting._http(on, said))


def test_the_examples_of_the_documentation_load(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "gateways.md").read_text()
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    settings, _ = read(written(tmp_path, example), tmp_path)
    assert len(list(settings.senders.names())) == 5

    for block in re.findall(r"```\n( *CHASQUI_.*?)```", page, re.DOTALL):
        (tmp_path / ".env").write_text("\n".join(line.strip() for line in block.splitlines()))
        (tmp_path / ".env").chmod(0o600)
        settings, remarks = read({}, tmp_path)
        assert list(settings.senders.names())
        assert remarks == []


def test_the_commands_menu_lets_her_correct_her_name_in_every_language() -> None:
    catalogue = Shelf(ROOT / "content")()
    menu = greeting.commands(catalogue)

    assert ("mi_nombre", "Corregir mi nombre") in menu["es"]
    for language in catalogue.wording.languages:
        said = catalogue.wording.say(language, "command.name")
        (word,) = [word for word, sentence in menu[language] if sentence == said]
        assert catalogue.vocabulary.commands[language]["NAME"][0] == word.replace("_", " ")
