"""Take what she says of herself: her name, sex, year of birth and place, or that she would rather not say; and her
guardian's yes."""

from __future__ import annotations

from bot.capitals import as_written
from bot.conversation import Prompt
from bot.learning.offering import offer
from bot.talking import ages, gleaning, joining, menu, minding, nameless, naming, profile, renaming
from bot.talking.scene import Scene
from bot.turn import Consented


def skipped(scene: Scene, prompt: Prompt) -> Scene:
    """She would rather not say; go on with what was to follow."""
    if renaming.is_about(prompt):
        return renaming.kept(scene, prompt)
    scene = profile.declined(scene.turned(prompt=None), prompt.kind)
    if (taken := prompt.data.get("taken")) and scene.learner:  # the name that she gave, though another has it too
        scene = scene.changed(scene.learner, name=taken)
    if prompt.data.get("then") == "start":
        return joining.start(scene)
    return menu.go_on(scene)


def guardian(scene: Scene, prompt: Prompt, *, yes: bool) -> Scene:
    """A parent's yes or no, entered in the ledger with what was shown."""
    learner = scene.learner
    if learner is None:
        return menu.menu(scene)
    consent = Consented(
        learner=learner.id,
        granted=yes,
        text=prompt.data.get("shown", ""),
        language=scene.language,
        method="button" if scene.pressed else "reply",
        guardian="guardian",
    )
    scene = scene.changed(learner, guardian="given" if yes else "refused").fact(consent)
    return joining.start(scene) if yes else scene.say("guardian.no")


def written(scene: Scene, prompt: Prompt, text: str) -> Scene | None:
    """Typed words for her name, year of birth or place; None where they are none."""
    learner = scene.learner
    if learner is None:
        return None
    lists = scene.catalogue.vocabulary.lists
    own = lists.get(scene.language, {})
    if prompt.kind == "birth_year":
        value: str | int | None = ages.born_in_any(text, scene.now.year, lists, scene.language)
        number = ages.doubtful(text, own) if value is None else None
        if number is not None:
            return scene.say("birth_year.which", number=number)
        name = nameless.clearly(text, scene.catalogue.vocabulary, own) if value is None and not learner.name else None
        if name and not naming.namesake(scene, learner, name):
            return scene.changed(learner, name=as_written(name)).ask_again(prompt)
    elif prompt.kind == "name":
        if ages.is_number_in_any(text, lists, scene.language):
            return minding.for_name(scene, learner, text, kept=not renaming.is_about(prompt))
        value = _name_in(scene, text)
    else:
        intros = own.get("joining.place_intros" if prompt.kind == "community" else "joining.member_intros", ())
        value = profile.written(prompt.kind, text, scene.now.year, intros)
    if value is None:
        return None
    if renaming.is_about(prompt):
        return renaming.written(scene, prompt, str(value))
    said: dict[str, object] = {}
    if prompt.kind == "name" and learner.birth_year is None:
        born = ages.told_in_any(text, scene.now.year, lists)
        said = minding.told(scene, learner, text, born) if born else {}
    if prompt.kind == "name" and naming.namesake(scene, learner, str(value)) and "taken" not in prompt.data:
        scene = scene.changed(learner, **said) if said else scene
        return profile.ask_name_apart(scene, str(value), then=prompt.data.get("then", ""))
    if prompt.kind == "birth_year":
        said = minding.told(scene, learner, text, int(value))
    said[prompt.kind] = value
    return _after_profile(scene.changed(learner, **said).turned(prompt=None), prompt)


def _name_in(scene: Scene, text: str) -> str | None:
    """The name that is said; None for a yes or a courtesy in any language, and for a sentence without one."""
    vocabulary = scene.catalogue.vocabulary
    text = nameless.without_request(text, vocabulary)
    own = nameless.spoken_in(text, vocabulary.lists, vocabulary.lists.get(scene.language, {}))
    name = None if nameless.is_none(text, vocabulary) else gleaning.name_in(text, own)
    return as_written(name) if name else None


def _after_profile(scene: Scene, prompt: Prompt) -> Scene:
    learner = scene.learner
    if learner and not learner.guardian and profile.needs_guardian(learner, scene.now.year):
        return profile.ask_guardian(scene.changed(learner, guardian="needed"))
    if prompt.data.get("then") == "start":
        return joining.start(scene)
    return offer(scene)


def sex(scene: Scene, prompt: Prompt, value: str) -> Scene:
    """Her sex, out of the list."""
    learner = scene.learner
    if learner is None:
        return menu.menu(scene)
    return _after_profile(scene.changed(learner, sex=value).turned(prompt=None), prompt)
