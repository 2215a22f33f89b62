"""What an import says to the coordinator, in Spanish and English. Why a row or a file is refused is said as on the page
of lists (content/console, `learners.row_…` and `learners.file_…`), but for what only a command has."""

from __future__ import annotations

from collections.abc import Mapping

from bot.talking.wording import Wording

# Where the cure is a flag. {value} is what stands there, {known} what it clashes with.
_ROWS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "reference_needed": "falta la referencia del consentimiento en papel. Llene la columna o use --reference.",
        "given_on_needed": "falta la fecha del consentimiento en papel. Llene la columna o use --given-on.",
    },
    "en": {
        "reference_needed": "the reference of the paper consent is missing. Fill in the column, or use --reference.",
        "given_on_needed": "the date of the paper consent is missing. Fill in the column, or use --given-on.",
    },
}
_FILES: Mapping[str, Mapping[str, str]] = {
    "es": {
        "unread": "{file}: no se puede leer ({why}). ¿Es ese su nombre y está en esta carpeta?",
        "no_phone": 'no hay columna de celular. Columnas del archivo: {columns}. Dígalo así: --map phone="{first}"',
        "headings": "ninguna de sus primeras filas tiene títulos conocidos (celular, nombre, comunidad…). Ponga los "
        'títulos en la primera fila, o diga cuál es el del celular: --map phone="TÍTULO"',
        "map": "--map: el archivo no tiene la columna «{theirs}». Tiene: {near}",
    },
    "en": {
        "unread": "{file} cannot be read ({why}). Is that its name, and is it in this folder?",
        "no_phone": "there is no column of phone numbers. Columns of the file: {columns}. Say it like this: "
        '--map phone="{first}"',
        "headings": "none of its first rows has headings that are known (phone, name, community…). Put the headings "
        'into the first row, or say which is that of the phone number: --map phone="HEADING"',
        "map": "--map: the file has no column “{theirs}”. It has: {near}",
    },
}


def row(words: Wording, language: str, why: str, known: str = "") -> str:
    """What is wrong with a cell, and what to do. `known`: what it clashes with."""
    own = _ROWS[language].get(why)
    return own or words.say(language, f"learners.row_{why}", known=known)


def file(words: Wording, language: str, why: str, /, **values: object) -> str:
    """Why a file cannot be read as a list, and what to do."""
    own = _FILES[language].get(why)
    if own:
        return own.format(**values)
    said = words.say(language, f"learners.file_{why}", **values)
    return said[:1].lower() + said[1:]  # it follows the file's name


TEXTS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "file": "{file}: {rows} filas ({written_in})",
        "columns": "Columnas: {columns}",
        "unused": "No se usan: {columns}",
        "new_invitation": "nuevas: se les envía UNA invitación y nada más hasta que digan SI",
        "new_paper": "nuevas, con consentimiento en papel",
        "filled": "conocidas: se completa lo que faltaba",
        "known": "conocidas: sin cambios",
        "repeated": "repetidas en el archivo",
        "bad": "con error: no se importan",
        "sample": "Así se entienden las primeras:",
        "bad_rows": "Filas con error:",
        "line": "línea {line}",
        "more": "… y {n} más. Todas, con su motivo: --bad errores.csv",
        "bad_file": "Las filas con error están en {file}. Corríjalas allí e impórtelo.",
        "dry": "Es un ensayo: no se guardó nada. Para guardar, el mismo comando sin --dry-run.",
        "done": "Guardado. Importar el mismo archivo otra vez no cambia nada.",
        "nothing": "No se guardó nada.",
        "cohort": "Están en el grupo {cohort}; entran al curso {course} cuando acepten.",
        "stopped": "Se cortó después de {n} filas guardadas. Impórtelo otra vez: sigue donde quedó.",
        "why": "motivo",
    },
    "en": {
        "file": "{file}: {rows} rows ({written_in})",
        "columns": "Columns: {columns}",
        "unused": "Not used: {columns}",
        "new_invitation": "new: ONE invitation goes out to each, and nothing else until she says yes",
        "new_paper": "new, with consent on paper",
        "filled": "known: what was missing is filled in",
        "known": "known: nothing changes",
        "repeated": "repeated in the file",
        "bad": "bad: not imported",
        "sample": "This is how the first ones are understood:",
        "bad_rows": "Bad rows:",
        "line": "line {line}",
        "more": "… and {n} more. All of them, with the reason: --bad bad.csv",
        "bad_file": "The bad rows are in {file}. Mend them there and import it.",
        "dry": "This was a dry run: nothing was kept. To keep it, the same command without --dry-run.",
        "done": "Done. Importing the same file again changes nothing.",
        "nothing": "Nothing was kept.",
        "cohort": "They are in the cohort {cohort}, and in the course {course} as soon as they agree.",
        "stopped": "It was cut off after {n} rows were kept. Import it again: it goes on where it stopped.",
        "why": "reason",
    },
}
