"""Keep what must be answered before the first lesson open through side-steps: a question, help, another language, a
person, the menu."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import Prompt
from bot.delivering import guard
from bot.learning.explaining import fitting, joined
from bot.messages import Content
from bot.talking import inquiring, introducing, joining, profile
from bot.talking.agreeing import clearly
from bot.talking.replying import CONSENTS, said_yes
from bot.talking.scene import Scene
from bot.talking.understanding import Reading, fold
from bot.turn import Changed, HelpAsked, Say

_ASIDE = frozenset({"language", "person", "menu", "phone_who"})  # prompts that may stand in front of it for a while
_BEHIND = "behind."
_LONGEST_QUESTION = 160  # characters


# --- questions about the question ---


def asks(scene: Scene, words: str, ordered: Reading | None) -> bool:
    """Whether she asks, rather than answers: who writes, what it costs, where we have her number from."""
    about = inquiring.topic(scene, words)
    if ordered is not None and ordered.result not in ("HELP", "YES", "NO"):
        return bool(about) and ordered.result == "STATUS"  # "how many lessons are there?", of who has none yet
    helped = ordered is not None and ordered.result == "HELP"
    return helped or is_question(scene, words) or bool(about)


def is_question(scene: Scene, words: str) -> bool:
    """Whether the words end or begin like a question."""
    said = f"{fold(words[:_LONGEST_QUESTION])} "
    lists = scene.catalogue.vocabulary.lists.get(scene.language, {})
    first, _, rest = said.partition(" ")
    said = rest if first in lists.get("joins", ()) else said  # "y quien les dio mi numero"
    openings = (*lists.get("joining.questions", ()), *lists.get("strangers", ()))
    return "?" in words or "¿" in words or any(said.startswith(f"{opening} ") for opening in openings)


def explained(scene: Scene, prompt: Prompt, words: str = "") -> Scene:
    """Who writes, that it is free, how to leave, whom to ask (of a guardian: why), or what the words ask of the course
    itself; and the question again. What was shown first stays what is agreed to."""
    about = inquiring.told(scene, inquiring.topic(scene, words))
    if about:
        return _informed(scene, prompt, about)
    if prompt.kind == "guardian":
        return _asked_again(scene, prompt, scene.words("guardian.why", organisation=scene.record.policy.organisation))
    course = scene.catalogue.courses.get(prompt.data.get("course", ""))
    if course is None:
        return scene.ask_again(prompt)
    organisation = scene.record.policy.organisation
    text = scene.words("consent.about", organisation=organisation, course=course.title(scene.language))
    return _asked_again(scene, prompt, text)


def _informed(scene: Scene, prompt: Prompt, about: Sequence[str]) -> Scene:
    course = scene.catalogue.courses.get(prompt.data.get("course", ""))
    if prompt.kind != "consent" or course is None:
        return scene.tell(Content(text=about[0])).ask_again(prompt)
    again = scene.words("consent.again", course=course.title(scene.language))
    return _asked_again(scene, prompt, fitting([joined(each, again) for each in about], course.sms_policy))


def _asked_again(scene: Scene, prompt: Prompt, text: str) -> Scene:
    return scene.ask_again(prompt.changed(data={**prompt.data, "shown": text}))


def greeted(scene: Scene, prompt: Prompt) -> Scene:
    """After a greeting the question once more; greeted again and again, it is not repeated for ten minutes."""
    second = int(scene.now.timestamp())
    if second - int(prompt.data.get("greeted", "0")) < guard.WINDOW:
        return scene
    noted = prompt.changed(data={**prompt.data, "greeted": str(second)})
    return shortly(scene.turned(prompt=noted), noted)


# --- side-steps ---


def behind(prompt: Prompt | None) -> Prompt | None:
    """What waits behind a side-step to be answered."""
    if prompt is None or not prompt.hides:
        return None
    data = {name.removeprefix(_BEHIND): held for name, held in prompt.data.items() if name.startswith(_BEHIND)}
    kind, token = data.pop("kind"), data.pop("token", prompt.token)
    options: tuple[str, ...] = tuple(data.pop("options", "").split("|"))
    values: tuple[str, ...] = ("yes", "no") if kind in CONSENTS else ("skip",)
    if kind in introducing.PROMPTS:
        values = options = ()
    return Prompt(kind=kind, token=token, values=values, options=options, data=data)


def resumed(scene: Scene, words: str) -> Scene:
    """The scene with the question for consent in front again, where the words are an answer to it. Who was asked for
    her question may answer that with an "ok" or a no."""
    prompt = scene.conversation.prompt
    waits = behind(prompt)
    if prompt is None or waits is None or waits.kind not in CONSENTS:
        return scene
    said = said_yes(scene, words)
    if prompt.kind == "menu" and said is None:
        said = clearly(scene, words)
    return scene.turned(prompt=waits) if said or (said is False and prompt.kind == "menu") else scene


def kept(before: Scene, after: Scene) -> Scene:
    """After a side-step, ask again what waited to be answered, or keep it behind what was asked instead."""
    prompt = before.conversation.prompt
    waits = prompt if _must_be_answered(prompt) else behind(prompt)
    if prompt is None or waits is None or not _is_aside(before, after):
        return after
    now = after.conversation.prompt
    if now is None:
        return _again(before, after, waits)
    if now.token == prompt.token:
        return _said_again(after, waits) if now.kind == waits.kind == "consent" else after
    if now.kind not in _ASIDE or (now.kind == "menu" and waits.kind not in CONSENTS):
        return after
    held = {"kind": waits.kind, "token": waits.token, "options": "|".join(waits.options), **waits.data}
    data = {**now.data, **{f"{_BEHIND}{name}": each for name, each in held.items()}}
    after = after.turned(prompt=now.changed(data=data))
    return shortly(after, waits) if now.kind == "menu" else after


def _must_be_answered(prompt: Prompt | None) -> bool:
    if prompt is None:
        return False
    if prompt.kind in CONSENTS or prompt.kind in introducing.PROMPTS:
        return True
    return prompt.kind in ("name", "birth_year") and prompt.data.get("then") == "start"


def _is_aside(before: Scene, after: Scene) -> bool:
    """Whether nothing was decided about what waits, nor anything that takes its place."""
    for effect in after.effects:
        if not isinstance(effect, Say | HelpAsked | Changed):
            return False
        if isinstance(effect, Changed) and effect.changes.keys() - {"language"}:
            return False
    was, now = before.conversation, after.conversation
    return (was.question, was.learner) == (now.question, now.learner)


def _again(before: Scene, after: Scene, waits: Prompt) -> Scene:
    if waits.kind in introducing.PROMPTS:
        return introducing.asked_again(after, waits)
    if waits.kind == "guardian":
        return profile.ask_guardian(after)
    if waits.kind != "consent":
        return profile.ask(after, waits.kind, then="start")
    course = after.catalogue.courses.get(waits.data.get("course", ""))
    if course and after.language != before.language:
        by_menu = waits.data.get("way") == "menu"
        return joining.ask_consent(after, course, waits.data.get("learner", ""), by_menu=by_menu)
    return shortly(after.turned(prompt=waits), waits)


def _said_again(after: Scene, waits: Prompt) -> Scene:
    """Something was answered in between (a question to a person, a certificate's worth): the question once more."""
    said = [effect for effect in after.effects if isinstance(effect, Say)]
    asked = any(effect.content.token == waits.token for effect in said)
    return after if after.conversation.confused or asked or not said else shortly(after, waits)


def shortly(scene: Scene, waits: Prompt) -> Scene:
    """Put once more what waits to be answered: a question for consent to a course in its short form."""
    course = scene.catalogue.courses.get(waits.data.get("course", ""))
    if waits.kind != "consent" or course is None:
        return scene.ask_again(waits)
    return _asked_again(scene, waits, scene.words("consent.again", course=course.title(scene.language)))
