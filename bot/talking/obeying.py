"""Do what a command word asks."""

from __future__ import annotations

from collections.abc import Callable

from bot.talking import (
    applying,
    asking,
    certifying,
    checking,
    doubting,
    erasing,
    examination,
    guiding,
    introducing,
    joining,
    leaving,
    linking,
    menu,
    noticing,
    objecting,
    renaming,
    rereading,
    settling,
    unnoticing,
)
from bot.talking.scene import Scene

_CERTIFYING = frozenset({"APPLY", "EXAM", "WITHDRAW", "APPEAL"})
# Commands that are about one person, so that on a shared phone we must know which.
_SHARING = frozenset({"SHARE", "SHARE_OFF", "SHARE_NAME"})
_LEARNING = frozenset(
    {"MENU", "NEXT", "STATUS", "LANGUAGE", "PAUSE", "HOUR", "PERSON", "MY_DATA", "REPEAT", "LINK", "NAME"}
)
PERSONAL = _LEARNING | _SHARING | _CERTIFYING

_COMMANDS: dict[str, Callable[[Scene, str], Scene]] = {
    "MENU": lambda scene, argument: menu.menu(scene),
    "NEXT": lambda scene, argument: _next(scene),
    "REPEAT": rereading.again,
    "STATUS": lambda scene, argument: introducing.status(scene),
    "HINT": lambda scene, argument: menu.hint(scene),
    "LANGUAGE": settling.language,
    "PAUSE": settling.pause,
    "HOUR": settling.hour,
    "PERSON": asking.person,
    "HELP": lambda scene, argument: guiding.help_(scene),
    "MY_DATA": lambda scene, argument: asking.my_data(scene),
    "APPLY": applying.apply,
    "EXAM": lambda scene, argument: examination.exam(scene),
    "WITHDRAW": lambda scene, argument: objecting.withdraw(scene),
    "APPEAL": lambda scene, argument: objecting.appeal(scene),
    "VERIFY": checking.verify,
    "SHARE": lambda scene, argument: checking.share(scene),
    "SHARE_OFF": lambda scene, argument: checking.without_name(scene),
    "SHARE_NAME": lambda scene, argument: checking.with_name(scene),
    "NOTICE": noticing.notice,
    "NOTICES_OFF": lambda scene, argument: unnoticing.withdraw(scene),
    "NOTICES_ON": lambda scene, argument: unnoticing.bring_back(scene),
    "LINK": linking.link,
    "ANOTHER": lambda scene, argument: joining.another(scene),
    "NAME": renaming.ask,
    "STOP": lambda scene, argument: leaving.stop(scene),
    "START": lambda scene, argument: leaving.start_again(scene),
    "ERASE": lambda scene, argument: erasing.ask(scene),
    "WRONG_NUMBER": doubting.number,
}
KNOWN = frozenset(_COMMANDS)


def _next(scene: Scene) -> Scene:
    """The next step of her course, or of her certification where she takes none."""
    applies = certifying.current(scene) is not None or introducing.unfinished(scene) is not None
    if scene.learner and not scene.record.of(scene.learner.id) and applies:
        return applying.apply(scene)
    return menu.go_on(scene)


def obey(scene: Scene, command: str, argument: str = "") -> Scene:
    """Carry out a command. On a shared phone that was quiet for an hour, ask first who is writing; likewise where
    somebody learns on this phone and we have not heard yet whether it is she, or have asked which of them it is."""
    unknown = scene.learner is None and scene.record.learners and scene.record.state != "wrong_number"
    # A certificate is of one person: who else lives with this phone may be the one who asks for it.
    doubtful = scene.shared or (command == "APPLY" and bool(scene.learner and scene.learner.name))
    if command in PERSONAL and (unknown or (doubtful and scene.rested) or _asks_who(scene)) and not _joining(scene):
        return joining.ask_who(scene, then=command, argument=argument)
    return _COMMANDS[command](scene, argument)


def _asks_who(scene: Scene) -> bool:
    """It has just been asked which of those of this phone is writing."""
    prompt = scene.conversation.prompt
    return scene.shared and prompt is not None and prompt.kind == "who"


def _joining(scene: Scene) -> bool:
    """Somebody else is about to join here, so we know that none of the names is hers."""
    prompt = scene.conversation.prompt
    return bool(prompt and prompt.kind in ("consent", "menu") and scene.learner is None)
