"""Standards as files: what is read, and each thing that is refused, with the file, the line and the cure."""

from __future__ import annotations

from datetime import date

import pytest
from authoring_tree import Tree
from standard_tree import EXAM_ES, STANDARD, STD, with_standard

from authoring.loading import load
from bot.certifying.standards import Standard


@pytest.fixture
def certified(tree: Tree) -> Tree:
    return with_standard(tree)


def _standard(tree: Tree) -> Standard:
    loaded = tree.load()
    assert loaded.catalogue is not None, tree.said()
    return loaded.catalogue.standards["CHQ-TEST"]


def _line(text: str) -> int:
    return STANDARD[: STANDARD.index(text)].count("\n") + 1


def test_a_whole_standard_is_read_without_a_word(certified: Tree) -> None:
    assert certified.said() == ""
    standard = _standard(certified)
    assert (standard.name, standard.course, standard.languages) == ("CHQ-TEST@0.1", "coffee-nursery", ("es", "en"))
    unit = standard.units[0]
    assert (unit.policy.at_cap, unit.policy.competent, unit.taught_by) == ("assessor", 0.9, ("coffee-nursery.seed",))
    assert [each.code for each in unit.criteria if each.critical] == ["1.1.1"]
    assert unit.required("knowledge")[0].criteria == ("1.1.1", "1.1.2")
    assert unit.required("performance")[0].minimum == 2
    assert unit.ranges[0].classes[0]["es"] == "propia"


def test_a_scheme_says_who_may_issue_and_how_long_one_waits(certified: Tree) -> None:
    scheme = _standard(certified).scheme("PE")
    assert scheme is not None
    assert _standard(certified).scheme("BO") is None
    assert scheme.may_issue("A cooperative", date(2027, 11, 21))
    assert not scheme.may_issue("A cooperative", date(2027, 11, 22))
    assert not scheme.may_issue("A stranger", date(2027, 1, 1))
    assert [scheme.cool_off(failed) for failed in (0, 1, 2, 3)] == [0, 48, 168, 168]


def test_one_standard_stands_under_several_schemes(certified: Tree) -> None:
    second = STANDARD[STANDARD.index("[[schemes]]") : STANDARD.index("[[schemes.issuers]]")].replace('"PE"', '"BO"')
    certified.edit(STD, "[[units]]", second + "[[units]]")
    assert [scheme.country for scheme in _standard(certified).schemes] == ["PE", "BO"]
    assert [len(scheme.issuers) for scheme in _standard(certified).schemes] == [1, 0]


def test_a_change_of_one_word_changes_the_digest_of_the_standard(certified: Tree) -> None:
    before = _standard(certified).digest
    certified.edit(STD, "La pone plana.", "La pone bien plana.")
    assert _standard(certified).digest != before


