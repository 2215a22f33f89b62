"""What `chasqui run` says first: what is live, where to click, and what to set for the rest; in Spanish or English."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.catalogue import Catalogue, Course
from cli import reaching, speaking, wiring
from cli.settings import Settings
from cli.wiring import House

_TEXTS = {
    "en": {
        "title": "Chasqui is running.",
        "try": "Try it:      {url}/try      two phones in your browser, nothing leaves this machine",
        "no_try": "Try it:      switched off, because CHASQUI_PUBLIC_URL is set (anybody could write as anybody there)",
        "chat": "In here:     {chasqui} chat     the same in a terminal",
        "courses": "Courses:     {courses}",
        "console": "Console:     {url}/console/      the coordinators' pages",
        "first": "First visit: {url}/console/welcome/{token}\n"
        "             makes the first administrator: once, within 24 hours",
        "telegram_on": "Telegram:    live, {how}",
        "telegram_off": "Telegram:    off. Set CHASQUI_TELEGRAM_TOKEN (from @BotFather)",
        "polling": "asking for messages (no public address needed)",
        "webhook": "delivered to {url}{path}",
        "twilio_on": "Twilio SMS:  live as {sender}; its webhook is {url}{path}/sms",
        "twilio_deaf": "Twilio SMS:  sends as {sender}, but hears nothing. Set CHASQUI_PUBLIC_URL",
        "twilio_off": "Twilio SMS:  off. Set CHASQUI_TWILIO_ACCOUNT_SID, CHASQUI_TWILIO_AUTH_TOKEN, CHASQUI_TWILIO_FROM"
        " and CHASQUI_PUBLIC_URL",
        "android_on": "Phone SMS:   live as {sender}; {hears}",
        "android_heard": "it tells its events to {url}{path}",
        "android_near": "its events are taken at {path}; with CHASQUI_PUBLIC_URL they are registered there",
        "android_deaf": "nobody can answer. Set CHASQUI_ANDROID_SIGNING_KEY",
        "android_off": "Phone SMS:   off. Set CHASQUI_ANDROID_URL, CHASQUI_ANDROID_USERNAME, CHASQUI_ANDROID_PASSWORD,"
        " CHASQUI_ANDROID_SIGNING_KEY and CHASQUI_ANDROID_SIMS (docs/gateways.md)",
        "http_on": "HTTP SMS:    live as {sender}; its gateway brings messages to {url}{path}/sms{secret}",
        "http_off": "HTTP SMS:    off. Set CHASQUI_HTTP_URL, and CHASQUI_HTTP_PROFILE=kannel or jasmin"
        " (docs/gateways.md)",
        "data": "Data:        {url}",
        "role": "Role:        {role}",
        "rehearsal": "REHEARSAL:   the clock runs {speed:g} times as fast, and nobody real is written to",
        "end": "Ctrl-C ends it; the next start goes on where this one stopped.",
        "bye": "Chasqui has stopped. Nothing is lost; start it again when you like.",
    },
    "es": {
        "title": "Chasqui está en marcha.",
        "try": "Pruébelo:    {url}/try      dos teléfonos en su navegador; nada sale de esta máquina",
        "no_try": "Pruébelo:    apagado, porque hay CHASQUI_PUBLIC_URL (allí cualquiera escribiría como cualquiera)",
        "chat": "Aquí mismo:  {chasqui} chat     lo mismo en la terminal",
        "courses": "Cursos:      {courses}",
        "console": "Consola:     {url}/console/      las páginas de quienes coordinan",
        "first": "Primera vez: {url}/console/welcome/{token}\n"
        "             hace la primera cuenta, la de administración: una sola vez, en 24 horas",
        "telegram_on": "Telegram:    activo, {how}",
        "telegram_off": "Telegram:    apagado. Ponga CHASQUI_TELEGRAM_TOKEN (lo da @BotFather)",
        "polling": "preguntando por mensajes (no hace falta dirección pública)",
        "webhook": "entrega en {url}{path}",
        "twilio_on": "SMS Twilio:  activo como {sender}; su webhook es {url}{path}/sms",
        "twilio_deaf": "SMS Twilio:  envía como {sender}, pero no recibe. Ponga CHASQUI_PUBLIC_URL",
        "twilio_off": "SMS Twilio:  apagado. Ponga CHASQUI_TWILIO_ACCOUNT_SID, CHASQUI_TWILIO_AUTH_TOKEN,"
        " CHASQUI_TWILIO_FROM y CHASQUI_PUBLIC_URL",
        "android_on": "SMS celular: activo como {sender}; {hears}",
        "android_heard": "avisa en {url}{path}",
        "android_near": "sus avisos se reciben en {path}; con CHASQUI_PUBLIC_URL se registran solos",
        "android_deaf": "nadie puede responder. Ponga CHASQUI_ANDROID_SIGNING_KEY",
        "android_off": "SMS celular: apagado. Ponga CHASQUI_ANDROID_URL, CHASQUI_ANDROID_USERNAME,"
        " CHASQUI_ANDROID_PASSWORD, CHASQUI_ANDROID_SIGNING_KEY y CHASQUI_ANDROID_SIMS (docs/es/gateways.md)",
        "http_on": "SMS por HTTP: activo como {sender}; su pasarela trae los mensajes a {url}{path}/sms{secret}",
        "http_off": "SMS por HTTP: apagado. Ponga CHASQUI_HTTP_URL, y CHASQUI_HTTP_PROFILE=kannel o jasmin"
        " (docs/es/gateways.md)",
        "data": "Datos:       {url}",
        "role": "Papel:       {role}",
        "rehearsal": "ENSAYO:      el reloj corre {speed:g} veces más rápido y no se escribe a nadie real",
        "end": "Ctrl-C lo detiene; el próximo inicio sigue donde este terminó.",
        "bye": "Chasqui se detuvo. No se pierde nada; inícielo cuando quiera.",
    },
}

# The commands menu of Telegram: the word that the bot understands in each language, and the sentence beside it.
_MENU = ("menu", "next", "repeat", "status", "hint", "language", "name", "person", "help", "stop")


def language() -> str:
    """The operator's language, from the locale of the terminal."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "es" if locale.startswith("es") else "en"


