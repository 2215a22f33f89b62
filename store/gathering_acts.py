"""Gather the facts of turns that are not about learning: notices, links, campaigns, certification, surveys."""

from __future__ import annotations

from typing import Any

from bot.turn import (
    CaseActed,
    CaseOpened,
    Counted,
    Erased,
    ExamMoved,
    Held,
    LinkOffered,
    LinkUsed,
    Missed,
    NoticeSent,
    PinTried,
    Showed,
    SurveyAnswered,
    SurveyAsked,
)
from store.gathered import Answering, Rows


def notice_sent(rows: Rows, each: Answering, effect: NoticeSent) -> None:
    rows.notices.append((each.address, effect))


def pin_tried(rows: Rows, each: Answering, effect: PinTried) -> None:
    rows.tried.append((each.inbox_id, effect))


def link_offered(rows: Rows, each: Answering, effect: LinkOffered) -> None:
    rows.offered.append((each.address, effect))


def link_used(rows: Rows, each: Answering, effect: LinkUsed) -> None:
    rows.used.append(effect)


def held(rows: Rows, each: Answering, effect: Held) -> None:
    rows.held[effect.campaign] = effect


def missed(rows: Rows, each: Answering, effect: Missed) -> None:
    none = {"campaign": effect.campaign, "reason": effect.reason, "n": 0}
    rows.missed.setdefault((effect.campaign, effect.reason), none)["n"] += 1


def erased(rows: Rows, each: Answering, effect: Erased) -> None:
    rows.erased.extend(effect.learners)
    if not effect.learners:
        rows.emptied.append(str(each.address))


def counted(rows: Rows, each: Answering, effect: Counted) -> None:
    rows.counted[effect.name] += 1


def showed(rows: Rows, each: Answering, effect: Showed) -> None:
    rows.showed.append(effect)


def case_opened(rows: Rows, each: Answering, effect: CaseOpened) -> None:
    rows.cases.append(effect.case)


def case_acted(rows: Rows, each: Answering, effect: CaseActed) -> None:
    rows.acts.append((effect.case, effect.act))


def exam_moved(rows: Rows, each: Answering, effect: ExamMoved) -> None:
    rows.exams[effect.exam.id] = effect.exam


def certifying(rows: Rows, each: Answering, effect: Any) -> None:
    rows.certifying.append((each, effect))


def surveyed(rows: Rows, each: Answering, effect: SurveyAsked | SurveyAnswered) -> None:
    rows.surveyed.append((each.address, effect))
