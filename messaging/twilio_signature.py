"""Read a form that Twilio posts, and prove that Twilio signed it."""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from urllib.parse import parse_qsl, unquote_to_bytes, urlparse

Fields = Sequence[tuple[str, str]]

MAX_FIELDS = 1000


class Malformed(ValueError):
    """Not what Twilio sends: too many fields, one that is missing, or a shape that Twilio never gives it."""


def read_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a urlencoded form in their order, blank ones too, as urllib.parse.parse_qsl reads them.

    Raises Malformed for more than MAX_FIELDS: Twilio sends about twenty.
    """
    if body.count(b"&") >= MAX_FIELDS:
        raise Malformed(f"more than {MAX_FIELDS} fields")
    if not body.isascii():
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    fields = []
    for pair in body.decode("ascii").replace("+", " ").split("&"):
        name, _, value = pair.partition("=")
        if "%" in value:
            value = value.replace("%2B", "+")  # most values that need unquoting need it only for a number's plus
            if "%" in value:
                value = unquote_to_bytes(value).decode("utf-8", "replace")
        if "%" in name:
            name = unquote_to_bytes(name).decode("utf-8", "replace")
        if pair:
            fields.append((name, value))
    return fields


def is_genuine(*, tokens: Sequence[str], url: str, fields: Fields, signature: str, settings: str = "") -> bool:
    """Whether `signature` (X-Twilio-Signature) was made with one of `tokens` over `url` and `fields`.

    `settings` is X-Twilio-Webhooks-Signature-Settings (`key=…,algorithm=HMAC_SHA256`); empty means SHA-1. As Twilio's
    own validator does, the URL is tried with and without its port. Raises nothing: whatever is odd is not genuine.
    """
    digest = _algorithm(settings) if settings else "sha1"
    if not signature or not digest:
        return False
    try:
        given = signature.encode()
        # Twilio signs each distinct value of a repeated field once, in order: a sorted set of pairs.
        tail = "".join(chain.from_iterable(sorted(set(fields)))).encode()
        for place in _places(url):
            signed = place.encode() + tail
            for token in tokens:
                made = b2a_base64(hmac.digest(token.encode(), signed, digest), newline=False)
                if token and hmac.compare_digest(made, given):  # an empty token would be everybody's key
                    return True
    except ValueError:  # a port that is none, a lone surrogate
        return False
    return False


def _algorithm(settings: str) -> str:
    """hashlib's name of the algorithm that the header names; empty for one that we do not know."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}.get(value.strip().upper(), "")
    return "sha1"


def _places(url: str) -> tuple[str, str]:
    """The forms of `url` that Twilio may have signed: without its port, and with it."""
    slash = url.find("/", url.find("://") + 3)
    rest = url[slash:]
    # Only the origin changes, so only it is taken apart, once for all requests (a status callback's query differs each
    # time). What urlparse would tidy up in the rest goes the slow way.
    if slash < 8 or rest[-1] == "?" or ";" in rest or "#" in rest or not rest.isprintable():
        return _with_and_without_port(url)
    without, with_port = _with_and_without_port(url[:slash])
    return without + rest, with_port + rest


@lru_cache(maxsize=64)
def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlparse(url)
    if parts.port:
        return parts._replace(netloc=parts.netloc.split(":")[0]).geturl(), parts.geturl()
    port = 443 if parts.scheme == "https" else 80
    return parts.geturl(), parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
