"""What a campaign will do before it starts: how many, in which words, at which hour, what it costs, and what is odd."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from bot.delivering import sms
from bot.delivering.campaigns import Campaign, Kind
from bot.delivering.doubting import Doubt, doubts
from bot.delivering.filling import chosen, filled, first_name, message
from bot.delivering.spending import by_sms
from bot.delivering.timing import occasions, send_time
from bot.messages import Address, Content, masked
from bot.people import Learner
from bot.record import Policy

TELEGRAM_RATE = 30.0  # messages a second of one bot. Source: core.telegram.org/bots/faq, "How can I message all"
MOST_PEOPLE = 1000  # beyond it a second person has to agree
_GAP = re.compile(r"[^\S\n]+([.,;:!?])")
_USUAL_NAME = "Esperanza"  # as long as nine of ten first names are


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """So many people of one language ("": not said) whom one operator ("": not known) or the chat would reach."""

    people: int
    language: str = ""
    operator: str = ""
    chat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """One of the audience, with the thread on which she would be written to."""

    learner: Learner
    address: Address
    shared: bool = False  # several learn on her phone
    cooperative: str = ""
    course: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as one learner will get it. `at` is in her own zone; None where something has to happen first."""

    name: str
    where: str  # masked
    at: datetime | None
    text: str
    language: str
    segments: int  # 0: not by SMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What goes to the people of one operator, once."""

    people: int
    segments: int
    money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Dear:
    """A text whose characters turn 160 to a segment into 70, and how it would read without them."""

    language: str
    variant: int
    characters: tuple[str, ...]
    segments: int
    cheaper: str
    cheaper_segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All of it. Costs are of one occurrence; `money_in_all` of every one until its end (of four weeks without)."""

    people: int
    by_chat: int
    costs: Mapping[str, Cost]  # operator → …
    segments: int
    money: Decimal
    money_in_all: Decimal
    occurrences: int | None  # None: without an end
    takes: timedelta  # from the first message to the last, at the senders' rates
    left_out: Mapping[str, int]  # why → people
    sample: tuple[Shown, ...]
    dear: tuple[Dear, ...]
    doubts: tuple[Doubt, ...]


def preview(
    campaign: Campaign,
    reached: Sequence[Reach],
    left_out: Mapping[str, int],
    people: Sequence[Someone],
    policy: Policy,
    now: datetime,
    *,
    price: Decimal | None,
    rate: float = 1.0,
    one_way: bool = False,
    stops: Collection[str] = (),
) -> Preview:
    """Work it out. `price` is of one SMS segment (None: not known), `rate` SMS segments a second; `one_way`: the SMS
    sender hears no answers; `stops`: words that stop everything, of which the first message should name one."""
    costs = _costs(campaign, reached, policy, price or Decimal(0))
    segments = sum(each.segments for each in costs.values())
    money = sum((each.money for each in costs.values()), Decimal(0))
    by_chat = sum(each.people for each in reached if each.chat)
    by_language = Counter[str]()
    for each in reached:
        by_language[each.language] += each.people
    times = occasions(campaign, now)
    takes = timedelta(seconds=ceil(max(segments / rate, by_chat / TELEGRAM_RATE)))
    each_time = times if times is not None else occasions(campaign, now, until=now.date() + timedelta(days=27)) or 1
    in_all = money * each_time
    found = doubts(
        campaign,
        by_language,
        policy,
        now,
        money=money,
        money_in_all=in_all,
        priced=price is not None,
        takes=takes,
        one_way=one_way and bool(costs),
        stops=stops,
    )
    return Preview(
        people=sum(each.people for each in reached),
        by_chat=by_chat,
        costs=costs,
        segments=segments,
        money=money,
        money_in_all=in_all,
        occurrences=times,
        takes=takes,
        left_out={reason: n for reason, n in sorted(left_out.items()) if n},
        sample=tuple(_shown(campaign, each, place, policy, now) for place, each in enumerate(people)),
        dear=tuple(dear(campaign)),
        doubts=found,
    )


def why_second(people: int, money: Decimal, most_money: Decimal) -> tuple[str, ...]:
    """Why a second person has to agree, if one has: `people` for more than a thousand of them, `money` for more of it
    than is settled."""
    beyond = {"people": people > MOST_PEOPLE, "money": money > most_money}
    return tuple(name for name, is_so in beyond.items() if is_so)


def worded(campaign: Campaign, someone: Someone, variant: int, policy: Policy) -> Content | None:
    """The message as this person will get it; None where no text is left."""
    learner = someone.learner
    return message(
        campaign,
        learner,
        variant,
        language=learner.language or _usual_language(learner.country or policy.country),
        cooperative=someone.cooperative or learner.cooperative or campaign.cooperative,
        course=someone.course,
        shared=someone.shared,
    )


def _usual_language(country: str) -> str:
    return "rw" if country == "RW" else "es"


def _shown(campaign: Campaign, someone: Someone, place: int, policy: Policy, now: datetime) -> Shown:
    content = worded(campaign, someone, place, policy) or Content(text="")
    sent = sms.sms_text(content) if by_sms(someone.address) else ""
    return Shown(
        name=first_name(someone.learner.name),
        where=masked(someone.address),
        at=send_time(campaign, someone.learner, policy, now),
        text=sent or content.text,
        language=content.language,
        segments=sms.segments(sent) if sent else 0,
    )


def _costs(campaign: Campaign, reached: Sequence[Reach], policy: Policy, price: Decimal) -> Mapping[str, Cost]:
    people: Counter[str] = Counter()
    segments: Counter[str] = Counter()
    for each in reached:
        if not each.chat:
            people[each.operator] += each.people
            length = _mean_segments(campaign, each.language or _usual_language(policy.country))
            segments[each.operator] += ceil(each.people * length)
    return {
        operator: Cost(people=n, segments=segments[operator], money=segments[operator] * price)
        for operator, n in sorted(people.items())
        if n
    }


def _mean_segments(campaign: Campaign, language: str) -> float:
    """Segments of a message in this language, with a usual name, over the variants: each goes to as many."""
    if not campaign.texts:
        return 0 if campaign.kind is not Kind.DRIP else 2  # a lesson has at most two
    return sum(_segments(campaign, each, language) for each in campaign.texts) / len(campaign.texts)


def _segments(campaign: Campaign, texts: Mapping[str, str], language: str) -> int:
    _, text = chosen(texts, language, campaign.fallback)
    said = filled(text, name=_USUAL_NAME, cooperative=campaign.cooperative or _USUAL_NAME, course=_USUAL_NAME)
    return sms.segments(sms.fold_text(said, campaign.policy))


def dear(campaign: Campaign) -> list[Dear]:
    """Its texts that travel as UCS-2 though they need not, each with the text that does not."""
    found = []
    for variant, texts in enumerate(campaign.texts):
        for language, text in texts.items():
            usual = filled(text, name=_USUAL_NAME, cooperative=_USUAL_NAME, course=_USUAL_NAME)
            sent, cheaper = sms.fold_text(usual, campaign.policy), _cheaper(usual, campaign.policy)
            less = sms.segments(sms.fold_text(cheaper, campaign.policy))
            if sms.encoding(sent) == "GSM-7" or less >= sms.segments(sent):
                continue
            costly = Dear(
                language=language,
                variant=variant,
                characters=sms.offenders(sent),
                segments=sms.segments(sent),
                cheaper=_cheaper(text, campaign.policy),
                cheaper_segments=less,
            )
            found.append(costly)
    return found


def _cheaper(text: str, policy: str) -> str:
    """The text without what makes its SMS dear, and without the gaps that this leaves. What the policy folds for SMS
    by itself stays as it was written, for the chat shows it so: only under `exact` do accents have to go."""
    written = sms.fold_text(text, "gsm" if policy == "exact" else "exact")
    odd = sms.offenders(sms.fold_text(written, policy))
    kept = "".join(letter for letter in written if letter not in odd)
    return _GAP.sub(r"\1", re.sub(r"[^\S\n]{2,}", " ", kept)).strip()
