"""What others look for by other keys than the case: evidence by file, judgements by assessor, decisions, and ends of
credentials; written beside the acts, and read from them again at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from bot.certifying.cases import Act
from store.case_tables import cases, decisions, evidence, judgements
from store.shapes import clean, dumps


def project(conn: Connection, case: str, act: Act) -> None:
    """What others look for by other keys than the case: evidence by file, judgements by assessor, decisions."""
    plain = {"case": case, "seq": act.seq, "at": act.at}
    if act.kind == "judge":
        conn.execute(
            insert(judgements), {**plain, "criterion": act.criterion, "mark": act.value, "assessor": act.actor}
        )
    if act.kind == "decide" or (act.kind == "conclude" and act.value == "not_yet"):
        units = dumps([each for each in act.data.get("units", "").split(",") if each])
        conn.execute(insert(decisions), {**plain, "result": act.value, "units": units, "by": act.actor})
    if act.kind == "certify":
        until = act.data.get("valid_until", "")
        ends = datetime.fromisoformat(until) if until else None
        conn.execute(update(cases).where(cases.c.id == case).values(valid_until=ends))
    if act.kind == "attach":
        _attach(conn, case, act)
    if act.kind == "evidence":
        data = act.data
        row = {
            "id": data.get("id", ""),
            "case": case,
            "kind": data.get("evidence", ""),
            "method": data.get("method", ""),
            "unit": act.unit,
            "sha256": data.get("sha256", ""),
            "media_type": data.get("media_type", ""),
            "size": int(data.get("size", "0") or 0),
            "captured_at": act.at,
            "captured_by": act.actor,
            "note": clean(act.note),
        }
        conn.execute(insert_or(evidence).on_conflict_do_nothing(index_elements=["id"]), row)


def _attach(conn: Connection, case: str, act: Act) -> None:
    """A file that was added to a piece of evidence is looked for by its hash, like that of the evidence itself."""
    row = {
        "id": f"{act.value}-{act.seq}",
        "case": case,
        "kind": "file",
        "method": "",
        "unit": act.unit,
        "sha256": act.data.get("sha256", ""),
        "media_type": act.data.get("media_type", ""),
        "size": int(act.data.get("size", "0") or 0),
        "captured_at": act.at,
        "captured_by": act.actor,
        "note": clean(act.note),
    }
    conn.execute(insert_or(evidence).on_conflict_do_nothing(index_elements=["id"]), row)