@pytest.mark.parametrize(
    ("old", "new", "at", "what"),
    [
        ('code = "CHQ-TEST"', 'code = "chq test"', 'code = "CHQ', "code = “chq test” is not written as it must be"),
        ('code = "CHQ-TEST"', 'kode = "CHQ-TEST"', 'code = "CHQ', "kode is not known here. Write code"),
        ('version = "0.1"', "version = 0.1", "version", "version = 0.1 is a number, and a text is due"),
        ('version = "0.1"', 'version = "one"', "version", "version = “one” is not written"),
        ('isco08 = "6113"', 'isco08 = "61"', "isco08", "isco08 = “61” is not written as it must be"),
        (', en = "Nursery worker"', "", "title", "the en translation of title is missing"),
        ('en = "Nursery worker"', 'en = "Nursery worker", xx = "x"', "title", "xx is not known here"),
        ('title = { es = "Viverista", en = "Nursery worker" }\n', "", "code", "title is missing"),
        ("a 1 cm.", "a 9 cm.", "code", "the number 9 stands in no listed fact"),
        ("a 1 cm.", "a 1 cm {x}.", "code", "curly brackets stand in the text"),
        ('facts = ["N7"]', 'facts = ["N7", "N99"]', "facts", "the fact N99 is not in facts.toml"),
        ('facts = ["N7"]', 'facts = ["N7", "N13"]', "facts", "the fact N13 is marked ▲ and nobody has confirmed it"),
        ('state = "draft"', 'state = "done"', "state", 'state = "done" is not known'),
        ('state = "draft"', 'state = "validated"', "state", "by whom and since when is missing"),
        ('"draft"\nby = ""', '"approved"\nby = "X"\nsince = "2026-11-21"', "state", "an approval needs an act"),
        ('by = ""', 'by = "X"', "by =", "a draft is nobody's yet"),
        ('country = "PE"', 'country = "AR"', "country", 'country = "AR" is not known. Write one of PE, BO, RW'),
        ('act = "Act 7"', 'act = "Act 8"', "act =", "the number 8 stands in no listed fact"),
        ('authority = "A ministry"\n', "", "[[schemes]]", "authority is missing"),
        ('"application", "know', '"enrolment", "know', "steps", "the step “enrolment” is not known"),
        ('"knowledge", "decision"', '"decision", "knowledge"', "steps", "the steps are not in their order"),
        (', "decision"]', "]", "steps", "the step decision is missing"),
        ("validity_months = 36", "validity_months = 0", "validity", "validity_months = 0 is out of reach"),
        ('"2026-11-21"\nassessors', '"21.11.2026"\nassessors', "checked_on", "checked_on = “21.11.2026” is no date"),
        ('"2026-11-21"\nassessors', '"2026-11-31"\nassessors', "checked_on", "checked_on = “2026-11-31” is no date"),
        ('checked_on = "2026-11-21"\n', "", "[[schemes]]", "checked_on is missing"),
        ("assessors = 2", "assessors = 0", "assessors", "assessors = 0 is out of reach"),
        ("[48, 168]", "[168, 48]", "cool_offs", "cool_offs holds 48, and hours that do not grow shorter are due"),
        ('valid_from = "2026-11-21"\n', "", "[[schemes.issuers]]", "from when it may issue is missing"),
        ('"2027-11-21"', '"2025-11-21"', "valid_until", "valid_until (2025-11-21) is before valid_from"),
        ('["coffee-nursery.seed"]', '["coffee-nursery.none"]', "[[units]]", "which the course does not have"),
        ('["coffee-nursery.seed"]', "[]", "[[units]]", "no lesson teaches unit 1"),
        ('"assessor"\n', '"chance"\n', "at_cap", 'at_cap = "chance" is not known. Write one of sign, assessor'),
        ("cap = 12", "cap = 4", "[units.knowledge]", "cap (4) must not be lower than minimum (5)"),
        ("cap = 12", "not_yet = 0.95", "[units.knowledge]", "not_yet (0.95) must be lower than competent (0.9)"),
        ("cap = 12", 'alpha = "low"', "cap = 12", "alpha is no number"),
        ("cap = 12", "cap = 14", "[[units]]", "unit 1 has 12 assessment items in es, and 14 are due"),
        ('[{ es = "propia", en = "own" }]', "[]", "[[units.ranges]]", "the range has no classes"),
        ('code = "1.1"', 'code = "2.1"', 'code = "1.1"', "“2.1” is no code here. Write 1.1, 1.2 …"),
        ('code = "1.1.2"', 'code = "1.1.1"', 'code = "1.1.2"', "the code 1.1.1 stands already on line"),
        ('text = { es = "Da sombra.", en = "Gives shade." }\n', "", 'code = "1.1.2"', "text is missing"),
        ("critical = true", 'critical = "yes"', "critical", 'critical = "yes" is a text, and true or false is due'),
        ('"sms_quiz"', '"field_observation"', "method", "field_observation cannot show knowledge"),
        ('criteria = ["1.1.1"]', 'criteria = ["1.1.9"]', "criteria = [", "1.1.9 is no criterion of this unit"),
        ("minimum = 2", "minimum = 0", "minimum = 2", "minimum = 0 is out of reach"),
    ],
)
def test_it_refuses_a_standard_by_line(certified: Tree, old: str, new: str, at: str, what: str) -> None:
    certified.edit(STD, old, new)
    found = [each for each in certified.load().refusals if each.file == STD and what in f"{each.what}. {each.cure}."]
    assert found, certified.said()
    near = _line(at)
    assert near - 1 <= found[0].line <= near + 1, found[0]
    assert found[0].level == "error"
    assert certified.load().catalogue is None


