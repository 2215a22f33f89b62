"""Find what somebody named at the terminal: a cooperative, a cohort, a course; or say what comes near."""

from __future__ import annotations

from collections.abc import Sequence

from bot.catalogue import Catalogue, Course
from bot.cooperating.arriving import near as near
from bot.cooperating.calendars import is_word
from bot.cooperating.members import folded
from bot.cooperating.organisations import Cohort, Cooperative, Federation, Officer
from cli.people_words import say


def word(written: str) -> str:
    """A word by which something is called from now on. Raises ValueError with one that would do."""
    given = written.strip().lower()
    if is_word(given):
        return given
    better = "-".join(folded(written).split())[:40].strip("-")
    example = better if is_word(better) else "norte-1"
    raise ValueError(say("word.bad", word=written, example=example))


def federation(known: Sequence[Federation], named: str) -> Federation:
    """The federation of this word or name. Raises ValueError."""
    found = [each for each in known if folded(named) in (folded(each.id), folded(each.name))]
    if found:
        return found[0]
    raise ValueError(_missing("federation", named, [name for each in known for name in (each.id, each.name)]))


def cooperative(known: Sequence[Cooperative], named: str) -> Cooperative:
    """The cooperative of this word or name. Raises ValueError."""
    found = [each for each in known if folded(named) in (folded(each.id), folded(each.name))]
    if found:
        return found[0]
    raise ValueError(_missing("cooperative", named, [name for each in known for name in (each.id, each.name)]))


def cohort(known: Sequence[Cohort], named: str) -> Cohort:
    """The cohort of this word or name. Raises ValueError."""
    found = [each for each in known if folded(named) in (folded(each.id), folded(each.name))]
    if found:
        return found[0]
    raise ValueError(_missing("cohort", named, [name for each in known for name in (each.id, each.name) if name]))


def course(catalogue: Catalogue, named: str) -> Course:
    """The course of this id, title or join word, in any language. Raises ValueError."""
    names: dict[str, Course] = {}
    for each in catalogue.courses.values():
        words = [word for held in each.join_words.values() for word in held]
        for name in (each.id, *each.titles.values(), *words):
            names.setdefault(folded(name), each)
    if folded(named) in names:
        return names[folded(named)]
    raise ValueError(_missing("course", named, list(catalogue.courses), list(names)))


def officer(known: Sequence[Officer], named: str, address: str = "") -> Officer:
    """The officer of this id or name, or at this address. Raises ValueError, also where two have one name."""
    working = [each for each in known if not each.closed]
    found = [each for each in working if each.id == named or (address and address in each.addresses)]
    found = found or [each for each in working if folded(each.name) == folded(named)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{each.id} ({each.cooperative})" for each in found)
        raise ValueError(say("missing.officers", name=named, ids=ids))
    raise ValueError(_missing("officer", named, [name for each in working for name in (each.id, each.name)]))


def _missing(kind: str, named: str, names: Sequence[str], more: Sequence[str] = ()) -> str:
    close = near(named, [*names, *more])
    if close:
        return say("missing.near", kind=say(f"noun.{kind}"), name=named, near=close)
    if kind == "course":
        return say("missing.course", name=named, known=", ".join(names))
    return say("missing.list" if names else "missing.first", kind=say(f"noun.{kind}"), name=named, command=kind)
