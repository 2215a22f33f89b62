"""Correct her name: where she asks to, and where she says another than the one that is held.

It will stand on her certificate. Once it is part of an official record, a person corrects it.
"""

from __future__ import annotations

import re

import msgspec

from bot.capitals import as_written
from bot.conversation import GRAVE, Conversation, Prompt, micros
from bot.learning.offering import pointed
from bot.messages import Heard, Inbound
from bot.people import Learner
from bot.talking import applying, called, gleaning, joining, naming, profile, surveying
from bot.talking.scene import Scene
from bot.talking.understanding import command, fold
from bot.talking.understanding.folding import words as words_of
from bot.talking.vocabulary import Vocabulary
from bot.turn import HelpAsked

NAME = "NAME"  # the command, and what its prompts carry as `then`
IS_IT = "name_is"  # whether her name is what she said: a yes or a no
_ASKED = frozenset({"name", applying.NAME})
# What waits behind the question for her name and is asked again after it. A list, or a yes to erasing, is not.
_WAITS = frozenset({"consent", "guardian", "sex", surveying.SURVEY, *profile.FREE_TEXT}) | applying.PROMPTS
_FOR_HER_NAME = frozenset({"community", "cooperative", "phone"})  # free words that a name is no answer to
_SOON = 3600 * 1_000_000  # microseconds
_LOOKED_AT = 160  # characters
_CLAUSE = re.compile(r"[,;.]")
_LONGEST_WISH = 8  # words: "quiero que corrijan mi nombre por favor"


def concerns(conversation: Conversation, event: Inbound, vocabulary: Vocabulary) -> bool:
    """Whether a message may be about her name: only then is it looked up whether a certificate bears it."""
    if is_about(conversation.prompt):
        return True
    return event.kind is Heard.TEXT and called.mentions_a_name(event.text, vocabulary)


def is_about(prompt: Prompt | None) -> bool:
    """Whether it is her name that is being corrected."""
    return prompt is not None and prompt.data.get("then") == NAME


# --- she asks to correct it ---


def ask(scene: Scene, argument: str = "") -> Scene:
    """MI NOMBRE: the name that is held, and how she is called. What was asked of her waits meanwhile."""
    learner, prompt = scene.learner, scene.conversation.prompt
    if learner is None:
        return scene.say("pause.nobody")
    if prompt and prompt.kind in _ASKED and not is_about(prompt):
        return scene.ask_again(prompt)
    if not learner.name:
        return _ask(scene, scene.words("name.now.none"))
    return _ask(scene, scene.words("name.now.official" if _is_official(scene) else "name.now", name=learner.name))


def _ask(scene: Scene, text: str) -> Scene:
    skip = [("skip", scene.words("skip"))]
    return scene.ask("name", text, skip, listed=False, then=NAME, waits=_waiting(scene))


def _waiting(scene: Scene) -> str:
    """What is asked of her now, to be kept behind the question for her name; empty where nothing is."""
    prompt = scene.conversation.prompt
    if prompt is None:
        return ""
    if is_about(prompt):
        return prompt.data.get("waits", "")
    return msgspec.json.encode(prompt).decode() if prompt.kind in _WAITS else ""


def written(scene: Scene, prompt: Prompt, name: str) -> Scene | None:
    """What was written where her name is asked. Long after it was asked other words may be meant otherwise: that it is
    her name is asked then; and None where it does not read like one."""
    if not gleaning.is_name(name, scene.catalogue.vocabulary.lists.get(scene.language, {})):
        return None
    late = micros(scene.now) - prompt.put > _SOON
    return _proposed(scene, name) if late and scene.learner else answered(scene, prompt, name)


def answered(scene: Scene, prompt: Prompt, name: str) -> Scene:
    """What she is called. Nobody is given the name of another on her phone."""
    learner, name = scene.learner, as_written(name)
    if learner is None:
        return scene.turned(prompt=None).say("pause.nobody")
    if name == learner.name:
        return kept(scene, prompt)
    if naming.namesake(scene, learner, name):
        return _ask(scene, scene.words("name.others", name=name))
    if _is_official(scene):
        return _handed_on(scene, prompt, learner, name)
    scene = scene.changed(learner, name=name, asked=tuple(dict.fromkeys((*learner.asked, "name"))))
    return _back(scene, prompt, scene.words("name.done", name=name))


def kept(scene: Scene, prompt: Prompt) -> Scene:
    """Her name stays as it is."""
    learner = scene.learner
    if learner is None or not learner.name:
        return _back(scene, prompt, scene.words("name.kept.none"))
    return _back(scene, prompt, scene.words("name.kept", name=learner.name))