def test_it_refuses_a_standard_that_is_no_toml(certified: Tree) -> None:
    certified.edit(STD, 'code = "CHQ-TEST"', "code = CHQ-TEST")
    assert f"{STD}:1: the value in “code = CHQ-TEST” is not understood" in certified.said()


def test_a_critical_criterion_must_be_seen(certified: Tree) -> None:
    certified.edit(STD, 'criteria = ["1.1.1"]', 'criteria = ["1.1.2"]')
    said = certified.said()
    assert f"{STD}:{_line('[[units.elements.criteria]]')}: criterion 1.1.1 is critical, and no performance" in said


def test_a_criterion_that_nothing_assesses_is_named(certified: Tree) -> None:
    more = '[[units.elements.criteria]]\ncode = "1.1.3"\ntext = { es = "Riega.", en = "Waters." }\n\n'
    certified.edit(STD, "[[units.requirements]]", more + "[[units.requirements]]")
    assert f"{STD}:{_line('[[units.requirements]]')}: nothing assesses criterion 1.1.3" in certified.said()
    certified.edit(STD, 'criteria = ["1.1.1"]', 'criteria = ["1.1.1", "1.1.3"]')
    assert certified.said() == ""


def test_a_unit_with_eleven_items_in_one_language_is_not_offered(certified: Tree) -> None:
    for file in (EXAM_ES, EXAM_ES.replace(".es.", ".en.")):
        text = (certified.root / file).read_text()
        certified.write(file, text[: text.index("? e12")])
    assert "unit 1 has 11 assessment items in es, and 12 are due" in certified.said()
    assert "unit 1 has 11 assessment items in en, and 12 are due" in certified.said()
    certified.edit(STD, 'taught_by = ["coffee-nursery.seed"]', 'taught_by = ["coffee-nursery.seed"]\noffered = false')
    assert certified.said() == ""


def test_rules_that_nobody_has_looked_up_for_a_year_are_a_warning(certified: Tree) -> None:
    def said(day: date) -> list[tuple[str, str]]:
        found = load(certified.root, day).refusals
        return [(each.level, each.what) for each in found if each.file == STD]

    assert said(date(2027, 11, 22)) == []
    assert said(date(2027, 11, 23)) == [("warning", "the rules of PE were last checked on 2026-11-21")]
    assert said(date(2026, 11, 20)) == [("error", "the scheme of PE was checked on a day to come")]


def test_a_credential_without_an_end_is_a_warning(certified: Tree) -> None:
    certified.edit(STD, "validity_months = 36\n", "")
    assert [(each.level, each.what) for each in certified.load().refusals] == [
        ("warning", "a credential of PE would never end")
    ]


def test_the_standard_of_an_unpublished_course_only_warns_and_is_not_in_use(certified: Tree) -> None:
    certified.edit("coffee-nursery/occupation.toml", "published = true", "published = false")
    certified.edit(STD, 'isco08 = "6113"', 'isco08 = "61"')
    loaded = certified.load()
    assert {each.level for each in loaded.refusals} == {"warning"}
    assert loaded.catalogue is not None
    assert dict(loaded.catalogue.standards) == {}


OLDER = STD.replace("standard.toml", "standards/0.0.toml")


def test_an_older_version_stays_for_the_cases_that_began_under_it(certified: Tree) -> None:
    certified.write(OLDER, STANDARD.replace('version = "0.1"', 'version = "0.0"'))
    loaded = certified.load()
    assert loaded.catalogue is not None, certified.said()
    old = loaded.catalogue.standard("CHQ-TEST", "0.0")
    assert old is not None
    assert old.name == "CHQ-TEST@0.0"
    assert loaded.catalogue.standard("CHQ-TEST", "0.1") is loaded.catalogue.standards["CHQ-TEST"]
    assert loaded.catalogue.standard("CHQ-TEST", "9") is None
    assert list(loaded.catalogue.standards) == ["CHQ-TEST"], "nothing new begins under it"


def test_an_older_version_that_cannot_be_read_warns_and_stops_nothing(certified: Tree) -> None:
    certified.write(OLDER, STANDARD)
    loaded = certified.load()
    assert loaded.catalogue is not None
    assert not loaded.catalogue.editions
    assert "the version is 0.1. Call the file 0.1.toml" in certified.said()
    assert not loaded.errors
