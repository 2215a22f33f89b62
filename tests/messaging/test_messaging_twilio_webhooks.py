"""What Twilio tells us: the proof that it is Twilio, with its own validator as the oracle, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.messages import Address, Heard, Receipt, Refusal, Status
from messaging.twilio import Foreign, Malformed, inbound, is_genuine, read_form, receipt

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
ACCOUNT = "AC" + "0123456789abcdef" * 2
NUMBER = "+15005550006"
SENDER = f"twilio:{NUMBER}"
SID = "SM" + "0" * 31 + "1"
TOKEN = "a-token-of-the-tests-5f3a"
URL = "https://chasqui.example/webhooks/twilio/sms"

SMS = {
    "ToCountry": "US",
    "MessageSid": SID,
    "SmsMessageSid": SID,
    "SmsSid": SID,
    "SmsStatus": "received",
    "NumMedia": "0",
    "NumSegments": "1",
    "AccountSid": ACCOUNT,
    "From": "+51900000001",
    "To": NUMBER,
    "Body": "¿Qué sigue? B",
    "ApiVersion": "2010-04-01",
}


def signed(url: str, fields: list[tuple[str, str]], token: str = TOKEN, algorithm: str | None = None) -> str:
    return str(RequestValidator(token).compute_signature(url, MultiDict(fields), algorithm))


def genuine(url: str = URL, fields: list[tuple[str, str]] | None = None, **changed: Any) -> bool:
    fields = list(SMS.items()) if fields is None else fields
    return is_genuine(**{"tokens": [TOKEN], "url": url, "fields": fields, "signature": signed(url, fields)} | changed)


# -- the signature --

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FIELDS = st.lists(st.tuples(st.sampled_from(["Body", "From", "To", "body", "Ñandú", ""]) | TEXTS, TEXTS), max_size=12)
HOSTS = st.sampled_from(["chasqui.example", "Chasqui.Example", "127.0.0.1", "xn--qusqu-qsa.pe"])
PORTS = st.sampled_from(["", ":443", ":80", ":8443", ":65535"])
PATHS = st.sampled_from(["", "/", "/webhooks/twilio/sms", "/a%20b/;v=1", "/a;", "/x/", "/ñ", "//x", "/a|b", "/a?b?c"])
QUERIES = st.sampled_from(["", "?", "?mid=77", "?mid=77&x=a%20b", "?x=a+b", "?x=;", "#f", "?x=1#f", "#", "?#", "?u=/a"])
URLS = st.tuples(st.sampled_from(["http://", "https://", "HTTPS://"]), HOSTS, PORTS, PATHS, QUERIES).map("".join)


@given(
    url=URLS,
    fields=FIELDS,
    as_signed=st.sampled_from(["as it is", "with port", "without port", "forged", "tidied"]),
    algorithm=st.sampled_from(["", "HMAC_SHA1", "HMAC_SHA256", "hmac_sha256", "HMAC_MD5"]),
)
@settings(max_examples=600, deadline=None)
@example(url="https://chasqui.example/a?", fields=[], as_signed="tidied", algorithm="")
def test_it_agrees_with_twilio_s_own_validator(url, fields, as_signed, algorithm):
    from twilio.request_validator import add_port, remove_port, urlparse

    place = {
        "with port": add_port(urlparse(url)),
        "without port": remove_port(urlparse(url)),
        "forged": url + "x",
        "tidied": urlparse(url).geturl(),
    }.get(as_signed, url)
    known = algorithm.upper() in ("", "HMAC_SHA1", "HMAC_SHA256")
    signature = signed(place, fields, algorithm=algorithm if known else None)
    theirs = RequestValidator(TOKEN).validate(url, MultiDict(fields), signature, algorithm or None)
    header = f"key=webhooks_sharedkey_1,algorithm={algorithm}" if algorithm else ""
    ours = is_genuine(tokens=[TOKEN], url=url, fields=fields, signature=signature, settings=header)
    assert ours is theirs


@given(
    url=st.text(max_size=60) | URLS,
    fields=st.lists(st.tuples(st.text(), st.text()), max_size=5),
    signature=st.text(max_size=40),
    header=st.text(max_size=60),
    tokens=st.lists(st.text(max_size=9), max_size=2),
)
@settings(max_examples=400, deadline=None)
@example(url="https://h:port/", fields=[], signature="x", header="", tokens=["t"])
@example(url="https://[::1/", fields=[], signature="x", header="", tokens=["t"])
@example(url="", fields=[("\ud800", "")], signature="\udcff", header="algorithm=HMAC_SHA256", tokens=["t"])
@example(url="https://h\u2100.example/", fields=[], signature="x", header="", tokens=["t"])
def test_it_takes_nothing_odd_for_genuine_and_never_raises(url, fields, signature, header, tokens):
    assert is_genuine(tokens=tokens, url=url, fields=fields, signature=signature, settings=header) is False


def test_it_is_genuine():
    assert genuine()
    assert genuine(settings="")
    header = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    assert genuine(settings=header, signature=signed(URL, list(SMS.items()), algorithm="HMAC_SHA256"))
    assert not genuine(settings=header)  # signed with SHA-1, said to be SHA-256
    assert genuine(settings="key=webhooks_sharedkey_1")


@pytest.mark.parametrize("token", ["the-new-one", "the-old-one"])
def test_both_tokens_count_while_they_are_rotated(token):
    made = signed(URL, list(SMS.items()), token)
    assert genuine(tokens=["the-new-one", "the-old-one"], signature=made)
    assert not genuine(tokens=["another", "a-third"], signature=made)


def test_an_empty_token_is_nobody_s_key():
    forged = signed(URL, list(SMS.items()), "")
    assert not genuine(tokens=["", TOKEN], signature=forged)
    assert not genuine(tokens=[""], signature=forged)
    assert not genuine(tokens=[], signature=forged)


def test_no_signature_is_not_genuine():
    assert not genuine(signature="")


def test_a_signature_holds_for_one_url_and_one_set_of_fields():
    made = signed(URL, list(SMS.items()))
    assert not genuine(URL.replace("https", "http"), signature=made)
    assert not genuine(URL + "/", signature=made)
    assert not genuine(URL + "?mid=1", signature=made)
    assert not genuine(fields=[*SMS.items(), ("More", "1")], signature=made)
    assert not genuine(fields=list((SMS | {"Body": "A"}).items()), signature=made)


# -- the form --


def as_a_browser(fields: list[tuple[str, str]]) -> str:
    return urlencode(fields)


def as_twilio(fields: list[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields)


@given(fields=FIELDS, encode=st.sampled_from([as_a_browser, as_twilio]))
@settings(max_examples=300, deadline=None)
def test_it_reads_a_form_as_it_was_written(fields, encode):
    assert read_form(encode(fields).encode()) == fields


@given(st.text("abAB+%&=;2bB0Cc3é \x00\n~", max_size=60) | st.text(max_size=40))
@settings(max_examples=1500, deadline=None)
@example("a=%252B&b=%2%2B5&c=%%2B&%41=%2b&&=&d&e=%C3%A9%ff&f=1=2")
def test_it_reads_any_form_as_the_standard_library_does(text):
    body = text.encode("utf-8", "replace")
    assert read_form(body) == parse_qsl(body.decode(), keep_blank_values=True)


@given(st.binary(max_size=60))
def test_it_reads_any_octets_as_the_standard_library_does(body):
    assert read_form(body) == parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def test_it_reads_no_more_than_a_thousand_fields():
    assert len(read_form(b"&".join([b"a=1"] * 1000))) == 1000
    with pytest.raises(Malformed):
        read_form(b"&".join([b"a=1"] * 1001))


# -- what somebody wrote --


def heard(sender: str = SENDER, **changed: Any) -> Any:
    fields = [(name, value) for name, value in (SMS | changed).items() if value is not None]
    return inbound(fields, sender=sender, account_sid=ACCOUNT, now=NOW)


def test_it_reads_an_sms():
    message = heard()
    assert (message.sender, message.provider_id) == (SENDER, SID)
    assert message.address == Address(scheme="tel", identity="+51900000001")
    assert (message.kind, message.text, message.received_at) == (Heard.TEXT, "¿Qué sigue? B", NOW)


@pytest.mark.parametrize("body", ["x" * 1600, "ñ" * 3000, "", "   ", None])
def test_it_takes_any_length(body):
    assert heard(Body="x" * 60_000).text == "x" * 4096
    assert heard(Body=body).text == (body or "")
    assert heard(Body=body).kind is Heard.TEXT


def test_its_text_is_composed_and_without_nul():
    assert heard(Body="man\u0303ana\0").text == "mañana\ufffd"
    assert heard(Body="a\0b").text == "a\ufffdb"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("STOP", Heard.CARRIER_STOP),
        ("START", Heard.CARRIER_START),
        ("HELP", Heard.CARRIER_HELP),
        ("", Heard.TEXT),
        ("LATER", Heard.TEXT),
    ],
)
def test_what_twilio_has_answered_already_is_known_by_its_opt_out_type(word, kind):
    message = heard(OptOutType=word, Body="Stop")
    assert (message.kind, message.text) == (kind, "Stop")


def test_a_picture_without_words_is_media_and_is_not_fetched():
    urls = {f"MediaUrl{n}": "http://169.254.169.254/latest/meta-data/" for n in range(10)}
    message = heard(NumMedia="10", Body="", **urls)
    assert (message.kind, message.text) == (Heard.MEDIA, "")
    assert heard(NumMedia="1", Body="B", MediaUrl0="http://10.0.0.1/").kind is Heard.TEXT
    assert heard(NumMedia="1", Body="STOP", OptOutType="STOP").kind is Heard.CARRIER_STOP


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("2442", "tel:2442"),
        ("ClaroPeru", "tel:ClaroPeru"),
        ("BCP Alertas", "tel:BCP Alertas"),
        ("whatsapp:+51900000001", "whatsapp:+51900000001"),
        ("+0123", "tel:+0123"),
        ("+266696687", "tel:+266696687"),  # ANONYMOUS
        ("+7378742833", "tel:+7378742833"),  # RESTRICTED
        ("+15005550006", "tel:+15005550006"),  # our own
    ],
)
def test_who_has_no_number_is_kept_and_not_answered(who, address):
    message = heard(From=who)
    assert (message.kind, str(message.address)) == (Heard.IGNORED, address)


@pytest.mark.parametrize(
    "changed",
    [
        {"MessageSid": None},
        {"MessageSid": ""},
        {"MessageSid": "SM" + "0" * 31},
        {"MessageSid": SID + "\n"},
        {"MessageSid": "CA" + "0" * 32},
        {"MessageSid": "SM" + "G" * 32},
        {"AccountSid": None},
        {"AccountSid": "AC"},
        {"From": None},
        {"From": ""},
        {"From": "x" * 65},
        {"From": "+51900000001\n"},
        {"To": None},
        {"To": ""},
    ],
    ids=str,
)
def test_what_twilio_never_sends_is_refused_though_it_is_signed(changed):
    with pytest.raises(Malformed):
        heard(**changed)


def test_a_value_moved_into_a_name_keeps_its_signature_and_is_refused():
    captured = {"Body": "YES", "From": "+51900000001", "To": NUMBER, "MessageSid": SID, "AccountSid": ACCOUNT}
    made = signed(URL, list(captured.items()))
    moved = {name: value for name, value in captured.items() if name not in ("Body", "From")}
    moved["BodyYESFrom"] = "+51900000001"
    assert genuine(fields=list(moved.items()), signature=made)
    with pytest.raises(Malformed):
        inbound(list(moved.items()), sender=SENDER, account_sid=ACCOUNT, now=NOW)


@pytest.mark.parametrize("name", ["From", "To", "Body", "MessageSid", "AccountSid"])
def test_a_field_that_is_there_twice_is_refused(name):
    with pytest.raises(Malformed):
        inbound([*SMS.items(), (name, "another")], sender=SENDER, account_sid=ACCOUNT, now=NOW)


def test_a_field_that_we_do_not_know_may_be_there_twice():
    fields = [*SMS.items(), ("NewInterest", "a"), ("NewInterest", "b")]
    assert inbound(fields, sender=SENDER, account_sid=ACCOUNT, now=NOW).kind is Heard.TEXT


@pytest.mark.parametrize("changed", [{"AccountSid": "AC" + "f" * 32}, {"To": "+15005550009"}], ids=str)
def test_what_is_for_somebody_else_is_foreign(changed):
    with pytest.raises(Foreign):
        heard(**changed)


def test_a_service_hears_all_its_numbers_and_no_other_service():
    service = "twilio:MG" + "f" * 32
    assert heard(service, To="+15005550009", MessagingServiceSid="MG" + "f" * 32).sender == service
    assert heard(service, To="+15005550009").sender == service
    with pytest.raises(Foreign):
        heard(service, MessagingServiceSid="MG" + "e" * 32)


# -- what became of ours --

CALLBACK = {"MessageSid": SID, "AccountSid": ACCOUNT, "MessageStatus": "delivered", "To": "+51900000001"}


def told(**changed: Any) -> Receipt | None:
    fields = list((CALLBACK | changed).items())
    return receipt(fields, sender=SENDER, account_sid=ACCOUNT, outbound=77, now=NOW)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", Status.SENT),
        ("scheduled", Status.SENT),
        ("queued", Status.SENT),
        ("sending", Status.SENT),
        ("sent", Status.SENT),
        ("partially_delivered", Status.SENT),
        ("delivered", Status.DELIVERED),
        ("read", Status.READ),
        ("undelivered", Status.UNDELIVERED),
        ("failed", Status.FAILED),
        ("canceled", Status.CANCELLED),
    ],
)
def test_it_reads_a_status(word, status):
    message = told(MessageStatus=word, ErrorCode="30003" if word == "undelivered" else "")
    assert message == Receipt(
        sender=SENDER,
        provider_id=SID,
        status=status,
        outbound=77,
        error="30003" if word == "undelivered" else "",
        refusal=Refusal.UNREACHABLE if word == "undelivered" else None,
        at=NOW,
    )


@pytest.mark.parametrize("word", ["receiving", "received", "teleported", "", "Delivered"])
def test_a_status_that_we_do_not_know_is_nothing(word):
    assert told(MessageStatus=word) is None


def test_a_receipt_of_another_account_is_foreign_and_one_without_a_sid_is_malformed():
    with pytest.raises(Foreign):
        told(AccountSid="AC" + "f" * 32)
    with pytest.raises(Malformed):
        told(MessageSid="")
