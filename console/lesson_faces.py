"""A lesson as its learners see it: each message on a basic phone and on Telegram, made by what sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bot.catalogue import Catalogue, Course, Item, Lesson
from bot.delivering import sms
from bot.messages import Choice, Content, Media, labels
from messaging import telegram_rendering


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One message. `html` is Telegram's own markup, escaped where it was made."""

    kind: str  # card, question
    item: Item | None
    text: str  # as SMS carries it
    parts: int
    units: int
    room: int  # how many letters as many segments hold
    odd: tuple[str, ...]  # letters that make it UCS-2
    html: str
    keys: tuple[str, ...]
    wide: bool  # each button in a row of its own
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """All messages of a lesson, or of a list of questions, and what they cost by SMS."""

    faces: tuple[Face, ...]
    segments: int
    price: Decimal | None


def of_lesson(catalogue: Catalogue, course: Course, lesson: Lesson, price: Decimal | None) -> Faces:
    """The cards of a lesson and its questions."""
    found = [*_cards(course, lesson), *_questions(catalogue, course, lesson.items, lesson.language, exam=False)]
    return _whole(found, price)


def of_questions(
    catalogue: Catalogue, course: Course, ids: tuple[str, ...], language: str, price: Decimal | None, *, exam: bool
) -> Faces:
    """Some questions of a course: practice, or of an exam."""
    return _whole(list(_questions(catalogue, course, ids, language, exam=exam)), price)


def _whole(found: list[Face], price: Decimal | None) -> Faces:
    segments = sum(each.parts for each in found)
    return Faces(faces=tuple(found), segments=segments, price=price * segments if price is not None else None)


def _cards(course: Course, lesson: Lesson) -> Iterator[Face]:
    for place, card in enumerate(lesson.cards):
        media = [Media(kind="photo", path=card.photo)] if card.photo else []
        media += [Media(kind="voice", path=card.audio)] if card.audio else []
        title = f"**{lesson.title}**\n\n" if place == 0 else ""
        content = Content(
            text=card.text, rich=f"{title}{card.rich or card.text}", media=tuple(media), policy=course.sms_policy
        )
        yield _face("card", content, None)


def _questions(
    catalogue: Catalogue, course: Course, ids: tuple[str, ...], language: str, *, exam: bool
) -> Iterator[Face]:
    find = course.exam_item if exam else course.item
    for number, id in enumerate(ids, 1):
        item = find(id, language)
        if item is None:
            continue
        hint = f" {catalogue.wording.say(language, 'how.order')}" if item.kind == "order" else ""
        choices = zip(labels(len(item.options)), item.options, strict=True)
        content = Content(
            text=f"{number}. {item.text}{hint}",
            choices=tuple(Choice(label=label, text=option.text) for label, option in choices),
            token="preview" if item.kind == "choice" else "",
            policy=course.sms_policy,
        )
        yield _face("question", content, item)


def _face(kind: str, content: Content, item: Item | None) -> Face:
    text = sms.sms_text(content)
    count, coding = sms.segments(text), sms.encoding(text)
    pages = telegram_rendering.render(content, lambda language: "")
    keyboard = (pages[-1].keyboard or {}).get("inline_keyboard", []) if pages else []
    return Face(
        kind=kind,
        item=item,
        text=text,
        parts=count,
        units=sms.units(text),
        room=sms.capacity(count, coding),
        odd=sms.offenders(text) if coding == "UCS-2" else (),
        html="\n".join(page.html for page in pages),
        keys=tuple(button["text"] for row in keyboard for button in row),
        wide=all(len(row) == 1 for row in keyboard),
        image=", ".join(each.path for each in content.media),
    )
