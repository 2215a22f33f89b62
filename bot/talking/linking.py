"""One learner on a phone and on Telegram: a code that goes to the one brings her to the other.

A number can be forged, so a code is only ever said to the address that already belongs to her, and whoever writes it
elsewhere shows that he holds that phone. Nobody's progress is merged with another's, and nobody is taken off a thread.
"""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec.structs import replace

from bot.conversation import Prompt
from bot.learning.serving import aside
from bot.messages import Address, Content, Heard, Inbound
from bot.people import Learner
from bot.talking import naming
from bot.talking.scene import Scene
from bot.talking.understanding.folding import words as words_of
from bot.turn import Counted, HelpAsked, Linked, LinkOffered, LinkUsed, Say

WHO = "link_who"
DIGITS = 8
LASTS = timedelta(minutes=15)
_TRIES = 5  # codes asked for or tried in vain, in an hour
_HOUR = 3600
IN_VAIN = "link codes in vain"  # the day's counter
# Codes in vain of all threads in a day (UTC), above which none is looked at until the next. Of fifty that are good at
# one time somebody would guess one in five years; from a thousand accounts, and without this, in three weeks.
MOST_IN_VAIN = 1000
_CODE = re.compile(r"(?:[^\W\d]{1,20}[\s:]+)?((?:\d[\s.\-]?){7}\d)[\s.!]*")


def code_in(inbound: Inbound) -> str:
    """The code that a message may hold: eight digits alone, after one word, or behind a deep link; else empty."""
    if inbound.kind not in (Heard.TEXT, Heard.START) or not DIGITS <= len(inbound.text) <= 48:
        return ""
    found = _CODE.fullmatch(inbound.text.strip())
    return re.sub(r"\D", "", found[1]) if found and found[1].isascii() else ""


def link(scene: Scene, argument: str = "") -> Scene:
    """VINCULAR: a code for the other phone or account; VINCULAR 12345678 is that code, written there."""
    if argument.isdigit() and len(argument) == DIGITS:
        return coded(scene, argument)
    learner = scene.learner
    if learner is None:
        return scene.say("link.nobody")
    if _too_often(scene):
        return scene.say("link.wait")
    code = "".join(str(scene.chance.randrange(10)) for _ in range(DIGITS))
    scene = _counted(scene).fact(LinkOffered(learner=learner.id, code=code, expires_at=scene.now + LASTS))
    username = scene.record.policy.telegram_username
    if scene.record.address.phone and username:
        return scene.say("link.code.telegram", code=code, link=f"t.me/{username}?start={code}")
    return scene.say("link.code", code=code)


def heard(scene: Scene, words: str) -> Scene | None:
    """A code: one that is good, behind a word that asks to link, or where nobody learns and nothing but the menu is
    asked. None where it is something else: eight digits are most often the number of an identity card."""
    code = _code(scene)
    if not code:
        return None
    prompt = scene.conversation.prompt
    nothing_asked = prompt is None or prompt.kind == "menu"
    if _asks(scene, words) or (nothing_asked and not scene.record.learners):
        return coded(scene, code)
    # Too many tries hear nothing else for a good code than for a bad one.
    return None if scene.record.offered is None or _too_often(scene) else coded(scene, code)


def tried(scene: Scene) -> Scene:
    """With eight digits that are no good code counted as one tried in vain, whatever else they are taken for."""
    if not _code(scene) or _too_often(scene):
        return scene
    return _counted(scene).fact(Counted(name=IN_VAIN))


def _code(scene: Scene) -> str:
    """The digits that may be a code, while no question or officer's PIN waits for a number; else empty."""
    question, prompt = scene.conversation.question, scene.conversation.prompt
    if not isinstance(scene.event, Inbound) or (prompt and prompt.kind == "notice"):
        return ""
    if question and question.kind != "choice" and scene.record.offered is None:
        return ""
    return code_in(scene.event)


def _asks(scene: Scene, words: str) -> bool:
    said = words_of(words[:48])
    commands = scene.catalogue.vocabulary.commands.values()
    return bool(said) and any(said[:1] == words_of(each) for found in commands for each in found.get("LINK", ()))


def coded(scene: Scene, code: str) -> Scene:
    """A code that was written here. Right, it brings its learner to this thread; where others learn here, ask who."""
    if _too_often(scene):
        return scene.say("link.wait")
    learner = scene.record.offered
    if learner is None:
        return _counted(scene).fact(Counted(name=IN_VAIN)).say("link.wrong")
    scene = scene.fact(LinkUsed(code=code))
    if scene.record.offered_at[0] == str(scene.record.address) or scene.record.learner(learner.id):
        return scene.say("link.already")
    if not scene.record.learners:
        return _linked(scene, learner)
    options = [
        ("same", scene.words("link.same", name=naming.called(scene, learner))),
        ("other", scene.words("link.shared")),
        ("none", scene.words("link.none")),
    ]
    names = ", ".join(each for _, each in naming.listed(scene, scene.record.learners))
    at, via = scene.record.offered_at
    return scene.ask(
        WHO,
        scene.words("link.who", name=names),
        options,
        learner=learner.id,
        name=learner.name,
        language=learner.language,
        at=at,
        via=via,
    )


def picked(scene: Scene, prompt: Prompt, value: str) -> Scene:
    """Two people on one phone, one person twice, or a mistake. One person twice stays two until somebody looks."""
    scene = scene.turned(prompt=None)
    if value == "none":
        return scene.say("link.kept")
    data = prompt.data
    learner = Learner(
        id=data.get("learner", ""),
        name=data.get("name", ""),
        language=data.get("language", ""),
        created_at=scene.now,
    )
    at = (data.get("at", ""), data.get("via", ""))
    if value == "same":
        others = ", ".join(each.id for each in scene.record.learners)
        scene = scene.fact(HelpAsked(learner=learner.id, kind="same_person", text=f"{learner.id} = {others}"))
    return _linked(scene.knowing(replace(scene.record, offered_at=at)), learner)


def _linked(scene: Scene, learner: Learner) -> Scene:
    """She is reached here as well. Both threads hear it, so that a stranger's doing is seen."""
    at, via = scene.record.offered_at
    alone = not scene.record.learners
    scene = scene.fact(Linked(learner=learner.id))
    if at:
        told = scene.catalogue.wording.say(learner.language or scene.language, "link.told", where=_where(scene))
        scene = scene.fact(Say(content=Content(text=told, language=learner.language), to=at, via=via))
    scene = aside(scene).turned(learner=learner.id, prompt=None)
    if learner.language and not scene.conversation.chosen:
        scene = scene.turned(language=learner.language)
    name = f", {learner.name}" if learner.name else ""
    return scene.say("link.done" if alone else "link.done.shared", name=name)


def _where(scene: Scene) -> str:
    address = scene.record.address
    if _by_phone(address):
        return address.phone
    return "Telegram"


def _by_phone(address: Address) -> bool:
    return bool(address.phone) and address.scheme != "telegram"


def _too_often(scene: Scene) -> bool:
    second = int(scene.now.timestamp())
    return len([each for each in scene.conversation.codes if second - each < _HOUR]) >= _TRIES


def _counted(scene: Scene) -> Scene:
    second = int(scene.now.timestamp())
    recent = tuple(each for each in scene.conversation.codes if second - each < _HOUR)
    return scene.turned(codes=(*recent, second)[-_TRIES:])


def begun(scene: Scene, payload: str) -> Scene | None:
    """Telegram's Start with a code in the link; None where it is another payload."""
    if len(payload) != DIGITS or not payload.isdigit():
        return None
    return coded(scene, payload)
