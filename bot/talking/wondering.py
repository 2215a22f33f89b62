"""What she asks of us in the middle of a lesson: who writes, what it costs, how long it is, where it is and what stands
at its end; and what she wants to ask a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.delivering import guard
from bot.learning.explaining import fitting, joined, letters
from bot.learning.serving import still_open
from bot.messages import Content
from bot.talking import asking, inquiring, joining, profile, questioned
from bot.talking.reprompting import is_polite
from bot.talking.scene import Scene
from bot.talking.understanding.closing import SMALL_WORDS
from bot.talking.understanding.commands import without
from bot.talking.understanding.fields import field_of
from bot.talking.understanding.folding import words as words_of
from bot.talking.understanding.lexicon import NEIGHBOURS, lexicon
from bot.talking.understanding.reading import Reading

_LONGEST = 10  # words of a question about us
_PROMISE = timedelta(days=3)  # for so long her question for a person is waited for
_SENTENCE = 3  # words
# What a question is about → the lists of its words, with the list of what may stand beside them.
_ABOUT: tuple[tuple[Mapping[str, str], str], ...] = (
    ({"us": "joining.us"}, "joining.us_beside"),
    ({each: words for each, words in inquiring.LISTS.items() if each != inquiring.COST}, "joining.inquiring_beside"),
)


def about_us(scene: Scene, words: str) -> Scene | None:
    """To "who are you?", "are you a robot?": who writes and that it is free; to "how much is it?", "is there a
    certificate?": that. What was asked stays asked. None where it is about anything else, was asked in the same words a
    moment before, or who asks is neither a learner nor choosing what to learn."""
    recent = guard.recent(scene.conversation.heard, int(scene.now.timestamp()))
    prompt = scene.conversation.prompt
    chooses = prompt is not None and prompt.kind == "menu"
    if not (scene.learner or chooses) or not _wonders(scene, words) or guard.is_repeated(recent, words):
        return None
    who = scene.words("about.us", organisation=scene.record.policy.organisation)
    said = inquiring.told(scene, inquiring.topic(scene, words)) or (who,)
    texts = [joined(each, end) for end in _endings(scene) for each in said]
    return scene.tell(Content(text=fitting(texts, "gsm")))


def _endings(scene: Scene) -> tuple[str, ...]:
    """How what was asked of her is called to mind behind an answer, the fullest form first."""
    question, prompt = scene.conversation.question, scene.conversation.prompt
    if question is None:
        return (prompt.data.get("shown", "") if prompt and prompt.kind in profile.FREE_TEXT else "", "")
    if question.kind != "choice":
        return still_open(scene, question, named=False), ""
    how = scene.words("how.letters", letters=letters(scene, len(question.options)))
    return still_open(scene, question, named=False), how, ""


def _wonders(scene: Scene, words: str) -> bool:
    """Whether the message speaks of nothing but us, in words for a question about us."""
    vocabulary = scene.catalogue.vocabulary
    known = lexicon(vocabulary, scene.language)
    said = without(words_of(words[:160]), known, "greetings", "courtesies")
    if not said or len(said) > _LONGEST or (len(said) == 1 and "?" not in words):
        return False
    for language in (scene.language, *NEIGHBOURS.get(scene.language, ())):
        lists = vocabulary.lists.get(language, {})
        if any(said == words_of(each) for each in lists.get("strangers", ())):
            return True
        for about, beside in _ABOUT:
            field = field_of(lists, {**about, "beside": beside, "asks": "joining.questions"})
            own = {word for name in field.lists for word in field.holds(name, said)}
            speaks = any(field.holds(name, said) for name in about)
            if speaks and all(word in own or known.roles(word).keys() & SMALL_WORDS for word in said):
                return True
    return False


def for_a_person(scene: Scene, words: str, ordered: Reading | None) -> Scene | None:
    """What she wants to ask the person whom she asked for, though she answered a question in between: kept, as it was
    promised. None where nothing is waited for, or it may be an answer, a command, or no sentence."""
    asked = scene.conversation.person_at
    if not asked or scene.conversation.prompt or scene.now.timestamp() - asked > _PROMISE.total_seconds():
        return None
    count = len(words_of(words[:160]))
    if count < _SENTENCE and not (count > 1 and "?" in words):
        return None
    if (ordered is not None and ordered.result != "HELP") or is_polite(scene, words):
        return None
    if questioned.is_meant_for(scene, scene.conversation.question, words):
        return None
    if joining.course_named(scene.catalogue, words, exactly=True):
        return None
    return asking.person_text(scene, words, joins=True)
