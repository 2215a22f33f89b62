"""One table that every channel passes: what it says, what it cannot, and which refusal each trouble is."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bot.delivering.sms import sms_text
from bot.messages import Channel, Choice, Content, Heard, Media, Refusal, SendFailed, Sent
from store import inbox
from store.database import Database
from tests.messaging.conformance import EARS, KITS, NOW, Ear, Kit, Knock

CHOICES = (Choice(label="A", text="De la punta"), Choice(label="B", text="Del tercio medio"))
FILE = Media(kind="document", data='{"name": "Rosa"}', name="chasqui.json")

kits = pytest.mark.parametrize("kit", KITS, ids=lambda kit: kit.name)
providers = pytest.mark.parametrize("kit", [kit for kit in KITS if kit.provider], ids=lambda kit: kit.name)


HELLO = Content(text="Hola")


async def refused(channel: Channel, kit: Kit, content: Content = HELLO, **more: Any) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(kit.outbound(content, **more))
    return caught.value


# -- what is said --


@pytest.mark.parametrize(
    "text",
    [
        "Hola",
        "¿Cuándo se poda el café? En la mañana, señora Ñusta: ¡ya!",
        "Bien hecho 🌱👩🏽‍🌾🇵🇪",
        "Una línea\ny otra",
        "<b>no</b> & *tampoco* {} [x]",
        "=1+1",
        "a" * 1600,
    ],
    ids=["plain", "accents", "emoji", "two lines", "signs", "formula", "as long as an SMS may be"],
)
@kits
async def test_a_text_arrives_as_its_channel_carries_it(kit: Kit, text: str) -> None:
    content = Content(text=text)
    async with kit.open(5.0) as line:
        sent = await line.channel.send(kit.outbound(content))
        carried = text if line.channel.capabilities.charset == "any" else sms_text(content)
        assert line.said() == [carried]
        assert sent.provider_id
        assert (sent.segments > 0) == (line.channel.capabilities.charset != "any")


@kits
async def test_a_text_over_the_limit_is_parted_or_refused_and_never_cut(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        long = "mil palabras " * 330
        if line.channel.capabilities.charset == "any":
            await line.channel.send(kit.outbound(Content(text=long)))
            assert "".join("".join(line.said()).split()) == "".join(long.split())
        else:
            failed = await refused(line.channel, kit, Content(text=long))
            assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.REJECTED, True, False)
            assert line.said() == []


@pytest.mark.parametrize("listed", [True, False])
@kits
async def test_choices_are_buttons_where_there_are_any_and_else_a_list(kit: Kit, listed: bool) -> None:
    content = Content(text="¿De que parte?", choices=CHOICES, listed=listed, token="t3")
    async with kit.open(5.0) as line:
        await line.channel.send(kit.outbound(content))
        (said,) = line.said()
        if line.channel.capabilities.buttons:
            assert [button.partition(") ")[2] for button in line.buttons()] == [each.text for each in CHOICES]
        else:
            assert ("B) Del tercio medio" in said) == listed
            assert line.buttons() == []
        assert said.startswith("¿De que parte?")


@kits
async def test_a_document_goes_along_where_files_are_carried_and_the_text_always(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        await line.channel.send(kit.outbound(Content(text="Sus datos.", media=(FILE,))))
        assert line.said() == ["Sus datos."]
        assert line.files() == ([FILE.data] if line.channel.capabilities.media else [])


@kits
async def test_a_press_is_closed_without_a_word_only_where_there_are_buttons(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        closing = Content(text="", closes="4382bfdwdsb323b2d9:8", notice="Ya")
        if line.channel.capabilities.buttons:
            await line.channel.send(kit.outbound(closing))
        else:
            assert (await refused(line.channel, kit, closing)).reason is Refusal.REJECTED
        assert line.said() == []


@kits
async def test_nothing_to_say_is_refused_for_good(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        failed = await refused(line.channel, kit, Content(text=" \n"))
        assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.REJECTED, True, False)
        assert line.said() == []


@kits
async def test_an_address_of_another_scheme_is_refused_before_anything_is_spoken(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        for other in ("whatsapp:0", "telegram:Rosa", "tel:112", "simulator:fax:+51900000001"):
            failed = await refused(line.channel, kit, address=other)
            assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.BAD_ADDRESS, True, False)
        assert line.said() == []


async def test_what_has_expired_is_refused_by_the_channel_that_tells_its_provider_how_long_it_holds() -> None:
    # The others never see it: the claim is the last look, and marks it as expired.
    for kit in KITS:
        if not kit.provider or kit.name == "telegram":
            continue
        async with kit.open(5.0) as line:
            failed = await refused(line.channel, kit, expires_at=NOW - timedelta(seconds=1))
            assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.REJECTED, True, False)
            assert line.said() == []


ODD = {
    "half a surrogate pair": Content(text="Rosa \ud83d"),
    "NUL": Content(text="a\0b"),
    "a token too long for a button": Content(text="¿Cuál?", choices=CHOICES, token="t" * 80),
    "choices without words": Content(text="¿?", choices=(Choice(label="", text=""), Choice(label="B", text=""))),
    "crossed markup": Content(text="x", rich="**a *b** c* <b>&lt;"),
    "a file that is not there": Content(text="x", media=(Media(kind="voice", path="../../etc/passwd"),)),
    "a kind of file that nobody knows": Content(text="x", media=(Media(kind="hologram", data="x"),)),
    "a handle that is none": Content(text="x", closes=":::", notice="x" * 500),
    "right to left": Content(text="\u202e\u200f\u0301"),
    "a combining heap": Content(text="e" + "\u0301" * 500),
    "a contact is asked for, with choices": Content(text="x", choices=CHOICES, asks_contact=True, token="t"),
}


@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
@kits
async def test_whatever_it_is_given_it_answers_with_sent_or_send_failed(kit: Kit, content: Content) -> None:
    async with kit.open(5.0) as line:
        outcome: Sent | SendFailed
        try:
            outcome = await line.channel.send(kit.outbound(content))
        except SendFailed as failed:
            outcome = failed
        assert isinstance(outcome, Sent) or isinstance(outcome.reason, Refusal)


@kits
async def test_closing_twice_is_harmless_also_when_nothing_was_sent(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        await line.channel.close()
        await line.channel.close()


@kits
async def test_one_that_can_be_asked_finds_what_it_sent_and_one_that_cannot_finds_nothing(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        first, never = kit.outbound(Content(text="Primero")), kit.outbound(Content(text="Nunca"), id=8)
        sent = await line.channel.send(first)
        found = await line.channel.find(first, NOW)
        assert (found and found.provider_id) == (sent.provider_id if line.channel.capabilities.asks else None)
        assert await line.channel.find(never, NOW) is None


async def test_the_drawn_phones_show_what_the_real_ones_would() -> None:
    contents = [
        Content(text="¿Cuándo se poda el café?", policy=policy, choices=CHOICES, listed=listed, token="t3")
        for policy in ("exact", "gsm", "plain", "ascii")
        for listed in (True, False)
    ]
    by_name = {kit.name: kit for kit in KITS}
    for drawn, real in (("simulator:sms", "twilio"), ("simulator:chat", "telegram")):
        said = []
        for name in (drawn, real):
            async with by_name[name].open(5.0) as line:
                for content in contents:
                    await line.channel.send(by_name[name].outbound(content))
                said.append((line.said(), line.buttons()))
        assert said[0] == said[1]


# -- how it fails --


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a trouble must be to the sending loop, whoever the provider is."""

    reasons: tuple[Refusal, ...]
    permanent: bool = False
    ambiguous: bool = False
    retry_after: float | None = None
    waits: bool = False  # for as long as the channel thinks right


