"""The tutorial's way: Flask and sqlite3, under gunicorn with eight threads. The folder is in BENCH_FOLDER."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

from bench.inbound import quiz
from bench.inbound.webhook import EMPTY, PATH, TOKEN, URL, XML, numbers

FOLDER = os.environ["BENCH_FOLDER"]
app = Flask(__name__)
validator = RequestValidator(TOKEN)
# The tutorial opens a connection a request; one a thread is kinder.
held = threading.local()


def database() -> sqlite3.Connection:
    """This thread's connection."""
    if not hasattr(held, "connection"):
        held.connection = quiz.connect(FOLDER)
    connection: sqlite3.Connection = held.connection
    return connection


def seed() -> None:
    """Every learner stands before the first question."""
    first = database()
    first.execute("CREATE TABLE state (number TEXT PRIMARY KEY, question INTEGER NOT NULL, score INTEGER NOT NULL)")
    everybody = numbers(int(os.environ["BENCH_LEARNERS"]))
    first.execute("BEGIN IMMEDIATE")
    first.executemany("INSERT INTO state VALUES (?, 0, 0)", [(number,) for number in everybody])
    first.execute("COMMIT")


@app.post(PATH)
def sms() -> Response:
    """One answer: read, step, write, one commit."""
    if not validator.validate(URL, request.form, request.headers.get("X-Twilio-Signature", "")):
        abort(403)
    number, text = request.form["From"], request.form["Body"]
    connection = database()
    connection.execute("BEGIN IMMEDIATE")  # not before the read: two threads would overwrite one another
    row = connection.execute("SELECT question, score FROM state WHERE number = ?", (number,)).fetchone()
    question, score = row or (0, 0)
    step = quiz.answer(question, score, text)
    connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (number, step.question, step.score))
    connection.execute(quiz.SAY, (number, step.reply))
    connection.execute("COMMIT")
    return Response(EMPTY, mimetype=XML)


seed()
