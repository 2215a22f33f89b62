"""Money is written with two places, and a half is rounded up wherever it is written."""

from __future__ import annotations

from decimal import Decimal

from authoring import formats
from cli.campaign_showing import money
from cli.reporting import written_amount


def test_half_a_cent_is_a_cent() -> None:
    assert money(Decimal("0.125"), "USD") == "0.13 USD"
    assert money(Decimal("0.1249"), "USD") == "0.12 USD"
    assert written_amount(Decimal("0.125")) == "0.13"
    assert written_amount(None) is None


def test_a_page_rounds_as_the_terminal() -> None:
    """What the pages of the console show is counted again in lists that the terminal writes."""
    assert formats.money("en", Decimal("1234.125"), "PEN") == "1,234.13 PEN"
    assert formats.money("en", Decimal("1234.1249"), "PEN") == "1,234.12 PEN"
    assert formats.money("en", Decimal("0.00125"), "PEN") == "0.0013 PEN"
    assert formats.money("en", Decimal("0"), "PEN") == "0.00 PEN"
