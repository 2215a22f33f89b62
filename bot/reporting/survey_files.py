"""A survey written as a table: a title, a purpose, and a line for each question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.reporting.surveys import COUNTS, KINDS, Question, Written
from bot.talking.understanding import fold

_TITLE, _PURPOSE = frozenset({"titulo", "title", "titre"}), frozenset({"proposito", "para que", "purpose", "but"})
_LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")
# As people write the kinds in a file, beside the words of the list itself.
_KINDS: Mapping[str, str] = {
    "impresion": "impression",
    "objetivos": "objectives",
    "pertinencia": "relevance",
    "si no": "yes_no",
    "si o no": "yes_no",
    "yes no": "yes_no",
    "trabajo": "work",
    "cambio": "change",
    "numero": "number",
    "libre": "free",
    "texto": "free",
}


def written(rows: Iterable[Sequence[str]], language: str = "es") -> Written:
    """The survey of a table whose lines begin with `title`, `purpose` or a kind of question. Behind a kind stand the
    texts, in the languages that a line `kind | es | en | …` names (without it: in `language`), and after them the
    indicator that it measures. Whatever is wrong is left for `surveys.faults`."""
    title = purpose = ""
    columns: Sequence[str] = (language,)
    questions = []
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        word, rest = fold(cells[0]).replace("_", " "), cells[1:]
        if word in _TITLE:
            title = next((cell for cell in rest if cell), "")
        elif word in _PURPOSE:
            purpose = next((cell for cell in rest if cell), "")
        elif rest and all(cell.lower() in (*_LANGUAGES, "mide", "measures", "") for cell in rest):
            columns = [cell.lower() for cell in rest if cell.lower() in _LANGUAGES] or columns
        else:
            questions.append(_question(word, rest, columns))
    return Written(title=title, purpose=purpose, questions=tuple(questions))


def _question(word: str, rest: Sequence[str], columns: Sequence[str]) -> Question:
    kinds = {kind.replace("_", " "): kind for kind in KINDS}
    texts = {language: text for language, text in zip(columns, rest, strict=False) if text}
    measures = next((cell.upper() for cell in rest[len(columns) :] if cell.upper() in COUNTS), "")
    return Question(kind=kinds.get(word) or _KINDS.get(word, word), texts=texts, measures=measures)
