"""What goes to a generic gateway: every value escaped for where it stands, and nobody but the set address asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from bot.delivering.alphabet import BASIC, EXTENSION
from bot.delivering.septets import letters, octets
from bot.messages import Address, Content, Outbound, Refusal, SendFailed
from messaging.http_gateway import Gateway, Request, TemplateError, render, try_out
from messaging.numbers import e164, own_id, row_of, sender_of

NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
NASTY = 'a&b=c "x" <y> \\ {to} %41 + ñ\nline'


def outbound(text: str = NASTY, **more: Any) -> Outbound:
    given = {"id": 7, "sender": "x", "address": Address.parse("tel:+51900000001"), "content": Content(text=text)}
    return Outbound(**{**given, "created_at": NOW, "not_before": NOW, **more})


def asked(outbound: Outbound, **gateway: Any) -> Request:
    given = Gateway(**{"url": "https://box.example/send", "number": "4545", **gateway})
    try_out(given)
    return render(outbound, given, id="7-0b73-0123456789ab", status_url="https://c.example/st", now=NOW)


def test_each_place_escapes_as_it_must() -> None:
    url = asked(outbound(), url="https://box.example/send?text={text}&to={to}", method="GET")
    form = asked(outbound(), body="text={text}&to={to}")
    told = asked(outbound(), body='{"text": "{text}", "to": ["{to}"], "more": {"id": "{id}"}}')
    xml = asked(outbound(), body="<sms to='{to}'>{text}</sms>")

    assert parse_qs(urlsplit(url.url).query) == {"text": [NASTY], "to": ["+51900000001"]}
    assert dict(parse_qsl((form.body or b"").decode())) == {"text": NASTY, "to": "+51900000001"}
    assert json.loads(told.body or b"") == {
        "text": NASTY, "to": ["+51900000001"], "more": {"id": "7-0b73-0123456789ab"},
    }  # fmt: skip
    assert b"a&amp;b=c &quot;x&quot; &lt;y&gt;" in (xml.body or b"")
    assert [each.headers.get("Content-Type", "").partition(";")[0] for each in (form, told, xml)] == [
        "application/x-www-form-urlencoded", "application/json", "text/xml",
    ]  # fmt: skip


def test_a_value_is_never_a_placeholder_or_a_header_again() -> None:
    said = asked(outbound("{password}"), body="text={text}", password="a-secret")
    header = asked(outbound(), body="x", headers=(("X-Id", "{id}"), ("Authorization", "Basic {basic}")), username="u")

    assert b"a-secret" not in (said.body or b"")
    assert header.headers["Authorization"] == "Basic dTo="


def test_a_latin_gateway_gets_latin_octets_and_one_without_ucs2_gets_ascii() -> None:
    latin = asked(outbound("mañana"), body="text={text}", charset="iso-8859-1")
    narrow = asked(outbound("mañana 🌱"), body="text={text}&c={coding}", codings=("0",))

    assert latin.body == b"text=ma%F1ana"
    assert narrow.body == b"text=manana+%3F&c=0"


def test_the_validity_ends_with_what_is_said() -> None:
    soon = outbound("x", expires_at=NOW + timedelta(minutes=90, seconds=59))

    assert asked(soon, body="v={validity_minutes}").body == b"v=90"
    assert asked(outbound("x"), body="v={validity_minutes}").body == b"v=360"
    with pytest.raises(SendFailed) as caught:
        asked(outbound("x", expires_at=NOW), body="x")
    assert caught.value.reason is Refusal.REJECTED


def test_a_text_of_more_parts_than_the_gateway_carries_is_refused_whole() -> None:
    with pytest.raises(SendFailed) as caught:
        asked(outbound("x" * 800), body="x", max_parts=5)
    assert (caught.value.reason, caught.value.permanent) == (Refusal.REJECTED, True)


@pytest.mark.parametrize(
    "url", ["https://{to}/", "https://box.{text}.example/", "{text}://x/", "box.example", "ftp://x"]
)
def test_no_placeholder_chooses_whom_we_speak_to(url: str) -> None:
    with pytest.raises(TemplateError):
        try_out(Gateway(url=url))


def test_every_letter_of_gsm_7_survives_as_octets() -> None:
    assert letters(octets(BASIC + EXTENSION)) == BASIC + EXTENSION
    assert octets("€ñ") == b"\x1b\x65\x7d"


@pytest.mark.parametrize(
    ("written", "country", "read"),
    [
        ("900000001", "PE", "+51900000001"),
        ("51900000001", "PE", "+51900000001"),
        ("0051900000001", "PE", "+51900000001"),
        ("+51 900-000-001", "BO", "+51900000001"),
        ("70000001", "BO", "+59170000001"),
        ("0788000001", "RW", "+250788000001"),
        ("250788000001", "RW", "+250788000001"),
        *((each, "PE", "") for each in ("CLARO", "5050", "123", "", "080012345", "Su Banco", "٩٠٠٠٠٠٠٠١")),
    ],
)
def test_a_number_is_read_by_the_gateways_country_and_machines_are_none(written: str, country: str, read: str) -> None:
    assert e164(written, country) == read


def test_our_id_is_the_same_at_every_attempt_and_names_row_and_sender() -> None:
    first, later = own_id(outbound(), "android:a"), own_id(outbound(attempt=4), "android:a")
    others = [own_id(outbound(), "android:b"), own_id(outbound(id=8), "android:a"), own_id(outbound(), "android:a", 1)]
    others.append(own_id(outbound(created_at=NOW + timedelta(microseconds=1)), "android:a"))

    assert first == later
    assert first not in others
    assert len(own_id(outbound(id=99_999_999_999_999), "android:a", 10)) <= 36
    assert (row_of(first), sender_of(first, ["android:b", "android:a"])) == (7, "android:a")
    assert (row_of("LreFUt-Z3sSq0JufY9uWB"), sender_of("x", ["android:a"])) == (None, "")
