"""Read what a person has written into a file: UTF-8, with or without a byte order mark; anything else is refused."""

from __future__ import annotations

from pathlib import Path

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CURE = "Save it as UTF-8"


class NotText(ValueError):
    """A file that is no text in UTF-8. Its text is `file:line: what is wrong. What to do.`"""

    def __init__(self, line: int, what: str, cure: str, file: str = "") -> None:
        super().__init__(f"{file}:{line}: {what}. {cure}.")
        self.line, self.what, self.cure = line, what, cure


def text_of(raw: bytes, file: str = "") -> str:
    """The text of these octets; `file` is how a refusal calls it. Line ends stay as they are. Raises NotText."""
    if raw.startswith(_UTF16):
        raise NotText(1, "this text is in UTF-16, which Notepad calls Unicode", _CURE, file)
    if b"\0" in raw:
        raise NotText(
            1, "this is not a text file", "Save it as plain text in UTF-8, or take it out of the folder", file
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NotText(line, f"a letter is not in UTF-8 (byte {raw[error.start]:#04x})", _CURE, file) from None


def read_text(path: Path) -> str:
    """The text of a file, line ends as \\n. Raises NotText, and OSError where it cannot be opened."""
    return text_of(path.read_bytes(), str(path)).replace("\r\n", "\n").replace("\r", "\n")
