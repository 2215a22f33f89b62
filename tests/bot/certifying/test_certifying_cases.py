"""The case machine: what it lets through, what it refuses, and what no history can break."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.certifying import judging
from bot.certifying.cases import COMPETENT, Act, Case, State
from bot.certifying.chaining import broken_at
from bot.certifying.deciding import RULES, decide
from bot.certifying.reading import blank, read
from tests.bot.certifying.norms import (
    APPLY,
    BEGAN,
    act,
    assessor,
    before,
    case,
    road,
    standard,
    tried,
    units,
    walked,
)
from tests.changing import replace

NORM = standard()
TWO = standard(assessors=2)


def test_it_walks_from_a_word_to_a_credential_without_a_course() -> None:
    held = walked(case(), NORM, road(NORM))
    assert held.state is State.CERTIFIED
    assert held.credential
    assert held.credential.serial == "S1"
    moves = [each.data["to"] for each in held.acts if each.data.get("to")]
    assert moves == [
        *("applied", "eligibility_check", "oriented", "self_assessed", "plan_agreed", "knowledge_passed"),
        *("practice_observed", "evidence_complete", "judged", "competent_pending_moderation", "decided", "certified"),
    ]
    assert broken_at("c1", held.acts) == 0


def test_it_reads_the_same_case_from_its_acts() -> None:
    held = walked(case(), NORM, road(NORM))
    assert read(blank(held), held.acts) == held


def test_the_trainer_of_a_candidate_is_not_her_assessor() -> None:
    held = replace(case(conflicts=frozenset({("ana", "trainer")})))
    outcome = tried(walked(held, NORM, road(NORM)[:5]), NORM, act("assign", "coordinator", "coord", value="ana"))
    assert "trainer" in outcome.refused


def test_a_relative_who_is_declared_later_has_judged_in_vain() -> None:
    held = before(NORM, "decide")
    late = replace(held, people=replace(held.people, conflicts=frozenset({("ana", "relative")})))
    outcome = tried(late, NORM, act("decide", "moderator", "marta", value="competent", data={"units": "1,2"}))
    assert "does not stand" in outcome.refused
    assert "relative" in outcome.refused


def test_an_assessor_whose_credential_has_run_out_cannot_judge() -> None:
    held = before(NORM, "judge")
    mark = act("judge", "assessor", "ana", criterion="1.1.1", value="yes")
    outcome = tried(held, NORM, mark, BEGAN + timedelta(days=301))
    assert "not valid on" in outcome.refused


def test_two_assessors_judge_where_the_scheme_says_so() -> None:
    held = walked(case(), TWO, [each for each in road(TWO, "ana", "benito") if each.kind != "conclude"][:-3])
    alone = walked(case(), TWO, [each for each in road(TWO, "ana", "benito") if each.actor != "benito"][:-4])
    done = act("conclude", "assessor", "ana", value="competent", data={"units": "1,2"})
    assert held.state is State.JUDGED
    assert not tried(held, TWO, done).refused
    assert alone.state is State.EVIDENCE_COMPLETE
    assert tried(alone, TWO, done).code == "state"


def test_a_critical_criterion_that_is_not_met_is_not_yet_competent_whatever_the_score() -> None:
    held = before(NORM, "judge")
    marks = [
        act("judge", "assessor", "ana", criterion=c.code, value="no" if c.code == "2.1.1" else "yes")
        for u in NORM.units
        for c in u.criteria
    ]
    held = walked(held, NORM, marks, BEGAN + timedelta(days=1))
    later = BEGAN + timedelta(days=2)
    good = act("conclude", "assessor", "ana", value="competent", data={"units": "1,2"})
    assert "2.1.1" in decide(held, good, NORM, later).refused
    held = walked(held, NORM, [act("conclude", "assessor", "ana", value="not_yet", data={"units": "1"})], later)
    assert held.state is State.NOT_YET_COMPETENT
    assert held.achieved == {"1"}
    again = walked(held, NORM, [act("retry")], later + timedelta(days=1))
    assert [each.code for each in judging.at_stake(again, NORM)] == ["2"]


def test_a_criterion_that_is_not_critical_may_be_missed_once() -> None:
    held = before(NORM, "judge")
    marks = [
        act("judge", "assessor", "ana", criterion=c.code, value="no" if c.code == "2.1.5" else "yes")
        for u in NORM.units
        for c in u.criteria
    ]
    assert judging.verdict(walked(held, NORM, marks, BEGAN + timedelta(days=1)), NORM).result == COMPETENT


def test_what_could_not_be_seen_ends_without_a_credential() -> None:
    acts = [each for each in road(NORM) if not (each.kind == "evidence" and "product" in str(each.data))]
    place = next(at for at, each in enumerate(acts) if each.kind == "judge")
    held = walked(case(), NORM, acts[:place])
    assert held.state is State.PRACTICE_OBSERVED
    unseen = [
        act("not_seen", "assessor", "ana", value=f"{each}/product/product_check", reason="no harvest") for each in "12"
    ]
    held = walked(held, NORM, [*unseen, *acts[place:-4]], BEGAN + timedelta(days=1))
    assert held.state is State.JUDGED
    assert judging.verdict(held, NORM).result == "not_yet"


def test_a_quiz_alone_never_leads_anywhere() -> None:
    held = before(NORM, "identify")
    assert held.state is State.PLAN_AGREED
    for kind in ("judge", "conclude", "decide", "certify"):
        assert tried(held, NORM, next(each for each in road(NORM) if each.kind == kind)).code == "state"


@pytest.mark.parametrize("actor", ["ana", "system"])
def test_who_has_judged_does_not_decide_and_the_program_only_outside_the_sample(actor: str) -> None:
    held = before(NORM, "moderate")
    made = act("decide", "moderator", actor, value="competent", data={"units": "1,2"})
    assert tried(held, NORM, made, BEGAN + timedelta(days=30)).refused


def test_no_body_issues_that_is_not_authorised_on_the_day() -> None:
    held = before(NORM, "certify")
    good = road(NORM)[-1]
    other = replace(good, data={**good.data, "body": "Sureña"})
    assert "not authorised" in tried(held, NORM, other).refused
    assert "not authorised" in decide(held, good, NORM, BEGAN + timedelta(days=670)).refused
    assert not tried(held, NORM, good).refused


def test_a_pilot_leads_to_no_credential_and_a_draft_takes_only_pilots() -> None:
    draft = standard(state="draft")
    applied = walked(case(), draft, road(draft)[:1])
    assert "pilot" in decide(applied, act("check", "system"), draft, BEGAN + timedelta(days=1)).refused
    acts = road(draft)
    acts[0] = act("apply", data={**APPLY, "pilot": "yes"})
    held = walked(case(), draft, acts[:-1])
    assert "no credential" in tried(held, draft, acts[-1]).refused


def test_a_credential_is_taken_away_by_two_people_and_a_panel_of_others_hears_the_appeal() -> None:
    held = walked(case(), NORM, road(NORM))
    later = BEGAN + timedelta(days=5)
    alone = act("revoke", "issuer", "irma", reason="fraud")
    assert "second" in decide(held, alone, NORM, later).refused
    held = walked(held, NORM, [replace(alone, data={"second": "pedro"}), act("appeal", note="it is not so")], later)
    assert held.state is State.APPEALED
    heard = act("resolve", "panel", "marta", value="overturned", reason="proof")
    assert "took part" in decide(held, heard, NORM, later + timedelta(days=1)).refused
    held = walked(held, NORM, [replace(heard, actor="olga")], later + timedelta(days=1))
    assert held.state is State.JUDGED


def test_an_appeal_comes_within_thirty_days() -> None:
    held = walked(case(), NORM, road(NORM)[:2])
    held = walked(held, NORM, [act("refuse", "coordinator", "coord", reason="too young")], BEGAN + timedelta(days=1))
    assert decide(held, act("appeal"), NORM, BEGAN + timedelta(days=40)).code == "in_term"
    assert not decide(held, act("appeal"), NORM, BEGAN + timedelta(days=20)).refused


def test_a_wrong_entry_is_corrected_by_a_further_one_and_stays() -> None:
    held = before(NORM, "judge")
    wrong = next(each for each in held.acts if each.kind == "evidence")
    mend = act("correct", "coordinator", "coord", corrects=wrong.seq, reason="another person's photo")
    after = walked(held, NORM, [mend], BEGAN + timedelta(days=1))
    assert after.state is State.KNOWLEDGE_PASSED
    assert wrong in after.acts
    assert len(after.evidence) == len(held.evidence) - 1
    assert decide(after, mend, NORM, BEGAN + timedelta(days=2)).code == "correctable"


def test_history_that_was_edited_shows() -> None:
    held = walked(case(), NORM, road(NORM))
    edited = (*held.acts[:9], replace(held.acts[9], value="failed"), *held.acts[10:])
    assert broken_at("c1", edited) == 10
    assert broken_at("c1", held.acts[:4] + held.acts[5:]) == 5
    assert broken_at("c2", held.acts) == 1


def test_she_withdraws_by_a_word_from_any_open_state() -> None:
    acts = road(NORM)
    for place in range(1, len(acts)):
        held = walked(case(), NORM, acts[:place])
        assert not tried(held, NORM, act("withdraw")).refused


# --- whatever happens ---

_ACTORS = ("ana", "benito", "marta", "coord", "irma", "rosa", "eva", "system", "candidate")
_PEOPLE = (assessor("ana"), assessor("benito"), assessor("eva", valid_until=BEGAN + timedelta(days=2)))
_straight = road(TWO, "ana", "benito")


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Act, timedelta]]:
    """The straight road with acts left out, repeated, done by others, marked otherwise, and strange ones between."""
    found: list[tuple[Act, timedelta]] = []
    for each in _straight:
        fate = draw(st.sampled_from([""] * 60 + ["skip", "other", "mark", "twice", "strange", "strange"]))
        wait = draw(st.sampled_from([timedelta(minutes=1)] * 60 + [timedelta(days=3), timedelta(days=40)]))
        if fate == "skip":
            continue
        if fate == "other":
            each = replace(each, actor=draw(st.sampled_from(_ACTORS)))
        if fate == "mark" and each.kind == "judge":
            each = replace(each, value=draw(st.sampled_from(["no", "not_seen"])))
        if fate == "strange":
            kind = draw(st.sampled_from(sorted(RULES)))
            role = draw(st.sampled_from(sorted(RULES[kind].roles)))
            value = draw(st.sampled_from(["agreed", "overturned", "competent", "1/product/product_check", "ana", ""]))
            odd = Act(kind=kind, role=role, actor=draw(st.sampled_from(_ACTORS)), reason="why", value=value)
            found.append((replace(odd, corrects=draw(st.integers(0, 30)) if kind == "correct" else 0), wait))
        found += [(each, wait)] * (2 if fate == "twice" else 1)
    return found


def _played(history: list[tuple[Act, timedelta]], conflicts: frozenset[tuple[str, str]]) -> list[Case]:
    held, now, seen = case(*_PEOPLE, conflicts=conflicts), BEGAN, []
    for each, wait in history:
        now += wait
        if each.kind in ("conclude", "decide"):  # what an honest terminal would fill in
            each = replace(each, data={**each.data, "units": units(held, TWO)})
        held = decide(held, each, TWO, now).case
        seen.append(held)
    return seen


@settings(max_examples=300, deadline=None)
@given(histories(), st.frozensets(st.sampled_from([("ana", "trainer"), ("benito", "relative")]), max_size=1))
def test_no_history_breaks_what_must_hold(
    history: list[tuple[Act, timedelta]], conflicts: frozenset[tuple[str, str]]
) -> None:
    cases = _played(history, conflicts)
    tied = {name for name, _ in conflicts}
    for earlier, later in zip([blank(cases[0]), *cases], cases, strict=False):
        assert later.acts[: len(earlier.acts)] == earlier.acts  # nothing is ever taken away
        assert later.decisions[: len(earlier.decisions)] == earlier.decisions
        assert later.credential or not earlier.credential
    held = cases[-1]
    assert broken_at("c1", held.acts) == 0
    assert read(blank(held), held.acts) == held
    assert not tied & {each.actor for each in held.acts if each.role == "assessor"}
    for each in held.acts:
        if each.role == "assessor":
            assert held.people.assessors[each.actor].valid("CHQ-TEST", each.at or BEGAN)
    for place, each in enumerate(held.acts):
        so_far = read(blank(held), held.acts[:place])
        if each.kind == "certify":
            assert so_far.decisions
            assert so_far.decisions[-1].result == COMPETENT
        if each.kind == "decide":
            found = judging.verdict(so_far, TWO)
            assert not judging.missing(so_far, TWO)
            assert not found.critical
            assert len({one.assessor for one in so_far.judgements}) >= 2
            assert each.actor not in {one.assessor for one in so_far.judgements}
