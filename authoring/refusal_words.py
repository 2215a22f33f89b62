"""What the check says, in Spanish: the console's writers read no English. What has no words here stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from authoring.refusals import Refusal

# A sentence of the check → the same in Spanish. {1}, {2} … are what stood there; a piece of a script is translated too.
_SENTENCES = {
    r"(.+) takes (\d+) segments by SMS where (\d+) is the budget: (\d+) letters? over (\d+)(?:; (.+) made it UCS-2)?": (
        "{1}: por SMS ocupa {2} mensajes y el límite es {3}; sobran {4} letras de {5}{6}"
    ),
    r"Shorten it by ([\d,]+)(?: letters?)?(?:, or take out (.+): then it takes (\d+))?": "Acórtelo en {1} letras{2}{3}",
    r"the number (.+) stands in no listed fact": "el número {1} no está en ningún dato de la lección",
    r"List the fact that says it in facts.*": (
        "Use un número de los datos de la lección, o pida que se añada el dato con su fuente"
    ),
    r"the lesson names no fact": "la lección no nombra ningún dato",
    r"List in facts = \[…\] what it teaches.*": (
        "Anote en facts = […] los datos que enseña: nada se enseña que no esté en el banco de datos"
    ),
    r"the fact (.+) is not in facts\.toml": "el dato {1} no está en el banco de datos",
    r"Add it there with its source, or correct its id": "Pida que se añada con su fuente, o corrija su número",
    r"the fact (.+) is marked ▲ and nobody has confirmed it": "el dato {1} espera que una persona experta lo confirme",
    r"Let a local expert confirm it and write confirmed_by, or do not teach it": "Pida que lo confirme, o no lo enseñe",
    r"(.+) has ([\d,]+) letters on Telegram, which takes ([\d,]+)(?: with a picture)?": (
        "{1} tiene {2} letras para Telegram, que acepta {3}"
    ),
    r"the lesson asks nothing": "la lección no pregunta nada",
    r"End it with two or three questions: \? q1 …": "Termínela con dos o tres preguntas",
    r"the lesson has 1 questions": "la lección tiene una sola pregunta",
    r"the lesson has (\d+) questions": "la lección tiene {1} preguntas",
    r"Give it two or three": "Deje dos o tres",
    r"“(.+)” has (\d+) characters, and a button shows (\d+)": "«{1}» tiene {2} letras y un botón muestra {3}",
    r"“(.+)” can be guessed without knowing": "«{1}» se adivina sin saber",
    r"Ask for one thing, and write a wrong answer instead": "Pregunte una sola cosa y ponga ahí un error común",
    r"“(.+)” is the command word for (.+)": "«{1}» es una palabra que el servicio entiende como orden ({2})",
    r"Say it in other words": "Dígalo con otras palabras",
    r"the key is always (.) in (.+)": "la respuesta correcta es siempre {1}",
    r"Change the order of the options of some(?: questions)?": "Cambie el orden de las opciones en algunas preguntas",
    r"the longest option is always the key in (.+)": "la opción más larga es siempre la correcta",
    r"Shorten a key, or lengthen a wrong answer": "Acorte una correcta, o alargue una equivocada",
    r"the ([a-z]{2}) translation is missing": "falta la traducción ({1})",
    r"Write (.+\.md), or set published = false in this lesson": "Traduzca la lección, o déjela sin publicar",
    r"the id is “(.+)”, and “(.+)” in (.+)": "el identificador es «{1}», y «{2}» en el otro idioma",
    r"Give all languages of a lesson the same id": "Deje el mismo identificador en todos los idiomas",
    r"(\d+) cards, and (\d+) in (.+)": "hay {1} textos para leer, y {2} en el otro idioma",
    r"Give all languages the same number of cards": "Deje el mismo número en todos los idiomas",
    r"the questions are (.+), and (.+) in (.+)": "las preguntas son {1}, y {2} en el otro idioma",
    r"Ask the same questions in the same order in all languages": "Haga las mismas preguntas en el mismo orden",
    r"the question has (\d+) options, and (\d+) in (.+)": "la pregunta tiene {1} opciones, y {2} en el otro idioma",
    r"the key is (.), and (.) in (.+)": "la correcta es {1}, y {2} en el otro idioma",
    r"Make (?:the languages|them) agree": "Haga que coincidan",
    r"no option is the key": "ninguna opción es la correcta",
    r"(\d+) options are marked as the key": "hay {1} opciones marcadas como correctas",
    r"Put one \* behind the right option, before <-": "Marque con * solo la opción correcta",
    r"a choice has 2 to (\d+) options, not (\d+)": "una pregunta tiene de 2 a {1} opciones, no {2}",
    r"two options say the same": "dos opciones dicen lo mismo",
    r"Change one of them": "Cambie una de las dos",
    r"the question has no text": "la pregunta no tiene texto",
    r"the option has no text": "la opción no tiene texto",
    r"the card has no text": "el texto para leer está vacío",
    r"Write (?:it on the line below|what it says behind the letter|what a learner reads by SMS before \[telegram\])": (
        "Escríbalo"
    ),
    r"“(.+)” is not understood after the options": "«{1}» no se entiende después de las opciones",
    r"curly brackets stand in the text": "hay llaves { } en el texto",
    r"Take them out: a lesson has no places to fill in": "Quítelas",
    r"(a heading|HTML|a block of code|a table) stands in the text": "hay algo que un teléfono no muestra ({1})",
    r"an invisible character \((.+)\) stands in the text": "hay un signo invisible en el texto",
    r"Delete and retype the line": "Borre la línea y escríbala de nuevo",
    r"(.+) is missing": "falta {1}",
    r"Put the file there, or correct the path: it starts with media/": "Incluya el archivo, o corrija su nombre",
    r"(.+) has ([\d.]+) MB": "{1} pesa {2} MB",
    r"Make it smaller than (\d+) MB": "Déjelo en menos de {1} MB",
    r"the id was “(.+)” and becomes “(.+)”": "el identificador era «{1}» y pasaría a «{2}»",
    r"Keep the id: results are found by it": "Deje el de antes: con él se encuentran los resultados",
    r"these questions go: (.+)": "estas preguntas se van: {1}",
    r"Go on if you mean it: their answers stay, and nobody is asked them again": (
        "Siga si así lo quiere: sus respuestas quedan, y nadie las recibe otra vez"
    ),
    r"the item names no criterion": "la pregunta de evaluación no nombra su criterio",
    r"nothing assesses criterion (.+)": "ninguna pregunta evalúa el criterio {1}",
    r"no lesson teaches unit (.+)": "ninguna lección enseña la unidad {1}",
    r"the unit (.+) has no lesson": "la unidad {1} no tiene lecciones",
    r"the script lies in no unit": "el archivo no está en la carpeta de ninguna unidad",
    r"the folder (.+) belongs to no unit": "la carpeta {1} no es de ninguna unidad",
    r"(.+) is not the name of a script": "{1} no es el nombre de un archivo de lección",
    r"(.+) is not known here": "{1} no se conoce aquí",
    r"Take it out.*": "Quítelo",
    r"Keep one": "Deje uno",
}
_SPANISH = [(re.compile(pattern, re.DOTALL), said) for pattern, said in _SENTENCES.items()]
_NAMES: Mapping[str, str] = {
    "the card": "el texto para leer",
    "the question with its options": "la pregunta con sus opciones",
    "the hint": "la pista",
    "the why": "el porqué",
    "a heading": "un título",
    "a table": "una tabla",
    "a block of code": "un bloque de código",
}
_NUMBERED = re.compile(r"(card|the feedback on) (\w+)")
_PLACE = re.compile(r"\{(\d)\}")


def told(refusal: Refusal, language: str) -> tuple[str, str]:
    """What is wrong and how to mend it, as sentences without the full stop; in English where Spanish has no words."""
    if language != "es":
        return _begun(refusal.what), refusal.cure
    return _begun(_in_spanish(refusal.what)), _begun(_in_spanish(refusal.cure))


def _in_spanish(said: str) -> str:
    for pattern, spanish in _SPANISH:
        if match := pattern.fullmatch(said):
            return _filled(spanish, [_named(group or "") for group in match.groups()])
    return said


def _filled(spanish: str, groups: list[str]) -> str:
    """The places filled; two that may be empty bring their own words."""
    if spanish.startswith("{1}: por SMS") and groups[5]:
        groups[5] = f". Lo encarecen {groups[5]}"
    if spanish.startswith("Acórtelo") and groups[1]:
        groups[1:3] = [f", o quite {groups[1]}:", f" así ocupa {groups[2]}"]
    return _PLACE.sub(lambda place: groups[int(place[1]) - 1], spanish)


def _named(name: str) -> str:
    if match := _NUMBERED.fullmatch(name):
        return f"el texto {match[2]}" if match[1] == "card" else f"la respuesta a la opción {match[2]}"
    return _NAMES.get(name, name)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
