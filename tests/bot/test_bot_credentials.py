"""Codes, awards, and what a certificate is worth, in words and for programs."""

from __future__ import annotations

import string
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Catalogue
from bot.certifying import codes, verifying
from bot.certifying.badges import Place, open_badge
from bot.certifying.credentials import PRIVATE, REVOKED, SUSPENDED, Credential, objection, short_name
from bot.delivering.sms import fold_text, segments
from tests.certificates import NOW, YEAR, authorised, award, credential, finished, numbered
from tests.changing import replace

seeds = st.integers(min_value=0, max_value=2**64)


@given(seeds)
def test_it_reads_a_code_however_it_is_written(seed: int) -> None:
    code = codes.draw(Random(seed))
    printed = codes.shown(code)
    assert len(printed) == 12
    assert any(sign.isdigit() for sign in code)
    for written in (
        printed,
        printed.lower(),
        code,
        f" {code[:4]} {code[4:]} ",
        printed.replace("-", "."),
        printed + " ",
    ):
        assert codes.read(written).code == code


@given(seeds, st.integers(0, 9), st.sampled_from(codes.ALPHABET))
def test_it_detects_every_single_error(seed: int, place: int, sign: str) -> None:
    code = codes.draw(Random(seed))
    wrong = code[:place] + sign + code[place + 1 :]
    assert (codes.read(wrong).code == code) == (wrong == code)
    assert wrong == code or codes.read(wrong).wrong == "check"


@given(seeds, st.integers(0, 9), st.integers(0, 9))
def test_it_detects_every_two_signs_that_changed_places(seed: int, one: int, other: int) -> None:
    code = codes.draw(Random(seed))
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    assert (codes.read("".join(signs)).code == code) == ("".join(signs) == code)


def test_a_code_holds_more_than_forty_random_bits_and_no_sign_that_is_taken_for_another() -> None:
    assert len(codes.ALPHABET) ** (codes.SIGNS - 1) * 0.9 > 2**44
    assert not set(codes.ALPHABET) & set("01OIL")
    assert set(codes.ALPHABET) | set("01OIL") == set(string.ascii_uppercase + string.digits)


def test_it_refuses_letters_that_no_code_has_and_says_why() -> None:
    assert codes.read("7K4O-9QXT-H2").wrong == "letters"
    assert codes.read("7K4M-9QXT").wrong == "length"
    assert codes.read("7K4M-9QXT-Ñ2").wrong == "sign"
    assert codes.read("").wrong == "length"


@given(seeds, st.sampled_from(["VERIFICA {}", "verifica {} por favor", "El codigo es {}", "v_{}", "{}.", "ES {}"]))
def test_it_finds_a_code_in_a_sentence(seed: int, sentence: str) -> None:
    code = codes.draw(Random(seed))
    assert codes.code_in(sentence.format(codes.shown(code))) == code
    assert codes.code_in(sentence.format(code.lower())) == code


@given(st.text(max_size=300))
def test_it_reads_anything(text: str) -> None:
    codes.read(text)
    codes.code_in(text)
    assert codes.read(text).code in ("", codes.read(text).code)


# --- awards ---


def test_there_is_no_credential_without_a_decision() -> None:
    with pytest.raises(ValueError, match="decision"):
        award(decision="")


def test_an_authorisation_that_does_not_cover_the_day_is_refused() -> None:
    given = authorised().authorisation
    assert given
    with pytest.raises(ValueError, match="does not cover"):
        award(authorisation=replace(given, valid_until=NOW.date() - timedelta(days=1)))


def test_a_name_is_shown_as_given_name_and_initial() -> None:
    assert short_name("Rosa Quispe Mamani") == ("Rosa", "M")
    assert short_name("Rosa") == ("Rosa", "")
    assert short_name("") == ("", "")


@pytest.mark.parametrize("act", [SUSPENDED, REVOKED])
def test_taking_back_needs_a_ground_and_a_second_person(act: str) -> None:
    found = credential()
    assert objection(found, act, by="Ana", second="Luis", reason="Fraude") == ""
    assert objection(found, act, by="Ana", second="Luis", reason=" ") == "ground"
    assert objection(found, act, by="Ana", second="", reason="Fraude") == "two"
    assert objection(found, act, by="Ana", second="ana ", reason="Fraude") == "same"
    gone = replace(found, word=REVOKED)
    assert objection(gone, "reinstated", by="Ana", second="Luis", reason="Error") == "revoked"


# --- what it is worth ---


