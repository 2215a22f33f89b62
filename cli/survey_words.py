"""What `chasqui surveys` says, in English and Spanish; what is wrong with a survey is said as on its page."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "made": "{id} is a draft: nobody has been asked.\nSend it:  chasqui surveys start {id} --cohort WORD",
        "made.already": "{id} was made today already: nothing was made twice.",
        "refused": "Nothing was made.",
        "unread": "{file} cannot be read. Save it as CSV or XLSX, and look whether that is its name.",
        "both": "Either FILE or --like: one of them says the questions.",
        "language": "{language!r} is no language of the questions. Known: {known}.",
        "cooperative": "There is no cooperative {id!r}. The list: chasqui cooperative list",
        "unknown": "There is no survey {id!r}. The list: chasqui surveys list",
        "several": "{id!r} is the beginning of several: {ids}. Write more of it.",
        "closed": "{id} is closed: it is put to nobody any more.",
        "not_started": "Nobody was asked. Without a question: chasqui surveys start {id} … --yes",
        "nobody": "It would reach nobody: choose another group.",
        "overtaken": "Somebody else has just changed {id}. Look at it again: chasqui surveys list",
        "started": "{id} is on its way: {people} people. Its answers: chasqui surveys results {id}",
        "started.already": "{id} is on its way already: nothing was sent twice.",
        "ended": "{id} is closed: nobody is asked any more. Its answers: chasqui surveys results {id}",
        "ended.already": "{id} was closed already.",
    },
    "es": {
        "made": "{id} es un borrador: todavía no se preguntó a nadie.\n"
        "Enviarla:  chasqui surveys start {id} --cohort PALABRA",
        "made.already": "{id} ya se hizo hoy: no se hizo dos veces.",
        "refused": "No se hizo nada.",
        "unread": "{file} no se puede leer. Guárdelo como CSV o XLSX, y mire si ese es su nombre.",
        "both": "O bien ARCHIVO o bien --like: uno de los dos dice las preguntas.",
        "language": "{language!r} no es un idioma de las preguntas. Se conocen: {known}.",
        "cooperative": "No hay ninguna cooperativa {id!r}. La lista: chasqui cooperative list",
        "unknown": "No hay ninguna encuesta {id!r}. La lista: chasqui surveys list",
        "several": "{id!r} es el comienzo de varias: {ids}. Escriba más.",
        "closed": "{id} está cerrada: ya no se le pregunta a nadie.",
        "not_started": "No se preguntó a nadie. Sin pregunta: chasqui surveys start {id} … --yes",
        "nobody": "No llegaría a nadie: elija otro grupo.",
        "overtaken": "Otra persona acaba de cambiar {id}. Mírela otra vez: chasqui surveys list",
        "started": "{id} va en camino: {people} personas. Las respuestas: chasqui surveys results {id}",
        "started.already": "{id} ya va en camino: no se envió dos veces.",
        "ended": "{id} está cerrada: ya no se pregunta a nadie. Las respuestas: chasqui surveys results {id}",
        "ended.already": "{id} ya estaba cerrada.",
    },
}


def say(language: str, id: str, /, **values: object) -> str:
    """The sentence `id` in the operator's language, filled in."""
    one = {"en": "1 person", "es": "1 persona"}[language]
    told = WORDS[language][id]
    if values.get("people") == 1:
        told = told.replace({"en": "{people} people", "es": "{people} personas"}[language], one)
    return told.format(**values)
