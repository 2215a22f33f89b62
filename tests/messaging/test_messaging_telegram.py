"""The Telegram channel against a Bot API on loopback: what it says, and what it makes of every refusal."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.messages import Address, Channel, Choice, Content, Media, Outbound, Refusal, SendFailed
from messaging.telegram import TelegramChannel, is_genuine
from messaging.telegram_errors import NothingWritten, network_error, refused, send_failed
from tests.changing import replace
from tests.fakes.bot_api_spec import NO_SPEC, ROOT, check_call, spec
from tests.fakes.telegram_api import TOKEN, Fault, TelegramApi, error

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
CHAT = 700001
QUESTION = Content(
    text="¿De dónde se toma la semilla?",
    choices=(Choice(label="A", text="De la punta"), Choice(label="B", text="Del tercio medio")),
    token="Zk3",
    language="es",
)
BLOCKED = error(403, "Forbidden: bot was blocked by the user")


def outbound(content: Content, chat: str = f"telegram:{CHAT}") -> Outbound:
    return Outbound(
        id=1, sender="telegram:110201543", address=Address.parse(chat), content=content, created_at=NOW, not_before=NOW
    )


def channel_to(url: str, **settings: Any) -> TelegramChannel:
    return TelegramChannel(name="telegram:110201543", token=TOKEN, api_url=url, **{"timeout": 5.0, **settings})


@asynccontextmanager
async def talking(**settings: Any) -> AsyncIterator[tuple[TelegramApi, TelegramChannel]]:
    """A server and a channel to it; in the end nothing may have been said against the specification."""
    async with TelegramApi() as api:
        channel = channel_to(api.url, **settings)
        try:
            yield api, channel
        finally:
            await channel.close()
    assert api.violations == []


async def refusal(channel: TelegramChannel, content: Content = QUESTION) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(outbound(content))
    return caught.value


async def test_a_question_goes_out_with_its_buttons() -> None:
    async with talking() as (api, channel):
        sent = await channel.send(outbound(QUESTION))
    (call,) = api.calls
    assert (call.method, call.params["chat_id"], call.params["parse_mode"]) == ("sendMessage", "700001", "HTML")
    assert call.params["text"] == QUESTION.text
    assert call.json("link_preview_options") == {"is_disabled": True}
    assert [row[0]["callback_data"] for row in call.json("reply_markup")["inline_keyboard"]] == ["q:Zk3:0", "q:Zk3:1"]
    assert sent.provider_id == f"{CHAT}:1"


async def test_it_asks_nobody_who_it_is_before_it_speaks() -> None:
    async with talking() as (api, channel):
        await channel.send(outbound(Content(text="Hola")))
    assert [call.method for call in api.calls] == ["sendMessage"]


async def test_it_is_a_channel() -> None:
    channel: Channel = channel_to("http://127.0.0.1:9")
    assert await channel.find(outbound(QUESTION), NOW) is None
    has = channel.capabilities
    assert (has.two_way, has.buttons, has.media, has.charset, has.max_length, has.asks) == (
        True, True, True, "any", 4096, False,
    )  # fmt: skip
    await channel.close()


async def test_words_of_a_learner_arrive_as_she_wrote_them() -> None:
    # BI046: the fake takes the text apart as Telegram does, and would refuse a tag.
    for name in ('=HYPERLINK("http://x","y")', "@SUM(1)", "<b>Rosa</i> & <script>", "\ud83d ñandú 😀"):
        async with talking() as (api, channel):
            await channel.send(outbound(Content(text=f"Hola {name}", rich=f"**Hola** {name}")))
        assert len(api.calls) == 1


async def test_a_pressed_keyboard_is_closed_and_the_press_acknowledged() -> None:
    content = Content(text="Sí: tercio medio.", closes="4382bf:8", notice="✓ " + "x" * 300)
    async with talking() as (api, channel):
        await channel.send(outbound(content))
    (answer,) = api.called("answerCallbackQuery")
    (edit,) = api.called("editMessageReplyMarkup")
    assert answer.params["callback_query_id"] == "4382bf"
    assert len(answer.params["text"]) == 200
    assert edit.params == {"chat_id": "700001", "message_id": "8"}
    assert len(api.called("sendMessage")) == 1


async def test_a_press_may_be_closed_without_a_word() -> None:
    async with talking() as (api, channel):
        sent = await channel.send(outbound(Content(text="", closes="4382bf:8", notice="Ya respondiste")))
    assert sorted(call.method for call in api.calls) == ["answerCallbackQuery", "editMessageReplyMarkup"]
    assert sent.provider_id == ""


@pytest.mark.parametrize(
    "fault",
    [
        error(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        error(400, "Bad Request: message is not modified"),
        error(429, "Too Many Requests: retry after 3", retry_after=3),
        Fault(502, body=b"<html>"),
        Fault(how="drop"),
    ],
)
async def test_a_press_that_cannot_be_closed_does_not_hold_up_the_answer(fault: Fault) -> None:
    async with talking() as (api, channel):
        api.fail("answerCallbackQuery", fault)
        api.fail("editMessageReplyMarkup", fault)
        sent = await channel.send(outbound(Content(text="Sí.", closes="4382bf:8")))
    assert sent.provider_id == f"{CHAT}:1"


async def test_the_contact_button_speaks_her_language() -> None:
    async with talking(share_label=lambda language: f"Compartir ({language})") as (api, channel):
        await channel.send(outbound(Content(text="¿Tu número?", asks_contact=True, language="es")))
    assert api.calls[0].json("reply_markup")["keyboard"][0][0] == {"text": "Compartir (es)", "request_contact": True}


async def test_a_long_text_goes_out_in_order_and_the_last_id_counts() -> None:
    async with talking() as (api, channel):
        sent = await channel.send(outbound(replace(QUESTION, text="a" * 4000 + "\n" + "b" * 4000)))
    first, second = api.calls
    assert (first.params["text"], second.params["text"]) == ("a" * 4000, "b" * 4000)
    assert ("reply_markup" in first.params, "reply_markup" in second.params) == (False, True)
    assert sent.provider_id == f"{CHAT}:2"


async def test_media_go_before_the_text_and_travel_once(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "rama.jpg").write_bytes(b"\xff\xd8 a branch")
    (tmp_path / "media" / "voz.es.ogg").write_bytes(b"OggS a voice")
    content = Content(
        text="Elija la planta.",
        media=(
            Media(kind="photo", path="media/rama.jpg", caption="Rama <con> cerezas \ud83d"),
            Media(kind="voice", path="media/voz.es.ogg"),
            Media(kind="document", data='{"name": "Rosa"}', name="mis-datos.json"),
        ),
    )
    async with talking(content_dir=tmp_path) as (api, channel):
        await channel.send(outbound(content))
        await channel.send(outbound(content))
    sent = ["sendPhoto", "sendVoice", "sendDocument", "sendMessage"]
    assert [call.method for call in api.calls] == sent * 2
    assert [call.files for call in api.calls[:3]] == [
        {"photo": b"\xff\xd8 a branch"}, {"voice": b"OggS a voice"}, {"document": b'{"name": "Rosa"}'},
    ]  # fmt: skip
    assert api.calls[0].params["caption"] == "Rama <con> cerezas ?"
    assert "parse_mode" not in api.calls[0].params
    assert all(call.files == {} for call in api.calls[4:])
    assert api.calls[4].params["photo"].startswith("file-")


@pytest.mark.parametrize("path", ["media/gone.jpg", "../secret.txt", "/etc/hostname", ""])
async def test_a_file_that_is_missing_or_outside_is_left_out(
    path: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    async with talking(content_dir=tmp_path / "content") as (api, channel):
        await channel.send(outbound(Content(text="Elija.", media=(Media(kind="photo", path=path),))))
    assert [call.method for call in api.calls] == ["sendMessage"]
    assert "cannot be read" in caplog.text


async def test_a_file_that_telegram_refuses_does_not_hold_up_the_text(caplog: pytest.LogCaptureFixture) -> None:
    async with talking() as (api, channel):
        api.fail("sendDocument", error(400, "Bad Request: file is too big"))
        await channel.send(outbound(Content(text="Elija.", media=(Media(kind="document", data="x", name="x.txt"),))))
    assert [call.method for call in api.calls] == ["sendDocument", "sendMessage"]
    assert "was refused" in caplog.text


async def test_a_file_that_stops_on_something_else_stops_the_text_too() -> None:
    async with talking() as (api, channel):
        api.fail("sendDocument", BLOCKED)
        failed = await refusal(channel, Content(text="x", media=(Media(kind="document", data="x", name="x.txt"),)))
    assert failed.reason is Refusal.BLOCKED
    assert api.called("sendMessage") == []


HTML = b"<html><title>502 Bad Gateway</title></html>"


@pytest.mark.parametrize(
    ("fault", "reason", "permanent", "ambiguous", "retry_after"),
    [
        (error(429, "Too Many Requests", retry_after=35), Refusal.RATE_LIMITED, False, False, 35.0),  # BI102
        (error(429, "Too Many Requests", retry_after=0), Refusal.RATE_LIMITED, False, False, 0.0),
        (error(429, "Too Many Requests"), Refusal.RATE_LIMITED, False, False, None),
        (Fault(429, body=HTML, headers={"Retry-After": "7"}), Refusal.RATE_LIMITED, False, False, 7.0),
        (Fault(429, headers={"Retry-After": "Wed, 21 Oct"}), Refusal.RATE_LIMITED, False, False, None),
        (BLOCKED, Refusal.BLOCKED, True, False, None),  # BI103
        (error(403, "Forbidden: user is deactivated"), Refusal.BLOCKED, True, False, None),
        (error(400, "Bad Request: have no rights to send a message"), Refusal.BLOCKED, True, False, None),
        (error(400, "Bad Request: chat not found"), Refusal.BAD_ADDRESS, True, False, None),
        (error(400, "Bad Request: PEER_ID_INVALID"), Refusal.BAD_ADDRESS, True, False, None),
        (error(400, "Bad Request: BUTTON_DATA_INVALID"), Refusal.REJECTED, True, False, None),
        (error(413, "Request Entity Too Large"), Refusal.REJECTED, True, False, None),
        (error(401, "Unauthorized"), Refusal.CREDENTIALS, False, False, None),
        (error(404, "Not Found"), Refusal.CREDENTIALS, False, False, None),
        (error(500, "Internal Server Error"), Refusal.UNCERTAIN, False, True, None),
        (Fault(502, body=HTML), Refusal.UNCERTAIN, False, True, None),
        (Fault(403, body=HTML), Refusal.UNCERTAIN, False, True, None),  # a proxy's, not hers
        (Fault(302, headers={"Location": "http://127.0.0.1:9/"}), Refusal.UNAVAILABLE, False, False, None),
        (Fault(200, body=HTML), Refusal.UNCERTAIN, False, True, None),  # BI104
        (Fault(200, body=b""), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, body=b'{"ok": true, "resu'), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, body=b"\xff\xfe"), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, body=b"[" * 100_000), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, answer=[1]), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, answer={"ok": False, "description": "no"}), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, answer={"ok": False, "result": {"message_id": 5}}), Refusal.UNCERTAIN, False, True, None),
        (Fault(200, answer={"ok": True, "result": True}), Refusal.UNCERTAIN, False, True, None),
        (Fault(how="drop"), Refusal.UNCERTAIN, False, True, None),
        (Fault(how="truncate"), Refusal.UNCERTAIN, False, True, None),
    ],
)
async def test_every_refusal_has_its_meaning(
    fault: Fault, reason: Refusal, permanent: bool, ambiguous: bool, retry_after: float | None
) -> None:
    async with talking() as (api, channel):
        api.fail("sendMessage", fault)
        failed = await refusal(channel)
        assert len(api.calls) == 1
        assert (failed.reason, failed.permanent, failed.ambiguous) == (reason, permanent, ambiguous)
        assert failed.retry_after == retry_after
        # and the next message goes out as if nothing had been
        assert (await channel.send(outbound(QUESTION))).provider_id == f"{CHAT}:1"


async def test_a_server_that_does_not_answer_in_time_leaves_it_uncertain() -> None:
    async with talking(timeout=0.2) as (api, channel):
        api.fail("sendMessage", Fault(how="hang"))
        failed = await refusal(channel)
    assert (failed.reason, failed.ambiguous) == (Refusal.UNCERTAIN, True)


async def test_a_refused_connection_has_said_nothing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        channel = channel_to(f"http://127.0.0.1:{unused.getsockname()[1]}")
        failed = await refusal(channel)
        await channel.close()
    assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.UNAVAILABLE, False, False)


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "ftp://127.0.0.1", "http://", "not an address"])
async def test_an_address_that_leads_nowhere_has_said_nothing(url: str) -> None:
    channel = channel_to(url)
    failed = await refusal(channel)
    await channel.close()
    assert (failed.reason, failed.ambiguous) == (Refusal.UNAVAILABLE, False)


def test_waiting_for_a_connection_in_vain_has_said_nothing() -> None:
    assert isinstance(network_error(aiohttp.ConnectionTimeoutError("http://x/bot1:secret")), NothingWritten)
    assert send_failed(network_error(TimeoutError())).ambiguous is True


async def test_a_closed_channel_says_nothing_more() -> None:
    async with talking() as (api, channel):
        await channel.close()
        assert (await refusal(channel)).reason is Refusal.UNAVAILABLE
        assert api.calls == []


async def test_markup_that_telegram_cannot_parse_goes_out_plain() -> None:
    async with talking() as (api, channel):
        api.fail("sendMessage", error(400, "Bad Request: can't parse entities: unexpected end tag at byte offset 3"))
        sent = await channel.send(outbound(replace(QUESTION, rich="**Hola** a < b")))
    first, second = api.calls
    assert first.params["text"] == "<b>Hola</b> a &lt; b"
    assert (second.params["text"], second.params.get("parse_mode")) == ("Hola a < b", None)
    assert second.params["reply_markup"] == first.params["reply_markup"]
    assert sent.provider_id == f"{CHAT}:1"


async def test_a_group_that_has_moved_is_followed_once() -> None:
    moved = error(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-100900)
    async with talking() as (api, channel):
        api.fail("sendMessage", moved)
        await channel.send(outbound(QUESTION, "telegram:-5"))
        assert [call.params["chat_id"] for call in api.calls] == ["-5", "-100900"]
        api.fail("sendMessage", moved, moved)
        failed = await refusal(channel)
    assert failed.reason is Refusal.BAD_ADDRESS


@pytest.mark.parametrize("address", ["tel:+51900000001", "telegram:rosa", "telegram:1²", "telegram:--5"])
async def test_it_does_not_write_to_what_is_not_a_chat(address: str) -> None:
    async with talking() as (api, channel):
        with pytest.raises(SendFailed) as caught:
            await channel.send(outbound(QUESTION, address))
        assert caught.value.reason is Refusal.BAD_ADDRESS
        assert (await refusal(channel, Content(text=""))).reason is Refusal.REJECTED
        assert api.calls == []


async def test_fifty_messages_at_once_keep_their_own_answers() -> None:
    async with talking() as (_, channel):
        sent = await asyncio.gather(*(channel.send(outbound(QUESTION)) for _ in range(50)))
    assert len({one.provider_id for one in sent}) == 50


async def test_the_token_is_in_no_log_no_repr_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    # BI086. Every logger that could print an address, or the Bot, is turned up as far as it goes.
    for name in ("", "aiohttp", "aiohttp.client", "asyncio", "httpx", "httpcore", "telegram", "telegram.Bot"):
        caplog.set_level(logging.DEBUG, logger=name)
    said: list[str] = []
    async with talking(timeout=0.5) as (api, channel):
        echo = error(400, f"Bad Request: cannot reach /bot{TOKEN}/sendMessage or {TOKEN.partition(':')[2]}")
        page = Fault(502, body=f"cannot reach http://x/bot{TOKEN}/sendMessage".encode())
        api.fail("sendMessage", echo, page, replace(page, status=200), Fault(how="hang"), Fault(how="drop"), BLOCKED)
        for _ in range(6):
            said += await _everything_said_by(channel)
        with channel.speaking() as bot:
            await bot.set_webhook("https://example.org/", secret_token="canary-secret")
            said += [repr(bot), str(bot), repr(channel), repr(channel._open())]
    for url in ("http://127.0.0.1:9", "not an address", "ftp://x"):
        unreachable = channel_to(url)
        said += await _everything_said_by(unreachable)
        await unreachable.close()
    everything = ("\n".join(said) + caplog.text).lower()  # the library writes a description in small letters
    assert TOKEN.lower() not in everything
    assert TOKEN.partition(":")[2].lower() not in everything
    assert "canary-secret" not in everything
    assert "cannot reach" in everything  # the rest of the words is there


async def _everything_said_by(channel: TelegramChannel) -> list[str]:
    failed = await refusal(channel, Content(text="una frase privada", media=(), closes=""))
    chain: BaseException | None = failed
    said = ["".join(traceback.format_exception(failed))]
    while chain is not None:
        said += [str(chain), repr(chain), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    return said


async def test_what_learners_write_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with talking() as (api, channel):
        api.fail("sendMessage", Fault(200, body=b"una frase privada"), BLOCKED)
        for _ in range(2):
            await refusal(channel, Content(text="una frase privada"))
        await channel.send(outbound(Content(text="una frase privada", closes="4382bf:8", notice="una frase privada")))
    assert "una frase privada" not in caplog.text
    assert "700001" not in caplog.text


def test_the_room_opens_without_the_library() -> None:
    code = "import sys, messaging.telegram_polling, messaging.telegram; print({'telegram', 'aiohttp'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_only_our_own_secret_is_genuine() -> None:
    assert is_genuine("s3cret", "s3cret")
    assert not any(is_genuine(header, "s3cret") for header in (None, "", "S3cret", "s3cre", "ñandúú", "\udcff"))
    assert not any(is_genuine(header, "") for header in (None, "", "s3cret"))


def test_a_429_without_a_sensible_pause_names_none() -> None:
    for header, seconds in (("nan", 0.0), ("-5", 0.0), ("1e99", 86_400.0), ("soon", None), ("", None)):
        assert send_failed(refused(429, b"", header)).retry_after == seconds


def test_the_fake_holds_us_to_the_specification() -> None:
    if spec() is None:
        pytest.skip(NO_SPEC)
    assert check_call("sendMessage", {"chat_id": "1", "text": "x"}, {}) == []
    assert check_call("sendMesage", {}, {}) == ["sendMesage: no such method"]
    assert check_call("sendMessage", {"chat_id": "1"}, {}) == ["sendMessage.text: is missing"]
    assert check_call("sendMessage", {"chat_id": "1", "text": "x", "tone": "x"}, {}) == [
        "sendMessage.tone: no such field"
    ]
    assert check_call("deleteWebhook", {"drop_pending_updates": "maybe"}, {}) != []
    assert (
        check_call("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": '{"inline_keyboard": [[{}]]}'}, {})
        != []
    )
    assert check_call("sendPhoto", {"chat_id": "1"}, {"photo": b""}) == []
    assert check_call("sendPhoto", {"chat_id": "1", "photo": "file-1"}, {}) == []
