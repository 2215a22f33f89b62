"""The webhook that every contender answers: Twilio's form as it sends it, signed, and the empty TwiML back."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

# Loopback only: nothing here is anybody's account, token or number.
TOKEN = "5ec2e7000000000000000000000be9c4"
ACCOUNT = "AC" + "0" * 32
OURS = "+51900099999"
PUBLIC_URL = "https://bench.example"
PATH = "/webhooks/twilio/sms"
URL = PUBLIC_URL + PATH
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
XML = "text/xml"


def numbers(count: int) -> list[str]:
    """So many learners' numbers, from the range that is nobody's."""
    return [f"+519{index:08d}" for index in range(1, count + 1)]


def form(sid: str, number: str, text: str) -> dict[str, str]:
    """The eleven fields that Twilio posts for an SMS that came in."""
    return {
        "ToCountry": "PE",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsStatus": "received",
        "Body": text,
        "FromCountry": "PE",
        "To": OURS,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": number,
    }


def signature(fields: Mapping[str, str], url: str = URL, token: str = TOKEN) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the URL and the sorted fields.

    Source: twilio.com/docs/usage/webhooks/webhooks-security.
    """
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


def request(fields: Mapping[str, str], signed: str = "") -> bytes:
    """A whole HTTP request; `signed` is another signature than the right one."""
    body = urlencode(fields).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        f"X-Twilio-Signature: {signed or signature(fields)}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(count: int, learners: Sequence[str], replies: Sequence[str], *, seed: int) -> Iterator[bytes]:
    """So many distinct messages: every learner writes once, then every one a second time, in another order."""
    chance = random.Random(seed)
    for first in range(0, count, len(learners)):
        writing = chance.sample(learners, min(len(learners), count - first))
        text = replies[first // len(learners) % len(replies)]
        for number in writing:
            yield request(form(f"SM{chance.getrandbits(128):032x}", number, text))
