"""Show a competency standard as a tree, for those who certify: what is asked, how it is assessed, under whose rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TextIO

from bot.catalogue import Catalogue, Course
from bot.certifying.items import assessment_items
from bot.certifying.policies import KnowledgePolicy
from bot.certifying.standards import Scheme, Standard, Standing, Unit, told
from cli.campaign_arguments import language as language_of

LANGUAGES = ("es", "en")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "draft": "Borrador: nadie lo ha validado",
        "in_validation": "En validación",
        "validated": "Validado por {by}, desde {since}",
        "approved": "Aprobado por {by} ({act}), hasta {until}",
        "not_state": "No es una norma del Estado.",
        "drafts": "Sin revisar por una persona de esa lengua: {drafts}.",
        "scheme": "{country}: {authority} ({act}), consultado el {checked_on}",
        "months": "el certificado vale {months} meses",
        "forever": "el certificado no vence",
        "assessors": "evalúan {count}",
        "age": "desde {age} años",
        "experience": "{months} meses de experiencia",
        "nobody": "todavía nadie puede emitir",
        "issuers": "emite: {names}",
        "wait": "espera tras no aprobar: {hours} horas",
        "policy": "prueba: competente {competent:.0%}, aún no {not_yet:.0%}; de {minimum} a {cap} preguntas",
        "sign": "en el tope decide la suma",
        "assessor": "en el tope decide un evaluador",
        "items": "{count} preguntas de evaluación ({languages})",
        "not_offered": "todavía no se evalúa",
        "knowledge": "conocimiento",
        "performance": "desempeño",
        "product": "producto",
        "attitude": "actitud",
        "critical": "(!) crítico: si no se cumple, todavía no es competente, con cualquier puntaje.",
        "none": "No hay ninguna norma en content/.",
    },
    "en": {
        "draft": "Draft: nobody has validated it",
        "in_validation": "In validation",
        "validated": "Validated by {by}, since {since}",
        "approved": "Approved by {by} ({act}), until {until}",
        "not_state": "It is not a standard of the State.",
        "drafts": "Not yet read by a native reader: {drafts}.",
        "scheme": "{country}: {authority} ({act}), looked up on {checked_on}",
        "months": "the credential holds for {months} months",
        "forever": "the credential never ends",
        "assessors": "assessors: {count}",
        "age": "from the age of {age}",
        "experience": "{months} months of experience",
        "nobody": "nobody may issue yet",
        "issuers": "issued by: {names}",
        "wait": "wait after failing: {hours} hours",
        "policy": "test: competent {competent:.0%}, not yet {not_yet:.0%}; {minimum} to {cap} questions",
        "sign": "at the cap the sum decides",
        "assessor": "at the cap an assessor decides",
        "items": "{count} assessment items ({languages})",
        "not_offered": "not assessed yet",
        "knowledge": "knowledge",
        "performance": "performance",
        "product": "product",
        "attitude": "attitude",
        "critical": "(!) critical: where it is not met, the person is not yet competent, whatever the score.",
        "none": "There is no standard in content/.",
    },
}


def show(catalogue: Catalogue, code: str, language: str, out: TextIO) -> int:
    """Print the standard `code` as a tree, or, without a code, one line for each.

    `language` is one of LANGUAGES, or "" for the terminal's; texts without it come in the standard's first. Raises
    ValueError on a code that is none.
    """
    language = language_of(language)
    words = _WORDS[language]
    if not code:
        for standard in catalogue.standards.values():
            print(f"{standard.name}  {standard.title(language)}  ({_standing(standard.standing, words)})", file=out)
        if not catalogue.standards:
            print(words["none"], file=out)
        return 0
    found = next((each for each in catalogue.standards.values() if code.upper() in (each.code, each.name)), None)
    if found is None:
        known = ", ".join(catalogue.standards) or "-"
        raise ValueError(f"There is no standard {code!r} in content/. Known: {known}")
    for line in _tree(found, catalogue.courses[found.course], language, words):
        print(line, file=out)
    return 0


def _tree(standard: Standard, course: Course, language: str, words: Mapping[str, str]) -> Iterator[str]:
    yield f"{standard.name}  {standard.title(language)}  (ISCO-08 {standard.isco08})"
    said = _standing(standard.standing, words)
    yield f"{said}. {words['not_state']}" if standard.standing.state != "approved" else f"{said}."
    if standard.drafts:
        yield words["drafts"].format(drafts=", ".join(standard.drafts))
    yield told(standard.purpose, language)
    yield ""
    for scheme in standard.schemes:
        yield from _scheme(scheme, words)
    yield ""
    for unit in standard.units:
        yield from _unit(unit, unit is standard.units[-1], course, language, words)
    yield ""
    yield words["critical"]


def _standing(standing: Standing, words: Mapping[str, str]) -> str:
    return words[standing.state].format(
        by=standing.by, act=standing.act, since=standing.since or "-", until=standing.until or "-"
    )


def _scheme(scheme: Scheme, words: Mapping[str, str]) -> Iterator[str]:
    yield words["scheme"].format(
        country=scheme.country, authority=scheme.authority, act=scheme.act, checked_on=scheme.checked_on
    )
    months = scheme.validity_months
    rules = [words["months"].format(months=months) if months else words["forever"]]
    rules.append(words["assessors"].format(count=scheme.assessors))
    if scheme.minimum_age:
        rules.append(words["age"].format(age=scheme.minimum_age))
    if scheme.experience_months:
        rules.append(words["experience"].format(months=scheme.experience_months))
    rules.append(words["wait"].format(hours=", ".join(map(str, scheme.cool_offs)) or 0))
    names = ", ".join(issuer.name for issuer in scheme.issuers)
    rules.append(words["issuers"].format(names=names) if names else words["nobody"])
    yield f"  {'; '.join(rules)}"


def _unit(unit: Unit, last: bool, course: Course, language: str, words: Mapping[str, str]) -> Iterator[str]:
    """A unit and all below it; `│` goes on where another unit follows."""
    bar = "   " if last else "│  "
    yield f"{'└─' if last else '├─'} {unit.code}  {told(unit.titles, language)}"
    if not unit.offered:
        yield f"{bar}   {words['not_offered']}"
    if unit.asks_by_message:
        yield f"{bar}   {_policy(unit.policy, words)}"
        yield f"{bar}   {_bank(unit, course, words)}"
    for element in unit.elements:
        end = element is unit.elements[-1]
        below = f"{bar}{'   ' if end else '│  '}"
        yield f"{bar}{'└─' if end else '├─'} {element.code}  {told(element.titles, language)}"
        for criterion in element.criteria:
            twig = "└─" if criterion is element.criteria[-1] else "├─"
            critical = "(!) " if criterion.critical else ""
            shown = _evidence(unit, criterion.code, words)
            yield f"{below}{twig} {criterion.code}  {critical}{told(criterion.text, language)}  [{shown}]"


def _policy(policy: KnowledgePolicy, words: Mapping[str, str]) -> str:
    levels = words["policy"].format(
        competent=policy.competent, not_yet=policy.not_yet, minimum=policy.minimum, cap=policy.cap
    )
    return f"{levels}; {words[policy.at_cap]}"


def _bank(unit: Unit, course: Course, words: Mapping[str, str]) -> str:
    counts = {language: len(assessment_items(unit, course, language)) for language in course.languages}
    return words["items"].format(count=min(counts.values(), default=0), languages=", ".join(counts))


def _evidence(unit: Unit, code: str, words: Mapping[str, str]) -> str:
    """The kinds of evidence that a criterion asks for, with how many where more than one."""
    asked = [each for each in unit.requirements if code in each.criteria]
    told_ = (words[each.kind] + (f" ×{each.minimum}" if each.minimum > 1 else "") for each in asked)
    return ", ".join(dict.fromkeys(told_))
