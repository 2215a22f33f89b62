"""Numbers, money, days and times as a reader of each language writes them (Babel, CLDR)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal

from bot.reporting.rounding import half_up

_LIKE = {"es": "es_PE", "en": "en_GB", "fr": "fr", "rw": "rw", "qu": "qu", "ay": "es_BO"}


@lru_cache
def locale(language: str) -> Locale:
    """The locale of a language; Spanish as in Peru, English with the day before the month."""
    try:
        return Locale.parse(_LIKE.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def number(language: str, value: float | Decimal, digits: int = 0) -> str:
    """A number with at most `digits` decimals: 12,345."""
    return format_decimal(value, format="#,##0." + "#" * digits if digits else "#,##0", locale=locale(language))


def short_number(language: str, value: float) -> str:
    """12 K instead of 12,345, for tiles."""
    return format_compact_decimal(value, locale=locale(language), fraction_digits=1)


def money(language: str, value: Decimal, currency: str) -> str:
    """An amount with two decimals (four below a cent), a half rounded up, and the currency's letters: 12.50 PEN."""
    digits = "0000" if value and abs(value) < Decimal("0.01") else "00"
    rounded = half_up(value, len(digits))  # Babel would round a half to the even neighbour
    return f"{format_decimal(rounded, format=f'#,##0.{digits}', locale=locale(language))} {currency}".strip()


def day(language: str, value: date, *, long: bool = False) -> str:
    """A date: 22 nov 2026; `long` with the name of the day."""
    return format_date(value, format="full" if long else "medium", locale=locale(language))


def moment(language: str, value: datetime, zone: tzinfo) -> str:
    """An aware time in a zone, to the minute: 22 nov 2026, 14:05."""
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=zone, locale=locale(language))


def hour(language: str, value: datetime, zone: tzinfo) -> str:
    """The hour and minute of an aware time in a zone: 14:05."""
    return format_time(value.astimezone(zone), "HH:mm", locale=locale(language))


def ago(language: str, value: datetime, now: datetime) -> str:
    """How long before (or after) now: hace 3 días."""
    passed = value - now
    # What has just happened is past, and no second is "in 0 seconds".
    moment_ago = timedelta(seconds=-1)
    return format_timedelta(
        moment_ago if moment_ago < passed < -moment_ago else passed, add_direction=True, locale=locale(language)
    )
