"""Make senders from settings by their short names, plain or out of the file: each value is judged here, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from bot.delivering.spending import amount
from bot.messages import Allowance, Status
from cli.senders import AndroidPhone, HttpSender, Senders, Sim, TelegramBot, TwilioNumber, Wrong

if TYPE_CHECKING:
    from cli.settings import Settings
    from messaging.http_profiles import Gateway

_Kind = TypeVar("_Kind")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT = re.compile(r"[0-9]{3,8}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
# Source: Twilio, "Alphanumeric sender IDs": up to 11 of these, one of them a letter. Nobody can write to one.
_LETTERED = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_STATUSES = tuple(each.value for each in Status if each is not Status.QUEUED)


def plain(settings: Settings) -> Senders:
    """What CHASQUI_TELEGRAM_…, _TWILIO_…, _ANDROID_… and _HTTP_… say. Raises Wrong, naming the whole setting."""
    public = bool(settings.public_url)
    telegram = TelegramBot(
        token=settings.telegram_token, secret=settings.telegram_secret, api_url=settings.telegram_api_url
    )
    number = TwilioNumber(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        number=twilio_from("CHASQUI_TWILIO_FROM", settings.twilio_from) if settings.has_twilio else "",
        api_url=settings.twilio_api_url,
        price=price("CHASQUI_SMS_PRICE", settings.sms_price),
        per_second=rate("CHASQUI_TWILIO_RATE", settings.twilio_rate),
    )
    return Senders(
        telegram=(telegram,) if settings.has_telegram else (),
        twilio=(number,) if settings.has_twilio else (),
        android=_named("ANDROID_", settings, lambda given: android(given, settings.country, "")),
        http=_named("HTTP_", settings, lambda given: http(given, settings.country, "", public=public, guarded=public)),
    )


def twilio_from(key: str, written: str) -> str:
    """What a message goes out from: a number, a short code, a Messaging Service, or a name that hears nothing. Raises
    Wrong."""
    if not any(each.fullmatch(written) for each in (_E164, _SHORT, _SERVICE, _LETTERED)):
        cure = "Write your number with its country (+1…), or the sid of your Messaging Service (MG and 32 more)"
        raise Wrong(key, f"is {written!r}", cure)
    return written


def _named(family: str, settings: Settings, make: Callable[[dict[str, str]], _Kind]) -> tuple[_Kind, ...]:
    given = {
        name.removeprefix(family.lower()): str(getattr(settings, name))
        for name in settings.__slots__
        if name.startswith(family.lower()) and getattr(settings, name)
    }
    if not given:
        return ()
    given.setdefault("price", settings.sms_price)
    try:
        return (make(given),)
    except Wrong as wrong:
        raise Wrong(f"CHASQUI_{family}{wrong.key.upper()}", wrong.what, wrong.cure) from None


def android(given: Mapping[str, str], country: str, route: str) -> AndroidPhone:
    """A telephone from its settings by their short names. Raises Wrong."""
    from messaging.android import pace

    for key in ("url", "username", "password"):
        if not given.get(key):
            raise Wrong(key, "is missing", "A telephone needs its address, its user name and its password")
    wanted = country_of(given, country)
    return AndroidPhone(
        url=url("url", given["url"]),
        username=given["username"],
        password=given["password"],
        signing_key=tuple(each.strip() for each in given.get("signing_key", "").split(",") if each.strip()),
        sims=sims(given.get("sims", ""), route, price("price", given.get("price", ""))),
        device=given.get("device", ""),
        country=wanted,
        allowance=pace(_every(given.get("every", "5-15")), _whole("daily", given.get("daily", "500")) or None),
        route=route,
    )


def sims(written: str, route: str, cost: str) -> tuple[Sim, ...]:
    """`1:+51…,2:+51…:claro`: slot, number, and if it is known the network. Raises Wrong."""
    found = []
    for each in written.split(","):
        slot, _, rest = each.strip().partition(":")
        number, _, operator = rest.partition(":")
        if not each.strip():
            continue
        if slot not in ("1", "2", "3", "4") or not _E164.fullmatch(number):
            raise Wrong(
                "sims", f"has {each.strip()!r}", "Write slot:number, or slot:number:operator: 1:+51…,2:+51…:claro"
            )
        operator = operator.strip().lower()
        found.append(Sim(slot=int(slot), name=f"android:{number}", number=number, operator=operator, price=cost))
    slots = [each.slot for each in found]
    if len(slots) != len(set(slots)):
        raise Wrong("sims", "names one slot twice", "Each SIM has a slot of its own: 1:+51…,2:+51…")
    return tuple(found) or (Sim(slot=0, name=f"android:{route or 'phone'}", price=cost),)


def rate(name: str, written: str) -> float:
    """Segments a second, from the setting of this name; 1 where it is not set. Raises Wrong."""
    try:
        per_second = float(written or "1")
    except ValueError:
        per_second = 0.0
    if not 0 < per_second <= 10_000:
        raise Wrong(name, f"is {written!r}", "Write segments per second, such as 1 or 0.2")
    return per_second


def http(given: Mapping[str, str], country: str, route: str, *, public: bool, guarded: bool) -> HttpSender:
    """A sender of an HTTP gateway from its settings by their short names. Raises Wrong.

    `public`: it can reach us, so it is asked to tell what became of a message. `guarded`: a secret must be set.
    """
    if not given.get("url"):
        raise Wrong("url", "is missing", "Write the gateway's address")
    secret, two_way = given.get("secret", ""), _switch("two_way", given.get("two_way", "1"))
    if guarded and not secret:
        raise Wrong(
            "secret", "is missing, and anybody could write as anybody", "Write 20 letters and figures of your own"
        )
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{8,128}", secret):
        raise Wrong("secret", "cannot stand in a path", "Write 8 to 128 of A-Z a-z 0-9 _ -")
    per_second = rate("rate", given.get("rate", ""))
    number = given.get("from", "")
    return HttpSender(
        name=f"http:{route or number or given.get('profile') or 'gateway'}",
        gateway=_gateway(given, status_url=public),
        secret=secret,
        two_way=two_way,
        operator=given.get("operator", "").lower(),
        price=price("price", given.get("price", "")),
        country=country_of(given, country),
        allowance=Allowance(per_second=per_second, per_day=_whole("daily", given.get("daily", "0")) or None),
        route=route,
    )


def _gateway(given: Mapping[str, str], *, status_url: bool) -> Gateway:
    from messaging.http_gateway import PROFILES, TemplateError, gateway, try_out

    profile = given.get("profile", "")
    if profile and profile not in PROFILES:
        raise Wrong("profile", f"is {profile!r}", f"Write one of {', '.join(PROFILES)}, or leave it out")
    known = (
        "method", "body", "username", "password", "charset", "reply_ok", "reply_id", "reply_bad_number", "reply_busy",
        "inbound_from", "inbound_text", "inbound_id", "inbound_coding", "inbound_hex", "status_id", "status_value",
        "ack", "status_query",
    )  # fmt: skip
    more: dict[str, object] = {key: given[key] for key in known if given.get(key)}
    if given.get("from"):
        more["number"] = given["from"]
    if given.get("coding"):
        more["codings"] = tuple(each.strip() for each in given["coding"].split(","))
    if given.get("max_parts"):
        more["max_parts"] = _whole("max_parts", given["max_parts"])
    if given.get("headers"):
        pairs = [each.partition(":") for each in given["headers"].split("|")]
        more["headers"] = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    if given.get("statuses"):
        more["statuses"] = _statuses(given["statuses"])
    if not profile and not more.get("body") and more.get("method", "POST") != "GET":
        raise Wrong("body", "is missing", "Write the body's template, or METHOD GET, or PROFILE kannel or jasmin")
    made = gateway(profile, given["url"], status_url=status_url, **more)
    try:
        try_out(made, "")
    except TemplateError as error:
        key, _, rest = str(error).partition(" ")
        what, _, cure = rest.partition(". ")
        raise Wrong(key.lower(), what, cure.rstrip(".") or "Compare docs/gateways.md") from None
    return made


def _statuses(written: str) -> Mapping[str, Status]:
    found = {}
    for each in written.split(","):
        theirs, _, ours = (part.strip() for part in each.partition("="))
        if ours not in _STATUSES:
            raise Wrong(
                "statuses", f"has {each.strip()!r}", f"Write theirs=ours; ours is one of {', '.join(_STATUSES)}"
            )
        found[theirs] = Status(ours)
    return found


def url(key: str, written: str) -> str:
    """An address of a provider, without a slash at its end. Raises Wrong."""
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise Wrong(key, f"is no address: {parts.hostname or written[:40]!r}", "Write https://host or http://host:port")
    return written.rstrip("/")


def price(key: str, written: str) -> str:
    """`0.05 USD` or `0.05`: what one segment costs. Raises Wrong."""
    if not written:
        return ""
    each, _, currency = written.strip().partition(" ")
    if amount(each) is None or (currency and not re.fullmatch(r"[A-Za-z]{3}", currency.strip())):
        raise Wrong(key, f"is {written!r}", "Write an amount and a currency, such as 0.05 USD")
    return f"{each.replace(',', '.')} {currency.strip().upper()}".strip()


def name_of(written: str) -> str:
    """The name that a sender's webhook path ends with. Raises Wrong."""
    if written and (not _NAME.fullmatch(written) or written in ("sms", "status")):
        raise Wrong(
            "name", f"is {written!r}", "Write a-z 0-9 and - only, and not sms or status: it stands in an address"
        )
    return written


def country_of(given: Mapping[str, str], usual: str) -> str:
    """By which country's rules its national numbers are read. Raises Wrong."""
    found = given.get("country", usual).upper()
    if found not in ("PE", "BO", "RW"):
        raise Wrong("country", f"is {found!r}", "Write one of PE, BO, RW")
    return found


def _every(written: str) -> tuple[float, float]:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(?:-([0-9]+(?:\.[0-9]+)?))?", written.replace(" ", ""))
    least, most = (float(found[1]), float(found[2] or found[1])) if found else (0.0, 0.0)
    if not 0 < least <= most <= 3600:
        raise Wrong("every", f"is {written!r}", "Write the seconds between two messages, least and most: 5-15")
    return least, most


def _whole(key: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) < 8):
        raise Wrong(key, f"is {written!r}", "Write a whole number")
    return int(written)


def _switch(key: str, written: str) -> bool:
    if written.lower() not in ("0", "1", "false", "true", "no", "yes"):
        raise Wrong(key, f"is {written!r}", "Write 1 or 0")
    return written.lower() in ("1", "true", "yes")
