"""Consent is a clear yes: said in many ways, and never read out of a doubt, a condition or a question."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.words import load_words
from bot.catalogue import Catalogue
from bot.talking.understanding import agreement
from tests.bot.phones import Phone

WORDS = load_words(Path("content/words"))

YES = (
    *("si señor acepto", "si quiero aprender", "bueno", "si, me llamo Maria", "sii", "SIIII!!", "ok"),
    *("ya pues", "dale", "esta bien", "si juan", "claro que si", "claro señorita"),
    *("si vivero", "yes please", "oui bien sur", "yesss"),
    *("yego ndabyemera", "yego nitwa Divine", "yes, i want to learn", "sí, por favor inscríbame", "ok empecemos"),
    *("no hay problema", "ari munani", "jisa", "si, empecemos", "buenos dias si acepto", "estoy de acuerdo con todo"),
)
NO = (
    *("nooo", "no señor", "mejor no", "por ahora no", "no, estoy ocupado", "no puedo", "ya no", "no gracias no quiero"),
    *("non merci", "oya murakoze", "no thanks", "janiwa"),
    *("me equivoqué de número", "disculpe, me equivoqué", "fue sin querer", "era broma"),
)
NEITHER = (
    *("si pero no se", "quizas", "no se", "si me paga", "si pagan", "si?", "si cuanto cuesta", "si no", "si es gratis"),
    *("de acuerdo a que", "acepto que cosa", "si de acuerdo con que"),
    *("si puedo", "si tengo tiempo", "si, si me pagan", "acepto si me pagan", "ok pero luego", "ya vere"),
    *("si quiero saber mas", "yes if it is free", "yes but later", "oui mais", "oui si c'est gratuit", "yego ariko"),
    *("no, si quiero", "no entiendo", "ya estoy inscrito", "right now i am busy", "tal vez si", "gracias", "bien"),
    *("1", "si 2", "👍"),
    *("si alguien me ayuda", "si quiero salir", "no tengo saldo", "no soy Juan"),
    *("ups", "perdon", "me equivoqué, si quiero", "¿fue un error?"),
)


def joined(catalogue: Catalogue, *said: str) -> Phone:
    phone = Phone(catalogue=catalogue)
    phone.write("VIVERO", *said)
    return phone


@pytest.mark.parametrize("reply", YES)
def test_it_hears_a_clear_yes(real: Catalogue, reply: str) -> None:
    assert list(joined(real, reply).record.consents.values()) == [True]


@pytest.mark.parametrize("reply", NO)
def test_it_hears_a_clear_no(real: Catalogue, reply: str) -> None:
    phone = joined(real, reply)
    assert not phone.record.consents
    assert phone.conversation.prompt is None


@pytest.mark.parametrize("reply", NEITHER)
def test_it_takes_no_doubt_for_a_consent(real: Catalogue, reply: str) -> None:
    phone = joined(real, reply)
    assert not phone.record.consents
    assert phone.record.state == "stopped" or "no le escribiremos" not in phone.said()[-1].text


def test_it_reads_a_guardians_yes_alike_and_an_erasure_only_by_the_word(real: Catalogue) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("SAVINGS", "yes", "Divine", "2014")
    for acknowledged in ("ok sir", "okay thanks", "fine"):
        child.write(acknowledged)
        assert child.record.learners[0].guardian == "needed", "that she has read it is no consent of her mother"
    child.write("yes sir")
    assert child.record.learners[0].guardian == "given"

    phone = joined(real, "si", "Rosa", "BORRAR MIS DATOS", "ya pues")
    assert phone.conversation.prompt
    assert phone.conversation.prompt.kind == "erase_first"


@pytest.mark.parametrize(
    ("reply", "given"),
    [
        ("I am his mother and I say yes", "given"),
        ("This is Kevin's father. You can teach him.", "given"),
        ("this is his mother, I allow him", "given"),
        ("my son can learn", "given"),
        ("no problem", "given"),
        ("ndi se kandi ndabyemeye", "given"),
        ("je suis sa mère et je dis oui", "given"),
        ("no he must study for school first", "refused"),
        ("I don't allow him", "refused"),
        ("he is too young", "refused"),
        ("il est trop jeune", "refused"),
        ("sinemera", "refused"),
        ("can my son learn?", "needed"),
        ("I don't know", "needed"),
        ("Kevin", "needed"),
        ("if he can study at school also", "needed"),
    ],
)
def test_a_parent_allows_or_forbids_in_words_of_her_own(real: Catalogue, reply: str, given: str) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("SAVINGS", "yes", "Kevin", "2012", reply)

    assert child.record.learners[0].guardian == given


@pytest.mark.parametrize("reply", ["oya agomba kwiga ishuri mbere", "aracyari muto"])
def test_a_parent_refuses_in_kinyarwanda(real: Catalogue, reply: str) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("KUZIGAMA", "yego", "Kevin", "2012", reply)

    assert child.record.learners[0].guardian == "refused"


def test_a_language_without_words_agrees_to_nothing() -> None:
    assert agreement("si", language="xx", vocabulary=WORDS) is None


@pytest.mark.parametrize("age", ["I am almost 16", "not yet 16", "under 16", "I'm turning 16 next month"])
def test_who_is_almost_of_age_is_not(real: Catalogue, age: str) -> None:
    child = Phone(catalogue=real, address="tel:+250788000001")
    child.write("SAVINGS", "yes", "Divine", age)
    assert child.record.learners[0].guardian == "needed"
    assert child.conversation.question is None