DOUBT = Means(reasons=(Refusal.UNCERTAIN,), ambiguous=True)
TROUBLES = {
    "she will not hear us": Means(reasons=(Refusal.BLOCKED, Refusal.OPTED_OUT), permanent=True),
    "no such address": Means(reasons=(Refusal.BAD_ADDRESS,), permanent=True),
    "a text it does not take": Means(reasons=(Refusal.REJECTED,), permanent=True),
    "wait 35 seconds": Means(reasons=(Refusal.RATE_LIMITED,), retry_after=35.0),
    "a token that is not ours": Means(reasons=(Refusal.CREDENTIALS,)),
    "its queue is full": Means(reasons=(Refusal.RATE_LIMITED,), waits=True),
    "500": DOUBT,
    "502 of a proxy": DOUBT,
    "a page instead of an answer": DOUBT,
    "an empty answer": DOUBT,
    "half an answer": DOUBT,
    "a cut connection": DOUBT,
    "no answer": DOUBT,
    # Whoever redirects is not the provider, which therefore has not seen the message.
    "a captive portal's redirect": Means(reasons=(Refusal.UNAVAILABLE,)),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@providers
async def test_a_trouble_means_the_same_whoever_the_provider_is(
    kit: Kit, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    means = TROUBLES[trouble]
    if trouble in kit.never:
        pytest.skip(f"{kit.name} never says so")
    async with kit.open(0.3 if trouble == "no answer" else 5.0) as line:
        line.fail(trouble)
        failed = await refused(line.channel, kit)
        assert failed.reason in means.reasons
        assert (failed.permanent, failed.ambiguous) == (means.permanent, means.ambiguous)
        assert (failed.retry_after or 0) > 0 if means.waits else failed.retry_after == means.retry_after
        # And the next message goes out as if nothing had been.
        before = len(line.said())
        await line.channel.send(kit.outbound(Content(text="Otra vez"), id=8))
        assert line.said()[before:] == ["Otra vez"]
    told = caplog.text + str(failed) + "".join(traceback.format_exception(failed))
    for secret in kit.secrets:
        assert secret not in told


@providers
async def test_nobody_listening_is_safe_to_say_again(kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert kit.nowhere
    channel = kit.nowhere()
    failed = await refused(channel, kit)
    assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.UNAVAILABLE, False, False)
    await channel.close()
    assert not any(secret in caplog.text + str(failed) + repr(channel) for secret in kit.secrets)


@providers
async def test_a_closed_channel_says_nothing_more(kit: Kit) -> None:
    async with kit.open(5.0) as line:
        await line.channel.send(kit.outbound(Content(text="Hola")))
        await line.channel.close()
        failed = await refused(line.channel, kit)
        assert (failed.reason, failed.permanent, failed.ambiguous) == (Refusal.UNAVAILABLE, False, False)
        assert line.said() == ["Hola"]


# -- the way in --

ears = pytest.mark.parametrize("ear", EARS, ids=lambda ear: ear.name)


@ears
def test_a_genuine_text_is_heard_with_who_wrote_it_and_an_id_of_its_own(ear: Ear) -> None:
    first, second = ear.hear(Knock(text="Sí, señora 🌱", number=1)), ear.hear(Knock(number=2))
    assert first
    assert second
    assert (first.kind, first.text, first.received_at) == (Heard.TEXT, "Sí, señora 🌱", NOW)
    assert first.address == second.address
    assert first.provider_id != second.provider_id


@ears
def test_a_text_is_composed_and_without_nul_for_both_databases(ear: Ear) -> None:
    heard = ear.hear(Knock(text="n\u0303andu\u0301\0"))
    assert heard
    assert heard.text == "ñandú\ufffd"


@pytest.mark.parametrize("ear", [ear for ear in EARS if ear.signs], ids=lambda ear: ear.name)
def test_what_is_forged_is_not_heard(ear: Ear) -> None:
    assert ear.hear(Knock(forged=True)) is None


@ears
def test_what_the_provider_never_sends_is_not_heard(ear: Ear) -> None:
    for field in ear.must_hold:
        assert ear.hear(Knock(spoiled=field)) is None


@ears
def test_what_is_repeated_is_one_message_and_the_order_of_numbers_does_not_matter(ear: Ear, database: Database) -> None:
    numbers = (900, 3, 900, 2_000_000_000, 3, 1, 900)
    heard = [ear.hear(Knock(number=number)) for number in numbers]
    news = []
    for each in heard:
        assert each
        with database.writing() as conn:
            news += inbox.keep(conn, [each], NOW)
    assert news == [True, True, False, True, False, True, False]
