"""Leave and come back: stop, start again, wrong number; on a shared phone, who."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.conversation import Conversation, micros
from bot.learning import ladder, lessons
from bot.learning.explaining import fitting
from bot.learning.serving import aside, place_of, reopen, turned_to, waiting
from bot.messages import Content, Inbound
from bot.people import Learner
from bot.record import CERTIFICATION
from bot.talking import menu as menus
from bot.talking import naming, profile
from bot.talking.scene import Scene
from bot.turn import Consented, Forgiven, HelpAsked, Say, Silenced, ThreadMoved, Unlinked

CONFIRMATION = "confirmation"
_CARRIER = "carrier"  # the method of whoever is answered by the network itself, and not by us


def stop(scene: Scene, *, method: str = "keyword") -> Scene:
    """Nothing more goes out, at once. On a shared phone everybody's messages stop until we know who meant it."""
    scene = replace(scene, exempt=True)
    if scene.record.state == "stopped":
        return _stopped_again(scene) if method == "keyword" else scene
    scene = scene.fact(ThreadMoved(state="stopped"), Silenced())
    everybody = [learner.id for learner in scene.record.learners]
    joins = bool(everybody) and _newcomer(scene)
    if (len(everybody) > 1 or joins) and method == "keyword":
        prompt = scene.conversation.prompt
        course = prompt.data.get("course", "") if prompt and joins else ""
        options = _who(scene, newcomer=joins)
        return scene.ask("stop_who", scene.words("stop.who"), options, said=scene.written, course=course)
    return _stopped(scene, everybody, method)


def _stopped_again(scene: Scene) -> Scene:
    """Said while it is asked whom it was for, it is asked once more; said again, it was for everybody. Else there is
    one confirmation, once."""
    prompt = scene.conversation.prompt
    if prompt is None or prompt.kind != "stop_who":
        return scene
    if "again" in prompt.data:
        everybody = [learner.id for learner in scene.record.learners]
        return _stopped(scene, everybody, "keyword", prompt.data.get("said", ""))
    return scene.turned(prompt=prompt.changed(data={**prompt.data, "again": "yes"})).ask_again(prompt)


def _newcomer(scene: Scene) -> bool:
    """Whether somebody else than those who learn on this phone is being asked whether to join."""
    prompt = scene.conversation.prompt
    if scene.learner is not None or prompt is None:
        return False
    return (prompt.kind == "consent" and not prompt.data.get("learner")) or bool(prompt.data.get("newcomer"))


def stop_some(scene: Scene, who: str) -> Scene:
    """Somebody on a shared phone, or all of them."""
    prompt = scene.conversation.prompt
    said = prompt.data.get("said", "") if prompt else ""
    learner = scene.record.learner(who)
    if prompt and who == "other":
        return _not_joining(scene, prompt.data.get("course", ""), said)
    if learner is None:
        return _stopped(scene, [each.id for each in scene.record.learners], "keyword", said)
    scene = _without_hers(scene, who)
    return _stopped(scene, [who], "keyword", said, naming.said(scene, learner)).fact(ThreadMoved(state="open"))


def all_rest(scene: Scene, text: str) -> Scene:
    """Whoever learned here has died: as a stop, for everybody of this phone. `text`: the words that say so."""
    scene = scene.fact(ThreadMoved(state="stopped"), Silenced())
    return _no_more(scene, [each.id for each in scene.record.learners], text, "keyword").turned(prompt=None)


def one_rests(scene: Scene, learner: Learner, text: str) -> Scene:
    """One of those who share this phone has died: as a stop for her alone; the others go on."""
    scene = _without_hers(scene, learner.id)
    return _no_more(scene.fact(Silenced(learner=learner.id)), [learner.id], text, "keyword")


def _not_joining(scene: Scene, course_id: str, said: str) -> Scene:
    """It was she who was asked whether to join: she does not, and those who learn here go on."""
    course = scene.catalogue.courses.get(course_id)
    refused = Consented(learner="", granted=False, text=said, language=scene.language, method="keyword")
    done = scene.words("consent.no", word=course.join_word(scene.language) if course else "MENU")
    scene = scene.fact(refused, ThreadMoved(state="open")).turned(prompt=None)
    return scene.tell(Content(text=done), kind=CONFIRMATION)


