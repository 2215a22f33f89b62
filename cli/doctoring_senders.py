"""`chasqui doctor`, the part that speaks with providers: nothing is sent, each is asked whether it would."""

from __future__ import annotations

from collections.abc import Sequence

from authoring.shelf import ContentError, Shelf
from bot.delivering.routing import serving
from bot.messages import Channel, SendFailed
from cli import wiring
from cli.finding import LOOK, MEND, OK, Finding
from cli.settings import Settings

_SET = {
    "tel:": (
        "phones",
        "Set a sender of SMS: CHASQUI_TWILIO_ACCOUNT_SID and its like, CHASQUI_ANDROID_URL or CHASQUI_HTTP_URL "
        "(docs/gateways.md).",
    ),
    "telegram:": ("Telegram chats", "Set CHASQUI_TELEGRAM_TOKEN (from @BotFather)."),
}
"""How addresses begin: what they are called, and what to set to reach them."""


async def examine(settings: Settings) -> list[Finding]:
    """Every sender that is set, and whether the world reaches us."""
    try:
        channels = wiring.channels_of(settings, Shelf(settings.content_dir))
    except (ContentError, OSError):
        return []  # said already
    findings: list[Finding] = []
    try:
        for channel in channels:
            findings += await _channel(settings, channel)
    finally:
        for channel in channels:
            await channel.close()
    if not settings.has_telegram:
        findings.append(_ok("Telegram", "off (CHASQUI_TELEGRAM_TOKEN is not set)"))
    if not settings.has_twilio:
        findings.append(_ok("Twilio", "off (CHASQUI_TWILIO_ACCOUNT_SID is not set)"))
    return [*findings, *await _twilio_webhook(settings), *await _public(settings)]


def missing(settings: Settings) -> tuple[str, ...]:
    """How the addresses begin that no sender reaches which is set; in a rehearsal a stand-in reaches every phone."""
    served = {serving(name) for name in settings.senders.names()} | ({"tel:"} if settings.rehearsal else set())
    return tuple(each for each in _SET if each not in served)


def waiting_for(prefix: str, count: int) -> list[Finding]:
    """Those who wait for a sender that is not set."""
    what, cure = _SET[prefix]
    said = f"{what} for which messages wait, and which no sender that is set reaches: {count}"
    return [_mend("no sender", said, f"{cure} What waits goes out then.")] if count else []


async def _channel(settings: Settings, channel: Channel) -> Sequence[Finding]:
    if channel.name.startswith("simulator:"):
        return []
    if channel.name.startswith("telegram:"):
        return await _telegram(settings, channel)
    reach = getattr(channel, "reach", None)  # a channel that can be tried without sending has this
    what = _called(channel.name)
    if reach is None:
        return [_ok(what, "set; whether it works is known when something is sent")]
    try:
        await reach()
    except SendFailed as failure:
        cure = "Is the network up, and are its address, name and password what the provider says?"
        if what.startswith("Twilio"):
            cure = "Compare CHASQUI_TWILIO_ACCOUNT_SID and _AUTH_TOKEN with the Twilio console; is the network up?"
        return [_mend(what, str(failure), cure)]
    return [_ok(what, f"sends as {channel.name.partition(':')[2]}")]


async def _telegram(settings: Settings, channel: Channel) -> list[Finding]:
    call = getattr(channel, "call")  # noqa: B009 - the type is imported only for telling it
    try:
        me = await call("getMe", {})
        hook = await call("getWebhookInfo", {})
    except SendFailed as failure:
        cure = f"Is the network up, and {settings.telegram_api_url} what it should be?"
        if failure.reason == "credentials":
            cure = "Ask @BotFather for the token again, and set CHASQUI_TELEGRAM_TOKEN."
        return [_mend("Telegram", str(failure), cure)]
    username = str(_field(me, "username") or "")
    findings = [_ok("Telegram", f"speaks as @{username}")]
    if channel.name == wiring.telegram_name(settings) and settings.telegram_username.lstrip("@") != username:
        cure = f"Set CHASQUI_TELEGRAM_USERNAME={username}, so that links to the bot are right."
        findings.append(_mend("Telegram name", settings.telegram_username or "not set", cure))
    return [*findings, *_hook(settings, str(_field(hook, "url") or ""), hook)]