def text(house: House, role: str, host: str, port: int, first: str = "") -> str:
    """The greeting, for a person who has just started the program. `first`: the token by which the first administrator
    is made, where there is none; it is said here and nowhere else."""
    said = _TEXTS[language()]
    settings = house.settings
    here = reaching.listens(host, port)
    courses = ", ".join(f"{each.title(language())} ({each.join_word(language())})" for each in _courses(house))
    lines = [said["title"], ""]
    if role in ("all", "web"):
        lines.append(said["no_try"] if settings.public_url else said["try"].format(url=here))
    lines.append(said["chat"].format(chasqui=_called()))
    lines.append(said["courses"].format(courses=courses))
    if role in ("all", "web"):
        base = settings.public_url or here
        lines.append(said["console"].format(url=base))
        lines += [said["first"].format(url=base, token=first)] * bool(first)
    lines += [*_telegram(settings, said), *_twilio(settings, said), *_android(settings, said), *_http(settings, said)]
    lines.append(said["data"].format(url=house.database.path or house.database.url))
    if role != "all":
        lines.append(said["role"].format(role=role))
    if settings.rehearsal:
        lines.append(said["rehearsal"].format(speed=settings.clock_speed))
    return "\n".join([*lines, "", said["end"]])


def _called() -> str:
    """The program as this person has to type it: by its folder, unless that is on the PATH."""
    typed = Path(sys.argv[0])
    return str(typed) if typed.name == "chasqui" and not shutil.which("chasqui") else "chasqui"


def farewell() -> str:
    """The last word after Ctrl-C."""
    return _TEXTS[language()]["bye"]


def commands(catalogue: Catalogue) -> Mapping[str, Sequence[tuple[str, str]]]:
    """The commands menu per language: (word, sentence). Telegram shows it to those whose app speaks that language."""
    menu = {}
    for tongue in catalogue.wording.languages:
        words = catalogue.vocabulary.commands.get(tongue, {})
        menu[tongue] = [
            (_listed(words[name.upper()]), catalogue.wording.say(tongue, f"command.{name}"))
            for name in _MENU
            if words.get(name.upper())
        ]
    return menu


def _listed(words: Sequence[str]) -> str:
    """The first word as the name of a command: Telegram takes no space and no apostrophe, and we understand without."""
    return words[0].lower().replace(" ", "_").replace("'", "")


def _courses(house: House) -> Sequence[Course]:
    return house.shelf().for_country("")


def _telegram(settings: Settings, said: Mapping[str, str]) -> list[str]:
    lines = []
    for bot in settings.senders.telegram:
        path = speaking.telegram_path(bot)
        how = said["webhook"] if wiring.uses_webhook(settings) else said["polling"]
        lines.append(said["telegram_on"].format(how=how.format(url=settings.public_url, path=path)))
    return lines or [said["telegram_off"]]


def _twilio(settings: Settings, said: Mapping[str, str]) -> list[str]:
    line = said["twilio_on" if settings.public_url else "twilio_deaf"]
    return [
        line.format(sender=number.number, url=settings.public_url, path=speaking.twilio_path(number))
        for number in settings.senders.twilio
    ] or [said["twilio_off"]]


def _android(settings: Settings, said: Mapping[str, str]) -> list[str]:
    lines = []
    for phone in settings.senders.android:
        key = "android_heard" if settings.public_url else "android_near"
        hears = said[key if phone.signing_key else "android_deaf"]
        hears = hears.format(url=settings.public_url, path=speaking.android_path(phone))
        names = ", ".join(f"{sim.number or sim.name}{f' ({sim.operator})' * bool(sim.operator)}" for sim in phone.sims)
        lines.append(said["android_on"].format(sender=names, hears=hears))
    return lines or [said["android_off"]]


def _http(settings: Settings, said: Mapping[str, str]) -> list[str]:
    """The secret is not shown: whoever reads the journal could write as anybody."""
    return [
        said["http_on"].format(
            sender=f"{sender.name.partition(':')[2]}{f' ({sender.operator})' * bool(sender.operator)}",
            url=settings.public_url,
            path=speaking.http_path(sender),
            secret="/<CHASQUI_HTTP_SECRET>" if sender.secret else "",
        )
        for sender in settings.senders.http
    ] or [said["http_off"]]
