"""The conversation is one value that survives being written down."""

from __future__ import annotations

import json

import pytest

from bot.conversation import Conversation, Prompt, Question, from_json, to_json

QUESTION = Question(
    token="0a",
    number=3,
    course="vivero",
    item="vivero.semilla.madre.q1",
    text="3. ¿Qué planta elige?",
    options=("Enferma", "Sana"),
    order=(1, 0),
    key=0,
    feedback=("Sí.", "No."),
    learner="l1",
    asked_at="2026-03-02T14:00:00+00:00",
)


def stored(conversation: Conversation) -> Conversation:
    return from_json(to_json(conversation))


def test_it_comes_back_from_json_as_it_was() -> None:
    whole = Conversation(
        language="es",
        learner="l1",
        course="vivero",
        question=QUESTION,
        prompt=Prompt(kind="confirm", token="0b", values=("yes", "no"), options=("Sí", "No"), data={"choice": "1"}),
        earlier=(QUESTION,),
        counter=3,
        confused=1,
        heard=((1, 2), (3, 4)),
        muted=True,
        last_at=5,
    )

    assert stored(whole) == whole
    assert stored(Conversation()) == Conversation()


def test_a_key_in_first_place_is_not_mistaken_for_no_key() -> None:
    assert stored(Conversation(question=QUESTION)).question == QUESTION


def test_what_has_its_default_takes_no_room() -> None:
    assert to_json(Conversation()) == "{}"
    assert json.loads(to_json(Conversation(question=QUESTION)))["question"].keys() == {
        *("token", "number", "course", "item", "text", "options", "order", "feedback", "learner", "asked_at")
    }


def test_a_question_without_options_keeps_that_it_has_no_key() -> None:
    assert stored(Conversation(question=QUESTION.changed(key=-1))).question == QUESTION.changed(key=-1)


def test_it_reads_what_a_newer_program_wrote_and_drops_what_it_cannot_read() -> None:
    newer = json.loads(to_json(Conversation(language="es", question=QUESTION)))
    newer |= {"mood": "calm", "prompt": "?", "earlier": [7, {"token": "0c", "number": 2}], "counter": "many"}
    newer["question"]["colour"] = "blue"

    earlier = (Question(token="0c", number=2),)
    assert from_json(json.dumps(newer)) == Conversation(language="es", question=QUESTION, earlier=earlier)


def test_half_a_character_is_written_as_one_that_stands_in_for_it() -> None:
    assert stored(Conversation(learner="a\ud83d")) == Conversation(learner="a\ufffd")


@pytest.mark.parametrize("stored", ["", "[]", "7", "{", '{"question"', "\udc80", '{"language": 4}'])
def test_what_cannot_be_read_at_all_is_a_fresh_conversation(stored: str) -> None:
    assert from_json(stored) == Conversation()


def test_a_replaced_question_stays_answerable_and_only_two_do() -> None:
    conversation = Conversation()
    for number in range(1, 5):
        asked = Question(token=str(number), number=number)
        conversation = conversation.asking(asked)

    assert conversation.question == Question(token="4", number=4)
    assert [each.number for each in conversation.earlier] == [3, 2]
    assert [each.number for each in conversation.without("3").earlier] == [2]


def test_the_questions_of_who_shares_the_phone_stay_however_far_another_goes_on() -> None:
    hers = QUESTION.changed(token="rosa")
    talk = Conversation(question=hers)
    for number in range(4, 9):
        talk = talk.asking(QUESTION.changed(token=str(number), number=number, learner="l2"))

    assert [each.token for each in talk.earlier] == ["7", "6", "rosa"]


def test_who_is_erased_takes_along_what_is_hers_and_nothing_else() -> None:
    his = QUESTION.changed(token="juan", learner="l2")
    prompt = Prompt(kind="erase_second", token="0b", data={"who": "l1"})
    talk = Conversation(learner="l1", course="vivero", question=QUESTION, prompt=prompt, earlier=(his,), counter=3)

    assert talk.without_people(["l1"]) == Conversation(earlier=(his,), counter=3)
    assert talk.without_people(["l2"]) == Conversation(learner="l1", course="vivero", question=QUESTION, counter=3)