def settled(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """Whether her name is what she said."""
    return answered(scene, prompt, prompt.data.get("wanted", "")) if yes else kept(scene, prompt)


def _handed_on(scene: Scene, prompt: Prompt, learner: Learner, name: str) -> Scene:
    """A name in an official record is corrected by a person, who sees both."""
    text = scene.words("name.request", name=learner.name or "-", wanted=name)
    policy = scene.record.policy
    said = scene.words("name.handed", coordinator=policy.coordinator or policy.organisation)
    return _back(scene.fact(HelpAsked(learner=learner.id, text=text)), prompt, said)


def _is_official(scene: Scene) -> bool:
    """Whether a case was opened under her name or a certificate bears it."""
    who = scene.conversation.learner
    awarded = any(each.award.learner == who for each in scene.record.credentials)
    return awarded or any(each.candidate == who for each in scene.record.cases)


def _back(scene: Scene, prompt: Prompt, lead: str) -> Scene:
    """`lead`, and what waited: what was asked of her, the open question, or the next step."""
    try:
        waits = msgspec.json.decode(prompt.data.get("waits", ""), type=Prompt).changed(put=micros(scene.now))
    except msgspec.MsgspecError:  # nothing waited, or an older program wrote it
        waits = None
    return pointed(scene.turned(prompt=waits), lead, named=False)


# --- she says it ---


def wished(scene: Scene, words: str) -> Scene | None:
    """ "Cambiar mi nombre a Rosa Huaman": a wish and its name in one, whatever letters are in it."""
    if scene.learner is None or not called.speaks_of_a_name(scene, words) or called.introduced(scene, words):
        return None
    name = _asked_for(scene, words)
    return _proposed(scene, name) if name else None


def told(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """Her name where it or something else is asked in free words; None where the words are to be read as any others."""
    if is_about(prompt):
        name = called.introduced(scene, words)
        return answered(scene, prompt, name) if name else None
    return heard(scene, words) if prompt.kind in _FOR_HER_NAME else None


def heard(scene: Scene, words: str) -> Scene | None:
    """ "Mi nombre es Rosa Huaman", while something else is asked, or nothing: whether it is hers, where it says more
    than is held. Who says the name of another on this phone is that other one."""
    learner, prompt = scene.learner, scene.conversation.prompt
    if not scene.record.learners or (prompt and prompt.kind in GRAVE):
        return None
    if scene.shared and called.says_another(scene, words):
        return joining.ask_who(scene, then="REPEAT")
    if learner and learner.name and called.is_another(scene, words, learner):
        return joining.another(scene)
    name = _wanted(scene, words) if learner and scene.agreed else None
    if learner and not learner.name and name is None and scene.agreed:
        name = called.somebody(scene, words, capital=True)
    if learner is None or not name:
        return None
    new, held = set(words_of(name)), set(words_of(learner.name))
    if new <= held:
        return None  # "me llamo Rosa", says Rosa Quispe
    if scene.shared and held and not new & held:
        return joining.another(scene)
    return _proposed(scene, name)


def _proposed(scene: Scene, name: str) -> Scene:
    name, held = as_written(name), scene.learner.name if scene.learner else ""
    asked = scene.words("name.is.held" if held else "name.is", name=name, held=held)
    waits = _waiting(scene)
    return scene.ask(IS_IT, asked, scene.yes_no(), listed=False, then=NAME, wanted=name, waits=waits)


def _wanted(scene: Scene, words: str) -> str | None:
    """The name that the words give for hers; None where they give none."""
    if not called.speaks_of_a_name(scene, words):
        return None
    return called.introduced(scene, words) or _asked_for(scene, words)


def _asked_for(scene: Scene, words: str) -> str | None:
    """ "Cambiar mi nombre a Rosa Huaman"."""
    pieces = words[:_LOOKED_AT].split()
    vocabulary = scene.catalogue.vocabulary
    for end in range(min(len(pieces) - 1, _LONGEST_WISH), 0, -1):
        wish = command(" ".join(pieces[:end]), language=scene.language, vocabulary=vocabulary)
        if wish is not None and wish.result == NAME:
            return gleaning.linked_in(pieces[end:], vocabulary.lists, scene.language)
    return None


def corrected(scene: Scene, prompt: Prompt, words: str) -> Scene | None:
    """What is neither yes nor no to whether her name is Rosa Huaman: "Rosa Huaman", or "no, Rosa Huamani"."""
    every = scene.catalogue.vocabulary.lists
    text = words[:_LOOKED_AT].strip()
    first, _, rest = text.partition(" ")
    denied = fold(first).strip(" .,;:") in every.get(scene.language, {}).get("no", ())
    said = rest if denied else _CLAUSE.split(text, maxsplit=1)[0]
    name = called.introduced(scene, said) or gleaning.linked_in(said.split(), every, scene.language)
    if not name:
        return None
    if scene.learner and words_of(name) == words_of(scene.learner.name):
        return settled(scene, prompt, yes=False)
    if denied:
        return _proposed(scene, name)
    return settled(scene, prompt, yes=True) if words_of(name) == words_of(prompt.data.get("wanted", "")) else None
