"""By which name somebody goes: what her words say of who she is."""

from __future__ import annotations

from functools import lru_cache

from bot.people import Learner
from bot.talking import gleaning
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary

_LOOKED_AT = 160  # characters
_INITIALS = 2  # letters that are no name yet: "Rp"
_LONGEST_BARE = 4  # words of a name that stands alone


def is_new_here(scene: Scene, words: str) -> bool:
    """Whether she says a name that nobody of this phone bears: "soy Juan", "me llamo Juan", "Juan Mamani"."""
    said = set(words_of(says_she_is(scene, words)))
    held = {word for each in scene.record.learners for word in words_of(each.name)}
    return bool(said) and said.isdisjoint(held)


def says_she_is(scene: Scene, words: str) -> str:
    """The name in "soy Juan", "me llamo Juan Mamani" or "Juan", where it was asked who writes; empty where there is
    none."""
    return introduced(scene, words) or somebody(scene, words) or _am_called(scene, words) or _bare(scene, words)


def bearing(scene: Scene, name: str) -> list[Learner]:
    """Who of this phone is called so, by the whole name or a part of it."""
    said = set(words_of(name))
    return [each for each in scene.record.learners if said and each.name and said <= set(words_of(each.name))]


def introduces(scene: Scene, word: str) -> bool:
    """Whether it stands in front of a name: "soy", "nitwa"."""
    return any(fold(word) in lists.get("intros", ()) for lists in _every_list(scene))


def said_to_be(scene: Scene, words: str) -> str:
    """Who she says that she is: the whole of "me llamo Juan" or "soy Juan"; empty where more or something else is
    said."""
    name = introduced(scene, words) or _am(scene, words) or ""
    said = words_of(name)
    return name if said and words_of(words[:_LOOKED_AT])[-len(said) :] == said else ""


def without_denial(scene: Scene, words: str) -> str:
    """ "No soy Rosa, soy Rosario" says what "soy Rosario" says; all other words as they are."""
    denied, comma, rest = words[:_LOOKED_AT].partition(",")
    if not comma or not rest.strip():
        return words
    said, names = set(words_of(denied)), {part for each in scene.record.learners for part in words_of(each.name)}
    denials = {
        each
        for lists in _every_list(scene)
        for each in (*lists.get("negations", ()), *lists.get("joining.denials", ()))
    }
    intros = {word for lists in _every_list(scene) for each in lists.get("intros", ()) for word in words_of(each)}
    denies = said & names and said & denials and said <= names | denials | intros
    rest = rest.strip()
    return rest if denies and (introduced(scene, rest) or somebody(scene, rest)) else words


def speaks_of_a_name(scene: Scene, words: str) -> bool:
    """Whether a word for a name is among these, and they ask nothing."""
    return "?" not in words and mentions_a_name(words, scene.catalogue.vocabulary)


def mentions_a_name(words: str, vocabulary: Vocabulary) -> bool:
    """Whether a word for a name ("nombre", "izina") is among these, in whichever language."""
    return not _naming(vocabulary).isdisjoint(words_of(words[:_LOOKED_AT]))


def is_a_name(scene: Scene, word: str) -> bool:
    """Whether a word is a name that people are given, or is written like one and is no word that we know otherwise."""
    given, known = _given_and_known(scene.catalogue.vocabulary)
    said = words_of(word)
    if len(said) != 1 or not word.isalpha() or said[0] in known:
        return False
    return said[0] in given or (len(word) > _INITIALS and word.istitle())


