"""Read what a generic HTTP gateway brings: a learner's SMS, and what became of ours, from the fields that are set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from bot.delivering.septets import letters
from bot.messages import Address, Heard, Inbound, Receipt, Status
from messaging.cleaning import clean
from messaging.http_profiles import Gateway
from messaging.numbers import e164, row_of

MAX_FIELDS = 200


class Malformed(ValueError):
    """Not what the gateway was set to send. The text says which field is missing."""


def fields(*, query: str, body: bytes, content_type: str, charset: str) -> Mapping[str, str]:
    """The fields of a request: of its raw `query`, and of a form or JSON object in its body; nested ones by a dotted
    name (`message.from`). Raises Malformed where the body is not what its Content-Type says."""
    try:
        found = dict(
            parse_qsl(query, keep_blank_values=True, encoding=charset, errors="replace", max_num_fields=MAX_FIELDS)
        )
        if "json" in content_type:
            found |= _flat(json.loads(body.decode(charset)))
        elif body:
            text = body.decode("ascii", "replace")
            found |= parse_qsl(
                text, keep_blank_values=True, encoding=charset, errors="replace", max_num_fields=MAX_FIELDS
            )
    except (ValueError, RecursionError, LookupError):
        raise Malformed("the body is not what its Content-Type says") from None
    return found


def inbound(given: Mapping[str, str], gateway: Gateway, *, sender: str, country: str, now: datetime) -> Inbound | str:
    """What somebody wrote; a text is what it is counted as where nobody is there to teach (a short code, a name).

    Where the gateway gives no id, an equal text of the same number in the same minute is taken for its repeat.
    Raises Malformed where a field that is set is missing.
    """
    for name in (gateway.inbound_from, gateway.inbound_text):
        if name not in given:
            raise Malformed(f"{name} must be there")
    number = e164(given[gateway.inbound_from][:64], country)
    if not number:
        return "no number"
    text = _text(given, gateway)
    id = given.get(gateway.inbound_id, "") if gateway.inbound_id else ""
    if not id:
        told = f"{number} {text} {int(now.timestamp()) // 60}"
        id = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:32]
    return Inbound(
        sender=sender,
        provider_id=clean(id, 128),
        address=Address(scheme="tel", identity=number),
        kind=Heard.TEXT,
        text=clean(text),
        received_at=now,
    )


def receipt(given: Mapping[str, str], gateway: Gateway, *, sender: str, now: datetime) -> Receipt | str:
    """What became of a message of ours; a text is what it is counted as where its status is unknown to us.

    Raises Malformed where neither our id (`mid`) nor the gateway's is there.
    """
    mid = given.get("mid", "")
    theirs = given.get(gateway.status_id, "") if gateway.status_id else ""
    row = row_of(mid)
    if not theirs and row is None:
        raise Malformed("mid must be there, as we gave it in the address")
    said = given.get(gateway.status_value, "").strip()
    status = gateway.statuses.get(said) or gateway.statuses.get(said.upper()) or gateway.statuses.get(said.lower())
    if status is None:
        # Jasmin repeats every ESME_… error of the operator's SMPP; each of them is a refusal.
        status = Status.FAILED if said.startswith("ESME_") else None
    if status is None:
        return "unknown status"
    error = "" if status in (Status.SENT, Status.DELIVERED, Status.READ) else clean(given.get("err") or said, 64)
    provider_id = clean(theirs or mid, 128)
    return Receipt(sender=sender, provider_id=provider_id, status=status, outbound=row, error=error, at=now)


def _text(given: Mapping[str, str], gateway: Gateway) -> str:
    written = given[gateway.inbound_text]
    octets = given.get(gateway.inbound_hex, "") if gateway.inbound_hex else ""
    coding = given.get(gateway.inbound_coding, "") if gateway.inbound_coding else ""
    try:
        raw = bytes.fromhex(octets)
    except ValueError:
        return written
    if not raw or coding not in ("0", "1", "3", "8", gateway.codings[-1]):
        return written
    if coding in ("8", gateway.codings[-1]) and coding != "0":
        return raw.decode("utf-16-be", "replace")
    if coding == "3":
        return raw.decode("iso-8859-1")
    return raw.decode("ascii", "replace") if coding == "1" else letters(raw)


def _flat(found: Any, name: str = "") -> dict[str, str]:
    if isinstance(found, dict):
        flat: dict[str, str] = {}
        for key, value in found.items():
            flat |= _flat(value, f"{name}.{key}" if name else str(key))
        return flat
    if not name:
        raise ValueError("not an object")
    if found is None or isinstance(found, list):
        return {}
    return {name: str(found)}
