"""What somebody has to see: critical criteria, tests before a person, witnesses, files; and what no word replaces."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from bot.certifying import examining, judging, witnessing
from bot.certifying.cases import Case
from bot.certifying.deciding import decide
from bot.certifying.standards import Requirement, Standard
from tests.bot.certifying.norms import BEGAN, act, before, standard, tried, walked
from tests.changing import replace

NORM = standard()


def _with_testimony() -> Standard:
    """The norm that asks for a testimony besides, and wants criterion 1 of each unit to be seen."""
    units = []
    for unit in NORM.units:
        first = unit.criteria[0].code
        wanted = tuple(
            replace(each, criteria=(first,)) if each.method == "field_observation" else each
            for each in unit.requirements
        )
        told = Requirement(kind="performance", method="testimony", minimum=1, criteria=())
        units.append(replace(unit, requirements=(*wanted, told)))
    return replace(NORM, units=tuple(units))


def _evidence(held: Case, norm: Standard, *pieces: tuple[str, str, str, str], days: int = 1) -> Case:
    acts = [
        act(
            "evidence",
            "assessor",
            "ana",
            unit=unit,
            data={"id": f"{unit}{method}", "evidence": kind, "method": method, "criteria": criteria},
        )
        for unit, kind, method, criteria in pieces
    ]
    return walked(held, norm, acts, BEGAN + timedelta(days=days))


def test_a_testimony_is_not_enough_where_a_critical_criterion_has_to_be_seen() -> None:
    norm = _with_testimony()
    held = _evidence(
        before(norm, "evidence"),
        norm,
        ("1", "performance", "testimony", ""),
        ("1", "performance", "field_observation", "1.1.2"),
    )
    assert "1.1.1" in judging.told_only(held, norm)
    assert "1.1.2" not in judging.told_only(held, norm), "it is not critical"
    seen = _evidence(held, norm, ("1", "product", "product_check", "1.1.1"), days=2)
    assert "1.1.1" not in judging.told_only(seen, norm)


def test_it_is_not_judged_met_before_somebody_has_seen_it() -> None:
    norm = _with_testimony()
    pieces = [
        (each.code, kind, method, "" if method != "field_observation" else f"{each.code}.1.2")
        for each in norm.units
        for kind, method in (("performance", "testimony"), ("performance", "field_observation"))
    ]
    held = _evidence(before(norm, "evidence"), norm, *pieces)
    unseen = [
        act("not_seen", "assessor", "ana", value=each.key, reason="no harvest") for each in judging.missing(held, norm)
    ]
    held = walked(held, norm, unseen, BEGAN + timedelta(days=2))
    later = BEGAN + timedelta(days=3)
    met = act("judge", "assessor", "ana", criterion="1.1.1", value="yes")
    assert decide(held, met, norm, later).code == "seen_not_told"
    assert not decide(held, replace(met, value="no"), norm, later).refused
    assert not decide(held, replace(met, criterion="1.1.2"), norm, later).refused


@pytest.mark.parametrize("tie", ["self", "relative"])
def test_a_witness_who_is_herself_or_her_family_is_refused(tie: str) -> None:
    norm = _with_testimony()
    held = before(norm, "evidence")
    asked = witnessing.told(norm.units[0], "e1", by="ana", role="assessor", tie=tie)
    assert tried(held, norm, asked).code == "free_witness"


def test_what_a_witness_was_asked_counts_once_she_has_answered() -> None:
    norm = _with_testimony()
    asked = witnessing.told(norm.units[0], "e1", by="ana", role="assessor", tie="")
    held = walked(before(norm, "evidence"), norm, [asked], BEGAN + timedelta(days=1))
    key = "1/performance/testimony"
    assert key in {each.key for each in judging.missing(held, norm)}
    testimony = witnessing.Testimony(key="ab" * 32, case="c1", evidence="e1", tries=0, good=True)
    family = witnessing.confirmed(replace(testimony, tie="relative"), "candidate")
    assert decide(held, family, norm, BEGAN + timedelta(days=2)).code == "free_witness"
    done = walked(held, norm, [witnessing.confirmed(testimony, "candidate")], BEGAN + timedelta(days=2))
    assert key not in {each.key for each in judging.missing(done, norm)}
    assert done.acts[-1].actor == "witness-ababababab"


def test_a_code_is_bound_to_its_case_its_evidence_and_the_hash_of_its_entry() -> None:
    secret, code = b"a key for tests", witnessing.draw(Random(1))
    one = witnessing.keyed(secret, code, "c1", "e1", "hash")
    others = [("c2", "e1", "hash"), ("c1", "e2", "hash"), ("c1", "e1", "other")]
    assert all(witnessing.keyed(secret, code, *each) != one for each in others)
    assert witnessing.keyed(b"another key", code, "c1", "e1", "hash") != one


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("482913", ("", "482913")),
        ("482 913", ("", "482913")),
        ("código 482-913.", ("", "482913")),
        ("TES 123456 482913", ("123456", "482913")),
        ("48291", ("", "")),
        ("mi caso es 123456 y ya", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_code_is_read_as_people_write_it(written: str, found: tuple[str, str]) -> None:
    assert witnessing.code_in(written) == found


def test_a_test_that_nobody_saw_does_not_count_where_the_standard_wants_somebody_to_look_on() -> None:
    units = tuple(replace(each, policy=replace(each.policy, supervised=True)) for each in NORM.units)
    norm = replace(NORM, units=units)
    held = before(norm, "knowledge")
    alone = act("knowledge", "system", unit="1", value="passed", data={"exam": "x"})
    assert tried(held, norm, alone).code == "known_result"
    seen = replace(alone, data={"exam": "x", "supervised": "ana"})
    assert not tried(held, norm, seen).refused
    assert tried(held, norm, replace(alone, data={"exam": "x", "supervised": "nobody"})).code == "supervisor_free"
    assert not examining.alone(held, norm, BEGAN + timedelta(days=1))


def test_who_looked_on_and_is_declared_a_relative_meanwhile_has_looked_on_in_vain() -> None:
    held = before(NORM, "knowledge")
    late = replace(held, people=replace(held.people, conflicts=frozenset({("benito", "relative")})))
    seen = act("knowledge", "system", unit="1", value="passed", data={"exam": "x", "supervised": "benito"})
    assert tried(late, NORM, seen).code == "supervisor_free"
    assert (
        tried(late, NORM, act("supervise", "assessor", "benito", unit="1", data={"exam": "x"})).code == "supervisable"
    )


def test_a_file_is_added_only_to_evidence_of_ones_own() -> None:
    held = before(NORM, "judge")
    mine = act("attach", "assessor", "ana", value="1performance", data={"sha256": "a" * 64, "media_type": "image/jpeg"})
    added = walked(held, NORM, [mine], BEGAN + timedelta(days=1))
    piece = next(each for each in added.evidence if each.id == "1performance")
    assert piece.files == (("a" * 64, "image/jpeg"),)
    assert tried(held, NORM, replace(mine, value="other")).code == "evidence_known"
    assert tried(held, NORM, replace(mine, data={})).code == "evidence_known"
