"""The tables of surveys and of kept reports: what was asked, one reply a person, how often each answer was given."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from store.tables import count, flag, instant, learner, metadata, text

surveys = Table(
    "surveys",
    metadata,
    Column("id", Text, primary_key=True),
    text("title"),
    text("purpose"),
    text("body"),  # JSON: questions and languages; only store.surveys reads it
    text("state"),  # bot.reporting.surveys.State
    text("cooperative"),
    text("campaign"),
    text("created_by"),
    instant("created_at"),
    instant("closed_at", nullable=True),
)
Index("ix_surveys_created_at", surveys.c.created_at, surveys.c.id)
Index("ix_surveys_cooperative_created_at", surveys.c.cooperative, surveys.c.created_at, surveys.c.id)

# Erasing takes out who replied; the reply stays and is counted.
survey_replies = Table(
    "survey_replies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("survey", Text, ForeignKey("surveys.id"), nullable=False),
    learner(index=True),
    text("language"),
    text("channel"),  # sms, telegram
    instant("asked_at"),
    instant("began_at", nullable=True),
    instant("ended_at", nullable=True),
    UniqueConstraint("survey", "learner"),
)
Index("ix_survey_replies_survey_id", survey_replies.c.survey, survey_replies.c.id)

survey_answers = Table(
    "survey_answers",
    metadata,
    Column("reply", Text, primary_key=True),
    Column("place", Integer, primary_key=True),  # of the question, from 0
    text("survey"),
    count("choice", -1),
    text("value"),  # a number
    text("text"),  # free words; emptied with her
    flag("skipped", default=False),
    instant("at"),
)
Index("ix_survey_answers_survey_place", survey_answers.c.survey, survey_answers.c.place, survey_answers.c.choice)

# Counted as answers come, so that a tally costs the same for ten and for a hundred thousand.
# place -1 counts people: choice 0 asked, 1 began, 2 came to the end. In a question, -1 counts skips and -2 what is no
# choice (numbers, free words).
survey_tallies = Table(
    "survey_tallies",
    metadata,
    Column("survey", Text, ForeignKey("surveys.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("choice", Integer, primary_key=True),
    count("n"),
)

# Results as they were last counted, small cells hidden already: counting them anew takes time that grows with people.
kept_reports = Table(
    "kept_reports",
    metadata,
    Column("key", Text, primary_key=True),
    text("body"),  # JSON
    instant("made_at"),
)
Index("ix_kept_reports_made_at", kept_reports.c.made_at)
