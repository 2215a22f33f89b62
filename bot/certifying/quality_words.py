"""What the figures of an item say to its author, as plain sentences in Spanish and English."""

from __future__ import annotations

from collections.abc import Mapping

from bot.certifying.quality import Finding
from bot.messages import labels

_LETTERS = labels(8)

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "es": {
        "wrong_key": "Quizá la clave está mal: quienes aciertan lo demás eligen {option}. Revise la respuesta.",
        "easy": "Demasiado fácil: la acierta el {figure:.0%}. No distingue a quien sabe.",
        "guessed": "La acierta el {figure:.0%}, casi como al azar. ¿Se entiende? ¿Se enseña?",
        "weak": "No distingue a quien sabe de quien no (correlación {figure:.2f}). Revise el texto y las opciones.",
        "dead": "La opción {option} no convence a nadie ({figure:.0%}). Escriba un error que la gente sí comete.",
        "unfair": "Entre personas que saben lo mismo es {harder} para {grouping} {focal} (delta {figure:+.1f}). "
        "Revise palabras y contexto.",
        "misread": "El {figure:.0%} responde primero algo que no se entiende. Diga más claro cómo responder.",
        "harder": "más difícil",
        "easier": "más fácil",
        "language": "el idioma",
        "sex": "el sexo",
        "channel": "el canal",
    },
    "en": {
        "wrong_key": "The key may be wrong: those who do well on the rest choose {option}. Check the answer.",
        "easy": "Too easy: {figure:.0%} get it right. It does not tell who knows.",
        "guessed": "{figure:.0%} get it right, hardly more than by chance. Is it clear? Is it taught?",
        "weak": "It does not part those who know from the others (correlation {figure:.2f}). Mend the text or options.",
        "dead": "Option {option} convinces nobody ({figure:.0%}). Write a mistake that people really make.",
        "unfair": "Among people who know as much it is {harder} for {grouping} {focal} (delta {figure:+.1f}). "
        "Look at words and setting.",
        "misread": "{figure:.0%} first reply something that cannot be read. Say more clearly how to answer.",
        "harder": "harder",
        "easier": "easier",
        "language": "language",
        "sex": "sex",
        "channel": "channel",
    },
}


def told(finding: Finding, language: str) -> str:
    """One sentence for the author, in "es" or else English. Options are named as the script names them: A, B, C."""
    said = SENTENCES.get(language, SENTENCES["en"])
    return said[finding.kind].format(
        option=_LETTERS[finding.option] if finding.option >= 0 else "",
        figure=finding.figure,
        harder=said["harder" if finding.figure < 0 else "easier"],
        grouping=said.get(finding.grouping, finding.grouping),
        focal=finding.focal,
    )