@lru_cache(maxsize=8)
def _given_and_known(vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    """The names that people are given, and all the other words of the lists."""
    given, known = set[str](), set[str]()
    for lists in vocabulary.lists.values():
        for key, listed in lists.items():
            (given if key == "people" else known).update(word for each in listed for word in words_of(each))
    return frozenset(given), frozenset(known)


def says_another(scene: Scene, words: str) -> bool:
    """Whether she says that she is somebody else who is known here: by the whole name or the first."""
    name = introduced(scene, words) or _am(scene, words)
    if not name:
        return False
    said, mine = set(words_of(name)), scene.learner
    others = [set(words_of(each.name)) for each in scene.record.learners if each.name and each is not mine]
    if said in others:
        return True
    return not (mine and _is_called(said, set(words_of(mine.name)))) and any(_is_called(said, each) for each in others)


def _is_called(said: set[str], held: set[str]) -> bool:
    return bool(held) and (said <= held or held <= said)


def is_another(scene: Scene, words: str, learner: Learner) -> bool:
    """Whether she says that she is somebody who is not known here: "soy Juan", or "me llamo Juan y soy su hijo"."""
    held = set(words_of(learner.name))
    name = introduced(scene, words)
    if name:
        return held.isdisjoint(words_of(name)) and _says_kin(scene, words)
    other = somebody(scene, words) if name is None else None
    return other is not None and held.isdisjoint(words_of(other))


def somebody(scene: Scene, words: str, *, capital: bool = False) -> str | None:
    """The name in "soy Juan", where no name was asked; with `capital`, only where it is written like one."""
    introducing = (each for each in _every_list(scene) if "?" not in words and gleaning.is_introduced(words, each))
    name = next((gleaning.somebody_in(words, each) for each in introducing), None)
    return None if name and capital and (words.isupper() or not name[0].isupper()) else name


def _says_kin(scene: Scene, words: str) -> bool:
    """Whether the words end by saying that another of her family writes."""
    pieces = words[:_LOOKED_AT].split()
    vocabulary = scene.catalogue.vocabulary
    ends = (" ".join(pieces[start:]) for start in range(1, len(pieces) - 1))
    said = (command(each, language=scene.language, vocabulary=vocabulary) for each in ends)
    return any(each is not None and each.result == "ANOTHER" for each in said)


def _am_called(scene: Scene, words: str) -> str:
    """The name behind "soy" where it is one of this phone's."""
    name = _am(scene, words) or ""
    return name if bearing(scene, name) else ""


def _bare(scene: Scene, words: str) -> str:
    """Nothing but a name: one of this phone's, one that people are given, or written like one."""
    pieces = words[:_LOOKED_AT].split()
    if not 0 < len(pieces) <= _LONGEST_BARE or "?" in words:
        return ""
    if bearing(scene, words):
        return words.strip()
    given = {word for lists in _every_list(scene) for each in lists.get("people", ()) for word in words_of(each)}
    lists = scene.catalogue.vocabulary.lists.get(scene.language, {})
    capital = not words.isupper() and all(each[0].isupper() for each in pieces) and len(pieces) > 1
    name = gleaning.name_in(words, lists) if capital or fold(pieces[0]) in given else None
    ordered = command(words, language=scene.language, vocabulary=scene.catalogue.vocabulary)
    return name if name and ordered is None and gleaning.is_name(name, lists) else ""


def _am(scene: Scene, words: str) -> str | None:
    """ "Soy Juan"."""
    for lists in _every_list(scene):
        if gleaning.is_introduced(words, lists):
            return gleaning.name_in(words, lists)
    return None


def introduced(scene: Scene, words: str) -> str | None:
    """The name in "me llamo Juan Mamani"; empty where what follows is none, None where nothing introduces one."""
    for lists in _every_list(scene):
        name = gleaning.introduced_in(words, lists)
        if name is not None:
            return name
    return None


@lru_cache(maxsize=8)
def _naming(vocabulary: Vocabulary) -> frozenset[str]:
    listed = (each for lists in vocabulary.lists.values() for each in lists.get("joining.naming", ()))
    return frozenset(word for each in listed for word in words_of(each))


def _every_list(scene: Scene) -> list[gleaning.Lists]:
    """The word lists of her language, and of the others."""
    lists = scene.catalogue.vocabulary.lists
    ordered = (scene.language, *(each for each in lists if each != scene.language))
    return [lists[each] for each in ordered if each in lists]
