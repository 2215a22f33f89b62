"""Django and its ORM on SQLite, under gunicorn with eight threads. The folder is in BENCH_FOLDER."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings

FOLDER = os.environ["BENCH_FOLDER"]
# Its leanest form: no middleware, connections that are kept, and a write lock from the start of each transaction.
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(FOLDER) / "quiz.sqlite"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django wants its settings first
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402
from twilio.request_validator import RequestValidator  # noqa: E402

from bench.inbound import quiz  # noqa: E402
from bench.inbound.webhook import EMPTY, PATH, TOKEN, URL, XML, numbers  # noqa: E402

validator = RequestValidator(TOKEN)


class State(models.Model):
    """Where a learner stands."""

    number = models.CharField(max_length=20, primary_key=True)
    question = models.IntegerField(default=0)
    score = models.IntegerField(default=0)

    class Meta:
        """Where the table lives."""

        app_label = "bench"
        db_table = "state"


class Outbox(models.Model):
    """A reply that waits."""

    id = models.AutoField(primary_key=True)
    number = models.CharField(max_length=20)
    body = models.TextField()

    class Meta:
        """Where the table lives."""

        app_label = "bench"
        db_table = "outbox"


@csrf_exempt
def sms(request: HttpRequest) -> HttpResponse:
    """One answer: read, step, write, one commit."""
    fields = request.POST.dict()
    if not validator.validate(URL, fields, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponseForbidden()
    with transaction.atomic():
        state, _ = State.objects.get_or_create(number=fields["From"])
        step = quiz.answer(state.question, state.score, str(fields["Body"]))
        state.question, state.score = step.question, step.score
        state.save(update_fields=["question", "score"])
        Outbox.objects.create(number=state.number, body=step.reply)
    return HttpResponse(EMPTY, content_type=XML)


def seed() -> None:
    """Every learner stands before the first question."""
    with connection.schema_editor() as editor:
        editor.create_model(State)
        editor.create_model(Outbox)
    State.objects.bulk_create(State(number=number) for number in numbers(int(os.environ["BENCH_LEARNERS"])))


seed()
urlpatterns = [path(PATH.removeprefix("/"), sms)]
app = get_wsgi_application()
