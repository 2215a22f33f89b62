"""What is written where a name, her sex or her village is asked, and often is a whole sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.talking import ages, profile
from bot.talking.understanding import fold
from bot.talking.understanding.folding import words as words_of

Lists = Mapping[str, tuple[str, ...]]
"""The small words of her language, by the part that they play (bot.talking.vocabulary)."""

_LONGEST_NAME, _WITH_PARTICLES = 6, 10  # words
_BARE_NAME = 2  # words that are a name though no capital shows it
_AROUND = " .,;:!¡¿?()\"'-"
_PARTS = ".,;:"
_NO_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc`\u00b4")  # "I'm", "je m’appelle"


def name_in(text: str, lists: Lists) -> str | None:
    """The name that is said, Rosa Quispe in "me llamo Rosa Quispe y tengo 45 años"; None for a sentence without one."""
    pieces = text[:160].split()
    said = [fold(each).strip(_AROUND) for each in pieces]
    start = _introduced(said, lists)
    introduced = start > 0
    start = start or _greeted(said, lists) or _agreed(pieces, said, lists)
    end = _end(pieces, said, start, lists, parted=introduced)
    rest = said[start:end]
    if set(rest) & set(lists.get("joining.no_name", ())) or is_too_long(rest, lists):
        return None
    if len(rest) > 1 and rest[0] in lists.get("articles", ()) and rest[1] in lists.get("stop_words", ()):
        return None  # "la del medio"
    if ages.is_number(" ".join(rest), lists):
        return None
    if introduced and rest and rest[0] in lists.get("stop_words", ()) and pieces[start].islower():
        return None  # "soy de San Ignacio"
    found = profile.written("name", " ".join(pieces[start:end]), 0, ())
    return str(found) if found else None


def is_too_long(said: Sequence[str], lists: Lists) -> bool:
    """Whether so many words are no name: "de" and "los" count only together with the others in María del Carmen de los
    Ángeles Quispe Huamán."""
    if len(said) <= _LONGEST_NAME:
        return False
    own = [each for each in said if each not in _small(lists)]
    reads = said[0] in own and is_name(" ".join(said), lists)
    return not reads or len(own) > _LONGEST_NAME or len(said) > _WITH_PARTICLES


def is_introduced(text: str, lists: Lists) -> bool:
    """Whether the words begin with "me llamo" or its like."""
    return _introduced([fold(each).strip(_AROUND) for each in text[:160].split()], lists) > 0


def introduced_in(text: str, lists: Lists) -> str | None:
    """The name behind the last "me llamo" or its like, wherever it stands: "me equivoqué, mi nombre es Rosa Huaman".
    Empty where it is denied or something else is said of it, None where it does not stand there; "soy" and its like
    speak of much else."""
    pieces = text[:160].replace("\u2019", "'").split()
    naming = {word for each in lists.get("joining.naming", ()) for word in words_of(each)}
    intros = [words_of(each) for each in lists.get("intros", ())]
    intros = [each for each in intros if not naming.isdisjoint(each)]
    said = ["".join(words_of(each)) for each in pieces]
    start, place = -1, 0
    while place < len(said):
        length = max((len(each) for each in intros if tuple(said[place : place + len(each)]) == each), default=0)
        start = place if length else start
        place += length or 1
    if start < 0:
        return None
    introduced = " ".join(pieces[start:])
    denied = start > 0 and said[start - 1] in lists.get("negations", ())
    name = None if denied or not is_introduced(introduced, lists) else name_in(introduced, lists)
    return name if name and is_name(name, lists) else ""


def somebody_in(text: str, lists: Lists) -> str | None:
    """The name in "soy Juan" and its like, wherever no name was asked; None where something else may be said of
    oneself. With capitals it reads like one, and so does a bare word that nobody says of herself ("soy viuda")."""
    name = name_in(text, lists) if is_introduced(text, lists) else None
    pieces = text[:160].split()
    start = _introduced([fold(each).strip(_AROUND) for each in pieces], lists)
    intro = " ".join(words_of(" ".join(pieces[:start])))
    said = words_of(name or "")
    things, intros = (
        [" ".join(words_of(each)) for each in lists.get(key, ())] for key in ("joining.of_things", "intros")
    )
    of_a_thing = f" {intro}".endswith(tuple(f" {each}" for each in things)) and (intro in things or intro not in intros)
    if not name or not is_name(name, lists) or of_a_thing or set(said) & _plain_words(lists):
        return None
    capital = not text.isupper() and all(each[0].isupper() or fold(each) in _small(lists) for each in name.split())
    return name if capital or len(said) <= _BARE_NAME else None


def _small(lists: Lists) -> tuple[str, ...]:
    return lists.get("joining.in_names", ())


def _plain_words(lists: Lists) -> set[str]:
    """What is said of oneself, and the words of kin and courtesy, which are no names."""
    names = ("joining.of_herself", "joining.no_name", "joining.women", "joining.men", "courtesies", "dont_know")
    return {word for name in names for each in lists.get(name, ()) for word in words_of(each)}


def linked_in(pieces: Sequence[str], every: Mapping[str, Lists], language: str) -> str | None:
    """The name behind the words that lead to it: "a Rosa Huaman", "debe ser Rosa Huaman"; None where it is none."""
    links = {"", *(each for lists in every.values() for each in lists.get("joining.name_links", ()))}
    place = 0
    while place < len(pieces) and fold(pieces[place]).strip(_AROUND) in links:
        place += 1
    lists = every.get(language, {})
    name = name_in(" ".join(pieces[place:]), lists)
    return name if name and is_name(name, lists) else None


def is_name(name: str, lists: Lists) -> bool:
    """Whether it reads like a name where none was asked for: letters, and no small word but "de la"."""
    small = {*lists.get("stop_words", ()), *lists.get("negations", ())} - set(lists.get("joining.in_names", ()))
    said = words_of(name)
    return any(len(each) > 1 for each in said) and not any(not each.isalpha() or each in small for each in said)


def sex_in(text: str, lists: Mapping[str, Lists], language: str) -> str:
    """ "f" or "m" where a word for it stands, in any language; "?" for a letter that is either; "" for all else."""
    said = [each.strip(_AROUND) for each in fold(text[:160]).split()]
    if len(said) == 1 and said[0] in lists.get(language, {}).get("joining.either_sex", ()):
        return "?"
    own = lists.get(language, {})
    if any(each in own.get("no", ()) or each in own.get("negations", ()) for each in said):
        return ""
    others = [own, *lists.values()] if len(said) > 1 or len(text.strip()) > 1 else [own]
    found = {
        sex
        for sex, name in (("f", "joining.women"), ("m", "joining.men"))
        if any(each in listed.get(name, ()) for each in said for listed in others)
    }
    return found.pop() if len(found) == 1 else ""


def _introduced(said: Sequence[str], lists: Lists) -> int:
    """Behind which word "me llamo" and its like end; 0 where there are none. Only a kind word may stand before them."""
    kind, said = _kind(lists), [each.translate(_NO_APOSTROPHES) for each in said]
    for start in range(min(4, len(said))):
        if start and said[start - 1] not in kind:
            break
        for intro in sorted(lists.get("intros", ()), key=len, reverse=True):
            words = fold(intro).translate(_NO_APOSTROPHES).split()
            if list(said[start : start + len(words)]) == words and len(said) > start + len(words):
                return start + len(words)
    return 0


def _greeted(said: Sequence[str], lists: Lists) -> int:
    for length in (3, 2, 1):
        if len(said) > length and " ".join(said[:length]) in lists.get("greetings", ()):
            return length
    return 0


def _agreed(pieces: Sequence[str], said: Sequence[str], lists: Lists) -> int:
    """ "Sí, Rosa": behind a yes, only what is written like a name is one."""
    if len(said) < 2 or said[0] not in (*lists.get("yes", ()), *lists.get("agree", ())) or not pieces[1].istitle():
        return 0
    more = {word for name in ("yes", "joining.gladly") for each in lists.get(name, ()) for word in each.split()}
    return 0 if (_kind(lists) | more).intersection(said[1:]) else 1


def _kind(lists: Lists) -> set[str]:
    names = ("greetings", "courtesies", "agree", "joining.yes")
    return {word for name in names for each in lists.get(name, ()) for word in each.split()}


def _end(pieces: Sequence[str], said: Sequence[str], start: int, lists: Lists, *, parted: bool) -> int:
    """Where the name ends: at a figure, at "y tengo", and behind "me llamo Rosa" at a comma."""
    ends = [each.split() for each in lists.get("joining.name_ends", ())]
    for place in range(start + 1, len(said)):
        if any(list(said[place : place + len(end)]) == end for end in ends) or any(map(str.isdigit, said[place])):
            return place
        if parted and pieces[place - 1][-1] in _PARTS:
            return place
    return len(said)
