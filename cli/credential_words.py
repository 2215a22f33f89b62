"""What `chasqui credentials` and `chasqui verify` say to whoever issues or checks, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

from bot.certifying.credentials import OBJECTIONS
from cli.greeting import language

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "exists": "{file} exists already and is not written over. Name another.",
        "issued": "{n} issued; {had} had theirs already.",
        "listed": "{n} credentials.",
        "no_end": "no end",
        "unknown": "No credential with the code {code} was issued here.",
        "refused": "Nothing was changed: {why}.",
        "moved": "{code} is {state} from now on, wherever it is asked about.",
        "what": "Say what: --jwt FILE, --pdf FILE or --card FILE.",
        "what.record": "Say what: --json FILE or --pdf FILE.",
        "local": "CHASQUI_PUBLIC_URL is not set, so its addresses lead to this machine only.",
        "register": "{file}: {n} credentials; signed hash in {beside}. It holds names: keep it safe.",
        "dossier": "{file}: {n} credentials, with their history and keys. It holds names: keep it safe.",
        "rotated": "From now on {badge} and {offline} sign. The old ones stay in keys.json.",
        "nobody": "There is no learner {id}. `chasqui learners list` shows the ids.",
        "record": "{file}: everything that is held on one person. Hand it to her and to nobody else.",
        "one": "Name one thing to verify: a CODE, --offline PAYLOAD or --file FILE.",
        "not_genuine": "NOT GENUINE: {why}",
        "letters": "A code never has 0, O, 1, I or L. Look at the certificate again.",
        "no_json": "{file} is no JSON. Fetch it from the issuer: /credentials/keys.json",
        "printed": "{state} as printed on {day}; revocation was not checked.",
        "printed.of": "{kind}: {standard} · {initials} · until {until} · serial {serial}",
        "file.register": "GENUINE: signed {at}, about {about}, {n} credentials.",
        "file.badge": "{state}: {kind}, {name}",
        "file.issuer": "issuer {issuer} · until {until}. Revocation was not checked: ask for its code.",
        "genuine": "GENUINE",
        "state.valid": "valid",
        "state.expired": "expired",
        "state.suspended": "suspended",
        "state.revoked": "revoked",
        "state.not_yet": "not_yet",
        "kind.competence": "competence",
        "kind.completion": "completion",
        **{f"objection.{id}": text for id, text in OBJECTIONS.items()},
    },
    "es": {
        "exists": "{file} ya existe y no se sobrescribe. Dé otro nombre.",
        "issued": "{n} emitidos; {had} ya tenían el suyo.",
        "listed": "{n} certificados.",
        "no_end": "sin fin",
        "unknown": "Aquí no se emitió ningún certificado con el código {code}.",
        "refused": "No se cambió nada: {why}.",
        "moved": "{code} queda {state} desde ahora, donde se pregunte por él.",
        "what": "Diga qué: --jwt ARCHIVO, --pdf ARCHIVO o --card ARCHIVO.",
        "what.record": "Diga qué: --json ARCHIVO o --pdf ARCHIVO.",
        "local": "Falta CHASQUI_PUBLIC_URL: sus direcciones solo llevan a esta máquina.",
        "register": "{file}: {n} certificados; resumen firmado en {beside}. Lleva nombres: guárdelo bien.",
        "dossier": "{file}: {n} certificados, con su historia y las claves. Lleva nombres: guárdelo bien.",
        "rotated": "Desde ahora firman {badge} y {offline}. Las anteriores siguen en keys.json.",
        "nobody": "No hay participante {id}. `chasqui learners list` muestra los identificadores.",
        "record": "{file}: todo lo que se guarda de una persona. Entréguelo a ella y a nadie más.",
        "one": "Diga una cosa para verificar: un CÓDIGO, --offline TEXTO o --file ARCHIVO.",
        "not_genuine": "NO ES AUTÉNTICO: {why}",
        "letters": "Un código nunca lleva 0, O, 1, I ni L. Mire otra vez el certificado.",
        "no_json": "{file} no es JSON. Pídalo a quien emite: /credentials/keys.json",
        "printed": "{state} según lo impreso el {day}; no se miró si fue anulado.",
        "printed.of": "{kind}: {standard} · {initials} · hasta {until} · serie {serial}",
        "file.register": "AUTÉNTICO: firmado {at}, sobre {about}, {n} certificados.",
        "file.badge": "{state}: {kind}, {name}",
        "file.issuer": "emite {issuer} · hasta {until}. No se miró si fue anulado: pregunte por su código.",
        "genuine": "AUTÉNTICO",
        "state.valid": "válido",
        "state.expired": "vencido",
        "state.suspended": "suspendido",
        "state.revoked": "anulado",
        "state.not_yet": "aún no vale",
        "kind.competence": "competencia",
        "kind.completion": "constancia",
        "objection.act": "eso no se le hace a un certificado",
        "objection.ground": "falta el motivo, en palabras que la persona titular pueda leer",
        "objection.two": "hacen falta dos personas: quien lo hace y otra que esté de acuerdo",
        "objection.same": "la segunda persona tiene que ser otra",
        "objection.revoked": "ya está anulado, y eso es para siempre; emita uno nuevo",
        "objection.suspended": "ya está suspendido",
        "objection.not_suspended": "solo se restablece lo que está suspendido",
    },
}


def say(id: str, /, **values: object) -> str:
    """The sentence `id` in the language of the terminal, filled in."""
    return WORDS[language()][id].format(**values)
