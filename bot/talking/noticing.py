"""An officer writes a notice: what it reaches and costs is read back, and only a PIN or a code sends it."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from bot.conversation import Conversation, Prompt, moment
from bot.cooperating import notices, pins
from bot.cooperating.notices import Proposed
from bot.cooperating.organisations import Office
from bot.learning.explaining import joined
from bot.messages import Content
from bot.reporting.rounding import half_up
from bot.talking.scene import Scene
from bot.talking.understanding import fold, yes_or_no
from bot.talking.vocabulary import Vocabulary
from bot.turn import HelpAsked, NoticeSent, PinTried, Say

CONFIRM, WHICH = "notice", "notice_for"
PROMPTS = frozenset({CONFIRM, WHICH})
_CODE_DIGITS = 8
_MOST_CODES = 3  # for one notice: each is a message that somebody pays for
_DIGITS = re.compile(r"[\d\s.\-]{4,24}")
_REFERRED = re.compile(r"([\d\s.\-]{4,24}?)[\s.\-]+([0-9a-fA-F]{4})[\s.!]*")
_FIRST = re.compile(r"[\s¡¿/]*([^\s:,.;!¡¿]+)[\s:,.;!-]*(.*)", re.DOTALL)


# --- whether it is one ---


def concerns(conversation: Conversation, text: str, vocabulary: Vocabulary) -> bool:
    """Whether a message may be an officer's: only then is looked up who may speak for whom."""
    prompt = conversation.prompt
    if prompt and prompt.kind in PROMPTS:
        return True
    if len(text) < 4:
        return False
    heads, urgent = _heads(vocabulary)
    said = fold(text[:60]).replace(":", " ").replace("/", " ").split()
    return any(word.strip(",.;!") in heads or word.strip(",.;!") in urgent for word in said[:5])


