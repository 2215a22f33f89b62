"""What stands on a learner's own record, in Spanish, English, French and (a draft) Kinyarwanda."""

from __future__ import annotations

from collections.abc import Mapping

_LABELS: Mapping[str, Mapping[str, str]] = {
    "es": {
        "title": "Mi historial de aprendizaje",
        "nameless": "(sin nombre)",
        "made": "Hecho el {date} por {organisation}.",
        "is_not": "Este papel dice lo que consta aquí el día en que se hizo. No es un título ni un certificado.",
        "courses": "Cursos",
        "since": "desde {date}",
        "lessons": "{done} de {of} lecciones",
        "lessons_gone": "curso que ya no se ofrece",
        "passed": "aprobado el {date}",
        "open": "pendiente",
        "cases": "Certificación",
        "credentials": "Certificados y constancias",
        "competence": "Certificado de competencia",
        "completion": "Constancia de curso: no prueba competencia",
        "forever": "sin fecha de fin",
        "verify": "El estado de hoy se pregunta con VERIFICA y el código.",
        "none": "Nada todavía.",
    },
    "en": {
        "title": "My learning record",
        "nameless": "(no name)",
        "made": "Made on {date} by {organisation}.",
        "is_not": "This paper says what is held here on the day it was made. It is no title and no certificate.",
        "courses": "Courses",
        "since": "since {date}",
        "lessons": "{done} of {of} lessons",
        "lessons_gone": "a course that is not offered any more",
        "passed": "passed on {date}",
        "open": "open",
        "cases": "Certification",
        "credentials": "Certificates",
        "competence": "Certificate of competence",
        "completion": "Certificate of completion: it proves no competence",
        "forever": "no end date",
        "verify": "How it stands today: send VERIFY and the code.",
        "none": "Nothing yet.",
    },
    "fr": {
        "title": "Mon parcours d'apprentissage",
        "nameless": "(sans nom)",
        "made": "Établi le {date} par {organisation}.",
        "is_not": "Ce papier dit ce qui est enregistré ce jour-là. Ce n'est ni un titre ni un certificat.",
        "courses": "Cours",
        "since": "depuis le {date}",
        "lessons": "{done} leçons sur {of}",
        "lessons_gone": "cours qui n'est plus proposé",
        "passed": "réussi le {date}",
        "open": "à faire",
        "cases": "Certification",
        "credentials": "Certificats et attestations",
        "competence": "Certificat de compétence",
        "completion": "Attestation de cours : ne prouve pas la compétence",
        "forever": "sans date de fin",
        "verify": "L'état du jour : envoyez VERIFIER et le code.",
        "none": "Rien pour le moment.",
    },
    "rw": {
        "title": "Ibyo nize",
        "nameless": "(nta zina)",
        "made": "Byakozwe ku wa {date} na {organisation}.",
        "is_not": "Uru rupapuro ruvuga ibyanditswe uwo munsi. Si impamyabushobozi.",
        "courses": "Amasomo",
        "since": "kuva {date}",
        "lessons": "amasomo {done} kuri {of}",
        "lessons_gone": "isomo ritagitangwa",
        "passed": "watsinze ku wa {date}",
        "open": "ntirirangira",
        "cases": "Impamyabushobozi",
        "credentials": "Ibyemezo",
        "competence": "Impamyabushobozi",
        "completion": "Icyemezo cy'isomo: ntigaragaza ubushobozi",
        "forever": "nta tariki irangiriraho",
        "verify": "Uko bimeze uyu munsi: ohereza GENZURA na kode.",
        "none": "Nta kirimo.",
    },
}
_NEAREST = {"qu": "es", "ay": "es"}


def record_labels(language: str) -> Mapping[str, str]:
    """The labels of a language, or of the nearest that has them."""
    return _LABELS.get(_NEAREST.get(language, language), _LABELS["es"])
