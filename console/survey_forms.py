"""The form of a survey: read from a post or from a file, begun from a list of questions, and what is wrong with it."""

from __future__ import annotations

from authoring.members import read_kept
from authoring.workbooks import UnreadableList
from bot.reporting import survey_lists
from bot.reporting.survey_files import written as of_table
from bot.reporting.surveys import COUNTS, KINDS, MOST_QUESTIONS, Fault, Question, Written, faults
from bot.talking.wording import Wording
from console.asked import Asked
from console.forms import Upload

LANGUAGES = ("es", "en", "fr", "rw", "qu", "ay")
_MOST_BYTES = 512 * 1024


def begun(like: str, wording: Wording, second: str) -> Written:
    """A form to begin with: one of the lists in Spanish and a second language, or an empty one."""
    spoken = [each for each in dict.fromkeys(("es", second)) if each]
    return Written(title="", purpose="", questions=survey_lists.questions(like, wording, spoken))


def posted(asked: Asked) -> Written:
    """The survey as the form brought it; questions without kind and texts are left out."""
    form, questions = asked.form, []
    for place in range(1, MOST_QUESTIONS + 1):
        kind = form.text(f"kind{place}", 20)
        texts = {each: text for each in LANGUAGES if (text := form.text(f"text{place}_{each}", 300))}
        measures = form.text(f"measures{place}", 4)
        if texts:
            known = measures if measures in COUNTS else ""
            questions.append(Question(kind=kind, texts=texts, measures=known))
    return Written(title=form.text("title", 200), purpose=form.text("purpose", 300), questions=tuple(questions))


def uploaded(file: Upload) -> Written:
    """The survey of a file. Raises UnreadableList."""
    sheet = read_kept(file.name, file.data, most_bytes=_MOST_BYTES, most_rows=100)
    return of_table([sheet.header, *(row for _, row in sheet.rows)])


def told(asked: Asked, found: Written) -> dict[str, str]:
    """What is wrong with it, by the field where it is to be mended."""
    wrong: dict[str, str] = {}
    for fault in faults(found):
        wrong.setdefault(_field(fault), _sentence(asked, fault))
    return wrong


def _field(fault: Fault) -> str:
    if fault.what in ("title", "purpose"):
        return fault.what
    place = fault.question or 1
    return f"kind{place}" if fault.what in ("kind", "last", "measures") else f"text{place}_es"


def _sentence(asked: Asked, fault: Fault) -> str:
    return asked.t(f"surveys.fault.{fault.what}", place=fault.question, value=fault.value)


def kinds(asked: Asked) -> list[tuple[str, str]]:
    """Kinds of questions as options."""
    return [(each, asked.t(f"surveys.kind.{each}")) for each in KINDS]


__all__ = ["LANGUAGES", "UnreadableList", "begun", "kinds", "posted", "told", "uploaded"]