@lru_cache(maxsize=8)
def _heads(vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    """The words that a notice begins with, and those that make it urgent, of all languages."""
    heads = {word for commands in vocabulary.commands.values() for word in commands.get("NOTICE", ())}
    return frozenset(heads), _listed(vocabulary, "urgents")


@lru_cache(maxsize=32)
def _listed(vocabulary: Vocabulary, name: str) -> frozenset[str]:
    return frozenset(word for lists in vocabulary.lists.values() for word in lists.get(name, ()))


def heard(scene: Scene, words: str) -> Scene | None:
    """An officer's words: a notice, or the answer to what was read back; None where they are meant otherwise."""
    begun = _begun(scene, words) if scene.record.offices else None
    if begun is not None:
        return notice(scene, begun)
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind != CONFIRM:
        return None
    vocabulary = scene.catalogue.vocabulary
    if fold(words).strip(" .!") in _listed(vocabulary, "codes"):
        return _send_code(scene, prompt)
    digits = _given(prompt, words.strip())
    if digits is not None:
        return _tried(scene, prompt, digits) if digits else _which_of_two(scene, prompt)
    said = yes_or_no(words, language=scene.language, vocabulary=vocabulary)
    if said is None:
        return None
    return how(scene) if said else scene.turned(prompt=None).say("notice.dropped")


def _given(prompt: Prompt, words: str) -> str | None:
    """The PIN or code in her answer; None where it is something else, empty where it does not say for which notice.

    Where two notices came within ten minutes one of them may be somebody else's, who forges her number and waits for
    her PIN: then a PIN counts only with the reference of the notice that it is for. A code says it by itself.
    """
    if prompt.data.get("twice"):
        referred = _REFERRED.fullmatch(words)
        if referred and referred[2].lower() == prompt.data["digest"][:4]:
            return pins.plain(referred[1])
        if not _DIGITS.fullmatch(words):
            return "" if referred else None
        digits = pins.plain(words)
        return digits if len(digits) == _CODE_DIGITS and prompt.data.get("code") else ""
    return pins.plain(words) if _DIGITS.fullmatch(words) else None


def _which_of_two(scene: Scene, prompt: Prompt) -> Scene:
    return scene.say("notice.confirm.twice", code=prompt.data["digest"][:4])


def how(scene: Scene) -> Scene:
    """Only a PIN sends it."""
    return scene.say("notice.pin.how")


def _begun(scene: Scene, words: str) -> str | None:
    """What follows AVISO, as it was written; a bare URGENTE stays in front."""
    first = _FIRST.fullmatch(words)
    if first is None:
        return None
    heads, urgent = _heads(scene.catalogue.vocabulary)
    word = fold(first[1])
    if word in urgent:
        return words.strip()
    return first[2].strip() if word in heads else None


def _urgent(scene: Scene, text: str) -> tuple[bool, str]:
    first = _FIRST.fullmatch(text)
    if first and fold(first[1]) in _heads(scene.catalogue.vocabulary)[1]:
        return True, first[2].strip()
    return False, text.strip()


# --- proposing ---


def notice(scene: Scene, text: str) -> Scene:
    """A notice by whoever may speak for a cooperative; for which one, where there are two."""
    offices = scene.record.offices
    if not offices:
        return scene.turned(prompt=None).say("notice.none") if _prompted(scene) else scene.say("notice.none")
    scene = _in_her_language(scene, offices[0])
    urgent, rest = _urgent(scene, text)
    if len(offices) == 1:
        return _propose(scene, offices[0], rest, urgent=urgent)
    options = [(each.cooperative.id, each.cooperative.name) for each in offices]
    return scene.ask(WHICH, scene.words("notice.which"), options, written=rest[:640], urgent="yes" if urgent else "")


def picked(scene: Scene, prompt: Prompt, cooperative: str) -> Scene:
    """The cooperative for which the notice is meant."""
    scene = scene.turned(prompt=None)
    office = _office(scene, cooperative)
    if office is None:
        return scene.say("notice.none")
    return _propose(scene, office, prompt.data.get("written", ""), urgent=bool(prompt.data.get("urgent")))


def _prompted(scene: Scene) -> bool:
    prompt = scene.conversation.prompt
    return prompt is not None and prompt.kind in PROMPTS


def _in_her_language(scene: Scene, office: Office) -> Scene:
    language = office.officer.language
    if scene.learner or scene.conversation.language or not language:
        return scene
    return scene.turned(language=language)


def _office(scene: Scene, cooperative: str) -> Office | None:
    return next((each for each in scene.record.offices if each.cooperative.id == cooperative), None)


def _propose(scene: Scene, office: Office, text: str, *, urgent: bool) -> Scene:
    policy = scene.record.policy
    before = scene.conversation.prompt
    if _prompted(scene):
        scene = scene.turned(prompt=None)
    if pins.locked(office.officer.locked_until, scene.now):
        return scene.say("notice.locked")
    if not text:
        return scene.say("notice.how")
    refused = notices.refused(office, text, scene.now, policy, urgent=urgent)
    if refused:
        return scene.say(refused.sentence, **refused.values)
    if not office.officer.pin and not office.elsewhere:
        return scene.say("notice.no_pin")
    proposal = notices.proposed(office, text, policy, urgent=urgent)
    twice = _is_second(before, proposal, scene.now)
    return scene.ask(
        CONFIRM,
        joined(
            _read_back(scene, proposal),
            scene.words("notice.confirm.twice" if twice else "notice.confirm", code=proposal.digest[:4]),
        ),
        cooperative=office.cooperative.id,
        written=text,
        urgent="yes" if urgent else "",
        digest=proposal.digest,
        twice="yes" if twice else "",
        until=moment(scene.now + notices.WINDOW),
    )


def _is_second(before: Prompt | None, proposal: Proposed, now: datetime) -> bool:
    """Whether another notice waits for its PIN still."""
    if before is None or before.kind != CONFIRM or now > datetime.fromisoformat(before.data["until"]):
        return False
    return bool(before.data.get("twice")) or before.data.get("digest") != proposal.digest


def _read_back(scene: Scene, proposal: Proposed) -> str:
    return scene.words(
        "notice.reach.urgent" if proposal.urgent else "notice.reach",
        n=proposal.reached,
        sms=proposal.segments,
        money=_money(scene, proposal),
        words=proposal.first_words,
    )


def _money(scene: Scene, proposal: Proposed) -> str:
    if proposal.money is None:
        return scene.words("notice.no_price")
    return f"{scene.record.policy.currency} {half_up(proposal.money, 2)}"


# --- confirming ---


def _tried(scene: Scene, prompt: Prompt, digits: str) -> Scene:
    """A PIN or a code. It sends this text to these people, once, within ten minutes, and nothing else."""
    office = _office(scene, prompt.data.get("cooperative", ""))
    if office is None:
        return scene.turned(prompt=None).say("notice.none")
    if scene.now > datetime.fromisoformat(prompt.data["until"]):
        return scene.turned(prompt=None).say("notice.late")
    officer = office.officer
    if pins.locked(officer.locked_until, scene.now):
        return scene.turned(prompt=None).say("notice.locked")
    code = prompt.data.get("code", "")
    right = (len(digits) == _CODE_DIGITS and bool(code) and pins.matches(digits, code)) or (
        bool(officer.pin) and pins.matches(digits, officer.pin)
    )
    so_far = pins.tries_so_far(officer.tries, officer.locked_until, scene.now)
    tried = pins.tried(right=right, tries=so_far, now=scene.now)
    scene = scene.fact(PinTried(officer=officer.id, right=right, locked_until=tried.locked_until))
    if right:
        return _confirmed(scene.turned(prompt=None), prompt, office)
    if tried.locked_until:
        told = f"{officer.name} ({office.cooperative.name}): {pins.TRIES} PIN"
        scene = scene.fact(HelpAsked(learner="", kind="wrong_pin", text=told))
        return scene.turned(prompt=None).say("notice.locked")
    return scene.say("notice.pin.wrong", n=tried.left)


def _confirmed(scene: Scene, prompt: Prompt, office: Office) -> Scene:
    policy = scene.record.policy
    text, urgent = prompt.data.get("written", ""), bool(prompt.data.get("urgent"))
    # From another phone of hers something may have gone out meanwhile.
    refused = notices.refused(office, text, scene.now, policy, urgent=urgent)
    if refused:
        return scene.say(refused.sentence, **refused.values)
    proposal = notices.proposed(office, text, policy, urgent=urgent)
    if proposal.digest != prompt.data.get("digest"):
        return scene.say("notice.late")
    id = f"notice-{office.cooperative.id}-{scene.now:%y%m%d%H%M}-{proposal.digest[:6]}"
    campaign = notices.campaign(
        proposal,
        id=id,
        language=scene.language,
        actor=f"{office.officer.name} ({office.officer.id})",
        now=scene.now,
        policy=policy,
    )
    scene = scene.fact(NoticeSent(campaign=campaign, officer=office.officer.id))
    waits = notices.needs_approval(proposal, policy)
    return scene.say("notice.waits" if waits else "notice.sent", n=proposal.reached)


def _send_code(scene: Scene, prompt: Prompt) -> Scene:
    """A code to another phone or account of hers: whoever forges her number does not hold that one too."""
    office = _office(scene, prompt.data.get("cooperative", ""))
    if office is None:
        return scene.turned(prompt=None).say("notice.none")
    given = int(prompt.data.get("codes", "0"))
    if not office.elsewhere or given >= _MOST_CODES:
        return scene.say("notice.code.none")
    code = "".join(str(scene.chance.randrange(10)) for _ in range(_CODE_DIGITS))
    kept = pins.hashed(code, scene.chance.getrandbits(128).to_bytes(16, "big"))
    data = {**prompt.data, "code": kept, "codes": str(given + 1)}
    text = scene.words("notice.code.here", code=code, words=_first_words(office, prompt))
    to, via = office.elsewhere[0]
    scene = scene.turned(prompt=prompt.changed(data=data))
    scene = scene.fact(Say(content=Content(text=text, language=scene.language), to=to, via=via))
    return scene.say("notice.code.sent")


def _first_words(office: Office, prompt: Prompt) -> str:
    text = f"{office.cooperative.name}: {prompt.data.get('written', '')}"
    return text if len(text) <= 40 else f"{text[:40].rstrip()}..."
