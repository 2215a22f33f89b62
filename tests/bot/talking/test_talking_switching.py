"""Who takes a shared phone: what she says of who she is, and what is held back until that is known."""

from __future__ import annotations

import pytest
from phones import Phone

from bot.catalogue import Catalogue
from bot.conversation import Prompt
from bot.people import Learner


@pytest.fixture
def two(rosa: Phone) -> Phone:
    """Rosa, with her first question open, and Juan Perez who learns on the same phone."""
    juan = Learner(id="juan", name="Juan Perez", language="es", country="PE", created_at=rosa.now)
    rosa.record = rosa.record.with_learner(juan, consent=True)
    return rosa


def joined(catalogue: Catalogue, language: str) -> Phone:
    """Marie, whose first question is open."""
    phone = Phone(catalogue=catalogue)
    phone.conversation = phone.conversation.moved(language=language, chosen=True)
    phone.write("VIVERO", catalogue.wording.say(language, "yes"), "Marie")
    return phone


def who(phone: Phone) -> bool:
    prompt = phone.conversation.prompt
    return prompt is not None and prompt.kind == "who"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        *(("es", said) for said in ("soy Juan", "ahora soy Juan", "SOY PEDRO", "yo soy Luis Mamani", "me dicen Chepe")),
        *(("es", said) for said in ("mi nombre es Pedro y soy su hijo", "me llamo Ana, soy su hermana")),
        *(("es", said) for said in ("soy su mamá", "soy su prima", "habla su esposo", "escribe la hija de Marie")),
        *(("es", said) for said in ("mi hermano tambien quiere", "mi vecina quiere también", "también desea mi tía")),
        *(("en", said) for said in ("I am Paul", "i am paul", "im Eric", "call me Paul", "I am his mother")),
        *(
            ("en", said)
            for said in ("my name is Paul and I am her brother", "my sister also wants", "my son wants too")
        ),
        *(("fr", said) for said in ("je suis Paul", "je suis sa mère", "mon frère veut aussi")),
        *(("rw", said) for said in ("ndi Jean", "musaza wanjye nawe arashaka")),
    ],
)
def test_somebody_else_is_asked_who_writes(real: Catalogue, language: str, said: str) -> None:
    phone = joined(real, language)

    phone.write(said)

    assert who(phone)
    phone.write("B")
    assert who(phone)
    assert phone.answers() == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        *(("es", said) for said in ("soy viuda", "soy nueva", "soy caficultora", "soy de Jaén", "soy Marie")),
        *(("es", said) for said in ("soy productor de café", "ahora soy socia", "¿soy Juan?")),
        *(("en", said) for said in ("I am tired", "i am a farmer", "it is Monday", "I'm ready", "I am being charged")),
        *(("fr", said) for said in ("je suis malade", "c'est difficile", "je suis agricultrice")),
        *(("rw", said) for said in ("ndi umuhinzi", "ndi hano")),
    ],
)
def test_what_she_says_of_herself_is_nobody_else(real: Catalogue, language: str, said: str) -> None:
    phone = joined(real, language)

    phone.write(said)

    assert not who(phone)


def test_who_gave_no_name_is_asked_whether_it_is_hers(small: Catalogue) -> None:
    phone = Phone(catalogue=small)
    phone.write("VIVERO", "SI", "SIGUE")

    assert phone.write("soy Rosa") == [small.wording.say("es", "name.is", name="Rosa")]


@pytest.mark.parametrize("said", ["Juan", "juan perez", "Juan Perez."])
def test_the_bare_name_of_another_asks_who_writes(two: Phone, said: str) -> None:
    two.write(said)

    assert who(two)


@pytest.mark.parametrize("said", ["Rosa", "¡rosa!", "soy Rosa"])
def test_her_own_name_points_at_what_is_open(two: Phone, said: str) -> None:
    assert two.write(said) == ["Rosa, su pregunta 1 sigue abierta. Responda A, B o C, o REPITE para verla de nuevo."]
    assert not who(two)


def test_a_name_that_is_like_a_word_of_an_option_is_a_name(rosa: Phone) -> None:
    sara = Learner(id="sara", name="Sara", language="es", country="PE", created_at=rosa.now)
    rosa.record = rosa.record.with_learner(sara, consent=True)

    rosa.write("Sara")  # B) Sana

    assert who(rosa)


def test_the_name_of_another_is_no_village(two: Phone) -> None:
    prompt = Prompt(kind="community", token="t", values=("skip",), options=("Saltar",))
    two.conversation = two.conversation.moved(prompt=prompt)

    two.write("Juan")

    assert who(two)
    assert [each.community for each in two.record.learners] == ["", ""]


def test_an_answer_that_names_its_question_is_not_held(two: Phone) -> None:
    two.write("otra persona", "1b")

    assert [each.right for each in two.answers()] == [True]


def test_a_stop_for_all_stops_who_learns_though_somebody_else_is_joining(rosa: Phone) -> None:
    rosa.write("OTRA PERSONA", "2", "BAJA")

    prompt = rosa.conversation.prompt
    assert prompt is not None
    assert prompt.kind == "stop_who"
    assert rosa.record.state == "stopped"
    rosa.write("3")
    assert rosa.record.state == "stopped"
    assert not any(rosa.record.consents.values())


def test_the_first_takes_the_phone_back_while_a_second_is_asked_for_consent(rosa: Phone) -> None:
    rosa.write("OTRA PERSONA", "2")
    assert rosa.write("soy Rosa")[0].startswith("¿Quién escribe?")
    rosa.write("1")
    rosa.write("A")
    assert len(rosa.answers()) == 1

    rosa.write("OTRA PERSONA", "2", "Rosa: B")
    assert len(rosa.answers()) == 2
    assert len(rosa.record.learners) == 1


@pytest.mark.parametrize("said", ["Alice is back", "alice", "Uwera here again"])
def test_a_part_of_the_name_takes_the_phone_back(alice: Phone, said: str) -> None:
    alice.write("SOMEBODY ELSE", "2", "yes", "Grace", "1990")
    graded = len(alice.answers())

    [asked] = alice.write(said)
    assert asked.startswith("Who is writing?")
    alice.write("1", "25")
    assert [(each.learner, each.right) for each in alice.answers()[graded:]] == [(alice.record.learners[0].id, True)]


def test_this_is_and_a_name_is_a_name_where_one_is_asked(real: Catalogue) -> None:
    phone = Phone(catalogue=real, address="tel:+250788000001")
    phone.write("SAVINGS", "yes", "this is Grace")

    assert phone.record.learners[0].name == "Grace"
