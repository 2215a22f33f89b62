"""What a learner settles for herself: language, a pause, the hour."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from bot.conversation import Awaited, Prompt, micros
from bot.learning import lessons
from bot.talking import joining, leaving, profile, renaming
from bot.talking.scene import Scene
from bot.talking.understanding.reading import PERHAPS
from bot.turn import Due, Forgiven, Owed

RESUME = "resume"
_LONGEST_PAUSE = 365  # days
_UNTOLD = 7  # days, where she tells none


def language(scene: Scene, code: str = "") -> Scene:
    """Change the language, or ask which. Where her course has no lessons in it, they stay in that of until now."""
    known, waits = scene.catalogue.wording.languages, _between_lessons(scene.conversation.prompt)
    if code not in known:
        options = [(each, scene.catalogue.wording.say(each, "language.name")) for each in known]
        return scene.ask("language", scene.words("language.ask"), options, waits=waits)
    learner, course = scene.learner, scene.course
    taught = course.in_language(scene.language) if course else ""
    if learner:
        scene = scene.changed(learner, language=code)
    scene = scene.turned(language=code, chosen=True, prompt=None)
    if course and code not in course.languages:
        scene = _still_taught(scene, taught)
        scene = lessons.say_translated(scene.say("language.but", **joining.languages(scene, taught)))
    else:
        done = scene.say("language.done", language=scene.words(f"language.in.{code}"))
        scene = lessons.say_translated(done)
    return profile.ask(scene, waits) if waits and scene.conversation.prompt is None else scene


def _between_lessons(prompt: Prompt | None) -> str:
    """Which question about her waits between two lessons, also behind the one for a language; empty for none. What is
    asked before a lesson is kept by who asks it."""
    if prompt is None or renaming.is_about(prompt) or prompt.data.get("then") == "start":
        return ""
    return prompt.kind if prompt.kind in profile.ORDER else prompt.data.get("waits", "")


def _still_taught(scene: Scene, language: str) -> Scene:
    learner = scene.conversation.learner
    scene = replace(scene, catalogue=scene.catalogue.first_in(language))
    return scene.turned(taught={**scene.conversation.taught, learner: language}) if learner else scene


def pause(scene: Scene, days: str) -> Scene:
    """No message unasked for N days (7 unless she says); everything stays where it is. To "not today", how to ask for
    it; who learns nothing here has nothing to rest from, so that hers is a stop."""
    learner = scene.learner
    if learner is None:
        return leaving.stop(scene) if days == PERHAPS else scene.say("pause.nobody")
    if days == PERHAPS:
        return _awaiting(scene, "PAUSE").say("pause.instead")
    count = int(days) if days.isdigit() else _UNTOLD if not days else 0
    if not 1 <= count <= _LONGEST_PAUSE:
        return _awaiting(scene, "PAUSE").say("pause.how", most=_LONGEST_PAUSE)
    scene = scene if days else _awaiting(scene, "PAUSE")
    until = scene.when_awake(scene.now + timedelta(days=count))
    scene = scene.changed(learner, paused_until=until)
    scene = scene.fact(
        Forgiven(learner=learner.id, kind="reminder"),
        Owed(due=Due(learner=learner.id, kind=RESUME, subject="pause", at=until)),
    )
    return scene.say("pause.done", n=count, date=until.astimezone(scene.zone).strftime("%d/%m/%Y"))


def hour(scene: Scene, written: str) -> Scene:
    """The local hour at which she wants to be written to unasked, within waking hours. To "not at night", how to choose
    one; who learns nothing here has no hour, so that hers is a stop."""
    learner = scene.learner
    first, end = scene.record.policy.waking
    if learner is None:
        return leaving.stop(scene) if written == PERHAPS else scene.say("pause.nobody")
    if written == PERHAPS:
        return _awaiting(scene, "HOUR").say("hour.instead", first=first, last=end - 1)
    if not written.isdigit() or not first <= int(written) < end:
        return _awaiting(scene, "HOUR").say("hour.how", first=first, last=end - 1)
    return scene.changed(learner, hour=int(written)).say("hour.done", hour=int(written))


def _awaiting(scene: Scene, command: str) -> Scene:
    return scene.turned(awaited=Awaited(command=command, at=micros(scene.now)))
