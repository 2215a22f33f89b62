"""What `chasqui campaign` says of one thing, where it says something else of several; see cli.campaign_words."""

from __future__ import annotations

from collections.abc import Mapping

SINGULARS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "started": "{id} is running: 1 person. How it goes: chasqui campaign show {id}",
        "asked": "{id} waits for a second person: 1 person, {money}. Somebody else than {authors} writes:\n"
        "  chasqui campaign approve {id} --by NAME",
        "tested": "1 test message waits for {where}; it leaves as soon as `chasqui run` is running, "
        "and counts nowhere.",
        "event.joined": "1 day after joining",
        "event.unit": "1 day after passing {unit}",
        "event.session": "1 day after a session",
        "event.session.before": "1 day before a session",
        "event.silence": "after 1 day of silence",
        "p.sample": "As 1 of them will get it:",
        "p.in_all": "Until its end: 1 round, {money}",
        "miss.audience": "1 was in the audience no longer",
        "doubt.slow": "it takes about 1 day at this rate: a faster sender, or fewer people",
        "doubt.no_text": "1 of them speaks {language}, which a text lacks: she gets it in {instead}",
        "doubt.over_day": "at {budget} a day it takes about 1 day",
        "left.no_consent": "has not agreed",
        "left.stopped": "has stopped",
        "left.blocked": "has blocked the bot",
        "left.frozen": "has a number that changed hands",
        "left.no_address": "has no phone or chat",
        "left.guardian": "is a child whose guardian has not agreed",
        "left.paused": "pauses at the moment",
    },
    "es": {
        "started": "{id} está en marcha: 1 persona. Cómo va: chasqui campaign show {id}",
        "asked": "{id} espera a una segunda persona: 1 persona, {money}. Alguien que no sea {authors} escribe:\n"
        "  chasqui campaign approve {id} --by NOMBRE",
        "tested": "1 mensaje de prueba espera para {where}; sale en cuanto corra `chasqui run` y no cuenta.",
        "opted_out": "Bajas:     1 pidió la baja después de recibirla",
        "event.joined": "1 día después de inscribirse",
        "event.unit": "1 día después de aprobar {unit}",
        "event.session": "1 día después de una reunión",
        "event.session.before": "1 día antes de una reunión",
        "event.silence": "tras 1 día de silencio",
        "p.sample": "Así la recibirá 1 de ellas:",
        "p.in_all": "Hasta su final: 1 vuelta, {money}",
        "miss.consent": "1 se había dado de baja",
        "miss.audience": "1 ya no cumplía los filtros",
        "miss.stale": "1 llegaba tarde",
        "miss.text": "1 se quedaba sin texto",
        "miss.week": "1 ya tenía sus mensajes de la semana",
        "miss.paused": "1 estaba en una pausa más larga de lo que espera",
        "doubt.slow": "a este ritmo tarda 1 día: un envío más rápido, o menos personas",
        "doubt.no_text": "1 de ellas habla {language}, que le falta a un texto: la recibe en {instead}",
        "doubt.over_day": "a {budget} por día tarda 1 día",
        "left.no_consent": "no ha aceptado",
        "left.stopped": "pidió la baja",
        "left.blocked": "bloqueó el bot",
        "left.wrong_number": "dijo que es un número equivocado",
        "left.frozen": "tiene un número que cambió de dueño",
        "left.unreachable": "no se le puede llegar, dice el proveedor",
        "left.no_address": "no tiene teléfono ni chat",
        "left.guardian": "es menor y falta el sí de su tutor",
        "left.paused": "está en pausa por ahora",
    },
}
