"""What `chasqui notice` says, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

EN: Mapping[str, str] = {
    "state.draft": "draft",
    "state.waiting": "waiting",
    "state.running": "running",
    "state.paused": "paused",
    "state.finished": "finished",
    "state.cancelled": "cancelled",
    "act.created": "created",
    "act.edited": "edited",
    "act.asked": "put before a second person",
    "act.declined": "declined",
    "act.approved": "approved",
    "act.started": "started",
    "act.paused": "paused",
    "act.resumed": "resumed",
    "act.cancelled": "cancelled",
    "act.finished": "finished",
    "act.stopped": "stopped",
    "act.held": "stands for want of money",
    "notice.urgent": "URGENT",
    "notice.none": "No notices. An officer writes AVISO and the text. "
    'Or: chasqui notice send --cooperative WORD --text es="…"',
    "notice.tally": "  to {n} people: {waiting} wait, {sent} sent, {delivered} delivered,\n"
    "  {failed} failed, {unknown} not known, {unsent} not sent\n"
    "  {stopped} stopped after it, {money} by estimate",
    "notice.tally.one": "  to 1 person: {waiting} wait, {sent} sent, {delivered} delivered,\n"
    "  {failed} failed, {unknown} not known, {unsent} not sent\n"
    "  {stopped} stopped after it, {money} by estimate",
    "notice.act": "{act} by {actor}",
    "notice.closed": "{name} is closed: nobody speaks for it any more. Open it: chasqui cooperative edit {id} --open",
    "notice.text": '{text!r} is no text in a language. Write it like --text es="Reunión el sábado".',
    "notice.kind": "Notice",
    "notice.kind.urgent": "URGENT notice",
    "notice.cost": "cost not settled",
    "notice.back": "{kind} of {cooperative}: reaches {reached}, {sms} of them by SMS = {n} segments, {money}.\n"
    "It begins: {words}",
    "notice.back.one": "{kind} of {cooperative}: reaches {reached}, {sms} of them by SMS = 1 segment, {money}.\n"
    "It begins: {words}",
    "notice.second": "It waits for a second person's word before it goes out.",
    "notice.ask": "Send it? Write SEND: ",
    "notice.not_sent": "Nothing was sent.",
    "notice.twice": "{id} exists already: nothing was sent twice.",
    "notice.waits": "{id} waits. Somebody else than {author} writes:\n  chasqui notice approve {id} --by NAME",
    "notice.leaves": "{id} is on its way to {reached}. How it goes: chasqui notice show {id}",
    "notice.nothing": "{id} is {state}: there is nothing to approve.",
    "notice.other": "{actor} wrote this notice, and somebody else has to approve it.",
    "notice.approved": "{id} was approved by {actor} and is on its way.",
    "notice.over": "{id} is {state}: there is nothing left to stop.",
    "notice.stopped": "{id} is stopped: what has not left does not leave. If an officer wrote it, she is told.",
    "notice.several": "{id!r} is the beginning of several: {ids}. Write more of it.",
    "notice.missing": "There is no notice {id!r}. The list: chasqui notice list",
}

ES: Mapping[str, str] = {
    "state.draft": "borrador",
    "state.waiting": "en espera",
    "state.running": "en marcha",
    "state.paused": "en pausa",
    "state.finished": "terminado",
    "state.cancelled": "cancelado",
    "act.created": "hecho",
    "act.edited": "cambiado",
    "act.asked": "presentado a una segunda persona",
    "act.declined": "rechazado",
    "act.approved": "aprobado",
    "act.started": "iniciado",
    "act.paused": "en pausa",
    "act.resumed": "reanudado",
    "act.cancelled": "cancelado",
    "act.finished": "terminado",
    "act.stopped": "detenido",
    "act.held": "detenido por falta de dinero",
    "notice.urgent": "URGENTE",
    "notice.none": "No hay avisos. Quien dirige escribe AVISO y el texto. "
    'O bien: chasqui notice send --cooperative PALABRA --text es="…"',
    "notice.tally": "  para {n} personas: esperan {waiting}, enviados {sent}, entregados {delivered},\n"
    "  fallidos {failed}, en duda {unknown}, no enviados {unsent}\n"
    "  bajas después de recibirlo: {stopped}; {money} por estimación",
    "notice.tally.one": "  para 1 persona: esperan {waiting}, enviados {sent}, entregados {delivered},\n"
    "  fallidos {failed}, en duda {unknown}, no enviados {unsent}\n"
    "  bajas después de recibirlo: {stopped}; {money} por estimación",
    "notice.act": "{act} por {actor}",
    "notice.closed": "{name} está cerrada: ya nadie habla por ella. Abrirla: chasqui cooperative edit {id} --open",
    "notice.text": '{text!r} no es un texto en un idioma. Escríbalo así: --text es="Reunión el sábado".',
    "notice.kind": "Aviso",
    "notice.kind.urgent": "Aviso URGENTE",
    "notice.cost": "costo sin fijar",
    "notice.back": "{kind} de {cooperative}: llega a {reached}, de ellos {sms} por SMS = {n} segmentos, {money}.\n"
    "Comienza así: {words}",
    "notice.back.one": "{kind} de {cooperative}: llega a {reached}, de ellos {sms} por SMS = 1 segmento, {money}.\n"
    "Comienza así: {words}",
    "notice.second": "Espera la palabra de una segunda persona antes de salir.",
    "notice.ask": "¿Enviarlo? Escriba ENVIAR: ",
    "notice.not_sent": "No se envió nada.",
    "notice.twice": "{id} ya existe: no se envió dos veces.",
    "notice.waits": "{id} espera. Alguien que no sea {author} escribe:\n  chasqui notice approve {id} --by NOMBRE",
    "notice.leaves": "{id} va en camino a {reached}. Cómo va: chasqui notice show {id}",
    "notice.nothing": "{id} está {state}: no hay nada que aprobar.",
    "notice.other": "{actor} escribió este aviso, y lo tiene que aprobar otra persona.",
    "notice.approved": "{actor} aprobó {id}, que ya va en camino.",
    "notice.over": "{id} está {state}: no queda nada que detener.",
    "notice.stopped": "{id} está detenido: lo que no ha salido no sale. Si lo escribió la directiva, se le dice.",
    "notice.several": "{id!r} es el comienzo de varios: {ids}. Escriba más.",
    "notice.missing": "No hay ningún aviso {id!r}. La lista: chasqui notice list",
}
