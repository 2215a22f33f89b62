"""A phone number as people and spreadsheets write it, as E.164; or why it cannot be one."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

COUNTRIES = {51: "PE", 591: "BO", 250: "RW"}
_DIGITS = {"PE": "51", "BO": "591", "RW": "250"}
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_DECIMAL = re.compile(r"(\+?\d{6,})[.,]0+")
_WRITTEN = re.compile(r"\+?[\d\s().\-/\u2010-\u2015]+")
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


class BadNumber(ValueError):
    """Its text is why, in one word: missing, formula, shortened, several, letters, short, long, abroad, landline,
    invalid."""


def e164(written: str, country: str) -> tuple[str, str]:
    """The number as E.164 and its country (PE, BO, RW); `country` is that of numbers without a prefix.

    A number that a spreadsheet shortened to 5.19E+10 has lost digits and is refused, never guessed. Raises BadNumber.
    """
    text = written.strip()
    if not text:
        raise BadNumber("missing")
    if text[0] in "=@":
        raise BadNumber("formula")
    if _SHORTENED.fullmatch(text):
        raise BadNumber("shortened")
    decimal = _DECIMAL.fullmatch(text)
    text = decimal[1] if decimal else text
    if not _WRITTEN.fullmatch(text):
        raise BadNumber("letters" if not re.search(r"\d[\d\s]{5,}[,;|yeo/]+\s*\+?\d[\d\s]{5,}", text) else "several")
    digits = "".join(sign for sign in text if sign.isdigit())
    if re.search(r"\d{7,}\s*/\s*\+?\d{7,}", text):
        raise BadNumber("several")
    return _checked(text, digits, country)


def dialled(written: str, country: str) -> str:
    """The number of a phone to try things with, as E.164, of any country and any kind; `country` (PE, BO, RW) is that
    of a national one. A + that was lost on the way is put back where nothing else makes a number. Raises BadNumber."""
    text = written.strip()
    if not _WRITTEN.fullmatch(text):
        raise BadNumber("letters" if text else "missing")
    digits = "".join(sign for sign in text if sign.isdigit())
    for each in (text, f"+{digits}"):
        try:
            parsed = phonenumbers.parse(each, country)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    raise BadNumber("invalid")


def _checked(text: str, digits: str, country: str) -> tuple[str, str]:
    try:
        # +51 without its plus, or with the 00 in front that one dials.
        prefixed = any(digits.startswith(each) and len(digits) > len(each) + 7 for each in _DIGITS.values())
        parsed = phonenumbers.parse(f"+{digits}" if prefixed and "+" not in text else text, country)
    except NumberParseException as error:
        raise BadNumber("short" if len(digits) < 8 else "invalid") from error
    if parsed.country_code not in COUNTRIES:
        raise BadNumber("abroad")
    if not phonenumbers.is_valid_number(parsed):
        raise BadNumber(_length(parsed))
    if phonenumbers.number_type(parsed) not in _MOBILE:
        raise BadNumber("landline")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164), COUNTRIES[parsed.country_code]


def _length(parsed: phonenumbers.PhoneNumber) -> str:
    usual = {51: 9, 591: 8, 250: 9}[parsed.country_code or 0]
    count = len(str(parsed.national_number))
    return "short" if count < usual else "long" if count > usual else "invalid"
