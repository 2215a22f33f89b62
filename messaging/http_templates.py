"""Fill the templates of a generic HTTP gateway: a fixed list of placeholders, each escaped for where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus, urlsplit
from xml.sax.saxutils import escape

PLACEHOLDERS = (
    "to", "to_plain", "from", "text", "hex", "coding", "id", "status_url", "validity_minutes", "username", "password",
    "basic",
)  # fmt: skip
KINDS = ("url", "form", "json", "xml", "plain", "header")
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class TemplateError(ValueError):
    """A template that cannot be used. Its text says what is wrong with it, and what to write."""


def check(template: str, what: str) -> None:
    """Raise TemplateError where `template` names a placeholder that does not exist. `what` is the setting's name."""
    for name in _PLACE.findall(template):
        if name not in PLACEHOLDERS:
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            raise TemplateError(f"{what} holds {{{name}}}, which nothing stands for. Known are {known}.")


def check_url(template: str, what: str) -> None:
    """Raise TemplateError where the address is none, or where a placeholder could choose whom we speak to."""
    check(template, what)
    parts = urlsplit(_PLACE.sub("x", template))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TemplateError(f"{what} is {template[:60]!r}. Write the gateway's whole address: https://…")
    host = template.partition("://")[2].partition("/")[0].partition("?")[0]
    if _PLACE.search(host) or _PLACE.search(template.partition("://")[0]):
        raise TemplateError(f"{what} has a placeholder in its host. Write the host itself; placeholders come after it.")


def kind_of(body: str, content_type: str) -> str:
    """How a body is escaped: by its Content-Type where there is one, else by its first sign."""
    said = content_type.lower()
    for word, kind in (("json", "json"), ("xml", "xml"), ("form", "form"), ("text/plain", "plain")):
        if word in said:
            return kind
    return {"{": "json", "[": "json", "<": "xml"}.get(body.lstrip()[:1], "form")


def content_type(kind: str, charset: str) -> str:
    """The Content-Type of a body that has none of its own."""
    return {
        "json": "application/json",
        "xml": f"text/xml; charset={charset}",
        "form": "application/x-www-form-urlencoded",
    }.get(kind, f"text/plain; charset={charset}")


def fill(template: str, values: Mapping[str, str], kind: str, charset: str = "utf-8") -> str:
    """`template` with its placeholders replaced, each escaped for `kind`; nothing in a value is a placeholder again."""
    escaped = _escape(kind, charset)
    return _PLACE.sub(lambda found: escaped(values[found[1]]), template)


def _escape(kind: str, charset: str) -> Callable[[str], str]:
    if kind == "url":
        return lambda value: quote(value, safe="", encoding=charset, errors="replace")
    if kind == "form":
        return lambda value: quote_plus(value, encoding=charset, errors="replace")
    if kind == "json":
        return lambda value: json.dumps(value, ensure_ascii=False)[1:-1]
    if kind == "xml":  # control signs have no place in XML 1.0, not even as references
        return lambda value: escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value), {'"': "&quot;", "'": "&apos;"})
    if kind == "header":
        return lambda value: _CONTROL.sub("", value)
    return lambda value: value
