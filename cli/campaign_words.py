"""What `chasqui campaign` says, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from cli import campaign_fault_words, campaign_preview_words
from cli.campaign_singulars import SINGULARS

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}

_EN = {
    "state.draft": "draft",
    "state.waiting": "waits for a second person",
    "state.running": "running",
    "state.paused": "paused",
    "state.finished": "finished",
    "state.cancelled": "cancelled",
    "made": "{id} is a draft: nothing has been sent.\nLook at it:  chasqui campaign preview {id}",
    "made.already": "{id} exists already and is {state}: nothing was made twice.",
    "unknown": "There is no campaign {id!r}. The list: chasqui campaign list",
    "several": "{id!r} is the beginning of several: {ids}. Write more of it.",
    "none": 'No campaigns. Make one: chasqui campaign new --once tomorrow --to cooperative=ID --text es="…"',
    "started": "{id} is running: {people} people. How it goes: chasqui campaign show {id}",
    "started.already": "{id} runs already: nothing was started twice.",
    "asked": "{id} waits for a second person: {people} people, {money}. Somebody else than {authors} writes:\n"
    "  chasqui campaign approve {id} --by NAME",
    "approved": "{id} was approved by {actor} and is running.",
    "second": "{actor} wrote this campaign, and somebody else has to approve it: "
    "chasqui campaign approve {id} --by NAME",
    "not_asked": "{id} is {state}: there is nothing to approve.",
    "paused": "{id} is paused: what has not left waits. Go on: chasqui campaign resume {id}",
    "resumed": "{id} goes on.",
    "cancelled": "{id} is cancelled: what has not left does not leave.",
    "move": "{id} is {state}: it cannot be {wish} any more.",
    "wish.start": "started",
    "wish.approve": "approved",
    "wish.pause": "paused",
    "wish.resume": "resumed",
    "wish.cancel": "cancelled",
    "wish.edit": "edited",
    "done.pause": "{id} is paused already.",
    "done.resume": "{id} runs already.",
    "done.cancel": "{id} is cancelled already.",
    "edited": "{id} is version {version} now. What version {before} had not sent does not leave; "
    "who has it already does not get it twice the same day.",
    "edited.same": "Nothing was changed: write what should be another, such as --hour 18:00.",
    "overtaken": "Somebody else has just changed {id}. Look at it again: chasqui campaign show {id}",
    "past": "{day} is over, so {id} would send nothing. Give it another day:\n"
    "  chasqui campaign edit {id} --once {today}",
    "past.recurring": "{id} has no day left until {day}. Give it another end:\n"
    "  chasqui campaign edit {id} --until YYYY-MM-DD",
    "nobody": "{id} would reach nobody. See who is left out and why: chasqui campaign preview {id}",
    "ask": "Start it? Write START: ",
    "ask.word": "START",
    "not_started": "Nothing was started. Without a question: chasqui campaign start {id} --yes",
    "tested": "{n} test messages wait for {where}; they leave as soon as `chasqui run` is running, and count nowhere.",
    "test.mark": "Test: ",
    "test.where": "Say where: --phone +51900000001 or --telegram 123456789 (the number of your chat).",
    "test.phone": "{number!r} is not a phone number. Write it like +51900000001.",
    "test.abroad": "{number} is of a country that we do not send to: Peru, Bolivia and Rwanda only.",
    "test.landline": "{number} is a landline, which receives no messages. Use a mobile number.",
    "test.closed": "Nothing is sent to {number}: whoever is reached there said no or STOP, or cannot be reached. "
    "Written from there, START lets messages in again.",
    "test.chat": "{number!r} is not the number of a Telegram chat. It has digits only.",
    "test.drip": "A drip sends the lessons of its course. Read them on a phone of your own: chasqui chat",
    "name": "Name:      ",
    "kind": "When:      ",
    "to": "To:        ",
    "state": "State:     ",
    "text": "Text",
    "money": "Money:     ",
    "spent": "{money} spent, today {today} (estimate)",
    "of": " of {budget}",
    "a_day": ", at most {budget} a day",
    "held": "STANDS:    its money is used up, and {waiting} wait. Give it more:\n"
    "  chasqui campaign edit {id} --budget {more}",
    "progress": "Progress:  {planned} planned · {waiting} wait for their hour · {queued} in the outbox · {sent} sent "
    "· {delivered} delivered · {failed} failed · {unknown} unknown · {cancelled} cancelled · {expired} expired",
    "opted_out": "Stopped:   {n} said stop after it had reached them",
    "missed": "Not said:  {reasons}",
    "next": "Next:      {at}",
    "acts": "What was done:",
    "versions": "version {version}",
    "by": "by {actor}",
    "note.down": "not said, for nothing was running when it was due",
    "act.created": "made",
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
    "everybody": "everybody who has agreed",
    "at_own": "at each one's own hour",
    "at_hour": "at {hour} local time",
    "at_now": "at once, in waking hours",
    "kind.once": "once, on {day}",
    "kind.once.today": "once, on the day it starts",
    "kind.recurring": "every {days}",
    "kind.drip": "the lessons of cohort {cohort}, on its days",
    "kind.event": "{event}",
    "kind.notice": "a notice of {cooperative}",
    "from": ", from {day}",
    "until": ", until {day}",
    "event.joined": "{n} days after joining",
    "event.unit": "{n} days after passing {unit}",
    "event.unit.any": "a unit",
    "event.session": "{n} days after a session",
    "event.session.before": "{n} days before a session",
    "event.silence": "after {n} days of silence",
    "urgent": "URGENT: outside the weekly budget of messages",
    **campaign_preview_words.EN,
    **campaign_fault_words.EN,
}

_ES = {
    "state.draft": "borrador",
    "state.waiting": "espera a una segunda persona",
    "state.running": "en marcha",
    "state.paused": "en pausa",
    "state.finished": "terminada",
    "state.cancelled": "cancelada",
    "made": "{id} es un borrador: no se ha enviado nada.\nMírelo:  chasqui campaign preview {id}",
    "made.already": "{id} ya existe y está {state}: no se hizo dos veces.",
    "unknown": "No hay ninguna campaña {id!r}. La lista: chasqui campaign list",
    "several": "{id!r} es el comienzo de varias: {ids}. Escriba más.",
    "none": 'No hay campañas. Haga una: chasqui campaign new --once mañana --to cooperative=ID --text es="…"',
    "started": "{id} está en marcha: {people} personas. Cómo va: chasqui campaign show {id}",
    "started.already": "{id} ya está en marcha: no se inició dos veces.",
    "asked": "{id} espera a una segunda persona: {people} personas, {money}. Alguien que no sea {authors} escribe:\n"
    "  chasqui campaign approve {id} --by NOMBRE",
    "approved": "{actor} aprobó {id}, que ya está en marcha.",
    "second": "{actor} escribió esta campaña, y la tiene que aprobar otra persona: "
    "chasqui campaign approve {id} --by NOMBRE",
    "not_asked": "{id} está {state}: no hay nada que aprobar.",
    "paused": "{id} está en pausa: lo que no ha salido espera. Para seguir: chasqui campaign resume {id}",
    "resumed": "{id} sigue.",
    "cancelled": "{id} está cancelada: lo que no ha salido no sale.",
    "move": "{id} está {state}: ya no se puede {wish}.",
    "wish.start": "iniciar",
    "wish.approve": "aprobar",
    "wish.pause": "pausar",
    "wish.resume": "reanudar",
    "wish.cancel": "cancelar",
    "wish.edit": "cambiar",
    "done.pause": "{id} ya está en pausa.",
    "done.resume": "{id} ya está en marcha.",
    "done.cancel": "{id} ya está cancelada.",
    "edited": "{id} va ahora por la versión {version}. Lo que la versión {before} no había enviado no sale; "
    "quien ya la recibió no la recibe dos veces el mismo día.",
    "edited.same": "No cambió nada: escriba qué debe ser distinto, por ejemplo --hour 18:00.",
    "overtaken": "Otra persona acaba de cambiar {id}. Mírela otra vez: chasqui campaign show {id}",
    "past": "El {day} ya pasó: {id} no enviaría nada. Dele otro día:\n  chasqui campaign edit {id} --once {today}",
    "past.recurring": "A {id} no le queda ningún día hasta el {day}. Dele otro final:\n"
    "  chasqui campaign edit {id} --until AAAA-MM-DD",
    "nobody": "{id} no llegaría a nadie. Vea quién queda fuera y por qué: chasqui campaign preview {id}",
    "ask": "¿Iniciarla? Escriba INICIAR: ",
    "ask.word": "INICIAR",
    "not_started": "No se inició nada. Sin pregunta: chasqui campaign start {id} --yes",
    "tested": "{n} mensajes de prueba esperan para {where}; salen en cuanto corra `chasqui run` y no cuentan.",
    "test.mark": "Prueba: ",
    "test.where": "Diga adónde: --phone +51900000001 o --telegram 123456789 (el número de su chat).",
    "test.phone": "{number!r} no es un número de teléfono. Escríbalo así: +51900000001.",
    "test.abroad": "{number} es de un país al que no se envía: solo Perú, Bolivia y Ruanda.",
    "test.landline": "{number} es un teléfono fijo y no recibe mensajes. Use un celular.",
    "test.closed": "No se envía nada a {number}: quien lo usa dijo que no o escribió BAJA, o no se le puede alcanzar. "
    "Con ALTA, escrito desde allí, vuelve a recibir mensajes.",
    "test.chat": "{number!r} no es el número de un chat de Telegram. Solo tiene cifras.",
    "test.drip": "Un goteo envía las lecciones de su curso. Léalas en un teléfono propio: chasqui chat",
    "name": "Nombre:    ",
    "kind": "Cuándo:    ",
    "to": "Para:      ",
    "state": "Estado:    ",
    "text": "Texto",
    "money": "Dinero:    ",
    "spent": "{money} gastados, hoy {today} (estimado)",
    "of": " de {budget}",
    "a_day": ", como mucho {budget} al día",
    "held": "DETENIDA:  se acabó su dinero, y esperan {waiting}. Dele más:\n"
    "  chasqui campaign edit {id} --budget {more}",
    "progress": "Avance:    {planned} previstos · {waiting} esperan su hora · {queued} por salir · {sent} enviados "
    "· {delivered} entregados · {failed} fallidos · {unknown} en duda · {cancelled} cancelados · {expired} vencidos",
    "opted_out": "Bajas:     {n} pidieron la baja después de recibirla",
    "missed": "No dichos: {reasons}",
    "next": "Próxima:   {at}",
    "acts": "Lo que se hizo:",
    "versions": "versión {version}",
    "by": "por {actor}",
    "note.down": "no se dijo, porque nada corría cuando tocaba",
    "act.created": "hecha",
    "act.edited": "cambiada",
    "act.asked": "presentada a una segunda persona",
    "act.declined": "rechazada",
    "act.approved": "aprobada",
    "act.started": "iniciada",
    "act.paused": "en pausa",
    "act.resumed": "reanudada",
    "act.cancelled": "cancelada",
    "act.finished": "terminada",
    "act.stopped": "detenida",
    "act.held": "detenida por falta de dinero",
    "everybody": "todas las personas que aceptaron",
    "at_own": "a la hora propia de cada quien",
    "at_hour": "a las {hour}, hora local",
    "at_now": "enseguida, en horas de vigilia",
    "kind.once": "una vez, el {day}",
    "kind.once.today": "una vez, el día en que se inicie",
    "kind.recurring": "cada {days}",
    "kind.drip": "las lecciones del grupo {cohort}, en sus días",
    "kind.event": "{event}",
    "kind.notice": "un aviso de {cooperative}",
    "from": ", desde el {day}",
    "until": ", hasta el {day}",
    "event.joined": "{n} días después de inscribirse",
    "event.unit": "{n} días después de aprobar {unit}",
    "event.unit.any": "una unidad",
    "event.session": "{n} días después de una reunión",
    "event.session.before": "{n} días antes de una reunión",
    "event.silence": "tras {n} días de silencio",
    "urgent": "URGENTE: fuera del presupuesto semanal de mensajes",
    **campaign_preview_words.ES,
    **campaign_fault_words.ES,
}

_COUNTED = ("n", "people", "days")
WORDS: Mapping[str, Mapping[str, str]] = {"en": _EN, "es": _ES}


def say(language: str, id: str, /, **values: object) -> str:
    """The sentence `id` in the operator's language, filled in; where what it counts is one, in its singular."""
    one = SINGULARS[language].get(id) if any(values.get(name) in (1, "1") for name in _COUNTED) else None
    return (one or WORDS[language][id]).format(**values)


def day_name(language: str, weekday: int) -> str:
    """The short name of a day, Monday being 0."""
    return _DAYS[language][weekday]


def moment(language: str, at: datetime) -> str:
    """A local time with its day, as a person reads it: "Thu 2026-03-05 18:00"."""
    return f"{_DAYS[language][at.weekday()]} {at:%Y-%m-%d %H:%M}"


def day(language: str, on: date) -> str:
    """A date with the name of its day."""
    return f"{_DAYS[language][on.weekday()]} {on.isoformat()}"
