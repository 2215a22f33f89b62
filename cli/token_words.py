"""What `chasqui token` says, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

EN: Mapping[str, str] = {
    "token.made": "The token {name!r} ({id}), good until {until}. It is shown this once:",
    "token.secret": "Whoever has it may do all that it may: keep it like a password.",
    "token.none": 'No tokens yet: chasqui token add "WHAT FOR" --right see_people',
    "token.days": "--days {days}: write a number from 1 to {most}.",
    "token.unknown": "There is no token {id}. The list: chasqui token list",
    "token.revoked": "{name!r} opens nothing from now on, and what it subscribed to is ended.",
    "token.revoked.already": "{name!r} was ended already.",
    "token.open": "open",
    "token.expired": "expired",
    "token.ended": "ended",
    "token.all": "all",
    "head.rights": "may",
    "head.until": "until",
    "head.used": "last used",
    "head.made_by": "made by",
}

ES: Mapping[str, str] = {
    "token.made": "La clave {name!r} ({id}), sirve hasta el {until}. Se muestra solo esta vez:",
    "token.secret": "Quien la tenga puede hacer todo lo que ella permite: guárdela como una contraseña.",
    "token.none": 'Todavía ninguna: chasqui token add "PARA QUÉ" --right see_people',
    "token.days": "--days {days}: ponga un número de 1 a {most}.",
    "token.unknown": "No hay clave {id}. La lista: chasqui token list",
    "token.revoked": "{name!r} ya no abre nada, y lo que recibía avisos por ella queda terminado.",
    "token.revoked.already": "{name!r} ya estaba terminada.",
    "token.open": "sirve",
    "token.expired": "venció",
    "token.ended": "terminada",
    "token.all": "todas",
    "head.rights": "puede",
    "head.until": "hasta",
    "head.used": "último uso",
    "head.made_by": "hecha por",
}
