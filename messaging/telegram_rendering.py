"""Give neutral content the form that Telegram takes: escaped HTML in pages that fit, and a keyboard under the last."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.messages import Choice, Content, Json

PAGE = 4096  # UTF-16 units after the markup is taken out. Source: Bot API, sendMessage
_WORDS_ON_A_BUTTON = 24  # characters; a phone of 320 pixels cuts a longer label off
_SHORT = 8  # characters that leave room for four buttons side by side
_IN_A_ROW = 8  # Telegram's own limit
_CALLBACK = 64  # bytes. Source: Bot API, InlineKeyboardButton

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)", re.DOTALL)
# Not inside a sum: "5*3*2" and "2 * 3" keep their stars.
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*(?![\w*])")
_TAG = re.compile(r"</?[bi]>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sendMessage: `html` as it is said first, `plain` where the server cannot parse it."""

    html: str
    keyboard: Json | None = None

    @property
    def plain(self) -> str:
        """The text without markup."""
        return html.unescape(_TAG.sub("", self.html))

    def params(self, chat: int, *, plain: bool = False) -> Json:
        """The parameters of sendMessage. Previews are off: a learner pays for what they download."""
        text: Json = {"text": self.plain} if plain else {"text": self.html, "parse_mode": "HTML"}
        keyboard = {"reply_markup": self.keyboard} if self.keyboard else {}
        return {"chat_id": chat, **text, "link_preview_options": {"is_disabled": True}, **keyboard}


def render(content: Content, share_label: Callable[[str], str]) -> tuple[Page, ...]:
    """The pages of a message, in order; none where there is nothing to say. Pure; raises nothing.

    `rich` may use **bold** and *italic*, and everything else in it and in the choices is escaped: it may hold what a
    learner wrote. Options that do not fit on buttons stand in the text, and the buttons carry their letters.
    `share_label` is the caption, in a language, of the button that shares one's number.
    """
    keyboard = _keyboard(content, share_label)
    body = (content.rich or content.text).strip()
    pages = [marked(part) if content.rich else _escaped(part) for part in split(body)]
    if _stand_in_the_text(content):
        _append(pages, "\n".join(_words(choice) for choice in content.choices))
    if keyboard and not pages:
        pages = ["…"]  # a keyboard cannot come without a text
    last = len(pages) - 1
    return tuple(Page(html=page, keyboard=keyboard if index == last else None) for index, page in enumerate(pages))


def marked(text: str) -> str:
    """Escaped HTML with **bold** and *italic*, always well nested; stars that pair with nothing stay."""
    parts = _BOLD.split(_escaped(text))
    slanted = (_ITALIC.sub(r"<i>\1</i>", part) for part in parts)
    return "".join(f"<b>{part}</b>" if index % 2 else part for index, part in enumerate(slanted))


def split(text: str, limit: int = PAGE) -> Iterator[str]:
    """Parts of at most `limit` UTF-16 units: at line ends where there are any, else at spaces, else anywhere."""
    while len(text) * 2 > limit and units(text) > limit:  # a character is at most two units, so most need no count
        head = _fitting(text, limit)
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or len(head)
        if head[:cut].strip():
            yield head[:cut].rstrip()
        text = text[cut:].lstrip()
    if text:
        yield text


def units(text: str) -> int:
    """UTF-16 units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _fitting(text: str, limit: int) -> str:
    head = text[:limit]
    while (over := units(head) - limit) > 0:
        head = head[: -((over + 1) // 2)]  # a character is at most two units, so this never takes too many
    return head


def _append(pages: list[str], options: str) -> None:
    listed = _escaped(options)
    if pages and units(pages[-1]) + 2 + units(listed) <= PAGE:
        pages[-1] += "\n\n" + listed
    else:
        pages.extend(_escaped(part) for part in split(options))


def _keyboard(content: Content, share_label: Callable[[str], str]) -> Json | None:
    if content.asks_contact:
        button = {"text": share_label(content.language), "request_contact": True}
        return {"keyboard": [[button]], "one_time_keyboard": True, "resize_keyboard": True}
    if not content.choices or not _has_buttons(content):
        return None
    captions = [choice.label if _letters_only(content) else _words(choice) for choice in content.choices]
    buttons = [
        {"text": caption or "…", "callback_data": f"q:{content.token}:{index}"}
        for index, caption in enumerate(captions)
    ]
    return {"inline_keyboard": _rows(buttons, max(len(caption) for caption in captions))}


def _rows(buttons: Sequence[Json], longest: int) -> list[list[Json]]:
    width = _IN_A_ROW if longest <= 2 else 4 if longest <= _SHORT else 1
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _words(choice: Choice) -> str:
    if not choice.label or choice.label.casefold() == choice.text.casefold():
        return choice.text
    return f"{choice.label}) {choice.text}" if choice.text else choice.label


def _letters_only(content: Content) -> bool:
    """A text that already says how to answer is not followed by a list, so its buttons keep their words."""
    labelled = all(choice.label for choice in content.choices)
    return content.listed and labelled and any(len(choice.text) > _WORDS_ON_A_BUTTON for choice in content.choices)


def _stand_in_the_text(content: Content) -> bool:
    """Also where no inline keyboard can carry the options: they can still be answered in writing."""
    if not content.choices:
        return False
    unbuttoned = content.asks_contact or not _has_buttons(content)
    return content.listed and (unbuttoned or _letters_only(content))


def _has_buttons(content: Content) -> bool:
    """Whether a press would say what it belongs to; the steps of an order are no choice, and have none."""
    return (
        bool(content.token) and len(f"q:{content.token}:{len(content.choices)}".encode(errors="replace")) <= _CALLBACK
    )


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
