"""What is taught: every course as loaded, and the words in which the bot speaks and understands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.certifying.standards import Standard
    from bot.talking.vocabulary import Vocabulary
    from bot.talking.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice item."""

    text: str
    key: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is asked, in one language. `id` is for ever; `digest` changes with the text."""

    id: str  # coffee-nursery.seed.mother-trees.q1
    kind: str  # choice, number, order, text, task, rating
    text: str
    options: tuple[Option, ...] = ()
    answer: str = ""  # number: "50"; order: "BAC"; text: accepted words, parted by |
    tolerance: str = "0"  # a decimal number, in the unit of the answer
    hint: str = ""
    why: str = ""
    digest: str = ""  # of text, options and key, first 12 hex digits of SHA-256
    criteria: tuple[str, ...] = ()  # of an exam item: the criteria of the standard that it assesses

    @property
    def key(self) -> int:
        """The index of the right option; -1 where the item has no options."""
        return next((index for index, option in enumerate(self.options) if option.key), -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is read: `text` on SMS (at most two segments), `rich` on Telegram where the author wrote one."""

    text: str
    rich: str = ""
    photo: str = ""  # path relative to content/
    audio: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One lesson in one language."""

    id: str  # coffee-nursery.seed.mother-trees
    title: str
    language: str
    cards: tuple[Card, ...]
    items: tuple[str, ...]  # item ids, in order
    facts: tuple[str, ...] = ()
    sms_budget: int = 2
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of competency: lessons in order, and the practice items that a unit quiz draws on."""

    id: str  # coffee-nursery.seed
    titles: Mapping[str, str]
    lessons: tuple[str, ...]  # lesson ids
    practice: tuple[str, ...]  # item ids: those of the lessons and those of practice.*
    exam: tuple[str, ...] = ()  # item ids of exam.*: kept for assessment, and never practised


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What one occupation is taught, in all its languages."""

    id: str  # coffee-nursery
    isco08: str
    titles: Mapping[str, str]
    join_words: Mapping[str, tuple[str, ...]]  # language → words; the first one is the one we print
    countries: tuple[str, ...]  # PE, BO, RW
    languages: tuple[str, ...]  # the first one is the language in which it was written
    drafts: tuple[str, ...]  # languages that no native reader has signed
    units: tuple[Unit, ...]
    lessons: Mapping[tuple[str, str], Lesson]  # (lesson id, language)
    items: Mapping[tuple[str, str], Item]  # (item id, language)
    exam_items: Mapping[tuple[str, str], Item] = field(default_factory=dict)  # apart, so that no lesson finds them
    sms_policy: str = "gsm"
    pass_mark: int = 80  # per cent of a unit quiz
    quiz_items: int = 8
    reviewers: tuple[str, ...] = ()  # none: the course says that no local expert has signed it
    version: str = ""  # digest of the whole course

    def in_language(self, language: str) -> str:
        """The language in which a learner of `language` is taught here: hers, or the course's first."""
        return language if language in self.languages else self.languages[0]

    def title(self, language: str) -> str:
        """The course's name, in the learner's language where there is one."""
        return self.titles.get(language) or self.titles[self.languages[0]]

    def join_word(self, language: str) -> str:
        """The word by which one joins, in this language or the course's first."""
        words = self.join_words
        return (words.get(language) or words.get(self.languages[0]) or next(iter(words.values())))[0]

    def unit_of(self, lesson: str) -> Unit | None:
        """The unit that holds a lesson; None where an edit took the lesson away."""
        return next((unit for unit in self.units if lesson in unit.lessons), None)

    def lesson(self, lesson: str, language: str) -> Lesson | None:
        """A lesson in the learner's language; None where it is gone."""
        return self.lessons.get((lesson, self.in_language(language)))

    def item(self, item: str, language: str) -> Item | None:
        """An item in the learner's language; None where it is gone."""
        return self.items.get((item, self.in_language(language)))

    def exam_item(self, item: str, language: str) -> Item | None:
        """An assessment item in the learner's language; None where it is gone, and for whatever is practised."""
        return self.exam_items.get((item, self.in_language(language)))

    def ordered_lessons(self) -> Iterator[str]:
        """Every lesson id, in teaching order."""
        for unit in self.units:
            yield from unit.lessons


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that content/ holds, ready for a turn."""

    courses: Mapping[str, Course]
    wording: Wording
    vocabulary: Vocabulary
    facts: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    version: str = ""
    standards: Mapping[str, Standard] = field(default_factory=dict)  # code → the version in use
    editions: Mapping[str, Standard] = field(default_factory=dict)  # CODE@version → an older one, for cases under way
    kept: Mapping[tuple[str, str], Course] = field(default_factory=dict)  # (course, version) → as some began with it

    def as_taught(self, versions: Mapping[str, str]) -> Catalogue:
        """This catalogue with the courses in the versions (course → version) that one learner is taught.

        A version that is not kept is that in use; a course that is no longer offered stays away.
        """
        older = {
            id: self.kept[id, version]
            for id, version in versions.items()
            if (id, version) in self.kept and id in self.courses and self.courses[id].version != version
        }
        return replace(self, courses={**self.courses, **older}) if older else self

    def first_in(self, language: str) -> Catalogue:
        """This catalogue with `language` before the others of each course that has it: who speaks none of them goes on
        in it."""
        moved = {
            id: replace(course, languages=(language, *(each for each in course.languages if each != language)))
            for id, course in self.courses.items()
            if language in course.languages[1:]
        }
        return replace(self, courses={**self.courses, **moved}) if moved else self

    def standard(self, code: str, version: str) -> Standard | None:
        """This version of a standard, in use or older; None where it is kept no more."""
        found = self.standards.get(code)
        return found if found and found.version == version else self.editions.get(f"{code}@{version}")

    def for_country(self, country: str) -> tuple[Course, ...]:
        """The courses offered in a country, by id; all of them where the country is not known."""
        found = [course for course in self.courses.values() if not country or country in course.countries]
        return tuple(sorted(found, key=lambda course: course.id))