def _hook(settings: Settings, url: str, hook: object) -> list[Finding]:
    what = "Telegram webhook"
    waiting, error = _field(hook, "pending_update_count") or 0, str(_field(hook, "last_error_message") or "")
    if wiring.uses_webhook(settings) and not url.startswith(settings.public_url):
        return [_look(what, url or "none", "`chasqui run` sets it when it starts.")]
    if not wiring.uses_webhook(settings) and url:
        return [_look(what, f"{url}, though we ask by ourselves", "`chasqui run` takes it away when it starts.")]
    if error:
        cure = f"Telegram cannot deliver. Open {settings.public_url}/health/live from another network."
        return [_look(what, f"{waiting} messages wait; the last error: {error}", cure)]
    return [_ok(what, url or "none: we ask for messages")]


async def _twilio_webhook(settings: Settings) -> list[Finding]:
    what = "Twilio webhook"
    if not settings.has_twilio:
        return []
    if not settings.public_url:
        cure = "Set CHASQUI_PUBLIC_URL=https://… so that Twilio can deliver what learners write."
        return [_mend(what, "no public address", cure)]
    if not settings.twilio_from.startswith("+"):
        return [_look(what, "of a service or short code: it is not read", f"It should be {_expected(settings)}")]
    from messaging.looking import twilio_webhook

    try:
        found = await twilio_webhook(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token[0],
            number=settings.twilio_from,
            api_url=settings.twilio_api_url,
        )
    except SendFailed as failure:
        return [_look(what, f"it could not be read: {failure}", f"It should be {_expected(settings)}")]
    if found is None:
        return [
            _mend(what, f"the account has no number {settings.twilio_from}", "Set CHASQUI_TWILIO_FROM to one of it.")
        ]
    if found.partition("#")[0] != _expected(settings).partition("#")[0]:
        return [_mend(what, found or "none is set", f"Set it in the Twilio console to {_expected(settings)}")]
    if "#" not in found:
        return [_look(what, f"{found} is not tried again when we are away", f"Better: {_expected(settings)}")]
    return [_ok(what, found)]


def _expected(settings: Settings) -> str:
    return f"{settings.public_url}/webhooks/twilio/sms#rc=3&rp=all"


async def _public(settings: Settings) -> list[Finding]:
    what = "public address"
    if not settings.public_url:
        return [_ok(what, "none: /try is open to this machine, and providers that deliver cannot reach us")]
    from messaging.looking import trouble_reaching

    trouble = await trouble_reaching(f"{settings.public_url}/health/live")
    if trouble:
        cure = "Is `chasqui run` running, and does the proxy pass on /webhooks and /health? docs/operating.md has one."
        return [_mend(what, f"{settings.public_url}/health/live: {trouble}", cure)]
    return [_ok(what, f"{settings.public_url} answers")]


def _called(name: str) -> str:
    kind, _, rest = name.partition(":")
    return f"{kind.capitalize()} {rest}" if kind != "twilio" else "Twilio"


def _field(answer: object, name: str) -> object:
    return answer.get(name) if isinstance(answer, dict) else getattr(answer, name, None)


def _ok(what: str, said: str) -> Finding:
    return Finding(what=what, level=OK, said=said)


def _look(what: str, said: str, cure: str) -> Finding:
    return Finding(what=what, level=LOOK, said=said, cure=cure)


def _mend(what: str, said: str, cure: str) -> Finding:
    return Finding(what=what, level=MEND, said=said, cure=cure)