def states(found: Credential) -> dict[str, str]:
    """The state in every face, at four moments."""
    moments = {"before": NOW - timedelta(days=1), "in": NOW + YEAR, "end": NOW + 3 * YEAR, "after": NOW + 4 * YEAR}
    return {name: verifying.verified(found.code, found, at).state for name, at in moments.items()}


def test_its_state_follows_its_dates_and_its_acts() -> None:
    found = credential()
    assert states(found) == {"before": "not_yet", "in": "valid", "end": "expired", "after": "expired"}
    assert set(states(replace(found, word=SUSPENDED)).values()) == {"suspended"}
    assert set(states(replace(found, word=REVOKED)).values()) == {"revoked"}


def test_codes_that_are_not_ours_answer_alike() -> None:
    mistyped, unknown = "7K4M-9QXT-H2", codes.draw(Random(5))
    answers = [verifying.as_json(verifying.verified(each, None, NOW)) for each in (mistyped, unknown, "", "ZZZ")]
    assert answers == [{"state": "not_found", "valid": False}] * 4
    found = credential()
    assert verifying.verified(unknown, found, NOW).state == "not_found"


def test_the_holder_chooses_what_is_shown() -> None:
    found = credential()
    assert verifying.verified(found.code, found, NOW).name == "Rosa Q."
    private = replace(found, shows=PRIVATE)
    assert verifying.verified(found.code, private, NOW).name == ""
    assert not verifying.verified(found.code, found, NOW).units
    shared = replace(private, shared_until=NOW + timedelta(days=1))
    assert verifying.verified(found.code, shared, NOW).units
    assert verifying.verified(found.code, shared, NOW).name == "Rosa Q."
    assert not verifying.verified(found.code, shared, NOW + timedelta(days=1)).units
    assert verifying.verified(found.code, replace(found, erased=True), NOW).name == ""


@pytest.mark.parametrize("language", ["es", "en", "fr", "rw", "qu", "ay"])
@pytest.mark.parametrize("word", ["", SUSPENDED, REVOKED])
@pytest.mark.parametrize("made", [award, finished, authorised])
def test_an_answer_by_sms_is_one_segment_and_says_what_it_is_not(
    real: Catalogue, language: str, word: str, made: type
) -> None:
    titles = {"es": "Operadora de beneficio húmedo y secado de café especial", "en": "Coffee nursery worker"}
    long = made(given_name="Maximiliana", issuer="Central de Cooperativas Cafetaleras del Nororiente", title=titles)
    found = replace(numbered(long, Random(3)), word=word, word_at=NOW if word else None)
    text = verifying.sms(verifying.verified(found.code, found, NOW, language=language), real.wording, language)
    assert segments(fold_text(text, "gsm")) == 1
    assert "Maximiliana Q." in text
    assert "{" not in text


def test_an_answer_names_state_occupation_person_issuer_and_end(real: Catalogue) -> None:
    found = credential()
    text = verifying.sms(verifying.verified(found.code, found, NOW), real.wording, "es")
    assert text == (
        "VÁLIDO (hasta 19/11/2029): Viverista de café. Rosa Q. Emite Cooperativa Norandino. "
        "Competencia evaluada; no es título del Estado."
    )


@pytest.mark.parametrize(("word", "said"), [(SUSPENDED, "SUSPENDIDO"), (REVOKED, "ANULADO")])
def test_what_was_taken_back_says_since_when_and_no_end_that_it_has_not(real: Catalogue, word: str, said: str) -> None:
    found = replace(credential(), word=word, word_at=NOW)
    text = verifying.sms(verifying.verified(found.code, found, NOW), real.wording, "es")
    assert text.startswith(f"{said} (desde {NOW:%d/%m/%Y}): ")
    assert "hasta" not in text


def test_completion_and_competence_cannot_be_mistaken(real: Catalogue) -> None:
    made = [numbered(each, Random(1)) for each in (finished(), award())]
    texts = [verifying.sms(verifying.verified(each.code, each, NOW), real.wording, "es") for each in made]
    assert "Solo curso: no certifica competencia" in texts[0]
    assert "Competencia evaluada" in texts[1]
    badges = [open_badge(each, Place(base="https://c.example")) for each in made]
    kinds = [each["credentialSubject"]["achievement"]["achievementType"] for each in badges]  # type: ignore[index]
    assert kinds == ["CertificateOfCompletion", "Certification"]


def test_a_badge_holds_nothing_that_leads_to_a_number() -> None:
    badge = str(open_badge(credential(), Place(base="https://c.example")))
    assert "+51" not in badge
    assert "'l1'" not in badge
    assert "Quispe" not in badge
    assert credential(1).subject != credential(2).subject