def _without_hers(scene: Scene, who: str) -> Scene:
    """With her question laid aside, so that the others' letters do not answer it. The one who is left goes on; of
    several, nobody is known to be writing."""
    if scene.conversation.question and scene.conversation.question.learner == who:
        scene = aside(scene)
    if scene.conversation.learner != who:
        return scene
    scene = scene.turned(learner="")
    left = [each.id for each in scene.record.learners if each.id != who and scene.record.consents.get(each.id)]
    return turned_to(scene, left[0]) if len(left) == 1 else scene


def _stopped(scene: Scene, learners: Sequence[str], method: str, said: str = "", name: str = "") -> Scene:
    text = said or scene.written
    # A number from which nobody joined may say stop as well: the ledger keeps it without a learner.
    scene = _no_more(scene, learners or ("",), text, method)
    whole = "stop.done" if scene.record.learners else "stop.done.new"  # who never learned here has nothing that is kept
    done = scene.words("stop.done.of", name=name) if name else scene.words(whole)
    return scene.turned(prompt=None).tell(Content(text=done), kind=CONFIRMATION)


def _no_more(scene: Scene, learners: Sequence[str], text: str, method: str) -> Scene:
    for learner in learners:
        scene = scene.fact(Consented(learner=learner, granted=False, text=text, language=scene.language, method=method))
        if (learner, CERTIFICATION) in scene.record.purposes:  # stopping is stopping: her case is silent too
            scene = scene.fact(_of_her_case(scene, learner, text, method, granted=False))
        scene = _forgiven(scene, learner) if learner else scene
    return scene


def _of_her_case(scene: Scene, learner: str, text: str, method: str, *, granted: bool) -> Consented:
    return Consented(
        learner=learner, granted=granted, text=text, language=scene.language, method=method, purpose=CERTIFICATION
    )


def unasked(scene: Scene) -> Scene:
    """What was asked before a provider told us of her stop waits for no answer: only her own word brings her back."""
    prompt, since = scene.conversation.prompt, scene.record.quiet_since
    return scene.turned(prompt=None) if prompt and since and prompt.put <= micros(since) else scene


def blocked(scene: Scene) -> Scene:
    """She has blocked the bot: this thread is closed, and another one of hers goes on, for she has not said no to
    learning. A stop that she wrote before outlives it."""
    if scene.record.state != "open":
        return scene.fact(Silenced())
    return scene.fact(ThreadMoved(state="blocked"), Silenced())


def start_again(scene: Scene, *, method: str = "keyword", asking: bool = False) -> Scene:
    """Come back: consent is given anew, and everything is where it was. On a shared phone, and where `asking`, first
    who comes back."""
    learners = scene.record.learners
    if not learners and scene.record.state == "stopped":  # nobody learns here, and she takes her own stop back
        scene = scene.fact(ThreadMoved(state="open")).knowing(replace(scene.record, state="open"))
    if not learners:
        return scene if method == _CARRIER else menus.menu(scene)  # a menu that nobody sees takes no answer
    # Where nobody said yet who was meant to stop, nobody is written to, and anybody may come back.
    stopped = scene.record.state == "stopped"
    gone = [learner for learner in learners if stopped or not scene.record.consents.get(learner.id)]
    if (scene.shared or asking) and gone and method == "keyword":
        said = scene.written
        scene = all_stopped(scene) if stopped else scene
        others = [("all", scene.words("who.all"))] if len(gone) > 1 else []
        others.append(("none", scene.words("who.other")))
        return scene.ask("start_who", scene.words("who.ask"), [*naming.listed(scene, gone), *others], said=said)
    if method == "keyword" and not gone and scene.learner and not scene.learner.paused_until and _is_open(scene):
        prompt = scene.conversation.prompt
        return scene.ask_again(prompt) if prompt else lessons.repeat(scene)  # "empecemos", says who was never away
    return come_back(scene, "all", method=method)


def _is_open(scene: Scene) -> bool:
    return scene.record.state == "open" and scene.course is not None and scene.enrolment is not None


def all_stopped(scene: Scene) -> Scene:
    """Who was meant by the stop was never said, so it was everybody: only who says so comes back from it."""
    prompt, record = scene.conversation.prompt, scene.record
    said = prompt.data.get("said", "") if prompt and prompt.kind == "stop_who" else ""
    learners = [learner.id for learner in record.learners if record.consents.get(learner.id)]
    scene = _no_more(scene, learners, said, "keyword")
    consents = {**record.consents, **dict.fromkeys(learners, False)}
    cases = {each: False for each in record.purposes if each[1] == CERTIFICATION and each[0] in learners}
    return scene.knowing(replace(record, consents=consents, purposes={**record.purposes, **cases}))


