"""What `chasqui simulate` says, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "levels": "Competent: {competent:.0%} of answers right ({high:.0%} of the domain known); not yet: "
        "{not_yet:.0%} ({low:.0%} known). {minimum} to {cap} questions; at the cap {end}.",
        "end.sign": "the sign decides",
        "end.assessor": "an assessor decides",
        "bank": "A bank of {n} items. Length and cap: of the competent / of the not yet competent.",
        "head.fails": "false fails",
        "head.passes": "false passes",
        "head.half": "{half:.0%} known pass",
        "head.questions": "questions",
        "head.cap": "at the cap",
        "head.assessor": "to assessor",
        "rule.exact": "sequential, exact",
        "rule.in_order": "sequential, this bank in order, exact",
        "rule.drawn": "sequential, this bank, {people} made up",
        "rule.fixed": "fixed, {mark} of {questions}",
        "fixed": "The shortest fixed test with no greater errors asks {questions}, {mark} to pass: this one asks "
        "{able:.2f} / {unable:.2f} of it, {mean:.2f} on average.",
        "fixed.none": "No fixed test of up to 400 questions has errors as small.",
        "six": "Six such units: {once:.1%} of the competent pass at once, {retaken:.1%} with one retake of what "
        "failed.",
        "shown": "The item shown most went to {most:.0%} of the made-up people.",
        "between": "Between {not_yet:.0%} and {competent:.0%} right, either decision is no error.",
        "plotted": "{file}: who passes, and after how many questions.",
        "plot.across": "truly known",
        "plot.passing": "Share that passes",
        "plot.length": "Questions on average",
        "plot.sequential": "sequential",
        "plot.fixed": "{mark} of {questions}",
        "options": "--options is at least 2: with one option every answer is right.",
        "unit.alone": "--unit needs --standard: say of which standard it is a unit.",
        "standard": "There is no standard {code!r} in content/. Known: {known}.",
        "standard.none": "none",
        "unit": "{code} has no unit {unit!r}. Its units: {known}.",
        "few": "Unit {unit} of {code} has {n} exam items, too few for a test.",
        "bank.json": "{file} is not JSON.",
        "bank.list": "{file} must hold a list of 1 to {most} items.",
        "bank.twice": "{file} holds two items of one id.",
        "bank.item": "{file}, item {number}: {why}",
        "bank.unknown": "unknown: {names}",
        "bank.range": "guess is from 0 to under 1, difficulty from -10 to 10",
    },
    "es": {
        "levels": "Competente: {competent:.0%} de respuestas correctas (sabe {high:.0%} del tema); todavía no: "
        "{not_yet:.0%} (sabe {low:.0%}). De {minimum} a {cap} preguntas; al llegar al máximo {end}.",
        "end.sign": "decide hacia dónde se inclina",
        "end.assessor": "decide una persona que evalúa",
        "bank": "Un banco de {n} preguntas. Cuántas se hacen, y máximo: competentes / todavía no competentes.",
        "head.fails": "desaprueba sin razón",
        "head.passes": "aprueba sin razón",
        "head.half": "sabe {half:.0%} y aprueba",
        "head.questions": "preguntas",
        "head.cap": "al máximo",
        "head.assessor": "a quien evalúa",
        "rule.exact": "por pasos, exacto",
        "rule.in_order": "por pasos, este banco en orden, exacto",
        "rule.drawn": "por pasos, este banco, {people} inventadas",
        "rule.fixed": "fija, {mark} de {questions}",
        "fixed": "La prueba fija más corta que no se equivoca más hace {questions} preguntas, {mark} para aprobar: "
        "esta hace {able:.2f} / {unable:.2f} de ellas, {mean:.2f} en promedio.",
        "fixed.none": "Ninguna prueba fija de hasta 400 preguntas se equivoca tan poco.",
        "six": "Seis unidades así: {once:.1%} de las personas competentes aprueban a la primera, {retaken:.1%} si "
        "repiten una vez lo que fallaron.",
        "shown": "La pregunta más usada le tocó a {most:.0%} de las personas inventadas.",
        "between": "Entre {not_yet:.0%} y {competent:.0%} de aciertos, ninguna de las dos decisiones es un error.",
        "plotted": "{file}: quién aprueba, y después de cuántas preguntas.",
        "plot.across": "lo que sabe de verdad",
        "plot.passing": "Parte que aprueba",
        "plot.length": "Preguntas en promedio",
        "plot.sequential": "por pasos",
        "plot.fixed": "{mark} de {questions}",
        "options": "--options es 2 por lo menos: con una sola opción toda respuesta es correcta.",
        "unit.alone": "--unit necesita --standard: diga de qué norma es la unidad.",
        "standard": "No hay ninguna norma {code!r} en content/. Hay: {known}.",
        "standard.none": "ninguna",
        "unit": "{code} no tiene unidad {unit!r}. Sus unidades: {known}.",
        "few": "La unidad {unit} de {code} tiene {n} preguntas de examen: no alcanzan para una prueba.",
        "bank.json": "{file} no es JSON.",
        "bank.list": "{file} tiene que contener una lista de 1 a {most} preguntas.",
        "bank.twice": "{file} contiene dos preguntas del mismo id.",
        "bank.item": "{file}, pregunta {number}: {why}",
        "bank.unknown": "no se conoce: {names}",
        "bank.range": "guess va de 0 a menos de 1, difficulty de -10 a 10",
    },
}


def say(language: str, id: str, /, **values: object) -> str:
    """The sentence `id` in the operator's language, filled in."""
    return WORDS[language][id].format(**values)
