"""The arguments of `chasqui campaign`: what it can be asked, in the operator's language."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

_FILTERS = (
    "cooperative, federation, cohort, course, occupation, progress, place, country, language, sex, age, channel, "
    "certified, silent, never-heard, learner"
)
_HELP = {
    "en": {
        "campaign": "plan what goes out: make, look at, try, start, hold, change and end campaigns",
        "new": "make a draft from a form (FILE.toml) or from flags; nothing is sent",
        "list": "the campaigns that have not ended; --all: every one",
        "show": "how one stands: progress, money, and what was done",
        "preview": "what it will do: how many, five messages, money, who is left out, what looks wrong",
        "test": "send every text of it to yourself",
        "start": "start it; a second start changes nothing",
        "approve": "agree to a large one that somebody else wrote",
        "pause": "hold what has not left",
        "resume": "go on after a pause",
        "cancel": "end it: what has not left does not leave",
        "edit": "change it; what the old version still owed does not leave",
        "file": "a form, see docs/campaigns.md",
        "id": "as `chasqui campaign list` shows it; its beginning will do",
        "name": "what it is called in lists",
        "once": "send once, on this day: 2026-03-05, today, tomorrow",
        "every": "send on these days: mon,thu or day",
        "drip": "send the lessons of this cohort's course, on its days",
        "event": "send so many days after: joined+3, unit:ID+1, session-1 (the day before), silence+14",
        "hour": "18:00 local time, own (each one's own hour, the default) or now",
        "from": "first day of what recurs",
        "until": "last day of what recurs",
        "zone": "time zone of the campaign's calendar",
        "to": f"whom: KEY=VALUE, as often as you like. KEY is one of {_FILTERS}",
        "text": "what is said: LANGUAGE=TEXT. A language given twice begins the next variant",
        "budget": "the most money in all",
        "budget-day": "the most money in a day (of UTC)",
        "catchup": "what fell due while nothing ran: latest (of the last 12 hours), skip, all",
        "policy": "how SMS folds letters: gsm, plain, exact, ascii",
        "cooperative": "on whose behalf",
        "urgent": "a safety notice: outside the weekly budget of messages",
        "by": "who does this (default: the name of the system's user)",
        "lang": "language of the answers: es or en",
        "yes": "without a question",
        "reason": "why, for the record",
        "phone": "a phone, +51…",
        "telegram": "the number of a Telegram chat",
        "all": "those that have ended too",
    },
    "es": {
        "campaign": "planificar lo que sale: hacer, ver, probar, iniciar, detener, cambiar y terminar campañas",
        "new": "hacer un borrador desde una ficha (ARCHIVO.toml) o con opciones; no se envía nada",
        "list": "las campañas que no han terminado; --all: todas",
        "show": "cómo va una: avance, dinero y lo que se hizo",
        "preview": "lo que hará: a cuántas personas, cinco mensajes, dinero, quién queda fuera, qué parece mal",
        "test": "enviarse a una misma todos sus textos",
        "start": "iniciarla; un segundo inicio no cambia nada",
        "approve": "aprobar una grande que escribió otra persona",
        "pause": "detener lo que no ha salido",
        "resume": "seguir después de una pausa",
        "cancel": "terminarla: lo que no ha salido no sale",
        "edit": "cambiarla; lo que debía la versión anterior no sale",
        "file": "una ficha, vea docs/es/campaigns.md",
        "id": "como lo muestra `chasqui campaign list`; basta el comienzo",
        "name": "cómo se llama en las listas",
        "once": "enviar una vez, este día: 2026-03-05, hoy, mañana",
        "every": "enviar estos días: lun,jue o dia",
        "drip": "enviar las lecciones del curso de este grupo, en sus días",
        "event": "enviar tantos días después: joined+3, unit:ID+1, session-1 (el día antes), silence+14",
        "hour": "18:00 hora local, suya (la de cada quien, lo normal) o ahora",
        "from": "primer día de lo que se repite",
        "until": "último día de lo que se repite",
        "zone": "zona horaria del calendario de la campaña",
        "to": f"a quién: CLAVE=VALOR, cuantas veces haga falta. CLAVE es {_FILTERS}",
        "text": "qué se dice: IDIOMA=TEXTO. Un idioma repetido comienza la variante siguiente",
        "budget": "el dinero máximo en total",
        "budget-day": "el dinero máximo por día (de UTC)",
        "catchup": "lo que tocaba mientras nada corría: latest (de las últimas 12 horas), skip, all",
        "policy": "cómo pliega letras el SMS: gsm, plain, exact, ascii",
        "cooperative": "en nombre de quién",
        "urgent": "un aviso de seguridad: fuera del presupuesto semanal de mensajes",
        "by": "quién lo hace (si no, el usuario del sistema)",
        "lang": "idioma de las respuestas: es o en",
        "yes": "sin pregunta",
        "reason": "por qué, para que conste",
        "phone": "un teléfono, +51…",
        "telegram": "el número de un chat de Telegram",
        "all": "también las que terminaron",
    },
}
_WITH_ID = ("show", "preview", "test", "start", "approve", "pause", "resume", "cancel", "edit")


def language(chosen: str = "") -> str:
    """The operator's language: the one chosen, else the terminal's."""
    said = chosen or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "es" if said.startswith("es") else "en"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add `campaign` and what it can be asked to the command line; `do` carries it out."""
    said = _HELP[language()]
    campaign = commands.add_parser("campaign", help=said["campaign"], description=said["campaign"])
    actions = campaign.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("new", "list", *_WITH_ID):
        action = actions.add_parser(name, help=said[name], description=said[name])
        action.add_argument("--lang", default="", choices=("", "es", "en"), metavar="es|en", help=said["lang"])
        action.add_argument("--by", default="", metavar="NAME", help=said["by"])
        action.set_defaults(command=do)
        if name in _WITH_ID:
            action.add_argument("id", metavar="ID", help=said["id"])
        if name in ("new", "edit"):
            _form(action, said)
        if name in ("pause", "resume", "cancel", "approve"):
            action.add_argument("--reason", default="", help=said["reason"])
        if name == "start":
            action.add_argument("--yes", action="store_true", help=said["yes"])
        if name == "list":
            action.add_argument("--all", action="store_true", help=said["all"])
        if name == "test":
            action.add_argument("--phone", default="", metavar="+51…", help=said["phone"])
            action.add_argument("--telegram", default="", metavar="CHAT", help=said["telegram"])


def _form(action: argparse.ArgumentParser, said: dict[str, str]) -> None:
    action.add_argument("file", nargs="?", default="", metavar="FILE.toml", help=said["file"])
    for flag, shown in (
        ("name", "NAME"),
        ("once", "DAY"),
        ("every", "DAYS"),
        ("drip", "COHORT"),
        ("event", "EVENT"),
        ("hour", "HOUR"),
        ("from", "DAY"),
        ("until", "DAY"),
        ("zone", "ZONE"),
        ("budget", "MONEY"),
        ("budget-day", "MONEY"),
        ("catchup", "HOW"),
        ("policy", "HOW"),
        ("cooperative", "ID"),
    ):
        dest = f"form_{flag}"
        action.add_argument(f"--{flag}", dest=dest, default=None, metavar=shown, help=said[flag])
    action.add_argument("--to", action="append", default=[], metavar="KEY=VALUE", help=said["to"])
    action.add_argument("--text", action="append", default=[], metavar="LANG=TEXT", help=said["text"])
    action.add_argument("--urgent", dest="form_urgent", action="store_const", const="yes", help=said["urgent"])