def come_back(scene: Scene, who: str, *, method: str = "keyword") -> Scene:
    """One of a shared phone, or all of them, are written to again."""
    prompt = scene.conversation.prompt
    said = prompt.data.get("said", "") if prompt and prompt.kind == "start_who" else ""
    text = said or scene.written
    if who == "none":
        return menus.newcomers(aside(scene).turned(learner="", prompt=None))
    record = scene.record
    back = [learner for learner in record.learners if who in (learner.id, "all")]
    for learner in back:
        if not record.consents.get(learner.id):
            scene = scene.fact(
                Consented(learner=learner.id, granted=True, text=text, language=scene.language, method=method)
            )
            record = record.with_learner(learner, consent=True)
        if record.purposes.get((learner.id, CERTIFICATION)) is False:
            scene = scene.fact(_of_her_case(scene, learner.id, text, method, granted=True))
    scene = scene.fact(ThreadMoved(state="open")).knowing(replace(record, state="open"))
    learner = next((each for each in back if each.id == scene.conversation.learner), back[0])
    scene = _hers(scene.turned(prompt=None), learner)
    if method != _CARRIER:
        return _returned(scene, learner, back)
    mine = waiting(scene, scene.enrolment) if scene.course and scene.enrolment else None
    return ladder.begin(reopen(scene, mine)) if mine else scene  # she has read this one; nothing else is asked unseen


def _hers(scene: Scene, learner: Learner) -> Scene:
    """The place where she was, and her pause over."""
    if learner.id != scene.conversation.learner:
        scene = aside(scene).turned(learner=learner.id, course=place_of(scene, learner.id)[0])
    if learner.paused_until:
        scene = scene.changed(learner, paused_until=None).fact(Forgiven(learner=learner.id, kind="resume"))
    question = scene.conversation.question
    return aside(scene) if question and question.learner != learner.id else scene


def _returned(scene: Scene, learner: Learner, back: Sequence[Learner]) -> Scene:
    scene = scene.tell(Content(text=_welcome_back(scene, learner, back)))
    enrolment = scene.enrolment
    if scene.course is None or enrolment is None:
        return menus.menu(scene)
    mine = waiting(scene, enrolment)
    if mine is None and profile.name_comes_first(scene):
        return profile.ask(scene, "name", then="start")
    if mine is None and profile.year_comes_first(learner):
        return profile.ask(scene, "birth_year", then="start")
    return lessons.repeat(ladder.begin(reopen(scene, mine)) if mine else scene)


def _welcome_back(scene: Scene, learner: Learner, back: Sequence[Learner]) -> str:
    """With the names of all who are back, where they fit into one SMS."""
    hers = scene.words("start.done", name=f", {learner.name}" if learner.name else "")
    if len(back) < 2:
        return hers
    names = ", ".join(naming.said(scene, each) for each in back)
    return fitting((scene.words("start.done.all", names=names), scene.words("start.done", name="")), "gsm")


def wrong_number(scene: Scene) -> Scene:
    """Nobody we know is behind this number: no further word, nothing personal, and a person is told."""
    text = scene.event.text if isinstance(scene.event, Inbound) else ""
    scene = scene.fact(
        HelpAsked(learner=scene.conversation.learner, kind="wrong_number", text=text[:160]),
        Consented(learner="", granted=False, text=text[:160], language=scene.language, method="wrong_number"),
        Silenced(),
        Unlinked(),
        ThreadMoved(state="wrong_number"),
    )
    for learner in scene.record.learners:
        scene = _forgiven(scene, learner.id)
    content = Content(text=scene.words("wrong_number.done"), language=scene.language)
    fresh = Conversation(language=scene.conversation.language)
    return replace(scene, conversation=fresh, exempt=True).fact(Say(content=content, kind=CONFIRMATION))


def _forgiven(scene: Scene, learner: str) -> Scene:
    return scene.fact(Forgiven(learner=learner, kind="reminder"), Forgiven(learner=learner, kind="resume"))


def _who(scene: Scene, *, newcomer: bool = False) -> list[tuple[str, str]]:
    other = [("other", scene.words("who.other"))] if newcomer else []
    return [*naming.listed(scene, scene.record.learners), *other, ("all", scene.words("who.all"))]
