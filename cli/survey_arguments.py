"""The arguments of `chasqui surveys`: what it can be asked, in the operator's language."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bot.reporting.survey_lists import LISTS
from cli import report_arguments
from cli.campaign_arguments import language

Commands = argparse._SubParsersAction  # argparse gives it no public name

_HELP = {
    "en": {
        "surveys": "ask people a few questions: make a survey, put it to a group, read its answers, close it",
        "add": "make a draft from a table (FILE.csv or .xlsx) or a list that is ready; nobody is asked",
        "start": "put it to people, after one look at how many; a second start changes nothing",
        "close": "ask nobody any more; what was answered stays",
        "list": "the surveys, the latest first",
        "results": "how it was answered so far; small groups hidden",
        "file": "a line for each question: kind, text; see docs/results.md",
        "title": "what it is called (else the title in the file)",
        "purpose": "what the answers are for, in one sentence that people read (else the one in the file)",
        "like": "the questions of a list: meeting, or follow_up (I12 to I15)",
        "language": "language of those questions, once for each (default es)",
        "cooperative": "on whose behalf",
        "id": "as `chasqui surveys list` shows it; its beginning will do",
        "to_cooperative": "members of this one; as often as you like",
        "to_cohort": "people of this cohort; as often as you like",
        "to_course": "people in this course; as often as you like",
        "finished": "only who has finished one of these courses",
        "yes": "without a question",
        "replies": "each reply under a pseudonym instead of the counts",
        "by": "who does this (default: the name of the system's user)",
        "lang": "language of the answers: es or en",
    },
    "es": {
        "surveys": "hacer unas preguntas: preparar una encuesta, enviarla a un grupo, leer las respuestas, cerrarla",
        "add": "hacer un borrador desde una tabla (ARCHIVO.csv o .xlsx) o una lista ya hecha; no se pregunta a nadie",
        "start": "enviarla, después de ver a cuántas personas; un segundo inicio no cambia nada",
        "close": "no preguntar a nadie más; lo respondido queda",
        "list": "las encuestas, la más nueva primero",
        "results": "cómo se respondió hasta ahora; los grupos pequeños no se muestran",
        "file": "una línea por pregunta: tipo, texto; vea docs/es/results.md",
        "title": "cómo se llama (si no, el título del archivo)",
        "purpose": "para qué sirven las respuestas, en una frase que la gente lee (si no, la del archivo)",
        "like": "las preguntas de una lista: meeting (reunión), o follow_up (después del curso, I12 a I15)",
        "language": "idioma de esas preguntas, una vez por cada uno (si no, es)",
        "cooperative": "en nombre de quién",
        "id": "como lo muestra `chasqui surveys list`; basta el comienzo",
        "to_cooperative": "miembros de esta; cuantas veces haga falta",
        "to_cohort": "personas de este grupo; cuantas veces haga falta",
        "to_course": "personas de este curso; cuantas veces haga falta",
        "finished": "solo quienes terminaron uno de estos cursos",
        "yes": "sin pregunta",
        "replies": "cada respuesta con un seudónimo, en vez de las cuentas",
        "by": "quién lo hace (si no, el usuario del sistema)",
        "lang": "idioma de las respuestas: es o en",
    },
}


def add(commands: Commands[argparse.ArgumentParser], do: Callable[[argparse.Namespace], int]) -> None:
    """Add `surveys` and what it can be asked to the command line; `do` carries it out."""
    said = _HELP[language()]
    group = commands.add_parser("surveys", help=said["surveys"], description=said["surveys"])
    group.set_defaults(command=do)
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ("add", "start", "close"):
        action = actions.add_parser(name, help=said[name], description=said[name])
        action.add_argument("--lang", default="", choices=("", "es", "en"), metavar="es|en", help=said["lang"])
        action.add_argument("--by", default="", metavar="NAME", help=said["by"])
    _making(actions.choices["add"], said)
    _starting(actions.choices["start"], said)
    actions.choices["close"].add_argument("id", metavar="ID", help=said["id"])
    listing = actions.add_parser("list", help=said["list"], description=said["list"])
    listing.set_defaults(survey="", replies=False)
    results = actions.add_parser("results", help=said["results"], description=said["results"])
    results.add_argument("survey", metavar="ID", help=said["id"])
    results.add_argument("--replies", action="store_true", help=said["replies"])
    for action in (listing, results):
        report_arguments.shape(action)


def _making(action: argparse.ArgumentParser, said: dict[str, str]) -> None:
    action.add_argument("file", nargs="?", default="", metavar="FILE", help=said["file"])
    action.add_argument("--title", default="", metavar="TEXT", help=said["title"])
    action.add_argument("--purpose", default="", metavar="TEXT", help=said["purpose"])
    action.add_argument("--like", default="", choices=("", *LISTS), metavar="|".join(LISTS), help=said["like"])
    action.add_argument("--language", action="append", default=[], metavar="CODE", help=said["language"])
    action.add_argument("--cooperative", default="", metavar="WORD", help=said["cooperative"])


def _starting(action: argparse.ArgumentParser, said: dict[str, str]) -> None:
    action.add_argument("id", metavar="ID", help=said["id"])
    for name in ("cooperative", "cohort", "course"):
        action.add_argument(f"--{name}", action="append", default=[], metavar="WORD", help=said[f"to_{name}"])
    action.add_argument("--finished", action="store_true", help=said["finished"])
    action.add_argument("--yes", action="store_true", help=said["yes"])
