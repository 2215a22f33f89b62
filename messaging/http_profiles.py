"""Gateways that are known by name: Kannel and Jasmin, as settings of the generic HTTP gateway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.messages import Status

USUAL_STATUSES: Mapping[str, Status] = {
    "sent": Status.SENT,
    "accepted": Status.SENT,
    "queued": Status.SENT,
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "rejected": Status.FAILED,
    "expired": Status.EXPIRED,
    "cancelled": Status.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """How one HTTP gateway is spoken to and read. `url`, `body` and `headers` are templates; patterns are regular
    expressions that are searched in the answer."""

    url: str
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    username: str = ""
    password: str = ""
    number: str = ""  # {from}: our number, short code or name
    charset: str = "utf-8"
    codings: tuple[str, ...] = ("0", "8")  # {coding} of a GSM-7 text and of a UCS-2 text; one alone: no UCS-2
    max_parts: int = 10
    reply_ok: str = ""  # of a 2xx answer that means yes; empty: any 2xx does
    reply_id: str = ""  # its first group is the gateway's id of the message
    reply_bad_number: str = ""  # of a refusal that means that nobody can be reached at this number
    reply_busy: str = ""  # of a refusal that means: nothing was taken, later
    inbound_from: str = "from"
    inbound_text: str = "text"
    inbound_id: str = "id"
    inbound_coding: str = ""  # with it and `inbound_hex` the text is read from the octets
    inbound_hex: str = ""
    status_id: str = "id"
    status_value: str = "status"
    statuses: Mapping[str, Status] = field(default_factory=lambda: USUAL_STATUSES)
    ack: str = ""  # the exact body with which what was kept is answered
    status_query: str = ""  # what the gateway fills into the address at which it tells a status


def kannel(status_url: bool) -> dict[str, object]:
    """Kannel's sendsms (User Guide 1.4.5, "SMS push"): it gives no id, so ours travels in its dlr-url."""
    dlr = "&dlr-mask=31&dlr-url={status_url}" if status_url else ""
    return {
        "method": "GET",
        "url": "{base}/cgi-bin/sendsms?username={username}&password={password}&from={from}&to={to}&text={text}"
        f"&coding={{coding}}&charset=UTF-8&validity={{validity_minutes}}{dlr}",
        "codings": ("0", "2"),
        "reply_ok": r"\A\s*[03]: ",  # accepted, or queued for later
        "reply_bad_number": r"(?i)receiver number|denied by white",
        "reply_busy": r"(?i)temporal failure|\A\s*(?:4|5): ",
        "status_value": "status",
        "status_id": "",  # its own ids are not those of its answer
        "status_query": "&status=%d",
        "statuses": {
            "1": Status.DELIVERED,
            "2": Status.UNDELIVERED,
            "4": Status.SENT,  # the operator holds it for her phone
            "8": Status.SENT,
            "16": Status.FAILED,
        },
    }


def jasmin(status_url: bool) -> dict[str, object]:
    """Jasmin's HTTP API: the text goes as octets, so that no charset is guessed; it wants to hear ACK/Jasmin."""
    dlr = "&dlr=yes&dlr-level=3&dlr-method=POST&dlr-url={status_url}" if status_url else "&dlr=no"
    return {
        "url": "{base}/send",
        "body": "username={username}&password={password}&from={from}&to={to_plain}&coding={coding}&hex-content={hex}"
        f"&validity-period={{validity_minutes}}{dlr}",
        "codings": ("0", "8"),
        "max_parts": 5,  # its long_content_max_parts, above which it silently sends less
        "reply_ok": r'\A\s*Success "',
        "reply_id": r'Success "([^"]+)"',
        "reply_bad_number": r"\[to\]",
        "reply_busy": r"(?i)throughput",
        "inbound_text": "content",
        "inbound_coding": "coding",
        "inbound_hex": "binary",
        "status_value": "message_status",
        "ack": "ACK/Jasmin",
        "statuses": {
            "ESME_ROK": Status.SENT,
            "ACCEPTD": Status.SENT,
            "ENROUTE": Status.SENT,
            "UNKNOWN": Status.SENT,
            "DELIVRD": Status.DELIVERED,
            "UNDELIV": Status.UNDELIVERED,
            "EXPIRED": Status.EXPIRED,
            "DELETED": Status.CANCELLED,
            "REJECTD": Status.FAILED,
        },
    }


PROFILES: Mapping[str, Callable[[bool], dict[str, object]]] = {"kannel": kannel, "jasmin": jasmin}


def gateway(profile: str, base: str, *, status_url: bool, **given: object) -> Gateway:
    """A gateway from a profile ("" for none) and what was `given` besides, which wins. With a profile, `base` is the
    gateway's address without a path; without one, the whole template. Raises KeyError for an unknown profile."""
    known = PROFILES[profile](status_url) if profile else {}
    if profile:
        known["url"] = str(known["url"]).replace("{base}", base.rstrip("/"))
    else:
        known["url"] = base
    return Gateway(**(known | given))  # type: ignore[arg-type]
