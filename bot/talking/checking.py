"""Certificates by message: whoever has a code asks what it is worth, and its holder chooses what it shows."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from msgspec.structs import replace

from bot.certifying import codes, verifying
from bot.certifying.credentials import COMPLETION, NAME, PRIVATE
from bot.messages import Content, Heard, Inbound
from bot.talking.asking import is_alone
from bot.talking.scene import Scene
from bot.talking.understanding import fold
from bot.talking.vocabulary import Vocabulary
from bot.turn import Counted, Showed

SHARES = timedelta(days=1)
DEEP_LINK = "v_"
IN_VAIN = "codes verified in vain"  # the day's counter
_WORDS = ("SHARE", "SHARE_OFF", "SHARE_NAME")


# --- whether it is one ---


def code_in(inbound: Inbound) -> str:
    """The right code that a message may hold, also behind a deep link; empty where it holds none."""
    return codes.code_in(inbound.text) if inbound.kind in (Heard.TEXT, Heard.MEDIA, Heard.START) else ""


def concerns(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a message may be about sharing a certificate: only then are the writer's own looked up."""
    if len(text) > 60:
        return False
    return not _sharing(vocabulary).isdisjoint(fold(text).split())


@lru_cache(maxsize=8)
def _sharing(vocabulary: Vocabulary) -> frozenset[str]:
    """The first words of every wish to share."""
    phrases = (each for found in vocabulary.commands.values() for name in _WORDS for each in found.get(name, ()))
    return frozenset(phrase.split()[0] for phrase in phrases)


# --- asking ---


def heard(scene: Scene, words: str) -> Scene | None:
    """A right code alone, or after a word that asks for it; None where the message is something else."""
    checked = scene.record.checked
    if checked is None:
        return None
    said = fold(words).split()
    asks = said and any(said[0] in each.get("VERIFY", ()) for each in scene.catalogue.vocabulary.commands.values())
    return verify(scene, checked.code) if asks or codes.read(words).code == checked.code else None


def begun(scene: Scene, payload: str) -> Scene | None:
    """Telegram's Start with a code in the link; None where it is another payload."""
    return verify(scene, payload.removeprefix(DEEP_LINK)) if payload.startswith(DEEP_LINK) else None


def verify(scene: Scene, written: str) -> Scene:
    """What a certificate is worth, in one SMS. Answered for anyone, as often as it is asked, also for one who has
    stopped: a code cannot be guessed. A machine's text that only looks like a question for one counts as noise."""
    if not written:
        return replace(scene, exempt=scene.exempt or is_alone(scene, "VERIFY")).say("verify.how")
    read = codes.read(written)
    signs = sum(sign.isalnum() for sign in written)
    scene = replace(scene, exempt=scene.exempt or signs <= codes.SIGNS)
    if signs < codes.SIGNS:
        return scene.say("verify.short", code=read.written or written[: codes.SIGNS], n=codes.SIGNS)
    checked = scene.record.checked
    credential = checked.found if checked and read.code and checked.code == read.code else None
    found = verifying.verified(written, credential, scene.now, language=scene.language)
    if not found.found and scene.exempt:  # a fact would keep a machine's text from counting as noise
        scene = scene.fact(Counted(name=IN_VAIN))
    text = verifying.sms(found, scene.catalogue.wording, scene.language)
    return scene.tell(Content(text=text))


# --- sharing ---


def share(scene: Scene) -> Scene:
    """For a day, whoever has the code sees everything: units, results, and the signed file."""
    mine = scene.record.credentials
    if not mine:
        return scene.say("share.none")
    until = scene.now + SHARES
    scene = scene.fact(Showed(serials=tuple(each.serial for each in mine), until=until))
    place = scene.record.policy.public_url
    code = codes.shown(mine[-1].code)
    link = f" {place.removeprefix('https://')}/verify/{code}" if place else ""
    said = "share.done.course" if mine[-1].award.kind == COMPLETION else "share.done"
    return scene.say(said, code=code, link=link, at=until.astimezone(scene.zone).strftime("%d/%m %H:%M"))


def show(scene: Scene, what: str) -> Scene:
    """What a code shows from now on: her name, or only whether it holds and for what. Either ends a day's sharing."""
    mine = scene.record.credentials
    if not mine:
        return scene.say("share.none")
    scene = scene.fact(Showed(serials=tuple(each.serial for each in mine), what=what, until=scene.now))
    return scene.say("share.private" if what == PRIVATE else "share.name")


def with_name(scene: Scene) -> Scene:
    """COMPARTIR NOMBRE."""
    return show(scene, NAME)


def without_name(scene: Scene) -> Scene:
    """COMPARTIR NO."""
    return show(scene, PRIVATE)
