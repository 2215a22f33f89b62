"""How a text looks on a phone before it is sent: what SMS makes of it, what makes it dear, how Telegram shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.delivering import sms
from bot.delivering.campaigns import Campaign
from bot.delivering.filling import filled
from bot.delivering.previewing import dear


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One text. `parts`: what each SMS carries, folded; `units` of `limit` are used; `offenders` make it UCS-2;
    `cheaper`: the text without them, where that saves an SMS."""

    language: str = ""
    variant: int = 0
    chat: str
    parts: tuple[str, ...]
    units: int
    limit: int
    offenders: tuple[str, ...] = ()
    cheaper: str = ""
    cheaper_segments: int = 0

    @property
    def segments(self) -> int:
        """How many SMS it is."""
        return len(self.parts)


def look(text: str, policy: str = "gsm") -> Look:
    """A text as it is."""
    sent = sms.fold_text(text, policy)
    parts, coding = sms.parts(sent), sms.encoding(sent)
    return Look(
        chat=text,
        parts=parts,
        units=sms.units(sent),
        limit=sms.capacity(len(parts), coding),
        offenders=sms.offenders(sent) if coding != "GSM-7" else (),
    )


def looks(campaign: Campaign, example: Mapping[str, str]) -> Iterator[Look]:
    """Every text of a campaign, its places filled in as for `example` (name, cooperative, course)."""
    costly = {(each.language, each.variant): each for each in dear(campaign)}
    for variant, texts in enumerate(campaign.texts):
        for language, text in texts.items():
            said = filled(text, name=example["name"], cooperative=example["cooperative"], course=example["course"])
            shown = look(said, campaign.policy)
            found = costly.get((language, variant))
            yield Look(
                language=language,
                variant=variant,
                chat=shown.chat,
                parts=shown.parts,
                units=shown.units,
                limit=shown.limit,
                offenders=shown.offenders,
                cheaper=found.cheaper if found else "",
                cheaper_segments=found.cheaper_segments if found else 0,
            )
